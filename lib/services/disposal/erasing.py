"""The act: records are checked once more and go, rows first, then keys and files (C6, C10).

DuckDB cannot delete a parent in one transaction with its children, so a chunk takes two: the first
checks and deletes everything that hangs on the patients, the second their own rows. In between lies
the line in the ledger. Each step may be done again, so that whatever interrupts it, the next start
goes on: an item says how far it is, and what is to be removed outside the store lies in the store.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import disposal_ledger
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.data_map import OnDisposal
from lib.domain.disposal import ItemState, Method
from lib.domain.disposal_ledger import Line
from lib.domain.retention import accounting_period_end, financial_retain_until
from lib.errors import StoreError
from lib.services.clinic import Clinic
from lib.services.disposal import files, identifiers, ledger, memory, remembering, standing
from lib.services.disposal.standing import Checked
from lib.services.retention import settings
from lib.store import (
    consent_standing,
    disposal_cases,
    disposal_files,
    disposal_kept,
    disposal_reviews,
)
from lib.store import disposal as rows
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal import Going, Step
from lib.store.disposal_cases import Case, Item
from lib.store.disposal_kept import Kept
from lib.store.rows import insert_rows

TRIES = 5
ITEMS = "disposal_item"
FILES_GONE, KEYS_GONE, UNLINKED = "files", "keys", "trail"
KEPT_PAID, KEPT_VITAL = "financial entries kept", "vital rows kept"
KEY, WAITING = "key", "waiting"


@dataclass(frozen=True, slots=True)
class Act:
    """Which case is carried out, by whom it was started, and when (UTC) this chunk goes."""

    case: Case
    actor: Actor
    now: datetime


def erase(clinic: Clinic, act: Act, items: Sequence[Item]) -> None:
    """Dispose of some records of a case; those that may not go (any more) are skipped.

    Raises `StoreError` and `MediaKeyKeepingError` in words; `finish` then goes on from there.
    """
    begin(clinic, act, items)
    with clinic.store.reading() as cursor:
        begun = disposal_cases.list_in_state(
            cursor, act.case.case_id, ItemState.ERASING, limit=len(items)
        )
    finish(clinic, act, begun)


def begin(clinic: Clinic, act: Act, items: Sequence[Item]) -> None:
    """Check the records and delete everything that hangs on them, in one transaction."""

    def work(unit: UnitOfWork) -> None:
        waiting = _still_waiting(unit.cursor, items)
        there = [one.patient_id for one in waiting if one.patient_id]
        rows.claim(unit.cursor, there)
        checked = standing.check(unit.cursor, there, standing.today(clinic, act.now))
        going = [one for one in waiting if _may_go(unit, act, one, checked)]
        if going:
            _Chunk(clinic, unit, act, going).take_out(checked)

    clinic.store.transact_alone(work)


def finish(clinic: Clinic, act: Act, items: Sequence[Item]) -> None:
    """Take records whose rows are deleted to their end; doing it again changes nothing.

    One that is disposed of in part points to its patient until the case is proved.
    """
    if not items:
        return
    left = [one for one in items if one.patient_id is not None]
    if left:
        _note_in_ledger(clinic, act, left)
        memory.forget(clinic, *_delete_patients(clinic, act, left))
    item_ids = [one.item_id for one in items]
    files.remove(clinic, item_ids)

    def work(unit: UnitOfWork) -> None:
        disposal_cases.set_disposed(unit.cursor, item_ids, act.now)

    clinic.store.transact(work)


class _Chunk:
    """Records that go in one transaction, with everything that was merged into them."""

    def __init__(self, clinic: Clinic, unit: UnitOfWork, act: Act, items: Sequence[Item]) -> None:
        self._clinic = clinic
        self._unit = unit
        self._cursor = unit.cursor
        self._act = act
        self._items = {one.number: one for one in items}
        self._records = rows.with_absorbed(self._cursor, going_of(items))
        self._counts: dict[str, Counter[str]] = {one.number: Counter() for one in items}

    def take_out(self, checked: Mapping[UUID, Checked]) -> None:
        """Delete what hangs on the records, and note what is to be removed besides."""
        partial = self._partial(checked)
        kept = disposal_kept.list_vital(self._cursor, partial)
        self._collect()
        remembering.remember(self._clinic, self._unit, self._act.actor, self._ids(), self._act.now)
        with rows.going(self._cursor, self._records):
            rows.count_versions(self._cursor)
            self._note_files()
            self._keep_paid()
            self._delete(kept)
        with rows.going(self._cursor, [one for one in self._records if one.patient_id in partial]):
            disposal_kept.empty_kept(self._cursor, self._act.now)
        consent_standing.touch(self._cursor)
        for number, item in self._items.items():
            self._settle(item, self._counts[number], is_partial=item.patient_id in partial)

    def _ids(self) -> list[UUID]:
        return [one.patient_id for one in self._records]

    def _partial(self, checked: Mapping[UUID, Checked]) -> list[UUID]:
        ids = [one.patient_id for one in self._items.values() if one.patient_id]
        return [key for key in ids if standing.is_partial(checked[key])]

    def _collect(self) -> None:
        """Seal what the records are known by, before they go; again adds nothing to it."""
        ids: dict[str, list[UUID]] = defaultdict(list)
        for one in self._records:
            ids[one.number].append(one.patient_id)
        for number, patient_ids in ids.items():
            known = identifiers.collect(self._cursor, patient_ids)
            identifiers.keep(self._clinic, self._act.case.case_id, number, known)

    def _note_files(self) -> None:
        waited = disposal_reviews.take_out(self._cursor, self._records)
        found = rows.list_files(self._cursor)
        found += [(number, WAITING, file_id) for number, file_id in waited]
        noted = [(self._items[number].item_id, kind, key) for number, kind, key in found]
        disposal_files.insert_files(self._cursor, noted)
        for number, kind, _ in found:
            self._counts[number][KEYS_GONE if kind == KEY else FILES_GONE] += 1

    def _keep_paid(self) -> None:
        """Copy what accounting law keeps longer, without patient or treatment (rule C9)."""
        setting = settings.current(self._cursor).setting
        today = standing.today(self._clinic, self._act.now)
        kept = []
        for number, day, pence in disposal_kept.list_paid(self._cursor):
            until = financial_retain_until(accounting_period_end(day, setting), setting)
            if until >= today:
                kept.append(_entry(day, pence, until))
                self._counts[number][KEPT_PAID] += 1
        insert_rows(self._cursor, "financial_entry", kept)

    def _delete(self, kept: Kept) -> None:
        rows.delete_merged_rows(self._cursor)
        for step in steps_of(self._cursor, self._act.case.method):
            spared = kept.rows.get(step.table, frozenset())
            name = UNLINKED if step.act is OnDisposal.UNLINK else step.category
            for number, count in rows.count_rows(self._cursor, step, spared).items():
                self._counts[number][name] += count
            rows.take_out(self._cursor, step, spared)

    def _settle(self, item: Item, counts: Counter[str], *, is_partial: bool) -> None:
        cursor = self._cursor
        disposal_cases.set_item_state(cursor, item.item_id, ItemState.ERASING)
        disposal_cases.set_partial(cursor, item.item_id, is_partial=is_partial)
        disposal_cases.set_counts(cursor, item.item_id, json.dumps(dict(sorted(counts.items()))))
        detail: dict[str, str | int | bool] = {
            "number": item.number,
            "method": self._act.case.method.value,
            "is_partial": is_partial,
        }
        event = Event(Action.RECORD_DISPOSED, subject_id=item.item_id, detail=detail)
        self._unit.audit(self._act.actor, event)


def going_of(items: Sequence[Item]) -> list[Going]:
    """Return the records of items, each under its number."""
    return [Going(one.patient_id, one.number) for one in items if one.patient_id is not None]


def steps_of(cursor: Cursor, method: Method) -> list[Step]:
    """Return what becomes of every table but the patients' own and the cases'."""
    found = rows.steps(cursor, is_anonymised=method is Method.ANONYMISE)
    return [step for step in found if step.table != ITEMS]


def _still_waiting(cursor: Cursor, items: Sequence[Item]) -> list[Item]:
    """Return those of the items that nobody took out or began with meanwhile."""
    found = (disposal_cases.get_item(cursor, one.item_id) for one in items)
    return [one for one in found if one is not None and one.state is ItemState.PROPOSED]


def _may_go(unit: UnitOfWork, act: Act, item: Item, checked: Mapping[UUID, Checked]) -> bool:
    """Tell whether a record may go now; one that may not is skipped, with the reason."""
    found = checked.get(item.patient_id, "its record is not there") if item.patient_id else "gone"
    because = standing.refusal(found, is_confirmed=item.is_confirmed)
    if because is None:
        return True
    disposal_cases.skip_item(unit.cursor, item.item_id, because)
    detail: dict[str, str | int | bool] = {"number": item.number}
    skipped = Event(Action.DISPOSAL_SKIPPED, item.patient_id, item.item_id, detail=detail)
    unit.audit(act.actor, skipped)
    return False


def _note_in_ledger(clinic: Clinic, act: Act, items: Sequence[Item]) -> None:
    key = disposal_ledger.key_of(clinic.master_key)
    with clinic.store.reading() as cursor:
        records = rows.with_absorbed(cursor, going_of(items))
        partial = [one.patient_id for one in items if one.is_partial and one.patient_id]
        kept = disposal_kept.list_vital_of_each(cursor, partial)
    of_number: dict[str, list[UUID]] = defaultdict(list)
    for one in records:
        of_number[one.number].append(one.patient_id)
    lines = [
        Line(
            number=one.number,
            case=act.case.number,
            method=act.case.method.value,
            disposed_at=act.now.isoformat(),
            is_partial=one.is_partial,
            records=_digests(key, of_number[one.number]),
            kept=_digests(key, kept.get(one.patient_id, ()) if one.patient_id else ()),
        )
        for one in items
    ]
    ledger.append(clinic, lines)


def _digests(key: bytes, ids: Sequence[UUID]) -> tuple[str, ...]:
    return tuple(sorted(disposal_ledger.digest_of(key, one) for one in ids))


def _delete_patients(
    clinic: Clinic, act: Act, items: Sequence[Item]
) -> tuple[list[UUID], list[UUID]]:
    """Delete the patients' own rows, and let their items point to nobody.

    Return whose records are gone, and whose are there in part.
    """
    partial = [one.patient_id for one in items if one.is_partial and one.patient_id]
    with clinic.store.reading() as cursor:
        records = rows.with_absorbed(cursor, going_of(items))
    gone = [one for one in records if one.patient_id not in partial]

    def work(unit: UnitOfWork) -> None:
        with rows.going(unit.cursor, gone):
            rows.unlink_items(unit.cursor)
            rows.delete_patients(unit.cursor)

    for attempt in range(TRIES):
        try:
            clinic.store.transact_alone(work)
        except StoreError:
            if attempt + 1 == TRIES:
                raise
            # Somebody added a row after the first transaction, such as a look at the record.
            _delete_again(clinic, act.case.method, gone)
        else:
            break
    return [one.patient_id for one in gone], partial


def _delete_again(clinic: Clinic, method: Method, records: Sequence[Going]) -> None:
    def work(unit: UnitOfWork) -> None:
        with rows.going(unit.cursor, records):
            rows.delete_merged_rows(unit.cursor)
            for step in steps_of(unit.cursor, method):
                rows.take_out(unit.cursor, step, frozenset())

    clinic.store.transact(work)


def _entry(day: object, pence: int, until: object) -> dict[str, object]:
    return {
        "financial_entry_id": uuid7s.uuid7(),
        "entered_on": day,
        "amount_pence": pence,
        "retain_until": until,
    }

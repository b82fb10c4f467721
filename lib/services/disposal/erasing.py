"""The act: records are checked once more and go, rows first, then keys and files (C6, C10).

A chunk takes two transactions: the first checks and deletes everything that hangs on the patients,
the second their own rows. In between lies the line in the ledger. Each step may be done again, so
that whatever interrupts it, the next start goes on: an item says how far it is, and what is to be
removed outside the store lies in the store.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain import disposal_ledger
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.disposal import GONE, ItemState, Method
from lib.domain.disposal_ledger import Line
from lib.errors import StoreError
from lib.services.clinic import Clinic
from lib.services.disposal import (
    anonymising,
    files,
    identifiers,
    ledger,
    memory,
    standing,
    taking_out,
)
from lib.services.disposal.standing import Checked
from lib.services.disposal.taking_out import By, Records
from lib.store import disposal as rows
from lib.store import disposal_cases, disposal_kept, vital_interests
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal import Going
from lib.store.disposal_cases import Case, Item
from lib.store.holds import Stamp

TRIES = 5


@dataclass(frozen=True, slots=True)
class Act:
    """Which case is carried out, by whom it was started, and when (UTC) this chunk goes."""

    case: Case
    actor: Actor
    now: datetime

    @property
    def by(self) -> By:
        """Return who disposes of the records, how and when."""
        return By(self.actor, self.case.method, self.now)


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
            _take_out(clinic, unit, act, (going, checked))

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


def delete_patients(clinic: Clinic, by: By, gone: Sequence[Going]) -> None:
    """Delete the patients' own rows, and let every item point to them no more."""

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
            taking_out.delete_again(clinic, by.method, gone)
        else:
            return


def _take_out(
    clinic: Clinic,
    unit: UnitOfWork,
    act: Act,
    chosen: tuple[Sequence[Item], Mapping[UUID, Checked]],
) -> None:
    items, checked = chosen
    cursor = unit.cursor
    partial = [key for key, one in checked.items() if standing.is_partial(one)]
    going = rows.with_absorbed(cursor, _going(items))
    # Sealed and on disk before anything goes, so that a proof can be made after a crash.
    known = identifiers.collect_each(cursor, taking_out.by_number(going))
    identifiers.keep_each(clinic, act.case.case_id, known)
    if act.case.method is Method.ANONYMISE:
        whole = {one.number: one.patient_id for one in items if one.patient_id not in partial}
        ids = {number: key for number, key in whole.items() if key is not None}
        anonymising.remember(clinic, cursor, act.case.case_id, ids)
    item_ids = {one.number: one.item_id for one in items}
    vital_interests.renew(cursor, partial, Stamp(act.now, act.actor.person_id))
    records = Records(going, item_ids, disposal_kept.list_vital(cursor, partial))
    counts = taking_out.take_out(clinic, unit, act.by, records)
    for item in items:
        is_partial = item.patient_id in partial
        _settle(unit, act, (item, is_partial), counts[item.number])


def _settle(unit: UnitOfWork, act: Act, gone: tuple[Item, bool], counts: Counter[str]) -> None:
    item, is_partial = gone
    cursor = unit.cursor
    disposal_cases.set_item_state(cursor, item.item_id, ItemState.ERASING)
    disposal_cases.set_partial(cursor, item.item_id, is_partial=is_partial)
    disposal_cases.set_counts(cursor, item.item_id, json.dumps(dict(sorted(counts.items()))))
    detail: dict[str, str | int | bool] = {
        "number": item.number,
        "method": act.case.method.value,
        "is_partial": is_partial,
    }
    unit.audit(act.actor, Event(Action.RECORD_DISPOSED, subject_id=item.item_id, detail=detail))


def _going(items: Sequence[Item]) -> list[Going]:
    return [Going(one.patient_id, one.number) for one in items if one.patient_id is not None]


def _still_waiting(cursor: Cursor, items: Sequence[Item]) -> list[Item]:
    """Return those of the items that nobody took out or began with meanwhile."""
    found = (disposal_cases.get_item(cursor, one.item_id) for one in items)
    return [one for one in found if one is not None and one.state is ItemState.PROPOSED]


def _may_go(unit: UnitOfWork, act: Act, item: Item, checked: Mapping[UUID, Checked]) -> bool:
    """Tell whether a record may go now; one that may not is skipped, with the reason."""
    found = checked[item.patient_id] if item.patient_id else GONE
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
        of_number = taking_out.by_number(rows.with_absorbed(cursor, _going(items)))
        partial = [one.patient_id for one in items if one.is_partial and one.patient_id]
        kept = disposal_kept.list_vital_of_each(cursor, partial)
    lines = [
        Line(
            number=one.number,
            case=act.case.number,
            method=act.case.method.value,
            disposed_at=act.now.isoformat(),
            is_partial=one.is_partial,
            records=_digests(key, of_number[one.number]),
            kept=_digests(key, _stays(one, kept)),
        )
        for one in items
    ]
    ledger.append(clinic, lines)


def _stays(item: Item, kept: Mapping[UUID, tuple[UUID, ...]]) -> tuple[UUID, ...]:
    """Return the ids of what stays of a record: its own, and those of the vital subset."""
    if not item.is_partial or item.patient_id is None:
        return ()
    return (item.patient_id, *kept.get(item.patient_id, ()))


def _digests(key: bytes, ids: Sequence[UUID]) -> tuple[str, ...]:
    return tuple(sorted(disposal_ledger.digest_of(key, one) for one in ids))


def _delete_patients(
    clinic: Clinic, act: Act, items: Sequence[Item]
) -> tuple[list[UUID], list[UUID]]:
    """Delete the patients' own rows; return who is gone, and who is there in part."""
    partial = [one.patient_id for one in items if one.is_partial and one.patient_id]
    with clinic.store.reading() as cursor:
        records = rows.with_absorbed(cursor, _going(items))
    gone = [one for one in records if one.patient_id not in partial]
    delete_patients(clinic, act.by, gone)
    return [one.patient_id for one in gone], partial

"""Deleting everything that hangs on records, as the data map says, within one transaction."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.data_map import OnDisposal
from lib.domain.disposal import Method
from lib.domain.retention import accounting_period_end, financial_retain_until
from lib.services.clinic import Clinic
from lib.services.disposal import remembering, standing
from lib.services.retention import settings
from lib.store import consent_standing, disposal_files, disposal_kept, disposal_reviews
from lib.store import disposal as rows
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal import Going, Step
from lib.store.disposal_kept import Kept
from lib.store.rows import insert_rows

# Items keep their patient until its own row goes, so that an interruption knows whose it was.
ITEMS = "disposal_item"
FILES_GONE, KEYS_GONE, UNLINKED, KEPT_PAID = "files", "keys", "trail", "financial entries kept"
KEY, WAITING = "key", "waiting"

Counts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class By:
    """Who disposes of records, how, and when (UTC)."""

    actor: Actor
    method: Method
    now: datetime


@dataclass(frozen=True, slots=True)
class Records:
    """Records that go together with those merged into them, and what of them stays.

    `item_ids` are the items of their cases, by number; `kept` is the vital subset of those that
    are disposed of in part (rule C7).
    """

    going: Sequence[Going]
    item_ids: Mapping[str, UUID]
    kept: Kept

    @property
    def partial(self) -> list[Going]:
        """Return the records that are disposed of in part."""
        return [one for one in self.going if one.patient_id in self.kept.patient_ids]


def take_out(clinic: Clinic, unit: UnitOfWork, by: By, records: Records) -> Counts:
    """Delete what hangs on the records; return how much of each kind went, by number.

    Keys and files are noted to be removed; the patients' own rows are left for a transaction of
    their own, because DuckDB does not delete a parent beside its children.
    """
    cursor = unit.cursor
    counts: Counts = {one.number: Counter() for one in records.going}
    patient_ids = [one.patient_id for one in records.going]
    remembering.remember(clinic, unit, by.actor, patient_ids, by.now)
    with rows.going(cursor, records.going):
        rows.count_versions(cursor)
        _note_files(cursor, records, counts)
        _keep_paid(clinic, cursor, by, counts)
        _delete(cursor, by.method, records.kept, counts)
    with rows.going(cursor, records.partial):
        disposal_kept.empty_kept(cursor, by.now)
    consent_standing.touch(cursor)
    return counts


def delete_again(clinic: Clinic, method: Method, gone: Sequence[Going]) -> None:
    """Delete what somebody added to records after everything that hung on them went."""

    def work(unit: UnitOfWork) -> None:
        with rows.going(unit.cursor, gone):
            rows.delete_merged_rows(unit.cursor)
            for step in _steps(unit.cursor, method):
                rows.take_out(unit.cursor, step, frozenset())

    clinic.store.transact(work)


def _note_files(cursor: Cursor, records: Records, counts: Counts) -> None:
    waited = disposal_reviews.take_out(cursor, records.going)
    found = rows.list_files(cursor)
    found += [(number, WAITING, file_id) for number, file_id in waited]
    noted = [(records.item_ids[number], kind, key) for number, kind, key in found]
    disposal_files.insert_files(cursor, noted)
    for number, kind, _ in found:
        counts[number][KEYS_GONE if kind == KEY else FILES_GONE] += 1


def _keep_paid(clinic: Clinic, cursor: Cursor, by: By, counts: Counts) -> None:
    """Copy what accounting law keeps longer, without patient or treatment (rule C9)."""
    setting = settings.current(cursor).setting
    today = standing.today(clinic, by.now)
    kept = []
    for number, day, pence in disposal_kept.list_paid(cursor):
        until = financial_retain_until(accounting_period_end(day, setting), setting)
        if until >= today:
            entry = {"entered_on": day, "amount_pence": pence, "retain_until": until}
            kept.append({"financial_entry_id": uuid7s.uuid7(), **entry})
            counts[number][KEPT_PAID] += 1
    insert_rows(cursor, "financial_entry", kept)


def _delete(cursor: Cursor, method: Method, kept: Kept, counts: Counts) -> None:
    rows.delete_merged_rows(cursor)
    for step in _steps(cursor, method):
        spared = kept.rows.get(step.table, frozenset())
        name = UNLINKED if step.act is OnDisposal.UNLINK else step.category
        for number, count in rows.count_rows(cursor, step, spared).items():
            counts[number][name] += count
        rows.take_out(cursor, step, spared)


def _steps(cursor: Cursor, method: Method) -> list[Step]:
    found = rows.steps(cursor, is_anonymised=method is Method.ANONYMISE)
    return [step for step in found if step.table != ITEMS]


def by_number(records: Sequence[Going]) -> dict[str, list[UUID]]:
    """Return the ids of records under each number."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for one in records:
        found[one.number].append(one.patient_id)
    return found

"""SQL of repeating disposals after a restore: what the store knows of them, and counting on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.data_map import OnDisposal
from lib.domain.disposal_ledger import Line
from lib.store.connection import Cursor
from lib.store.disposal import Step
from lib.store.disposal_cases import CASE_COUNTER, ITEM_COUNTER, take_numbers
from lib.store.marks import batched, marks
from lib.store.rows import insert_row

BATCH = 50_000
LIST_PATIENTS = "SELECT CAST(patient_id AS VARCHAR) FROM patient"
LIST_ITEMS = "SELECT number, disposal_item_id FROM disposal_item WHERE number IN ({})"
LIST_NOTED = "SELECT DISTINCT disposal_item_id FROM disposal_file"
SET_DISPOSED = """
UPDATE disposal_item SET state = 'disposed', patient_id = NULL, erased_at = ?
WHERE number IN ({})
"""


def list_patients(cursor: Cursor) -> Iterator[str]:
    """Give the id (text) of every patient, without holding them all."""
    cursor.execute(LIST_PATIENTS)
    while some := cursor.fetchmany(BATCH):
        for (patient_id,) in some:
            yield patient_id


def list_keys(cursor: Cursor, step: Step) -> list[tuple[UUID, UUID]]:
    """Return id and patient of every row of a table that has an id of its own; inside `going`."""
    if step.act is not OnDisposal.DELETE or len(step.key) != 1 or step.key[0] in step.reach:
        return []
    sql = (
        f"SELECT t.{step.key[0]}, t.{step.reach[0]} FROM {step.table} AS t "  # noqa: S608 - the map's names
        f"WHERE t.{step.reach[0]} IN (SELECT CAST(patient_id AS UUID) FROM going)"
    )
    rows = cursor.execute(sql).fetchall()
    return [(key, owner) for key, owner in rows if isinstance(key, UUID)]


def item_ids(cursor: Cursor, lines: Mapping[str, Line]) -> dict[str, UUID]:
    """Return the item of each number; one that the store does not have gets an id for now."""
    found: dict[str, UUID] = {number: uuid7s.uuid7() for number in lines}
    for some in batched(list(lines)):
        found.update(cursor.execute(LIST_ITEMS.format(marks(some)), list(some)).fetchall())
    return found


def list_noted(cursor: Cursor) -> list[UUID]:
    """Return every item that has a key or file to be removed."""
    return [row[0] for row in cursor.execute(LIST_NOTED).fetchall()]


def set_disposed(cursor: Cursor, numbers: Sequence[str], at: datetime) -> None:
    """Say of the items that the store has that their records are gone."""
    for some in batched(numbers):
        cursor.execute(SET_DISPOSED.format(marks(some)), [at, *some])


def raise_counters(cursor: Cursor, lines: Sequence[Line]) -> None:
    """Let new numbers begin after every number that was ever given."""
    for counter, given in (
        (ITEM_COUNTER, [line.number for line in lines]),
        (CASE_COUNTER, [line.case for line in lines]),
    ):
        most = max((int(one.rpartition("-")[2]) for one in given), default=0)
        taken = take_numbers(cursor, counter, 0).start
        if most >= taken:
            take_numbers(cursor, counter, most + 1 - taken)


def insert_vital(cursor: Cursor, patient_id: UUID, reason: str, now: datetime) -> None:
    """Mark the vital interest of a record whose mark was made after the back-up."""
    row = {
        "vital_interest_id": uuid7s.uuid7(),
        "patient_id": patient_id,
        "reason": reason,
        "review_on": now.date(),
        "marked_at": now,
    }
    insert_row(cursor, "vital_interest", row)

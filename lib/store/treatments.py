"""SQL of treatments: what was done, with which lots, and what went wrong; reads only.

A page of treatments is cut by key, never by offset: the five-hundredth costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks

COLUMNS = """
    t.treatment_id, t.series_id, t.version, t.name, t.treated_on,
    practitioner.display_name, prescriber.display_name,
    t.notes, t.price_pence, t.follow_up_due_on, t.superseded_at, t.correction_reason,
    t.recorded_at, recorder.display_name
"""
# Joined, not looked up in the list of columns: that costs DuckDB three times as much.
SOURCE = """
    treatment AS t
    LEFT JOIN practitioner ON practitioner.practitioner_id = t.practitioner_id
    LEFT JOIN practitioner AS prescriber ON prescriber.practitioner_id = t.prescriber_id
    LEFT JOIN person AS recorder ON recorder.person_id = t.recorded_by
"""
# DuckDB finds rows by an index only when nothing else is asked of the table: one more condition and
# it reads ten million rows. Hence first the patient's keys (materialised, then narrowed), then the
# rows by their keys.
MINE = """
WITH mine AS MATERIALIZED (
    SELECT treatment_id, version, treated_on, superseded_at FROM treatment WHERE patient_id = ?
)
"""
LIST_PAGE_KEYS = f"""
{MINE}
SELECT treatment_id FROM mine
WHERE superseded_at IS NULL
  AND (treated_on < ? OR (treated_on = ? AND treatment_id < ?))
ORDER BY treated_on DESC, treatment_id DESC
LIMIT ?
"""  # noqa: S608 - constant parts
LIST_SUPERSEDED_KEYS = f"""
{MINE}
SELECT treatment_id FROM mine WHERE superseded_at IS NOT NULL ORDER BY version DESC, treatment_id
"""  # noqa: S608 - constant parts
LIST_BY_KEY = f"SELECT {COLUMNS} FROM {SOURCE} WHERE t.treatment_id IN ({{}})"  # noqa: S608
# Every key of the patient: from these the record counts its treatments and cuts its first page.
LIST_KEYS = """
SELECT treatment_id, treated_on, superseded_at FROM treatment WHERE patient_id = ?
"""
LIST_ITEMS = """
WITH used AS MATERIALIZED (SELECT * FROM treatment_item WHERE treatment_id IN ({}))
SELECT
    i.treatment_id, p.name, p.product_group, p.is_prescription_only, i.area, i.dose, i.unit,
    i.lot_id
FROM used AS i
JOIN product AS p ON p.product_id = i.product_id
WHERE i.patient_id = ?
ORDER BY i.treatment_item_id
"""
LIST_LOTS = "SELECT lot_id, lot_number, expires_on FROM lot WHERE lot_id IN ({})"
LIST_ADVERSE_EVENTS = """
WITH mine AS MATERIALIZED (SELECT * FROM adverse_event WHERE patient_id = ?)
SELECT
    a.treatment_id, a.occurred_on, a.description, a.severity, a.action_taken, a.is_reported,
    a.reported_on, product.name, coalesce(a.series_id, a.adverse_event_id),
    coalesce(a.version, 1), a.lot_id
FROM mine AS a
LEFT JOIN product ON product.product_id = a.product_id
WHERE a.superseded_at IS NULL
ORDER BY a.occurred_on DESC, a.adverse_event_id
"""
COUNT_INJECTED_BEFORE = """
WITH mine AS MATERIALIZED (
    SELECT treatment_id, treated_on, superseded_at FROM treatment WHERE patient_id = ?
),
used AS MATERIALIZED (
    SELECT treatment_id, product_id FROM treatment_item WHERE patient_id = ?
)
SELECT count(DISTINCT t.treatment_id)
FROM mine AS t
JOIN used AS i ON i.treatment_id = t.treatment_id
JOIN product AS p ON p.product_id = i.product_id
WHERE t.superseded_at IS NULL AND t.treated_on < ? AND p.product_group IN ('toxin', 'filler')
"""
UNKNOWN_LOT = (None, None)
FIRST_KEY = (date.max, date.max, UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of treatments ended: the next one begins after it."""

    treated_on: date
    treatment_id: UUID


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """One version of a treatment. Prices are in pence; times UTC without a zone."""

    treatment_id: UUID
    series_id: UUID
    version: int
    name: str
    treated_on: date
    practitioner_name: str | None
    prescriber_name: str | None
    notes: str | None
    price_pence: int | None
    follow_up_due_on: date | None
    superseded_at: datetime | None
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One product used in one area, with its lot."""

    treatment_id: UUID
    product_name: str
    product_group: str
    is_prescription_only: bool
    area: str
    dose: Decimal | None
    unit: str
    lot_number: str | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """Something that went wrong, after a treatment or without one, as it stands.

    `series_id` names it whatever the version.
    """

    treatment_id: UUID | None
    occurred_on: date
    description: str
    severity: str
    action_taken: str | None
    is_reported: bool
    reported_on: date | None
    product_name: str | None
    series_id: UUID
    version: int
    lot_number: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many treatments there are, when the first and the last were, how many were corrected."""

    count: int
    first_on: date | None
    last_on: date | None
    superseded: int


def list_treatments(
    cursor: Cursor, patient_id: UUID, after: Place | None, limit: int
) -> list[TreatmentRow]:
    """Return the current versions that come after a place, the newest first."""
    key = (after.treated_on, after.treated_on, after.treatment_id) if after else FIRST_KEY
    keys = cursor.execute(LIST_PAGE_KEYS, [patient_id, *key, limit]).fetchall()
    return _by_key(cursor, [row[0] for row in keys])


def list_superseded(cursor: Cursor, patient_id: UUID) -> list[TreatmentRow]:
    """Return every version that a correction replaced, the newest first."""
    keys = cursor.execute(LIST_SUPERSEDED_KEYS, [patient_id]).fetchall()
    return _by_key(cursor, [row[0] for row in keys])


def _by_key(cursor: Cursor, treatment_ids: Sequence[UUID]) -> list[TreatmentRow]:
    """Return the treatments in the order of their keys."""
    found: dict[UUID, TreatmentRow] = {}
    for some in batched(treatment_ids):
        rows = cursor.execute(LIST_BY_KEY.format(marks(some)), list(some)).fetchall()
        found.update((row[0], TreatmentRow(*row)) for row in rows)
    return [found[key] for key in treatment_ids]


def begin(cursor: Cursor, patient_id: UUID, limit: int) -> tuple[Summary, list[TreatmentRow]]:
    """Return how many treatments there are, and the newest of those in force.

    Their keys are read once for both: with five hundred that is what costs most.
    """
    keys = cursor.execute(LIST_KEYS, [patient_id]).fetchall()
    standing = sorted(((day, key) for key, day, gone_at in keys if gone_at is None), reverse=True)
    counted = Summary(
        count=len(standing),
        first_on=standing[-1][0] if standing else None,
        last_on=standing[0][0] if standing else None,
        superseded=len(keys) - len(standing),
    )
    return counted, _by_key(cursor, [key for _, key in standing[:limit]])


def list_items(cursor: Cursor, patient_id: UUID, treatment_ids: Sequence[UUID]) -> list[Item]:
    """Return the products and lots used in the given treatments."""
    found: list[Any] = []
    for some in batched(treatment_ids):
        sql = LIST_ITEMS.format(marks(some))
        found += cursor.execute(sql, [*some, patient_id]).fetchall()
    lots = _lots(cursor, [row[-1] for row in found])
    return [Item(*(*row[:-1], *lots.get(row[-1], UNKNOWN_LOT))) for row in found]


def _lots(
    cursor: Cursor, lot_ids: Sequence[UUID | None]
) -> dict[UUID | None, tuple[str, date | None]]:
    # Asked for by themselves: joined, every lot there is would be read for a few.
    wanted = sorted({lot_id for lot_id in lot_ids if lot_id is not None})
    found: dict[UUID | None, tuple[str, date | None]] = {}
    for some in batched(wanted):
        rows = cursor.execute(LIST_LOTS.format(marks(some)), list(some)).fetchall()
        found.update((row[0], (row[1], row[2])) for row in rows)
    return found


def list_adverse_events(cursor: Cursor, patient_id: UUID) -> list[AdverseEvent]:
    """Return everything that went wrong, the newest first."""
    rows = cursor.execute(LIST_ADVERSE_EVENTS, [patient_id]).fetchall()
    lots = _lots(cursor, [row[-1] for row in rows])
    return [AdverseEvent(*(*row[:-1], lots.get(row[-1], UNKNOWN_LOT)[0])) for row in rows]


def count_injected_before(cursor: Cursor, patient_id: UUID, day: date) -> int:
    """Return how many treatments with toxin or filler took place before a day."""
    row = cursor.execute(COUNT_INJECTED_BEFORE, [patient_id, patient_id, day]).fetchone()
    return int(row[0]) if row else 0

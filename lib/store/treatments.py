"""SQL of treatments: what was done, with which lots, and what went wrong; reads only.

A page of treatments is cut by key, never by offset: the five-hundredth costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from lib.store.connection import Cursor

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
LIST_PAGE = f"""
SELECT {COLUMNS}
FROM {SOURCE}
WHERE t.patient_id = ? AND t.superseded_at IS NULL
  AND (t.treated_on < ? OR (t.treated_on = ? AND t.treatment_id < ?))
ORDER BY t.treated_on DESC, t.treatment_id DESC
LIMIT ?
"""  # noqa: S608 - constant columns
LIST_SUPERSEDED = f"""
SELECT {COLUMNS}
FROM {SOURCE}
WHERE t.patient_id = ? AND t.superseded_at IS NOT NULL
ORDER BY t.version DESC
"""  # noqa: S608 - constant columns
SUMMARISE = """
SELECT
    count(*) FILTER (WHERE superseded_at IS NULL),
    min(treated_on) FILTER (WHERE superseded_at IS NULL),
    max(treated_on) FILTER (WHERE superseded_at IS NULL),
    count(superseded_at)
FROM treatment WHERE patient_id = ?
"""
LIST_ITEMS = """
SELECT
    i.treatment_id, p.name, p.product_group, p.is_prescription_only, i.area, i.dose, i.unit,
    l.lot_number, l.expires_on
FROM treatment_item AS i
JOIN product AS p ON p.product_id = i.product_id
LEFT JOIN lot AS l ON l.lot_id = i.lot_id
WHERE i.patient_id = ? AND i.treatment_id IN (SELECT CAST(unnest(?) AS UUID))
ORDER BY i.treatment_item_id
"""
LIST_ADVERSE_EVENTS = """
SELECT
    a.treatment_id, a.occurred_on, a.description, a.severity, a.action_taken, a.is_reported,
    a.reported_on, product.name, lot.lot_number
FROM adverse_event AS a
LEFT JOIN product ON product.product_id = a.product_id
LEFT JOIN lot ON lot.lot_id = a.lot_id
WHERE a.patient_id = ?
ORDER BY a.occurred_on DESC, a.adverse_event_id
"""
COUNT_INJECTED_BEFORE = """
SELECT count(DISTINCT t.treatment_id)
FROM treatment AS t
JOIN treatment_item AS i ON i.treatment_id = t.treatment_id AND i.patient_id = t.patient_id
JOIN product AS p ON p.product_id = i.product_id
WHERE t.patient_id = ? AND i.patient_id = ? AND t.superseded_at IS NULL AND t.treated_on < ?
  AND p.product_group IN ('toxin', 'filler')
"""
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
    """Something that went wrong, after a treatment or without one."""

    treatment_id: UUID | None
    occurred_on: date
    description: str
    severity: str
    action_taken: str | None
    is_reported: bool
    reported_on: date | None
    product_name: str | None
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
    rows = cursor.execute(LIST_PAGE, [patient_id, *key, limit]).fetchall()
    return [TreatmentRow(*row) for row in rows]


def list_superseded(cursor: Cursor, patient_id: UUID) -> list[TreatmentRow]:
    """Return every version that a correction replaced, the newest first."""
    rows = cursor.execute(LIST_SUPERSEDED, [patient_id]).fetchall()
    return [TreatmentRow(*row) for row in rows]


def summarise(cursor: Cursor, patient_id: UUID) -> Summary:
    """Return how many treatments the patient has had, and their first and last day."""
    row = cursor.execute(SUMMARISE, [patient_id]).fetchone()
    return Summary(*row) if row else Summary(0, None, None, 0)


def list_items(cursor: Cursor, patient_id: UUID, treatment_ids: Sequence[UUID]) -> list[Item]:
    """Return the products and lots used in the given treatments."""
    ids = [str(treatment_id) for treatment_id in treatment_ids]
    return [Item(*row) for row in cursor.execute(LIST_ITEMS, [patient_id, ids]).fetchall()]


def list_adverse_events(cursor: Cursor, patient_id: UUID) -> list[AdverseEvent]:
    """Return everything that went wrong, the newest first."""
    rows = cursor.execute(LIST_ADVERSE_EVENTS, [patient_id]).fetchall()
    return [AdverseEvent(*row) for row in rows]


def count_injected_before(cursor: Cursor, patient_id: UUID, day: date) -> int:
    """Return how many treatments with toxin or filler took place before a day."""
    row = cursor.execute(COUNT_INJECTED_BEFORE, [patient_id, patient_id, day]).fetchone()
    return int(row[0]) if row else 0

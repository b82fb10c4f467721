"""SQL of one treatment in full: reading a version with all that hangs on it, and writing one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.charts import Chart, Point
from lib.domain.contraindications import TreatmentWarning
from lib.domain.treatments import Entry, Item
from lib.store import lots_missing
from lib.store.connection import Cursor
from lib.store.marks import marks
from lib.store.rows import insert_row, insert_rows

COLUMNS = """
    t.treatment_id, t.series_id, t.version, t.patient_id, t.superseded_at, t.correction_reason,
    t.recorded_at, person.display_name,
    t.name, t.treated_on, t.practitioner_id, t.prescriber_id, t.template_id, t.notes,
    t.price_pence, t.follow_up_due_on, t.is_aftercare_given, t.aftercare
"""
SOURCE = "treatment AS t LEFT JOIN person ON person.person_id = t.recorded_by"
GET = f"SELECT {COLUMNS} FROM {SOURCE} WHERE t.treatment_id = ?"  # noqa: S608 - constants
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_SERIES_KEYS = """
WITH mine AS MATERIALIZED (
    SELECT treatment_id, series_id, version, superseded_at FROM treatment WHERE patient_id = ?
)
SELECT treatment_id, superseded_at FROM mine WHERE series_id = ? ORDER BY version DESC
"""
LIST_ITEMS = """
SELECT treatment_item_id, area, product_id, lot_id, dose FROM treatment_item
WHERE treatment_id = ? ORDER BY treatment_item_id
"""
LIST_POINTS = """
WITH mine AS MATERIALIZED (SELECT * FROM treatment_point WHERE patient_id = ?)
SELECT treatment_item_id, chart, x, y, dose FROM mine
WHERE treatment_id = ? ORDER BY treatment_point_id
"""
LIST_WARNINGS = """
WITH mine AS MATERIALIZED (SELECT * FROM treatment_warning WHERE patient_id = ?)
SELECT treatment_id, warning, level, reason FROM mine
WHERE treatment_id IN ({}) ORDER BY treatment_warning_id
"""
SUPERSEDE = "UPDATE treatment SET superseded_at = ? WHERE treatment_id = ?"
LAST_SEEN = """
SELECT seen_on, practitioner_id FROM (
    SELECT treated_on AS seen_on, practitioner_id, superseded_at FROM treatment
    WHERE patient_id = ?
    UNION ALL
    SELECT consulted_on, practitioner_id, NULL FROM consultation WHERE patient_id = ?
) AS seen
WHERE superseded_at IS NULL ORDER BY seen_on DESC LIMIT 1
"""
UPDATE_LAST_SEEN = """
UPDATE patient SET
    last_seen_on = ?, last_practitioner_id = ?, version = version + 1, changed_at = ?,
    changed_by = ?
WHERE patient_id = ?
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a treatment: its place in the series, and what it says."""

    treatment_id: UUID
    series_id: UUID
    version: int
    patient_id: UUID
    entry: Entry
    superseded_at: datetime | None
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written; `number` is 1 for a new treatment."""

    treatment_id: UUID
    series_id: UUID
    number: int
    patient_id: UUID
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: UUID


@dataclass(frozen=True, slots=True)
class AnsweredWarning:
    """A warning that was shown, and why the treatment was given all the same."""

    treatment_id: UUID
    warning: str
    level: str
    reason: str


def get_version(cursor: Cursor, treatment_id: UUID) -> Version | None:
    """Return a version with its items and points, or None."""
    row = cursor.execute(GET, [treatment_id]).fetchone()
    if row is None:
        return None
    key, series_id, number, patient_id, *recorded = row[:8]
    name, treated_on, *rest = row[8:]
    entry = Entry(name, treated_on, _items(cursor, patient_id, treatment_id), *rest)
    return Version(key, series_id, number, patient_id, entry, *recorded)


def list_series(cursor: Cursor, patient_id: UUID, series_id: UUID) -> list[tuple[UUID, bool]]:
    """Return each version's id, the newest first, and whether it was superseded."""
    rows = cursor.execute(LIST_SERIES_KEYS, [patient_id, series_id]).fetchall()
    return [(key, superseded_at is not None) for key, superseded_at in rows]


def list_warnings(
    cursor: Cursor, patient_id: UUID, treatment_ids: Sequence[UUID]
) -> list[AnsweredWarning]:
    """Return the warnings of these treatments with the reasons given."""
    if not treatment_ids:
        return []
    sql = LIST_WARNINGS.format(marks(treatment_ids))
    rows = cursor.execute(sql, [patient_id, *treatment_ids]).fetchall()
    return [AnsweredWarning(*row) for row in rows]


def insert_version(cursor: Cursor, new: NewVersion, entry: Entry, units: dict[UUID, str]) -> None:
    """Write a version with its items and points; `units` has the unit of each product."""
    insert_row(cursor, "treatment", _columns(new, entry))
    keys = [uuid7s.uuid7() for _ in entry.items]
    items = list(zip(keys, entry.items, strict=True))
    # All points in one statement: sixteen one by one cost a third of the whole act.
    insert_rows(
        cursor,
        "treatment_item",
        [_item_row(new, key, item, units[item.product_id]) for key, item in items],
    )
    insert_rows(
        cursor,
        "treatment_point",
        [_point_row(new, key, point) for key, item in items for point in item.points],
    )


def insert_warnings(
    cursor: Cursor, new: NewVersion, answered: Iterable[tuple[TreatmentWarning, str]]
) -> None:
    """Write the warnings that were shown, each with the reason given."""
    for warning, reason in answered:
        row = {
            "treatment_warning_id": uuid7s.uuid7(),
            "treatment_id": new.treatment_id,
            "patient_id": new.patient_id,
            "warning": warning.words,
            "level": warning.level.value,
            "reason": reason,
            "history_entry_id": warning.entry_id,
            "recorded_at": new.recorded_at,
            "recorded_by": new.recorded_by,
        }
        insert_row(cursor, "treatment_warning", row)


def supersede(cursor: Cursor, treatment_id: UUID, at: datetime) -> None:
    """Say that a version is no longer in force; it is kept."""
    cursor.execute(SUPERSEDE, [at, treatment_id])


def update_last_seen(cursor: Cursor, patient_id: UUID, at: datetime, by: UUID) -> None:
    """Work out who saw the patient last, from treatments and consultations, and write it."""
    row = cursor.execute(LAST_SEEN, [patient_id, patient_id]).fetchone()
    seen_on, practitioner_id = row or (None, None)
    cursor.execute(UPDATE_LAST_SEEN, [seen_on, practitioner_id, at, by, patient_id])


def refresh_lots_missing(cursor: Cursor, patient_id: UUID) -> None:
    """Bring the list of lots that are missing up to date for the patient."""
    lots_missing.refresh(cursor, [patient_id])


def _items(cursor: Cursor, patient_id: UUID, treatment_id: UUID) -> tuple[Item, ...]:
    points: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for item_id, *point in cursor.execute(LIST_POINTS, [patient_id, treatment_id]).fetchall():
        points[item_id].append(tuple(point))
    return tuple(
        Item(
            area=area,
            product_id=product_id,
            lot_id=lot_id,
            dose=dose,
            points=tuple(Point(area, Chart(chart), *place) for chart, *place in points[item_id]),
        )
        for item_id, area, product_id, lot_id, dose in cursor.execute(
            LIST_ITEMS, [treatment_id]
        ).fetchall()
    )


def _columns(new: NewVersion, entry: Entry) -> dict[str, object]:
    names = (
        *("name", "treated_on", "practitioner_id", "prescriber_id", "template_id", "notes"),
        *("price_pence", "follow_up_due_on", "is_aftercare_given", "aftercare"),
    )
    return {
        "treatment_id": new.treatment_id,
        "series_id": new.series_id,
        "version": new.number,
        "patient_id": new.patient_id,
        **{name: getattr(entry, name) for name in names},
        "correction_reason": new.correction_reason,
        "recorded_at": new.recorded_at,
        "recorded_by": new.recorded_by,
    }


def _item_row(new: NewVersion, key: UUID, item: Item, unit: str) -> dict[str, object]:
    return {
        "treatment_item_id": key,
        "treatment_id": new.treatment_id,
        "patient_id": new.patient_id,
        **{name: getattr(item, name) for name in ("product_id", "lot_id", "area", "dose")},
        "unit": unit,
    }


def _point_row(new: NewVersion, item_id: UUID, point: Point) -> dict[str, object]:
    return {
        "treatment_point_id": uuid7s.uuid7(),
        "treatment_item_id": item_id,
        "treatment_id": new.treatment_id,
        "patient_id": new.patient_id,
        "chart": point.chart.value,
        **{name: getattr(point, name) for name in ("x", "y", "dose")},
    }

"""SQL of bringing treatments in: which are known, what they say now, what follows from new ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from lib.store.connection import Cursor

# `incoming_rows` is what the file brings, registered as a view for one statement.
LIST_BY_EXTERNAL_ID = """
SELECT i.place, CAST(e.series_id AS VARCHAR), CAST(e.patient_id AS VARCHAR), e.row_digest
FROM incoming_rows AS i
JOIN treatment_external_id AS e ON e.system = ? AND e.external_id = i.external_id
"""
LIST_CURRENT = """
SELECT
    CAST(t.series_id AS VARCHAR), CAST(t.treatment_id AS VARCHAR), t.version, t.name, t.treated_on,
    CAST(t.practitioner_id AS VARCHAR), CAST(t.prescriber_id AS VARCHAR), t.notes, t.price_pence,
    t.follow_up_due_on, t.is_aftercare_given, CAST(t.template_id AS VARCHAR), t.correction_reason
FROM treatment AS t
WHERE t.superseded_at IS NULL
  AND t.series_id IN (SELECT CAST(series_id AS UUID) FROM incoming_rows)
"""
LIST_ITEMS = """
SELECT
    CAST(treatment_id AS VARCHAR), CAST(product_id AS VARCHAR), CAST(lot_id AS VARCHAR), area, dose,
    unit
FROM treatment_item
WHERE treatment_id IN (SELECT CAST(treatment_id AS UUID) FROM incoming_rows)
"""
SUPERSEDE = """
UPDATE treatment SET superseded_at = ?
WHERE treatment_id IN (SELECT CAST(treatment_id AS UUID) FROM incoming_rows)
"""
UPDATE_DIGESTS = """
UPDATE treatment_external_id SET row_digest = i.row_digest
FROM incoming_rows AS i
WHERE treatment_external_id.system = ? AND treatment_external_id.external_id = i.external_id
"""
# A practitioner nobody named leaves the one who was there before.
UPDATE_LAST_SEEN = """
UPDATE patient SET
    last_seen_on = i.seen_on,
    last_practitioner_id = coalesce(CAST(i.practitioner_id AS UUID), last_practitioner_id),
    version = patient.version + 1,
    changed_at = i.changed_at,
    changed_by = CAST(i.changed_by AS UUID)
FROM incoming_rows AS i
WHERE patient.patient_id = CAST(i.patient_id AS UUID)
  AND (patient.last_seen_on IS NULL OR patient.last_seen_on < i.seen_on)
"""
LIST_PRACTITIONERS = """
SELECT CAST(practitioner_id AS VARCHAR), display_name FROM practitioner
ORDER BY practitioner_id DESC
"""

Item = tuple[str, str | None, str, Decimal | None, str]


@dataclass(frozen=True, slots=True)
class Current:
    """The version of an imported treatment that is in force, without its items."""

    treatment_id: str
    version: int
    name: str
    treated_on: date
    practitioner_id: str | None
    prescriber_id: str | None
    notes: str | None
    price_pence: int | None
    follow_up_due_on: date | None
    is_aftercare_given: bool | None
    template_id: str | None
    correction_reason: str | None


@dataclass(frozen=True, slots=True)
class KnownTreatment:
    """A treatment that was imported before: its series, its patient, what the file then said."""

    series_id: str
    patient_id: str
    row_digest: str | None


def list_by_external_id(
    cursor: Cursor, system: str, incoming: pa.Table
) -> dict[int, KnownTreatment]:
    """Return what is known of each place whose external_id the system has."""
    cursor.register("incoming_rows", incoming)
    rows = cursor.execute(LIST_BY_EXTERNAL_ID, [system]).fetchall()
    cursor.unregister("incoming_rows")
    return {place: KnownTreatment(*known) for place, *known in rows}


def get_current(cursor: Cursor, series_ids: Iterable[str]) -> dict[str, Current]:
    """Return the version in force of each series."""
    table = pa.table({"series_id": pa.array(list(series_ids), pa.string())})
    cursor.register("incoming_rows", table)
    rows = cursor.execute(LIST_CURRENT).fetchall()
    cursor.unregister("incoming_rows")
    return {series_id: Current(*known) for series_id, *known in rows}


def list_items(cursor: Cursor, treatment_ids: Iterable[str]) -> dict[str, list[Item]]:
    """Return product, lot, area, dose and unit of the items of each treatment."""
    found: dict[str, list[Item]] = defaultdict(list)
    cursor.register("incoming_rows", _ids("treatment_id", treatment_ids))
    for treatment_id, *item in cursor.execute(LIST_ITEMS).fetchall():
        found[treatment_id].append(tuple(item))
    cursor.unregister("incoming_rows")
    return found


def supersede(cursor: Cursor, treatment_ids: Iterable[str], at: datetime) -> None:
    """Say that these versions are no longer in force; they are kept."""
    cursor.register("incoming_rows", _ids("treatment_id", treatment_ids))
    cursor.execute(SUPERSEDE, [at])
    cursor.unregister("incoming_rows")


def update_digests(cursor: Cursor, system: str, rows: pa.Table) -> None:
    """Keep what the file says now of treatments; `rows` has external_id and row_digest."""
    cursor.register("incoming_rows", rows)
    cursor.execute(UPDATE_DIGESTS, [system])
    cursor.unregister("incoming_rows")


def update_last_seen(cursor: Cursor, rows: pa.Table) -> None:
    """Let patients have been seen later: patient_id, seen_on, practitioner_id, who changes it."""
    cursor.register("incoming_rows", rows)
    cursor.execute(UPDATE_LAST_SEEN)
    cursor.unregister("incoming_rows")


def list_practitioners(cursor: Cursor) -> list[tuple[str, str]]:
    """Return every practitioner's id and name, the newest first."""
    return cursor.execute(LIST_PRACTITIONERS).fetchall()


def _ids(name: str, ids: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(list(ids), pa.string())})

"""SQL of adverse events in full: every version of one, and writing another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lib.domain.adverse_events import AdverseEvent, Severity
from lib.store.connection import Cursor
from lib.store.rows import insert_row

COLUMNS = """
    a.adverse_event_id, a.series_id, a.version, a.superseded_at, a.correction_reason,
    a.recorded_at, person.display_name,
    a.occurred_on, a.description, a.severity, a.action_taken, a.is_reported, a.reported_on,
    a.treatment_id, a.product_id, a.lot_id
"""
LIST = f"""
WITH mine AS MATERIALIZED (SELECT * FROM adverse_event WHERE patient_id = ?)
SELECT {COLUMNS}
FROM mine AS a LEFT JOIN person ON person.person_id = a.recorded_by
ORDER BY a.occurred_on DESC, a.version DESC
"""  # noqa: S608 - constant columns
SUPERSEDE = "UPDATE adverse_event SET superseded_at = ? WHERE adverse_event_id = ?"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an adverse event: its place in the series, and what it says."""

    adverse_event_id: UUID
    series_id: UUID
    version: int
    event: AdverseEvent
    superseded_at: datetime | None
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written; `number` is 1 for a new event."""

    adverse_event_id: UUID
    series_id: UUID
    number: int
    patient_id: UUID
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: UUID


def list_versions(cursor: Cursor, patient_id: UUID) -> list[Version]:
    """Return every version of every event of a patient, the newest first."""
    return [_version(row) for row in cursor.execute(LIST, [patient_id]).fetchall()]


def insert_version(cursor: Cursor, new: NewVersion, event: AdverseEvent) -> None:
    """Write a version of an event."""
    names = (
        *("occurred_on", "description", "action_taken", "is_reported", "reported_on"),
        *("treatment_id", "product_id", "lot_id"),
    )
    row = {
        "adverse_event_id": new.adverse_event_id,
        "series_id": new.series_id,
        "version": new.number,
        "patient_id": new.patient_id,
        "severity": event.severity.value,
        **{name: getattr(event, name) for name in names},
        "correction_reason": new.correction_reason,
        "recorded_at": new.recorded_at,
        "recorded_by": new.recorded_by,
    }
    insert_row(cursor, "adverse_event", row)


def supersede(cursor: Cursor, adverse_event_id: UUID, at: datetime) -> None:
    """Say that a version is no longer in force; it is kept."""
    cursor.execute(SUPERSEDE, [at, adverse_event_id])


def _version(row: tuple[Any, ...]) -> Version:
    key, series_id, version, *stamp = row[:7]
    occurred_on, description, severity, *rest = row[7:]
    event = AdverseEvent(occurred_on, description, Severity(severity), *rest)
    # Rows from before there were versions are their own first one.
    return Version(key, series_id or key, version or 1, event, *stamp)

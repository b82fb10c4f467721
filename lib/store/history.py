"""SQL of medical history: every version of every entry, and the days it was gone through."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain.history import HistoryEntry, Kind, Status
from lib.store.connection import Cursor

LIST_ENTRIES = """
SELECT
    h.entry_id, h.series_id, h.version, h.kind, h.name, h.detail, h.severity, h.status,
    h.started_on, h.ended_on, h.source, h.source_detail, h.correction_reason, h.recorded_at,
    recorder.display_name
FROM history_entry AS h
LEFT JOIN person AS recorder ON recorder.person_id = h.recorded_by
WHERE h.patient_id = ?
"""

GET_NEWEST = """
SELECT
    h.entry_id, h.series_id, h.version, h.kind, h.name, h.detail, h.severity, h.status,
    h.started_on, h.ended_on, h.source, h.source_detail, h.correction_reason, h.recorded_at,
    recorder.display_name
FROM history_entry AS h
LEFT JOIN person AS recorder ON recorder.person_id = h.recorded_by
WHERE h.patient_id = ? AND h.series_id = ?
ORDER BY h.version DESC LIMIT 1
"""
LIST_REVIEWS = """
SELECT r.history_review_id, r.reviewed_on, r.source, r.note, r.recorded_at, recorder.display_name
FROM history_review AS r
LEFT JOIN person AS recorder ON recorder.person_id = r.recorded_by
WHERE r.patient_id = ?
ORDER BY r.reviewed_on DESC, r.recorded_at DESC
LIMIT ?
"""
# Names that many patients share say nothing of any of them.
LIST_USUAL_NAMES = """
SELECT name FROM history_entry
WHERE kind = ? AND version = 1
GROUP BY name
HAVING count(DISTINCT patient_id) >= ?
ORDER BY count(*) DESC, name
LIMIT ?
"""

FIELDS = tuple(field.name for field in fields(HistoryEntry))


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody went through the whole history with the patient and found it right."""

    history_review_id: UUID
    reviewed_on: date
    source: str
    note: str | None
    recorded_at: datetime
    recorded_by: str | None


def list_history(cursor: Cursor, patient_id: UUID) -> list[HistoryEntry]:
    """Return every version of the patient's history, in no order."""
    rows = cursor.execute(LIST_ENTRIES, [patient_id]).fetchall()
    return [_entry(row) for row in rows]


def get_newest(cursor: Cursor, patient_id: UUID, series_id: UUID) -> HistoryEntry | None:
    """Return the version of an entry that stands, or None."""
    row = cursor.execute(GET_NEWEST, [patient_id, series_id]).fetchone()
    return _entry(row) if row else None


def list_reviews(cursor: Cursor, patient_id: UUID, limit: int) -> list[Review]:
    """Return when the history was last gone through, the newest first."""
    rows = cursor.execute(LIST_REVIEWS, [patient_id, limit]).fetchall()
    return [Review(*row) for row in rows]


def list_usual_names(cursor: Cursor, kind: str, fewest: int, limit: int) -> list[str]:
    """Return what at least `fewest` patients have under a kind, the most frequent first."""
    return [row[0] for row in cursor.execute(LIST_USUAL_NAMES, [kind, fewest, limit]).fetchall()]


def _entry(row: tuple[Any, ...]) -> HistoryEntry:
    named = dict(zip(FIELDS, row, strict=True))
    return HistoryEntry(**{**named, "kind": Kind(named["kind"]), "status": Status(named["status"])})

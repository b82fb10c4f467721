"""SQL of medical history: every version of every entry; reads only."""

from dataclasses import fields
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

FIELDS = tuple(field.name for field in fields(HistoryEntry))


def list_history(cursor: Cursor, patient_id: UUID) -> list[HistoryEntry]:
    """Return every version of the patient's history, in no order."""
    rows = cursor.execute(LIST_ENTRIES, [patient_id]).fetchall()
    return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> HistoryEntry:
    named = dict(zip(FIELDS, row, strict=True))
    return HistoryEntry(**{**named, "kind": Kind(named["kind"]), "status": Status(named["status"])})

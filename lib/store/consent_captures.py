"""SQL of forms that were signed in the room: the exact content with its hash."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.audit import Action
from lib.store.connection import Cursor
from lib.store.rows import insert_row

GET_CAPTURE = """
SELECT
    capture_id, patient_id, evidence_id, form_version_id, signed_at, content, content_sha256,
    recorded_at, recorded_by
FROM consent_capture WHERE capture_id = ?
"""
LIST_CAPTURE_IDS = "SELECT capture_id FROM consent_capture ORDER BY capture_id"
GET_PATIENT = "SELECT patient_id FROM consent_capture WHERE capture_id = ?"
LIST_EVENTS = """
WITH mine AS MATERIALIZED (SELECT * FROM consent_event WHERE patient_id = ?)
SELECT event_id, purpose, channel, decision, received_at, form_version_id
FROM mine WHERE evidence_id = ?
"""
GET_WORDING = """
SELECT v.form_id, v.number, v.text FROM consent_form_version AS v WHERE v.form_version_id = ?
"""
LIST_NOTED = """
SELECT subject_id, detail FROM audit_entry WHERE action = ? AND outcome = 'done'
"""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One signed form; `content` is what was signed, `content_sha256` its hash. Times are UTC."""

    capture_id: UUID
    patient_id: UUID
    evidence_id: UUID
    form_version_id: UUID
    signed_at: datetime
    content: str
    content_sha256: str
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True, slots=True)
class EventShown:
    """An event that rests on a signed form."""

    event_id: UUID
    purpose: str
    channel: str
    decision: str
    received_at: datetime
    form_version_id: UUID | None


@dataclass(frozen=True, slots=True)
class WordingKept:
    """The wording of a form as the store has it now."""

    form_id: UUID
    number: int
    text: str


def insert_capture(cursor: Cursor, row: CaptureRow) -> None:
    """Insert a signed form."""
    insert_row(cursor, "consent_capture", asdict(row))


def get_capture(cursor: Cursor, capture_id: UUID) -> CaptureRow | None:
    """Return a signed form, or None."""
    row = cursor.execute(GET_CAPTURE, [capture_id]).fetchone()
    return CaptureRow(*row) if row else None


def get_patient(cursor: Cursor, capture_id: UUID) -> UUID | None:
    """Return who signed, or for whom, or None where there is no such form."""
    row = cursor.execute(GET_PATIENT, [capture_id]).fetchone()
    return row[0] if row else None


def list_capture_ids(cursor: Cursor) -> list[UUID]:
    """Return the ids of all signed forms, in order."""
    return [key for (key,) in cursor.execute(LIST_CAPTURE_IDS).fetchall()]


def list_events(cursor: Cursor, patient_id: UUID, evidence_id: UUID) -> dict[UUID, EventShown]:
    """Return the events of a patient that rest on one piece of evidence, by id."""
    rows = cursor.execute(LIST_EVENTS, [patient_id, evidence_id]).fetchall()
    return {row[0]: EventShown(*row) for row in rows}


def get_wording(cursor: Cursor, form_version_id: UUID) -> WordingKept | None:
    """Return the wording of a form as it is kept, or None."""
    row = cursor.execute(GET_WORDING, [form_version_id]).fetchone()
    return WordingKept(*row) if row else None


def list_noted(cursor: Cursor) -> Mapping[UUID, str]:
    """Return the hash that the audit trail noted when each form was signed, by the form's id."""
    rows = cursor.execute(LIST_NOTED, [Action.CONSENT_SIGNED.value]).fetchall()
    return {key: str(json.loads(detail).get("sha256", "")) for key, detail in rows}

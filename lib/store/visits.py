"""SQL of consultations and appointments; reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor

LIST_CONSULTATIONS = """
SELECT
    c.consulted_on, c.outcome, c.notes,
    practitioner.display_name
FROM consultation AS c
LEFT JOIN practitioner ON practitioner.practitioner_id = c.practitioner_id
WHERE c.patient_id = ?
ORDER BY c.consulted_on DESC, c.consultation_id DESC
LIMIT ?
"""
LIST_APPOINTMENTS = """
SELECT
    a.starts_at, a.ends_at, a.purpose, a.status,
    practitioner.display_name
FROM appointment AS a
LEFT JOIN practitioner ON practitioner.practitioner_id = a.practitioner_id
WHERE a.patient_id = ?
ORDER BY a.starts_at DESC, a.appointment_id DESC
LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Consultation:
    """A talk before, or instead of, a treatment."""

    consulted_on: date
    outcome: str
    notes: str | None
    practitioner_name: str | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time set aside. Times are UTC without a zone."""

    starts_at: datetime
    ends_at: datetime
    purpose: str | None
    status: str
    practitioner_name: str | None


def list_consultations(cursor: Cursor, patient_id: UUID, limit: int) -> list[Consultation]:
    """Return the patient's last consultations, the newest first."""
    rows = cursor.execute(LIST_CONSULTATIONS, [patient_id, limit]).fetchall()
    return [Consultation(*row) for row in rows]


def list_appointments(cursor: Cursor, patient_id: UUID, limit: int) -> list[Appointment]:
    """Return the patient's last and coming appointments, the latest first."""
    rows = cursor.execute(LIST_APPOINTMENTS, [patient_id, limit]).fetchall()
    return [Appointment(*row) for row in rows]

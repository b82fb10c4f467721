"""SQL of consultations and appointments, and of follow-ups that are due; reads only."""

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
# Due, and nobody has seen the patient since, nor has a time been booked. A restricted record is
# only stored (rule E1).
DUE = """
FROM treatment AS t
JOIN patient AS p ON p.patient_id = t.patient_id
LEFT JOIN practitioner ON practitioner.practitioner_id = t.practitioner_id
WHERE t.follow_up_due_on BETWEEN ? AND ?
  AND t.superseded_at IS NULL
  AND (p.last_seen_on IS NULL OR p.last_seen_on <= t.treated_on)
  AND p.deceased_on IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM restriction AS r WHERE r.patient_id = p.patient_id AND r.lifted_at IS NULL
  )
  AND NOT EXISTS (
    SELECT 1 FROM appointment AS a
    WHERE a.patient_id = p.patient_id AND a.status IN ('booked', 'attended')
      AND CAST(a.starts_at AS DATE) > t.treated_on
  )
"""
# The second count is of those that fell due before a day.
COUNT_DUE = f"SELECT count(*), count(CASE WHEN t.follow_up_due_on < ? THEN 1 END) {DUE}"
LIST_DUE = f"""
SELECT
    p.patient_id, p.reference, p.title, p.given_names, p.family_name, p.preferred_name, p.sex,
    p.born_on, t.name, t.treated_on, t.follow_up_due_on,
    practitioner.display_name
{DUE}
ORDER BY t.follow_up_due_on, t.treatment_id
LIMIT ? OFFSET ?
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


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A treatment whose follow-up is due, with who the patient is."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    treatment_name: str
    treated_on: date
    due_on: date
    practitioner_name: str | None


def list_consultations(cursor: Cursor, patient_id: UUID, limit: int) -> list[Consultation]:
    """Return the patient's last consultations, the newest first."""
    rows = cursor.execute(LIST_CONSULTATIONS, [patient_id, limit]).fetchall()
    return [Consultation(*row) for row in rows]


def list_appointments(cursor: Cursor, patient_id: UUID, limit: int) -> list[Appointment]:
    """Return the patient's last and coming appointments, the latest first."""
    rows = cursor.execute(LIST_APPOINTMENTS, [patient_id, limit]).fetchall()
    return [Appointment(*row) for row in rows]


def count_follow_ups(cursor: Cursor, first: date, last: date, today: date) -> tuple[int, int]:
    """Return how many follow-ups due between two days (inclusive) are open, how many overdue."""
    row = cursor.execute(COUNT_DUE, [today, first, last]).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def list_follow_ups(
    cursor: Cursor, first: date, last: date, *, limit: int, offset: int = 0
) -> list[FollowUp]:
    """Return open follow-ups due between two days (inclusive), the longest due first."""
    rows = cursor.execute(LIST_DUE, [first, last, limit, offset]).fetchall()
    return [FollowUp(*row) for row in rows]

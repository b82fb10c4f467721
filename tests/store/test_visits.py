"""SQL of consultations and appointments."""

from datetime import datetime, time, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import visits
from tests.records import NOW, TODAY, add_patient, add_stock, write


def book(clinic: Clinic, patient_id: UUID, in_days: int, status: str) -> None:
    starts_at = datetime.combine(TODAY + timedelta(days=in_days), time(10))
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        status=status,
        recorded_at=NOW,
    )


def test_appointments_and_consultations_come_latest_first(clinic: Clinic) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic)
    for in_days in (-9, 4, -2):
        book(clinic, patient_id, in_days, "booked")
    for days in (5, 1):
        write(
            clinic,
            "consultation",
            consultation_id=uuid7s.uuid7(),
            patient_id=patient_id,
            consulted_on=TODAY - timedelta(days=days),
            practitioner_id=stock.practitioner_id,
            outcome="proceed",
            recorded_at=NOW,
        )
    with clinic.store.reading() as cursor:
        booked = visits.list_appointments(cursor, patient_id, 2)
        talks = visits.list_consultations(cursor, patient_id, 9)
    assert [(one.starts_at.date() - TODAY).days for one in booked] == [4, -2]
    assert [(TODAY - one.consulted_on).days for one in talks] == [1, 5]
    assert {one.practitioner_name for one in talks} == {"Pat Lee"}

"""The record in words."""

from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.restriction import Ground
from lib.services import records
from lib.services.clinic import Clinic
from lib.services.records import Record
from lib.ui import record
from lib.ui.components.blocks import Link, Mark
from tests.consents import add_version, give
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    correct_treatment,
    restrict,
    write,
)


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    """Add a patient with a note and a former name."""
    found = add_patient(clinic, note="Prefers mornings", source_detail="GP letter")
    write(
        clinic,
        "patient_name",
        patient_name_id=uuid7s.uuid7(),
        patient_id=found,
        kind="former",
        given_names="Anna",
        family_name="Stone",
        valid_until=date(2019, 5, 4),
        source="patient",
        recorded_at=NOW,
    )
    write(clinic, "patient_external_id", system="Cliniko", external_id="C-9", patient_id=found)
    return found


def opened(clinic: Clinic, staff: Actor, patient_id: UUID, ground: Ground | None = None) -> Record:
    return records.open_record(clinic, staff, patient_id, as_of=TODAY, ground=ground)


def facts(found: object) -> dict[str, list[str]]:
    return {
        fact["label"]: [f"{value['text']} {value['note']}".strip() for value in fact["values"]]
        for fact in asdict(found)["facts"]  # type: ignore[call-overload]
    }


def test_identity_says_former_names_other_numbers_and_the_source(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = facts(record.identity(opened(clinic, staff, patient_id)))
    assert said["Full name"] == ["Anna Hart"]
    assert said["Former name"] == ["Anna Stone until 04-May-2019"]
    assert said["Other number"] == ["C-9 in Cliniko"]
    assert said["How we know"] == ["patient (GP letter)"]
    assert said["Last seen"] == ["Not seen yet"]
    assert said["Note"] == ["Prefers mornings"]


def test_contacts_say_not_known_where_nothing_is(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = facts(record.contacts(opened(clinic, staff, patient_id), TODAY))
    assert said == {
        "Phone": ["Not known"],
        "Email": ["Not known"],
        "Address": ["Not known"],
        "Messages": ["Not asked"],
    }


def test_what_no_longer_holds_comes_last_and_says_until_when_and_from_whom(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    ended = TODAY - timedelta(days=1)
    for email, until, source in (
        ("old@a.example", ended, "gp"),
        ("new@a.example", None, "patient"),
    ):
        write(
            clinic,
            "patient_email",
            patient_email_id=uuid7s.uuid7(),
            patient_id=patient_id,
            email=email,
            is_preferred=until is not None,
            valid_from=date(2018, 3, 12),
            valid_until=until,
            source=source,
            recorded_at=NOW,
        )
    write(
        clinic,
        "contact_preference",
        contact_preference_id=uuid7s.uuid7(),
        patient_id=patient_id,
        channel="sms",
        is_accepted=False,
        stated_on=TODAY,
        source="patient",
        recorded_at=NOW,
    )
    for kind in ("mobile", "other"):
        write(
            clinic,
            "patient_phone",
            patient_phone_id=uuid7s.uuid7(),
            patient_id=patient_id,
            kind=kind,
            number="+447700900123",
            number_as_given="07700900123",
            is_preferred=kind == "mobile",
            source="patient",
            recorded_at=NOW,
        )
    found = record.contacts(opened(clinic, staff, patient_id), TODAY)
    said = facts(found)
    assert said["Phone"] == ["07700 900123 mobile", "07700 900123"]
    assert said["Email"] == [
        "new@a.example since 12-Mar-2018",
        "old@a.example until 22-Nov-2026, from gp",
    ]
    assert said["Messages"] == ["Text message stated 23-Nov-2026"]
    emails = next(fact for fact in found.facts if fact.label == "Email")
    assert [value.is_past for value in emails.values] == [False, True]


def test_a_treatment_says_its_lot_its_price_and_who_prescribed(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    stock = add_stock(clinic)
    first = add_treatment(
        clinic, patient_id, stock, TODAY, prescriber_id=stock.prescriber_id, notes="Calm."
    )
    write(
        clinic,
        "adverse_event",
        adverse_event_id=uuid7s.uuid7(),
        patient_id=patient_id,
        treatment_id=first,
        product_id=stock.toxin_id,
        lot_id=stock.toxin_lot_id,
        occurred_on=TODAY,
        description="Bruise",
        severity="severe",
        is_reported=True,
        reported_on=TODAY,
        recorded_at=NOW,
    )
    correct_treatment(
        clinic,
        patient_id,
        stock,
        first,
        practitioner_id=stock.prescriber_id,
        prescriber_id=stock.prescriber_id,
        follow_up_due_on=TODAY,
        notes="Better.",
    )
    page = opened(clinic, staff, patient_id).treatments
    (entry,) = record.treatments(page.treatments, "Treatments").entries
    assert (entry.when, entry.title, entry.aside) == ("24-Oct-2026", "Wrinkle relaxing", "£255.00")
    assert entry.lines == ("Dr Kim Roe, who prescribed too · follow-up due 23-Nov-2026",)
    assert entry.table is not None
    assert entry.table.rows == (("Velaxin", "forehead", "20 units", "VX-1", "30-Jan-2027"),)
    assert entry.said == "Better."
    (notice,) = entry.notices
    assert notice.title == "Adverse event 23-Nov-2026 (severe)"
    assert notice.lines == ("Bruise", "Velaxin, lot VX-1", "Reported 23-Nov-2026")
    (old,) = entry.earlier
    assert old.title == "Version 1, replaced 23-Nov-2026 09:00: Dose mis-keyed"
    assert old.lines == ("Wrinkle relaxing", "23-Nov-2026 · Pat Lee · £255.00", "Calm.")
    assert entry.earlier_label == "Corrected: 1 earlier version"


def test_a_history_shows_versions_errors_and_who_told(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    first = add_history(clinic, patient_id, "allergy", "Latex", detail="Rash")
    add_history(
        clinic,
        patient_id,
        "allergy",
        "Latex",
        series_id=first,
        version=2,
        status="entered_in_error",
        severity="moderate",
        started_on=date(2015, 5, 19),
        ended_on=date(2016, 1, 2),
        correction_reason="another patient's",
    )
    (entry,) = record.history(opened(clinic, staff, patient_id).history).entries
    assert entry.is_void
    assert [mark.word for mark in entry.marks] == ["Allergy", "Moderate", "Entered in error"]
    assert entry.lines == (
        "Since 19-May-2015, until 02-Jan-2016, reason for the change: another patient's",
        "Told by: patient. Recorded 23-Nov-2026 09:00",
    )
    (old,) = entry.earlier
    assert old.lines == ("Latex", "Rash", "Active")


def test_alerts_come_gravest_meaning_first_and_say_the_ground(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, born_on=date(2009, 8, 20))
    add_treatment(clinic, patient_id, stock, TODAY)
    add_history(clinic, patient_id, "allergy", "Latex", severity="severe", detail="Hives")
    add_history(clinic, patient_id, "contraindication", "Pregnancy", detail="Due in May")
    restrict(clinic, patient_id)
    write(
        clinic,
        "reasonable_adjustment",
        adjustment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        need="Deaf",
        adjustment="Face them",
        has_consent_to_share=False,
        source="patient",
        recorded_at=NOW,
    )
    found = record.alerts(opened(clinic, staff, patient_id, Ground.LEGAL_CLAIMS)).notices
    assert [notice.title for notice in found] == [
        "Reasonable adjustment: Deaf",
        "Allergy: Latex (severe)",
        "Contraindication: Pregnancy",
        "This record is restricted",
        "Under 18",
        "Treated under 18",
    ]
    assert found[0].lines == ("Face them", "Not to be shared outside the clinic.")
    assert "legal claims" in found[3].lines[1]


def test_visits_of_both_kinds_stand_on_one_line_of_time(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30),
        status="booked",
        recorded_at=NOW,
    )
    write(
        clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        patient_id=patient_id,
        consulted_on=TODAY - timedelta(days=1),
        outcome="under_age",
        notes="Sent home",
        recorded_at=NOW,
    )
    found = opened(clinic, staff, patient_id)
    later, earlier = record.visits(found.consultations, found.appointments).entries
    assert (later.when, later.title, later.lines) == (
        "23-Nov-2026",
        "Appointment",
        ("09:00 to 09:30",),
    )
    assert (earlier.title, earlier.marks[0].word, earlier.said) == (
        "Consultation",
        "Under age",
        "Sent home",
    )


def test_an_event_without_a_treatment_is_told_apart(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    write(
        clinic,
        "adverse_event",
        adverse_event_id=uuid7s.uuid7(),
        patient_id=patient_id,
        occurred_on=TODAY,
        description="Fainted",
        severity="mild",
        action_taken="Lay down",
        is_reported=False,
        recorded_at=NOW,
    )
    (notice,) = record.adverse_events(
        opened(clinic, staff, patient_id).other_adverse_events
    ).notices
    assert notice.lines == ("Fainted", "Lay down", "Not reported")


def test_a_treatment_leads_to_its_sheet_by_its_id_alone(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = add_treatment(clinic, patient_id, stock, TODAY)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    (entry,) = record.treatments(opened.treatments.treatments, "Treatments").entries
    assert [(act.label, act.value, act.href) for act in entry.acts] == [
        ("Open this treatment", str(key), ""),
        ("Print", "", f"/print/treatment/{key}"),
    ]


def test_consent_is_told_state_by_state_with_the_way_to_why(clinic: Clinic, staff: Actor) -> None:
    patient_id, form = add_patient(clinic), add_version(clinic)
    give(clinic, staff, patient_id, form, received_at=NOW - timedelta(days=30))
    told = record.consent(opened(clinic, staff, patient_id))
    marks = [row[0] for row in told.rows]
    assert [mark.word for mark in marks if isinstance(mark, Mark)] == ["Active", "Not asked"]
    assert told.rows[0][1] == "Use for education"
    assert str(told.rows[1][1]).startswith("Treatment; Photographs and video for the record; ")
    assert marks[-1] == Link("Why", f"/consent?id={patient_id}")

"""Printing a record or a treatment: what is on it, who may, and what the trail says."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, NotFoundError, NotPermittedError
from lib.paper.sheet import Drawing, Entries, Facts, Notices, Point, Sheet, Table, Words
from lib.services import records
from lib.services.clinic import Clinic
from lib.services.printing import registered
from lib.services.printing.prepare import Printable, prepare, register
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)

SESSION = UUID("01a20000-0000-7000-8000-0000000000aa")
OTHER_SESSION = UUID("01a20000-0000-7000-8000-0000000000bb")
PRINTED = datetime.fromisoformat("2026-07-01T23:30")
registered.register_all()
AFTERCARE = {"is_aftercare_given": True, "aftercare": "Stay upright."}


def printed(clinic: Clinic, actor: Actor, subject_id: UUID, name: str = "record") -> Sheet:
    return prepare(clinic, actor, name, subject_id, now=PRINTED)


def block(sheet: Sheet, title: str) -> object:
    (found,) = [one for one in sheet.blocks if one.title == title]
    return found


def merge(clinic: Clinic, absorbed: UUID, survivor: UUID) -> None:
    sql = "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [survivor, absorbed]))


def test_the_record_has_its_banner_alerts_and_everything_in_it(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, preferred_name="Annie", note="Shy")
    add_history(clinic, patient_id, "allergy", "Penicillin", severity="severe", detail="Rash")
    add_history(clinic, patient_id, "contraindication", "Keloid")
    for days in range(records.TREATMENTS_PAGE + 5):
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=days))
    sheet = printed(clinic, staff, patient_id)
    assert sheet.banner is not None
    assert (sheet.banner.name, sheet.banner.preferred) == ("HART, Anna (Ms)", "Annie")
    assert sheet.banner.alerts == ("Allergies: Penicillin (severe)",)
    first = sheet.blocks[0]
    assert isinstance(first, Notices)
    assert [(one.title, one.is_grave) for one in first.notices] == [
        ("Allergy: Penicillin (severe)", True),
        ("Contraindication: Keloid", True),
    ]
    treatments = block(sheet, "Treatments")
    assert isinstance(treatments, Entries)
    assert len(treatments.entries) == records.TREATMENTS_PAGE + 5
    assert treatments.entries[0].table is not None
    assert treatments.entries[0].table.rows == (
        ("Velaxin", "forehead", "20 units", "VX-1", "30-Jan-2027"),
    )
    assert sheet.note == ""


def test_adjustments_events_visits_and_age_are_on_paper_too(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, born_on=date(2009, 1, 31), last_seen_on=TODAY)
    key = add_treatment(clinic, patient_id, stock, TODAY)
    for treatment_id, lot_id in ((key, stock.toxin_lot_id), (None, None)):
        write(
            clinic,
            "adverse_event",
            adverse_event_id=uuid7s.uuid7(),
            series_id=uuid7s.uuid7(),
            version=1,
            patient_id=patient_id,
            treatment_id=treatment_id,
            product_id=stock.toxin_id,
            lot_id=lot_id,
            occurred_on=TODAY,
            description="Bruise",
            severity="mild",
            is_reported=treatment_id is None,
            reported_on=None if treatment_id else TODAY,
            recorded_at=NOW,
        )
    common = {"patient_id": patient_id, "recorded_at": NOW}
    write(
        clinic,
        "reasonable_adjustment",
        adjustment_id=uuid7s.uuid7(),
        need="Deaf",
        adjustment="Write it down",
        has_consent_to_share=False,
        source="patient",
        **common,
    )
    visit = {"practitioner_id": stock.practitioner_id, **common}
    write(
        clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        consulted_on=TODAY,
        outcome="proceed",
        **visit,
    )
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        status="booked",
        **visit,
    )
    write(
        clinic,
        "patient_phone",
        patient_phone_id=uuid7s.uuid7(),
        kind="mobile",
        number="+447700900123",
        number_as_given="07700 900123",
        is_preferred=True,
        valid_until=TODAY,
        source="patient",
        **common,
    )
    sheet = printed(clinic, staff, patient_id)
    assert sheet.banner is not None
    assert sheet.banner.alerts == (
        "Allergies not recorded",
        "1 reasonable adjustment",
        "Under 18",
    )
    first, visits = sheet.blocks[0], block(sheet, "Consultations and appointments")
    assert isinstance(first, Notices)
    assert next((one.title, one.lines) for one in first.notices) == (
        "Reasonable adjustment: Deaf",
        ("Write it down", "Not to be shared outside the clinic."),
    )
    assert [one.title for one in first.notices][1:] == ["Under 18", "Treated under 18"]
    treatments, other = block(sheet, "Treatments"), block(sheet, "Other adverse events")
    assert isinstance(treatments, Entries)
    assert treatments.entries[0].notices[0].lines == (
        "Bruise",
        "Velaxin, lot VX-1",
        "Not reported",
    )
    assert isinstance(other, Notices)
    assert other.notices[0].lines == ("Bruise", "Velaxin", "Reported 23-Nov-2026")
    assert isinstance(visits, Entries)
    assert [(entry.title, entry.lines) for entry in visits.entries] == [
        ("Appointment", ("09:00 · booked · Pat Lee",)),
        ("Consultation", ("Proceed · Pat Lee",)),
    ]
    contact = block(sheet, "Contact")
    assert isinstance(contact, Facts)
    assert contact.facts[0].values == ("07700 900123, until 23-Nov-2026",)
    (events,) = [
        one
        for one in printed(clinic, staff, key, "treatment").blocks
        if one.title == "Adverse events"
    ]
    assert isinstance(events, Notices)


def test_the_foot_says_who_printed_it_by_the_clinics_clock(clinic: Clinic, staff: Actor) -> None:
    sheet = printed(clinic, staff, add_patient(clinic))
    assert sheet.printed.startswith("Printed 02-Jul-2026 00:30 by Test Person.")
    assert sheet.banner is not None
    # Born on 6 August 1985: 40 years old on the clinic's second of July.
    assert sheet.banner.pairs[0].value == "06-Aug-1985 (40y)"


def test_the_name_of_the_file_holds_no_name(clinic: Clinic, staff: Actor) -> None:
    sheet = printed(clinic, staff, add_patient(clinic))
    assert sheet.name.startswith("record-J")
    assert "hart" not in sheet.name.lower()


def test_what_was_replaced_is_printed_with_its_reason(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    old = add_treatment(clinic, patient_id, stock, TODAY)
    new = correct_treatment(clinic, patient_id, stock, old)
    series = add_history(clinic, patient_id, "condition", "Asthma")
    add_history(
        clinic,
        patient_id,
        "condition",
        "Mild asthma",
        series_id=series,
        version=2,
        correction_reason="Told wrongly",
        recorded_at=NOW + timedelta(hours=1),
    )
    sheet = printed(clinic, staff, patient_id)
    treatments, history = block(sheet, "Treatments"), block(sheet, "Medical history")
    assert isinstance(treatments, Entries)
    assert isinstance(history, Entries)
    said = "Version 1 replaced 23-Nov-2026 09:00: Wrinkle relaxing. Reason: Dose mis-keyed"
    assert said in treatments.entries[0].lines
    (entry,) = history.entries
    assert entry.title == "Mild asthma"
    assert "Replaced 23-Nov-2026 10:00: Asthma. Reason: Told wrongly" in entry.lines
    # Either version's address prints the treatment as it stands.
    for key in (old, new):
        (facts,) = [
            one for one in printed(clinic, staff, key, "treatment").blocks if isinstance(one, Facts)
        ]
        assert ("Corrected", (said,)) in [(fact.label, fact.values) for fact in facts.facts]


def test_the_treatment_sheet_says_products_points_warnings_and_aftercare(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = add_treatment(clinic, patient_id, stock, TODAY, notes="Calm", **AFTERCARE)
    with clinic.store.reading() as cursor:
        row = cursor.execute("SELECT treatment_item_id FROM treatment_item").fetchone()
    assert row is not None
    write(
        clinic,
        "treatment_point",
        treatment_point_id=uuid7s.uuid7(),
        treatment_item_id=row[0],
        treatment_id=key,
        patient_id=patient_id,
        chart="face_front",
        x=50,
        y=25,
        dose=4,
    )
    write(
        clinic,
        "treatment_warning",
        treatment_warning_id=uuid7s.uuid7(),
        treatment_id=key,
        patient_id=patient_id,
        warning="Anticoagulants",
        level="stop",
        reason="Agreed with the GP",
        recorded_at=NOW,
    )
    sheet = printed(clinic, staff, key, "treatment")
    facts = block(sheet, "Wrinkle relaxing")
    assert isinstance(facts, Facts)
    assert ("Aftercare advice", ("Given",)) in [(one.label, one.values) for one in facts.facts]
    (drawing,) = [one for one in sheet.blocks if isinstance(one, Drawing)]
    assert (drawing.title, drawing.points) == ("Face, front", (Point(50, 25, "1"),))
    assert drawing.alt == "Face, front, 1 point; the table below says what each is"
    assert drawing.contours
    tables = [one for one in sheet.blocks if isinstance(one, Table)]
    assert [table.rows for table in tables][1:] == [(("1", "Velaxin", "forehead", "4 units"),)]
    warnings = block(sheet, "Warnings shown when it was recorded")
    assert isinstance(warnings, Notices)
    assert [(one.title, one.lines, one.is_grave) for one in warnings.notices] == [
        ("Anticoagulants", ("Gone ahead because: Agreed with the GP",), True)
    ]
    assert block(sheet, "Notes") == Words("Notes", ("Calm",))
    assert block(sheet, "Aftercare advice") == Words("Aftercare advice", ("Stay upright.",))


def test_printing_is_in_the_trail_with_whose_and_which(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    key = add_treatment(clinic, patient_id, stock, TODAY)
    printed(clinic, staff, patient_id)
    printed(clinic, staff, key, "treatment")
    assert audit_lines(clinic) == [
        ("record printed", "done", str(patient_id), None, '{"document": "Patient record"}'),
        ("record printed", "done", str(patient_id), None, '{"document": "Treatment sheet"}'),
    ]


def test_whoever_may_not_read_a_record_may_not_print_it(
    clinic: Clinic, owner: Actor, administrator: Actor
) -> None:
    patient_id = add_patient(clinic)
    for actor in (owner, administrator):
        with pytest.raises(NotPermittedError):
            printed(clinic, actor, patient_id)
    assert [line[:3] for line in audit_lines(clinic)] == [
        ("refused", "refused", str(patient_id))
    ] * 2


@pytest.mark.parametrize("name", ["record", "treatment", "nonsense"])
def test_an_id_that_is_nobodys_prints_nothing(clinic: Clinic, staff: Actor, name: str) -> None:
    with pytest.raises(NotFoundError):
        printed(clinic, staff, UUID(int=7), name)
    assert audit_lines(clinic) == []


def test_a_merged_record_prints_as_the_one_it_went_into(clinic: Clinic, staff: Actor) -> None:
    survivor, absorbed, first = add_patient(clinic), add_patient(clinic), add_patient(clinic)
    merge(clinic, absorbed, survivor)
    merge(clinic, first, absorbed)
    by_itself = printed(clinic, staff, survivor)
    assert printed(clinic, staff, first) == by_itself
    assert [line[2] for line in audit_lines(clinic)] == [str(survivor)] * 2


def test_a_restricted_record_is_refused_until_this_session_has_named_its_ground(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    mine, other = replace(staff, session_id=SESSION), replace(staff, session_id=OTHER_SESSION)
    records.open_record(clinic, other, patient_id, as_of=TODAY, ground=Ground.CONSENT)
    for actor in (mine, staff):
        with pytest.raises(GroundNeededError):
            printed(clinic, actor, patient_id)
    records.open_record(clinic, mine, patient_id, as_of=TODAY, ground=Ground.LEGAL_CLAIMS)
    sheet = printed(clinic, mine, patient_id)
    first = sheet.blocks[0]
    assert isinstance(first, Notices)
    assert first.notices[0].title == "This record is restricted"
    assert first.notices[0].lines[1] == "Printed on this ground: legal claims."
    lines = audit_lines(clinic)
    assert lines[-1][:4] == ("record printed", "done", str(patient_id), "legal claims")
    refused = '{"because": "restricted", "permission": "view a patient\'s record"}'
    assert [line[4] for line in lines if line[1] == "refused"] == [refused] * 2


def test_a_ground_named_before_the_record_was_restricted_is_none(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    mine = replace(staff, session_id=SESSION)
    records.open_record(clinic, mine, patient_id, as_of=TODAY, ground=Ground.CONSENT)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        printed(clinic, mine, patient_id)


def test_a_list_of_nobodys_own_is_registered_without_a_patient(
    clinic: Clinic, staff: Actor
) -> None:
    kept = registered.record.PRINTABLE
    listed = Printable(
        "test-list", kept.permission, lambda _, asked: Sheet("L", "l", asked.printed, None, ())
    )
    register(listed)
    assert printed(clinic, staff, UUID(int=3), "test-list").title == "L"

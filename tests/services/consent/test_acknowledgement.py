"""The letter that acknowledges a withdrawal: what it says, who may have it, and the trail."""

from uuid import UUID

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.consent import Decision, Route
from lib.errors import GroundNeededError, NotFoundError, NotPermittedError
from lib.paper import html, pdf
from lib.paper.sheet import Facts, Sheet, Words
from lib.services.clinic import Clinic
from lib.services.consent import events
from lib.services.printing import prepare, registered
from tests.consents import BY_EMAIL, EDUCATION, add_version, answer, give, receipt, withdraw
from tests.records import NOW, add_patient, restrict, write

registered.register_all()


@pytest.fixture
def patient_id(clinic: Clinic, staff: Actor) -> UUID:
    patient_id = add_patient(clinic)
    give(clinic, staff, patient_id, add_version(clinic))
    return patient_id


def letter(clinic: Clinic, actor: Actor, event_id: UUID) -> Sheet:
    return prepare.prepare(clinic, actor, "consent-acknowledgement", event_id, now=NOW)


def said(sheet: Sheet) -> list[str]:
    found: list[str] = []
    for block in sheet.blocks:
        if isinstance(block, Words):
            found += block.paragraphs
        elif isinstance(block, Facts):
            found += [value for fact in block.facts for value in fact.values]
    return found


def test_it_says_what_was_withdrawn_when_and_what_the_clinic_does(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    act = receipt(patient_id, received_at=NOW, route=Route.PHONE)
    answers = [answer(topic, Decision.WITHDRAWN) for topic in (EDUCATION, BY_EMAIL)]
    done = events.record(clinic, staff, act, answers)
    sheet = letter(clinic, staff, done.event_ids[1])
    words = said(sheet)
    assert words[:4] == ["Ms Anna Hart", "No address is recorded", "23-Nov-2026", words[3]]
    assert "Dear Ms Hart," in words
    assert words[5].startswith("You told us (by phone, 23-Nov-2026 09:00) that you withdraw")
    assert words[6:8] == ["Use for education", "Keeping in touch by email"]
    assert words[8].startswith("Your pictures are no longer shown for this.")
    assert words[9].startswith("We no longer send you news of our services this way.")
    assert sheet.banner is None
    assert "Hart" not in sheet.name
    assert "Dear Ms Hart," in html.render(sheet, "/print/x.pdf")
    assert pdf.render(sheet).startswith(b"%PDF-")


def test_two_acts_have_two_letters(clinic: Clinic, staff: Actor, patient_id: UUID) -> None:
    first = withdraw(clinic, staff, patient_id)
    later = receipt(patient_id, received_at=NOW, now=NOW.replace(minute=5))
    events.record(clinic, staff, later, [answer(BY_EMAIL, Decision.REFUSED)])
    words = said(letter(clinic, staff, first.event_ids[0]))
    assert "Keeping in touch by email" not in words


def test_what_was_given_has_no_such_letter(clinic: Clinic, staff: Actor, patient_id: UUID) -> None:
    given = give(clinic, staff, patient_id, add_version(clinic), BY_EMAIL)
    with pytest.raises(NotFoundError):
        letter(clinic, staff, given.event_ids[0])


def test_whoever_may_not_record_consent_gets_none(
    clinic: Clinic, staff: Actor, owner: Actor, patient_id: UUID
) -> None:
    done = withdraw(clinic, staff, patient_id)
    with pytest.raises(NotPermittedError):
        letter(clinic, owner, done.event_ids[0])


def test_a_restricted_record_needs_its_ground_and_printing_is_in_the_trail(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    done = withdraw(clinic, staff, patient_id)
    letter(clinic, staff, done.event_ids[0])
    with clinic.store.reading() as cursor:
        printed = cursor.execute(
            "SELECT subject_id FROM audit_entry WHERE action = ? AND patient_id = ?",
            [Action.RECORD_PRINTED.value, patient_id],
        ).fetchall()
    assert printed == [(done.event_ids[0],)]
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        letter(clinic, staff, done.event_ids[0])


def test_an_address_that_holds_is_on_the_envelope(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    write(
        clinic,
        "patient_address",
        patient_address_id=UUID(int=7),
        patient_id=patient_id,
        line_1="1 High Street",
        town="Leeds",
        postcode="LS1 1AA",
        country="United Kingdom",
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )
    done = withdraw(clinic, staff, patient_id)
    words = said(letter(clinic, staff, done.event_ids[0]))
    assert words[1:5] == ["1 High Street", "Leeds", "LS1 1AA", "United Kingdom"]

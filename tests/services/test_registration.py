"""A patient is registered once, whole, and with an entry in the trail."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.errors import InvalidInputError, NotPermittedError
from lib.services import drafts, records, registration
from lib.services.clinic import Clinic
from lib.services.registration import SUBJECT, Registered, Wanted
from tests.records import NOW, TODAY, audit_lines

TYPED: dict[str, Any] = {
    "family_name": "Hart",
    "given_names": "Anna",
    "born_on": "6.8.85",
    "sex": "female",
    "phones": "home: 020 7946 0018; 07700 900123",
    "emails": "anna@example.org a.hart@example.org",
    "postcode": "sw1a 1aa",
    "need": "Deaf",
    "adjustment": "Face the patient",
    "source": "third_party",
    "source_detail": "Her sister",
}


def save(clinic: Clinic, actor: Actor, wanted: Wanted) -> Registered:
    return registration.register(clinic, actor, wanted, now=NOW, as_of=TODAY)


def count(clinic: Clinic, table: str) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608


def test_a_registered_patient_has_everything_that_was_typed(clinic: Clinic, staff: Actor) -> None:
    saved = save(clinic, staff, Wanted(uuid7s.uuid7(), TYPED))
    record = records.open_record(clinic, staff, saved.patient_id, as_of=TODAY)
    patient = record.patient
    assert saved.reference == patient.reference
    assert (patient.family_name, patient.born_on) == ("Hart", date(1985, 8, 6))
    assert (patient.source, patient.source_detail) == ("third_party", "Her sister")
    assert [(one.number, one.is_preferred) for one in record.contacts.phones] == [
        ("+447700900123", True),
        ("+442079460018", False),
    ]
    assert [one.email for one in record.contacts.emails] == [
        "anna@example.org",
        "a.hart@example.org",
    ]
    assert record.contacts.addresses[0].postcode == "SW1A 1AA"
    assert record.alerts.adjustments[0].need == "Deaf"
    assert ("patient added", "done", str(saved.patient_id), None, "{}") in audit_lines(clinic)


def test_saving_twice_is_saving_once(clinic: Clinic, staff: Actor) -> None:
    wanted = Wanted(uuid7s.uuid7(), TYPED)
    drafts.keep(clinic, staff, SUBJECT, {"typed": TYPED}, now=NOW)
    assert save(clinic, staff, wanted) == save(clinic, staff, wanted)
    assert (count(clinic, "patient"), count(clinic, "patient_phone")) == (1, 2)
    assert sum(line[0] == "patient added" for line in audit_lines(clinic)) == 1
    assert drafts.find(clinic, staff, SUBJECT) is None


def test_another_person_typed_into_a_form_that_was_saved_is_refused_and_not_dropped(
    clinic: Clinic, staff: Actor
) -> None:
    wanted = Wanted(uuid7s.uuid7(), TYPED)
    save(clinic, staff, wanted)
    with pytest.raises(InvalidInputError) as caught:
        save(clinic, staff, Wanted(wanted.patient_id, {**TYPED, "given_names": "Berta"}))
    assert (caught.value.field, count(clinic, "patient")) == ("family_name", 1)


def test_a_double_click_registers_one_patient(clinic: Clinic, staff: Actor) -> None:
    wanted = Wanted(uuid7s.uuid7(), TYPED)
    saved: list[Registered] = []
    clicks = [
        threading.Thread(target=lambda: saved.append(save(clinic, staff, wanted))) for _ in range(4)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert (len(saved), len(set(saved)), count(clinic, "patient")) == (4, 1, 1)


def test_two_people_registering_at_once_get_two_references(clinic: Clinic, staff: Actor) -> None:
    saved: list[Registered] = []
    people = [
        threading.Thread(
            target=lambda: saved.append(save(clinic, staff, Wanted(uuid7s.uuid7(), TYPED)))
        )
        for _ in range(6)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len({one.reference for one in saved}) == 6


def test_a_fault_is_refused_with_its_field_and_nothing_is_stored(
    clinic: Clinic, staff: Actor
) -> None:
    drafts.keep(clinic, staff, SUBJECT, {"typed": TYPED}, now=NOW)
    with pytest.raises(InvalidInputError) as caught:
        save(clinic, staff, Wanted(uuid7s.uuid7(), {**TYPED, "born_on": "31/02/1985"}))
    assert caught.value.field == "born_on"
    assert count(clinic, "patient") == 0
    assert drafts.find(clinic, staff, SUBJECT) is not None


def test_a_patient_is_found_as_soon_as_they_are_registered(clinic: Clinic, staff: Actor) -> None:
    clinic.search.rebuild()
    now = datetime.now(UTC).replace(tzinfo=None)
    wanted = Wanted(uuid7s.uuid7(), TYPED)
    saved = registration.register(clinic, staff, wanted, now=now, as_of=TODAY)
    assert [match.patient_id for match in clinic.search.search("anna hart")] == [saved.patient_id]


def test_only_staff_register_patients(clinic: Clinic, compliance: Actor) -> None:
    with pytest.raises(NotPermittedError):
        save(clinic, compliance, Wanted(uuid7s.uuid7(), TYPED))
    assert count(clinic, "patient") == 0

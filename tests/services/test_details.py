"""Details change in versions, contacts are added and ended, and lookup follows at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lib.domain import details as rules
from lib.domain.access import Actor
from lib.domain.conflicts import Choice
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from lib.services import details, records
from lib.services.clinic import Clinic
from lib.services.details import About, Change, Overview
from lib.services.records import Record
from lib.store.details import Belonging, Row
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict

LATER = NOW + timedelta(hours=1)


def about(patient_id: UUID, ground: Ground | None = None) -> About:
    return About(patient_id, LATER, TODAY, ground)


def overview(clinic: Clinic, actor: Actor, patient_id: UUID) -> Overview:
    return details.overview(clinic, actor, about(patient_id))


def opened(clinic: Clinic, actor: Actor, patient_id: UUID) -> Record:
    return records.open_record(clinic, actor, patient_id, as_of=TODAY)


def wanted(found: Overview, **typed: Any) -> Change:  # noqa: ANN401
    current = found.versions[-1]
    base = rules.typed_of(current)
    return Change(base, {**base, **typed}, "Asked by phone", current.version)


def in_force(clinic: Clinic, actor: Actor, patient_id: UUID, kind: Belonging) -> list[Row]:
    return list(overview(clinic, actor, patient_id).in_force[kind])


def changes(clinic: Clinic) -> list[str]:
    return [line[4] for line in audit_lines(clinic) if line[0] == "patient changed"]


def test_a_change_keeps_what_was_said_before(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic, note="Works shifts")
    first = overview(clinic, staff, patient_id)
    changed = details.change(
        clinic, staff, about(patient_id), wanted(first, born_on="7/8/85", note="")
    )
    assert changed == ("born_on", "note")
    old, new = overview(clinic, staff, patient_id).versions
    assert (old.version, old.born_on, old.note) == (1, date(1985, 8, 6), "Works shifts")
    assert (new.version, new.born_on, new.note) == (2, date(1985, 8, 7), None)
    assert old.replaced_because == "Asked by phone"
    assert changes(clinic) == ['{"changed": "born_on, note"}']


def test_saving_the_same_change_again_changes_nothing(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    change = wanted(overview(clinic, staff, patient_id), family_name="Okafor")
    again = [details.change(clinic, staff, about(patient_id), change) for _ in range(2)]
    assert again == [("family_name",), ()]
    assert [one.version for one in overview(clinic, staff, patient_id).versions] == [1, 2]
    assert len(opened(clinic, staff, patient_id).names) == 1
    assert len(changes(clinic)) == 1


def test_a_changed_name_stays_as_a_former_name(clinic: Clinic, staff: Actor) -> None:
    clinic.search.rebuild()
    patient_id = add_patient(clinic)
    change = wanted(overview(clinic, staff, patient_id), family_name="Okafor")
    at = replace(about(patient_id), now=datetime.now(UTC).replace(tzinfo=None))
    details.change(clinic, staff, at, change)
    (former,) = opened(clinic, staff, patient_id).names
    assert (former.kind, former.family_name, former.valid_until) == ("former", "Hart", TODAY)
    for typed in ("anna okafor", "anna hart"):
        assert [one.patient_id for one in clinic.search.search(typed)] == [patient_id]


def test_a_name_that_was_a_mistake_is_not_kept_as_a_former_one(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    change = wanted(overview(clinic, staff, patient_id), family_name="Harte")
    details.change(clinic, staff, about(patient_id), replace(change, is_mistake=True))
    assert opened(clinic, staff, patient_id).names == ()
    assert overview(clinic, staff, patient_id).versions[0].family_name == "Hart"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"born_on": "31/2/1985"}, "born_on"),
        ({"deceased_on": "1/1/1970"}, "deceased_on"),
        ({"family_name": "", "given_names": ""}, "family_name"),
        ({}, None),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    clinic: Clinic, staff: Actor, typed: dict[str, str], field: str | None
) -> None:
    patient_id = add_patient(clinic)
    found = overview(clinic, staff, patient_id)
    with pytest.raises(InvalidInputError) as caught:
        details.change(clinic, staff, about(patient_id), wanted(found, **typed))
    assert caught.value.field == field
    assert overview(clinic, staff, patient_id) == found


def test_changes_in_different_fields_are_both_kept(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    found = overview(clinic, staff, patient_id)
    details.change(clinic, staff, about(patient_id), wanted(found, title="Dr"))
    details.change(clinic, staff, about(patient_id), wanted(found, note="Prefers texts"))
    patient = opened(clinic, staff, patient_id).patient
    assert (patient.title, patient.note) == ("Dr", "Prefers texts")


def test_two_who_change_one_field_see_both_and_choose(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    found = overview(clinic, staff, patient_id)
    details.change(clinic, staff, about(patient_id), wanted(found, title="Dr"))
    mine = wanted(found, title="Mrs")
    with pytest.raises(StaleVersionError) as caught:
        details.change(clinic, staff, about(patient_id), mine)
    assert (caught.value.theirs["title"], caught.value.version) == ("Dr", 2)
    decided = replace(mine, choices={"title": Choice.MINE}, seen=2)
    assert details.change(clinic, staff, about(patient_id), decided) == ("title",)
    kept = replace(mine, choices={"title": Choice.THEIRS}, seen=3)
    assert details.change(clinic, staff, about(patient_id), kept) == ()


def test_contacts_are_added_once_and_the_first_is_preferred(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    typed = {"phones": "07700 900123", "emails": "anna@example.org", "postcode": "SW1A 1AA"}
    assert details.add(clinic, staff, about(patient_id), typed) == 3
    assert details.add(clinic, staff, about(patient_id), typed) == 0
    assert details.add(clinic, staff, about(patient_id), {"phones": "020 7946 0018"}) == 1
    numbers = in_force(clinic, staff, patient_id, Belonging.PHONE)
    assert [(one.values["number"], one.values["is_preferred"]) for one in numbers] == [
        ("+447700900123", True),
        ("+442079460018", False),
    ]
    assert changes(clinic)[0] == ('{"changed": "patient_address, patient_email, patient_phone"}')


def test_lookup_finds_a_new_number_at_once(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    clinic.search.rebuild()
    at = replace(about(patient_id), now=datetime.now(UTC).replace(tzinfo=None))
    details.add(clinic, staff, at, {"phones": "07700 900123"})
    assert [one.patient_id for one in clinic.search.search("900123")] == [patient_id]


def test_another_contact_can_be_preferred(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    for number in ("07700 900123", "020 7946 0018"):
        details.add(clinic, staff, about(patient_id), {"phones": number})
    home = in_force(clinic, staff, patient_id, Belonging.PHONE)[1]
    details.prefer(clinic, staff, about(patient_id), home)
    preferred = in_force(clinic, staff, patient_id, Belonging.PHONE)
    assert [one.values["is_preferred"] for one in preferred] == [True, False]
    assert preferred[0].row_id == home.row_id


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Belonging.PHONE, {"phones": "07700 900123"}),
        (Belonging.EMAIL, {"emails": "anna@example.org"}),
        (Belonging.ADDRESS, {"line_1": "1 Mall", "town": "London"}),
        (Belonging.ADJUSTMENT, {"need": "Deaf", "adjustment": "BSL", "is_shared": True}),
    ],
)
def test_what_was_ended_stays_and_can_be_had_again(
    clinic: Clinic, staff: Actor, kind: Belonging, typed: dict[str, object]
) -> None:
    patient_id = add_patient(clinic)
    details.add(clinic, staff, about(patient_id), typed)
    (row,) = in_force(clinic, staff, patient_id, kind)
    details.end(clinic, staff, about(patient_id), row)
    assert in_force(clinic, staff, patient_id, kind) == []
    with pytest.raises(NotFoundError):
        details.end(clinic, staff, about(patient_id), row)
    for _ in range(2):
        details.restore(clinic, staff, about(patient_id), row)
    (again,) = in_force(clinic, staff, patient_id, kind)
    assert (again.values, again.row_id == row.row_id) == (row.values, False)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"phones": "12"}, "phones"), ({"need": "Deaf"}, "adjustment"), ({}, None)],
)
def test_an_addition_that_cannot_be_is_refused(
    clinic: Clinic, staff: Actor, typed: dict[str, object], field: str | None
) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(InvalidInputError) as caught:
        details.add(clinic, staff, about(patient_id), typed)
    assert caught.value.field == field
    faults = details.check_addition(clinic, typed)
    assert list(faults) == ([field] if field else [])


def test_what_is_said_of_messages_is_appended(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    for minute, said in enumerate((("email", True), ("email", True), ("email", False))):
        at = replace(about(patient_id), now=LATER + timedelta(minutes=minute))
        details.state_preference(clinic, staff, at, said)
    (found,) = overview(clinic, staff, patient_id).preferences
    assert (found.channel, found.is_accepted, found.stated_on) == ("email", False, TODAY)
    assert len(changes(clinic)) == 2
    with pytest.raises(InvalidInputError):
        details.state_preference(clinic, staff, about(patient_id), ("pigeon", True))


def test_a_restricted_record_is_edited_on_a_ground_only(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        overview(clinic, staff, patient_id)
    with pytest.raises(GroundNeededError):
        details.add(clinic, staff, about(patient_id), {"phones": "07700 900123"})
    ground = Ground.LEGAL_CLAIMS
    details.add(clinic, staff, about(patient_id, ground), {"phones": "07700 900123"})
    (line,) = [line for line in audit_lines(clinic) if line[0] == "patient changed"]
    assert line[3] == ground.value


def test_who_may_not_edit_changes_nothing(clinic: Clinic, staff: Actor, compliance: Actor) -> None:
    patient_id = add_patient(clinic)
    details.add(clinic, staff, about(patient_id), {"phones": "07700 900123"})
    found = overview(clinic, compliance, patient_id)
    (row,) = found.in_force[Belonging.PHONE]
    with pytest.raises(NotPermittedError):
        details.change(clinic, compliance, about(patient_id), wanted(found, title="Dr"))
    with pytest.raises(NotPermittedError):
        details.end(clinic, compliance, about(patient_id), row)
    with pytest.raises(NotPermittedError):
        details.add(clinic, compliance, about(patient_id), {"phones": "07700 900124"})
    assert overview(clinic, staff, patient_id) == found

"""The warning while a patient is typed: who it names, why, and what the trail says."""

import json
from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.likely import Typed
from lib.errors import NotPermittedError
from lib.services import duplicate_search, likely_duplicates
from lib.services.clinic import Clinic
from tests.records import NOW, add_patient, audit_lines, restrict, write

PHONE = "+447700900123"
ANNA = Typed("Anna", "Hart", date(1985, 8, 6), (PHONE,), ("anna@example.org",), "LS6 2AB")


@pytest.fixture
def anna(clinic: Clinic) -> UUID:
    """Return a patient with a phone, among others."""
    for number in range(8):
        add_patient(
            clinic,
            given_names=f"Be{'aeiouy'[number % 6]}t{'rsn'[number % 3]}a",
            family_name=f"Mar{'aeiouy'[number % 6]}ley",
            born_on=date(1950 + 5 * number, 1 + number, 3 + 3 * number),
        )
    patient_id = add_patient(clinic)
    write(
        clinic, "patient_phone", patient_phone_id=uuid7s.uuid7(), patient_id=patient_id,
        kind="mobile", number=PHONE, number_as_given=PHONE, is_preferred=True, source="patient",
        recorded_at=NOW,
    )  # fmt: skip
    clinic.search.wait_ready()
    return patient_id


def find(clinic: Clinic, actor: Actor, typed: Typed) -> tuple[likely_duplicates.LikelyPatient, ...]:
    found = likely_duplicates.find(clinic, actor, typed)
    assert found is not None
    return found


def test_somebody_typed_again_is_named_with_the_reasons(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    (found,) = find(clinic, staff, ANNA)
    assert found.row.patient_id == anna
    assert found.probability > 0.99
    assert set(found.reasons) == {
        "same given names", "same family name", "same date of birth", "a phone number in common",
    }  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        Typed("Anna", "Hart", None),
        Typed("Ana", "Heart", date(1985, 8, 6)),
        Typed("Hart", "Anna", date(1985, 8, 6)),
        Typed("", "Hart", date(1985, 8, 6)),
        Typed("Anna", "Moss", date(1985, 8, 6), (PHONE,)),
        Typed("Anna", "Hart", date(1985, 6, 8)),
    ],
)
def test_a_slip_or_a_part_is_enough(clinic: Clinic, staff: Actor, anna: UUID, typed: Typed) -> None:
    assert [one.row.patient_id for one in find(clinic, staff, typed)] == [anna]


@pytest.mark.parametrize(
    "typed",
    [
        Typed("Anna", "", None),
        Typed("", "", date(1985, 8, 6)),
        Typed("", "", None, postcode="LS6 2AB"),
    ],
)
def test_too_little_says_nothing_and_leaves_no_trace(
    clinic: Clinic, staff: Actor, anna: UUID, typed: Typed
) -> None:
    assert anna
    assert not likely_duplicates.is_telling(typed)
    assert find(clinic, staff, typed) == ()
    assert audit_lines(clinic) == []


def test_somebody_new_looks_like_nobody(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    assert anna
    assert find(clinic, staff, Typed("Quentin", "Zimmer", date(1991, 2, 3))) == ()
    assert audit_lines(clinic) == []


def test_a_relative_with_the_same_phone_is_somebody_else(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    daughter = Typed("Zoe", "Hart", date(2009, 12, 30), (PHONE,))
    assert anna
    assert find(clinic, staff, daughter) == ()


def test_who_is_shown_is_in_the_trail_and_what_was_typed_is_not(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    find(clinic, staff, ANNA)
    (line,) = audit_lines(clinic)
    assert (line[0], line[2]) == ("patient shown in a list", str(anna))
    assert json.loads(line[4]) == {"list": "likely duplicates"}


def test_a_restricted_record_is_named_without_reasons(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    restrict(clinic, anna)
    (found,) = find(clinic, staff, ANNA)
    assert found.row.is_restricted
    assert found.reasons == ()


def test_who_may_not_register_is_refused(clinic: Clinic, compliance: Actor) -> None:
    with pytest.raises(NotPermittedError):
        likely_duplicates.find(clinic, compliance, ANNA)
    assert [line[1] for line in audit_lines(clinic)] == ["refused"]


def test_nobody_can_tell_before_the_index_is_there(clinic: Clinic, staff: Actor) -> None:
    assert likely_duplicates.find(clinic, staff, ANNA) is None
    assert clinic.search.wait_ready()
    assert likely_duplicates.find(clinic, staff, ANNA) == ()


def test_what_the_last_search_learned_is_used(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    (before,) = find(clinic, staff, Typed("Anna", "Hart", None))
    duplicate_search.run(clinic, staff)
    (after,) = find(clinic, staff, Typed("Anna", "Hart", None))
    assert anna
    assert after.probability != before.probability


def test_of_two_about_as_likely_the_one_that_agrees_in_more_comes_first(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    misspelt = add_patient(clinic, family_name="Heart")
    clinic.search.rebuild()
    found = find(clinic, staff, Typed("Anna", "Hart", date(1985, 8, 6)))
    assert [one.row.patient_id for one in found] == [anna, misspelt]

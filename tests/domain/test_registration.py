"""What is typed of a new patient is read field by field, or refused there with its reason."""

from datetime import date

import pytest

from lib.domain.patient import PhoneKind, Sex
from lib.domain.registration import (
    Address,
    Adjustment,
    Reading,
    Registration,
    Source,
    read_registration,
)

TODAY = date(2026, 11, 24)


def read(**typed: object) -> tuple[Registration, dict[str, str]]:
    reading = Reading(typed)
    return read_registration(reading, "GB", TODAY), reading.faults


def test_a_whole_form_is_read() -> None:
    found, faults = read(
        family_name=" Hart ",
        given_names="Anna  May",
        title="Ms",
        born_on="14-Jul-1985",
        sex="female",
        phones="07700 900123; home: 020 7946 0018",
        emails="anna@example.org",
        postcode="sw1a1aa",
        line_1="1 Mall",
        need="Hard of hearing",
        adjustment="Speak from the right",
        is_shared=True,
        source="professional",
        source_detail="GP letter",
        note="Prefers texts",
    )
    assert faults == {}
    assert (found.details.family_name, found.details.given_names) == ("Hart", "Anna  May")
    assert (found.details.born_on, found.details.sex) == (date(1985, 7, 14), Sex.FEMALE)
    assert found.details.source is Source.PROFESSIONAL
    assert [phone.number for phone in found.phones] == ["+447700900123", "+442079460018"]
    assert [phone.kind for phone in found.phones] == [PhoneKind.MOBILE, PhoneKind.HOME]
    assert found.emails == ("anna@example.org",)
    assert found.address == Address("1 Mall", None, None, None, "SW1A 1AA", None)
    assert found.adjustment == Adjustment("Hard of hearing", "Speak from the right", True)


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("family_name", {}, "give at least one name"),
        ("born_on", {"family_name": "H", "born_on": "31/02/1985"}, "not a date that exists"),
        ("born_on", {"family_name": "H", "born_on": "25/11/2026"}, "in the future"),
        ("born_on", {"family_name": "H", "born_on": "1/1/1899"}, "before 1900"),
        ("deceased_on", {"family_name": "H", "born_on": "1/1/1990", "deceased_on": "1/1/1980"},
         "before the date of birth"),
        ("phones", {"family_name": "H", "phones": "12"}, "not a phone number"),
        ("emails", {"family_name": "H", "emails": "anna@"}, "not an email address"),
        ("sex", {"family_name": "H", "sex": "robot"}, "choose one of the list"),
        ("source", {"family_name": "H", "source": "rumour"}, "choose one of the list"),
        ("adjustment", {"family_name": "H", "need": "Deaf"}, "say what the clinic does"),
        ("need", {"family_name": "H", "adjustment": "BSL"}, "say what the patient needs"),
        ("family_name", {"family_name": "x" * 201}, "longer than 200"),
        ("note", {"family_name": "H", "note": "x" * 4001}, "longer than 4,000"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_at_its_field(
    field: str, typed: dict[str, object], reason: str
) -> None:
    _, faults = read(**typed)
    assert list(faults) == [field]
    assert reason in faults[field]


def test_a_reason_never_repeats_what_was_typed() -> None:
    _, faults = read(family_name="Hart", born_on="secret", phones="secret", emails="secret")
    assert len(faults) == 3
    assert "secret" not in str(faults)


def test_a_country_alone_is_no_address() -> None:
    found, faults = read(family_name="Hart", country="United Kingdom")
    assert (found.address, faults) == (None, {})

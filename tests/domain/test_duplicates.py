"""The evidence of a pair in plain words, and in the form in which it is stored."""

from datetime import date

import pytest

from lib.domain.duplicates import (
    LABELS,
    Agreement,
    Home,
    Person,
    Sign,
    describe,
    signs_from_json,
    signs_to_json,
)

ANNA = Person(
    "Anna", "Smyth", preferred_name="Annie", born_on=date(1984, 3, 9), sex="female",
    other_names=(("Anna", "Moss"),), phones=("+447700900123",), emails=("a@example.org",),
    homes=(Home(("12 Mill Lane", "Flat 2"), "Leeds", "LS6 2AB"),),
)  # fmt: skip
OTHER = Person("Ann", "Smith", born_on=date(1984, 9, 3))


def words(*signs: Sign, one: Person = ANNA, other: Person = OTHER) -> list[tuple[str, str, str]]:
    return [
        (finding.label, finding.agreement.value, finding.reason)
        for finding in describe(signs, one, other)
    ]


def test_signs_are_stored_as_levels_and_weights_only() -> None:
    signs = (Sign("given", "same", 7.456), Sign("phone", "unknown", 0.0))
    text = signs_to_json(signs)
    assert text == '{"given":["same",7.46],"phone":["unknown",0.0]}'
    assert signs_from_json(text) == (Sign("given", "same", 7.46), Sign("phone", "unknown", 0.0))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Smyth", "Smith", "family name one letter apart"),
        ("Smiht", "Smith", "family name with two letters swapped"),
        ("Smith", "SMITH", "family name written differently"),
        ("Smithers", "Smythersen", "family name a slip apart"),
    ],
)
def test_a_slip_is_named(one: str, other: str, reason: str) -> None:
    sign = Sign("family", "slip", 5)
    found = words(sign, one=Person("Anna", one), other=Person("Anna", other))
    assert found == [("Family name", "similar", reason)]


def test_the_values_of_both_stand_beside_the_reason() -> None:
    (finding,) = describe([Sign("born", "swapped", 9)], ANNA, OTHER)
    assert finding.agreement is Agreement.SIMILAR
    assert finding.reason == "day and month changed places"
    assert (finding.one, finding.other) == (("1984-03-09",), ("1984-09-03",))


def test_every_name_and_contact_is_shown_once_and_the_preferred_first() -> None:
    signs = [Sign(name, "unknown", 0) for name in LABELS if name != "third"]
    found = {finding.label: finding.one for finding in describe(signs, ANNA, OTHER)}
    assert found == {
        "Given names": ("Anna", "Annie"),
        "Family name": ("Smyth", "Moss"),
        "Date of birth": ("1984-03-09",),
        "Gender": ("female",),
        "Phone": ("+447700900123",),
        "Email": ("a@example.org",),
        "Address": ("12 Mill Lane, Flat 2",),
        "Town and postcode": ("Leeds LS6 2AB",),
    }


def test_what_is_missing_says_nothing_either_way() -> None:
    assert words(Sign("sex", "unknown", 0)) == [("Gender", "not known", "nothing to compare")]
    (finding,) = describe([Sign("sex", "unknown", 0)], ANNA, OTHER)
    assert finding.other == ()


def test_a_third_record_is_named_without_values() -> None:
    (finding,) = describe([Sign("third", "same", 4)], ANNA, OTHER)
    assert finding.reason == "both look like the same third record"
    assert (finding.one, finding.other) == ((), ())


def test_findings_come_in_the_order_in_which_people_compare() -> None:
    signs = [Sign("email", "same", 9), Sign("given", "same", 7), Sign("born", "same", 9)]
    assert [label for label, *_ in words(*signs)] == ["Given names", "Date of birth", "Email"]

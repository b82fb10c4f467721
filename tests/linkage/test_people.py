"""What is compared of a person, and which records meet at all."""

from datetime import date

from lib.domain.duplicates import Home, Person
from lib.linkage.people import MOST_SHARING, common_contacts, features, keys
from tests.linkage.crowds import ANNA, changed


def shared_keys(one: Person, other: Person) -> set[str]:
    return set(keys(features(one))) & set(keys(features(other)))


def test_names_are_folded_and_joined() -> None:
    found = features(changed(ANNA, given_names="Zoë-Marie", family_name="O'Brien Smith"))
    assert found.given == "zoemarie"
    assert found.names == ["zoe", "marie"]
    assert found.family == "obriensmith"
    assert found.families == ["obriensmith", "obrien", "smith"]


def test_an_initial_is_no_name_that_somebody_is_called_by() -> None:
    found = features(changed(ANNA, given_names="A", preferred_name="Nan"))
    assert found.initial == "a"
    assert found.names == ["nan"]


def test_short_forms_are_those_of_every_given_name() -> None:
    assert "liz" in features(changed(ANNA, given_names="Elizabeth")).short_forms
    assert "elizabeth" in features(changed(ANNA, given_names="Liz")).short_forms


def test_what_is_not_known_is_nothing_to_compare() -> None:
    found = features(Person("", "", emails=(" ",), phones=("12",), homes=(Home(),)))
    assert (found.given, found.family, found.born, found.street, found.sex) == (None,) * 5
    assert (found.phones, found.emails, found.postcodes) == ([], [], [])
    assert list(keys(found)) == []


def test_names_that_changed_places_meet() -> None:
    swapped = Person(given_names="Hartley", family_name="Anna")
    assert shared_keys(changed(ANNA, born_on=None), swapped)


def test_a_birthday_whose_day_and_month_changed_places_meets() -> None:
    one = Person("Ann", "Lee", born_on=date(1984, 3, 9))
    assert shared_keys(one, Person("Bo", "Moss", born_on=date(1984, 9, 3)))


def test_a_wrong_year_meets_by_day_and_name() -> None:
    one = Person("Ann", "Lee", born_on=date(1984, 3, 9))
    assert shared_keys(one, Person("Beth", "Lee", born_on=date(1948, 3, 9)))


def test_who_married_and_moved_meets_by_any_phone_or_email_of_old() -> None:
    old = changed(ANNA, phones=("+447700900999", "+447700900123"), emails=())
    new = Person("Anna", "Moss", phones=("+447700900123",))
    assert shared_keys(old, new)


def test_a_former_postcode_still_meets() -> None:
    moved = changed(ANNA, homes=(Home(("9 Oak Road",), "York", "YO1 1AA"), *ANNA.homes))
    assert any(key.startswith("cls62ab") for key in shared_keys(ANNA, moved))


def test_strangers_do_not_meet() -> None:
    stranger = Person("Bo", "Moss", born_on=date(1971, 7, 21), homes=(Home(("1 A Street",)),))
    assert shared_keys(ANNA, stranger) == set()


def test_a_number_that_many_have_tells_nobody_apart() -> None:
    common = common_contacts([ANNA] * (MOST_SHARING + 1))
    found = features(ANNA, common)
    assert (found.phones, found.phone, found.emails, found.email) == ([], None, [], None)
    assert common_contacts([ANNA] * MOST_SHARING) == frozenset()


def test_in_a_large_clinic_a_day_is_a_key_only_with_an_initial() -> None:
    one = features(Person("Ann", "Lee", born_on=date(1984, 3, 9)))
    stranger = features(Person("Bo", "Moss", born_on=date(1984, 3, 9)))
    swapped = features(Person("Lean", "Ast", born_on=date(1984, 9, 3)))
    small = set(keys(one)) & set(keys(stranger))
    assert small == {"d19840309"}
    assert set(keys(one, is_large=True)) & set(keys(stranger, is_large=True)) == set()
    assert set(keys(one, is_large=True)) & set(keys(swapped, is_large=True)) == {
        "d19840309A", "d19840309L",
    }  # fmt: skip

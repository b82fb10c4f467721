"""At which level two records are: the SQL of the comparisons, as Splink runs it."""

from datetime import date

import pytest

from lib.domain import duplicates
from lib.domain.duplicates import Home, Person
from lib.linkage.comparisons import COMPARISONS
from tests.linkage.crowds import ANNA, changed, levels

OLD_HOME = Home(("12 Mill Lane",), "Leeds", "LS6 2AB")


def at(comparison: str, **values: object) -> str:
    """Return the level of one comparison when Anna's second record differs in these values."""
    return levels(ANNA, changed(ANNA, **values))[comparison]


def test_a_record_agrees_with_itself_in_everything() -> None:
    assert set(levels(ANNA, ANNA).values()) == {"same"}


def test_what_is_missing_on_one_side_says_nothing() -> None:
    assert set(levels(ANNA, Person("", "")).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("ANNA", "same"),
        ("Àn na", "same"),
        ("Anna Maria", "known_as"),
        ("Annie", "known_as"),
        ("Anan", "slip"),
        ("Anne", "slip"),
        ("A", "initial"),
        ("Hanna", "slip"),
        ("Susan", "different"),
    ],
)
def test_given_names(given: str, level: str) -> None:
    assert at("given", given_names=given) == level


def test_a_preferred_name_counts_as_a_given_name() -> None:
    assert at("given", given_names="Susan", preferred_name="Anna") == "known_as"


@pytest.mark.parametrize(
    ("family", "level"),
    [
        ("hartley", "same"),
        ("Hartly", "slip"),
        ("Hratley", "slip"),
        ("Hartley-Moss", "other_name"),
        ("Hartlepool", "alike"),
        ("Moss", "different"),
    ],
)
def test_family_names(family: str, level: str) -> None:
    assert at("family", family_name=family) == level


def test_a_former_name_counts_as_a_family_name() -> None:
    assert at("family", family_name="Moss", other_names=(("Anna", "Hartley"),)) == "other_name"


def test_names_that_changed_places_are_told_once() -> None:
    found = levels(ANNA, changed(ANNA, given_names="Hartley", family_name="Anna"))
    assert (found["given"], found["family"]) == ("swapped", "swapped")


@pytest.mark.parametrize(
    ("born_on", "level"),
    [
        (date(1984, 9, 3), "swapped"),
        (date(1984, 3, 8), "one_figure"),
        (date(1948, 3, 9), "one_figure"),
        (date(1984, 3, 25), "part"),
        (date(1976, 3, 9), "part"),
        (date(1961, 11, 30), "different"),
    ],
)
def test_dates_of_birth(born_on: date, level: str) -> None:
    assert at("born", born_on=born_on) == level


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("12 Mill Lane.", "same"),
        ("12 Mil Lane", "alike"),
        ("7 Mill Lane", "alike"),
        ("9 Oak Road", "different"),
    ],
)
def test_streets(line: str, level: str) -> None:
    assert at("street", homes=(Home((line,), "Leeds", "LS6 2AB"),)) == level


def test_lines_that_changed_places_are_alike() -> None:
    one = changed(ANNA, homes=(Home(("12 Mill Lane", "Rose House")),))
    other = changed(ANNA, homes=(Home(("Rose House", "Mill Lane")),))
    assert levels(one, other)["street"] == "alike"


def test_a_second_line_in_common_is_noticed() -> None:
    one = changed(ANNA, homes=(Home(("12 Mill Lane", "Rose House")),))
    other = changed(ANNA, homes=(Home(("Bishop Street", "Rose Houze")),))
    assert levels(one, other)["street"] == "house"


@pytest.mark.parametrize(
    ("town", "postcode", "level"),
    [
        ("leeds", "ls62ab", "same"),
        ("Headingley", "LS6 2AB", "postcode"),
        ("Leeds", "LS6 2BA", "alike"),
        ("Leeds", "LS17 8QT", "town"),
        ("York", "YO1 1AA", "different"),
    ],
)
def test_towns_and_postcodes(town: str, postcode: str, level: str) -> None:
    assert at("place", homes=(Home(("12 Mill Lane",), town, postcode),)) == level


@pytest.mark.parametrize(
    ("phones", "level"),
    [
        (("+447700900999", "+447700900123"), "same"),
        (("+447700900132",), "one_figure"),
        (("+447700900999",), "different"),
    ],
)
def test_phones(phones: tuple[str, ...], level: str) -> None:
    assert at("phone", phones=phones) == level


def test_emails_agree_whatever_their_case() -> None:
    assert at("email", emails=("ANNA.Hartley@example.org",)) == "same"
    assert at("email", emails=("anna.moss@example.org",)) == "different"


def test_a_sex_other_than_the_two_is_not_compared() -> None:
    assert at("sex", sex="male") == "different"
    assert at("sex", sex="other") == "unknown"


@pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.name)
def test_the_numbers_of_a_comparison_are_shares_of_a_whole(one: object) -> None:
    levels_of = one.levels  # type: ignore[attr-defined]
    for name in ("m", "u", "r"):
        assert sum(getattr(level, name) for level in levels_of) == pytest.approx(1, abs=0.03), name


def test_every_level_has_its_words() -> None:
    told = {(one.name, level.name) for one in COMPARISONS for level in one.levels}
    told.add((duplicates.BY_A_THIRD, "same"))
    assert told == set(duplicates.REASONS)
    assert {one.name for one in COMPARISONS} == set(duplicates.VALUES)

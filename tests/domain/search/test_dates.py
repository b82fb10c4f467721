"""Dates of birth in every common form."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.search import dates
from lib.domain.search.dates import Nearness
from lib.domain.search.query import parse

TODAY = date(2026, 11, 23)
BORN = date(1945, 7, 14)
FORMS = (
    "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d%m%Y",
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d%b%Y", "%B %d, %Y", "%b %d %Y", "%Y %b %d",
    "%d/%m/%y", "%d-%b-%y", "%d %B %y", "%d%m%y", "%dth of %B %Y",
)  # fmt: skip


def days(text: str) -> list[tuple[date, date]]:
    """Return the spans of the likeliest reading of the only token."""
    (token,) = parse(text, TODAY).tokens
    return list(token.born[0].spans)


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_date_is_read_in_every_common_form(form: str) -> None:
    assert days(BORN.strftime(form)) == [(BORN, BORN)]


@given(st.dates(date(1927, 1, 1), TODAY), st.sampled_from(FORMS))
def test_the_date_that_was_written_is_always_among_the_readings(born: date, form: str) -> None:
    (token,) = parse(born.strftime(form), TODAY).tokens
    assert (born, born) in [span for reading in token.born for span in reading.spans]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1945", date(1945, 1, 1), date(1945, 12, 31)),
        ("July 1945", date(1945, 7, 1), date(1945, 7, 31)),
        ("12/1945", date(1945, 12, 1), date(1945, 12, 31)),
        ("1945-02", date(1945, 2, 1), date(1945, 2, 28)),
    ],
)
def test_part_of_a_date_is_a_span(text: str, first: date, last: date) -> None:
    assert days(text) == [(first, last)]


@pytest.mark.parametrize("text", ["29/2", "29 Feb", "February 29th"])
def test_a_day_and_month_stand_for_that_day_of_any_year(text: str) -> None:
    found = days(text)
    assert (date(2024, 2, 29), date(2024, 2, 29)) in found
    assert all((first.day, first.month) == (29, 2) for first, _ in found)


def test_the_order_of_the_united_kingdom_is_likelier_than_that_of_the_united_states() -> None:
    (token,) = parse("3/4/1980", TODAY).tokens
    assert [reading.spans[0][0] for reading in token.born] == [date(1980, 4, 3), date(1980, 3, 4)]


def test_two_figures_of_a_year_are_never_in_the_future() -> None:
    assert dates.years_of("26", TODAY) == [2026, 1926]
    assert dates.years_of("27", TODAY) == [1927]


def test_three_groups_of_figures_that_are_no_date_have_no_reading() -> None:
    assert dates.of_figures("1", "2", "345", TODAY) == ()
    assert dates.of_two_figures("123", "4", TODAY) == ()
    assert dates.of_digits("12345", TODAY) == ()


@pytest.mark.parametrize("year", ["1879", "2027"])
def test_nobody_is_born_before_1880_or_after_today(year: str) -> None:
    assert dates.years_of(year, TODAY) == []
    assert dates.of_two_figures("7", year, TODAY) == (dates.Reading(()),)


@pytest.mark.parametrize("text", ["July 1800", "1/2/345"])
def test_what_only_looks_like_a_date_of_birth_is_none(text: str) -> None:
    assert not any(reading.spans for token in parse(text, TODAY).tokens for reading in token.born)


def test_a_date_that_does_not_exist_keeps_its_figures() -> None:
    (token,) = parse("31/02/1980", TODAY).tokens
    assert token.born[0].spans == ()
    assert token.born[0].figures == "19800231"


@pytest.mark.parametrize(
    ("figures", "nearness", "meant"),
    [
        ("19450407", Nearness.SWAPPED, date(1945, 7, 4)),
        ("19457014", Nearness.TRANSPOSED, date(1945, 7, 14)),
        ("19450719", Nearness.ONE_FIGURE, date(1945, 7, 14)),
        ("20450714", Nearness.ONE_FIGURE, date(1945, 7, 14)),
        ("19451114", Nearness.OTHER_MONTH, date(1945, 7, 14)),
        ("19450725", Nearness.OTHER_DAY, date(1945, 7, 14)),
        ("19560714", Nearness.OTHER_YEAR, date(1945, 7, 14)),
        ("19550724", Nearness.TWO_FIGURES, date(1945, 7, 14)),
        ("19550614", Nearness.TWO_FIGURES, date(1945, 7, 14)),
        ("19450824", Nearness.TWO_FIGURES, date(1945, 7, 14)),
    ],
)
def test_a_mistyped_date_leads_to_the_one_that_was_meant(
    figures: str, nearness: Nearness, meant: date
) -> None:
    assert meant in dates.near(figures, TODAY)[nearness]


@given(st.dates(date(1930, 1, 1), TODAY - timedelta(days=1)))
def test_each_near_date_is_given_once_and_never_the_typed_one(born: date) -> None:
    found = list(dates.near(f"{born:%Y%m%d}", TODAY).values())
    assert sum(map(len, found)) == len(frozenset[date]().union(*found))
    assert all(born not in some and max(some, default=born) <= TODAY for some in found)

"""Reading dates as people and programs write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.dates import Evidence, Order, date_of, evidence_of
from lib.errors import InvalidInputError

LATEST = date(2026, 11, 23)
JULY = date(1945, 7, 14)


@pytest.mark.parametrize(
    "text",
    [
        "1945-07-14",
        "1945/7/14",
        "14/07/1945",
        "14.7.1945",
        "14-07-1945",
        "14 07 1945",
        "14/07/45",
        "14-Jul-1945",
        "14 July 1945",
        "Saturday, 14th July 1945",
        "14JUL1945",
        "14-Jul-45",
        "July 14, 1945",
        "Jul 14th 1945",
        "19450714",
        "14071945",
        "16632",
        "16632.0",
        "1945-07-14 00:00:00",
        "14/07/1945 12:30",
        "14/07/1945 9:05 pm",
        "1945-07-14T00:00:00.000",
        " 14/07/1945 ",
    ],
)
def test_a_date_is_read_in_every_common_form(text: str) -> None:
    assert date_of(text, Order.DAY_FIRST, LATEST) == JULY


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "31/02/1980", "1980-13-01", "00/00/0000", "1945", "32132012"),
        *("14 Foo 1945", "Foo 14 1945", "1/2", "999999", "2020-01-01T99:99Z", "99991399"),
        *("30/02/00", "1945-07-14 trailing words 10:30 x"),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        date_of(text, Order.DAY_FIRST, LATEST)


def test_the_order_decides_between_two_readings() -> None:
    assert date_of("03/04/1985", Order.DAY_FIRST, LATEST) == date(1985, 4, 3)
    assert date_of("03/04/1985", Order.MONTH_FIRST, LATEST) == date(1985, 3, 4)
    with pytest.raises(InvalidInputError):
        date_of("14/07/1945", Order.MONTH_FIRST, LATEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23/11/26", date(2026, 11, 23)),
        ("24/11/26", date(1926, 11, 24)),
        ("01/01/99", date(1999, 1, 1)),
        ("01/01/00", date(2000, 1, 1)),
        ("29/02/96", date(1996, 2, 29)),
        ("29/02/04", date(2004, 2, 29)),
    ],
)
def test_a_two_digit_year_is_the_last_one_not_in_the_future(text: str, expected: date) -> None:
    assert date_of(text, Order.DAY_FIRST, LATEST) == expected


def test_a_leap_day_that_only_the_century_before_had_is_found() -> None:
    assert date_of("29/02/96", Order.DAY_FIRST, date(2001, 1, 1)) == date(1996, 2, 29)
    assert date_of("29/02/00", Order.DAY_FIRST, date(2101, 1, 1)) == date(2000, 2, 29)


def test_an_instant_with_a_zone_gives_the_day_in_london() -> None:
    assert date_of("2023-06-10T23:30:00Z", Order.DAY_FIRST, LATEST) == date(2023, 6, 11)
    assert date_of("2023-01-10T23:30:00+00:00", Order.DAY_FIRST, LATEST) == date(2023, 1, 10)


def test_the_column_decides_what_one_date_cannot() -> None:
    assert evidence_of(["03/04/1985", "25/12/1990"]).order is Order.DAY_FIRST
    assert evidence_of(["03/04/1985", "12/25/1990"]).order is Order.MONTH_FIRST
    undecided = evidence_of(["03/04/1985", "05/05/1990", "1990-01-02"])
    assert undecided == Evidence(either=1)
    assert undecided.is_undecided
    assert undecided.order is Order.DAY_FIRST
    mixed = evidence_of(["13/04/1985", "12/25/90", "nonsense"])
    assert mixed.is_mixed
    assert mixed.order is Order.DAY_FIRST
    assert mixed.two_digit_years == 1


DATES = st.dates(min_value=date(1900, 1, 1), max_value=LATEST)
FORMS = {
    "%Y-%m-%d": Order.DAY_FIRST,
    "%d/%m/%Y": Order.DAY_FIRST,
    "%m/%d/%Y": Order.MONTH_FIRST,
    "%d.%m.%Y": Order.DAY_FIRST,
    "%d %B %Y": Order.DAY_FIRST,
    "%d-%b-%Y": Order.MONTH_FIRST,
    "%B %d, %Y": Order.DAY_FIRST,
    "%Y%m%d": Order.DAY_FIRST,
    "%d%m%Y": Order.DAY_FIRST,
    "%Y-%m-%d %H:%M:%S": Order.DAY_FIRST,
}


@given(DATES, st.sampled_from(sorted(FORMS)))
def test_every_date_survives_every_form(day: date, form: str) -> None:
    assert date_of(day.strftime(form), FORMS[form], LATEST) == day


@given(st.dates(min_value=date(1927, 5, 18), max_value=LATEST))
def test_every_date_survives_excels_day_numbers(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert date_of(str(serial), Order.DAY_FIRST, LATEST) == day

"""Ages and birthdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.ages import birthday, is_minor, years_old

DAYS = st.dates(date(1900, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("born_on", "years", "expected"),
    [
        (date(2000, 7, 14), 18, date(2018, 7, 14)),
        (date(2004, 2, 29), 18, date(2022, 3, 1)),
        (date(2004, 2, 29), 20, date(2024, 2, 29)),
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_on_1_march_in_common_years(
    born_on: date, years: int, expected: date
) -> None:
    assert birthday(born_on, years) == expected


@given(born_on=DAYS, years=st.integers(1, 110))
def test_a_year_is_completed_on_the_birthday_and_not_the_day_before(
    born_on: date, years: int
) -> None:
    day = birthday(born_on, years)
    assert years_old(born_on, day) == years
    assert years_old(born_on, day - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2018, 7, 13), True), (date(2018, 7, 14), False)]
)
def test_somebody_is_a_minor_until_the_eighteenth_birthday(on: date, expected: bool) -> None:  # noqa: FBT001
    assert is_minor(date(2000, 7, 14), on) is expected


def test_nobody_is_a_minor_whose_birthday_is_not_known() -> None:
    assert not is_minor(None, date(2026, 1, 1))

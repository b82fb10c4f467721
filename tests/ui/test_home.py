"""The home page's words."""

from datetime import date, datetime

import pytest

from lib.ui import home


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (0, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
    ],
)
def test_the_greeting_follows_the_clock(hour: int, expected: str) -> None:
    assert home.greeting(datetime(2026, 11, 23, hour)) == expected  # noqa: DTZ001 - a wall clock


def test_a_day_has_its_weekday() -> None:
    assert home.weekday(date(2026, 11, 23)) == "Monday"

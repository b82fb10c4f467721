"""How long a back-up is kept and what is said of its age."""

from datetime import date, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import backups
from lib.domain.backups import Kept

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 11, 23)


def kept(age: int, *, is_good: bool = True, days: int = 35) -> Kept:
    moment = datetime(2026, 11, 23, 2, 30) - timedelta(days=age)  # noqa: DTZ001 - as stored
    return Kept(f"{age}", moment, backups.ends_on(moment, days, LONDON), is_good)


def test_the_last_day_is_the_clinics() -> None:
    # Half past midnight in summer, on the clinic's clock.
    late = datetime(2026, 7, 1, 23, 30)  # noqa: DTZ001
    assert backups.ends_on(late, 35, LONDON) == date(2026, 8, 6)


@given(st.lists(st.tuples(st.integers(0, 80), st.booleans()), max_size=8, unique_by=itemgetter(0)))
def test_the_last_good_one_never_goes_and_what_goes_is_past_its_day(
    found: list[tuple[int, bool]],
) -> None:
    there = [kept(age, is_good=good) for age, good in found]
    gone = backups.expired(there, DAY)
    assert all(one.ends_on < DAY for one in gone)
    good = [one for one in there if one.is_good]
    if good:
        newest = max(one.copied_at for one in good)
        assert any(one.copied_at == newest and one not in gone for one in good)


def test_a_name_says_its_moment_and_nothing_else_does() -> None:
    moment = datetime(2026, 11, 23, 2, 30)  # noqa: DTZ001
    assert backups.name_of(moment) == "2026-11-23T02-30-00Z"
    assert backups.moment_in("2026-11-23T02-30-00Z") == moment
    assert backups.moment_in("holidays") is None


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "just now"),
        (1, "a minute ago"),
        (89, "89 minutes ago"),
        (90, "2 hours ago"),
        (60 * 26, "26 hours ago"),
        (60 * 48, "2 days ago"),
        (60 * 24 * 5, "5 days ago"),
    ],
)
def test_an_age_in_words(minutes: int, words: str) -> None:
    assert backups.ago(timedelta(minutes=minutes)) == words


def test_a_night_is_missed_after_26_hours() -> None:
    now = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    assert backups.is_overdue(None, now)
    assert not backups.is_overdue(now - timedelta(hours=26), now)
    assert backups.is_overdue(now - timedelta(hours=26, seconds=1), now)

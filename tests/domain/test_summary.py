"""The items of the summary strip, on and around the days that decide."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import summary
from lib.domain.media import Stage
from lib.domain.summary import Key, State, months_before

AS_OF = date(2026, 11, 24)
PATH = "pages/records/history.py"
WINDOW = (AS_OF - timedelta(days=28), AS_OF + timedelta(days=7))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 12, date(2025, 11, 24)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_before_a_day_are_the_same_day_or_the_months_last(
    day: date, months: int, expected: date
) -> None:
    assert months_before(day, months) == expected


@given(DAYS, st.integers(0, 60))
def test_months_go_back_by_as_many_months_and_never_past_the_day(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day <= day.day


@pytest.mark.parametrize(
    ("confirmed_on", "is_expected", "state", "said", "reason"),
    [
        (date(2025, 11, 24), True, State.DONE, "History up to date", "Last confirmed 24-Nov-2025"),
        (
            date(2025, 11, 23),
            True,
            State.MISSING,
            "History out of date",
            "Last confirmed 23-Nov-2025, more than 12 months ago",
        ),
        # A history that was told by somebody who was never here is a history all the same.
        (AS_OF, False, State.DONE, "History up to date", "Last confirmed 24-Nov-2026"),
        (
            None,
            True,
            State.MISSING,
            "No history yet",
            "No medical history has been taken yet",
        ),
        (None, False, State.NOT_APPLICABLE, "History", "Not seen here yet"),
    ],
)
def test_a_history_holds_twelve_months(
    confirmed_on: date | None, state: State, said: str, reason: str, *, is_expected: bool
) -> None:
    item = summary.history(confirmed_on, is_expected=is_expected, as_of=AS_OF, path=PATH)
    assert (item.key, item.word, item.path) == (Key.HISTORY, "History", PATH)
    assert (item.state, item.said, item.reason) == (state, said, reason)


@pytest.mark.parametrize(
    ("lacking", "is_recent", "state", "reason"),
    [
        (0, True, State.DONE, "Every product injected in the last two years has its lot"),
        (0, False, State.NOT_APPLICABLE, "Nothing was injected in the last two years"),
        (1, True, State.MISSING, "1 injected product has no lot, last on 24-Nov-2026"),
        (2, False, State.MISSING, "2 injected products have no lot, last on 24-Nov-2026"),
    ],
)
def test_every_injected_product_must_have_its_lot(
    lacking: int, state: State, reason: str, *, is_recent: bool
) -> None:
    item = summary.lots(AS_OF if lacking else None, lacking, is_recent=is_recent, path=PATH)
    assert (item.state, item.reason) == (state, reason)


@pytest.mark.parametrize(
    ("due_in", "booked_in", "state", "reason"),
    [
        ([-28], None, State.MISSING, "Due 27-Oct-2026 and not booked"),
        ([7], None, State.MISSING, "Due 01-Dec-2026 and not booked"),
        ([-29, 3, 5], None, State.MISSING, "Due 27-Nov-2026 and not booked"),
        # The list shows who is due although another visit is booked: the strip agrees with it.
        ([3], 5, State.MISSING, "Due 27-Nov-2026 and not booked"),
        ([], 2, State.DONE, "Booked for 26-Nov-2026"),
        ([8], None, State.NOT_APPLICABLE, "Not due before 02-Dec-2026"),
        (
            [-29],
            None,
            State.NOT_APPLICABLE,
            "Was due 26-Oct-2026, too long ago to call about it",
        ),
        ([], None, State.NOT_APPLICABLE, "None is due"),
    ],
)
def test_a_follow_up_is_due_exactly_while_its_list_looks_at_the_day(
    due_in: list[int], booked_in: int | None, state: State, reason: str
) -> None:
    due = [AS_OF + timedelta(days=days) for days in due_in]
    booked = None if booked_in is None else AS_OF + timedelta(days=booked_in)
    item = summary.follow_up(due, booked, WINDOW, path=PATH)
    assert (item.state, item.reason, item.is_of_patient) == (state, reason, False)


def test_what_is_not_kept_says_so_and_leads_nowhere() -> None:
    item = summary.not_kept(Key.BALANCE, "Balance")
    assert (item.state, item.reason, item.path) == (
        State.NOT_APPLICABLE,
        "Not kept here yet",
        None,
    )


@pytest.mark.parametrize(
    ("stages", "state", "said", "reason"),
    [
        (set(), State.MISSING, "No before picture", "No picture of the treatment of 01-Nov-2026"),
        (
            {Stage.REVIEW},
            State.MISSING,
            "No before picture",
            "No before picture of the treatment of 01-Nov-2026",
        ),
        (
            {Stage.BEFORE},
            State.DONE,
            "Before pictures",
            "Pictures before the treatment of 01-Nov-2026, none after it yet",
        ),
        (
            {Stage.BEFORE, Stage.IMMEDIATELY_AFTER},
            State.DONE,
            "Before and after",
            "Pictures before and after the treatment of 01-Nov-2026",
        ),
    ],
)
def test_the_newest_treatment_has_its_pictures_or_lacks_them(
    stages: set[Stage], state: State, said: str, reason: str
) -> None:
    item = summary.photographs(date(2026, 11, 1), stages, as_of=date(2026, 11, 23), path="x")
    assert (item.state, item.said, item.reason) == (state, said, reason)


@pytest.mark.parametrize("treated_on", [None, date(2024, 11, 22)])
def test_pictures_are_not_asked_for_of_what_is_long_past(treated_on: date | None) -> None:
    item = summary.photographs(treated_on, set(), as_of=date(2026, 11, 23), path="x")
    assert (item.state, item.said) == (State.NOT_APPLICABLE, "Photographs")
    again = summary.photographs(date(2024, 11, 23), set(), as_of=date(2026, 11, 23), path="x")
    assert again.state is State.MISSING

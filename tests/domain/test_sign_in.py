"""The rules of signing in, on their boundaries."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import sign_in as rules
from lib.domain.sign_in import Account, Ended, Limits, Step
from lib.errors import InvalidInputError

NOON = datetime.fromisoformat("2026-11-22T12:00")
IDLE = timedelta(minutes=15)
CHANGES = ("must_change_password", "has_second_factor", "is_code_given")


def account(**changes: bool) -> Account:
    given_ = {
        "must_change_password": False,
        "has_second_factor": True,
        "is_code_given": False,
        "needs_second_factor": True,
    }
    return Account(**{**given_, **changes})


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, Step.CODE),
        ({"is_code_given": True}, Step.DONE),
        ({"has_second_factor": False}, Step.ENROL),
        ({"must_change_password": True}, Step.CODE),
        ({"must_change_password": True, "is_code_given": True}, Step.CHANGE_PASSWORD),
        ({"must_change_password": True, "has_second_factor": False}, Step.CHANGE_PASSWORD),
        ({"needs_second_factor": False}, Step.DONE),
        ({"needs_second_factor": False, "must_change_password": True}, Step.CHANGE_PASSWORD),
    ],
)
def test_each_account_has_one_next_step(changes: dict[str, bool], step: Step) -> None:
    assert rules.next_step(account(**changes)) is step


@given(st.fixed_dictionaries(dict.fromkeys(CHANGES, st.booleans())))
def test_where_a_second_factor_is_needed_nobody_is_done_without_it(
    changes: dict[str, bool],
) -> None:
    step = rules.next_step(account(**changes))
    is_proven = changes["has_second_factor"] and changes["is_code_given"]
    assert step is not Step.DONE or is_proven


@pytest.mark.parametrize(
    ("minutes_idle", "reason"), [(0, None), (14, None), (15, Ended.IDLE), (16, Ended.IDLE)]
)
def test_a_session_ends_at_the_very_minute_of_its_idle_time_out(
    minutes_idle: int, reason: Ended | None
) -> None:
    ended = rules.reason_to_end(
        now=NOON,
        last_seen_at=NOON - timedelta(minutes=minutes_idle),
        ends_at=NOON + timedelta(hours=1),
        idle=IDLE,
    )
    assert ended is reason


def test_the_absolute_time_out_outranks_activity() -> None:
    ended = rules.reason_to_end(now=NOON, last_seen_at=NOON, ends_at=NOON, idle=IDLE)
    assert ended is Ended.TOO_LONG


@pytest.mark.parametrize(
    ("account_failures", "address_failures", "is_locked"),
    [(0, 0, False), (4, 29, False), (5, 0, True), (0, 30, True), (5, 30, True)],
)
def test_either_count_locks_the_door(
    account_failures: int, address_failures: int, *, is_locked: bool
) -> None:
    limits = Limits(by_account=5, by_address=30, within=IDLE)
    assert limits.are_reached(account_failures, address_failures) is is_locked


def test_a_first_password_lasts_seven_days() -> None:
    assert rules.first_password_expires_at(NOON) == datetime.fromisoformat("2026-11-29T12:00")


@pytest.mark.parametrize("typed", ["Sam", "  sam ", "SAM", "\uff33am"])
def test_a_username_has_one_form(typed: str) -> None:
    assert rules.normal_username(typed) == "sam"


@pytest.mark.parametrize("username", ["sam", "sam.o", "s-1", "a_b", "x" * 40])
def test_a_plain_username_may_be_given(username: str) -> None:
    rules.check_username(username)


@pytest.mark.parametrize(
    "username", ["", "ab", "x" * 41, ".sam", "sam.", "sam okafor", "sám", "a/b"]
)
def test_an_odd_username_may_not(username: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        rules.check_username(username)
    assert caught.value.field == "username"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        rules.check_display_name(name)

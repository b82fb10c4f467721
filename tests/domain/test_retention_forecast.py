"""The forecast: small cases by hand, its properties, and its interval against known hazards."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.retention import Basis, Setting, Status
from lib.domain.retention_forecast import (
    AHEAD_MONTHS,
    TRIED_MONTHS,
    Kept,
    Span,
    Tried,
    forecast,
    interval,
    kept_of,
    tried,
)
from lib.domain.retention_schedule import Group
from lib.domain.returns import NEVER, Clock, LifeTable, Spells, hazards, life_table

LAST = 2026 * 12 + 9
FIRST = LAST + 1
ONCE, SEVERAL = Clock.ONCE, Clock.SEVERAL


def spells(*rows: tuple[int, int, int, int, bool, int]) -> Spells:
    """Return spells of rows: clock, next clock, began, ended, whether later, patients."""
    columns = np.array(rows, np.int64).reshape(-1, 6).T
    whole = [columns[at] for at in (0, 1, 2, 3)]
    return Spells(*whole, columns[4].astype(np.bool_), columns[5])


def kept(*rows: tuple[int, int, float], is_fixed: bool = False) -> Kept:
    """Return kept records of rows: clock, month from which they may go, patients."""
    return Kept(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.full(len(rows), is_fixed),
        np.array([row[2] for row in rows], np.float64),
    )


def table_of(*chances: float, ages: int = 200) -> LifeTable:
    """Return a table of so many at risk that the hazards are these; of later months the last."""
    at_risk = np.zeros((len(Clock), ages))
    at_risk[Clock.ONCE : Clock.GONE] = 1e9
    share = np.array([*chances, *[chances[-1]] * ages])[:ages]
    moves = np.eye(len(Clock))
    return LifeTable(at_risk, at_risk * share, moves, 1.0)


def test_a_month_at_risk_counts_from_the_month_after_the_clock_began() -> None:
    # Two came back after three months, one has not for five; all within the window.
    told = spells(
        (ONCE, SEVERAL, LAST - 5, LAST - 2, False, 2), (ONCE, ONCE, LAST - 5, NEVER, False, 1)
    )
    table = life_table(told, LAST)
    assert table.at_risk[ONCE, :7].tolist() == [0, 3, 3, 3, 1, 1, 0]
    assert table.returned[ONCE, :7].tolist() == [0, 0, 0, 2, 0, 0, 0]
    assert table.moves[ONCE, SEVERAL] == 1


def test_what_was_before_the_window_or_after_the_cut_does_not_count() -> None:
    told = spells(
        (ONCE, SEVERAL, LAST - 60, LAST - 50, False, 7),
        (ONCE, SEVERAL, LAST - 40, LAST + 3, False, 1),
    )
    table = life_table(told, LAST, window=12)
    assert table.at_risk.sum() == 12
    assert table.at_risk[ONCE, 29:41].tolist() == [1] * 12
    assert table.returned.sum() == 0


def test_where_nobody_ever_came_back_the_expectation_is_the_schedule() -> None:
    told = spells((ONCE, ONCE, LAST - 60, NEVER, False, 10))
    months = forecast(kept((ONCE, FIRST + 24, 10)), life_table(told, LAST), Setting(), FIRST).months
    month = months[24]
    assert (month.scheduled, month.expected, month.low, month.high) == (10, 10, 10, 10)
    assert sum(one.scheduled for one in months) == 10


def test_an_age_that_nobody_reached_takes_the_last_that_somebody_did() -> None:
    told = spells(
        (ONCE, SEVERAL, LAST - 10, LAST, False, 400), (ONCE, ONCE, LAST - 11, NEVER, False, 800)
    )
    found = hazards(life_table(told, LAST), 100)[ONCE]
    # Half a return in the 800 months at risk of the age of eleven months.
    assert found[50] == pytest.approx(0.5 / 800)


def test_by_hand_each_month_keeps_its_share_and_the_month_of_expiry_the_root_of_it() -> None:
    # Of 1,000 whose clock ends in two months a tenth comes back in each, and half a month's worth
    # in the month itself.
    found = forecast(kept((ONCE, FIRST + 2, 1000)), table_of(0.1), Setting(), FIRST).months
    assert found[2].expected == pytest.approx(1000 * 0.9**2.5, rel=1e-4)
    # Draw of 1,000 at 0.768: 13.3 either way, 1.28 times that for four of five.
    assert found[2].low == pytest.approx(1000 * 0.9**2.5 - 1.28 * 13.35, abs=0.8)
    assert found[2].high == pytest.approx(1000 * 0.9**2.5 + 1.28 * 13.35, abs=0.8)


def test_of_the_first_month_only_what_is_left_of_it_counts() -> None:
    found = forecast(kept((ONCE, FIRST, 1000)), table_of(0.1), Setting(), FIRST, left=0.5).months
    assert found[0].expected == pytest.approx(1000 * 0.9**0.25, rel=1e-4)


def test_with_seven_years_nobody_who_comes_back_expires_within_seven_years() -> None:
    found = forecast(kept((ONCE, FIRST + 20, 1000)), table_of(0.05), Setting(), FIRST).months
    assert [month.month - FIRST for month in found if month.expected > 0] == [20]


def test_with_a_shorter_time_those_who_came_back_expire_anew() -> None:
    setting = Setting(years=1)
    found = forecast(kept((ONCE, FIRST + 1, 1000)), table_of(0.02), setting, FIRST).months
    back_in_first = 1000 * 0.02
    stays = 0.98 ** (12 - 1 + 0.5)
    assert found[12].expected == pytest.approx(back_in_first * stays, rel=1e-3)
    assert found[12].scheduled == 0
    assert found[12].high > found[12].expected > found[12].low


def test_who_died_or_is_held_by_a_floor_is_certain() -> None:
    table = table_of(0.2)
    found = forecast(kept((Clock.GONE, FIRST + 3, 5)), table, Setting(), FIRST).months
    assert (found[3].expected, found[3].low, found[3].high) == (5, 5, 5)
    found = forecast(kept((ONCE, FIRST + 3, 5), is_fixed=True), table, Setting(), FIRST).months
    assert (found[3].scheduled, found[3].expected, found[3].low) == (5, 5, 5)


def group(month: int | None, records: int, basis: Basis = Basis.TREATMENT) -> Group:
    """Return records that are kept until a month."""
    return Group(Status.RETAIN, Status.DISPOSE_DUE, month, basis, False, records, 0, 0)


def test_the_schedule_is_told_apart_by_clock_as_the_spells_tell_it() -> None:
    began = FIRST + 10 - 84
    told = spells(
        (ONCE, ONCE, began, NEVER, False, 3), (Clock.REGULAR, ONCE, began, NEVER, False, 1)
    )
    groups = [
        group(FIRST + 10, 40),
        group(FIRST + 11, 4),
        group(FIRST, 6, Basis.DECEASED_FLOOR),
        group(FIRST, 2, Basis.ENQUIRY),
        group(None, 9, Basis.NO_ANCHOR),
        replace(group(FIRST, 8), status=Status.DISPOSE_DUE),
    ]
    found = kept_of(groups, told, Setting())
    rows = list(zip(found.clock, found.month - FIRST, found.patients, found.is_fixed, strict=True))
    assert rows == [
        (ONCE, 10, 30, False),
        (Clock.REGULAR, 10, 10, False),
        # A month of which the spells have nobody goes by all of them.
        (ONCE, 11, 3, False),
        (Clock.REGULAR, 11, 1, False),
        (Clock.GONE, 0, 6, True),
        (Clock.ENQUIRED, 0, 2, False),
    ]


def test_without_any_spell_whoever_was_treated_was_treated_once() -> None:
    found = kept_of([group(FIRST, 4)], spells(), Setting())
    assert (found.clock.tolist(), found.patients.tolist()) == ([ONCE], [4])


def test_the_trial_knows_nothing_of_what_came_after_its_cut() -> None:
    cut = LAST - TRIED_MONTHS
    began = cut + 5 - 84
    before = [(ONCE, SEVERAL, cut - 30, cut - 20, False, 5), (ONCE, ONCE, began, NEVER, False, 20)]
    one = tried(spells(*before), Setting(), LAST)
    after = [*before[:1], (ONCE, ONCE, began, NEVER, False, 12)]
    # Eight came back: before their day, after it, and in the month before.
    after += [
        (ONCE, SEVERAL, began, cut + 5, False, 3),
        (ONCE, SEVERAL, began, cut + 5, True, 1),
        (ONCE, SEVERAL, began, cut + 4, False, 4),
        (SEVERAL, SEVERAL, cut + 4, NEVER, False, 4),
    ]
    other = tried(spells(*after), Setting(), LAST)
    assert one.months == other.months
    assert one.months[4].scheduled == 20
    assert (one.actual[4], other.actual[4]) == (20, 13)
    assert sum(other.actual) == 13


def test_the_errors_of_a_trial_are_by_month_and_in_all() -> None:
    months = tuple(Span(FIRST + at, 10, 8.0, 7.0, 9.0) for at in range(2))
    found = Tried(months, (9, 5))
    assert found.within == 1
    assert found.error == pytest.approx(4 / 14)
    assert found.schedule_error == pytest.approx(6 / 14)
    assert found.bias == pytest.approx(2 / 14)
    assert found.schedule_bias == pytest.approx(6 / 14)
    nothing = Tried(months, (0, 0))
    assert (nothing.error, nothing.schedule_error, nothing.bias) == (None, None, None)


def test_the_trial_is_no_longer_than_a_clock() -> None:
    assert len(tried(spells(), Setting(years=1), LAST).months) == 12
    assert len(tried(spells(), Setting(years=3), LAST).months) == TRIED_MONTHS


CLOCKS = st.sampled_from([ONCE, SEVERAL, Clock.REGULAR, Clock.CONSULTED])
ROWS = st.tuples(
    CLOCKS, CLOCKS, st.integers(LAST - 140, LAST - 1), st.integers(1, 120), st.booleans(),
    st.integers(1, 40),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(ROWS, max_size=12), st.lists(st.tuples(CLOCKS, st.integers(0, 90)), max_size=8))
def test_no_interval_leaves_out_its_expectation_and_none_is_above_the_schedule(
    past: Sequence[tuple[int, int, int, int, bool, int]], there: Sequence[tuple[int, int]]
) -> None:
    rows = []
    for clock, then, began, gap, later, patients in past:
        ended = began + gap if began + gap <= LAST else NEVER
        rows.append((int(clock), int(then), began, ended, later, patients))
    now = kept(*((int(clock), FIRST + ahead, 3.0) for clock, ahead in there))
    found = forecast(now, life_table(spells(*rows), LAST), Setting(), FIRST).months
    assert len(found) == AHEAD_MONTHS
    for month in found:
        assert 0 <= month.low <= month.expected <= month.high <= month.scheduled + 1e-9


@settings(max_examples=20)
@given(st.floats(0.001, 0.2), st.floats(1.1, 3))
def test_the_more_come_back_the_fewer_expire(chance: float, times: float) -> None:
    now = kept((ONCE, FIRST + 30, 100))
    few, many = (
        forecast(now, table_of(min(one, 0.9)), Setting(), FIRST).months[30].expected
        for one in (chance, chance * times)
    )
    assert few > many


def test_a_binomial_count_lies_in_its_interval_in_four_of_five_cases_on_the_whole() -> None:
    random = np.random.default_rng(1)
    shares = []
    for most in (5, 8, 13, 40, 300, 3000):
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            low, high = interval(most * share, most * share * (1 - share), most)
            drawn = random.binomial(most, share, 2000)
            shares.append(((drawn >= low) & (drawn <= high)).mean())
            assert most < 300 or 0.76 <= shares[-1] <= 0.86
    assert 0.77 <= np.mean(shares) <= 0.85


def test_a_count_that_varies_more_than_chance_has_a_wider_interval() -> None:
    low, high = interval(50, 25, 100)
    wide_low, wide_high = interval(50, 100, 100)
    assert (low, high) == (44, 56)
    assert (wide_low, wide_high) == (38, 62)
    assert interval(0.5, 9, 1) == (0, 1)
    assert interval(3, 0, 9) == (3, 3)
    # All are certain to stay: there is no chance to draw an interval from.
    assert interval(9, 1, 9) == (9, 9)


def simulated(random: np.random.Generator, months: int, newcomers: int) -> Spells:
    """Return a clinic of known hazards: a fifth a month at first, then ever fewer."""
    rows = []
    for joined in range(LAST - months, LAST + 1):
        for _ in range(random.poisson(newcomers)):
            began, visits = joined, 1
            while True:
                gap = _gap(random)
                clock = ONCE if visits == 1 else SEVERAL
                if began + gap > LAST:
                    rows.append((clock, clock, began, NEVER, False, 1))
                    break
                rows.append((clock, SEVERAL, began, began + gap, bool(random.integers(2)), 1))
                began, visits = began + gap, visits + 1
    return spells(*rows)


def _gap(random: np.random.Generator) -> int:
    for age in range(1, 200):
        if random.random() < (0.12 if age < 12 else 0.02 if age < 36 else 0.006):
            return age
    return 200


def test_of_a_clinic_with_known_hazards_four_of_five_months_lie_in_their_interval() -> None:
    within, months = 0, 0
    for seed in range(6):
        found = tried(simulated(np.random.default_rng(seed), 132, 30), Setting(years=3), LAST)
        within, months = within + found.within, months + len(found.months)
        assert found.error is not None
        assert found.schedule_error is not None
        assert found.error < found.schedule_error
    assert 0.72 <= within / months <= 0.92

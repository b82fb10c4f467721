"""How many records expire in each month ahead: the schedule, and what the past lets one expect.

The schedule is certain if nobody comes back. The expectation is an estimate: whoever comes back has
a new clock, as often as in the three years before. It is of the records there are; who comes new is
not in it. A hold does not move a date, so it moves neither figure. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from lib.domain.consent import MONTHS_IN_YEAR
from lib.domain.retention import Basis, Setting, Status
from lib.domain.retention_schedule import Group
from lib.domain.returns import (
    NEVER,
    Clock,
    Floats,
    Ints,
    LifeTable,
    Spells,
    drawn_hazards,
    hazards,
    life_table,
)

AHEAD_MONTHS = 84
TRIED_MONTHS = 24
# Four of five months should lie within the interval.
LOW, HIGH = 0.1, 0.9
DRAWS = 64
# Any number: the same past gives the same interval.
SEED = 26
# How many standard deviations beyond the mean are looked at.
FAR = 10
CHANCE_ALONE, MOST_ALIKE = 1e-6, 0.99
FLOORS = frozenset({Basis.MINOR_FLOOR, Basis.DECEASED_FLOOR})
CLOCK_OF: Mapping[Basis, Mapping[Clock, float]] = {
    Basis.CONSULTATION: {Clock.CONSULTED: 1.0},
    Basis.ENQUIRY: {Clock.ENQUIRED: 1.0},
    Basis.MINOR_FLOOR: {Clock.GONE: 1.0},
    Basis.DECEASED_FLOOR: {Clock.GONE: 1.0},
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Records that are kept on a day, in counts; one place each in all three arrays.

    `month` is that of the first day on which they may go. `is_fixed`: a floor (a death, a minor's
    age) holds them whoever comes back; those are too few for an estimate, and count as certain.
    """

    clock: Ints
    month: Ints
    is_fixed: npt.NDArray[np.bool_]
    patients: Floats


@dataclass(frozen=True, slots=True)
class Span:
    """A month, or months together: what expires if nobody comes back, and what is expected to.

    `month` is the first of them; the actual figure should be from `low` to `high` in four of five.
    """

    month: int
    scheduled: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tried:
    """The same estimate before the last months beside what became of it."""

    months: tuple[Span, ...]
    actual: tuple[int, ...]

    @property
    def within(self) -> int:
        """Return in how many months the actual figure lay within the interval."""
        pairs = zip(self.months, self.actual, strict=True)
        return sum(one.low <= actual <= one.high for one, actual in pairs)

    @property
    def error(self) -> float | None:
        """Return by what share the expectation was off, month by month (WAPE); None: of nothing."""
        return self._off([one.expected for one in self.months])

    @property
    def schedule_error(self) -> float | None:
        """Return by what share the schedule alone was off, month by month."""
        return self._off([float(one.scheduled) for one in self.months])

    @property
    def bias(self) -> float | None:
        """Return by what share of the actual total the expected total was off, with its sign."""
        return self._off_in_all([one.expected for one in self.months])

    @property
    def schedule_bias(self) -> float | None:
        """Return by what share of the actual total the schedule's total was off."""
        return self._off_in_all([float(one.scheduled) for one in self.months])

    def _off_in_all(self, figures: Sequence[float]) -> float | None:
        total = sum(self.actual)
        return (sum(figures) - total) / total if total else None

    def _off(self, figures: Sequence[float]) -> float | None:
        total = sum(self.actual)
        off = sum(abs(one - actual) for one, actual in zip(figures, self.actual, strict=True))
        return off / total if total else None


@dataclass(frozen=True, slots=True)
class _Course:
    """What a forecast goes through: from which month on, how much of the first is left, how far.

    `is_anew`: whoever comes back is followed too, until their new clock runs out.
    """

    first: int
    left: float
    months: int
    is_anew: bool = True


@dataclass(frozen=True, slots=True)
class Outlook:
    """The seven years ahead by month, by calendar year, and as a whole."""

    months: tuple[Span, ...]
    years: tuple[Span, ...]
    whole: Span


def forecast(
    kept: Kept, table: LifeTable, setting: Setting, first: int, left: float = 1.0
) -> Outlook:
    """Return the seven years from the month `first` on, of which the share `left` is still ahead.

    What is due already is in no month.
    """
    course = _Course(first, left, AHEAD_MONTHS)
    found = _estimated(kept, table, setting, course)
    years: dict[int, list[int]] = {}
    for ahead in range(AHEAD_MONTHS):
        years.setdefault((first + ahead) // MONTHS_IN_YEAR, []).append(ahead)
    return Outlook(
        tuple(found.span([ahead]) for ahead in range(AHEAD_MONTHS)),
        tuple(found.span(months) for months in years.values()),
        found.span(range(AHEAD_MONTHS)),
    )


def tried(spells: Spells, setting: Setting, last: int) -> Tried:
    """Return the forecast of the two years up to the month `last`, from what was known before.

    It is of the clocks that ran at the cut; the actual figure of a month is of those that ended
    there without anybody coming back. Where clocks are shorter than two years, so is the trial.
    """
    months = min(TRIED_MONTHS, int(_lengths(setting)[Clock.ONCE]))
    cut = last - months
    known = _before(spells, cut)
    until = known.began + _lengths(setting)[known.clock]
    runs = (known.ended == NEVER) & (until > cut)
    kept = Kept(
        known.clock[runs], until[runs], known.clock[runs] < 0, known.patients[runs].astype(float)
    )
    course = _Course(cut + 1, 1.0, months, is_anew=False)
    told = _estimated(kept, life_table(known, cut), setting, course)
    shown = tuple(told.span([ahead]) for ahead in range(months))
    return Tried(shown, _actual(spells, setting, cut, months))


def kept_of(groups: Iterable[Group], spells: Spells, setting: Setting) -> Kept:
    """Return the records that the schedule keeps, told apart by clock as the spells tell them.

    The schedule knows who was treated, not how often; of each month as large a share is of the
    regular as in the spells, which may be of a share of the patients.
    """
    months, clocks, fixed, patients = [], [], [], []
    shares = _Shares(spells, setting)
    for one in groups:
        if one.status is not Status.RETAIN or one.month is None:
            continue
        parts = shares.of(one.month) if one.basis is Basis.TREATMENT else CLOCK_OF[one.basis]
        for clock, share in parts.items():
            clocks.append(int(clock))
            months.append(one.month)
            fixed.append(one.basis in FLOORS)
            patients.append(one.records * share)
    return Kept(
        np.array(clocks, np.int64),
        np.array(months, np.int64),
        np.array(fixed, np.bool_),
        np.array(patients, np.float64),
    )


def interval(mean: float, variance: float, most: float) -> tuple[float, float]:
    """Return between what whole numbers a count of at most `most` lies in four of five cases.

    The count is beta-binomial with that mean and variance, binomial at least. A number at the edge
    is inside when the middle of its own share is, so that small counts are right on the whole.
    """
    whole = round(most)
    share = mean / most if most else 0.0
    if variance <= 0 or whole < 1 or not 0 < share < 1:
        return mean, mean
    excess = variance / (whole * share * (1 - share)) - 1
    reach = FAR * max(variance, 1.0) ** 0.5
    counts = np.arange(max(0, int(mean - reach)), min(whole, int(mean + reach) + 1) + 1)
    if excess > CHANCE_ALONE and whole > 1:
        alike = min(excess / (whole - 1), MOST_ALIKE)
        size = (1 - alike) / alike
        chances = stats.betabinom.pmf(counts, whole, share * size, (1 - share) * size)
    else:
        chances = stats.binom.pmf(counts, whole, share)
    middles = np.cumsum(chances) - chances / 2
    inside = counts[(middles >= LOW) & (middles <= HIGH)]
    low, high = (inside[0], inside[-1]) if len(inside) else (mean, mean)
    return min(float(low), mean), max(float(high), mean)


class _Shares:
    """By the month in which a clock of somebody treated runs out: whose clock it is."""

    def __init__(self, spells: Spells, setting: Setting) -> None:
        runs = (spells.ended == NEVER) & (spells.clock >= Clock.ONCE)
        clock, patients = spells.clock[runs], spells.patients[runs]
        until = spells.began[runs] + _lengths(setting)[clock]
        self._first = int(until.min(initial=0))
        size = int(until.max(initial=0)) - self._first + 1
        self._counts = np.zeros((size, len(Clock)))
        np.add.at(self._counts, (until - self._first, clock), patients)
        self._all = self._counts.sum(axis=0)

    def of(self, month: int) -> Mapping[Clock, float]:
        """Return the share of each clock; those of all months where the spells have nobody."""
        place = month - self._first
        found = self._counts[place] if 0 <= place < len(self._counts) else self._all
        if not found.any():
            found = self._all
        total = float(found.sum())
        if not total:
            return {Clock.ONCE: 1.0}
        return {Clock(at): float(count) / total for at, count in enumerate(found) if count}


@dataclass(frozen=True, slots=True)
class _Estimate:
    """By month ahead: who expires surely, who is at stake, how many are expected of them.

    `expected` has a row for each set of hazards, the first of which is the estimate; `chance` is
    the variance of the draw.
    """

    first: int
    certain: Floats
    at_stake: Floats
    expected: Floats
    chance: Floats
    most: Floats

    def span(self, months: Sequence[int]) -> Span:
        """Return some months together, with what may be wrong with the estimate of all of them."""
        chosen = list(months)
        sure = float(self.certain[chosen].sum())
        expected = self.expected[:, chosen].sum(axis=1)
        variance = float(self.chance[chosen].sum() + expected[1:].var())
        low, high = interval(float(expected[0]), variance, float(self.most[chosen].sum()))
        scheduled = round(sure + float(self.at_stake[chosen].sum()))
        mean = sure + float(expected[0])
        return Span(self.first + chosen[0], scheduled, mean, sure + low, sure + high)


def _estimated(kept: Kept, table: LifeTable, setting: Setting, course: _Course) -> _Estimate:
    lengths = _lengths(setting)
    running, certain = _laid_out(kept, lengths, course)
    ages = running.shape[1]
    drawn = drawn_hazards(table, ages, DRAWS, SEED)
    chances = np.concatenate((hazards(table, ages)[None], drawn))
    stayed, again, at_stake = _run(running, chances, table.moves, (lengths, course))
    share = np.divide(stayed[0], at_stake, out=np.zeros_like(at_stake), where=at_stake > 0)
    # Whoever expires anew is one of many who might have: their number varies like Poisson's.
    draw = (stayed[0] * (1 - share)).sum(axis=1) + again[0]
    most = at_stake.sum(axis=1)
    return _Estimate(
        course.first,
        certain,
        most,
        stayed.sum(axis=2) + again,
        draw * table.dispersion,
        most + np.where(again[0] > 0, running.sum(), 0.0),
    )


def _laid_out(kept: Kept, lengths: Ints, course: _Course) -> tuple[Floats, Floats]:
    """Return who may come back, by clock and months since; who expires surely, by month."""
    ahead = kept.month - course.first
    sure = kept.is_fixed & (ahead >= 0) & (ahead < course.months)
    certain = np.bincount(ahead[sure], kept.patients[sure], course.months).astype(np.float64)
    age = lengths[kept.clock] - ahead
    free = ~kept.is_fixed & (ahead >= 0) & (age >= 0)
    running = np.zeros((len(Clock), int(lengths.max()) + 2))
    np.add.at(running, (kept.clock[free], age[free]), kept.patients[free])
    return running, certain


def _run(
    running: Floats, chances: Floats, moves: Floats, terms: tuple[Ints, _Course]
) -> tuple[Floats, Floats, Floats]:
    """Go through the months, for every set of hazards at once.

    Returns by month: who expires of those there now (by set and clock), who of those that came
    back meanwhile and whose new clock ran out (by set), and whose clock it was at the start.
    """
    lengths, course = terms
    clocks = np.arange(len(Clock))
    state = np.stack((np.broadcast_to(running, chances.shape), np.zeros_like(chances)))
    stayed = np.zeros((len(chances), course.months, len(Clock)))
    again = np.zeros((len(chances), course.months))
    at_stake = np.zeros((course.months, len(Clock)))
    stays = _stays(chances, lengths, 1.0)
    for ahead in range(course.months):
        staying = state * (stays if ahead else _stays(chances, lengths, course.left))
        came = (state - staying).sum(axis=(0, 3))
        expired = staying[..., clocks, lengths]
        stayed[:, ahead], again[:, ahead] = expired[0], expired[1].sum(axis=1)
        there = lengths >= ahead
        at_stake[ahead, there] = running[clocks[there], lengths[there] - ahead]
        staying[..., clocks, lengths] = 0.0
        state = np.zeros_like(staying)
        state[..., 1:] = staying[..., :-1]
        if course.is_anew:
            state[1, ..., 1] += came @ moves
    return stayed, again, at_stake


def _stays(chances: Floats, lengths: Ints, left: float) -> Floats:
    """Return the chance not to come back in a month of which so much is left."""
    exposed = np.full(chances.shape[1:], left)
    # Whoever comes back in the month of expiry does so before its day, or too late.
    exposed[np.arange(len(Clock)), lengths] *= 0.5
    return np.asarray((1 - chances) ** exposed)


def _lengths(setting: Setting) -> Ints:
    """Return for how many months each clock runs (rules C1, C2)."""
    years = setting.years * MONTHS_IN_YEAR
    return np.array(
        [setting.enquiry_months if one is Clock.ENQUIRED else years for one in Clock], np.int64
    )


def _actual(spells: Spells, setting: Setting, cut: int, months: int) -> tuple[int, ...]:
    """Return how many clocks that ran at the cut ended in each month after, nobody having come."""
    until = spells.began + _lengths(setting)[spells.clock]
    stayed = (spells.ended > until) | ((spells.ended == until) & spells.is_later)
    ran = (spells.began <= cut) & (spells.ended > cut) & stayed
    ahead = until - cut - 1
    counted = ran & (ahead >= 0) & (ahead < months)
    found = np.bincount(ahead[counted], spells.patients[counted], months)
    return tuple(int(one) for one in found)


def _before(spells: Spells, cut: int) -> Spells:
    """Return the spells as they were known at the end of a month."""
    there = spells.began <= cut
    return Spells(
        spells.clock[there],
        spells.next_clock[there],
        spells.began[there],
        np.where(spells.ended[there] > cut, NEVER, spells.ended[there]),
        spells.is_later[there],
        spells.patients[there],
    )

"""How soon patients come back: a life table of the clinic's own past, by how they know the clinic.

Of every month in a window before a cut it is counted, by months since the last event, how many were
at risk of coming back and how many did. scipy's Kaplan-Meier takes one observation a patient; ours
are counts of millions, in a window that begins late in most lives, so the table is our own.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# The recent past: long enough for a small clinic, short enough to leave a lockdown behind.
WINDOW_MONTHS = 36
# By the month to two years, by the quarter to four, by the year to ten, then all together.
BANDS = (*range(25), *range(27, 49, 3), *range(60, 121, 12))
# A kind of patient with fewer months at risk than this is much like all who were treated.
PRIOR_MONTHS = 24.0
# After a year the rhythm of the regular ones is over, and cohorts can be told from chance.
SETTLED_MONTHS = 13
PRIOR_COHORTS = 10.0
SMALLEST_VARIANCE = 0.25
# A month twice as far off as chance allows says no more than that: a lockdown must not widen all to
# come. Squares of chance cut off there are this much on average (normal distribution).
FARTHEST, ON_AVERAGE = 4.0, 0.92


class Clock(IntEnum):
    """Whose clock it is: how somebody knows the clinic, and how often they were treated.

    Nobody comes back on the last, that of patients who died.
    """

    ENQUIRED = 0
    CONSULTED = 1
    ONCE = 2
    SEVERAL = 3
    REGULAR = 4
    GONE = 5


# From how many days of treatment on somebody is one of the several, or of the regular.
SEVERAL_FROM, REGULAR_FROM = 2, 10
TREATED = slice(Clock.ONCE, Clock.GONE)
# Who leans on whom where they are few.
ALIKE = (slice(Clock.ENQUIRED, Clock.CONSULTED), slice(Clock.CONSULTED, Clock.ONCE), TREATED)
NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Spells:
    """From when to when a clock ran, in counts of patients; one place each in all six arrays.

    Months count from year 0, and none ended in the month it began. `ended` is `NEVER` while it
    runs; `is_later` tells whether the day of the month it ended on was after the day it began on,
    `next_clock` what ran from then.
    """

    clock: Ints
    next_clock: Ints
    began: Ints
    ended: Ints
    is_later: npt.NDArray[np.bool_]
    patients: Ints


@dataclass(frozen=True, slots=True)
class LifeTable:
    """What the window tells: by clock and months since it began, who was at risk and who came.

    `moves`: by clock, on what clock those who came went on, in shares. `dispersion`: how much more
    than chance whole months of patients differ; 1 is chance alone.
    """

    at_risk: Floats
    returned: Floats
    moves: Floats
    dispersion: float

    @property
    def ages(self) -> int:
        """Return how many months since the last event the table is of."""
        return int(self.at_risk.shape[1])


def life_table(spells: Spells, last: int, window: int = WINDOW_MONTHS) -> LifeTable:
    """Return the life table of the months up to `last`, from what was known at its end."""
    first = last - window + 1
    ages = max(int((last - spells.began).max(initial=0)), 0) + 2
    begin = np.maximum(first - spells.began, 1)
    end = np.minimum(spells.ended, last) - spells.began
    known = begin <= end
    came = known & (spells.ended <= last)
    at_risk, returned = np.zeros((2, len(Clock), ages))
    _add(at_risk, spells, known, begin)
    _add(at_risk, spells, known, end + 1, sign=-1)
    at_risk = np.cumsum(at_risk, axis=1)
    _add(returned, spells, came, end)
    table = LifeTable(at_risk, returned, _moves(spells, came), 1.0)
    dispersion = _dispersion(spells, (known, came, begin, end), hazards(table, ages))
    return LifeTable(at_risk, returned, table.moves, dispersion)


def hazards(table: LifeTable, ages: int) -> Floats:
    """Return the chance to come back in a month, by clock and months since; zero where none came.

    Months are pooled in bands. The three kinds of treated patients lean on all of them where they
    are few; an age that nobody reached takes the last that somebody did.
    """
    shape, months = _pooled(table)
    rates = np.divide(shape, months, out=np.zeros_like(shape), where=months > 0)
    return np.asarray(np.minimum(rates, 1.0)[:, _band_of(ages)])


def drawn_hazards(table: LifeTable, ages: int, draws: int, seed: int) -> Floats:
    """Return as many hazards as the past leaves possible, drawn from their gamma posteriors."""
    shape, months = _pooled(table)
    random = np.random.default_rng(seed)
    drawn = random.standard_gamma(np.broadcast_to(shape, (draws, *shape.shape)))
    rates = np.divide(drawn, months, out=np.zeros_like(drawn), where=months > 0)
    return np.asarray(np.minimum(rates, 1.0)[:, :, _band_of(ages)])


def _pooled(table: LifeTable) -> tuple[Floats, Floats]:
    """Return events and months at risk of each clock and band, with what each leans on."""
    band = _band_of(table.ages)
    came, months = np.zeros((2, len(Clock), len(BANDS)))
    for clock in Clock:
        came[clock] = np.bincount(band, table.returned[clock], len(BANDS))
        months[clock] = np.bincount(band, table.at_risk[clock], len(BANDS))
    for group in ALIKE:
        all_came, all_months = came[group].sum(axis=0), months[group].sum(axis=0)
        if not all_came.any():
            came[group] = 0.0
            continue
        # Half an event more, as Jeffreys has it: that nobody came does not mean nobody may.
        rate = (all_came + 0.5) / np.maximum(all_months, 1.0)
        _carry(rate, all_months)
        came[group] += PRIOR_MONTHS * rate
        months[group] += PRIOR_MONTHS
    return came, months


def _carry(rate: Floats, months: Floats) -> None:
    """Give a band that nobody reached the rate of the one before."""
    for band in range(1, len(rate)):
        if not months[band]:
            rate[band] = rate[band - 1]


def _moves(spells: Spells, came: npt.NDArray[np.bool_]) -> Floats:
    counts = np.zeros((len(Clock), len(Clock)))
    np.add.at(counts, (spells.clock[came], spells.next_clock[came]), spells.patients[came])
    total = counts.sum(axis=1, keepdims=True)
    # Where nobody came back, whoever did would go on as before.
    return np.asarray(np.where(total > 0, counts / np.maximum(total, 1.0), np.eye(len(Clock))))


def _dispersion(
    spells: Spells,
    told: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Ints, Ints],
    hazard: Floats,
) -> float:
    """Return Pearson's statistic over the months in which clocks began, at settled ages.

    Some cohorts' worth of chance alone is added, so that a few months do not speak too loud.
    """
    known, came, begin, end = told
    begin = np.maximum(begin, SETTLED_MONTHS)
    known = known & (begin <= end)
    if not known.any():
        return 1.0
    sums = np.concatenate((np.zeros((len(Clock), 1)), np.cumsum(hazard, axis=1)), axis=1)
    clock, weight = spells.clock[known], spells.patients[known]
    expected = (sums[clock, end[known] + 1] - sums[clock, begin[known]]) * weight
    cohort = spells.began[known] - spells.began[known].min()
    hoped = np.bincount(cohort, expected)
    seen = np.bincount(cohort, weight * came[known])
    counted = hoped >= SMALLEST_VARIANCE
    off = (seen[counted] - hoped[counted]) ** 2 / hoped[counted]
    total = float(np.minimum(off, FARTHEST).sum()) / ON_AVERAGE
    return max(1.0, (total + PRIOR_COHORTS) / (int(counted.sum()) + PRIOR_COHORTS))


def _add(
    table: Floats, spells: Spells, chosen: npt.NDArray[np.bool_], age: Ints, *, sign: int = 1
) -> None:
    np.add.at(table, (spells.clock[chosen], age[chosen]), sign * spells.patients[chosen])


def _band_of(ages: int) -> Ints:
    return np.asarray(np.searchsorted(BANDS, np.arange(ages), side="right") - 1, dtype=np.int64)

"""What runs out when: the schedule if nobody is asked again, and what the past lets one expect.

The schedule is certain. The expectation is an estimate: consents are answered anew, at each age, as
often as in the two years before (Kaplan and Meier's product of what is left), with Greenwood's
variance and the chance of the draw in the interval. The two are never the same figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from uuid import UUID

from lib.domain.consent import Decision
from lib.domain.consent_history import Spell

AHEAD_MONTHS = 12
LOOK_BACK_MONTHS = 24
# Nine of ten months should lie within the interval.
Z = 1.645


@dataclass(frozen=True, slots=True)
class Month:
    """One month ahead: how many run out if nobody is asked, and how many are expected to."""

    month: int
    scheduled: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tried:
    """The same estimate a year ago beside what became of it."""

    months: tuple[Month, ...]
    actual: tuple[int, ...]

    @property
    def error(self) -> float | None:
        """Return by what share of the actual figure the expectation was off in all; None: of 0."""
        total = sum(self.actual)
        return (sum(one.expected for one in self.months) - total) / total if total else None

    @property
    def schedule_error(self) -> float | None:
        """Return by what share the schedule alone would have been off."""
        total = sum(self.actual)
        return (sum(one.scheduled for one in self.months) - total) / total if total else None

    @property
    def within(self) -> int:
        """Return in how many months the actual figure lay within the interval."""
        pairs = zip(self.months, self.actual, strict=True)
        return sum(one.low <= actual <= one.high for one, actual in pairs)


def forecast(
    spells: Sequence[Spell], cut: int, validity_months: int, overtaken: Mapping[UUID, int]
) -> tuple[Month, ...]:
    """Return the year after the end of the month `cut`, from what was known then.

    What a newer wording had overtaken by then is not counted: it may not be used already.
    """
    hazards = _hazards(spells, cut, validity_months)
    found = []
    for ahead in range(1, AHEAD_MONTHS + 1):
        began = cut + ahead - validity_months
        scheduled = sum(one.patients for one in _standing(spells, cut, overtaken, began))
        left, variance = 1.0, 0.0
        # Of the age at the cut, the next month is the first in which it may be answered anew.
        for age in range(max(1, validity_months - ahead + 1), validity_months):
            answered, at_risk = hazards.get(age, (0, 0))
            if at_risk > answered:
                left *= 1 - answered / at_risk
                variance += answered / (at_risk * (at_risk - answered))
        expected = scheduled * left
        spread = Z * sqrt(scheduled * left * (1 - left) + expected**2 * variance)
        low, high = max(0.0, expected - spread), min(float(scheduled), expected + spread)
        found.append(Month(cut + ahead, scheduled, expected, low, high))
    return tuple(found)


def tried(
    spells: Sequence[Spell], cut: int, validity_months: int, overtaken: Mapping[UUID, int]
) -> Tried:
    """Return the forecast of a year before `cut`, from what was known then, and its outcome."""
    then = cut - AHEAD_MONTHS
    months = forecast(spells, then, validity_months, overtaken)
    actual = tuple(
        sum(
            one.patients
            for one in _standing(spells, then, overtaken, month.month - validity_months)
            if one.until >= month.month
        )
        for month in months
    )
    return Tried(months, actual)


def _standing(
    spells: Sequence[Spell], cut: int, overtaken: Mapping[UUID, int], began: int
) -> Sequence[Spell]:
    """Return what was given in a month and held, on a wording not overtaken, at the cut."""
    return [
        one
        for one in spells
        if one.began == began
        and one.decision is Decision.GIVEN
        and one.until > cut
        and (one.form_version_id is None or overtaken.get(one.form_version_id, cut + 1) > cut)
    ]


def _hazards(
    spells: Sequence[Spell], cut: int, validity_months: int
) -> Mapping[int, tuple[int, int]]:
    """Return, by age in months, how many were answered anew of how many there were.

    Of the months up to the cut; what ended after it stood then.
    """
    since = cut - LOOK_BACK_MONTHS + 1
    risk = [0] * (validity_months + 1)
    answered = [0] * (validity_months + 1)
    for one in spells:
        if one.decision is not Decision.GIVEN:
            continue
        first = max(1, since - one.began)
        last = min(one.until, cut, one.began + validity_months - 1) - one.began
        if first > last:
            continue
        risk[first] += one.patients
        risk[last + 1] -= one.patients
        if one.until <= cut and one.until - one.began == last:
            answered[last] += one.patients
    found, total = {}, 0
    for age in range(1, validity_months):
        total += risk[age]
        found[age] = (answered[age], total)
    return found

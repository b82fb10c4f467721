"""Consent across the clinic in the past: how many patients were in which state at each month's end.

It works on spells: from one answer of a patient to the next, counted by the months they began and
ended in. A month is a number: twelve times the year, plus the month from 0. A month's end is exact,
for what is given in a month has run out at the end of the month that many months later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.consent import MONTHS_IN_YEAR, Decision, FormVersion, State, Topic

# A month that never comes.
NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Spell:
    """Patients whose answer of one month stood until one of another; None: it stands."""

    topic: Topic
    decision: Decision
    form_version_id: UUID | None
    began: int
    ended: int | None
    patients: int

    @property
    def until(self) -> int:
        """Return the month at whose end it no longer stood."""
        return NEVER if self.ended is None else self.ended


def month_of(day: date) -> int:
    """Return the number of a day's month."""
    return day.year * MONTHS_IN_YEAR + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month."""
    return date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)


def overtaken_from(versions: Iterable[FormVersion]) -> dict[UUID, int]:
    """Return from which month's end each version was overtaken by a newer material one."""
    every = list(versions)
    found: dict[UUID, int] = {}
    for one in every:
        months = [
            month_of(other.in_force_from)
            for other in every
            if other.form_id == one.form_id
            and other.number > one.number
            and other.is_material
            and other.in_force_from is not None
        ]
        if months:
            found[one.form_version_id] = min(months)
    return found


def states_through(
    spell: Spell, validity_months: int | None, overtaken: Mapping[UUID, int]
) -> Iterable[tuple[State, int, int]]:
    """Give the states of a spell (rule D3): each from one month's end until before another."""
    if spell.decision is Decision.WITHDRAWN:
        yield State.WITHDRAWN, spell.began, spell.until
        return
    if spell.decision is Decision.REFUSED:
        yield State.REFUSED, spell.began, spell.until
        return
    runs_out = spell.began + validity_months if validity_months else NEVER
    key = spell.form_version_id
    newer = max(spell.began, overtaken.get(key, NEVER)) if key else NEVER
    yield State.ACTIVE, spell.began, min(newer, runs_out, spell.until)
    yield State.SUPERSEDED, newer, min(runs_out, spell.until)
    yield State.EXPIRED, runs_out, spell.until


def month_ends(
    spells: Iterable[Spell],
    months: range,
    validity_months: int | None,
    overtaken: Mapping[UUID, int],
) -> dict[State, Sequence[int]]:
    """Return how many were in each state at the end of each month; those never asked are not."""
    changes: dict[State, list[int]] = {
        state: [0] * (len(months) + 1) for state in State if state is not State.NOT_ASKED
    }
    for spell in spells:
        for state, begin, end in states_through(spell, validity_months, overtaken):
            first, last = max(begin, months.start), min(end, months.stop)
            if first < last:
                changes[state][first - months.start] += spell.patients
                changes[state][last - months.start] -= spell.patients
    return {state: _sums(steps[:-1]) for state, steps in changes.items()}


def _sums(steps: Sequence[int]) -> list[int]:
    found, total = [], 0
    for step in steps:
        total += step
        found.append(total)
    return found

"""Consent across the clinic, counted: how many patients are in which state, and what is ending.

It works on groups of patients whose deciding event is alike, so that a million are counted as
quickly as a hundred. `state_of` in `lib.domain.consent` is the rule; a property test holds the two
together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from lib.domain.consent import Decision, FormVersion, State, Topic, last_expired

# What is about to run out is looked at this far ahead, in days.
SOON = (30, 60, 90)
# The owner's figures give nobody away: in steps, and small ones not at all.
STEP, FEWEST = 5, 10
# In the order in which a person reads them: what may be used, what is to be done, what is settled.
ORDER = (
    State.ACTIVE,
    State.SUPERSEDED,
    State.EXPIRED,
    State.REFUSED,
    State.WITHDRAWN,
    State.NOT_ASKED,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Patients whose deciding event on a topic is alike; `received_on` of a grant only."""

    topic: Topic
    decision: Decision
    received_on: date | None
    form_version_id: UUID | None
    patients: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What tells the states of grants on a day: a grant up to `expired_until` has run out.

    `superseded` maps a version of a form to the newer material one that is in force.
    """

    expired_until: date
    superseded: Mapping[UUID, FormVersion]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Consents that a newer wording has overtaken: which wording, since when, how many."""

    topic: Topic
    version: FormVersion
    patients: int


@dataclass(frozen=True, slots=True)
class Line:
    """One topic: patients by state, active ones that run out within so many days, renewals due."""

    topic: Topic
    states: Mapping[State, int]
    soon: Mapping[int, int] = field(default_factory=dict)
    renewals: tuple[Renewal, ...] = ()


def superseded_on(versions: Iterable[FormVersion], as_of: date) -> dict[UUID, FormVersion]:
    """Return the versions that a newer material one of their form has overtaken, with the newest.

    The same as `superseding` of `lib.domain.consent`, for every version at once.
    """
    every = list(versions)
    newest: dict[UUID, FormVersion] = {}
    for one in every:
        is_there = one.in_force_from is not None and one.in_force_from <= as_of
        held = newest.get(one.form_id)
        if one.is_material and is_there and (held is None or held.number < one.number):
            newest[one.form_id] = one
    return {
        one.form_version_id: newest[one.form_id]
        for one in every
        if one.form_id in newest and newest[one.form_id].number > one.number
    }


def bounds_on(
    superseded: Mapping[UUID, FormVersion], validity_months: int | None, as_of: date
) -> Bounds:
    """Return what tells the states of a purpose's grants on a day."""
    until = last_expired(as_of, validity_months) if validity_months else date.min
    return Bounds(until, superseded)


def state_in(group: Group, bounds: Bounds) -> State:
    """Return the state that all of a group are in (rule D3)."""
    if group.decision is Decision.WITHDRAWN:
        return State.WITHDRAWN
    if group.decision is Decision.REFUSED:
        return State.REFUSED
    if group.received_on is not None and group.received_on <= bounds.expired_until:
        return State.EXPIRED
    if group.form_version_id in bounds.superseded:
        return State.SUPERSEDED
    return State.ACTIVE


def line_of(
    topic: Topic,
    groups: Iterable[Group],
    bounds: Bounds,
    soon: Mapping[int, date],
    patients: int,
) -> Line:
    """Return the counts of one topic among so many patients; whoever is in no group was not asked.

    `soon` maps a number of days to the last day whose grants have run out by then.
    """
    states: Counter[State] = Counter()
    ending: Counter[int] = Counter(dict.fromkeys(soon, 0))
    overtaken: Counter[UUID] = Counter()
    for group in groups:
        state = state_in(group, bounds)
        states[state] += group.patients
        if state is State.ACTIVE and group.received_on is not None:
            for days, until in soon.items():
                ending[days] += group.patients if group.received_on <= until else 0
        if state is State.SUPERSEDED and group.form_version_id is not None:
            overtaken[bounds.superseded[group.form_version_id].form_version_id] += group.patients
    states[State.NOT_ASKED] = patients - sum(states.values())
    newer = {one.form_version_id: one for one in bounds.superseded.values()}
    renewals = [Renewal(topic, newer[key], count) for key, count in overtaken.items()]
    renewals.sort(key=lambda one: (-one.patients, one.version.form_version_id))
    return Line(topic, {state: states[state] for state in ORDER}, dict(ending), tuple(renewals))


def soon_until(
    validity_months: int | None, as_of: date, days: Sequence[int] = SOON
) -> dict[int, date]:
    """Return, for so many days ahead, the last day whose grants will have run out by then."""
    if not validity_months:
        return {}
    return {ahead: last_expired(as_of + timedelta(days=ahead), validity_months) for ahead in days}


def protected(count: int) -> int | None:
    """Return a figure that gives nobody away: rounded to 5, None below 10."""
    if count < FEWEST:
        return None
    return (count + STEP // 2) // STEP * STEP


def last_month_end(as_of: date) -> date:
    """Return the last day of the month before."""
    return as_of.replace(day=1) - timedelta(days=1)

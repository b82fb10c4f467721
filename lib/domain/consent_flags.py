"""Events of consent that a person should look at: keyed late, or at odds with another; pure.

A flag changes no state: what decides is when word reached the clinic (rule D1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.consent import Decision, Route, day_of

# Policy default: word that is keyed later than this many days after it came is looked at.
LATE_DAYS = 7


class Flag(StrEnum):
    """What is odd about an event."""

    LATE = "keyed late"
    CONFLICTING = "at odds with another"


@dataclass(frozen=True, slots=True)
class Keyed:
    """An event on one topic: what was said, when it came, how, and when it was keyed (UTC)."""

    event_id: UUID
    decision: Decision
    received_at: datetime
    route: Route
    recorded_at: datetime


def flags_of(event: Keyed, others: Iterable[Keyed], zone: ZoneInfo) -> tuple[Flag, ...]:
    """Return what is odd about an event beside the others on the same topic."""
    rest = [one for one in others if one.event_id != event.event_id]
    found = []
    if is_late(event, rest):
        found.append(Flag.LATE)
    if any(is_conflicting(event, one, zone) for one in rest):
        found.append(Flag.CONFLICTING)
    return tuple(found)


def is_late(event: Keyed, others: Sequence[Keyed]) -> bool:
    """Tell whether an event was keyed after one that came later, or long after it came itself.

    What an import brings is old by its nature: only its order counts.
    """
    if event.route is not Route.IMPORT:
        delay = event.recorded_at - event.received_at
        if delay > timedelta(days=LATE_DAYS):
            return True
    return any(
        one.received_at > event.received_at and one.recorded_at < event.recorded_at
        for one in others
    )


def is_conflicting(one: Keyed, other: Keyed, zone: ZoneInfo) -> bool:
    """Tell whether two events say different things at one instant, or on one day by two routes."""
    if one.decision is other.decision:
        return False
    if one.received_at == other.received_at:
        return True
    is_same_day = day_of(one.received_at, zone) == day_of(other.received_at, zone)
    return is_same_day and one.route is not other.route

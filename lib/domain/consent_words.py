"""How consent stands, in sentences: the same on screens and on paper; pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lib.domain import formats
from lib.domain.consent import Channel, Decision, Route, Standing, State, day_of

# Policy default: how long before its end a consent is said to end soon.
SOON_DAYS: Final = 60
CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.EMAIL: "email",
    Channel.SMS: "text message",
    Channel.PHONE: "phone",
    Channel.POST: "post",
}
ROUTES: Final[Mapping[Route, str]] = {
    Route.IN_PERSON: "In person",
    Route.PAPER: "On a paper form",
    Route.PHONE: "By phone",
    Route.EMAIL: "By email",
    Route.SMS: "By text message",
    Route.POST: "By letter",
    Route.WEB: "On a web form",
    Route.IMPORT: "Imported",
}
DECISIONS: Final[Mapping[Decision, str]] = {
    Decision.GIVEN: "Given",
    Decision.REFUSED: "Refused",
    Decision.WITHDRAWN: "Withdrawn",
}
STATES: Final[Mapping[State, str]] = {
    State.ACTIVE: "Active",
    State.NOT_ASKED: "Not asked",
    State.REFUSED: "Refused",
    State.WITHDRAWN: "Withdrawn",
    State.EXPIRED: "Expired",
    State.SUPERSEDED: "Superseded",
}


def topic_name(purpose: str, channel: Channel | None) -> str:
    """Return how a topic is called: the purpose's name, and the channel where it has one."""
    return f"{purpose} by {CHANNELS[channel]}" if channel else purpose


def why(standing: Standing, zone: ZoneInfo) -> str:
    """Return the sentence that says why consent stands as it does."""
    event = standing.event
    if event is None:
        return "The patient has not been asked, or nothing shows the answer."
    said = f"{DECISIONS[event.decision]} on {formats.day(day_of(event.received_at, zone))}"
    if standing.state is State.EXPIRED:
        return f"{said}; it held until {_last_day(standing)}. Ask again."
    if standing.state is State.SUPERSEDED and standing.superseded_by is not None:
        newer = standing.superseded_by
        since = formats.day(newer.in_force_from)
        return f"{said}; version {newer.number} of the form asks anew since {since}. Ask again."
    if standing.state is not State.ACTIVE:
        return f"{said}."
    return f"{said}; it holds until {_last_day(standing)}."


def _last_day(standing: Standing) -> str:
    if standing.expires_on is None:
        return "it is withdrawn"
    return f"the end of {formats.day(standing.expires_on - timedelta(days=1))}"


def is_ending_soon(standing: Standing, as_of: date) -> bool:
    """Tell whether a consent that holds ends within the next days."""
    return (
        standing.state is State.ACTIVE
        and standing.expires_on is not None
        and standing.expires_on <= as_of + timedelta(days=SOON_DAYS)
    )

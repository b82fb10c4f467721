"""How and when word of a decision reached the clinic: the fields of each form that notes one."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from lib.domain.consent import Route
from lib.domain.consent_words import ROUTES
from lib.domain.dates import Order, date_of
from lib.errors import InvalidInputError
from lib.ui import clock, fields, formats
from lib.ui.drafts import FormState

ROUTE, DAY, TIME, NOTE = "route", "day", "time", "note"
NO_TIME = "give the time like 14:05"
# What an import brings comes by its own way.
BY_HAND = {route.value: ROUTES[route] for route in Route if route is not Route.IMPORT}


def initial(route: Route) -> dict[str, object]:
    """Return what the fields begin with: now, by this route."""
    now = clock.local(clock.now())
    return {
        ROUTE: route.value,
        DAY: formats.day(now.date()),
        TIME: f"{now:%H:%M}",
        NOTE: "",
    }


def draw(form: FormState) -> None:
    """Draw the fields; now is there already."""
    fields.choice(form, ROUTE, "How word reached us", BY_HAND)
    day, at = st.columns(2)
    with day:
        fields.text(form, DAY, "Day it reached us")
    with at:
        fields.text(form, TIME, "Time it reached us")


def route_of(form: FormState) -> Route:
    """Return the route that the form says."""
    return Route(str(form.values[ROUTE]))


def note_of(form: FormState) -> str | None:
    """Return the note that the form says, or None."""
    return str(form.values[NOTE] or "").strip() or None


def moment_of(form: FormState) -> datetime:
    """Return when it reached the clinic (UTC); what nobody changed is this very second.

    A minute that is typed counts to its end, as far as that has come: somebody who takes consent
    back in the minute in which it was given means to. Raises `InvalidInputError` with the field.
    """
    now = clock.now().replace(microsecond=0)
    if all(form.values[name] == form.base[name] for name in (DAY, TIME)):
        return now
    day = _day(str(form.values[DAY] or ""))
    at = clock.stored(datetime.combine(day, _time(str(form.values[TIME] or ""))))
    end = at + timedelta(seconds=59)
    return now if at <= now < end else end


def _day(typed: str) -> date:
    try:
        return date_of(typed, Order.DAY_FIRST, clock.today())
    except InvalidInputError as error:
        raise InvalidInputError(error.message, field=DAY) from error


def _time(typed: str) -> time:
    try:
        return time.fromisoformat(typed.strip().replace(".", ":"))
    except ValueError as error:
        raise InvalidInputError(NO_TIME, field=TIME) from error

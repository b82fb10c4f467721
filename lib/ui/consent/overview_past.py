"""Consent month by month in a picture, and what runs out when: the schedule and the expectation."""

import plotly.graph_objects as go
import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.consent import State
from lib.domain.consent_forecast import Tried
from lib.domain.consent_history import first_of
from lib.services.consent import past
from lib.services.consent.past import Past, PurposePast
from lib.ui import charts, clock, formats, session, text
from lib.ui.consent import badges
from lib.ui.keys import Keys

# From the bottom: what may be used, what is to be asked again, what is settled.
COLOURS = {
    State.ACTIVE: "greenColor",
    State.SUPERSEDED: "violetColor",
    State.EXPIRED: "orangeColor",
    State.REFUSED: "grayColor",
    State.WITHDRAWN: "redColor",
}
WAITING = "The months before are being worked out. They appear here by themselves."
OLD = "Something changed since this was worked out; it is being worked out anew."
CHANNELS_COUNT = "Each way of contact counts on its own."
SCHEDULE = "If nobody is asked again"
EXPECTED = "Expected, as often as people were asked again before"
POLL_SECONDS = 2.0


def draw(actor: Actor) -> None:
    """Draw the months before and the year ahead; while they are worked out, say so and wait."""
    if past.past(session.clinic(), actor, as_of=clock.today()) is None:
        _wait()
    else:
        _draw()


@st.fragment(run_every=POLL_SECONDS)
def _wait() -> None:
    actor = session.require(Permission.VIEW_CONSENT_OVERVIEW)
    if past.past(session.clinic(), actor, as_of=clock.today(), patience=0) is None:
        st.caption(f":material/hourglass_top: {WAITING}")
    else:
        st.rerun()


@st.fragment
def _draw() -> None:
    actor = session.require(Permission.VIEW_CONSENT_OVERVIEW)
    found = past.past(session.clinic(), actor, as_of=clock.today())
    if found is None or not found.purposes:
        return
    st.subheader("Over time", anchor=False)
    by_code = {one.purpose.code: one for one in found.purposes}
    code = st.selectbox(
        "Purpose shown below",
        list(by_code),
        index=_first(found),
        format_func=lambda one: by_code[one].purpose.name,
        key=Keys.CONSENT_PAST,
    )
    one = by_code[code]
    if found.is_old:
        st.caption(f":material/sync: {OLD}")
    over_time, ahead = st.columns(2, gap="large")
    with over_time:
        _over_time(found, one)
    with ahead:
        _ahead(one)


def _first(found: Past) -> int:
    """Return the place of the first purpose of which something runs out in the year ahead."""
    runs_out = (any(month.scheduled for month in one.ahead) for one in found.purposes)
    return next((at for at, one in enumerate(runs_out) if one), 0)


def _over_time(found: Past, one: PurposePast) -> None:
    channels = f" {CHANNELS_COUNT}" if one.purpose.has_channels else ""
    st.markdown(f"**Patients by state at each month's end.**{channels}")
    if not any(any(counts) for counts in one.states.values()):
        st.caption("Nothing was said on this purpose before this month.")
        return
    charts.draw(states_figure(found, one), key="consent_over_time")


def states_figure(found: Past, one: PurposePast) -> go.Figure:
    """Return the states of a purpose month by month, one upon the other."""
    days = [first_of(month) for month in found.months]
    figure = go.Figure()
    for state, name in COLOURS.items():
        colour = charts.colour(name)
        figure.add_scatter(
            x=days,
            y=list(one.states[state]),
            name=badges.mark(state).word,
            stackgroup="states",
            line={"width": 1, "color": colour, "shape": "linear"},
            fillcolor=colour,
        )
    figure.update_xaxes(hoverformat="%b %Y")
    figure.update_yaxes(hoverformat=",d", rangemode="tozero")
    return figure


def _ahead(one: PurposePast) -> None:
    st.markdown("**What runs out in the year ahead**, of what is active at the last month's end.")
    if not one.ahead:
        st.caption("This consent has no end: it holds until it is withdrawn.")
        return
    if not any(month.scheduled for month in one.ahead):
        st.caption("Nothing that is active now runs out in the twelve months ahead.")
        return
    charts.draw(ahead_figure(one), key="consent_ahead")
    scheduled = sum(month.scheduled for month in one.ahead)
    expected = round(sum(month.expected for month in one.ahead))
    st.caption(
        f"The schedule: {formats.figure(scheduled)} run out in twelve months if nobody is asked "
        f"again. The expectation: about {formats.figure(expected)}, if people answer again as "
        "often as in the two years before. The lines span where nine of ten months should lie."
    )
    if one.tried is not None:
        st.caption(text.plain(tried_words(one.tried)))


def ahead_figure(one: PurposePast) -> go.Figure:
    """Return the schedule as bars and the expectation as points with their interval."""
    days = [first_of(month.month) for month in one.ahead]
    expected = [month.expected for month in one.ahead]
    figure = go.Figure()
    figure.add_bar(
        x=days,
        y=[month.scheduled for month in one.ahead],
        name=SCHEDULE,
        marker={"color": charts.colour("grayColor"), "opacity": 0.45},
    )
    figure.add_scatter(
        x=days,
        y=[round(count, 1) for count in expected],
        name=EXPECTED,
        mode="markers",
        marker={"symbol": "diamond", "size": 8, "color": charts.colour("orangeColor")},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [month.high - month.expected for month in one.ahead],
            "arrayminus": [month.expected - month.low for month in one.ahead],
            "color": charts.colour("orangeColor"),
        },
    )
    figure.update_xaxes(hoverformat="%b %Y", dtick="M2", tickformat="%b %Y")
    figure.update_yaxes(hoverformat=",.0f", rangemode="tozero")
    return figure


def tried_words(tried: Tried) -> str:
    """Return how the same estimate would have done a year ago."""
    if tried.error is None or tried.schedule_error is None:
        return "Nothing ran out in the year before, so the estimate could not be tried."
    expected = round(sum(month.expected for month in tried.months))
    return (
        f"Tried on the year before: expected {formats.figure(expected)}, "
        f"ran out {formats.figure(sum(tried.actual))} ({_off(tried.error)}); the schedule alone "
        f"would have been {_off(tried.schedule_error)}. {tried.within} of {len(tried.actual)} "
        "months lay within their interval."
    )


def _off(error: float) -> str:
    share = round(abs(error) * 100)
    return f"{share} % too {'many' if error > 0 else 'few'}" if share else "right to the percent"

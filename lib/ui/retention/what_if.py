"""Other settings of retention, tried: what would expire, beside what does now; nothing is saved."""

from dataclasses import replace

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.retention import Setting, Trigger
from lib.services.retention import forecasting
from lib.services.retention.forecasting import Forecast
from lib.ui import charts, formats, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Table
from lib.ui.keys import Keys
from lib.ui.retention import chart, forecast_chart, forecast_section, forecast_words

MOST_YEARS, MOST_MONTHS = 15, 60
TRIGGERS = {
    Trigger.TREATMENT: "A treatment",
    Trigger.CLINICAL_CONTACT: "A treatment or a consultation",
}
INTRODUCTION = "Move the settings to see what they would do. Nothing is saved here."
SAME = "These are the settings now. Move one to compare."
# Other settings of a large clinic take longer than a screen usually waits.
PATIENCE_SECONDS = 3.0


def draw(now: Forecast) -> None:
    """Draw the settings to try, and what they would do beside those that hold."""
    st.subheader("What if the settings were others?", anchor=False)
    _draw(now)


@st.fragment
def _draw(now: Forecast) -> None:
    actor = session.require(Permission.VIEW_RETENTION)
    st.caption(INTRODUCTION)
    wanted = _asked(now.setting)
    _link(actor)
    if wanted == now.setting:
        st.caption(SAME)
        return
    other = forecasting.forecast(
        session.clinic(), actor, as_of=now.as_of, setting=wanted, patience=PATIENCE_SECONDS
    )
    if other is None:
        forecast_section.wait(now.as_of, wanted)
        return
    line, table = st.columns([0.62, 0.38], gap="large")
    with line:
        charts.draw(forecast_chart.compared(now, other, chart.RECORDS), key="retention_what_if")
    with table, st.container(key="what_if_side"):
        blocks.draw([compared(now, other)], key="retention_what_if_table")
        st.caption(forecast_words.tried(other.tried))


def _asked(holds: Setting) -> Setting:
    """Draw what can be tried, and return it; it begins with what holds."""
    years, months, trigger = st.columns([1, 1, 1.2], gap="large")
    chosen = trigger.radio(
        "What restarts the time of somebody treated",
        list(TRIGGERS),
        index=list(TRIGGERS).index(holds.trigger),
        format_func=TRIGGERS.__getitem__,
        key=Keys.RETENTION_IF_TRIGGER,
    )
    return replace(
        holds,
        years=years.slider(
            "Years after the last treatment",
            1,
            max(MOST_YEARS, holds.years),
            holds.years,
            key=Keys.RETENTION_IF_YEARS,
        ),
        enquiry_months=months.slider(
            "Months after an enquiry",
            1,
            max(MOST_MONTHS, holds.enquiry_months),
            holds.enquiry_months,
            key=Keys.RETENTION_IF_MONTHS,
        ),
        trigger=Trigger(chosen),
    )


def _link(actor: Actor) -> None:
    if access.can(actor, Permission.SET_RETENTION):
        st.page_link(
            navigation.RETENTION_SETTINGS.path,
            label="Change the settings",
            icon=":material/tune:",
        )


COLUMNS = (
    Column("In seven years"),
    Column("Settings now", is_figure=True),
    Column("These settings", is_figure=True),
)


def compared(now: Forecast, other: Forecast) -> Table:
    """Return the two side by side, in records."""
    both = (now, other)
    spans = [one.whole.span for one in both]
    rows = (
        ("Kept for", *(forecast_words.settings(one.setting) for one in both)),
        ("May go today", *(formats.figure(one.due.records) for one in both)),
        ("If nobody returns", *(formats.figure(one.scheduled) for one in spans)),
        ("Expected", *(formats.figure(round(one.expected)) for one in spans)),
        (
            "In four of five",
            *(
                f"{formats.figure(round(one.low))} to {formats.figure(round(one.high))}"
                for one in spans
            ),
        ),
    )
    return Table("", COLUMNS, rows, "The settings now beside those that are tried")

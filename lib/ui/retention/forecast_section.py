"""What is expected of the years ahead: returning patients restart their clocks."""

from datetime import date

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.retention import Setting
from lib.services.retention import forecasting
from lib.services.retention.forecasting import Forecast
from lib.services.retention.schedule import Schedule
from lib.ui import charts, clock, formats, session, text
from lib.ui.components import blocks
from lib.ui.keys import Keys
from lib.ui.retention import chart, forecast_chart, forecast_words, what_if

WORKING = "The forecast is being worked out. It appears here by itself."
OLD = "Something changed since this was worked out; it is being worked out anew."
TO_COME = "The forecast begins today or on a day before. Go back to today to see it."
# The last months ahead are those of patients who were here lately, of whom most return.
NEAR = "Close up on what is expected"
POLL_SECONDS = 1.0


def draw(actor: Actor, found: Schedule) -> None:
    """Draw the expectation beside the schedule, how it was tried, and a what-if for the settings.

    The schedule is that of the whole clinic on the day that is looked at, nothing narrowed away.
    """
    st.subheader("What is expected", anchor=False)
    if found.as_of > clock.today():
        st.caption(TO_COME)
        return
    told = forecasting.forecast(session.clinic(), actor, as_of=found.as_of)
    if told is None:
        wait(found.as_of)
        return
    _draw(told)
    what_if.draw(told)


@st.fragment(run_every=POLL_SECONDS)
def wait(as_of: date, setting: Setting | None = None) -> None:
    """Say that a forecast is being worked out, and look again until it is there."""
    actor = session.require(Permission.VIEW_RETENTION)
    clinic = session.clinic()
    told = forecasting.forecast(clinic, actor, as_of=as_of, setting=setting, patience=0)
    if told is not None:
        st.rerun()
    st.caption(f":material/hourglass_top: {WORKING}")


@st.fragment
def _draw(found: Forecast) -> None:
    """Draw the expectation; it is a fragment so that another measure redraws nothing else.

    It stays the one that the page has read: its figures and the page's are of one moment.
    """
    session.require(Permission.VIEW_RETENTION)
    st.markdown(_lead(found))
    if found.is_old:
        st.caption(f":material/sync: {OLD}")
    with st.container(horizontal=True, vertical_alignment="center"):
        measure = str(
            st.segmented_control(
                "What the forecast shows",
                list(chart.MEASURES),
                format_func=chart.MEASURES.__getitem__,
                default=chart.RECORDS,
                required=True,
                key=Keys.RETENTION_FORECAST,
                label_visibility="collapsed",
            )
        )
        is_near = st.toggle(NEAR, key=Keys.RETENTION_NEAR)
    line, table = st.columns([0.62, 0.38], gap="large")
    with line:
        made = forecast_chart.figure(found.months, measure, is_near=is_near)
        charts.draw(made, key="retention_expected")
    with table, st.container(key="forecast_side"):
        years = forecast_words.table(found.years, measure, by_year=True)
        blocks.draw([years], key="retention_expected_years")
    st.markdown(f":material/fact_check: {text.plain(forecast_words.tried(found.tried))}")
    with st.expander("Every month of the forecast in a table", icon=":material/table_rows:"):
        months = forecast_words.table(found.months, measure, by_year=False)
        blocks.draw([months], key="retention_expected_months")
    with st.expander("How this is estimated", icon=":material/help:"):
        st.markdown(forecast_words.NOTES)


def _lead(found: Forecast) -> str:
    """Return the whole seven years in one sentence, the two figures told apart."""
    span = found.whole.span
    low, high = formats.figure(round(span.low)), formats.figure(round(span.high))
    return (
        f"In seven years **{formats.figure(span.scheduled)}** records expire if nobody returns. "
        f"Patients do return: about **{formats.figure(round(span.expected))}** are expected to "
        f"({low} to {high})."
    )

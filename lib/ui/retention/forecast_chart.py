"""The schedule as bars and the expectation as a line in its interval; and two sets of settings."""

from collections.abc import Sequence

import plotly.graph_objects as go

from lib.domain.retention_schedule import first_of, month_name
from lib.services.retention.forecasting import Ahead, Forecast
from lib.ui import charts
from lib.ui.retention import forecast_words
from lib.ui.retention.chart import MEASURES

SCHEDULE = "Schedule: certain if nobody returns"
EXPECTED = "Expected"
INTERVAL = "Four of five months lie within"
NOW, TRIED = "Expected under the settings now", "Expected under these"
# How strong the band is: the line and the grid stay to be seen through it.
BAND_OPACITY = 0.28
# How much of a close-up is above the highest of the interval.
ROOM = 1.25


def figure(months: Sequence[Ahead], measure: str, *, is_near: bool = False) -> go.Figure:
    """Return the schedule's bars, and the expectation beside them.

    `is_near`: the scale is that of the expectation, and higher bars run out of the picture.
    """
    made = go.Figure()
    _add_bars(made, months, measure, SCHEDULE)
    _add_band(made, months, measure, "primaryColor")
    _add_line(made, months, measure, (EXPECTED, "primaryColor", "solid"))
    _dressed(made, measure)
    top = max(forecast_words.bounds(one, measure)[1] for one in months)
    if is_near and top > 0:
        made.update_yaxes(range=[0, top * ROOM], rangemode="normal")
    return made


def compared(now: Forecast, other: Forecast, measure: str) -> go.Figure:
    """Return what is expected now and under other settings, and the schedule under these."""
    made = go.Figure()
    _add_bars(made, other.months, measure, "Schedule under these")
    _add_band(made, other.months, measure, "orangeColor")
    _add_line(made, now.months, measure, (NOW, "primaryColor", "dot"))
    _add_line(made, other.months, measure, (TRIED, "orangeColor", "solid"))
    return _dressed(made, measure)


def _add_bars(made: go.Figure, months: Sequence[Ahead], measure: str, name: str) -> None:
    made.add_bar(
        x=_days(months),
        y=[forecast_words.scheduled(one, measure) for one in months],
        name=name,
        marker={"color": charts.colour("grayColor"), "opacity": 0.45},
        hovertemplate="%{y:,}<extra>%{fullData.name}</extra>",
    )


def _add_band(made: go.Figure, months: Sequence[Ahead], measure: str, colour: str) -> None:
    """Add the interval, from its upper edge down to its lower."""
    shown = str(charts.colour(colour))
    edges = [forecast_words.bounds(one, measure) for one in months]
    edge = {"x": _days(months), "mode": "lines", "hoverinfo": "skip"}
    lines = {"width": 1, "color": shown}
    made.add_scatter(y=[high for _, high in edges], line=lines, showlegend=False, **edge)
    red, green, blue = (int(shown[at : at + 2], 16) for at in (1, 3, 5))
    made.add_scatter(
        y=[low for low, _ in edges],
        line=lines,
        fill="tonexty",
        fillcolor=f"rgba({red}, {green}, {blue}, {BAND_OPACITY})",
        name=INTERVAL,
        **edge,
    )


def _add_line(
    made: go.Figure, months: Sequence[Ahead], measure: str, drawn: tuple[str, str, str]
) -> None:
    name, colour, dash = drawn
    made.add_scatter(
        x=_days(months),
        y=[forecast_words.expected(one, measure) for one in months],
        name=name,
        mode="lines",
        line={"width": 2.5, "color": charts.colour(colour), "dash": dash},
        customdata=[
            [month_name(one.span.month), forecast_words.told(one, measure)] for one in months
        ],
        hovertemplate="%{customdata[1]}<extra>%{fullData.name}</extra>",
    )


def _dressed(made: go.Figure, measure: str) -> go.Figure:
    made.update_layout(bargap=0.18)
    made.update_xaxes(dtick="M12", tickformat="%b %Y", hoverformat="%b %Y")
    made.update_yaxes(rangemode="tozero", title_text=MEASURES[measure], tickformat=",")
    return made


def _days(months: Sequence[Ahead]) -> list[object]:
    return [first_of(one.span.month) for one in months]

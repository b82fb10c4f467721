"""The charts of face and body: where something was given, and how much, by mouse, touch or keys.

The browser keeps what is being marked and tells all of it after each step; what it tells is
believed only as far as `chart_marks.from_json` makes sense of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib.domain.chart_drawing import DRAWINGS
from lib.domain.chart_marks import Marks, from_json, to_json
from lib.domain.charts import GRAIN, GRAINS, TITLES, Chart, regions_of
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


def _art() -> str:
    """Return the drawings and regions as a constant of the script: no rerun carries them."""
    art = {
        chart.value: {
            "title": TITLES[chart],
            "width": drawing.width,
            "height": drawing.height,
            "contours": drawing.contours,
            "lines": drawing.lines,
            "regions": [
                {
                    "area": region.area,
                    "parts": [[one.x, one.y, one.across, one.down] for one in region.parts],
                    "spots": region.spots,
                }
                for region in regions_of(chart)
            ],
        }
        for chart, drawing in DRAWINGS.items()
    }
    return f"const ART = {json.dumps(art)};\n"


_draw = st.components.v2.component(
    "desk_body_chart",
    html=HTML,
    css=source("kit.css", "body_chart.css"),
    js=_art() + source("kit.js", "body_chart.js"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What marks are set in: the unit of doses, the dose of a new point by area, the first chart.

    A new `token` makes the browser take what it is given as new; else it keeps its own.
    """

    unit: str
    usual: Mapping[str, Decimal | None]
    chart: Chart
    token: str


def draw(marks: Marks, frame: Frame, key: str) -> Marks:
    """Draw the charts to mark on; return the marks as they are in the browser now."""
    sent = _sent(key, frame.token)
    shown = sent or marks
    data = {
        "marks": to_json(shown),
        "unit": frame.unit,
        "step": str(GRAINS.get(frame.unit, GRAIN)),
        "usual": {area: str(dose) for area, dose in frame.usual.items() if dose is not None},
        "chart": frame.chart.value,
        "token": frame.token,
        "is_read_only": False,
    }
    _draw(data=data, key=key, on_marks_change=_nothing)
    return _sent(key, frame.token) or marks


def show(marks: Marks, unit: str, key: str) -> None:
    """Draw the charts that have points, to read and to print."""
    data = {
        "marks": to_json(marks),
        "unit": unit,
        "step": "1",
        "usual": {},
        "chart": marks.points[0].chart.value if marks.points else Chart.FACE_FRONT.value,
        "token": key,
        "is_read_only": True,
    }
    _draw(data=data, key=key)


def _sent(key: str, token: str) -> Marks | None:
    state = st.session_state.get(key)
    value = state.get("marks") if state else None
    # Marks of a template that was left meanwhile are of another token.
    if not isinstance(value, Mapping) or value.get("token") != token:
        return None
    return from_json(value)


def _nothing() -> None:
    """Take note; `draw` returns the marks when the screen runs."""

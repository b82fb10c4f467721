"""The template of every Plotly chart: the theme's colours and type, and nothing that shouts."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

# What the browser may offer beside a chart: nothing that leaves this machine.
CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True}
HEIGHT = 320


def colour(name: str) -> Any:  # noqa: ANN401 - a colour or a list of them, as the theme has it
    """Return a colour of the theme that the person sees, by its name in the configuration."""
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return st.get_option(f"theme.{kind}.{name}")


def template() -> go.layout.Template:
    """Return the template in the colours of the theme that the person sees."""
    line = colour("dataframeBorderColor")
    axis = {
        "gridcolor": line,
        "linecolor": line,
        "zerolinecolor": line,
        "tickfont": {"color": colour("grayTextColor")},
        "title": {"font": {"color": colour("grayTextColor")}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": st.get_option("theme.font"), "color": colour("textColor")},
            "colorway": colour("chartCategoricalColors"),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
            "height": HEIGHT,
            "separators": ".,",
            "hovermode": "x unified",
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "legend": {"orientation": "h", "y": 1.1, "x": 0, "title": {"text": ""}},
        }
    )


def draw_to_pick(figure: go.Figure, key: str) -> tuple[int, int] | None:
    """Draw a figure; return the place of the point that was just picked, and of its trace."""
    figure.update_layout(template=template(), clickmode="event+select", dragmode=False)
    event = st.plotly_chart(
        figure, key=key, theme=None, config=CONFIG, on_select="rerun", selection_mode="points"
    )
    points = event["selection"]["points"]
    return (points[0]["point_index"], points[0]["curve_number"]) if points else None


def draw(figure: go.Figure, key: str) -> None:
    """Draw a figure in the desk's template, as wide as its place."""
    figure.update_layout(template=template())
    st.plotly_chart(figure, key=key, theme=None, config=CONFIG)

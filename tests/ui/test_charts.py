"""Charts wear the theme."""

import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.ui import charts


def test_the_template_has_the_themes_colours_and_type() -> None:
    layout = charts.template().layout
    assert list(layout.colorway) == st.get_option("theme.light.chartCategoricalColors")
    assert layout.font.family == st.get_option("theme.font")
    assert layout.font.color == st.get_option("theme.light.textColor")


def test_the_bar_beside_a_chart_is_off() -> None:
    assert charts.CONFIG["displayModeBar"] is False


def test_a_figure_is_drawn_in_the_template() -> None:
    def script() -> None:
        import plotly.graph_objects as go  # noqa: PLC0415 - the script is run by itself

        from lib.ui import charts  # noqa: PLC0415

        charts.draw(go.Figure(go.Bar(x=["a"], y=[1])), key="chart")

    screen = AppTest.from_function(script).run()
    assert not screen.exception
    (chart,) = screen.get("plotly_chart")
    assert '"colorway"' in chart.proto.spec

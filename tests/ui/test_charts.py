"""Charts wear the theme."""

import streamlit as st

from lib.ui import charts


def test_the_template_has_the_themes_colours_and_type() -> None:
    layout = charts.template().layout
    assert list(layout.colorway) == st.get_option("theme.light.chartCategoricalColors")
    assert layout.font.family == st.get_option("theme.font")
    assert layout.font.color == st.get_option("theme.light.textColor")


def test_the_bar_beside_a_chart_is_off() -> None:
    assert charts.CONFIG["displayModeBar"] is False

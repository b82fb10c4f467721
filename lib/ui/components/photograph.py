"""One photograph to look at closely, or one video to play; its address is made from its id."""

from collections.abc import Mapping

import streamlit as st

from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'

_draw = st.components.v2.component(
    "desk_photograph",
    html=HTML,
    css=source("kit.css", "pictures.css", "photograph.css"),
    js=source("kit.js", "viewer.js", "pictures.js", "photograph.js"),
)


def draw(tile: Mapping[str, object], day: str, purpose: str, key: str) -> None:
    """Draw the picture that the tile (of `lib.ui.media.tiles`) tells of."""
    _draw(data={"tile": dict(tile), "day": day, "purpose": purpose}, key=key)

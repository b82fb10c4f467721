"""The summary strip: what a record has and lacks, in one line under its banner."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lib.ui import navigation
from lib.ui.components.blocks import Tone
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Part:
    """One item in words: `state` is read out after the word, `href` is empty where none is."""

    word: str
    state: str
    icon: str
    tone: Tone
    reason: str
    href: str = ""


_draw = st.components.v2.component(
    "desk_summary",
    html=HTML,
    css=source("kit.css", "summary.css"),
    js=source("kit.js", "summary.js"),
)


def draw(parts: Sequence[Part], key: str) -> None:
    """Draw the strip; a link that is followed opens its screen."""
    shown = _draw(
        data={"items": [asdict(part) for part in parts]}, key=key, on_open_change=_nothing
    )
    if isinstance(shown.open, str):
        navigation.follow(shown.open)


def _nothing() -> None:
    """Take note; the page acts on what was opened when it has drawn the component."""

"""Why a record is still here: its state and sentence, and the days that it follows from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a record, what follows from it in a few words, and the sentence why."""

    mark: Mark
    headline: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A day on the way: what happened or will; `role` says what the day is to the schedule."""

    day: str
    words: str
    note: str
    role: str
    icon: str
    is_past: bool


_draw = st.components.v2.component(
    "desk_retention_path",
    html=HTML,
    css=source("kit.css", "retention_path.css"),
    js=source("kit.js", "retention_path.js"),
)


def draw_head(head: Head, key: str) -> None:
    """Draw the state with its sentence, across the screen."""
    _draw(data={"head": asdict(head), "stops": []}, key=key)


def draw_path(title: str, stops: Sequence[Stop], key: str) -> None:
    """Draw the days one under the other, the earliest first."""
    _draw(data={"head": None, "title": title, "stops": [asdict(one) for one in stops]}, key=key)

"""A text in passages as a patient reads it, in large type, with the questions under it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lib.paper.sheet import Passage
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked for, and the ways of contact that are asked for one by one."""

    text: str
    channels: tuple[str, ...] = ()


_draw = st.components.v2.component(
    "desk_prose",
    html=HTML,
    css=source("kit.css", "prose.css"),
    js=source("kit.js", "prose.js"),
)


def draw(title: str, passages: Sequence[Passage], questions: Sequence[Question], key: str) -> None:
    """Draw the text as it will be read; nothing in it can be answered here."""
    data = {
        "title": title,
        "passages": [asdict(one) for one in passages],
        "questions": [asdict(one) for one in questions],
    }
    _draw(data=data, key=key)

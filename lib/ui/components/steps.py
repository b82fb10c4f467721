"""Steps of something that takes a while: what is done, what is under way and how far, what follows.

A step is told by word and shape; the moment it changes, a screen reader hears it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

import streamlit as st

from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


class Stage(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, where it stands, and what there is to say of it.

    `done` and `total` draw a bar while it is under way; a total of 0 draws none.
    """

    title: str
    stage: Stage
    note: str = ""
    done: int = 0
    total: int = 0


_draw = st.components.v2.component(
    "desk_steps",
    html=HTML,
    css=source("kit.css", "steps.css"),
    js=source("kit.js", "steps.js"),
)


def draw(steps: tuple[Step, ...], label: str, key: str) -> None:
    """Draw the steps in their order; `label` names them all to a screen reader."""
    _draw(data={"label": label, "steps": [asdict(step) for step in steps]}, key=key)

"""A list of patients of whom some can be chosen, for something that is done with all of them."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.ui import navigation
from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Pick:
    """One patient: what identifies them, where their screen is, and a cell a column."""

    key: str
    name: str
    note: str
    href: str
    cells: tuple[str | Mark, ...]


@dataclass(frozen=True, slots=True)
class Picks:
    """The list: headings after the patient's, rows, and the word on the button (empty: none)."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Pick, ...]
    act: str
    empty: str


_draw = st.components.v2.component(
    "desk_patient_picks",
    html=HTML,
    css=source("kit.css", "blocks.css", "patient_picks.css"),
    js=source("kit.js", "patient_picks.js"),
)


def draw(picks: Picks, key: str) -> tuple[UUID, ...]:
    """Draw the list; return the patients for whom the button was just pressed, of those shown."""
    shown = _draw(data=asdict(picks), key=key, on_open_change=_nothing, on_act_change=_nothing)
    if isinstance(shown.open, str):
        navigation.follow(shown.open)
    there = {row.key for row in picks.rows}
    return tuple(UUID(one) for one in _chosen(shown.act) if one in there)


def _chosen(value: object) -> list[str]:
    """Return the keys that came from the browser; anything else is nothing."""
    if isinstance(value, str):
        with suppress(ValueError):
            found = json.loads(value)
            if isinstance(found, list):
                return [one for one in found if isinstance(one, str)]
    return []


def _nothing() -> None:
    """Take note; the page acts on what was chosen when it has drawn the component."""

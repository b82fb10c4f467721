"""Purposes of consent by state, a table made to be read: every figure opens its list."""

from dataclasses import asdict, dataclass

import streamlit as st

from lib.ui import navigation
from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Head:
    """A column: a state's badge, or words where it is no state. `note` is read out with it."""

    word: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, the address of its list (empty: none), and its share of the row (0 to 1)."""

    text: str
    href: str = ""
    share: float = 0.0
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose, or one way of contact of it (`is_part`)."""

    name: str
    figures: tuple[Figure, ...]
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A heading over so many columns."""

    word: str
    columns: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table; `caption` is read out and shown above it."""

    caption: str
    spans: tuple[Span, ...]
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


_draw = st.components.v2.component(
    "desk_consent_matrix",
    html=HTML,
    css=source("kit.css", "blocks.css", "consent_matrix.css"),
    js=source("kit.js", "consent_matrix.js"),
)


def draw(matrix: Matrix, key: str) -> None:
    """Draw the table; a figure that is followed opens its list."""
    shown = _draw(data=asdict(matrix), key=key, on_open_change=_nothing)
    if isinstance(shown.open, str):
        navigation.follow(shown.open)


def _nothing() -> None:
    """Take note; the page acts on what was opened when it has drawn the component."""

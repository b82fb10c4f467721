"""Facts, notices, dated entries, tables and cards: what a record is drawn with, on every screen.

Whatever is given here is shown as it is: the script beside this file sets text, never HTML.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from lib.ui import navigation
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


class Tone(StrEnum):
    """What a thing means; every tone comes with a word and a shape, never as colour alone."""

    PLAIN = "plain"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with a shape (the name of a Material symbol)."""

    word: str
    icon: str
    tone: Tone = Tone.PLAIN
    kind: str = "mark"


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads to another screen, with marks and a quieter line under it."""

    text: str
    href: str
    note: str = ""
    marks: tuple[Mark, ...] = ()
    kind: str = "link"


@dataclass(frozen=True, slots=True)
class Said:
    """A cell with a second, quieter line."""

    text: str
    note: str = ""
    kind: str = "said"


Cell = str | Mark | Link | Said


@dataclass(frozen=True, slots=True)
class Value:
    """One of a fact's values; what no longer holds is past."""

    text: str
    note: str = ""
    marks: tuple[Mark, ...] = ()
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known under it."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of labels and values."""

    title: str
    facts: tuple[Fact, ...]
    count: str = ""
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must be seen: what it is, and what follows from it."""

    title: str
    lines: tuple[str, ...] = ()
    icon: str = "info"
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices, the gravest first."""

    title: str
    notices: tuple[Notice, ...]
    count: str = ""
    kind: str = "notices"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; figures stand to the right, short texts stay on one line."""

    label: str
    is_figure: bool = False
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption (read out where there is no title), the important column first."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    empty: str = ""
    count: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Old:
    """A version that a correction replaced."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with an entry; its value is what `draw` returns then.

    With `href` it is a link instead, which opens in a tab of its own.
    """

    label: str
    icon: str
    value: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated thing: a treatment, an entry of the history, a visit. `is_void`: it never was."""

    when: str
    title: str
    aside: str = ""
    marks: tuple[Mark, ...] = ()
    lines: tuple[str, ...] = ()
    table: Table | None = None
    said: str = ""
    notices: tuple[Notice, ...] = ()
    earlier: tuple[Old, ...] = ()
    earlier_label: str = ""
    is_void: bool = False
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """Dated things, the newest first."""

    title: str
    entries: tuple[Entry, ...]
    empty: str = ""
    count: str = ""
    kind: str = "entries"


@dataclass(frozen=True, slots=True)
class Card:
    """A matter that leads to its screen, or to none where the address is empty."""

    title: str
    detail: str
    href: str
    number: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """Matters, the most pressing first."""

    title: str
    cards: tuple[Card, ...]
    empty: str = ""
    count: str = ""
    kind: str = "cards"


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a text in two versions: `part` is same, removed or added."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One field in two versions, its words in reading order."""

    label: str
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two versions; marked by line and sign, not by colour alone."""

    title: str
    fields: tuple[Changed, ...]
    empty: str = ""
    count: str = ""
    kind: str = "differences"


Block = Facts | Notices | Table | Entries | Cards | Differences

_draw = st.components.v2.component(
    "desk_blocks",
    html=HTML,
    css=source("kit.css", "blocks.css"),
    js=source("kit.js", "blocks.js"),
)


def draw(blocks: Sequence[Block], key: str) -> str | None:
    """Draw the blocks under one another; a link that is followed opens its screen.

    Returns the value of the act that was asked for just now, if any.
    """
    shown = _draw(data=_data(blocks), key=key, on_open_change=_nothing, on_act_change=_nothing)
    if isinstance(shown.open, str):
        navigation.follow(shown.open)
    return shown.act if isinstance(shown.act, str) else None


def _data(blocks: Sequence[Block]) -> dict[str, Any]:
    return {"blocks": [asdict(block) for block in blocks]}


def _nothing() -> None:
    """Take note; the page acts on what was opened when it has drawn the component."""

"""Pairs of records side by side, each with both banners, and what is done with a pair."""

from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
LONGEST_ID = 36


@dataclass(frozen=True, slots=True)
class Banner:
    """Who one of the two is: the small banner, its marks, and the address of the record."""

    name: str
    preferred: str
    born: str
    gender: str
    reference: str
    seen: str
    href: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared: the values of both and how they stand, by word and shape."""

    label: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True)
class PairCard:
    """A pair: how likely it is one person, both banners, what was compared, where it is merged."""

    pair_id: str
    title: str
    chance: str
    one: Banner
    other: Banner
    lines: tuple[Line, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person did: the address to go to, or the pair that is not one person."""

    href: str | None
    not_same: UUID | None


_draw = st.components.v2.component(
    "desk_pairs",
    html=HTML,
    css=source("kit.css", "pairs.css"),
    js=source("kit.js", "pairs.js"),
)


def draw(cards: list[PairCard], key: str) -> Asked:
    """Draw the pairs, the first one open; return what was asked of one of them."""
    data = {"pairs": [asdict(card) for card in cards]}
    shown = _draw(data=data, key=key, on_open_change=_nothing, on_differ_change=_nothing)
    href = shown.open if isinstance(shown.open, str) else None
    return Asked(href, _pair_id(shown.differ, cards))


def _pair_id(sent: object, cards: list[PairCard]) -> UUID | None:
    # What a browser sends is believed only where it names a pair that it was shown.
    return UUID(str(sent)) if sent in {card.pair_id for card in cards} else None


def _nothing() -> None:
    """Take note; the page acts when it has drawn the component."""

"""Records that are due: a list to review, choose from and propose; a minor's is never swept along.

What is chosen stays chosen over the pages of the list, in the browser's memory alone, until it is
proposed or the screen is left.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.ui import navigation
from lib.ui.components.blocks import Act, Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
MOST_SENT = 10_000


@dataclass(frozen=True, slots=True)
class Due:
    """One record: who it is, why it may go, how much would, and what else can be done with it.

    `is_ordinary`: it may be chosen together with others; one that asks for a person's look is
    chosen by its own box alone. `is_open` to being chosen at all: one that is held back is not.
    """

    key: str
    name: str
    note: str
    href: str
    sentence: str
    marks: tuple[Mark, ...]
    figures: tuple[str, ...]
    is_ordinary: bool = True
    is_open: bool = True
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class DueList:
    """A page of the list. `limit` is how many a case may hold; another `turn` forgets the chosen.

    Without `may_choose` nothing is proposed from here: the list is only read.
    """

    caption: str
    figures: tuple[str, ...]
    rows: tuple[Due, ...]
    limit: int
    turn: int
    empty: str
    may_choose: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What was just asked for: records to propose, or one act with one record of this page."""

    proposed: tuple[UUID, ...] = ()
    act: str = ""
    of: UUID | None = None


_draw = st.components.v2.component(
    "desk_due",
    html=HTML,
    css=source("kit.css", "blocks.css", "due.css"),
    js=source("kit.js", "due.js"),
)


def draw(due: DueList, key: str) -> Asked:
    """Draw the list; return what was just asked for. A link that is followed opens its screen."""
    shown = _draw(
        data=asdict(due),
        key=key,
        on_open_change=_nothing,
        on_propose_change=_nothing,
        on_act_change=_nothing,
    )
    if isinstance(shown.open, str):
        navigation.follow(shown.open)
    return read(due, shown.propose, shown.act)


def read(due: DueList, proposed: object, act: object) -> Asked:
    """Return what came from the browser; whatever makes no sense is nothing.

    The records to propose may stand on other pages; the service looks at each of them again.
    """
    if due.may_choose and isinstance(proposed, str):
        return Asked(proposed=tuple(dict.fromkeys(_ids(proposed))))
    if isinstance(act, str):
        word, _, key = act.partition(":")
        row = next((one for one in due.rows if one.key == key), None)
        if row is not None and word in {one.value for one in row.acts}:
            return Asked(act=word, of=UUID(key))
    return Asked()


def _ids(sent: str) -> list[UUID]:
    with suppress(ValueError, TypeError, AttributeError):
        found = json.loads(sent)
        if isinstance(found, list):
            return [UUID(one) for one in found[:MOST_SENT]]
    return []


def _nothing() -> None:
    """Take note; the page acts on what was asked when it has drawn the component."""

"""A gallery: pictures under the day they were taken, a lightbox, and what is done with several.

The browser makes each picture's address from its id; nothing of a picture itself goes through
here. What is selected stays in the browser until something is to be done with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import streamlit as st

from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
NAME: Final = "desk_gallery"
OPEN = "open"
# More than anybody selects by hand; what a browser sends beyond it is not read.
MOST_SELECTED = 500


@dataclass(frozen=True, slots=True)
class Banner:
    """Whose pictures follow: name, labelled facts, marks, and the address of the record."""

    name: str
    facts: tuple[tuple[str, str], ...]
    href: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the pictures under it: `count` of them from place `start` on.

    `treatment` and `practitioner` are said of each of them in the lightbox.
    """

    day: str
    start: int
    count: int
    treatment: str = ""
    practitioner: str = ""
    banner: Banner | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with what is selected, from `least` to `most` (0: any number).

    `why` says what to do first where it cannot be done yet.
    """

    value: str
    label: str
    icon: str
    least: int = 1
    most: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a gallery: pictures as the script beside this file takes them, and what to do.

    What was selected under another `token` is let go. `banner` says whose all of them are, where
    the lightbox covers the banner of the screen.
    """

    tiles: Sequence[Mapping[str, Any]]
    groups: Sequence[Group]
    acts: Sequence[Act]
    purpose: str
    token: str
    banner: Banner | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants done with which pictures, or the address that they want to go to."""

    act: str = ""
    media_ids: tuple[UUID, ...] = ()
    href: str = ""


_draw = st.components.v2.component(
    NAME,
    html=HTML,
    css=source("kit.css", "pictures.css", "gallery.css"),
    js=source("kit.js", "lensed.js", "viewer.js", "pictures.js", "lightbox.js", "gallery.js"),
)


def draw(shown: Shown, key: str) -> Asked:
    """Draw the gallery; return what was asked of it, and nothing that is badly formed."""
    data = {
        "tiles": list(shown.tiles),
        "groups": [_group(one) for one in shown.groups],
        "acts": [asdict(one) for one in shown.acts],
        "purpose": shown.purpose,
        "token": shown.token,
        "banner": asdict(shown.banner) if shown.banner else None,
    }
    told = _draw(data=data, key=key, on_act_change=_nothing, on_open_change=_nothing)
    return read(told.open, told.act)


def read(href: object, sent: object) -> Asked:
    """Return what a browser sent, as far as it makes sense."""
    if isinstance(href, str):
        return Asked(href=href)
    if not isinstance(sent, Mapping) or not isinstance(sent.get("ids"), list):
        return Asked()
    return Asked(str(sent.get("act")), tuple(_ids(sent["ids"][:MOST_SELECTED])))


def _ids(sent: list[object]) -> list[UUID]:
    found = []
    for text in sent:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


def _group(one: Group) -> dict[str, Any]:
    note = " · ".join(filter(None, (one.treatment, one.practitioner)))
    return {
        "title": one.day,
        "day": one.day,
        "note": note,
        "from": one.start,
        "count": one.count,
        "treatment": one.treatment,
        "practitioner": one.practitioner,
        "banner": asdict(one.banner) if one.banner else None,
    }


def _nothing() -> None:
    """Take note; the screen acts when it has drawn the component."""

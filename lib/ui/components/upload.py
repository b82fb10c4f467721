"""Bringing files in: a place to choose or drop them, how far each is, and what came in below.

The browser sends the files by itself, past Streamlit; here it only tells that something arrived,
and what a person says of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

import streamlit as st

from lib.domain.media import Expression, Stage, View
from lib.domain.media_labels import Field
from lib.ui import formats
from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
NAME: Final = "desk_upload"
# The telephone's gallery opens for these; what browsers do not know is named by its ending.
ACCEPT = "image/*,video/mp4,video/quicktime,video/webm,.heic,.heif,.avif,.tif,.tiff,.mov"
HINT = (
    "JPEG, PNG, WebP, AVIF, TIFF and HEIC up to 200 MB; MP4, MOV and WebM up to 500 MB. "
    "They go into the record as they arrive."
)
TOO_LARGE = "Save a smaller copy and bring that in."
MOST_SENT = 500
KINDS: Mapping[Field, type[View | Expression | Stage]] = {
    Field.VIEW: View,
    Field.EXPRESSION: Expression,
    Field.STAGE: Stage,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A picture that came in, in words; `version` is that of what is said of it."""

    id: str
    version: int
    kind: str
    alt: str
    thumbnail: str
    href: str
    day: str
    source: str
    view: str | None
    expression: str | None
    stage: str | None
    treatment: str
    area: str
    is_guessed: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for files from now on: where they are sent, in which batch, of which treatment."""

    address: str
    batch: str
    treatment: str | None
    ground: str | None
    most_of_picture: int
    most_of_video: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of one picture; `seen` is the version that they had before them."""

    media_id: UUID
    seen: int
    field: Field
    value: View | Expression | Stage | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done with which pictures."""

    act: str
    media_ids: tuple[UUID, ...]


_draw = st.components.v2.component(
    NAME,
    html=HTML,
    css=source("kit.css", "upload.css"),
    js=source("kit.js", "upload.js"),
)


def draw(order: Order, rows: Sequence[Row], token: str, key: str) -> bool:
    """Draw the place and the list; tell whether the person wants to take pictures instead.

    Another `token` makes the browser draw the list anew.
    """
    data = {
        **asdict(order),
        "rows": [asdict(row) for row in rows],
        "token": token,
        "accept": ACCEPT,
        "hint": HINT,
        "too_large": TOO_LARGE,
        "options": {
            field.value: [[one.value, formats.words(one.value)] for one in kind]
            for field, kind in KINDS.items()
        },
    }
    shown = _draw(
        data=data,
        key=key,
        on_arrived_change=_nothing,
        on_say_change=_nothing,
        on_act_change=_nothing,
        on_camera_change=_nothing,
    )
    return bool(shown.camera)


def said(key: str) -> Said | None:
    """Return what was just said of a picture, before the component is drawn again."""
    sent = _sent(key, "say")
    if sent is None:
        return None
    try:
        field = Field(str(sent.get("field")))
        value = KINDS[field](str(sent["value"])) if sent.get("value") else None
        return Said(UUID(str(sent.get("id"))), int(str(sent.get("seen"))), field, value)
    except (ValueError, KeyError):
        return None


def asked(key: str) -> Asked | None:
    """Return what was just asked of several pictures, before the component is drawn again."""
    sent = _sent(key, "act")
    ids = sent.get("ids") if sent else None
    if sent is None or not isinstance(ids, list):
        return None
    try:
        return Asked(str(sent.get("act")), tuple(UUID(str(one)) for one in ids[:MOST_SENT]))
    except ValueError:
        return None


def _sent(key: str, name: str) -> Mapping[str, object] | None:
    state = st.session_state.get(key) or {}
    value = state.get(name)
    return value if isinstance(value, Mapping) else None


def _nothing() -> None:
    """Take note; the screen asks with `said` and `asked` when it runs."""

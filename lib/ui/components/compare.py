"""Pictures compared: side by side, with a divider or one over the other, aligned by two points.

The browser makes each picture's address from its id; nothing of a picture itself goes through
here. What it says of points is believed only as far as `alignment.from_json` makes sense of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.domain import alignment as alignments
from lib.domain.alignment import Alignment, Box
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
BOTH = 2

_draw = st.components.v2.component(
    "desk_compare",
    html=HTML,
    css=source("kit.css", "compare.css"),
    js=source(
        "kit.js",
        "lensed.js",
        "alignment.js",
        "compare_pane.js",
        "compare_points.js",
        "compare_tools.js",
        "compare.js",
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with what stands under it; `alignment` lays it over the first one."""

    media_id: UUID
    width: int
    height: int
    day: str
    stage: str
    pose: str
    note: str
    is_guess: bool
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What for pictures are fetched, what all aligned ones show (fractions of the first), and more.

    `can_align` tells whether this person may set points. `answers` counts those that were answered;
    `refused` says why the last cannot be.
    """

    purpose: str
    shared: Box | None
    can_align: bool
    answers: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person did: aligned two pictures or cleared that (no alignment), or swapped them.

    `is_matched` tells whether brightness is matched on the screen now.
    """

    pair: tuple[UUID, UUID] | None = None
    alignment: Alignment | None = None
    is_swapped: bool = False
    is_matched: bool = False


def draw(pictures: Sequence[Shown], frame: Frame, key: str) -> Asked:
    """Draw the pictures, the first being what others lie over; return what was asked just now."""
    shared = frame.shared
    data = {
        "pictures": [_picture(one) for one in pictures],
        "purpose": frame.purpose,
        "shared": [shared.left, shared.top, shared.right, shared.bottom] if shared else None,
        "answers": frame.answers,
        "refused": frame.refused,
        "can_align": frame.can_align,
    }
    told = _draw(
        data=data,
        key=key,
        on_aligned_change=_nothing,
        on_cleared_change=_nothing,
        on_swapped_change=_nothing,
        on_matched_change=_nothing,
    )
    shown = [one.media_id for one in pictures]
    return _asked(told.aligned, told.cleared, shown, _Flags(bool(told.swapped), bool(told.matched)))


@dataclass(frozen=True, slots=True)
class _Flags:
    is_swapped: bool
    is_matched: bool


def _asked(aligned: object, cleared: object, shown: Sequence[UUID], flags: _Flags) -> Asked:
    found = alignments.from_json(aligned)
    # What a browser sends is believed only where it names pictures that it was shown.
    pair = _pair(aligned if found else cleared, shown)
    return Asked(pair, found if pair else None, flags.is_swapped, flags.is_matched)


def _pair(sent: object, shown: Sequence[UUID]) -> tuple[UUID, UUID] | None:
    ids = sent.get("ids") if isinstance(sent, Mapping) else None
    known = {str(key): key for key in shown}
    if not isinstance(ids, list) or len(ids) != BOTH or not {*map(str, ids)} <= known.keys():
        return None
    return known[str(ids[0])], known[str(ids[1])]


def _picture(one: Shown) -> dict[str, object]:
    said = ", ".join(filter(None, ("Photograph", one.pose.lower(), one.stage.lower(), one.day)))
    plain = {name: value for name, value in asdict(one).items() if name != "alignment"}
    points = alignments.to_json(one.alignment) if one.alignment else None
    return {**plain, "media_id": str(one.media_id), "alt": said, "points": points}


def _nothing() -> None:
    """Take note; the screen acts when it has drawn the component."""

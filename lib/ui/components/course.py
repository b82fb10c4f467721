"""A course of treatment as a strip: pictures by day, treatments between; a click picks one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'

_draw = st.components.v2.component(
    "desk_course",
    html=HTML,
    css=source("kit.css", "course.css"),
    js=source("kit.js", "lensed.js", "course.js"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture on the strip: its id, what is read out of it, and its stage."""

    media_id: str
    label: str
    stage: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way: the pictures of a day, or treatments; `since` says how long after."""

    day: str
    since: str
    tiles: tuple[Tile, ...] = ()
    treatments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """The picture that was picked, and for which place of the comparison (0 is the first).

    Without a picture the place is given up.
    """

    place: int
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class Places:
    """The pictures compared now, with their days, and how many there may be."""

    media_ids: tuple[UUID, ...]
    days: tuple[str, ...]
    most: int


def draw(stops: Sequence[Stop], places: Places, purpose: str, key: str) -> Pick | None:
    """Draw the strip; return what was picked of it just now."""
    data = {
        "stops": [asdict(one) for one in stops],
        "chosen": [str(one) for one in places.media_ids],
        "days": list(places.days),
        "most": places.most,
        "purpose": purpose,
    }
    told = _draw(data=data, key=key, on_picked_change=_nothing)
    return _pick(told.picked, stops, places)


def _pick(sent: object, stops: Sequence[Stop], places: Places) -> Pick | None:
    if not isinstance(sent, dict) or sent.get("place") not in range(places.most):
        return None
    # What a browser sends is believed only where it names a picture that it was shown.
    shown = {tile.media_id for stop in stops for tile in stop.tiles}
    place, named = int(sent["place"]), sent.get("id")
    if named is None:
        return Pick(place, None)
    return Pick(place, UUID(named)) if named in shown else None


def _nothing() -> None:
    """Take note; the screen acts when it has drawn the component."""

"""The guided camera: the views of a protocol one after the other, each with its earlier picture.

The browser sends each picture to the same address as a file; nothing of it goes through here.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

import streamlit as st

from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
NAME: Final = "desk_camera"


@dataclass(frozen=True, slots=True)
class Ghost:
    """The earlier picture that is laid over what the camera sees, and when it was taken."""

    src: str
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """A shot that is wanted at a stage, and how many pictures there are of it."""

    key: str
    words: str
    count: int
    ghost: Ghost | None


@dataclass(frozen=True, slots=True)
class Views:
    """What is wanted at one stage."""

    stage: str
    label: str
    icon: str
    shots: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Of which treatment pictures are taken, where they are sent, and what there is to choose.

    `stage` is the one to begin with, `is_any` tells to begin with a picture of any view; `batch` is
    what everything taken on this screen belongs to.
    """

    series: str
    protocol: str
    stage: str
    stages: tuple[Views, ...]
    upload: str
    batch: str
    ground: str
    views: tuple[tuple[str, str], ...]
    expressions: tuple[tuple[str, str], ...]
    is_any: bool


_draw = st.components.v2.component(
    NAME,
    html=HTML,
    css=source("kit.css", "camera.css"),
    js=source("kit.js", "pictures.js", "camera_panels.js", "camera.js"),
)


def draw(scene: Scene, key: str) -> bool:
    """Draw the camera; tell whether the person wants to bring in files instead.

    The screen runs again each time a picture was kept, so that the scene can say so.
    """
    data: dict[str, Any] = asdict(scene)
    shown = _draw(data=data, key=key, on_kept_change=_nothing, on_files_change=_nothing)
    return bool(shown.files)


def _nothing() -> None:
    """Take note; the screen reads what there is again when it runs."""

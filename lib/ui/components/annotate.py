"""A picture with the marks and notes that lie over it: to look at, to draw, to compare versions.

The browser keeps what is being drawn and sends it whole when it is saved; what it sends is
believed only as far as it makes sense. The picture is fetched from its own address and never
changed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import streamlit as st

from lib.domain.annotations import LONGEST_NOTE, MOST_MARKS, Marks, from_json
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
NAME: Final = "desk_annotate"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an annotation in words; `marks` are plain values."""

    version: int
    marks: list[dict[str, object]]
    note: str
    when: str
    by: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """An annotation with all its versions, the newest first."""

    id: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picture's address, what is said of it, and its width and height."""

    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """The ids that the next save uses: of the version, and of an annotation if it is a new one."""

    annotation: str
    series: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of what was asked; `annotation` is the id that a save used."""

    message: str
    is_kept: bool
    annotation: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """How the person and the software stand: what the next save uses, what became of the last."""

    fresh: Fresh
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Save:
    """What a person wants an annotation to say; `seen` is the version they had, 0 for a new one."""

    annotation_id: UUID
    series_id: UUID
    seen: int
    marks: Marks
    note: str


@dataclass(frozen=True, slots=True)
class Named:
    """An annotation that is to be removed, or one of its versions that is to be brought back."""

    series_id: UUID
    version: int


_draw = st.components.v2.component(
    NAME,
    html=HTML,
    css=source("kit.css", "annotate.css"),
    js=source("kit.js", "pictures.js", "marks.js", "annotate_panels.js", "annotate.js"),
)


def saved(key: str) -> Save | None:
    """Return what was just asked to be saved, before the component is drawn again."""
    sent = _sent(key, "save")
    if sent is None:
        return None
    marks, note = from_json(sent.get("marks")), sent.get("note")
    annotation_id, series_id = _id(sent.get("annotation")), _id(sent.get("series"))
    seen = _number(sent.get("seen"))
    if annotation_id is None or series_id is None or seen is None:
        return None
    if marks is None or not isinstance(note, str):
        return None
    return Save(annotation_id, series_id, seen, marks, note[: LONGEST_NOTE + 1])


def removed(key: str) -> Named | None:
    """Return which annotation was just asked to be removed; its version is the one seen."""
    return _named(_sent(key, "remove"), "seen")


def restored(key: str) -> Named | None:
    """Return which version of which annotation was just asked to be brought back."""
    return _named(_sent(key, "restore"), "version")


def draw(sheet: Sheet, layers: tuple[Layer, ...], turn: Turn, key: str, *, may_edit: bool) -> None:
    """Draw the picture with its annotations."""
    data: dict[str, Any] = {
        **asdict(sheet),
        "series": [asdict(layer) for layer in layers],
        "fresh": asdict(turn.fresh),
        "answer": asdict(turn.answer) if turn.answer else None,
        "may_edit": may_edit,
        "most": MOST_MARKS,
        "longest_note": LONGEST_NOTE,
    }
    _draw(
        data=data,
        key=key,
        on_save_change=_nothing,
        on_remove_change=_nothing,
        on_restore_change=_nothing,
    )


def _sent(key: str, name: str) -> Mapping[str, object] | None:
    state = st.session_state.get(key) or {}
    value = state.get(name)
    return value if isinstance(value, Mapping) else None


def _named(sent: Mapping[str, object] | None, field: str) -> Named | None:
    series_id = _id(sent.get("series")) if sent else None
    version = _number(sent.get(field)) if sent else None
    return Named(series_id, version) if series_id and version is not None else None


def _id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _number(value: object) -> int | None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not float(value).is_integer()
    ):
        return None
    return int(value)


def _nothing() -> None:
    """Take note; the screen asks with `saved`, `removed` and `restored` when it runs."""

"""One file that shows a consent: chosen or dropped, sent by the browser itself, then named here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

import streamlit as st

from lib.domain.consent import EvidenceKind
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'


@dataclass(frozen=True, slots=True)
class Place:
    """What the place says, where it sends to, and which files a browser offers first."""

    label: str
    hint: str
    address: str
    accept: str
    most: int
    too_large: str
    # Another token empties the place: another form is open.
    token: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that arrived: its id as evidence, what it is, its size in bytes."""

    evidence_id: UUID
    kind: EvidenceKind
    bytes: int


_draw = st.components.v2.component(
    "desk_evidence",
    html=HTML,
    css=source("kit.css", "evidence.css"),
    js=source("kit.js", "evidence.js"),
)


def draw(place: Place, key: str) -> Uploaded | None:
    """Draw the place for one file; return the file that is there now, or None."""
    _draw(data=asdict(place), key=key, on_file_change=_nothing)
    return uploaded(key, place.token)


def uploaded(key: str, token: str) -> Uploaded | None:
    """Return the file that is there, before the component is drawn again."""
    state = st.session_state.get(key) or {}
    sent = state.get("file")
    if not isinstance(sent, Mapping) or sent.get("token") != token:
        return None
    try:
        size = int(str(sent.get("bytes")))
        return Uploaded(UUID(str(sent.get("evidence"))), EvidenceKind(str(sent.get("kind"))), size)
    except ValueError:
        return None


def _nothing() -> None:
    """Take note; the screen asks with `uploaded` when it runs."""

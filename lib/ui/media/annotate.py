"""Annotating one photograph: the seam that its own page calls, and what becomes of what is asked.

    annotate.draw(actor, opened, picture)

draws the picture with its marks and notes in a fragment of its own. A picture is anything that
has a `media_id`, a `width` and a `height`; `said` are the words for those who cannot see it.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.annotations import to_json
from lib.domain.media import Purpose, Rendition
from lib.errors import ClinicError, StaleVersionError
from lib.services.media import annotations, serving
from lib.services.media.annotations import Change, Series
from lib.services.records import Heading
from lib.store.media_annotations import Annotation
from lib.ui import clock, fields, formats, restricted, session
from lib.ui.components import annotate
from lib.ui.components.annotate import Answer, Fresh, Layer, Named, Sheet, Turn, Version
from lib.ui.keys import Keys

GONE = "Somebody else changed this annotation meanwhile. Look at what it says now, then try again."


class Picture(Protocol):
    """What is needed of a picture to lay marks over it."""

    @property
    def media_id(self) -> UUID:
        """Return which picture it is."""

    @property
    def width(self) -> int:
        """Return its width, upright, in pixels."""

    @property
    def height(self) -> int:
        """Return its height, upright, in pixels."""


@dataclass(slots=True)
class _Desk:
    """What this screen remembers of a picture that is annotated."""

    media_id: UUID
    turn: Turn


def draw(actor: Actor, opened: Heading, picture: Picture, said: str = "Photograph") -> None:
    """Draw the picture with its marks and notes; who may add pictures may also draw."""
    _fragment(actor, opened.patient.patient_id, picture, said)


@st.fragment
def _fragment(actor: Actor, patient_id: UUID, picture: Picture, said: str) -> None:
    actor = session.require(Permission.VIEW_MEDIA)
    desk = _desk(picture.media_id)
    key = f"annotate-{picture.media_id}"
    ground = restricted.ground_for(patient_id)
    try:
        found = annotations.list_series(
            session.clinic(), actor, patient_id, picture.media_id, ground
        )
        if _act(actor, patient_id, desk, found, key):
            found = annotations.list_series(
                session.clinic(), actor, patient_id, picture.media_id, ground
            )
    except ClinicError as error:
        fields.problem(error.message)
        return
    sheet = Sheet(
        serving.address(picture.media_id, Rendition.PREVIEW, Purpose.RECORD),
        said,
        picture.width,
        picture.height,
    )
    may_edit = access.can(actor, Permission.ADD_MEDIA)
    annotate.draw(sheet, tuple(map(_layer, found)), desk.turn, key, may_edit=may_edit)


def _desk(media_id: UUID) -> _Desk:
    desk: _Desk | None = st.session_state.get(Keys.ANNOTATING)
    if desk is None or desk.media_id != media_id:
        desk = st.session_state[Keys.ANNOTATING] = _Desk(media_id, Turn(_fresh()))
    return desk


def _fresh() -> Fresh:
    return Fresh(str(uuid7s.uuid7()), str(uuid7s.uuid7()))


def _act(actor: Actor, patient_id: UUID, desk: _Desk, found: list[Series], key: str) -> bool:
    """Do what was asked just now, if anything was; tell whether it may have changed something."""
    wanted = annotate.saved(key)
    if wanted is not None:
        change = Change(
            annotation_id=wanted.annotation_id,
            series_id=wanted.series_id,
            media_id=desk.media_id,
            seen_version=wanted.seen,
            marks=wanted.marks,
            note=wanted.note,
        )
        desk.turn = _done(actor, patient_id, change, "The annotation is saved.", desk.turn.fresh)
        return True
    removal, restoring = annotate.removed(key), annotate.restored(key)
    named = removal or restoring
    if named is None:
        return False
    said = "The annotation is removed. It can be put back below." if removal else "It is back."
    plain = _removal(found, removal) if removal else _restoring(found, restoring)
    desk.turn = (
        _done(actor, patient_id, plain, said, None)
        if plain
        else Turn(desk.turn.fresh, Answer(GONE, is_kept=False))
    )
    return True


def _removal(found: list[Series], named: Named) -> Change | None:
    current = next((one.current for one in found if one.current.series_id == named.series_id), None)
    seen = current if current and current.version == named.version else None
    return annotations.removal_of(seen) if seen else None


def _restoring(found: list[Series], named: Named | None) -> Change | None:
    series = next(
        (one for one in found if named and one.current.series_id == named.series_id), None
    )
    if series is None or named is None:
        return None
    versions = (series.current, *series.earlier)
    earlier = next((one for one in versions if one.version == named.version), None)
    return annotations.restoring(series.current, earlier) if earlier else None


def _done(actor: Actor, patient_id: UUID, change: Change, said: str, fresh: Fresh | None) -> Turn:
    """Save; the ids of a form are used up only by what is kept."""
    ground = restricted.ground_for(patient_id)
    used = str(change.annotation_id) if fresh else ""
    try:
        annotations.save(
            session.clinic(), actor, patient_id, change, now=clock.now(), ground=ground
        )
    except ClinicError as error:
        is_stale = isinstance(error, StaleVersionError)
        answer = Answer(fields.sentence(error.message), False, used, is_stale)
        return Turn(fresh or _fresh(), answer)
    return Turn(_fresh(), Answer(said, True, used))


def _layer(series: Series) -> Layer:
    versions = (series.current, *series.earlier)
    return Layer(str(series.current.series_id), tuple(map(_version, versions)))


def _version(one: Annotation) -> Version:
    return Version(
        version=one.version,
        marks=to_json(one.marks),
        note=one.note,
        when=formats.moment(one.recorded_at),
        by=one.recorded_by or "",
        is_removed=one.is_removed,
    )

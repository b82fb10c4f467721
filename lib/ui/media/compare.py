"""Comparing a patient's photographs on the screen: the pictures, what aligns them, their course."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import access, course
from lib.domain.access import Actor, Permission
from lib.domain.alignment import Box
from lib.domain.course import Pose
from lib.domain.media import Purpose
from lib.domain.media_gallery import Picture
from lib.errors import ClinicError, InvalidInputError, NotFoundError
from lib.services.media import compare, pairs
from lib.services.media.compare import MOST_COMPARED, Asked, Comparison
from lib.services.media.pairs import Look, NewPair, Saved
from lib.services.records import Heading
from lib.ui import addresses, clock, formats, navigation, restricted, session, text, undo
from lib.ui.components import compare as component
from lib.ui.components import course as strip
from lib.ui.components import lens
from lib.ui.components.compare import Frame, Shown
from lib.ui.components.course import Places, Stop, Tile
from lib.ui.keys import Keys
from lib.ui.media import before_after
from lib.ui.navigation import PageSpec
from lib.ui.undo import Undo

ALIGNED = "The pictures are aligned, and will be whenever these two are compared."
CLEARED = "The alignment of these two pictures is cleared."
NONE = (
    "This patient has no photographs yet. What is compared here are photographs of one view, "
    "before a treatment and after it."
)
ONE = (
    "There is one photograph so far. Bring in another of the same view, and the two can be "
    "compared here."
)
HIDDEN = (
    "None of this patient's photographs may be used for {}, so there is nothing to compare. "
    "Record the patient's consent to this use first, or look at them for the record."
)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Whose pictures are compared, by whom and for what."""

    actor: Actor
    patient_id: UUID
    look: Look
    found: Comparison

    @property
    def media_ids(self) -> tuple[UUID, ...]:
        """Return the pictures that are compared, in their order."""
        return tuple(one.media_id for one in self.found.pictures)


def draw(actor: Actor, opened: Heading) -> None:
    """Draw the whole screen of one patient, below the banner."""
    patient_id = opened.patient.patient_id
    look = Look(addresses.purpose(), clock.today(), restricted.ground_for(patient_id))
    scene = _Scene(actor, patient_id, look, _found(actor, patient_id, look))
    asked = component.Asked()
    head = st.container(horizontal=True, vertical_alignment="center", key="compare_head")
    with head:
        st.title("Compare photographs", anchor=False)
    undo.offer(patient_id)
    if not scene.found.pictures:
        _draw_nothing(scene)
    else:
        if scene.found.why:
            st.caption(text.plain(scene.found.why))
        asked = _draw_pictures(scene)
        _draw_course(scene)
        lens.watch(actor, [patient_id], look.purpose, key="compare_lens")
    with head:
        if len(scene.media_ids) > 1:
            before_after.draw(actor, patient_id, _export(scene, asked))
        navigation.back_to_photographs(patient_id)
    _act(scene, asked)


def _found(actor: Actor, patient_id: UUID, look: Look) -> Comparison:
    """Return what the address asks for; where that cannot be had, say so and choose a pair."""
    pose: Pose | None = st.session_state.get(_pose_key(patient_id))
    begin = partial(compare.begin, session.clinic(), actor, patient_id, look=look)
    try:
        return begin(Asked(tuple(addresses.compared()), pose))
    except (NotFoundError, InvalidInputError) as error:
        st.warning(text.plain(error.message), icon=":material/image_not_supported:")
        return begin(Asked((), pose))


def _draw_nothing(scene: _Scene) -> None:
    if scene.found.hidden:
        st.info(HIDDEN.format(scene.look.purpose.value), icon=":material/visibility_off:")
        _link("Compare for the record", ":material/compare:", navigation.COMPARE, scene)
    else:
        st.info(ONE if scene.found.strip else NONE, icon=":material/add_a_photo:")
        if access.can(scene.actor, Permission.ADD_MEDIA):
            _link("Add photographs", ":material/add_a_photo:", navigation.ADD_PHOTOGRAPHS, scene)


def _link(label: str, icon: str, spec: PageSpec, scene: _Scene) -> None:
    query = {addresses.PATIENT: str(scene.patient_id)}
    st.page_link(spec.path, label=label, icon=icon, query_params=query)


def _draw_pictures(scene: _Scene) -> component.Asked:
    found = scene.found
    answers, refused = st.session_state.get(Keys.COMPARE_ANSWER, (0, ""))
    frame = Frame(
        purpose=scene.look.purpose.value,
        shared=_fractions(found.frame, found.pictures[0]),
        can_align=access.can(scene.actor, Permission.ADD_MEDIA),
        answers=answers,
        refused=refused,
    )
    shown = [_shown(one, found) for one in found.pictures]
    return component.draw(shown, frame, key=f"{Keys.COMPARE_BOX}_{scene.patient_id}")


def _shown(picture: Picture, found: Comparison) -> Shown:
    return Shown(
        media_id=picture.media_id,
        width=picture.width,
        height=picture.height,
        day=formats.day(picture.captured_on, "Date not known"),
        stage=_capital(picture.stage or ""),
        pose=course.pose_words(picture.view, picture.expression),
        note=picture.treatment_name or "",
        is_guess=picture.is_guessed,
        alignment=found.alignments.get(picture.media_id),
    )


def _fractions(frame: Box | None, first: Picture) -> Box | None:
    if frame is None:
        return None
    width, height = first.width, first.height
    return Box(frame.left / width, frame.top / height, frame.right / width, frame.bottom / height)


def _export(scene: _Scene, asked: component.Asked) -> before_after.Choice:
    return before_after.Choice(
        media_ids=scene.media_ids,
        look=scene.look,
        has_alignment=bool(scene.found.alignments),
        is_matched=asked.is_matched,
    )


def _draw_course(scene: _Scene) -> None:
    """Draw the course of one pose; a picture that is picked takes its place in the comparison."""
    found = scene.found
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_course"):
        st.subheader("The course", anchor=False)
        poses = sorted(found.poses, key=lambda one: course.pose_words(*one))
        st.selectbox(
            "View",
            poses,
            index=poses.index(found.pose) if found.pose in poses else 0,
            format_func=lambda one: f"{course.pose_words(*one)} ({found.poses[one]})",
            key=_pose_key(scene.patient_id),
            width=320,
        )
    places = Places(
        scene.media_ids,
        tuple(formats.day(one.captured_on, "no date") for one in found.pictures),
        MOST_COMPARED,
    )
    key = f"{Keys.COMPARE_COURSE}_{scene.patient_id}"
    picked = strip.draw(_stops(found), places, scene.look.purpose.value, key)
    if picked is not None:
        _show(scene, course.placed(scene.media_ids, picked.place, picked.media_id))


def _stops(found: Comparison) -> list[Stop]:
    return [
        Stop(
            day=formats.day(step.on, "Date not known"),
            since=course.since(gap),
            tiles=tuple(_tile(found.strip[key]) for key in step.shots),
            treatments=step.treatments,
        )
        for step, gap in zip(found.steps, course.gaps(found.steps), strict=True)
    ]


def _tile(picture: Picture) -> Tile:
    pose = course.pose_words(picture.view, picture.expression)
    when = formats.day(picture.captured_on, "date not known")
    said = ", ".join(filter(None, (pose, picture.stage or "", when)))
    return Tile(str(picture.media_id), said, _capital(picture.stage or ""))


def _act(scene: _Scene, asked: component.Asked) -> None:
    """Do what was asked of the pictures."""
    if asked.pair is not None:
        _align(scene, asked)
    elif asked.is_swapped:
        first, second, *more = scene.media_ids
        _show(scene, [second, first, *more])


def _align(scene: _Scene, asked: component.Asked) -> None:
    """Write an alignment, or that there is none; the browser is told what became of it."""
    first_id, second_id = asked.pair or scene.media_ids[:2]
    wanted = NewPair(uuid7s.uuid7(), first_id, second_id, asked.alignment)
    refused = ""
    try:
        saved = _write(scene, scene.actor, wanted)
    except ClinicError as error:
        refused = error.message
    else:
        if saved.undo is not None:
            said = ALIGNED if asked.alignment else CLEARED
            undo.remember(Undo(scene.patient_id, said, partial(_put_back, scene, saved.undo)))
    answers, _ = st.session_state.get(Keys.COMPARE_ANSWER, (0, ""))
    st.session_state[Keys.COMPARE_ANSWER] = (answers + 1, refused)
    st.rerun()


def _write(scene: _Scene, actor: Actor, wanted: NewPair) -> Saved:
    return pairs.align(
        session.clinic(), actor, scene.patient_id, wanted, scene.look, now=clock.now()
    )


def _put_back(scene: _Scene, former: NewPair) -> None:
    _write(scene, session.require(Permission.ADD_MEDIA), former)


def _show(scene: _Scene, media_ids: Sequence[UUID]) -> None:
    """Go on with these pictures; the address says which, so that a reload shows them again."""
    first, second, *more = map(str, media_ids)
    query = {
        addresses.PATIENT: str(scene.patient_id),
        addresses.FIRST: first,
        addresses.SECOND: second,
    }
    if more:
        query[addresses.MORE] = ",".join(more)
    if scene.look.purpose is not Purpose.RECORD:
        query[addresses.PURPOSE] = scene.look.purpose.value
    st.query_params.from_dict(query)
    st.rerun()


def _pose_key(patient_id: UUID) -> str:
    return f"{Keys.COMPARE_POSE}_{patient_id}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

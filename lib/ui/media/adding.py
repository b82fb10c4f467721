"""The screen that brings photographs in: of which treatment, which files, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.charts import AREAS
from lib.domain.media import CaptureSource, Kind, Purpose, Rendition
from lib.domain.media_gallery import Picture
from lib.domain.media_labels import Field, Values
from lib.errors import ClinicError
from lib.services import practitioners
from lib.services.media import gallery, ingest, labels, removal, serving, uploads
from lib.services.media.labels import Change
from lib.services.records import Heading
from lib.ui import addresses, clock, fields, formats, navigation, notices, restricted, session, undo
from lib.ui.components import upload
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.upload import Order, Row
from lib.ui.keys import Keys
from lib.ui.media import labels as correcting
from lib.ui.media.labels import Choices
from lib.ui.undo import Undo

NONE = "none"
LATEST = datetime.fromisoformat("9999-12-31")
SOURCES = {
    CaptureSource.FILE: "Date from the camera",
    CaptureSource.PERSON: "Date typed",
    CaptureSource.UPLOAD: "Day of the upload",
}
CHECK = Mark("Check the date", "event_busy", Tone.WARN)
VIDEO = Mark("Being made playable", "hourglass_top", Tone.INFO)
FAULTY = Mark("Cannot be played", "error", Tone.WARN)
CONFIRM, LABEL, REMOVE = "confirm", "label", "remove"
BY_MISTAKE = "Brought in by mistake"


@dataclass(slots=True)
class Adding:
    """What is being brought in on this screen: one batch, until somebody begins anew."""

    patient_id: UUID
    batch_id: UUID = field(default_factory=uuid7s.uuid7)
    turn: int = 0


@st.fragment
def draw(opened: Heading) -> None:
    """Draw the place for files, and what came in of them since the screen was opened."""
    actor = session.require(Permission.ADD_MEDIA)
    patient_id = opened.patient.patient_id
    adding = _adding(patient_id)
    key = f"upload_{patient_id}"
    labelled = _act(actor, adding, key)
    undo.offer(patient_id)
    notices.say_now()
    treatment = _treatment(opened)
    pictures = _pictures(actor, adding)
    ground = restricted.ground_for(patient_id)
    order = Order(
        address=f"{uploads.PATH}{patient_id}",
        batch=str(adding.batch_id),
        treatment=None if treatment == NONE else treatment,
        ground=ground.value if ground else None,
        most_of_picture=uploads.MOST_OF_PICTURE,
        most_of_video=uploads.MOST_OF_VIDEO,
    )
    rows = [_row(one) for one in pictures]
    turn = f"{adding.turn} {st.session_state.get(Keys.GALLERY_TURN, 0)}"
    if upload.draw(order, rows, f"{adding.batch_id} {turn}", key):
        _open_camera(opened, treatment)
    if pictures:
        _ways(adding)
    if labelled:
        correcting.begin(actor, patient_id, labelled, _choices(actor, opened))


def _adding(patient_id: UUID) -> Adding:
    held: Adding | None = st.session_state.get(Keys.ADDING)
    if held is None or held.patient_id != patient_id:
        held = st.session_state[Keys.ADDING] = Adding(patient_id)
    return held


def batch_of(patient_id: UUID) -> UUID:
    """Return the batch that what comes in of this patient now belongs to, taken or chosen."""
    return _adding(patient_id).batch_id


def _open_camera(opened: Heading, series_id: str) -> None:
    """Go to the camera, which takes what it sees without asking for a view."""
    query = {addresses.PATIENT: str(opened.patient.patient_id), addresses.ACT: addresses.ANY_VIEW}
    ids = {str(one.series_id): str(one.treatment_id) for one in opened.treatments}
    if series_id in ids:
        query[addresses.TREATMENT] = ids[series_id]
    st.switch_page(navigation.CAPTURE.path, query_params=query)


def _treatment(opened: Heading) -> str:
    """Ask of which treatment the files are; it holds for those that are chosen from then on."""
    words = _treatments(opened)
    options = [NONE, *words]
    key = f"{Keys.ADDING_TREATMENT}_{opened.patient.patient_id}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = _usual(opened)
    picked = st.selectbox(
        "Treatment that they show",
        options,
        format_func=lambda one: words.get(one, "No treatment"),
        key=key,
        help="View and stage are guessed from the day and the protocol of this treatment.",
        width=480,
    )
    return picked or NONE


def _treatments(opened: Heading) -> dict[str, str]:
    known = opened.treatments
    return {str(one.series_id): f"{one.name}, {formats.day(one.treated_on)}" for one in known}


def _usual(opened: Heading) -> str:
    """Return the treatment that the address names, else the only one of today."""
    wanted = addresses.treatment_id()
    rows = opened.treatments
    named = [one for one in rows if wanted in {one.series_id, one.treatment_id}]
    today = [one for one in rows if one.treated_on == clock.today()]
    if named:
        return str(named[0].series_id)
    return str(today[0].series_id) if len(today) == 1 and wanted is None else NONE


def _pictures(actor: Actor, adding: Adding) -> Sequence[Picture]:
    patient_id, clinic = adding.patient_id, session.clinic()
    ground = restricted.ground_for(patient_id)
    try:
        ids = ingest.list_batch(clinic, actor, patient_id, adding.batch_id, ground)
        if not ids:
            return ()
        found = gallery.pictures(
            clinic,
            actor,
            patient_id,
            ids,
            Purpose.RECORD,
            as_of=clock.today(),
            ground=ground,
        )
        return sorted(found, key=_order)
    except ClinicError as error:
        fields.problem(error.message)
        return ()


def _order(one: Picture) -> tuple[date, datetime, UUID]:
    """Order pictures as they were taken; those without a time after those with one."""
    return one.captured_on or date.max, one.captured_at or LATEST, one.media_id


def _row(one: Picture) -> Row:
    query = {addresses.PATIENT: str(one.patient_id), addresses.MEDIA: str(one.media_id)}
    view = ", ".join(said.value for said in (one.view, one.expression) if said)
    return Row(
        id=str(one.media_id),
        version=one.label_version,
        kind=formats.words(one.kind.value),
        alt=", ".join(filter(None, (formats.words(one.kind.value), view, _stage(one)))),
        thumbnail=serving.address(one.media_id, Rendition.THUMBNAIL, Purpose.RECORD),
        href=navigation.href(navigation.PHOTOGRAPH, query),
        day=_taken(one),
        source=SOURCES[one.capture_source],
        view=one.view.value if one.view else None,
        expression=one.expression.value if one.expression else None,
        stage=one.stage.value if one.stage else None,
        treatment=_treated(one),
        area=one.area or "",
        is_guessed=one.is_guessed,
        marks=tuple(_marks(one)),
    )


def _stage(one: Picture) -> str:
    return one.stage.value if one.stage else ""


def _taken(one: Picture) -> str:
    if one.captured_at is None:
        return formats.day(one.captured_on)
    return formats.moment(one.captured_at)


def _treated(one: Picture) -> str:
    if one.treatment_name is None:
        return ""
    return f"{one.treatment_name}, {formats.day(one.treated_on)}"


def _marks(one: Picture) -> list[Mark]:
    found = [CHECK] if one.capture_source is CaptureSource.UPLOAD else []
    if one.kind is Kind.VIDEO and not one.has_stream:
        found.append(FAULTY if one.stream_fault else VIDEO)
    return found


def _act(actor: Actor, adding: Adding, key: str) -> tuple[UUID, ...]:
    """Do what was asked for before the list is drawn; return what is to be corrected in bulk."""
    said, asked = upload.said(key), upload.asked(key)
    if said is not None:
        change = Change(uuid7s.uuid7(), said.media_id, said.seen, {said.field: said.value})
        _change(actor, adding, [change], f"{formats.words(said.field.value)} changed.")
    if asked is None:
        return ()
    if asked.act == CONFIRM:
        _confirm(actor, adding, asked.media_ids)
    elif asked.act == REMOVE:
        _remove(actor, adding.patient_id, asked.media_ids)
    return asked.media_ids if asked.act == LABEL else ()


def _choices(actor: Actor, opened: Heading) -> Choices:
    people = practitioners.list_names(session.clinic(), actor)
    return Choices(_treatments(opened), {str(key): name for key, name in people.items()}, AREAS)


def _remove(actor: Actor, patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    """Take pictures back that were brought in by mistake; that can be taken back too."""
    clinic, now = session.clinic(), clock.now()
    ground = restricted.ground_for(patient_id)
    try:
        removal.remove(clinic, actor, patient_id, media_ids, BY_MISTAKE, now=now, ground=ground)
    except ClinicError as error:
        fields.problem(error.message)
        return
    count = formats.counted(len(media_ids), "picture")
    said = f"{count} removed."
    undo.remember(Undo(patient_id, said, lambda: _put_back(patient_id, media_ids)))


def _put_back(patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    removal.restore(
        session.clinic(),
        session.require(Permission.ADD_MEDIA),
        patient_id,
        media_ids,
        ground=restricted.ground_for(patient_id),
    )


def _confirm(actor: Actor, adding: Adding, media_ids: Sequence[UUID]) -> None:
    ground = restricted.ground_for(adding.patient_id)
    seen = labels.current(session.clinic(), actor, adding.patient_id, media_ids, ground)
    values: Values = {Field.IS_GUESSED: False}
    changes = [
        Change(uuid7s.uuid7(), media_id, one.number, values)
        for media_id, one in seen.items()
        if one.label.is_guessed
    ]
    count = formats.counted(len(changes), "picture")
    _change(actor, adding, changes, f"{count} confirmed.")


def _change(actor: Actor, adding: Adding, changes: Sequence[Change], words: str) -> None:
    # The list is drawn anew whatever comes of it: the browser shows what was not saved.
    adding.turn += 1
    try:
        done = _write(actor, adding.patient_id, changes)
    except ClinicError as error:
        fields.problem(error.message)
        return
    if done.undo:
        undo.remember(
            Undo(
                adding.patient_id,
                words,
                lambda: _write(session.require(Permission.ADD_MEDIA), adding.patient_id, done.undo),
            )
        )


def _write(actor: Actor, patient_id: UUID, changes: Sequence[Change]) -> labels.Changed:
    return labels.change(
        session.clinic(),
        actor,
        patient_id,
        changes,
        now=clock.now(),
        ground=restricted.ground_for(patient_id),
    )


def _ways(adding: Adding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="adding_ways"):
        st.page_link(
            navigation.PHOTOGRAPHS.path,
            label="Open the gallery",
            icon=":material/photo_library:",
            query_params={addresses.PATIENT: str(adding.patient_id)},
        )
        st.button(
            "Begin another batch",
            icon=":material/library_add:",
            on_click=_begin_anew,
            type="tertiary",
        )


def _begin_anew() -> None:
    session.require(Permission.ADD_MEDIA)
    st.session_state.pop(Keys.ADDING, None)

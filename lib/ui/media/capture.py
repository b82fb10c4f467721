"""Guided capture on the screen: of which treatment, its views by stage, and the camera."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.media import Expression, Purpose, Rendition, Stage, View
from lib.domain.protocols import Taken, Wanted, stage_on
from lib.errors import ClinicError
from lib.services.media import protocols, serving, uploads
from lib.services.media.protocols import Course
from lib.services.records import Heading
from lib.services.treatment_reading import Told
from lib.ui import addresses, clock, fields, formats, navigation, restricted, session
from lib.ui.components import camera
from lib.ui.components.camera import Ghost, Scene, Views
from lib.ui.keys import Keys
from lib.ui.media import adding

NONE = "No treatment"
WIDTH = 480
ICONS = {
    Stage.BEFORE: "first_page",
    Stage.IMMEDIATELY_AFTER: "bolt",
    Stage.REVIEW: "event_repeat",
}
VIEWS = tuple((one.value, formats.words(one.value)) for one in View)
EXPRESSIONS = (
    ("", "No matter which"),
    *((one.value, formats.words(one.value)) for one in Expression),
)


def choose(opened: Heading, told: Told | None) -> None:
    """Draw the treatment that the pictures are of; another one changes the address."""
    rows = opened.treatments
    names = {str(row.series_id): f"{formats.day(row.treated_on)}, {row.name}" for row in rows}
    if told is not None:
        entry = told.current.entry
        key = str(told.current.series_id)
        names.setdefault(key, f"{formats.day(entry.treated_on)}, {entry.name}")
    options = {"": NONE, **names}
    current = str(told.current.series_id) if told else ""
    key = f"{Keys.CAPTURE_TREATMENT}-{opened.patient.patient_id}-{current}"
    ids = {str(row.series_id): str(row.treatment_id) for row in rows}
    st.selectbox(
        "Pictures of",
        list(options),
        index=list(options).index(current),
        format_func=options.__getitem__,
        key=key,
        width=WIDTH,
        on_change=_changed,
        args=(key, ids),
    )


def _changed(key: str, ids: dict[str, str]) -> None:
    session.require(Permission.ADD_MEDIA)
    chosen = st.session_state[key]
    if chosen:
        st.query_params[addresses.TREATMENT] = ids.get(chosen, chosen)
    else:
        st.query_params.pop(addresses.TREATMENT, None)


def draw(actor: Actor, opened: Heading, told: Told | None) -> None:
    """Draw the camera for a treatment, or for none."""
    _fragment(actor, opened.patient.patient_id, told.current.series_id if told else None)


@st.fragment
def _fragment(actor: Actor, patient_id: UUID, series_id: UUID | None) -> None:
    actor = session.require(Permission.ADD_MEDIA)
    ground = restricted.ground_for(patient_id)
    try:
        course = protocols.missing(session.clinic(), actor, patient_id, series_id, ground)
    except ClinicError as error:
        fields.problem(error.message)
        return
    scene = _scene(course, patient_id, ground.value if ground else "")
    if camera.draw(scene, key=f"camera-{patient_id}"):
        query = {addresses.PATIENT: str(patient_id)}
        if addresses.TREATMENT in st.query_params:
            query[addresses.TREATMENT] = st.query_params[addresses.TREATMENT]
        st.switch_page(navigation.ADD_PHOTOGRAPHS.path, query_params=query)


def _scene(course: Course, patient_id: UUID, ground: str) -> Scene:
    names = " and ".join(one.name for one in course.protocols)
    return Scene(
        series=str(course.treatment_series_id or ""),
        protocol=f"Protocol: {names}" if names else "",
        stage=stage_on(clock.today(), course.treated_on, course.stages).value,
        stages=tuple(
            Views(stage.value, formats.words(stage.value), ICONS[stage], _views(wanted))
            for stage, wanted in course.stages.items()
        ),
        upload=f"{uploads.PATH}{patient_id}",
        batch=str(adding.batch_of(patient_id)),
        ground=ground,
        views=VIEWS,
        expressions=EXPRESSIONS,
        is_any=addresses.is_any_view(),
    )


def _views(wanted: tuple[Wanted, ...]) -> tuple[camera.View, ...]:
    return tuple(
        camera.View(one.shot.key, one.shot.words, len(one.taken), _ghost(one.ghost))
        for one in wanted
    )


def _ghost(picture: Taken | None) -> Ghost | None:
    if picture is None:
        return None
    stage = f", {picture.stage.value}" if picture.stage else ""
    words = f"{formats.day(picture.captured_on)}{stage}"
    return Ghost(serving.address(picture.media_id, Rendition.PREVIEW, Purpose.RECORD), words)

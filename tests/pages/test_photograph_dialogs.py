"""The dialogs about pictures, each by itself: correcting labels, removing, noting uses.

AppTest runs the whole script where a browser runs the dialog's fragment, and the dialog would be
gone: here the script is the dialog.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.domain.media import Stage, View
from lib.domain.media_labels import Field
from lib.services.clinic import Clinic
from lib.services.media import labels, photograph, removal
from lib.services.media.labels import Change
from lib.services.media.photograph import Photograph
from lib.store.media_labels import Version
from lib.store.media_uses import NotedUse
from tests.media_items import add_item
from tests.pages.conftest import PATIENCE_SECONDS, sign_in_as
from tests.records import NOW, TODAY, add_patient


@pytest.fixture
def patient_id(running_clinic: Clinic) -> UUID:
    return add_patient(running_clinic)


def said_of(clinic: Clinic, actor: Actor, patient_id: UUID, media_id: UUID) -> Version:
    return labels.current(clinic, actor, patient_id, [media_id])[media_id]


def told(clinic: Clinic, actor: Actor, patient_id: UUID, media_id: UUID) -> Photograph:
    return photograph.open_photograph(clinic, actor, patient_id, media_id, as_of=TODAY)


def dialog(clinic: Clinic, script: Callable[..., None], **values: Any) -> AppTest:  # noqa: ANN401
    made = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=values)
    made.user = {"session_id": str(sign_in_as(clinic, Role.STAFF)), "visit": ""}
    made.run()
    assert not made.exception
    return made


def press(made: AppTest, label: str) -> AppTest:
    next(one for one in made.button if one.label == label).click()
    made.run()
    assert not made.exception
    return made


def problems(made: AppTest) -> list[str]:
    html = (one.proto.body for one in made.get("html"))
    return [one.split(">", 1)[1].removesuffix("</p>") for one in html if "desk-problem" in one]


def choose(made: AppTest, label: str, value: object) -> None:
    fields = (*made.selectbox, *made.text_input, *made.text_area, *made.checkbox)
    next(one for one in fields if one.label.startswith(label)).set_value(value)


def correct(patient_id: "UUID", media_ids: "list[UUID]") -> None:
    from uuid import UUID  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415 - the script of a dialog brings its own

    from lib.domain.access import Permission  # noqa: PLC0415
    from lib.services.media import labels as service  # noqa: PLC0415
    from lib.ui import session  # noqa: PLC0415
    from lib.ui.media import labels as screen  # noqa: PLC0415

    if "correction" not in st.session_state:
        actor = session.require(Permission.ADD_MEDIA)
        seen = service.current(session.clinic(), actor, patient_id, media_ids)
        ids = {key: version.label_id for key, version in seen.items()}
        ids = {key: UUID(int=value.int ^ 1) for key, value in ids.items()}
        choices = screen.Choices({}, {}, ("lips", "chin"))
        st.session_state.correction = screen.Correction(patient_id, seen, ids, choices)
    screen.correct(st.session_state.correction)


def remove(patient_id: "UUID", media_ids: "list[UUID]") -> None:
    from lib.ui.media import removing  # noqa: PLC0415

    removing.ask(patient_id, media_ids)


def note(patient_id: "UUID", media_id: "UUID") -> None:
    from lib.domain.media import Purpose  # noqa: PLC0415
    from lib.ui.media import uses  # noqa: PLC0415

    uses.note(patient_id, media_id, [Purpose.RECORD])


def end(patient_id: "UUID", used: "NotedUse") -> None:
    from lib.ui.media import uses  # noqa: PLC0415

    uses.end(patient_id, used)


def sheet(patient_id: "UUID", media_ids: "list[UUID]") -> None:
    from lib.domain.media import Purpose  # noqa: PLC0415
    from lib.ui.media import sheets  # noqa: PLC0415

    sheets.offer(patient_id, media_ids, Purpose.RECORD)


def act(patient_id: "UUID", word: str, media_ids: "list[UUID]") -> None:
    import streamlit as st  # noqa: PLC0415

    from lib.domain.access import Permission  # noqa: PLC0415
    from lib.domain.media_gallery import NO_FACETS  # noqa: PLC0415
    from lib.services import records  # noqa: PLC0415
    from lib.ui import clock, session  # noqa: PLC0415
    from lib.ui.components.gallery import Asked  # noqa: PLC0415
    from lib.ui.media import filters, gallery  # noqa: PLC0415

    actor = session.require(Permission.VIEW_MEDIA)
    opened = records.open_heading(session.clinic(), actor, patient_id, as_of=clock.today())
    if not st.session_state.get("is_done"):
        st.session_state.is_done = True
        now = filters.state(str(patient_id))
        gallery.do(actor, opened, now, NO_FACETS, Asked(word, tuple(media_ids)))


def test_only_the_fields_that_are_changed_are_written_on_every_picture(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    first = add_item(running_clinic, patient_id, view="front", area="lips", note="One")
    other = add_item(running_clinic, patient_id, view="back", area="chin", note="Two")
    made = dialog(running_clinic, correct, patient_id=patient_id, media_ids=[first, other])
    choose(made, "Stage", "review")
    press(made, "Save for 2 pictures")
    found = [said_of(running_clinic, staff, patient_id, key).label for key in (first, other)]
    assert [(one.view, one.stage, one.area, one.note) for one in found] == [
        (View.FRONT, Stage.REVIEW, "lips", "One"),
        (View.BACK, Stage.REVIEW, "chin", "Two"),
    ]


def test_everything_can_be_said_and_taken_away(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id, view="front", area="lips", note="Old")
    made = dialog(running_clinic, correct, patient_id=patient_id, media_ids=[key])
    values = {"View": "nothing", "Expression": "smile", "Area": "No area", "Taken on": "14/7/2026"}
    for label, value in {**values, "Take the note away": True}.items():
        choose(made, label, value)
    press(made, "Save for 1 picture")
    label = said_of(running_clinic, staff, patient_id, key).label
    assert (label.view, label.expression, label.area, label.note) == (None, "smile", None, None)
    assert label.captured_on is not None
    assert label.captured_on.isoformat() == "2026-07-14"


def test_without_a_change_nothing_is_written(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, correct, patient_id=patient_id, media_ids=[key])
    assert problems(made) == []
    press(made, "Save for 1 picture")
    assert problems(made) == ["Change something first, or close this."]
    assert said_of(running_clinic, staff, patient_id, key).number == 1


@pytest.mark.parametrize("typed", ["31/02/2026", "tomorrow", "1/1/2099"])
def test_a_day_that_cannot_be_is_said_at_its_field(
    running_clinic: Clinic, staff: Actor, patient_id: UUID, typed: str
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, correct, patient_id=patient_id, media_ids=[key])
    choose(made, "Taken on", typed)
    press(made, "Save for 1 picture")
    assert len(problems(made)) == 1
    assert said_of(running_clinic, staff, patient_id, key).number == 1


def test_what_somebody_else_said_meanwhile_is_shown_before_it_is_written_over(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id, view="front")
    made = dialog(running_clinic, correct, patient_id=patient_id, media_ids=[key])
    theirs = Change(UUID(int=7), key, 1, {Field.VIEW: View.BACK})
    labels.change(running_clinic, staff, patient_id, [theirs], now=NOW)
    choose(made, "View", "from above")
    press(made, "Save for 1 picture")
    (warning,) = made.warning
    assert "It says now\\: View\\: back" in warning.value.replace("\u2060", "")
    assert said_of(running_clinic, staff, patient_id, key).label.view == View.BACK
    press(made, "Save for 1 picture")
    assert said_of(running_clinic, staff, patient_id, key).label.view == View.FROM_ABOVE


def test_a_picture_is_removed_with_a_reason_and_not_without(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, remove, patient_id=patient_id, media_ids=[key])
    press(made, "Remove 1 picture")
    assert problems(made) == ["Say why it is removed, such as the wrong patient or out of focus."]
    choose(made, "Why", "Taken twice")
    press(made, "Remove 1 picture")
    found = told(running_clinic, staff, patient_id, key)
    assert found.facts.removal_reason == "Taken twice"


def test_a_use_is_noted_with_its_place_and_not_without(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, note, patient_id=patient_id, media_id=key)
    press(made, "Note this use")
    assert len(problems(made)) == 1
    choose(made, "Where", "Dr Roe's surgery")
    press(made, "Note this use")
    (used,) = told(running_clinic, staff, patient_id, key).uses
    assert (used.use.place, used.use.used_by) == ("Dr Roe's surgery", "Test Person")
    ending = dialog(running_clinic, end, patient_id=patient_id, used=used)
    press(ending, "Note it as taken down")
    newest = told(running_clinic, staff, patient_id, key).uses[0]
    assert newest.use.replaces_id == used.use.use_id
    assert newest.use.ended_on == used.use.used_on


def test_a_use_of_a_removed_picture_is_refused(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, note, patient_id=patient_id, media_id=key)
    removal.remove(running_clinic, staff, patient_id, [key], "Twice", now=NOW)
    choose(made, "Where", "A course")
    press(made, "Note this use")
    assert [one.value[:24] for one in made.error] == ["This picture was removed"]


def test_a_contact_sheet_is_offered_as_a_page_and_as_a_file(
    running_clinic: Clinic, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, sheet, patient_id=patient_id, media_ids=[key])
    page, file = (one.proto.url for one in made.get("link_button"))
    assert page.startswith("/print/contact-sheet/")
    assert file == f"{page}.pdf"


def test_guesses_of_several_pictures_are_confirmed_at_once(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    ids = [add_item(running_clinic, patient_id) for _ in range(2)]
    sure = add_item(running_clinic, patient_id, is_guessed=False)
    values = {"patient_id": patient_id, "word": "confirm", "media_ids": [*ids, sure]}
    dialog(running_clinic, act, **values)
    found = labels.current(running_clinic, staff, patient_id, [*ids, sure])
    assert [found[key].label.is_guessed for key in (*ids, sure)] == [False] * 3
    assert [found[key].number for key in (*ids, sure)] == [2, 2, 1]


def test_removed_pictures_are_put_back(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    key = add_item(running_clinic, patient_id)
    removal.remove(running_clinic, staff, patient_id, [key], "Twice", now=NOW)
    values = {"patient_id": patient_id, "word": "restore", "media_ids": [key]}
    dialog(running_clinic, act, **values)
    assert told(running_clinic, staff, patient_id, key).picture.removed_at is None


@pytest.mark.parametrize(
    ("word", "button"),
    [("label", "Save for 1 picture"), ("remove", "Remove 1 picture"), ("nonsense", "")],
)
def test_each_act_opens_its_dialog(
    running_clinic: Clinic, patient_id: UUID, word: str, button: str
) -> None:
    key = add_item(running_clinic, patient_id)
    made = dialog(running_clinic, act, patient_id=patient_id, word=word, media_ids=[key])
    assert [one.label for one in made.button][:1] == ([button] if button else [])


@pytest.mark.parametrize("word", ["sheet", "label", "remove", "confirm", "restore"])
def test_nothing_selected_is_nothing_done(
    running_clinic: Clinic, patient_id: UUID, word: str
) -> None:
    made = dialog(running_clinic, act, patient_id=patient_id, word=word, media_ids=[])
    assert (list(made.button), list(made.error)) == ([], [])


@pytest.mark.parametrize("word", ["label", "confirm", "restore"])
def test_what_cannot_be_done_is_said(running_clinic: Clinic, patient_id: UUID, word: str) -> None:
    theirs = add_item(running_clinic, add_patient(running_clinic))
    made = dialog(running_clinic, act, patient_id=patient_id, word=word, media_ids=[theirs])
    assert len(made.error) == (word == "restore")

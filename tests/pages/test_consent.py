"""The consent of a patient and its tasks, without a browser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.domain.consent import Route, State, Topic
from lib.domain.consent_tasks import Kind
from lib.services.clinic import Clinic
from lib.services.consent import forms, reading, tasks
from lib.services.consent.reading import Told
from lib.store.consent_papers import Wording
from lib.store.consent_tasks import Task
from lib.ui.consent.answering import NOTHING
from lib.ui.consent.states import Named, named
from lib.ui.keys import Keys
from tests.consents import BY_EMAIL, EDUCATION, SOCIAL_MEDIA, add_version, give, withdraw
from tests.pages.components import blocks
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage, sign_in_as
from tests.records import NOW, TODAY, add_patient, restrict

RECORD_MEDIA = Topic("record media")
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
def patient_id(running_clinic: Clinic, staff: Actor) -> UUID:
    """Add somebody who agreed to teaching and email long ago, and took email back."""
    patient_id, form = add_patient(running_clinic), add_version(running_clinic)
    for topic in (EDUCATION, BY_EMAIL):
        give(running_clinic, staff, patient_id, form, topic, LONG_AGO, now=LONG_AGO)
    withdraw(running_clinic, staff, patient_id, BY_EMAIL, note="No more, please")
    return patient_id


def told_of(clinic: Clinic, actor: Actor, patient_id: UUID) -> Told:
    return reading.open_consent(clinic, actor, patient_id, as_of=TODAY + timedelta(days=1))


def block(screen: AppTest, title: str) -> dict[str, Any]:
    return next(one for one in blocks(screen) if one["title"] == title)


def badge_of(screen: AppTest, name: str) -> list[str]:
    (entry,) = [one for one in block(screen, "How it stands")["entries"] if one["title"] == name]
    return [mark["word"] for mark in entry["marks"]]


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


def test_every_purpose_has_one_badge_with_its_reason(open_page: OpenPage, patient_id: UUID) -> None:
    screen = open_page("consent", Role.STAFF, query={"id": str(patient_id)})
    assert not screen.exception
    entries = block(screen, "How it stands")["entries"]
    assert [(one["title"], one["marks"][0]["word"]) for one in entries] == [
        ("Treatment", "Not asked"),
        ("Photographs and video for the record", "Not asked"),
        ("Use for education", "Active"),
        ("Use on social media", "Not asked"),
        ("Sharing pictures with a third party", "Not asked"),
        ("Keeping in touch by email", "Withdrawn"),
        ("Keeping in touch by text message", "Not asked"),
        ("Keeping in touch by phone", "Not asked"),
        ("Keeping in touch by post", "Not asked"),
        ("Information from third parties", "Not asked"),
        ("Sharing with your GP or another professional", "Not asked"),
    ]
    education = entries[2]
    assert education["lines"][0] == ("Given on 19-Oct-2025; it holds until the end of 18-Oct-2027.")
    assert [act["label"] for act in education["acts"]] == ["Withdraw", "Read the form"]


def test_what_was_said_is_listed_by_act_with_what_is_odd(
    open_page: OpenPage, patient_id: UUID
) -> None:
    screen = open_page("consent", Role.STAFF, query={"id": str(patient_id)})
    first, *rest = block(screen, "What was said")["entries"]
    assert (first["title"], first["said"]) == ("By phone, 09:00", "No more, please")
    assert [mark["word"] for mark in first["marks"]] == ["Decides"]
    assert first["lines"][0] == "Withdrawn: Keeping in touch by email"
    assert [one["lines"][0] for one in rest] == [
        "Given: Use for education",
        "Given: Keeping in touch by email",
    ]


def test_a_day_in_the_past_is_said_plainly_and_nothing_can_be_done(
    open_page: OpenPage, patient_id: UUID
) -> None:
    screen = open_page("consent", Role.STAFF, query={"id": str(patient_id)})
    assert badge_of(screen, "Keeping in touch by email") == ["Withdrawn"]
    screen.date_input[0].set_value(TODAY - timedelta(days=30))
    screen.run()
    assert badge_of(screen, "Keeping in touch by email") == ["Active"]
    assert block(screen, "")["notices"][0]["title"] == (
        "This is how consent stood at the end of 24-Oct-2026"
    )
    assert [one.label for one in screen.main.get("button")] == ["Back to today"]
    labels = {act["label"] for e in block(screen, "How it stands")["entries"] for act in e["acts"]}
    assert labels == {"Read the form"}
    screen.button[0].click()
    screen.run()
    assert badge_of(screen, "Keeping in touch by email") == ["Withdrawn"]


def test_somebody_nobody_asked_has_an_empty_history_that_says_how_to_begin(
    open_page: OpenPage, clinic: Clinic
) -> None:
    screen = open_page("consent", Role.STAFF, query={"id": str(add_patient(clinic))})
    assert block(screen, "What was said")["empty"].startswith("Nothing has been said yet.")


def test_a_restricted_record_asks_for_its_ground(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    screen = open_page("consent", Role.STAFF, query={"id": str(patient_id)})
    assert screen.title[0].value == "This record is restricted"
    screen.radio[0].set_value(screen.radio[0].options[0])
    press(screen, "Open the record on this ground")
    assert len(block(screen, "How it stands")["entries"]) == 11


def withdrawing(patient_id: "UUID", given: "list[Named]", chosen: None) -> None:
    from lib.ui.consent import withdrawing as dialogs  # noqa: PLC0415 - a script of its own

    dialogs.ask(patient_id, given, chosen)


def test_a_withdrawal_takes_one_button(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    from lib.ui.consent.withdrawing import standing  # noqa: PLC0415

    given = standing(told_of(running_clinic, staff, patient_id))
    assert [one.name for one in given] == ["Use for education"]
    made = dialog(running_clinic, withdrawing, patient_id=patient_id, given=given, chosen=None)
    assert [(one.label, one.value) for one in made.checkbox] == [("Use for education", True)]
    press(made, "Withdraw consent")
    told = told_of(running_clinic, staff, patient_id)
    assert [t.standing.state for p in told.purposes for t in p.topics if t.topic == EDUCATION] == [
        State.WITHDRAWN
    ]
    assert [one.kind for one in told.tasks] == [Kind.ACKNOWLEDGE, Kind.ACKNOWLEDGE]


def test_of_several_only_what_is_ticked_is_withdrawn(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    from lib.ui.consent.withdrawing import NOTHING_CHOSEN, standing  # noqa: PLC0415

    give(running_clinic, staff, patient_id, add_version(running_clinic), SOCIAL_MEDIA)
    given = standing(told_of(running_clinic, staff, patient_id))
    made = dialog(running_clinic, withdrawing, patient_id=patient_id, given=given, chosen=None)
    press(made, "Withdraw consent")
    assert problems(made) == [NOTHING_CHOSEN]
    made.checkbox[1].check()
    made.selectbox[0].set_value(Route.PHONE.value)
    made.text_input[1].set_value("25:99")
    press(made, "Withdraw consent")
    assert problems(made) == ["Give the time like 14:05."]
    made.text_input[0].set_value("23-Nov-2026")
    made.text_input[1].set_value("16:05")
    press(made, "Withdraw consent")
    told = told_of(running_clinic, staff, patient_id)
    states = {t.topic: t.standing for p in told.purposes for t in p.topics}
    assert states[EDUCATION].state is State.ACTIVE
    event = states[SOCIAL_MEDIA].event
    assert event is not None
    assert f"{event.received_at:%Y-%m-%d %H:%M:%S}" == "2026-11-23 16:05:59"


def test_where_nothing_stands_the_dialog_says_what_to_do(
    running_clinic: Clinic, patient_id: UUID
) -> None:
    made = dialog(running_clinic, withdrawing, patient_id=patient_id, given=[], chosen=None)
    assert made.markdown[0].value.startswith("No consent stands that could be withdrawn.")


def answering(patient_id: "UUID", topics: "list[Named]") -> None:
    from lib.ui.consent import answering as dialogs  # noqa: PLC0415 - a script of its own

    dialogs.ask(patient_id, topics)


def test_a_consent_on_paper_needs_its_form_and_what_shows_it(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    version = add_version(running_clinic, TODAY - timedelta(days=5))
    add_version(running_clinic, TODAY + timedelta(days=1))
    topics = named(told_of(running_clinic, staff, patient_id))
    made = dialog(running_clinic, answering, patient_id=patient_id, topics=topics)
    press(made, "Record these answers")
    assert problems(made) == [NOTHING]
    choice = {one.label: one for one in made.segmented_control}
    assert [one.value for one in choice.values()] == [None] * 11
    choice["Use on social media"].set_value("given")
    choice["Use for education"].set_value("refused")
    made.run()
    press(made, "Record these answers")
    assert problems(made) == [
        "Write down what was said, by whom and how: this note is all that shows it."
    ]
    made.text_area[0].set_value("Paper in the green folder")
    made.selectbox[1].set_value(str(version))
    made.text_input[0].set_value("21-Nov-2026")
    made.text_input[1].set_value("10:00")
    press(made, "Record these answers")
    told = told_of(running_clinic, staff, patient_id)
    states = {t.topic: t for p in told.purposes for t in p.topics}
    assert states[SOCIAL_MEDIA].standing.state is State.ACTIVE
    assert states[EDUCATION].standing.state is State.REFUSED
    (event,) = states[SOCIAL_MEDIA].events
    assert (event.row.route, event.row.form_version_id) == (Route.PAPER, version)
    assert event.evidence is not None
    assert event.evidence.note == "Paper in the green folder"


def test_a_refusal_by_phone_needs_no_evidence(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    topics = named(told_of(running_clinic, staff, patient_id))
    made = dialog(running_clinic, answering, patient_id=patient_id, topics=topics)
    made.segmented_control[0].set_value("refused")
    press(made, "Record these answers")
    told = told_of(running_clinic, staff, patient_id)
    (event,) = told.purposes[0].topics[0].events
    assert (event.evidence, event.row.decision.value) == (None, "refused")


def closing(task: "Task") -> None:
    from lib.ui.consent import tasks as dialogs  # noqa: PLC0415 - a script of its own

    dialogs.close(task)


def test_a_task_is_closed_with_how_it_ended(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    (task,) = told_of(running_clinic, staff, patient_id).tasks
    made = dialog(running_clinic, closing, task=task)
    made.radio[0].set_value(made.radio[0].options[1])
    made.run()
    assert made.text_area[0].label == "Why"
    press(made, "Close this task")
    assert problems(made) == ["Say why, so that it can be told later."]
    made.text_area[0].set_value("Told on the phone")
    press(made, "Close this task")
    assert told_of(running_clinic, staff, patient_id).tasks == ()


def test_the_tasks_screen_shows_who_what_and_why(
    open_page: OpenPage, running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    screen = open_page("consent-tasks", Role.STAFF)
    (entry,) = block(screen, "To be done")["entries"]
    assert (entry["title"], entry["marks"][0]["word"]) == ("HART, Anna (Ms)", "Send the letter")
    assert entry["lines"][1:] == [
        "Keeping in touch by email",
        "Consent was withdrawn on 23-Nov-2026 (phone).",
    ]
    assert [act["label"] for act in entry["acts"]] == [
        "Close this task",
        "Open the letter",
        "Consent",
    ]
    screen.session_state[Keys.CONSENT_TASKS_KIND] = Kind.ASK.value
    screen.run()
    (empty,) = blocks(screen)
    assert empty["empty"].startswith("Nothing of this kind is to be done.")
    tasks.open_ask(running_clinic, staff, [patient_id], SOCIAL_MEDIA, now=NOW)
    screen.run()
    (entry,) = block(screen, "To be done")["entries"]
    assert entry["marks"][0]["word"] == "Ask the patient"


def test_nothing_to_be_done_says_what_will_be_here(open_page: OpenPage) -> None:
    (empty,) = blocks(open_page("consent-tasks", Role.COMPLIANCE))
    assert empty["empty"].startswith("Nothing is to be done. A withdrawal puts here")


def test_home_counts_what_the_tasks_screen_shows(open_page: OpenPage, patient_id: UUID) -> None:
    assert patient_id
    cards = blocks(open_page("home", Role.STAFF))[0]["cards"]
    assert [(one["title"], one["number"], one["detail"]) for one in cards] == [
        ("Consent tasks", "1", "1 letter to send")
    ]


def wording(one: "Wording") -> None:
    from lib.ui.consent import wording as dialogs  # noqa: PLC0415 - a script of its own

    dialogs.show(one)


def test_the_form_that_was_read_is_shown_as_plain_passages(
    running_clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    told = told_of(running_clinic, staff, patient_id)
    (one,) = told.wordings.values()
    made = dialog(running_clinic, wording, one=one)
    assert [html.proto.body for html in made.get("html")] == ["<p>Please read this.</p>"]
    missing = replace(one, version=replace(one.version, form_version_id=patient_id))
    made = dialog(running_clinic, wording, one=missing)
    assert made.error[0].value == forms.NO_VERSION


@pytest.mark.parametrize("page", ["add-photographs", "capture"])
def test_pictures_of_somebody_who_refused_them_are_warned_of(
    open_page: OpenPage, clinic: Clinic, staff: Actor, page: str
) -> None:
    patient_id = add_patient(clinic)
    withdraw(clinic, staff, patient_id, RECORD_MEDIA)
    screen = open_page(page, Role.STAFF, query={"id": str(patient_id)})
    assert not screen.exception
    assert block(screen, "")["notices"][0]["title"] == (
        "The patient withdrew consent to photographs and video for the record"
    )

"""A picture's own page without a browser: what is known, its purposes, uses, and who saw it."""

from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.domain.media import Purpose
from lib.services.clinic import Clinic
from lib.services.media import removal, uses
from tests.media_items import add_item
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import NOW, TODAY, add_patient, restrict


def opened(
    open_page: OpenPage, patient_id: UUID, media_id: UUID, role: Role = Role.STAFF
) -> AppTest:
    query = {"id": str(patient_id), "media": str(media_id)}
    screen = open_page("photograph", role, query=query)
    assert not screen.exception
    return screen


def block(screen: AppTest, title: str) -> dict[str, Any]:
    (found,) = (one for one in blocks(screen) if one["title"] == title)
    return found


def labels_of(screen: AppTest) -> list[str]:
    return [one.label for one in screen.button]


def press(screen: AppTest, label: str) -> AppTest:
    next(one for one in screen.button if one.label == label).click()
    return screen.run()


def test_the_page_says_what_is_known_and_what_it_may_be_used_for(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id, view="left oblique", area="lips", stage="review")
    screen = opened(open_page, patient_id, media_id)
    facts = {
        one["label"]: one["values"][0]["text"] for one in block(screen, "What is known")["facts"]
    }
    assert (facts["View"], facts["Area"], facts["Stage"]) == ("Left oblique", "Lips", "Review")
    rows = block(screen, "What it may be used for")["rows"]
    assert [(row[0], row[1]["word"]) for row in rows[:-1]] == [
        ("Record", "Permitted"),
        ("Education", "Not asked"),
        ("Social media", "Not asked"),
        ("Third party", "Not asked"),
    ]
    assert rows[-1][2]["href"] == f"/consent?id={patient_id}"
    assert given(screen)["desk_photograph"][0]["tile"]["id"] == str(media_id)


def test_a_picture_of_somebody_else_or_of_nobody_is_not_found(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id, other = add_patient(clinic), add_patient(clinic)
    media_id = add_item(clinic, other)
    for wrong in (media_id, uuid7s.uuid7()):
        screen = opened(open_page, patient_id, wrong)
        assert "Not found" in [title.value for title in screen.title]
        assert "desk_photograph" not in given(screen)
    screen = open_page("photograph", Role.STAFF, query={"id": str(patient_id)})
    assert "Not found" in [title.value for title in screen.title]


def test_a_second_look_finds_the_first_in_the_trail(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    opened(open_page, patient_id, media_id)
    rows = block(opened(open_page, patient_id, media_id), "Who saw it and what was done")["rows"]
    assert [(row[1], row[2]["text"]) for row in rows] == [
        ("Test Person", "Photograph or video viewed")
    ]


def test_who_may_not_correct_sees_no_button_for_it(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    staff = labels_of(opened(open_page, patient_id, media_id))
    compliance = labels_of(opened(open_page, patient_id, media_id, Role.COMPLIANCE))
    assert {"Correct labels", "Confirm the guess", "Remove"} <= set(staff)
    assert {"Correct labels", "Confirm the guess", "Remove"} & set(compliance) == set()


def test_a_guess_is_confirmed_and_the_confirmation_undone(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    screen = press(opened(open_page, patient_id, media_id), "Confirm the guess")
    assert not screen.exception
    assert [len(one["marks"]) for one in block(screen, "What was said of it")["entries"]] == [0, 1]
    screen = press(screen, "Undo")
    assert not screen.exception
    versions = block(screen, "What was said of it")["entries"]
    assert [len(one["marks"]) for one in versions] == [1, 0, 1]


def test_only_a_purpose_that_was_agreed_to_can_be_noted(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    screen = press(opened(open_page, patient_id, media_id), "Note a use")
    (purpose,) = (one for one in screen.selectbox if one.label == "Purpose")
    assert purpose.options == ["Record"]
    assert purpose.value == Purpose.RECORD


def test_a_removed_picture_is_not_downloaded(
    open_page: OpenPage, clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    before = [one.proto.url for one in opened(open_page, patient_id, media_id).get("link_button")]
    removal.remove(clinic, staff, patient_id, [media_id], "Twice", now=NOW)
    after = [one.proto.url for one in opened(open_page, patient_id, media_id).get("link_button")]
    assert before == [f"/media-store/{media_id}/original?for=record"]
    assert after == []


def test_a_restricted_record_asks_for_its_ground_first(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    restrict(clinic, patient_id)
    screen = opened(open_page, patient_id, media_id)
    assert [title.value for title in screen.title] == ["This record is restricted"]


def test_a_use_says_where_until_when_and_what_it_said_before(
    open_page: OpenPage, clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    about = uses.About(patient_id, media_id, NOW, TODAY)
    first, second, third = (uuid7s.uuid7() for _ in range(3))
    said = uses.Said(Purpose.RECORD, "Dr Roe's surgery", TODAY)
    uses.note(clinic, staff, about, first, said)
    uses.note(clinic, staff, about, third, uses.Said(Purpose.RECORD, "A hospital", TODAY))
    uses.end(clinic, staff, about, (first, second), TODAY)
    entries = block(
        opened(open_page, patient_id, media_id), "Where it was used outside the clinic"
    )["entries"]
    found = {one["title"]: one for one in entries}
    ended, running = found["Dr Roe's surgery"], found["A hospital"]
    assert (ended["marks"][0]["word"], running["marks"][0]["word"]) == ("Taken down", "In use")
    assert ended["lines"][0] == "Record · by Test Person · until 23-Nov-2026"
    assert [one["lines"] for one in ended["earlier"]] == [
        ["23-Nov-2026, Dr Roe's surgery, by Test Person"]
    ]
    assert (ended["acts"], running["acts"][0]["value"]) == ([], str(third))


def test_a_removed_picture_says_why_and_can_be_put_back(
    open_page: OpenPage, clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    removal.remove(clinic, staff, patient_id, [media_id], "Taken twice", now=NOW)
    screen = opened(open_page, patient_id, media_id)
    (notice,) = block(screen, "")["notices"]
    assert notice["title"] == "This picture was removed from the gallery"
    assert notice["lines"][0].endswith("Taken twice")
    assert "Note a use" not in labels_of(screen)
    press(screen, "Put back")
    assert not screen.exception
    assert "Remove" in labels_of(opened(open_page, patient_id, media_id))


def test_a_video_has_no_marks_and_says_how_long_it_runs(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id, kind="video", format="MP4", duration_ms=65_000)
    screen = opened(open_page, patient_id, media_id)
    assert [title.value for title in screen.title] == ["Video"]
    assert given(screen)["desk_photograph"][0]["tile"]["length"] == "1:05"
    assert screen.segmented_control == []


def test_marks_and_notes_are_drawn_when_they_are_asked_for(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    screen = opened(open_page, patient_id, add_item(clinic, patient_id))
    screen.segmented_control[0].set_value("Marks and notes")
    screen.run()
    assert not screen.exception
    assert "desk_photograph" not in given(screen)
    assert "desk_annotate" in given(screen)


def test_what_was_done_with_it_is_said_in_words(
    open_page: OpenPage, clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    removal.remove(clinic, staff, patient_id, [media_id], "Twice", now=NOW)
    removal.restore(clinic, staff, patient_id, [media_id])
    press(opened(open_page, patient_id, media_id), "Confirm the guess")
    rows = block(opened(open_page, patient_id, media_id), "Who saw it and what was done")["rows"]
    newest = rows[0][2]
    assert (newest["text"], newest["note"]) == (
        "Photograph or video described",
        "changed: is guessed",
    )
    assert [row[2]["text"] for row in rows][-2:] == [
        "Photograph or video put back",
        "Photograph or video removed",
    ]

"""The screen that brings photographs in, without a browser: what it asks for, shows and writes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.media import View
from lib.domain.restriction import Ground
from lib.services.clinic import Clinic
from lib.ui import clock
from lib.ui.keys import Keys
from lib.ui.media.adding import Adding
from tests.media_items import add_item
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import add_patient, add_stock, add_treatment, restrict, write


def opened(open_page: OpenPage, patient_id: UUID, **query: str) -> AppTest:
    screen = open_page("add-photographs", Role.STAFF, query={"id": str(patient_id), **query})
    assert not screen.exception
    return screen


def shown(screen: AppTest) -> Any:  # noqa: ANN401 - what the component was given
    (data,) = given(screen)["desk_upload"]
    return data


def told(screen: AppTest, patient_id: UUID, name: str, sent: object) -> AppTest:
    """Run the screen as after the browser told something."""
    screen.session_state[f"upload_{patient_id}"] = {name: sent}
    screen.run()
    assert not screen.exception
    return screen


def words(screen: AppTest) -> str:
    drawn = (*screen.markdown, *screen.caption, *screen.get("html"))
    said = (getattr(one, "value", "") or str(one.proto) for one in drawn)
    return "\n".join(said).replace("\\", "")


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    return add_patient(clinic)


def with_pictures(
    open_page: OpenPage, patient_id: UUID, clinic: Clinic, *items: dict[str, Any]
) -> tuple[AppTest, list[UUID]]:
    """Open the screen, let pictures come in as one batch, and draw it again."""
    screen = opened(open_page, patient_id)
    batch = UUID(shown(screen)["batch"])
    keys = [add_item(clinic, patient_id, batch_id=batch, **item) for item in items]
    screen.run()
    assert not screen.exception
    return screen, keys


def test_files_are_sent_past_the_screen_to_the_patient_s_own_address(
    open_page: OpenPage, patient_id: UUID
) -> None:
    data = shown(opened(open_page, patient_id))
    assert data["address"] == f"/media-upload/{patient_id}"
    assert (data["treatment"], data["ground"], data["rows"]) == (None, None, [])
    assert (data["most_of_picture"], data["most_of_video"]) == (200_000_000, 500_000_000)


def test_the_treatment_of_the_address_is_chosen_by_any_of_its_versions(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    stock = add_stock(clinic)
    series = add_treatment(clinic, patient_id, stock, clock.today())
    other = add_treatment(clinic, patient_id, stock, clock.today() - timedelta(40))
    assert shown(opened(open_page, patient_id))["treatment"] == str(series)
    named = opened(open_page, patient_id, treatment=str(other))
    assert shown(named)["treatment"] == str(other)
    unknown = opened(open_page, patient_id, treatment=str(uuid7s.uuid7()))
    assert shown(unknown)["treatment"] is None


def test_of_two_treatments_today_none_is_guessed(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    stock = add_stock(clinic)
    for _ in range(2):
        add_treatment(clinic, patient_id, stock, clock.today())
    assert shown(opened(open_page, patient_id))["treatment"] is None


def test_a_restricted_record_names_its_ground_with_each_file(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    restrict(clinic, patient_id)
    screen = opened(open_page, patient_id)
    assert "desk_upload" not in given(screen)
    screen.radio[0].set_value(Ground.LEGAL_CLAIMS)
    next(one for one in screen.button if one.label.startswith("Open the record")).click()
    screen.run()
    assert shown(screen)["ground"] == Ground.LEGAL_CLAIMS.value


def test_what_came_in_is_shown_in_the_order_in_which_it_was_taken(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    undated = {"captured_at": None, "capture_source": "upload", "captured_on": date(2026, 11, 23)}
    screen, (late, early) = with_pictures(
        open_page, patient_id, clinic, undated, {"captured_on": date(2026, 11, 20), "area": "lips"}
    )
    rows = shown(screen)["rows"]
    assert [one["id"] for one in rows] == [str(early), str(late)]
    assert [one["source"] for one in rows] == ["Date from the camera", "Day of the upload"]
    assert [mark["word"] for mark in rows[1]["marks"]] == ["Check the date"]
    assert (rows[0]["view"], rows[0]["area"], rows[0]["is_guessed"]) == ("front", "lips", True)
    assert rows[0]["thumbnail"].startswith(f"/media-store/{early}/thumbnail")
    assert "Hart" not in str(rows)


def test_a_video_says_how_far_it_is(open_page: OpenPage, clinic: Clinic, patient_id: UUID) -> None:
    video = {"kind": "video", "format": "MP4"}
    screen, keys = with_pictures(open_page, patient_id, clinic, video, video)
    for key, fault in zip(keys, (None, "It has no picture."), strict=True):
        write(
            clinic,
            "media_rendition",
            media_id=key,
            name="stream",
            patient_id=patient_id,
            fault=fault,
        )
    screen.run()
    marks = [[mark["word"] for mark in row["marks"]] for row in shown(screen)["rows"]]
    assert marks == [["Being made playable"], ["Cannot be played"]]


def test_a_word_said_in_the_list_is_written_and_can_be_undone(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, (key,) = with_pictures(open_page, patient_id, clinic, {})
    sent = {"id": str(key), "seen": 1, "field": "view", "value": "back"}
    told(screen, patient_id, "say", sent)
    assert "View changed." in words(screen)
    (row,) = shown(screen)["rows"]
    assert (row["view"], row["version"], row["is_guessed"]) == (View.BACK, 2, False)
    screen.session_state[f"upload_{patient_id}"] = {}
    next(one for one in screen.button if one.label == "Undo").click()
    screen.run()
    assert not screen.exception
    (row,) = shown(screen)["rows"]
    assert (row["view"], row["version"], row["is_guessed"]) == ("front", 3, True)


def test_a_word_over_somebody_else_s_is_refused_in_words(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, (key,) = with_pictures(open_page, patient_id, clinic, {})
    told(screen, patient_id, "say", {"id": str(key), "seen": 1, "field": "view", "value": "back"})
    token = shown(screen)["token"]
    told(screen, patient_id, "say", {"id": str(key), "seen": 1, "field": "view", "value": ""})
    assert "has described one of these pictures meanwhile" in words(screen)
    assert shown(screen)["token"] != token


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("say", "nonsense"),
        ("say", {"id": "x", "seen": 1, "field": "view", "value": "back"}),
        ("say", {"id": str(UUID(int=1)), "seen": 1, "field": "note", "value": "back"}),
        ("say", {"id": str(UUID(int=1)), "seen": 1, "field": "view", "value": "sideways"}),
        ("act", {"act": "remove"}),
        ("act", {"act": "remove", "ids": ["x"]}),
        ("act", {"act": "other", "ids": []}),
    ],
)
def test_what_a_browser_could_not_have_sent_does_nothing(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID, name: str, sent: object
) -> None:
    screen, _ = with_pictures(open_page, patient_id, clinic, {})
    told(screen, patient_id, name, sent)
    assert [row["version"] for row in shown(screen)["rows"]] == [1]


def test_guesses_are_confirmed_together(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, keys = with_pictures(open_page, patient_id, clinic, {}, {})
    ids = [str(key) for key in keys]
    told(screen, patient_id, "act", {"act": "confirm", "ids": ids})
    assert "2 pictures confirmed." in words(screen)
    assert [row["is_guessed"] for row in shown(screen)["rows"]] == [False, False]


def test_a_batch_is_taken_back_and_that_too(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, keys = with_pictures(open_page, patient_id, clinic, {}, {})
    told(screen, patient_id, "act", {"act": "remove", "ids": [str(key) for key in keys]})
    assert "2 pictures removed." in words(screen)
    assert shown(screen)["rows"] == []
    screen.session_state[f"upload_{patient_id}"] = {}
    next(one for one in screen.button if one.label == "Undo").click()
    screen.run()
    assert len(shown(screen)["rows"]) == 2


def test_what_cannot_be_removed_says_so(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, _ = with_pictures(open_page, patient_id, clinic, {})
    told(screen, patient_id, "act", {"act": "remove", "ids": [str(uuid7s.uuid7())]})
    assert "There is no such picture" in words(screen)


def test_labels_are_corrected_in_bulk_in_their_own_window(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, (key,) = with_pictures(open_page, patient_id, clinic, {})
    told(screen, patient_id, "act", {"act": "label", "ids": [str(key)]})
    assert "Save for 1 picture" in [one.label for one in screen.button]


def test_another_batch_begins_with_nothing(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen, _ = with_pictures(open_page, patient_id, clinic, {})
    before = shown(screen)["batch"]
    next(one for one in screen.button if one.label == "Begin another batch").click()
    screen.run()
    assert (shown(screen)["batch"] == before, shown(screen)["rows"]) == (False, [])


def test_a_batch_belongs_to_its_patient(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen = opened(open_page, patient_id)
    screen.session_state[Keys.ADDING] = Adding(add_patient(clinic))
    screen.run()
    assert shown(screen)["address"] == f"/media-upload/{patient_id}"
    assert screen.session_state[Keys.ADDING].patient_id == patient_id


def test_what_is_missing_today_leads_to_where_it_is_added(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    series = add_treatment(clinic, patient_id, add_stock(clinic), clock.today())
    screen = open_page("photographs-missing", Role.STAFF)
    (table,) = blocks(screen)
    assert table["rows"][0][1]["href"] == f"/add-photographs?id={patient_id}&treatment={series}"
    assert "1 treatment of today without a picture." in words(screen)


def test_nothing_missing_says_so(open_page: OpenPage) -> None:
    (table,) = blocks(open_page("photographs-missing", Role.STAFF))
    assert table["rows"] == []

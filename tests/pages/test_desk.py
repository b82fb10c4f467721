"""Home, lookup and follow-ups, without a browser."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from lib.domain.access import Actor, Role
from lib.services import follow_ups, records
from lib.services.clinic import Clinic
from lib.ui import clock
from lib.ui.keys import Keys
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import (
    EVIL_FAMILY,
    EVIL_GIVEN,
    add_patient,
    add_stock,
    add_treatment,
    restrict,
)


def due(clinic: Clinic, count: int) -> None:
    stock = add_stock(clinic)
    for _ in range(count):
        add_treatment(
            clinic,
            add_patient(clinic),
            stock,
            clock.today() - timedelta(days=40),
            follow_up_due_on=clock.today() - timedelta(days=1),
        )


def test_home_shows_what_is_due_and_leads_there(open_page: OpenPage, clinic: Clinic) -> None:
    due(clinic, 3)
    screen = open_page("home", Role.STAFF)
    cards, recent = blocks(screen)
    assert not screen.exception
    assert [(card["title"], card["number"], card["href"]) for card in cards["cards"]] == [
        ("Follow-ups due", "3", "/follow-ups")
    ]
    assert recent["empty"].startswith("The records that you open will be listed here")
    assert [button.label for button in screen.main.get("button")] == ["Find a patient"]


@pytest.mark.parametrize(
    ("role", "needed", "titles"),
    [
        (Role.OWNER, [], ["Practitioners"]),
        (Role.ADMINISTRATOR, ["Back-up"], ["People with an account", "Practitioners"]),
    ],
)
def test_home_shows_no_patient_to_whoever_may_open_none(
    open_page: OpenPage, clinic: Clinic, role: Role, needed: list[str], titles: list[str]
) -> None:
    due(clinic, 1)
    screen = open_page("home", role)
    pressing, known = blocks(screen)
    assert [card["title"] for card in pressing["cards"]] == needed
    assert pressing["empty"][:23] == "Nothing needs you today"
    assert [card["title"] for card in known["cards"]] == titles
    assert "Find a patient" not in [button.label for button in screen.main.get("button")]


def test_the_lookup_shows_recent_records_before_anything_is_typed(
    open_page: OpenPage, clinic: Clinic
) -> None:
    assert clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    (box,) = given(screen)["desk_lookup"]
    assert not screen.exception
    assert (box["query"], box["hits"]) == ("", [])
    assert box["message"][0].startswith("Type any part of what you know")


def test_what_was_typed_before_is_looked_for_again_on_coming_back(
    open_page: OpenPage, clinic: Clinic
) -> None:
    dead = add_patient(clinic, deceased_on=clock.today(), preferred_name="Annie")
    restrict(clinic, dead)
    add_patient(clinic, family_name=EVIL_FAMILY, given_names=EVIL_GIVEN)
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    screen.session_state[Keys.LOOKUP_TEXT] = "hart"
    screen.run()
    (box,) = given(screen)["desk_lookup"]
    (hit,) = box["hits"]
    assert (box["query"], box["label"]) == ("hart", "1 patient")
    assert (hit["id"], hit["name"], hit["preferred"]) == (str(dead), "HART, Anna (Ms)", "Annie")
    assert [mark["icon"] for mark in hit["marks"]] == ["deceased", "lock"]
    assert hit["why"]


def test_nobody_found_says_what_to_try_and_that_filters_are_on(
    open_page: OpenPage, clinic: Clinic
) -> None:
    add_patient(clinic, deceased_on=clock.today())
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    screen.session_state[Keys.LOOKUP_TEXT] = "hart"
    screen.toggle[0].set_value(False)
    screen.run()
    (box,) = given(screen)["desk_lookup"]
    assert box["hits"] == []
    assert box["message"][0] == "Nobody matches all of that."
    assert box["message"][-1].startswith("Filters are on")


def test_a_period_narrows_to_who_was_seen_then(open_page: OpenPage, clinic: Clinic) -> None:
    lately = add_patient(clinic, last_seen_on=clock.today() - timedelta(days=3))
    add_patient(clinic, last_seen_on=clock.today() - timedelta(days=300))
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    screen.session_state[Keys.LOOKUP_TEXT] = "hart"
    screen.selectbox[1].set_value("In the last 30 days")
    screen.run()
    (box,) = given(screen)["desk_lookup"]
    assert [hit["id"] for hit in box["hits"]] == [str(lately)]


def open_as_the_tester(clinic: Clinic, patient_id: UUID) -> None:
    """Open a record as whoever is signed in to the screen."""
    with clinic.store.reading() as cursor:
        (person_id,) = cursor.execute("SELECT person_id FROM person").fetchone() or ("",)
    actor = Actor(person_id, "tester", "Test Person", frozenset({Role.STAFF}))
    records.open_record(clinic, actor, patient_id, as_of=clock.today())


def test_records_opened_before_are_listed(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    assert given(screen)["desk_lookup"][0]["hits"] == []
    open_as_the_tester(clinic, patient_id)
    screen.run()
    (box,) = given(screen)["desk_lookup"]
    assert box["label"] == "Opened recently"
    assert [(hit["id"], hit["why"]) for hit in box["hits"]] == [(str(patient_id), "")]


def test_home_lists_the_records_opened_last_with_what_identifies_them(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic, deceased_on=date(2026, 1, 2))
    screen = open_page("home", Role.STAFF)
    open_as_the_tester(clinic, patient_id)
    screen.run()
    ((link, seen, _),) = blocks(screen)[-1]["rows"]
    assert (link["text"], link["href"]) == ("HART, Anna (Ms)", f"/patient?id={patient_id}")
    assert link["note"].startswith("Born 06-Aug-1985 · Female · J")
    assert [mark["word"] for mark in link["marks"]] == ["Deceased 02-Jan-2026"]
    assert seen == "Not seen yet"


def test_choosing_a_result_opens_its_record(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    screen.session_state[Keys.LOOKUP_BOX] = {"text": "hart", "open": str(patient_id)}
    screen.run()
    assert given(screen)["desk_banner"][0]["name"] == "HART, Anna (Ms)"
    assert screen.query_params["id"] == str(patient_id)
    assert screen.session_state[Keys.LOOKUP_TEXT] == "hart"


@pytest.mark.parametrize("said", [{"text": 7, "open": "7"}, {"text": None, "open": ["x"]}])
def test_what_no_browser_of_ours_would_send_changes_nothing(
    open_page: OpenPage, clinic: Clinic, said: dict[str, object]
) -> None:
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    screen.session_state[Keys.LOOKUP_BOX] = said
    screen.run()
    assert given(screen)["desk_lookup"][0]["query"] == ""


def test_the_lookup_shows_how_far_the_list_has_been_read(
    open_page: OpenPage, clinic: Clinic
) -> None:
    assert not clinic.search.is_ready
    screen = open_page("patients", Role.STAFF)
    assert not screen.exception
    assert "desk_lookup" not in given(screen)
    clinic.search.wait_ready()
    screen.run()
    assert given(screen)["desk_lookup"]


def test_a_store_that_fails_is_said_on_the_screen(open_page: OpenPage, clinic: Clinic) -> None:
    clinic.search.wait_ready()
    screen = open_page("patients", Role.STAFF)
    clinic.store.transact(lambda unit: unit.cursor.execute("DROP TABLE recent_record"))
    screen.run()
    assert not screen.exception
    assert len(screen.error) == 1


def test_follow_ups_step_through_their_pages(open_page: OpenPage, clinic: Clinic) -> None:
    due(clinic, follow_ups.PAGE + 1)
    screen = open_page("follow-ups", Role.STAFF)
    (table,) = blocks(screen)
    assert len(table["rows"]) == follow_ups.PAGE
    assert table["rows"][0][4]["word"] == "1 day late"
    later = next(button for button in screen.button if button.label == "Later due")
    later.click().run()
    assert not screen.exception
    assert len(blocks(screen)[0]["rows"]) == 1
    assert next(button for button in screen.button if button.label == "Later due").disabled


def test_no_follow_up_says_what_will_be_here(open_page: OpenPage) -> None:
    (table,) = blocks(open_page("follow-ups", Role.STAFF))
    assert table["rows"] == []
    assert table["empty"].startswith("Nobody is due")

"""Consent across the clinic, without a browser: figures, lists, asking, an owner's figures."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.domain.consent import State
from lib.services.clinic import Clinic
from lib.services.consent import overview_lists
from lib.services.consent.overview_lists import Choice, Page
from lib.store import consent_tasks
from lib.store.consent_overview import Listed
from lib.ui import clock
from lib.ui.components.patient_picks import _chosen
from lib.ui.consent import overview_list
from lib.ui.keys import Keys
from tests.consents import EDUCATION, SOCIAL_MEDIA, add_version, give, withdraw
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import NOW, TODAY, add_patient

OPEN = {"purpose": "education", "state": "active"}


@pytest.fixture
def patients(running_clinic: Clinic, staff: Actor) -> list[UUID]:
    """Add three patients: one agreed, one agreed long ago, one took it back."""
    now = clock.now()
    form = add_version(running_clinic)
    found = [add_patient(running_clinic) for _ in range(3)]
    give(running_clinic, staff, found[0], form, received_at=now - timedelta(days=1), now=now)
    give(running_clinic, staff, found[1], form, received_at=now - timedelta(days=720), now=now)
    withdraw(running_clinic, staff, found[2], received_at=now - timedelta(hours=1), now=now)
    return found


def matrix(screen: AppTest) -> dict[str, list[str]]:
    (data,) = given(screen)["desk_consent_matrix"]
    return {row["name"]: [one["text"] for one in row["figures"]] for row in data["rows"]}


def picks(screen: AppTest) -> dict[str, Any]:
    (data,) = given(screen)["desk_patient_picks"]
    return dict(data)


@pytest.mark.usefixtures("patients")
def test_every_purpose_has_its_row_and_the_figures_are_those_of_the_rule(
    open_page: OpenPage,
) -> None:
    screen = open_page("consent-overview", Role.COMPLIANCE)
    assert not screen.exception
    shown = matrix(screen)
    # Active, superseded, expired, refused, withdrawn, not asked; what runs out in 30, 60, 90 days.
    assert shown["Use for education"] == ["2", "0", "0", "0", "1", "0", "1", "1", "1"]
    assert shown["Treatment"] == ["0", "0", "0", "0", "0", "3", "no end", "no end", "no end"]
    assert shown["Keeping in touch"] == [""] * 9
    assert shown["Text message"][5] == "3"
    assert "desk_patient_picks" not in given(screen)


def test_a_figure_opens_its_list_and_each_row_leads_to_the_patients_consent(
    open_page: OpenPage, patients: list[UUID]
) -> None:
    screen = open_page("consent-overview", Role.COMPLIANCE, query={**OPEN, "within": "30"})
    assert not screen.exception
    data = picks(screen)
    assert [row["href"] for row in data["rows"]] == [f"/consent?id={patients[1]}"]
    assert data["act"] == overview_list.ACT
    whole = open_page("consent-overview", Role.COMPLIANCE, query=OPEN)
    # What is active and not about to end needs no question.
    assert picks(whole)["act"] == ""
    assert len(picks(whole)["rows"]) == 2


@pytest.mark.usefixtures("patients")
@pytest.mark.parametrize(
    "query",
    [
        {"purpose": "education", "state": "nonsense"},
        {"purpose": "elsewhere", "state": "active"},
        {"purpose": "education", "state": "active", "channel": "pigeon"},
        {"purpose": "education", "state": "refused", "within": "30"},
        {"purpose": "education", "state": "active", "within": "31"},
        {"seen": "nobody", "booked": "8", "since": "yesterday"},
    ],
)
def test_an_address_that_means_nothing_opens_no_list(
    open_page: OpenPage, query: dict[str, str]
) -> None:
    screen = open_page("consent-overview", Role.COMPLIANCE, query=query)
    assert not screen.exception
    assert "desk_patient_picks" not in given(screen)
    assert matrix(screen)["Use for education"][0] == "2"


@pytest.mark.usefixtures("patients")
def test_filters_are_kept_in_the_address(open_page: OpenPage) -> None:
    screen = open_page("consent-overview", Role.COMPLIANCE)
    screen.selectbox(key=Keys.CONSENT_BOOKED).select("14").run()
    assert screen.query_params["booked"] == "14"
    assert matrix(screen)["Use for education"] == ["0"] * 9
    screen.selectbox(key=Keys.CONSENT_BOOKED).select("").run()
    assert "booked" not in screen.query_params


def test_the_rest_of_a_list_can_be_asked_and_taken_back(
    open_page: OpenPage, running_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = [add_patient(running_clinic) for _ in range(3)]
    monkeypatch.setattr(overview_list, "PAGE", 2)
    monkeypatch.setattr(overview_lists, "PAGE", 2)
    query = {"purpose": "education", "state": "not asked"}
    screen = open_page("consent-overview", Role.COMPLIANCE, query=query)
    next(one for one in screen.button if one.label == "Ask all 3").click().run()
    words = r":material/check: 3 patients are to be asked at the next visit\."
    assert words in [one.value for one in screen.markdown]
    with running_clinic.store.reading() as cursor:
        assert consent_tasks.list_asking(cursor, patients, EDUCATION) == set(patients)
    screen.button(key="asked_undo").click().run()
    with running_clinic.store.reading() as cursor:
        assert consent_tasks.list_asking(cursor, patients, EDUCATION) == set()
    assert not screen.exception


@pytest.mark.usefixtures("patients")
def test_a_list_can_be_fetched_by_whoever_may(open_page: OpenPage) -> None:
    screen = open_page("consent-overview", Role.COMPLIANCE, query=OPEN)
    next(one for one in screen.button if one.label.startswith("Make a list")).click().run()
    assert not screen.exception
    (link,) = [one.proto for one in screen.get("link_button")]
    assert link.url.startswith("/downloads/")


@pytest.mark.usefixtures("patients")
def test_an_owner_sees_rounded_figures_of_a_months_end_and_nobody(open_page: OpenPage) -> None:
    screen = open_page("consent-overview", Role.OWNER, query=OPEN)
    assert not screen.exception
    (data,) = given(screen)["desk_consent_matrix"]
    figures = [one for row in data["rows"] for one in row["figures"]]
    assert {one["text"] for one in figures} <= {"<10", ""}
    assert {one["href"] for one in figures} == {""}
    assert not screen.selectbox
    assert "desk_patient_picks" not in given(screen)


@pytest.mark.usefixtures("patients")
def test_staff_are_turned_away(open_page: OpenPage) -> None:
    screen = open_page("consent-overview", Role.STAFF)
    assert screen.title[0].value == "Not permitted"


def test_what_a_new_wording_overtook_is_told_with_its_form_and_day(
    open_page: OpenPage, running_clinic: Clinic, staff: Actor
) -> None:
    now = clock.now()
    first = add_version(running_clinic)
    patient_id = add_patient(running_clinic)
    give(running_clinic, staff, patient_id, first, SOCIAL_MEDIA, now - timedelta(days=9), now=now)
    with running_clinic.store.reading() as cursor:
        (form_id,) = cursor.execute("SELECT form_id FROM consent_form").fetchall()[0]
    day = clock.today() - timedelta(days=2)
    add_version(running_clinic, day, form_id=form_id, number=2)
    screen = open_page("consent-overview", Role.COMPLIANCE)
    (table,) = [one for one in blocks(screen) if one["title"].startswith("Overtaken")]
    ((_, asked, version, _, count),) = table["rows"]
    assert (asked, version, count["text"]) == ("Use on social media", "Version 2", "1")
    assert "state=superseded" in count["href"]


@pytest.mark.parametrize(
    ("state", "columns"),
    [
        (State.ACTIVE, ("Given", "Runs out")),
        (State.EXPIRED, ("Given", "Ran out")),
        (State.WITHDRAWN, ("Withdrawn",)),
        (State.REFUSED, ("Refused",)),
        (State.NOT_ASKED, ()),
    ],
)
def test_a_list_has_the_columns_that_its_state_has(state: State, columns: tuple[str, ...]) -> None:
    row = Listed(UUID(int=1), "J00001X", None, "Ann", "Doe", "female", None, None, None)
    page = Page(Choice(EDUCATION, state), (row,), 1, 0, 24)
    shown = overview_list.picks(page, "Use for education", TODAY, may_ask=True)
    assert shown.columns == (*columns, "Last seen", "Next visit", "Asking")
    assert len(shown.rows[0].cells) == len(shown.columns)


@pytest.mark.parametrize("value", [None, 7, "{", '{"a": 1}', "[1, 2]", json.dumps([NOW.year])])
def test_what_a_browser_makes_up_chooses_nobody(value: object) -> None:
    assert _chosen(value) == []

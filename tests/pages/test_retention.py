"""Retention without a browser: the day's figures, what opens which list, who sees nobody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain import retention_settings as rules
from lib.domain.access import Role
from lib.domain.retention import Setting
from lib.domain.retention_settings import Chosen
from lib.services.clinic import Clinic
from lib.services.retention import settings
from lib.services.retention.settings import Change
from lib.ui import clock
from lib.ui.keys import Keys
from tests.conftest import actor_with
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.records import add_patient, add_stock, add_treatment, write

LINK = "/record-retention?id={}"
YEAR = timedelta(days=366)


@pytest.fixture
def patients(running_clinic: Clinic) -> list[UUID]:
    """Add patients treated nine, eight and one year ago, and one with no date at all."""
    stock = add_stock(running_clinic)
    found = [add_patient(running_clinic) for _ in range(4)]
    for patient_id, years in zip(found, (9, 8, 1), strict=False):
        add_treatment(running_clinic, patient_id, stock, clock.today() - years * YEAR)
    return found


def cards(screen: AppTest) -> dict[str, str]:
    """Return the figures of the cards by their titles, without the month's."""
    return {
        card["title"]: card["number"]
        for block in blocks(screen)
        if block["kind"] == "cards"
        for card in block["cards"]
    }


def listed(screen: AppTest) -> list[dict[str, Any]]:
    """Return the links of the first column of the list that is open."""
    return [
        row[0]
        for block in blocks(screen)
        if block["kind"] == "table" and block["columns"][0]["label"] == "Patient"
        for row in block["rows"]
    ]


@pytest.mark.usefixtures("patients")
def test_the_day_s_figures_are_those_of_the_rule(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    assert not screen.exception
    shown = cards(screen)
    assert shown["Due for disposal"] == "2"
    assert shown["Kept until their date"] == "1"
    assert shown["Without a date"] == "1"
    assert shown["Past their date, held back"] == "0"
    assert listed(screen) == []


def test_a_figure_opens_its_list_the_longest_due_first(
    open_page: OpenPage, patients: list[UUID]
) -> None:
    screen = open_page("retention", Role.COMPLIANCE, query={"state": "DISPOSE_DUE"})
    assert not screen.exception
    assert [row["href"] for row in listed(screen)] == [LINK.format(key) for key in patients[:2]]


def place_restriction(clinic: Clinic, patient_id: UUID) -> None:
    write(
        clinic,
        "restriction",
        restriction_id=uuid7s.uuid7(),
        patient_id=patient_id,
        reason="contested",
        placed_at=clock.now(),
    )


def tables(screen: AppTest, first: str) -> list[dict[str, Any]]:
    """Return the tables whose first column is called so."""
    return [
        block
        for block in blocks(screen)
        if block["kind"] == "table" and block["columns"][0]["label"] == first
    ]


def test_of_a_restricted_record_only_the_reference_is_listed(
    open_page: OpenPage, running_clinic: Clinic, patients: list[UUID]
) -> None:
    place_restriction(running_clinic, patients[0])
    screen = open_page("retention", Role.COMPLIANCE, query={"state": "BLOCKED"})
    (table,) = tables(screen, "Patient")
    ((name, _, pictures, why),) = table["rows"]
    assert name["text"].startswith("J0000")
    assert name["marks"][0]["word"] == "Restricted"
    assert (pictures, why) == ("", "")


def test_the_table_beside_the_chart_says_what_the_bars_say(
    open_page: OpenPage, patients: list[UUID]
) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    years, months = tables(screen, "When")[:2]
    ends_on = clock.today() - YEAR
    year = str(ends_on.year + 7)
    (row,) = (row for row in years["rows"] if row[0] and row[0] != "Later" and year in str(row[0]))
    assert row[1]["text"] == "1"
    assert row[1]["href"] == f"/retention?state=RETAIN&then=DISPOSE_DUE&year={year}"
    assert len(months["rows"]) == 84
    query = {"state": "RETAIN", "then": "DISPOSE_DUE", "year": year}
    opened = open_page("retention", Role.COMPLIANCE, query=query)
    assert [one["href"] for one in listed(opened)] == [LINK.format(patients[2])]
    assert opened.subheader[0].value == f"Reach their date in {year}"


@pytest.mark.usefixtures("patients")
def test_an_owner_sees_numbers_and_no_way_to_a_patient(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.OWNER, query={"state": "DISPOSE_DUE"})
    assert not screen.exception
    assert cards(screen)["Due for disposal"] == "2"
    assert listed(screen) == []
    assert {
        card["href"]
        for block in blocks(screen)
        if block["kind"] == "cards"
        for card in block["cards"]
    } == {""}
    cells = [cell for table in tables(screen, "When") for row in table["rows"] for cell in row]
    assert all(isinstance(cell, str) for cell in cells)
    assert "Review what is due" not in [one.label for one in screen.button]


@pytest.mark.usefixtures("patients")
@pytest.mark.parametrize(
    "query",
    [
        {"on": "yesterday", "state": "nonsense", "why": "because", "minors": "maybe"},
        {"on": "0001-01-01", "month": "13", "year": "year", "state": ""},
        {"on": "9999-12-31"},
    ],
)
def test_an_address_that_means_nothing_opens_the_page_of_today(
    open_page: OpenPage, query: dict[str, str]
) -> None:
    screen = open_page("retention", Role.COMPLIANCE, query=query)
    assert not screen.exception
    assert cards(screen)["Due for disposal"] == "2"
    assert listed(screen) == []


@pytest.mark.usefixtures("patients")
def test_any_day_can_be_looked_at_and_the_address_keeps_it(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    screen.date_input(key=Keys.RETENTION_ON).set_value(clock.today() + 7 * YEAR).run()
    assert cards(screen)["Due for disposal"] == "3"
    assert "on" in screen.query_params
    screen.selectbox(key=Keys.RETENTION_WHY).select("ENQUIRY").run()
    assert cards(screen)["Due for disposal"] == "0"
    screen.selectbox(key=Keys.RETENTION_WHY).select("").run()
    screen.checkbox(key=Keys.RETENTION_MINORS).check().run()
    assert cards(screen)["Due for disposal"] == "0"
    screen.checkbox(key=Keys.RETENTION_MINORS).uncheck().run()
    next(one for one in screen.button if one.label == "Back to today").click().run()
    assert cards(screen)["Due for disposal"] == "2"
    assert not screen.exception
    assert dict(screen.query_params) == {}


@pytest.mark.usefixtures("patients")
def test_a_list_can_be_fetched(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE, query={"state": "DISPOSE_DUE"})
    next(one for one in screen.button if one.label.startswith("Make a list")).click().run()
    assert not screen.exception
    (link,) = [one.proto for one in screen.get("link_button")]
    assert link.url.startswith("/downloads/")


@pytest.mark.usefixtures("patients")
def test_a_bar_s_measure_can_be_chosen(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    for measure in ("pictures", "bytes"):
        screen.session_state[Keys.RETENTION_MEASURE] = measure
        screen.run()
        assert not screen.exception


def field(screen: AppTest, label: str) -> Any:  # noqa: ANN401 - a widget of AppTest
    return next(one for one in screen.text_input if one.label == label)


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


@pytest.mark.usefixtures("patients")
def test_settings_are_saved_only_after_what_they_would_move_was_shown(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    screen = open_page("retention-settings", Role.OWNER)
    assert "Save these settings" not in [one.label for one in screen.button]
    field(screen, "Years after the last treatment (C1)").set_value("0").run()
    assert "Show what this would move" not in [one.label for one in screen.button]
    field(screen, "Years after the last treatment (C1)").set_value("5").run()
    (notices,) = (one for one in blocks(screen) if one["kind"] == "notices")
    assert "7 years" in notices["notices"][0]["title"]
    press(screen, "Show what this would move")
    (states,) = tables(screen, "State today")
    assert {row[0]["word"]: row[1:] for row in states["rows"]}["Due"] == ["2", "2", "0"]
    # Another number: what was shown is not what would be saved.
    field(screen, "Years after the last treatment (C1)").set_value("9").run()
    assert "Save these settings" not in [one.label for one in screen.button]
    press(screen, "Show what this would move")
    (states,) = tables(screen, "State today")
    assert {row[0]["word"]: row[1:] for row in states["rows"]}["Due"] == [
        "2", "1", "\N{MINUS SIGN}1",
    ]  # fmt: skip
    # Without a reason nothing is saved.
    press(screen, "Save these settings")
    with running_clinic.store.reading() as cursor:
        assert settings.current(cursor).version == 0
    screen.text_area[0].set_value("The notice says nine").run()
    press(screen, "Save these settings")
    assert not screen.exception
    with running_clinic.store.reading() as cursor:
        assert settings.current(cursor).setting.years == 9
    (versions,) = (one for one in blocks(screen) if one["kind"] == "entries")
    assert [(one["title"], one["said"]) for one in versions["entries"]] == [
        ("Version 1", "The notice says nine")
    ]


def test_two_people_who_change_settings_at_once_are_told(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    screen = open_page("retention-settings", Role.COMPLIANCE)
    field(screen, "Months after an enquiry (C2)").set_value("12").run()
    press(screen, "Show what this would move")
    typed = {**rules.typed_of(Chosen(Setting(years=9))), "reason": "sooner"}
    change = Change(uuid7s.uuid7(), 0, typed)
    settings.change(running_clinic, actor_with(Role.OWNER), change, now=clock.now())
    screen.text_area[0].set_value("a reason").run()
    press(screen, "Save these settings")
    assert [one.value for one in screen.error] == [settings.STALE]

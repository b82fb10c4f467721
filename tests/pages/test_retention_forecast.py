"""The forecast on the retention page: numbers for an owner too, settings tried, nothing saved."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.services.retention import forecasting
from lib.ui import clock
from lib.ui.keys import Keys
from lib.ui.retention import forecast_section, what_if
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.records import add_patient, add_stock, add_treatment

YEAR = timedelta(days=366)


@pytest.fixture(autouse=True)
def patients(running_clinic: Clinic) -> None:
    """Add patients treated six and five years ago, and one lately."""
    stock = add_stock(running_clinic)
    for years in (6, 5, 1):
        add_treatment(
            running_clinic, add_patient(running_clinic), stock, clock.today() - years * YEAR
        )
    forecasting.forget()


@pytest.fixture(autouse=True)
def patient_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let screens wait for the forecast: there is nobody to look a second later."""
    monkeypatch.setattr(forecasting.forecast, "__kwdefaults__", {"setting": None, "patience": 60})
    monkeypatch.setattr(what_if, "PATIENCE_SECONDS", 60)


def table(screen: AppTest, heading: str) -> list[list[str]]:
    """Return the rows of the table whose second column is headed so."""
    found = [
        block
        for block in blocks(screen)
        if block["kind"] == "table" and block["columns"][1]["label"] == heading
    ]
    return [list(row) for row in found[0]["rows"]]


def test_an_owner_sees_both_figures_and_how_the_estimate_was_tried(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.OWNER)
    assert not screen.exception
    said = " ".join(one.value for one in screen.markdown)
    assert "In seven years **3** records expire if nobody returns." in said
    assert "about **3** are expected to (3 to 3)" in said
    assert "so the estimate could not be tried on them" in said
    years = table(screen, "If nobody returns")
    assert sum(int(row[1]) for row in years) == 3
    assert what_if.SAME in {one.value for one in screen.caption}


def test_other_settings_are_put_beside_those_that_hold(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    screen.slider(key=Keys.RETENTION_IF_YEARS).set_value(5).run()
    assert not screen.exception
    rows = {row[0]: row[1:] for row in table(screen, "Settings now")}
    assert rows["Kept for"] == ["7 years, enquiries 24 months", "5 years, enquiries 24 months"]
    assert rows["May go today"] == ["0", "2"]
    assert rows["If nobody returns"] == ["3", "1"]


def test_pictures_and_a_close_up_can_be_asked_for(open_page: OpenPage) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    screen.session_state[Keys.RETENTION_FORECAST] = "pictures"
    screen.session_state[Keys.RETENTION_NEAR] = True
    screen.run()
    assert not screen.exception
    assert [row[1] for row in table(screen, "If nobody returns")] == ["0"] * 8


def test_a_forecast_does_not_begin_on_a_day_to_come(open_page: OpenPage) -> None:
    day = clock.today() + timedelta(days=40)
    screen = open_page("retention", Role.COMPLIANCE, query={"on": day.isoformat()})
    assert not screen.exception
    assert forecast_section.TO_COME in {one.value for one in screen.caption}


def test_what_takes_long_is_said_to_be_worked_out(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting.forecast, "__kwdefaults__", {"setting": None, "patience": 0})
    screen = open_page("retention", Role.COMPLIANCE)
    assert not screen.exception
    found = [one.value for one in screen.caption]
    assert any(forecast_section.WORKING in one for one in found) or screen.slider

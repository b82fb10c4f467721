"""Retention without a browser: the day's figures, what opens which list, who sees nobody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.ui import clock
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.records import add_patient, add_stock, add_treatment

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


def test_the_day_s_figures_are_those_of_the_rule(open_page: OpenPage, patients: list[UUID]) -> None:
    screen = open_page("retention", Role.COMPLIANCE)
    assert not screen.exception
    shown = cards(screen)
    assert shown["Due for disposal"] == "2"
    assert shown["Kept until their date"] == "1"
    assert shown["Without a date"] == "1"
    assert shown["Past their date, held back"] == "0"
    assert listed(screen) == []
    assert len(patients) == 4


def test_a_figure_opens_its_list_the_longest_due_first(
    open_page: OpenPage, patients: list[UUID]
) -> None:
    screen = open_page("retention", Role.COMPLIANCE, query={"state": "DISPOSE_DUE"})
    assert not screen.exception
    assert [row["href"] for row in listed(screen)] == [f"/patient?id={key}" for key in patients[:2]]

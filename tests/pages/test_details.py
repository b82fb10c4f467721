"""The details' screen: a change is a version, contacts are added, readers only read."""

from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from tests.pages.conftest import OpenPage
from tests.pages.test_history import press, problems, type_in
from tests.records import add_patient


@pytest.fixture
def patient_id(running_clinic: Clinic) -> UUID:
    """Return a patient without contacts."""
    return add_patient(running_clinic)


def opened(open_page: OpenPage, patient_id: UUID, role: Role = Role.STAFF) -> AppTest:
    return open_page("patient-details", role, query={"id": str(patient_id)})


def rows(clinic: Clinic, sql: str) -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(sql).fetchall()


def test_a_changed_name_is_saved_with_the_old_one_kept(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = opened(open_page, patient_id)
    type_in(screen, "Family name", "Okafor")
    press(screen, "Save these details")
    assert not screen.exception
    assert rows(running_clinic, "SELECT family_name, version FROM patient") == [("Okafor", 2)]
    assert rows(running_clinic, "SELECT family_name FROM patient_name") == [("Hart",)]
    assert rows(running_clinic, "SELECT family_name FROM patient_version") == [("Hart",)]
    assert rows(running_clinic, "SELECT count(*) FROM draft") == [(0,)]
    assert [one.value for one in screen.text_input if one.label == "Family name"] == ["Okafor"]


def test_a_fault_is_said_at_its_field_and_nothing_is_saved(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = opened(open_page, patient_id)
    type_in(screen, "Date of birth", "30/02/1985")
    press(screen, "Save these details")
    assert ["not a date that exists" in one for one in problems(screen)] == [True]
    assert rows(running_clinic, "SELECT version FROM patient") == [(1,)]


def test_saving_without_a_change_says_so(open_page: OpenPage, patient_id: UUID) -> None:
    screen = press(opened(open_page, patient_id), "Save these details")
    assert ["Nothing was changed" in one for one in problems(screen)] == [True]


def test_a_phone_is_added(open_page: OpenPage, running_clinic: Clinic, patient_id: UUID) -> None:
    screen = opened(open_page, patient_id)
    press(screen, "Add this phone")
    assert ["Nothing was typed" in one for one in problems(screen)] == [True]
    type_in(screen, "Number", "07700 900123")
    press(screen, "Add this phone")
    assert rows(running_clinic, "SELECT number, is_preferred FROM patient_phone") == [
        ("+447700900123", True)
    ]


def test_what_a_patient_says_of_messages_is_one_click(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = opened(open_page, patient_id)
    next(one for one in screen.button if one.key == "channel_email_Declines").click().run()
    said = "SELECT channel, is_accepted FROM contact_preference"
    assert rows(running_clinic, said) == [("email", False)]


def test_who_may_only_read_changes_nothing(open_page: OpenPage, patient_id: UUID) -> None:
    screen = opened(open_page, patient_id, Role.COMPLIANCE)
    assert not screen.exception
    assert not [one for one in screen.button if one.label.startswith(("Save", "Add"))]

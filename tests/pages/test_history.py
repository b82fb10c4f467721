"""The history's screen: adding one after the other, correcting, and who may only read."""

from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.ui.history_form import Panel
from lib.ui.keys import Keys
from tests.pages.conftest import OpenPage
from tests.records import add_history, add_patient, restrict


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def type_in(screen: AppTest, label: str, value: str) -> AppTest:
    fields = (*screen.text_input, *screen.text_area)
    return next(one for one in fields if one.label == label).set_value(value).run()


def problems(screen: AppTest) -> list[str]:
    return [one.proto.body for one in screen.get("html") if "desk-problem" in one.proto.body]


def stored(clinic: Clinic) -> list[tuple[int, str, str, str | None]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(
            "SELECT version, name, status, correction_reason FROM history_entry "
            "ORDER BY series_id, version"
        ).fetchall()


@pytest.fixture
def patient_id(running_clinic: Clinic) -> UUID:
    """Return a patient with one allergy."""
    patient_id = add_patient(running_clinic)
    add_history(running_clinic, patient_id, "allergy", "Latex")
    return patient_id


def test_staff_add_and_compliance_only_read(open_page: OpenPage, patient_id: UUID) -> None:
    query = {"id": str(patient_id)}
    for role, may in ((Role.STAFF, True), (Role.COMPLIANCE, False)):
        screen = open_page("medical-history", role, query=query)
        labels = [one.label for one in screen.button]
        assert not screen.exception
        assert ("Add to the history" in labels) is may
        assert ("Asked today: nothing has changed" in labels) is may


def test_no_known_allergies_is_one_click(open_page: OpenPage, running_clinic: Clinic) -> None:
    query = {"id": str(add_patient(running_clinic))}
    screen = open_page("medical-history", Role.STAFF, query=query)
    press(screen, "No known allergies")
    assert stored(running_clinic) == [(1, "No known allergies", "active", None)]


def test_an_entry_needs_a_name_and_says_so_at_the_field(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    # AppTest cannot type what is not in the list, and the list is what ten patients have.
    for _ in range(10):
        add_history(running_clinic, add_patient(running_clinic), "allergy", "Nickel")
    screen = open_page("medical-history", Role.STAFF, query={"id": str(patient_id)})
    press(screen, "Add to the history")
    assert ["Say what it is" in one for one in problems(screen)] == [True]
    next(one for one in screen.selectbox if one.label == "What").set_value("Nickel").run()
    press(screen, "Add to the history")
    assert len([name for _, name, *_ in stored(running_clinic) if name == "Nickel"]) == 11


def correcting(open_page: OpenPage, clinic: Clinic, patient_id: UUID, word: str) -> AppTest:
    with clinic.store.reading() as cursor:
        series = cursor.execute("SELECT series_id FROM history_entry").fetchall()[0][0]
    screen = open_page("medical-history", Role.STAFF, query={"id": str(patient_id)})
    screen.session_state[Keys.HISTORY_OPEN] = Panel(patient_id, word, series)
    return screen.run()


def test_a_correction_asks_why_and_keeps_the_old_version(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = correcting(open_page, running_clinic, patient_id, "correct")
    type_in(screen, "What", "Latex and rubber")
    press(screen, "Save the correction")
    assert ["Say why" in one for one in problems(screen)] == [True]
    type_in(screen, "Why it is corrected", "Asked again")
    press(screen, "Save the correction")
    assert stored(running_clinic) == [
        (1, "Latex", "active", None),
        (2, "Latex and rubber", "active", "Asked again"),
    ]


def test_an_entry_in_error_is_marked_with_its_reason(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = correcting(open_page, running_clinic, patient_id, "error")
    type_in(screen, "Why it is corrected", "Belongs to another patient")
    press(screen, "Save the correction")
    assert stored(running_clinic)[1] == (
        2, "Latex", "entered_in_error", "Belongs to another patient",
    )  # fmt: skip


def test_a_review_is_one_click(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    screen = open_page("medical-history", Role.STAFF, query={"id": str(patient_id)})
    press(screen, "Asked today: nothing has changed")
    with running_clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM history_review").fetchall() == [(1,)]


def test_versions_can_be_compared(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    with running_clinic.store.reading() as cursor:
        series = cursor.execute("SELECT series_id FROM history_entry").fetchall()[0][0]
    add_history(running_clinic, patient_id, "allergy", "Latex gloves", series_id=series, version=2)
    screen = correcting(open_page, running_clinic, patient_id, "versions")
    assert not screen.exception
    assert [one.value for one in screen.selectbox if one.label in {"From", "To"}] == [1, 2]


def test_a_restricted_record_asks_for_its_ground_here_too(
    open_page: OpenPage, running_clinic: Clinic, patient_id: UUID
) -> None:
    restrict(running_clinic, patient_id)
    for page in ("medical-history", "patient-details"):
        screen = open_page(page, Role.STAFF, query={"id": str(patient_id)})
        assert [one.value for one in screen.title] == ["This record is restricted"]

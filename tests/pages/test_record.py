"""The record's screen, without a browser."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.restriction import Ground
from lib.services import records
from lib.services.clinic import Clinic
from lib.ui import clock
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import (
    EVIL_FAMILY,
    EVIL_GIVEN,
    EVIL_PREFERRED,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)


def view(open_page: OpenPage, patient_id: object, role: Role = Role.STAFF) -> AppTest:
    return open_page("patient", role, query={"id": str(patient_id)})


def test_the_banner_says_who_it_is_on_the_record(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    screen = view(open_page, patient_id)
    assert not screen.exception
    (banner,) = given(screen)["desk_banner"]
    assert banner["name"] == "HART, Anna (Ms)"
    assert ("record viewed", "done", str(patient_id), None, "{}") in audit_lines(clinic)


def test_a_name_that_looks_like_code_reaches_the_component_as_data_alone(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(
        clinic,
        family_name=EVIL_FAMILY,
        given_names=EVIL_GIVEN,
        preferred_name=EVIL_PREFERRED,
        note=EVIL_FAMILY,
    )
    screen = view(open_page, patient_id)
    (banner,) = given(screen)["desk_banner"]
    assert banner["preferred"]["value"] == EVIL_PREFERRED
    through_markdown = [element.value for element in (*screen.markdown, *screen.title)]
    assert not any("evil" in text or "script" in text for text in through_markdown)


@pytest.mark.parametrize("address", ["", "nonsense", "01a20000-0000-7000-8000-00000000dead"])
def test_an_address_without_a_record_says_so(open_page: OpenPage, address: str) -> None:
    screen = view(open_page, address)
    assert not screen.exception
    assert [title.value for title in screen.title] == ["Not found"]


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMINISTRATOR])
def test_whoever_may_not_learns_nothing(open_page: OpenPage, clinic: Clinic, role: Role) -> None:
    patient_id = add_patient(clinic)
    screen = view(open_page, patient_id, role)
    assert given(screen) == {}
    assert "record viewed" not in {line[0] for line in audit_lines(clinic)}


def test_a_restricted_record_opens_on_the_ground_that_was_chosen(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    screen = view(open_page, patient_id)
    assert [title.value for title in screen.title] == ["This record is restricted"]
    assert "desk_banner" not in given(screen)
    screen.radio[0].set_value(Ground.LEGAL_CLAIMS)
    opener = next(button for button in screen.button if button.label.startswith("Open the record"))
    opener.click()
    screen.run()
    assert not screen.exception
    assert given(screen)["desk_banner"]
    grounds = [line[3] for line in audit_lines(clinic) if line[0] == "record viewed"]
    assert grounds == ["legal claims"]


def test_no_ground_chosen_is_asked_for_again(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    screen = view(open_page, patient_id)
    opener = next(button for button in screen.button if button.label.startswith("Open the record"))
    opener.click().run()
    assert [error.value for error in screen.error] == ["Choose the ground first."]
    assert "record viewed" not in {line[0] for line in audit_lines(clinic)}


def test_earlier_treatments_come_when_asked_for(open_page: OpenPage, clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    count = records.TREATMENTS_PAGE + 2
    for days in range(count):
        add_treatment(clinic, patient_id, stock, clock.today() - timedelta(days=days))
    screen = view(open_page, patient_id)
    assert shown(screen) == (records.TREATMENTS_PAGE, f"{records.TREATMENTS_PAGE} of {count}")
    more = next(one for one in screen.button if one.label == "Show earlier treatments")
    more.click().run()
    assert not screen.exception
    assert shown(screen) == (count, str(count))
    assert all(one.label != "Show earlier treatments" for one in screen.button)


def shown(screen: AppTest) -> tuple[int, str]:
    """Return how many treatments are drawn, and what their heading says of it."""
    (found,) = [block for block in blocks(screen) if block["title"] == "Treatments"]
    return len(found["entries"]), found["count"]

"""The guided camera's screen, without a browser and without a camera."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from tests.media_items import add_item
from tests.pages.components import given
from tests.pages.conftest import OpenPage
from tests.records import (
    TODAY,
    Stock,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)


@pytest.fixture
def stock(running_clinic: Clinic) -> Stock:
    """Return the test stock: a toxin with one lot, and a serum."""
    return add_stock(running_clinic)


def scene(screen: AppTest) -> dict[str, Any]:
    assert not screen.exception
    (data,) = given(screen)["desk_camera"]
    return dict(data)


def shots(data: dict[str, Any], stage: str) -> list[dict[str, Any]]:
    return next(one["shots"] for one in data["stages"] if one["stage"] == stage)


def test_the_camera_is_given_the_views_of_the_treatments_protocol(
    open_page: OpenPage, running_clinic: Clinic, stock: Stock
) -> None:
    patient_id = add_patient(running_clinic)
    treatment_id = add_treatment(running_clinic, patient_id, stock, TODAY)
    said = {"treatment_series_id": treatment_id, "stage": "before", "expression": "rest"}
    media_id = add_item(running_clinic, patient_id, **said)
    query = {"id": str(patient_id), "treatment": str(treatment_id)}
    data = scene(open_page("capture", Role.STAFF, query=query))
    assert data["series"] == str(treatment_id)
    assert data["protocol"] == "Protocol: Wrinkle relaxing"
    assert data["upload"] == f"/media-upload/{patient_id}"
    assert [one["words"] for one in shots(data, "before")] == [
        "front, at rest",
        "front, frown",
        "front, raised brows",
        "front, smile",
    ]
    assert [one["count"] for one in shots(data, "before")] == [1, 0, 0, 0]
    assert shots(data, "review")[0]["ghost"] == {
        "src": f"/media-store/{media_id}/preview?for=record",
        "words": "23-Nov-2026, before",
    }
    assert shots(data, "review")[1]["ghost"] is None


def test_without_a_treatment_the_pictures_are_of_none(
    open_page: OpenPage, running_clinic: Clinic, stock: Stock
) -> None:
    patient_id = add_patient(running_clinic)
    treatment_id = add_treatment(running_clinic, patient_id, stock, TODAY)
    screen = open_page("capture", Role.STAFF, query={"id": str(patient_id)})
    data = scene(screen)
    assert (data["series"], data["stage"]) == ("", "before")
    (choice,) = screen.selectbox
    choice.set_value(str(treatment_id)).run()
    assert scene(screen)["series"] == str(treatment_id)
    screen.selectbox[0].set_value("").run()
    assert scene(screen)["series"] == ""


def test_a_restricted_record_asks_for_its_ground_first(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    patient_id = add_patient(running_clinic)
    restrict(running_clinic, patient_id)
    screen = open_page("capture", Role.STAFF, query={"id": str(patient_id)})
    assert "desk_camera" not in given(screen)
    assert audit_lines(running_clinic)[-1][:2] == ("refused", "refused")


def test_compliance_takes_no_pictures(open_page: OpenPage, running_clinic: Clinic) -> None:
    query = {"id": str(add_patient(running_clinic))}
    screen = open_page("capture", Role.COMPLIANCE, query=query)
    assert [one.value for one in screen.title] == ["Not permitted"]

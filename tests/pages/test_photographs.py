"""The gallery's screens, without a browser: what is given to the component, and when nothing is."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.media import View
from lib.services.clinic import Clinic
from lib.services.media import gallery
from tests.media_items import add_item
from tests.pages.components import given
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage, sign_in_as
from tests.records import add_patient, add_stock, add_treatment, audit_lines, restrict


def opened(open_page: OpenPage, patient_id: UUID, role: Role = Role.STAFF, **query: str) -> AppTest:
    screen = open_page("photographs", role, query={"id": str(patient_id), **query})
    assert not screen.exception
    return screen


def shown(screen: AppTest) -> Any:  # noqa: ANN401 - what the component was given
    (data,) = given(screen)["desk_gallery"]
    return data


def choose(screen: AppTest, label: str, value: object) -> None:
    next(one for one in screen.selectbox if one.label == label).set_value(value)
    screen.run()


def words(screen: AppTest) -> str:
    return "\n".join(one.value for one in (*screen.markdown, *screen.caption))


def test_pictures_lie_under_their_day_and_the_look_is_in_the_trail(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    series = add_treatment(clinic, patient_id, stock, date(2026, 7, 14))
    said = {"captured_on": date(2026, 7, 14), "treatment_series_id": series}
    said["practitioner_id"] = stock.practitioner_id
    first, second = (add_item(clinic, patient_id, **said) for _ in range(2))
    older = add_item(clinic, patient_id, captured_on=date(2025, 1, 2), view="back")
    data = shown(opened(open_page, patient_id))
    assert [(one["title"], one["note"], one["count"]) for one in data["groups"]] == [
        ("14-Jul-2026", "Wrinkle relaxing · Pat Lee", 2),
        ("02-Jan-2025", "", 1),
    ]
    assert {one["id"] for one in data["tiles"]} == {str(first), str(second), str(older)}
    assert "photographs shown in a gallery" in {line[0] for line in audit_lines(clinic)}


def test_nothing_said_of_a_picture_names_the_patient(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic, family_name="Zebedee")
    add_item(clinic, patient_id)
    data = shown(opened(open_page, patient_id))
    assert data["banner"]["name"] == "ZEBEDEE, Anna (Ms)"
    assert "ebedee" not in str([data["tiles"], data["groups"], data["token"]]).lower()


def test_without_pictures_the_screen_says_how_to_begin(open_page: OpenPage, clinic: Clinic) -> None:
    screen = opened(open_page, add_patient(clinic))
    assert "No photographs yet" in words(screen)
    assert "desk_gallery" not in given(screen)


def test_another_purpose_hides_every_picture_its_filters_and_its_count(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    for view in ("front", "back"):
        add_item(clinic, patient_id, view=view)
    screen = opened(open_page, patient_id, **{"for": "social media"})
    assert "desk_gallery" not in given(screen)
    assert "View" not in [one.label for one in screen.selectbox]
    assert "2 pictures are hidden, because the use for social media was" in words(screen)


def test_the_address_narrows_and_what_it_does_not_know_is_left_alone(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    for view in ("front", "back"):
        add_item(clinic, patient_id, view=view)
    data = shown(opened(open_page, patient_id, view="back"))
    assert [one["view"] for one in data["tiles"]] == ["back"]
    data = shown(opened(open_page, patient_id, view="nonsense", page="x", treatment="1"))
    assert len(data["tiles"]) == 2


def test_a_choice_narrows_and_goes_into_the_address_unless_it_is_personal(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    for view, area in (("front", "lips"), ("back", "chin")):
        add_item(clinic, patient_id, view=view, area=area)
    screen = opened(open_page, patient_id)
    choose(screen, "View", View.FRONT)
    assert screen.query_params["view"] == "front"
    choose(screen, "Area", "chin")
    assert not screen.exception
    assert "No picture is all of this at once" in words(screen)
    assert set(screen.query_params) == {"id", "view"}
    next(one for one in screen.button if one.label == "Show all").click()
    screen.run()
    assert len(shown(screen)["tiles"]) == 2
    assert set(screen.query_params) == {"id"}


def test_sixty_are_on_a_page_and_the_address_says_which(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    for _ in range(gallery.PAGE + 1):
        add_item(clinic, patient_id)
    screen = opened(open_page, patient_id)
    assert len(shown(screen)["tiles"]) == gallery.PAGE
    next(one for one in screen.button if one.label == "Older").click()
    screen.run()
    assert len(shown(screen)["tiles"]) == 1
    assert screen.query_params["page"] == "2"
    assert len(shown(opened(open_page, patient_id, page="2"))["tiles"]) == 1


def test_what_can_be_done_depends_on_who_looks(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    add_item(clinic, patient_id)
    staff, compliance = (
        [one["value"] for one in shown(opened(open_page, patient_id, role))["acts"]]
        for role in (Role.STAFF, Role.COMPLIANCE)
    )
    assert staff == ["label", "confirm", "compare", "sheet", "remove"]
    assert compliance == ["compare", "sheet"]


def test_removed_pictures_are_by_themselves_and_can_be_put_back(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    add_item(clinic, patient_id, view="front")
    add_item(clinic, patient_id, view="back", removed_at=date(2026, 11, 1), removal_reason="Twice")
    assert [one["view"] for one in shown(opened(open_page, patient_id))["tiles"]] == ["front"]
    data = shown(opened(open_page, patient_id, removed="yes"))
    assert [one["view"] for one in data["tiles"]] == ["back"]


def test_a_restricted_record_asks_for_its_ground_before_any_picture(
    open_page: OpenPage, clinic: Clinic
) -> None:
    patient_id = add_patient(clinic)
    add_item(clinic, patient_id)
    restrict(clinic, patient_id)
    screen = opened(open_page, patient_id)
    assert [title.value for title in screen.title] == ["This record is restricted"]
    assert "desk_gallery" not in given(screen)


def test_a_patient_who_is_not_there_is_not_found(open_page: OpenPage) -> None:
    screen = opened(open_page, uuid7s.uuid7())
    assert [title.value for title in screen.title] == ["Not found"]


def test_the_clinics_pictures_are_each_under_their_patients_banner(
    open_page: OpenPage, clinic: Clinic
) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic, family_name="Roe", given_names="Ben")
    hidden = add_patient(clinic, family_name="Restricted")
    restrict(clinic, hidden)
    for patient_id, day in ((anna, 3), (ben, 2), (hidden, 1)):
        add_item(clinic, patient_id, captured_on=date(2026, 7, day))
    screen = open_page("clinic-photographs", Role.COMPLIANCE)
    assert not screen.exception
    data = shown(screen)
    assert [one["banner"]["name"] for one in data["groups"]] == ["HART, Anna (Ms)", "ROE, Ben (Ms)"]
    assert data["acts"] == []


def test_a_clinic_without_pictures_says_where_they_come_from(open_page: OpenPage) -> None:
    screen = open_page("clinic-photographs", Role.COMPLIANCE)
    assert not screen.exception
    assert "They are brought in from a patient's record" in words(screen).replace("\\", "")


@pytest.mark.parametrize(
    ("label", "title"),
    [("Add photographs", "Add photographs"), ("Take photographs", "Take photographs")],
)
def test_more_pictures_are_one_step_away(
    open_page: OpenPage, clinic: Clinic, label: str, title: str
) -> None:
    screen = opened(open_page, add_patient(clinic))
    next(one for one in screen.button if one.label == label).click()
    screen.run()
    assert not screen.exception
    assert title in [one.value for one in screen.title]


def test_a_treatment_leads_to_its_own_pictures(open_page: OpenPage, clinic: Clinic) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    series = add_treatment(clinic, patient_id, stock, date(2026, 7, 14))
    add_item(clinic, patient_id, treatment_series_id=series, view="back")
    add_item(clinic, patient_id, view="front")
    query = {"id": str(patient_id), "treatment": str(series)}
    screen = open_page("treatment", Role.STAFF, query=query)
    next(one for one in screen.button if one.label == "Photographs").click()
    screen.run()
    assert not screen.exception
    assert [one["view"] for one in shown(screen)["tiles"]] == ["back"]


def restricted_meanwhile(patient_id: "UUID") -> None:
    import streamlit as st  # noqa: PLC0415 - the script brings its own

    from lib.domain.access import Permission  # noqa: PLC0415
    from lib.services import records  # noqa: PLC0415
    from lib.ui import clock, session  # noqa: PLC0415
    from lib.ui.media import gallery as screen  # noqa: PLC0415
    from tests.records import restrict as restricted  # noqa: PLC0415

    actor = session.require(Permission.VIEW_MEDIA)
    if "opened" not in st.session_state:
        st.session_state.opened = records.open_heading(
            session.clinic(), actor, patient_id, as_of=clock.today()
        )
        restricted(session.clinic(), patient_id)
    screen.draw(st.session_state.opened)


def test_pictures_of_a_record_that_was_restricted_meanwhile_are_not_shown(
    running_clinic: Clinic,
) -> None:
    patient_id = add_patient(running_clinic)
    add_item(running_clinic, patient_id)
    screen = AppTest.from_function(
        restricted_meanwhile, default_timeout=PATIENCE_SECONDS, kwargs={"patient_id": patient_id}
    )
    screen.user = {"session_id": str(sign_in_as(running_clinic, Role.STAFF)), "visit": ""}
    screen.run()
    assert not screen.exception
    assert len(screen.error) == 1
    assert [one.label for one in screen.button] == ["Try again"]
    assert "desk_gallery" not in given(screen)

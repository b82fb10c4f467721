"""Marks and notes on a picture's own page, without a browser."""

from typing import Any

from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.annotations import Ink, Mark, Shape, to_json
from lib.services.clinic import Clinic
from tests.media_items import add_item
from tests.pages.components import given
from tests.pages.conftest import OpenPage
from tests.records import NOW, add_patient, write

ARROW = Mark(Shape.ARROW, Ink.AMBER, ((0.1, 0.2), (0.3, 0.4)), "bruise")


def sheet(screen: AppTest) -> dict[str, Any]:
    assert not screen.exception
    (data,) = given(screen)["desk_annotate"]
    return dict(data)


def opened(open_page: OpenPage, clinic: Clinic, role: Role) -> tuple[dict[str, Any], str]:
    patient_id = add_patient(clinic)
    media_id = add_item(clinic, patient_id)
    usual = {"media_id": media_id, "patient_id": patient_id, "series_id": patient_id}
    for version, marks in ((1, "[]"), (2, None)):
        write(
            clinic,
            "media_annotation",
            annotation_id=f"01a20000-0000-7000-8000-00000000000{version}",
            version=version,
            marks=marks or str(to_json([ARROW])).replace("'", '"'),
            note="Seen today",
            is_removed=False,
            recorded_at=NOW,
            superseded_at=NOW if version == 1 else None,
            **usual,
        )
    query = {"id": str(patient_id), "media": str(media_id)}
    screen = open_page("photograph", role, query=query)
    screen.segmented_control[0].set_value("Marks and notes").run()
    return sheet(screen), str(media_id)


def test_the_sheet_is_given_every_version_and_the_pictures_own_address(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    data, media_id = opened(open_page, running_clinic, Role.STAFF)
    assert data["src"] == f"/media-store/{media_id}/preview?for=record"
    assert (data["width"], data["height"], data["may_edit"]) == (4000, 3000, True)
    (series,) = data["series"]
    assert [(one["version"], one["marks"]) for one in series["versions"]] == [
        (2, to_json([ARROW])),
        (1, []),
    ]
    assert data["answer"] is None


def test_compliance_may_look_and_not_draw(open_page: OpenPage, running_clinic: Clinic) -> None:
    data, _ = opened(open_page, running_clinic, Role.COMPLIANCE)
    assert data["may_edit"] is False

"""The clinic's protocols of views, and what of one a treatment still lacks."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.media import Expression, Stage, View
from lib.domain.protocols import Protocol, Shot
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from lib.services.clinic import Clinic
from lib.services.media import protocols
from tests.media_items import add_item
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)

REST = Shot(View.FRONT, Expression.REST)
LATER = NOW + timedelta(hours=1)


def new(*shots: Shot, **values: object) -> Protocol:
    usual = Protocol(uuid7s.uuid7(), "Lips", "filler", shots or (REST,), True, 0, NOW)
    return replace(usual, **values)  # type: ignore[arg-type]


def ours(clinic: Clinic, actor: Actor) -> dict[str, Protocol]:
    return {one.name: one for one in protocols.list_protocols(clinic, actor)}


def changes(clinic: Clinic) -> list[str]:
    return [line[4] for line in audit_lines(clinic) if line[0] == "protocol of views changed"]


@pytest.fixture
def stock(clinic: Clinic) -> Stock:
    """Return the test stock: a toxin with one lot, and a serum."""
    return add_stock(clinic)


def test_a_new_clinic_has_protocols_to_begin_with(clinic: Clinic, owner: Actor) -> None:
    found = ours(clinic, owner)
    assert {name: one.product_group for name, one in found.items()} == {
        "Wrinkle relaxing": "toxin",
        "Filler": "filler",
        "Skin": None,
    }
    assert found["Wrinkle relaxing"].shots[0] == REST
    assert len(found["Filler"].shots) == 5


def test_a_protocol_is_added_once_however_often_it_is_saved(clinic: Clinic, staff: Actor) -> None:
    wanted = new(REST, Shot(View.CLOSE_UP))
    kept = protocols.save(clinic, staff, wanted, now=NOW)
    assert protocols.save(clinic, staff, wanted, now=LATER) == replace(kept, changed_at=LATER)
    assert ours(clinic, staff)["Lips"] == replace(wanted, version=1)
    assert changes(clinic) == ['{"is_used": true, "version": 1}']


def test_the_views_of_a_protocol_are_put_in_another_order(clinic: Clinic, staff: Actor) -> None:
    kept = protocols.save(clinic, staff, new(REST, Shot(View.BACK)), now=NOW)
    wanted = replace(kept, shots=(Shot(View.BACK), REST), is_active=False)
    protocols.save(clinic, staff, wanted, now=LATER)
    assert ours(clinic, staff)["Lips"] == replace(wanted, version=2, changed_at=LATER)
    assert changes(clinic)[-1] == '{"is_used": false, "version": 2}'


def test_who_saves_over_somebody_elses_change_is_told(clinic: Clinic, staff: Actor) -> None:
    kept = protocols.save(clinic, staff, new(), now=NOW)
    protocols.save(clinic, staff, replace(kept, name="Lip line"), now=NOW)
    with pytest.raises(StaleVersionError) as caught:
        protocols.save(clinic, staff, replace(kept, name="Lips and chin"), now=LATER)
    assert caught.value.version == 2
    assert "Lip line" in ours(clinic, staff)


def test_a_protocol_without_a_view_is_refused(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(InvalidInputError):
        protocols.save(clinic, staff, replace(new(), shots=()), now=NOW)
    assert changes(clinic) == []


def test_who_may_not_manage_the_catalogue_may_not_see_or_save_protocols(
    clinic: Clinic, compliance: Actor
) -> None:
    with pytest.raises(NotPermittedError):
        protocols.list_protocols(clinic, compliance)
    with pytest.raises(NotPermittedError):
        protocols.save(clinic, compliance, new(), now=NOW)


def test_a_treatment_says_which_views_it_still_lacks(
    clinic: Clinic, staff: Actor, stock: Stock
) -> None:
    patient_id = add_patient(clinic)
    treatment_id = add_treatment(clinic, patient_id, stock, TODAY)
    said = {"treatment_series_id": treatment_id, "stage": "before", "expression": "rest"}
    media_id = add_item(clinic, patient_id, **said)
    add_item(clinic, patient_id, **{**said, "expression": "smile"}, removed_at=NOW)
    add_item(clinic, patient_id, **said, view=None)
    add_item(clinic, add_patient(clinic), **said)
    course = protocols.missing(clinic, staff, patient_id, treatment_id)
    assert (course.treatment_name, course.treated_on) == ("Wrinkle relaxing", TODAY)
    assert course.practitioner_id == stock.practitioner_id
    assert [one.name for one in course.protocols] == ["Wrinkle relaxing"]
    before = course.stages[Stage.BEFORE]
    assert [[one.media_id for one in wanted.taken] for wanted in before] == [[media_id], [], [], []]
    assert [course.missing(stage) for stage in Stage] == [3, 4, 4]
    ghost = course.stages[Stage.REVIEW][0].ghost
    assert ghost is not None
    assert ghost.media_id == media_id
    assert audit_lines(clinic)[-1] == (
        "photographs shown in a gallery",
        "done",
        str(patient_id),
        None,
        '{"list": "protocol"}',
    )


def test_a_corrected_treatment_keeps_its_pictures(
    clinic: Clinic, staff: Actor, stock: Stock
) -> None:
    patient_id = add_patient(clinic)
    series_id = add_treatment(clinic, patient_id, stock, TODAY)
    said = {"treatment_series_id": series_id, "stage": "before", "expression": "rest"}
    add_item(clinic, patient_id, **said)
    correct_treatment(clinic, patient_id, stock, series_id, name="Forehead")
    course = protocols.missing(clinic, staff, patient_id, series_id)
    assert course.treatment_name == "Forehead"
    assert course.missing(Stage.BEFORE) == 3


def test_without_a_treatment_the_protocol_of_every_other_holds(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    add_item(clinic, patient_id, expression="rest", stage="before")
    course = protocols.missing(clinic, staff, patient_id, None)
    assert [one.name for one in course.protocols] == ["Skin"]
    assert (course.treatment_name, course.treated_on) == (None, None)
    assert course.missing(Stage.BEFORE) == 2


def test_a_treatment_of_another_patient_is_not_found(
    clinic: Clinic, staff: Actor, stock: Stock
) -> None:
    other = add_treatment(clinic, add_patient(clinic), stock, TODAY)
    with pytest.raises(NotFoundError):
        protocols.missing(clinic, staff, add_patient(clinic), other)
    with pytest.raises(NotFoundError):
        protocols.missing(clinic, staff, add_patient(clinic), UUID(int=5))


def test_a_restricted_record_needs_its_ground(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        protocols.missing(clinic, staff, patient_id, None)
    assert audit_lines(clinic)[-1][:2] == ("refused", "refused")
    protocols.missing(clinic, staff, patient_id, None, Ground.CONSENT)
    assert audit_lines(clinic)[-1][3] == Ground.CONSENT.value


def test_who_may_not_see_pictures_is_refused(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotPermittedError):
        protocols.missing(clinic, owner, add_patient(clinic), None)


def test_a_video_fills_no_place(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    add_item(clinic, patient_id, expression="rest", stage="before", kind="video")
    assert protocols.missing(clinic, staff, patient_id, None).missing(Stage.BEFORE) == 3


def test_a_device_without_a_protocol_follows_that_of_every_other(
    clinic: Clinic, staff: Actor, stock: Stock
) -> None:
    patient_id = add_patient(clinic)
    treatment_id = add_treatment(clinic, patient_id, stock, TODAY)
    write(
        clinic,
        "treatment_item",
        treatment_item_id=uuid7s.uuid7(),
        treatment_id=treatment_id,
        patient_id=patient_id,
        product_id=stock.serum_id,
        area="cheek",
        dose=1,
        unit="ml",
    )
    course = protocols.missing(clinic, staff, patient_id, treatment_id)
    assert [one.name for one in course.protocols] == ["Wrinkle relaxing"]

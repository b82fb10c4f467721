"""What protects the patient is chosen fact by fact, and nothing else is kept."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.audit import Action
from lib.domain.restriction import Ground
from lib.domain.vital_interests import Fact, Kind, NewVitalInterest
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services.retention import vital_interests
from lib.services.retention.vital_interests import Reviewed
from lib.store import vital_interests as table
from lib.store.vital_interests import VitalInterest
from tests.records import (
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)
from tests.services.retention.conftest import Desk, merge, undo

A_YEAR_ON = date(2027, 11, 23)
TREATED = date(2019, 11, 22)


@pytest.fixture
def allergy(desk: Desk) -> UUID:
    """Give the patient an allergy."""
    return add_history(desk.clinic, desk.patient_id, "allergy", "Lidocaine", severity="severe")


def facts(desk: Desk, patient_id: UUID | None = None) -> tuple[Fact, ...]:
    with desk.clinic.store.reading() as cursor:
        return table.list_facts(cursor, patient_id or desk.patient_id).standing


def kept(desk: Desk, patient_id: UUID | None = None) -> dict[str, tuple[UUID, ...]]:
    with desk.clinic.store.reading() as cursor:
        found = vital_interests.kept_rows(cursor, patient_id or desk.patient_id)
    return {name: keys for name, keys in found.items() if not name.startswith("vital_interest")}


def words(desk: Desk) -> tuple[str, ...]:
    with desk.clinic.store.reading() as cursor:
        return vital_interests.kept_words(cursor, desk.patient_id)


def wanted(desk: Desk, *chosen: UUID, **values: Any) -> NewVitalInterest:  # noqa: ANN401
    usual = {
        "vital_interest_id": uuid7s.uuid7(),
        "reason": "Anaphylaxis in 2019",
        "owner_id": desk.sam.person_id,
        "review_on": A_YEAR_ON,
        "chosen": chosen,
    }
    return NewVitalInterest(**{**usual, **values})


def mark(desk: Desk, *chosen: UUID, **values: Any) -> VitalInterest:  # noqa: ANN401
    new = wanted(desk, *chosen, **values)
    return vital_interests.mark(desk.clinic, desk.sam, desk.about(), new)


def reviewed(desk: Desk, one: VitalInterest, *chosen: UUID, **values: Any) -> Reviewed:  # noqa: ANN401
    usual = {
        "vital_interest_id": one.vital_interest_id,
        "version": one.version,
        "owner_id": desk.kim.person_id,
        "review_on": A_YEAR_ON,
        "chosen": chosen,
    }
    return Reviewed(**{**usual, **values})


def add_event(desk: Desk, **values: Any) -> UUID:  # noqa: ANN401
    event_id = uuid7s.uuid7()
    usual = {
        "adverse_event_id": event_id,
        "series_id": event_id,
        "version": 1,
        "patient_id": desk.patient_id,
        "occurred_on": TREATED,
        "description": "Swelling of the lips",
        "severity": "severe",
        "is_reported": False,
        "recorded_at": desk.about().now,
    }
    write(desk.clinic, "adverse_event", **{**usual, **values})
    return event_id


def test_what_could_be_kept_is_history_adverse_events_and_injections(
    desk: Desk, allergy: UUID
) -> None:
    stock = add_stock(desk.clinic)
    add_treatment(desk.clinic, desk.patient_id, stock, TREATED)
    event = add_event(desk, product_id=stock.toxin_id, lot_id=stock.toxin_lot_id)
    add_history(desk.clinic, desk.patient_id, "medicine", "Warfarin")
    add_history(desk.clinic, desk.patient_id, "no_known_allergies", "None known")
    found = [(one.kind, one.name, one.detail) for one in facts(desk)]
    assert found == [
        (Kind.ALLERGY, "Lidocaine", "severe"),
        (
            Kind.ADVERSE_EVENT,
            "Severe adverse event",
            "Swelling of the lips; Velaxin, lot VX-1",
        ),
        (Kind.PRODUCT, "Velaxin, lot VX-1", "forehead"),
        (Kind.MEDICINE, "Warfarin", ""),
    ]
    assert {allergy, event} < {one.row_id for one in facts(desk)}


def test_skin_care_is_not_injected_and_a_lot_may_be_unknown(desk: Desk) -> None:
    stock = add_stock(desk.clinic)
    treatment = add_treatment(desk.clinic, desk.patient_id, stock, TREATED)
    for product in (stock.serum_id, stock.toxin_id):
        write(
            desk.clinic,
            "treatment_item",
            treatment_item_id=uuid7s.uuid7(),
            treatment_id=treatment,
            patient_id=desk.patient_id,
            product_id=product,
            area="chin",
            unit="unit",
        )
    names = sorted(one.name for one in facts(desk))
    assert names == ["Velaxin, lot VX-1", "Velaxin, lot not recorded"]


def test_marking_keeps_the_chosen_rows_with_reason_owner_and_a_look_in_a_year(
    desk: Desk, allergy: UUID
) -> None:
    medicine = add_history(desk.clinic, desk.patient_id, "medicine", "Warfarin")
    one = mark(desk, allergy)
    told = (one.reason, one.owner, one.review_on, one.marked_by, one.version)
    assert told == ("Anaphylaxis in 2019", "Sam", A_YEAR_ON, "Sam", 1)
    assert kept(desk) == {"history_entry": (allergy,)}
    assert words(desk) == ("1 allergy",)
    assert medicine in {fact.row_id for fact in facts(desk)}


def test_what_is_marked_itself_stays_too(desk: Desk, allergy: UUID) -> None:
    one = mark(desk, allergy)
    with desk.clinic.store.reading() as cursor:
        found = vital_interests.kept_rows(cursor, desk.patient_id)
    assert found["vital_interest"] == (one.vital_interest_id,)
    assert found["vital_interest_item"] == (one.chosen[0].item_id,)


def test_nothing_is_kept_where_nothing_was_marked(desk: Desk, allergy: UUID) -> None:
    assert (kept(desk), words(desk), {one.row_id for one in facts(desk)}) == ({}, (), {allergy})


def test_marking_twice_is_once_and_other_words_under_the_same_form_are_told(
    desk: Desk, allergy: UUID
) -> None:
    new = wanted(desk, allergy)
    first = vital_interests.mark(desk.clinic, desk.sam, desk.about(), new)
    assert vital_interests.mark(desk.clinic, desk.sam, desk.about(), new) == first
    other = replace(new, reason="Something else")
    with pytest.raises(SavedAlreadyError):
        vital_interests.mark(desk.clinic, desk.sam, desk.about(), other)
    marked = [line for line in audit_lines(desk.clinic) if line[0] == Action.VITAL_INTEREST_MARKED]
    details = [json.loads(line[4]) for line in marked]
    assert details == [{"facts": 1, "review_on": A_YEAR_ON.isoformat()}]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
        ({"owner_id": uuid7s.uuid7()}, "owner_id"),
        ({"chosen": ()}, "chosen"),
        ({"chosen": (uuid7s.uuid7(),)}, "chosen"),
    ],
)
def test_what_is_missing_is_named_by_its_field(
    desk: Desk, allergy: UUID, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        mark(desk, allergy, **values)
    assert caught.value.field == field


def test_what_was_corrected_since_is_kept_as_corrected(desk: Desk, allergy: UUID) -> None:
    mark(desk, allergy)
    newer = add_history(
        desk.clinic, desk.patient_id, "allergy", "Lidocaine 2 %", series_id=allergy, version=2
    )
    assert kept(desk) == {"history_entry": (newer,)}


def test_what_turned_out_to_be_wrong_is_not_kept(desk: Desk, allergy: UUID) -> None:
    mark(desk, allergy)
    add_history(
        desk.clinic,
        desk.patient_id,
        "allergy",
        "Lidocaine",
        series_id=allergy,
        version=2,
        status="entered_in_error",
    )
    assert kept(desk) == {}


def test_a_corrected_treatment_keeps_the_product_of_its_new_version(desk: Desk) -> None:
    stock = add_stock(desk.clinic)
    treatment = add_treatment(desk.clinic, desk.patient_id, stock, TREATED)
    old = facts(desk)[0].row_id
    mark(desk, old)
    correct_treatment(desk.clinic, desk.patient_id, stock, treatment, treated_on=TREATED)
    new = facts(desk)[0].row_id
    assert new != old
    assert kept(desk) == {"treatment_item": (new,)}


def test_a_product_is_still_known_when_its_treatment_is_gone(desk: Desk) -> None:
    stock = add_stock(desk.clinic)
    treatment = add_treatment(desk.clinic, desk.patient_id, stock, TREATED)
    item = facts(desk)[0]
    mark(desk, item.row_id)
    desk.clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "DELETE FROM treatment WHERE treatment_id = ?", [str(treatment)]
        )
    )
    assert facts(desk) == (item,)
    assert kept(desk) == {"treatment_item": (item.row_id,)}


def test_a_review_says_what_is_kept_from_now_on(desk: Desk, allergy: UUID) -> None:
    event = add_event(desk)
    one = mark(desk, allergy)
    asked = reviewed(desk, one, event)
    new = vital_interests.review(desk.clinic, desk.sam, desk.about(), asked)
    assert (new.owner, new.reviewed_by, new.version) == ("Kim", "Sam", 2)
    assert kept(desk) == {"adverse_event": (event,)}
    assert vital_interests.review(desk.clinic, desk.sam, desk.about(), asked) == new
    lines = [line for line in audit_lines(desk.clinic) if line[0] == Action.VITAL_INTEREST_REVIEWED]
    assert [json.loads(line[4]) for line in lines] == [
        {
            "version": 2,
            "owner": str(desk.kim.person_id),
            "review_on": A_YEAR_ON.isoformat(),
            "added": 1,
            "dropped": 1,
        }
    ]


def test_a_review_of_an_older_version_is_told(desk: Desk, allergy: UUID) -> None:
    one = mark(desk, allergy)
    vital_interests.review(desk.clinic, desk.sam, desk.about(), reviewed(desk, one, allergy))
    other = reviewed(desk, one, allergy, review_on=TODAY)
    with pytest.raises(StaleVersionError):
        vital_interests.review(desk.clinic, desk.sam, desk.about(), other)


def test_a_release_ends_it_and_only_compliance_may(desk: Desk, allergy: UUID) -> None:
    one = mark(desk, allergy)
    asked = (desk.about(), one.vital_interest_id, "Not needed")
    with pytest.raises(NotPermittedError):
        vital_interests.release(desk.clinic, desk.sam, *asked)
    over = vital_interests.release(desk.clinic, desk.kim, *asked)
    assert vital_interests.release(desk.clinic, desk.kim, *asked) == over
    assert (over.release_reason, over.released_by, kept(desk)) == ("Not needed", "Kim", {})
    with pytest.raises(StaleVersionError) as caught:
        vital_interests.review(desk.clinic, desk.sam, desk.about(), reviewed(desk, one, allergy))
    assert caught.value.message == vital_interests.RELEASED


def test_one_of_another_patient_is_not_there(desk: Desk, allergy: UUID) -> None:
    one = mark(desk, allergy)
    other = desk.about(add_patient(desk.clinic))
    with pytest.raises(NotFoundError):
        vital_interests.release(desk.clinic, desk.kim, other, one.vital_interest_id, "Settled")


def test_a_restricted_record_is_marked_on_a_ground_only(desk: Desk, allergy: UUID) -> None:
    restrict(desk.clinic, desk.patient_id)
    with pytest.raises(GroundNeededError):
        mark(desk, allergy)
    about = desk.about(ground=Ground.CONSENT)
    vital_interests.mark(desk.clinic, desk.sam, about, wanted(desk, allergy))
    assert kept(desk) == {"history_entry": (allergy,)}


def test_a_merge_moves_what_is_kept_and_undoing_it_moves_it_back(desk: Desk, allergy: UUID) -> None:
    survivor = add_patient(desk.clinic)
    mark(desk, allergy)
    merge_id = merge(desk, survivor, desk.patient_id)
    assert (kept(desk, survivor), kept(desk)) == ({"history_entry": (allergy,)}, {})
    undo(desk, merge_id)
    assert (kept(desk, survivor), kept(desk)) == ({}, {"history_entry": (allergy,)})


def test_who_has_one_is_told_for_many_at_once(desk: Desk, allergy: UUID) -> None:
    other = add_patient(desk.clinic)
    mark(desk, allergy)
    with desk.clinic.store.reading() as cursor:
        found = table.list_marked(cursor, [desk.patient_id, other])
        assert (found, table.list_marked(cursor, [])) == ({desk.patient_id}, set())


def test_what_goes_is_counted(desk: Desk) -> None:
    add_treatment(desk.clinic, desk.patient_id, add_stock(desk.clinic), TREATED)
    with desk.clinic.store.reading() as cursor:
        found = table.count_rows(cursor, desk.patient_id)
    assert found == table.Counts(treatments=1)

"""Placing, changing and releasing holds."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.audit import Action
from lib.domain.holds import ChangedHold, NewHold
from lib.domain.restriction import Ground
from lib.domain.retention import Blocker
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services.retention import blockers, holds
from lib.store.holds import Hold
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict
from tests.services.retention.conftest import Desk, merge, undo

REVIEW = TODAY + timedelta(days=30)


def wanted(desk: Desk, kind: Blocker = Blocker.LEGAL_HOLD, **values: Any) -> NewHold:  # noqa: ANN401
    usual = {
        "hold_id": uuid7s.uuid7(),
        "kind": kind,
        "reason": "Letter of the solicitor",
        "owner_id": desk.sam.person_id,
        "review_on": REVIEW,
    }
    return NewHold(**{**usual, **values})


def place(desk: Desk, **values: Any) -> Hold:  # noqa: ANN401
    return holds.place(desk.clinic, desk.sam, desk.about(), wanted(desk, **values))


def changed(desk: Desk, one: Hold, **values: Any) -> ChangedHold:  # noqa: ANN401
    usual = {
        "hold_id": one.hold_id,
        "version": one.version,
        "owner_id": desk.kim.person_id,
        "review_on": REVIEW + timedelta(days=5),
    }
    return ChangedHold(**{**usual, **values})


def standing(desk: Desk, patient_id: UUID | None = None, as_of: date = TODAY) -> list[str]:
    key = patient_id or desk.patient_id
    with desk.clinic.store.reading() as cursor:
        found = blockers.standing(cursor, [key], as_of).get(key, ())
    return [one.blocker for one in found]


def trail(desk: Desk, *actions: Action) -> list[tuple[str, str | None, dict[str, Any]]]:
    return [
        (action, patient, json.loads(detail))
        for action, _, patient, _, detail in audit_lines(desk.clinic)
        if action in actions
    ]


def test_a_hold_is_placed_with_its_reason_and_owner_and_holds_at_once(desk: Desk) -> None:
    one = place(desk)
    told = (one.kind, one.reason, one.owner, one.review_on, one.ends_on, one.placed_by, one.version)
    assert told == ("legal_hold", "Letter of the solicitor", "Sam", REVIEW, None, "Sam", 1)
    assert standing(desk) == ["legal_hold"]


def test_placing_is_in_the_trail_without_its_words(desk: Desk) -> None:
    place(desk)
    assert trail(desk, Action.HOLD_PLACED) == [
        (
            "hold placed",
            str(desk.patient_id),
            {"kind": "legal_hold", "review_on": REVIEW.isoformat()},
        )
    ]


def test_placing_twice_is_once(desk: Desk) -> None:
    new = wanted(desk)
    first = holds.place(desk.clinic, desk.sam, desk.about(), new)
    assert holds.place(desk.clinic, desk.sam, desk.about(), new) == first
    assert len(trail(desk, Action.HOLD_PLACED)) == 1


def test_the_same_form_with_other_words_is_told(desk: Desk) -> None:
    new = wanted(desk)
    holds.place(desk.clinic, desk.sam, desk.about(), new)
    with pytest.raises(SavedAlreadyError):
        holds.place(desk.clinic, desk.sam, desk.about(), replace(new, reason="Another"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"owner_id": uuid7s.uuid7()}, "owner_id"),
    ],
)
def test_what_is_missing_is_named_by_its_field(
    desk: Desk, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        place(desk, **values)
    assert caught.value.field == field


def test_a_hold_may_end_today_and_be_reviewed_today(desk: Desk) -> None:
    one = place(desk, ends_on=TODAY, review_on=TODAY)
    assert [one.stands(TODAY), one.stands(TODAY + timedelta(days=1))] == [True, False]


def test_an_extension_is_for_whoever_reviews_what_is_due_and_has_an_end(desk: Desk) -> None:
    extension = wanted(desk, Blocker.EXTENSION, ends_on=REVIEW)
    with pytest.raises(NotPermittedError):
        holds.place(desk.clinic, desk.sam, desk.about(), extension)
    with pytest.raises(InvalidInputError) as caught:
        holds.place(desk.clinic, desk.kim, desk.about(), replace(extension, ends_on=None))
    one = holds.place(desk.clinic, desk.kim, desk.about(), extension)
    assert (caught.value.field, one.kind, one.ends_on) == ("ends_on", "extension", REVIEW)


def test_the_owner_of_the_clinic_places_none_and_looks_after_none(desk: Desk) -> None:
    with pytest.raises(NotPermittedError):
        holds.place(desk.clinic, desk.olive, desk.about(), wanted(desk))
    with desk.clinic.store.reading() as cursor:
        assert [one.name for one in holds.owners(cursor)] == ["Kim", "Sam"]


def test_a_change_gives_it_another_owner_and_keeps_the_version_before_in_the_trail(
    desk: Desk,
) -> None:
    one = place(desk)
    new = holds.change(desk.clinic, desk.sam, desk.about(), changed(desk, one))
    assert (new.owner, new.review_on, new.version) == ("Kim", REVIEW + timedelta(days=5), 2)
    assert trail(desk, Action.HOLD_CHANGED)[0][2] == {
        "version": 2,
        "owner": str(desk.kim.person_id),
        "review_on": (REVIEW + timedelta(days=5)).isoformat(),
        "ends_on": "",
    }


def test_changing_twice_is_once_and_changing_something_else_is_told(desk: Desk) -> None:
    one = place(desk)
    new = holds.change(desk.clinic, desk.sam, desk.about(), changed(desk, one))
    assert holds.change(desk.clinic, desk.sam, desk.about(), changed(desk, one)) == new
    with pytest.raises(StaleVersionError):
        holds.change(desk.clinic, desk.sam, desk.about(), changed(desk, one, review_on=TODAY))


def test_a_release_ends_it_with_its_reason_and_only_compliance_may(desk: Desk) -> None:
    one = place(desk)
    with pytest.raises(NotPermittedError):
        holds.release(desk.clinic, desk.sam, desk.about(), one.hold_id, "Settled")
    over = holds.release(desk.clinic, desk.kim, desk.about(), one.hold_id, " Settled ")
    again = holds.release(desk.clinic, desk.kim, desk.about(), one.hold_id, "Something else")
    assert (over.released_by, over.release_reason, over.released_at) == ("Kim", "Settled", NOW)
    assert (again, standing(desk)) == (over, [])
    assert len(trail(desk, Action.HOLD_RELEASED)) == 1


def test_a_released_hold_is_changed_no_more(desk: Desk) -> None:
    one = place(desk)
    holds.release(desk.clinic, desk.kim, desk.about(), one.hold_id, "Settled")
    with pytest.raises(StaleVersionError) as caught:
        holds.change(desk.clinic, desk.sam, desk.about(), changed(desk, one))
    assert caught.value.message == holds.RELEASED


def test_a_release_needs_a_reason(desk: Desk) -> None:
    one = place(desk)
    with pytest.raises(InvalidInputError):
        holds.release(desk.clinic, desk.kim, desk.about(), one.hold_id, " ")


def test_a_hold_of_another_patient_is_not_there(desk: Desk) -> None:
    one = place(desk)
    other = desk.about(add_patient(desk.clinic))
    with pytest.raises(NotFoundError):
        holds.release(desk.clinic, desk.kim, other, one.hold_id, "Settled")


def test_a_restricted_record_is_held_on_a_ground_only(desk: Desk) -> None:
    restrict(desk.clinic, desk.patient_id)
    with pytest.raises(GroundNeededError):
        place(desk)
    about = desk.about(ground=Ground.LEGAL_CLAIMS)
    holds.place(desk.clinic, desk.sam, about, wanted(desk))
    lines = [line for line in audit_lines(desk.clinic) if line[0] == Action.HOLD_PLACED]
    assert ([line[3] for line in lines], standing(desk)) == (
        [Ground.LEGAL_CLAIMS.value],
        ["legal_hold", "restriction"],
    )


def test_a_merge_moves_the_hold_and_undoing_it_moves_it_back(desk: Desk) -> None:
    survivor = add_patient(desk.clinic)
    place(desk)
    merge_id = merge(desk, survivor, desk.patient_id)
    assert (standing(desk, survivor), standing(desk)) == (["legal_hold"], [])
    undo(desk, merge_id)
    assert (standing(desk, survivor), standing(desk)) == ([], ["legal_hold"])

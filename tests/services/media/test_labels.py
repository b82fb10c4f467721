"""What is said of pictures: corrected in bulk, never overwritten, taken back by saying it again."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.media import CaptureSource, Expression, Stage, View
from lib.domain.media_labels import Field
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from lib.services.clinic import Clinic
from lib.services.media import labels
from lib.services.media.labels import Change, Changed
from lib.store.media_labels import Version
from tests.conftest import actor_with
from tests.media_items import FULL_DAY, add_item, day
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)

SUMMER_EVENING = datetime.fromisoformat("2026-07-04T23:30")


def to_say(media_id: UUID, seen: int = 1, **values: Any) -> Change:  # noqa: ANN401
    return Change(
        uuid7s.uuid7(), media_id, seen, {Field(name): said for name, said in values.items()}
    )


def say(clinic: Clinic, actor: Actor, patient_id: UUID, *changes: Change) -> Changed:
    return labels.change(clinic, actor, patient_id, changes, now=NOW)


def now_said(clinic: Clinic, actor: Actor, patient_id: UUID, media_id: UUID) -> Version:
    return labels.current(clinic, actor, patient_id, [media_id])[media_id]


def test_many_pictures_are_corrected_at_once_and_each_is_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    keys = [add_item(clinic, patient_id) for _ in range(3)]
    done = say(clinic, staff, patient_id, *(to_say(key, stage=Stage.REVIEW) for key in keys))
    assert done.versions == dict.fromkeys(keys, 2)
    stages = [now_said(clinic, staff, patient_id, key).label.stage for key in keys]
    assert stages == [Stage.REVIEW] * 3
    assert [line for line in audit_lines(clinic) if "described" in line[0]] == [
        (
            "photograph or video described",
            "done",
            str(patient_id),
            None,
            '{"fields": "stage", "version": 2}',
        )
    ] * 3


def test_the_same_change_twice_is_one(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    change = to_say(key, view=View.BACK)
    say(clinic, staff, patient_id, change)
    again = say(clinic, staff, patient_id, change)
    assert again == Changed({}, ())
    assert now_said(clinic, staff, patient_id, key).number == 2


def test_saying_what_is_said_already_writes_nothing(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id, is_guessed=False)
    assert say(clinic, staff, patient_id, to_say(key, view=View.FRONT)) == Changed({}, ())


def test_confirming_a_guess_is_a_version_although_nothing_else_changes(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, view=View.FRONT))
    said = now_said(clinic, staff, patient_id, key)
    assert (said.number, said.label.is_guessed) == (2, False)


def test_a_day_without_a_time_loses_the_time_of_another_day(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, captured_on=day("2026-11-20")))
    label = now_said(clinic, staff, patient_id, key).label
    assert (label.captured_on, label.captured_at) == (day("2026-11-20"), None)
    assert label.capture_source is CaptureSource.PERSON


def test_the_same_day_keeps_its_time(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, captured_on=TODAY))
    assert now_said(clinic, staff, patient_id, key).label.captured_at == FULL_DAY


def test_a_time_sets_the_day_of_the_clinic(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, captured_at=SUMMER_EVENING))
    label = now_said(clinic, staff, patient_id, key).label
    assert (label.captured_on, label.captured_at) == (day("2026-07-05"), SUMMER_EVENING)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"captured_on": day("2026-11-24")}, "captured_on"),
        ({"captured_on": day("1985-08-05")}, "captured_on"),
        ({"captured_on": None}, "captured_on"),
        ({"note": "n" * 501}, "note"),
        ({"area": "a" * 81}, "area"),
        ({"treatment_series_id": uuid7s.uuid7()}, "treatment_series_id"),
        ({"practitioner_id": uuid7s.uuid7()}, "practitioner_id"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_of_the_rest_is_written(
    clinic: Clinic, staff: Actor, values: dict[str, object], field: str
) -> None:
    patient_id = add_patient(clinic)
    good, bad = add_item(clinic, patient_id), add_item(clinic, patient_id)
    with pytest.raises(InvalidInputError) as raised:
        say(clinic, staff, patient_id, to_say(good, note="Fine"), to_say(bad, **values))
    assert raised.value.field == field
    assert now_said(clinic, staff, patient_id, good).number == 1


def test_an_impossible_day_that_nobody_touches_does_not_stop_another_correction(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id, captured_on=day("1970-01-01"), captured_at=None)
    say(clinic, staff, patient_id, to_say(key, note="  Clock of the camera was wrong "))
    said = now_said(clinic, staff, patient_id, key).label
    assert said.note == "Clock of the camera was wrong"


def test_undo_says_again_what_was_said_before(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    before = now_said(clinic, staff, patient_id, key).label
    done = say(
        clinic,
        staff,
        patient_id,
        to_say(
            key, captured_on=day("2026-11-01"), expression=Expression.SMILE, area="lips", note="x"
        ),
    )
    say(clinic, staff, patient_id, *done.undo)
    after = now_said(clinic, staff, patient_id, key)
    assert after.label == before
    assert after.number == 3


def test_another_field_that_somebody_else_changed_stays(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, area="lips"))
    say(clinic, staff, patient_id, to_say(key, seen=1, note="Mine"))
    label = now_said(clinic, staff, patient_id, key).label
    assert (label.area, label.note) == ("lips", "Mine")


def test_the_same_field_changed_by_somebody_else_is_said_and_not_overwritten(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    key, other = add_item(clinic, patient_id), add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, area="lips"))
    with pytest.raises(StaleVersionError) as raised:
        say(
            clinic,
            staff,
            patient_id,
            to_say(other, area="chin"),
            to_say(key, seen=1, area="chin"),
        )
    assert raised.value.theirs == {"area": "lips"}
    assert raised.value.version == 2
    assert now_said(clinic, staff, patient_id, key).label.area == "lips"
    assert now_said(clinic, staff, patient_id, other).number == 1


def test_both_saying_the_same_is_no_conflict(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    say(clinic, staff, patient_id, to_say(key, area="lips"))
    assert say(clinic, staff, patient_id, to_say(key, seen=1, area="lips")) == Changed({}, ())


def test_a_version_that_never_was_is_a_conflict(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    with pytest.raises(StaleVersionError):
        say(clinic, staff, patient_id, to_say(key, seen=9, area="lips"))


def test_a_picture_belongs_to_its_treatment_through_every_correction(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    stock = add_stock(clinic)
    treatment_id = add_treatment(clinic, patient_id, stock, TODAY)
    correct_treatment(clinic, patient_id, stock, treatment_id)
    key = add_item(clinic, patient_id)
    change = to_say(key, treatment_series_id=treatment_id, practitioner_id=stock.practitioner_id)
    say(clinic, staff, patient_id, change)
    label = now_said(clinic, staff, patient_id, key).label
    assert label.treatment_series_id == treatment_id
    assert label.practitioner_id == stock.practitioner_id


def test_a_picture_of_another_patient_cannot_be_described_here(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, other_id = add_patient(clinic), add_patient(clinic)
    key = add_item(clinic, other_id)
    with pytest.raises(NotFoundError):
        say(clinic, staff, patient_id, to_say(key, note="x"))


def test_a_restricted_record_needs_a_ground_which_is_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    restrict(clinic, patient_id)
    changes = [to_say(key, note="x")]
    with pytest.raises(GroundNeededError):
        labels.change(clinic, staff, patient_id, changes, now=NOW)
    labels.change(clinic, staff, patient_id, changes, now=NOW, ground=Ground.LEGAL_CLAIMS)
    assert audit_lines(clinic)[-1][3] == Ground.LEGAL_CLAIMS.value


def test_a_merged_record_is_not_described(clinic: Clinic, staff: Actor) -> None:
    survivor_id = add_patient(clinic)
    patient_id = add_patient(clinic, merged_into_id=survivor_id)
    with pytest.raises(MergedError):
        say(clinic, staff, patient_id, to_say(add_item(clinic, patient_id), note="x"))


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.OWNER, Role.ADMINISTRATOR])
def test_only_staff_may_say_what_a_picture_shows(clinic: Clinic, role: Role) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    with pytest.raises(NotPermittedError):
        say(clinic, actor_with(role), patient_id, to_say(key, note="x"))
    with pytest.raises(NotPermittedError):
        labels.current(clinic, actor_with(role), patient_id, [key])


def test_a_conflict_names_who_said_otherwise(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    key = add_item(clinic, patient_id)
    write(
        clinic,
        "person",
        person_id=staff.person_id,
        username="pat",
        display_name="Pat Lee",
        password_hash="x",
        must_change_password=False,
        is_disabled=False,
        created_at=NOW,
    )
    say(clinic, staff, patient_id, to_say(key, area="lips"))
    with pytest.raises(StaleVersionError) as raised:
        say(clinic, staff, patient_id, to_say(key, seen=1, area="chin"))
    assert raised.value.by == "Pat Lee"

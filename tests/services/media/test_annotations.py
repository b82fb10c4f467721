"""Marks and notes over a picture: each change a version, nothing lost, everything in the trail."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.annotations import Ink, Mark, Shape
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
    StoreError,
)
from lib.services.clinic import Clinic
from lib.services.media import annotations
from lib.services.media.annotations import Change, Series
from lib.store.media_annotations import Annotation
from tests.media_items import add_item
from tests.records import NOW, add_patient, audit_lines, restrict

ARROW = Mark(Shape.ARROW, Ink.AMBER, ((0.1, 0.2), (0.3, 0.4)), "bruise")
RING = Mark(Shape.ELLIPSE, Ink.SKY, ((0.5, 0.5), (0.6, 0.7)))
LATER = NOW + timedelta(hours=1)


class Case:
    """A picture of a patient, and what is done to its annotations."""

    def __init__(self, clinic: Clinic, actor: Actor) -> None:
        self.clinic, self.actor = clinic, actor
        self.patient_id = add_patient(clinic)
        self.media_id = add_item(clinic, self.patient_id)

    def save(self, change: Change, now: datetime = NOW) -> Annotation:
        return annotations.save(self.clinic, self.actor, self.patient_id, change, now=now)

    def new(self, *marks: Mark, note: str = "") -> Change:
        return Change(uuid7s.uuid7(), uuid7s.uuid7(), self.media_id, 0, marks, note)

    def series(self) -> list[Series]:
        return annotations.list_series(self.clinic, self.actor, self.patient_id, self.media_id)

    def trail(self) -> list[dict[str, object]]:
        lines = audit_lines(self.clinic)
        return [json.loads(line[4]) for line in lines if line[0] == "photograph annotated"]


@pytest.fixture
def case(clinic: Clinic, staff: Actor) -> Case:
    """Return a picture without annotations."""
    return Case(clinic, staff)


def following(one: Annotation, *marks: Mark, note: str = "") -> Change:
    return Change(uuid7s.uuid7(), one.series_id, one.media_id, one.version, marks, note)


def test_an_annotation_is_kept_once_however_often_it_is_saved(case: Case) -> None:
    change = case.new(ARROW, RING, note=" Bruise on the left ")
    kept = case.save(change)
    assert (kept.marks, kept.note, kept.version) == ((ARROW, RING), "Bruise on the left", 1)
    again = case.save(change, LATER)
    assert again.recorded_at == NOW
    assert [one.current.marks for one in case.series()] == [(ARROW, RING)]
    assert case.trail() == [{"is_removed": False, "marks": 2, "version": 1}]


def test_the_trail_names_the_picture_and_no_word_of_the_note(case: Case) -> None:
    case.save(case.new(ARROW, note="Told her sister"))
    with case.clinic.store.reading() as cursor:
        ((subject, detail),) = cursor.execute(
            "SELECT subject_id, detail FROM audit_entry WHERE action = 'photograph annotated'"
        ).fetchall()
    assert subject == case.media_id
    assert "sister" not in detail
    assert "bruise" not in detail


def test_a_change_is_a_version_and_the_earlier_one_stays(case: Case) -> None:
    first = case.save(case.new(ARROW))
    case.save(following(first, ARROW, RING, note="Two"), LATER)
    (found,) = case.series()
    assert (found.current.version, found.current.marks, found.current.note) == (
        2,
        (ARROW, RING),
        "Two",
    )
    assert [(one.version, one.marks, one.superseded_at) for one in found.earlier] == [
        (1, (ARROW,), LATER)
    ]


def test_saving_what_is_there_already_writes_nothing(case: Case) -> None:
    first = case.save(case.new(ARROW, note="One"))
    assert case.save(following(first, ARROW, note="One ")).annotation_id == first.annotation_id
    assert len(case.trail()) == 1


def test_a_removal_is_a_version_that_can_be_taken_back(case: Case) -> None:
    first = case.save(case.new(ARROW, note="One"))
    case.save(annotations.removal_of(first), LATER)
    (found,) = case.series()
    assert (found.current.is_removed, found.current.marks, found.current.note) == (
        True,
        (ARROW,),
        "One",
    )
    case.save(annotations.restoring(found.current, found.current), LATER)
    (found,) = case.series()
    assert (found.current.version, found.current.is_removed, found.current.marks) == (
        3,
        False,
        (ARROW,),
    )
    assert [one["is_removed"] for one in case.trail()] == [False, True, False]


def test_an_earlier_version_is_brought_back_as_a_new_one(case: Case) -> None:
    first = case.save(case.new(ARROW))
    case.save(following(first, RING))
    (found,) = case.series()
    case.save(annotations.restoring(found.current, found.earlier[0]))
    assert [one.marks for one in (case.series()[0].current, *case.series()[0].earlier)] == [
        (ARROW,),
        (RING,),
        (ARROW,),
    ]


def test_who_saves_over_somebody_elses_version_is_told_and_nothing_is_lost(case: Case) -> None:
    first = case.save(case.new(ARROW))
    case.save(following(first, ARROW, note="Theirs"))
    with pytest.raises(StaleVersionError) as caught:
        case.save(following(first, RING, note="Mine"))
    assert caught.value.version == 2
    case.save(
        replace(following(first, RING, note="Mine"), series_id=uuid7s.uuid7(), seen_version=0)
    )
    assert [one.current.note for one in case.series()] == ["Theirs", "Mine"]


def test_of_two_who_save_at_the_same_moment_one_is_kept_and_one_is_told(case: Case) -> None:
    first = case.save(case.new(ARROW))
    begin = Barrier(2)

    def attempt(change: Change) -> str:
        begin.wait()
        try:
            return case.save(change).note
        except StaleVersionError:
            return "told"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(attempt, (following(first, RING, note=one) for one in ("A", "B"))))
    (found,) = case.series()
    assert sorted(said) == sorted([found.current.note, "told"])
    assert found.current.version == 2


def test_who_changes_what_was_removed_meanwhile_is_told(case: Case) -> None:
    first = case.save(case.new(ARROW))
    case.save(annotations.removal_of(first))
    with pytest.raises(StaleVersionError, match="removed this annotation meanwhile"):
        case.save(following(first, RING))


def test_removing_twice_is_once(case: Case) -> None:
    first = case.save(case.new(ARROW))
    removal = annotations.removal_of(first)
    case.save(removal)
    case.save(removal)
    assert len(case.trail()) == 2


def test_an_id_that_was_saved_with_something_else_is_not_overwritten(case: Case) -> None:
    change = case.new(ARROW)
    case.save(change)
    with pytest.raises(SavedAlreadyError):
        case.save(replace(change, marks=(RING,)))


def test_an_annotation_that_says_nothing_is_refused(case: Case) -> None:
    with pytest.raises(InvalidInputError):
        case.save(case.new())
    assert case.series() == []


def test_what_is_not_there_cannot_be_changed_or_removed(case: Case) -> None:
    ghost = replace(case.new(ARROW), seen_version=3)
    with pytest.raises(NotFoundError):
        case.save(ghost)
    with pytest.raises(NotFoundError):
        case.save(replace(case.new(), is_removed=True))


def test_the_picture_must_be_the_patients_and_a_photograph(case: Case) -> None:
    others = add_item(case.clinic, add_patient(case.clinic))
    removed = add_item(case.clinic, case.patient_id, removed_at=NOW)
    video = add_item(case.clinic, case.patient_id, kind="video")
    for media_id, error in (
        (others, NotFoundError),
        (removed, NotFoundError),
        (UUID(int=1), NotFoundError),
        (video, InvalidInputError),
    ):
        with pytest.raises(error):
            case.save(replace(case.new(ARROW), media_id=media_id))


def test_annotations_of_several_people_stand_side_by_side(case: Case) -> None:
    case.save(case.new(ARROW), NOW)
    case.save(case.new(RING), LATER)
    assert [one.current.marks for one in case.series()] == [(ARROW,), (RING,)]


def test_a_restricted_record_needs_its_ground(case: Case) -> None:
    restrict(case.clinic, case.patient_id)
    change = case.new(ARROW)
    with pytest.raises(GroundNeededError):
        case.series()
    with pytest.raises(GroundNeededError):
        case.save(change)
    assert audit_lines(case.clinic)[-1][:2] == ("refused", "refused")
    annotations.save(
        case.clinic, case.actor, case.patient_id, change, now=NOW, ground=Ground.CONSENT
    )
    assert audit_lines(case.clinic)[-1][3] == Ground.CONSENT.value


def test_a_record_that_was_merged_away_is_annotated_in_the_other(case: Case) -> None:
    other = add_patient(case.clinic)
    case.clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?",
            [str(other), str(case.patient_id)],
        )
    )
    with pytest.raises(MergedError):
        case.save(case.new(ARROW))


def test_compliance_reads_annotations_and_draws_none(case: Case, compliance: Actor) -> None:
    case.save(case.new(ARROW))
    case.actor = compliance
    assert len(case.series()) == 1
    with pytest.raises(NotPermittedError):
        case.save(case.new(RING))


def test_an_owner_sees_none(case: Case, owner: Actor) -> None:
    case.actor = owner
    with pytest.raises(NotPermittedError):
        case.series()


def test_marks_that_cannot_be_read_are_said_and_not_left_out(case: Case) -> None:
    case.save(case.new(ARROW))
    case.clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_annotation SET marks = '[3]'")
    )
    with pytest.raises(StoreError):
        case.series()


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["change", "remove", "restore", "stale"]), max_size=8))
def test_whatever_is_done_every_version_that_ever_stood_is_still_there(
    case: Case, steps: list[str]
) -> None:
    before = case.save(case.new(ARROW, note=str(uuid7s.uuid7())))
    stood = [before]
    for step in steps:
        if step == "stale":
            with pytest.raises((StaleVersionError, NotFoundError)):
                case.save(replace(following(before, RING), seen_version=before.version + 7))
            continue
        changes = {
            "change": following(before, RING, note=str(uuid7s.uuid7())),
            "remove": annotations.removal_of(before),
            "restore": annotations.restoring(before, stood[0]),
        }
        before = case.save(changes[step])
        if before.annotation_id not in {one.annotation_id for one in stood}:
            stood.append(before)
    found = next(one for one in case.series() if one.current.series_id == before.series_id)
    versions = [found.current, *found.earlier]
    assert [(one.annotation_id, one.marks, one.note) for one in reversed(versions)] == [
        (one.annotation_id, one.marks, one.note) for one in stood
    ]
    assert [one.superseded_at is None for one in versions] == [True] + [False] * len(found.earlier)

"""How two pictures were laid over each other is remembered, in either order, and taken back."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.alignment import Alignment, Point
from lib.domain.media import Kind, Purpose
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    NotFoundError,
    NotPermittedError,
    PurposeNotPermittedError,
)
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.media import pairs
from lib.services.media.pairs import Look, NewPair, Saved
from lib.services.merging import Wanted
from tests.media_items import add_item
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict, write

LOOK = Look(Purpose.RECORD, TODAY)
ALIGNMENT = Alignment((Point(0.3, 0.4), Point(0.7, 0.4)), (Point(0.25, 0.5), Point(0.6, 0.45)))
OTHER = replace(ALIGNMENT, first=(Point(0.2, 0.4), Point(0.8, 0.4)))


@pytest.fixture
def anna(clinic: Clinic) -> UUID:
    return add_patient(clinic)


@pytest.fixture
def both(clinic: Clinic, anna: UUID) -> tuple[UUID, UUID]:
    return add_item(clinic, anna), add_item(clinic, anna)


def wanted(both: tuple[UUID, UUID], alignment: Alignment | None = ALIGNMENT) -> NewPair:
    return NewPair(uuid7s.uuid7(), *both, alignment)


def align(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    pair: NewPair,
    look: Look = LOOK,
    minutes: int = 0,
) -> Saved:
    now = NOW + timedelta(minutes=minutes)
    return pairs.align(clinic, actor, patient_id, pair, look, now=now)


def standing(clinic: Clinic, patient_id: UUID, *media_ids: UUID) -> dict[UUID, Alignment]:
    first_id, *others = media_ids
    with clinic.store.reading() as cursor:
        return pairs.aligned_to(cursor, patient_id, first_id, others)


def rows(clinic: Clinic) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute("SELECT count(*) FROM media_pair").fetchall()[0][0])


def test_an_alignment_is_found_in_either_order(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    first, second = both
    align(clinic, staff, anna, wanted(both))
    assert standing(clinic, anna, first, second) == {second: ALIGNMENT}
    assert standing(clinic, anna, second, first) == {first: ALIGNMENT.swapped()}
    assert standing(clinic, anna, first, add_item(clinic, anna)) == {}


def test_both_pictures_are_in_the_trail_with_nobody_s_points(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    pair = wanted(both)
    align(clinic, staff, anna, pair)
    detail = f'{{"aligned": true, "pair": "{pair.pair_id}"}}'
    line = ("photographs aligned", "done", str(anna), None, detail)
    assert audit_lines(clinic) == [line, line]


def test_the_newest_stands_whatever_the_order_it_was_written_in(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    first, second = both
    align(clinic, staff, anna, wanted(both))
    align(clinic, staff, anna, wanted((second, first), OTHER), minutes=1)
    assert standing(clinic, anna, first, second) == {second: OTHER.swapped()}


def test_the_same_id_again_and_the_same_points_again_change_nothing(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    pair = wanted(both)
    assert align(clinic, staff, anna, pair).undo is not None
    assert align(clinic, staff, anna, replace(pair, alignment=OTHER)) == Saved(None)
    assert align(clinic, staff, anna, wanted(both)) == Saved(None)
    assert align(clinic, staff, anna, wanted(both[::-1], ALIGNMENT.swapped())) == Saved(None)
    assert rows(clinic) == 1
    assert len(audit_lines(clinic)) == 2


def test_what_was_done_is_taken_back_by_what_it_answers(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    first, second = both
    begun = align(clinic, staff, anna, wanted(both))
    changed = align(clinic, staff, anna, wanted(both, OTHER), minutes=1)
    cleared = align(clinic, staff, anna, wanted(both, None), minutes=2)
    assert standing(clinic, anna, first, second) == {}
    for minutes, (saved, stands) in enumerate(
        ((cleared, {second: OTHER}), (changed, {second: ALIGNMENT}), (begun, {})), start=3
    ):
        assert saved.undo is not None
        align(clinic, staff, anna, saved.undo, minutes=minutes)
        assert standing(clinic, anna, first, second) == stands
    assert rows(clinic) == 6


@pytest.mark.parametrize(
    ("alignment", "word"),
    [
        (replace(ALIGNMENT, first=(Point(0.5, 0.5), Point(0.51, 0.5))), "too close together"),
        (replace(ALIGNMENT, second=(Point(0.5, 0.5), Point(1.5, 0.5))), "beside the second"),
    ],
)
def test_points_that_cannot_carry_it_are_not_written(
    clinic: Clinic,
    staff: Actor,
    anna: UUID,
    both: tuple[UUID, UUID],
    alignment: Alignment,
    word: str,
) -> None:
    with pytest.raises(InvalidInputError, match=word):
        align(clinic, staff, anna, wanted(both, alignment))
    assert rows(clinic) == 0
    assert audit_lines(clinic) == []


def test_a_picture_is_not_laid_over_itself(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    with pytest.raises(InvalidInputError, match="two different pictures"):
        align(clinic, staff, anna, wanted((both[0], both[0])))


def test_another_patient_s_a_removed_and_an_unknown_picture_are_not_there(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    theirs = add_item(clinic, add_patient(clinic))
    removed = add_item(clinic, anna, removed_at=NOW)
    for other in (theirs, removed, uuid7s.uuid7()):
        with pytest.raises(NotFoundError, match="not in this record, or was removed"):
            align(clinic, staff, anna, wanted((both[0], other)))


def test_a_video_is_not_compared(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    video = add_item(clinic, anna, kind=Kind.VIDEO)
    with pytest.raises(InvalidInputError, match="video"):
        align(clinic, staff, anna, wanted((both[0], video)))


def test_only_who_says_what_pictures_show_may_align_them(
    clinic: Clinic, compliance: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    with pytest.raises(NotPermittedError):
        align(clinic, compliance, anna, wanted(both))
    assert [line[:2] for line in audit_lines(clinic)] == [("refused", "refused")]


def test_a_purpose_that_was_not_agreed_to_is_refused_and_noted(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    with pytest.raises(PurposeNotPermittedError):
        align(clinic, staff, anna, wanted(both), replace(LOOK, purpose=Purpose.EDUCATION))
    assert [line[:2] for line in audit_lines(clinic)] == [("refused", "refused")]


def test_a_restricted_record_wants_its_ground(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        align(clinic, staff, anna, wanted(both))
    ground = Ground.LEGAL_CLAIMS
    align(clinic, staff, anna, wanted(both), replace(LOOK, ground=ground))
    assert [line[3] for line in audit_lines(clinic)] == [None, ground.value, ground.value]


def test_a_merged_record_is_not_worked_on(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    merged = add_patient(clinic, merged_into_id=anna)
    both = (add_item(clinic, merged), add_item(clinic, merged))
    with pytest.raises(MergedError):
        align(clinic, staff, merged, wanted(both))


def test_a_merge_brings_the_alignment_along_and_undoing_it_takes_it_back(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    align(clinic, staff, anna, wanted(both))
    survivor_id = add_patient(clinic)
    order = Wanted(uuid7s.uuid7(), survivor_id, anna)
    done = merges.merge(clinic, staff, order, now=NOW, as_of=TODAY)
    assert standing(clinic, survivor_id, *both) == {both[1]: ALIGNMENT}
    unmerging.undo(clinic, staff, done.merge_id, now=NOW + timedelta(hours=1))
    assert standing(clinic, anna, *both) == {both[1]: ALIGNMENT}
    assert standing(clinic, survivor_id, *both) == {}


def test_half_an_alignment_in_the_store_is_none(
    clinic: Clinic, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    row = {"pair_id": uuid7s.uuid7(), "patient_id": anna, "recorded_at": NOW}
    write(clinic, "media_pair", **row, first_id=both[0], second_id=both[1], first_x1=0.5)
    assert standing(clinic, anna, *both) == {}

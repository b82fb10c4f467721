"""What a screen of comparison is given: a sensible pair, how it is aligned, and the course."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.alignment import Alignment, Point
from lib.domain.media import Expression, Kind, Purpose, Stage, View
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, NotFoundError, NotPermittedError
from lib.services.clinic import Clinic
from lib.services.media import compare, pairs
from lib.services.media.compare import MOST_COMPARED, Asked, Comparison
from lib.services.media.grants import grants
from lib.services.media.pairs import Look, NewPair
from tests.media_items import add_item
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)

LOOK = Look(Purpose.RECORD, TODAY)
MARCH = date(2026, 3, 1)
FRONT = {"view": View.FRONT, "expression": Expression.REST}
LEFT = (Point(0.2, 0.5), Point(0.6, 0.5))
RIGHT = (Point(0.4, 0.5), Point(0.8, 0.5))


@pytest.fixture
def anna(clinic: Clinic) -> UUID:
    return add_patient(clinic)


@pytest.fixture
def treated(clinic: Clinic, anna: UUID) -> UUID:
    return add_treatment(clinic, anna, add_stock(clinic), MARCH)


def shot(clinic: Clinic, anna: UUID, after: int, **values: object) -> UUID:
    """Add a front view at rest, so many days after the first of March."""
    return add_item(
        clinic, anna, **{**FRONT, "captured_on": MARCH + timedelta(days=after), **values}
    )


def begin(
    clinic: Clinic, actor: Actor, patient_id: UUID, asked: Asked | None = None, look: Look = LOOK
) -> Comparison:
    return compare.begin(clinic, actor, patient_id, asked or Asked(), look)


def shown(found: Comparison) -> list[UUID]:
    return [one.media_id for one in found.pictures]


def test_it_opens_with_a_treatment_s_before_and_review_and_says_why(
    clinic: Clinic, staff: Actor, anna: UUID, treated: UUID
) -> None:
    before = shot(clinic, anna, 0, stage=Stage.BEFORE, treatment_series_id=treated)
    review = shot(clinic, anna, 14, stage=Stage.REVIEW, treatment_series_id=treated)
    shot(clinic, anna, 14, view=View.BACK, stage=Stage.REVIEW, treatment_series_id=treated)
    found = begin(clinic, staff, anna)
    assert shown(found) == [before, review]
    assert found.why == (
        "Front, at rest: before Wrinkle relaxing (01-Mar-2026) and its latest review (15-Mar-2026)."
    )
    assert found.pose == (View.FRONT, Expression.REST)
    assert found.poses == {(View.FRONT, Expression.REST): 2, (View.BACK, Expression.REST): 1}
    assert [(step.shots, step.treatments) for step in found.steps] == [
        ((before,), ()),
        ((), ("Wrinkle relaxing",)),
        ((review,), ()),
    ]


def test_what_the_address_names_is_shown_in_its_order_and_six_at_most(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    every = [shot(clinic, anna, day) for day in range(8)]
    named = tuple(reversed(every))
    found = begin(clinic, staff, anna, Asked(named))
    assert shown(found) == list(named[:MOST_COMPARED])
    assert found.why == ""


def test_one_picture_that_is_named_gets_another_beside_it(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    one = shot(clinic, anna, 20)
    alone = begin(clinic, staff, anna, Asked((one,)))
    assert (shown(alone), list(alone.strip)) == ([], [one])
    far = shot(clinic, anna, 0)
    shot(clinic, anna, 10)
    found = begin(clinic, staff, anna, Asked((one,)))
    assert shown(found) == [far, one]
    assert "furthest from the one you chose" in found.why


def test_one_picture_that_is_gone_is_said(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    gone = shot(clinic, anna, 0, removed_at=NOW)
    shot(clinic, anna, 1)
    for key in (gone, uuid7s.uuid7()):
        with pytest.raises(NotFoundError):
            begin(clinic, staff, anna, Asked((key,)))


def test_another_pose_s_course_can_be_looked_through(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    front, back = shot(clinic, anna, 0), shot(clinic, anna, 1, view=View.BACK)
    found = begin(clinic, staff, anna, Asked((front, back), (View.BACK, Expression.REST)))
    assert list(found.strip) == [back]
    assert shown(found) == [front, back]


def test_pictures_come_with_how_they_are_aligned_and_what_all_of_them_show(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    first, second, third = (shot(clinic, anna, day) for day in range(3))
    alignment = Alignment(LEFT, RIGHT)
    pairs.align(
        clinic, staff, anna, NewPair(uuid7s.uuid7(), second, first, alignment), LOOK, now=NOW
    )
    found = begin(clinic, staff, anna, Asked((first, second, third)))
    assert found.alignments == {second: alignment.swapped()}
    assert found.frame is not None
    # The pictures of these rows are 4,000 pixels wide; a fifth of that lies beside the other.
    assert (found.frame.left, found.frame.right) == pytest.approx((800, 4000), abs=42)


def test_videos_and_removed_pictures_are_no_part_of_it(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    one = shot(clinic, anna, 0)
    shot(clinic, anna, 1, kind=Kind.VIDEO)
    shot(clinic, anna, 2, removed_at=NOW)
    found = begin(clinic, staff, anna)
    assert shown(found) == []
    assert list(found.strip) == [one]


def test_a_patient_without_pictures_has_nothing_to_compare(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    found = begin(clinic, staff, anna)
    assert (found.pictures, found.steps, found.pose, found.why) == ((), (), None, "")


def test_the_lens_keeps_everything_back_and_counts_it(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    named = (shot(clinic, anna, 0), shot(clinic, anna, 1))
    found = begin(clinic, staff, anna, Asked(named), Look(Purpose.SOCIAL_MEDIA, TODAY))
    assert found == Comparison(hidden=2)


def test_the_look_is_in_the_trail_and_lets_thumbnails_be_fetched(
    clinic: Clinic, staff: Actor, anna: UUID
) -> None:
    one, other = shot(clinic, anna, 0), shot(clinic, anna, 1)
    begin(clinic, staff, anna)
    detail = '{"compared": 2, "purpose": "record", "shown": 2}'
    line = ("photographs shown in a gallery", "done", str(anna), None, detail)
    assert audit_lines(clinic) == [line]
    now = compare.datetime.now(compare.UTC).replace(tzinfo=None)
    for media_id in (one, other):
        held = grants.find(staff, media_id, now)
        assert held is not None
        assert held.purpose is Purpose.RECORD


def test_a_picture_that_is_not_there_is_said(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    with pytest.raises(NotFoundError):
        begin(clinic, staff, anna, Asked((shot(clinic, anna, 0), uuid7s.uuid7())))


def test_a_restricted_record_wants_its_ground(clinic: Clinic, staff: Actor, anna: UUID) -> None:
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        begin(clinic, staff, anna)
    begin(clinic, staff, anna, look=Look(Purpose.RECORD, TODAY, Ground.CONSENT))
    assert [line[3] for line in audit_lines(clinic)] == [None, Ground.CONSENT.value]


def test_the_owner_compares_nothing(clinic: Clinic, owner: Actor, anna: UUID) -> None:
    with pytest.raises(NotPermittedError):
        begin(clinic, owner, anna)

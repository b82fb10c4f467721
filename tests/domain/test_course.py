"""A course of treatment in pictures: the pair to begin with, and the order of its days."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.course import (
    Shot,
    Step,
    Treated,
    companion,
    gaps,
    placed,
    pose_words,
    since,
    steps,
    suggestion,
)
from lib.domain.media import Expression, Stage, View

MARCH = date(2026, 3, 1)
TOXIN, FILLER = UUID(int=901), UUID(int=902)


def shot(number: int, after: int | None = 0, stage: str | None = None, **known: object) -> Shot:
    """Return a front view at rest of the toxin, so many days after the first of March."""
    usual = {
        "media_id": UUID(int=number),
        "captured_on": None if after is None else MARCH + timedelta(days=after),
        "treatment_series_id": TOXIN,
        "treatment_name": "Wrinkle relaxing",
        "view": View.FRONT,
        "expression": Expression.REST,
        "stage": stage,
    }
    return Shot(**{**usual, **known})  # type: ignore[arg-type]


def test_a_treatment_s_before_is_compared_with_its_latest_review() -> None:
    shots = [
        shot(1, 0, Stage.BEFORE),
        shot(2, 0, Stage.IMMEDIATELY_AFTER),
        shot(3, 14, Stage.REVIEW),
        shot(4, 28, Stage.REVIEW),
        shot(5, 28, Stage.REVIEW, expression=Expression.FROWN),
    ]
    found = suggestion(reversed(shots))
    assert found is not None
    assert (found.first, found.second) == (shots[0], shots[3])
    assert found.why == (
        "Front, at rest: before Wrinkle relaxing (01-Mar-2026) and its latest review (29-Mar-2026)."
    )


def test_of_one_day_s_views_the_front_at_rest_is_chosen() -> None:
    poses = (
        (View.RIGHT_PROFILE, Expression.REST),
        (View.FRONT, Expression.SMILE),
        (View.FRONT, Expression.REST),
        (None, None),
    )
    shots = [
        shot(number + 10 * place, day, stage, view=view, expression=expression)
        for number, (view, expression) in enumerate(poses, start=1)
        for place, (day, stage) in enumerate(((0, Stage.BEFORE), (14, Stage.REVIEW)))
    ]
    found = suggestion(shots)
    assert found is not None
    assert found.first.pose == found.second.pose == (View.FRONT, Expression.REST)
    plain = suggestion([replace(one, stage=None) for one in shots])
    assert plain is not None
    assert plain.first.pose == plain.second.pose == (View.FRONT, Expression.REST)


def test_a_smile_is_never_compared_with_a_frown_while_there_is_another_way() -> None:
    shots = [
        shot(1, 0, Stage.BEFORE, expression=Expression.FROWN),
        shot(2, 14, Stage.REVIEW, expression=Expression.SMILE),
        shot(3, -100, expression=Expression.SMILE, treatment_series_id=None),
    ]
    found = suggestion(shots)
    assert found is not None
    assert (found.first, found.second) == (shots[2], shots[1])
    assert found.why.startswith("Front, smile: the first picture (21-Nov-2025) and the latest")


def test_without_a_review_the_picture_straight_after_will_do() -> None:
    shots = [shot(1, 0, Stage.BEFORE), shot(2, 0, Stage.IMMEDIATELY_AFTER, treatment_name=None)]
    found = suggestion(shots)
    assert found is not None
    assert (found.first, found.second) == (shots[0], shots[1])
    assert "before the treatment (01-Mar-2026) and straight after it" in found.why


def test_a_review_of_another_treatment_is_no_after() -> None:
    shots = [shot(1, 0, Stage.BEFORE), shot(2, 9, Stage.REVIEW, treatment_series_id=FILLER)]
    found = suggestion(shots)
    assert found is not None
    assert "No treatment has a picture before and after it in one view." in found.why


def test_a_picture_taken_after_a_review_is_not_its_before() -> None:
    shots = [shot(1, 0, Stage.REVIEW), shot(2, 9, Stage.BEFORE)]
    found = suggestion(shots)
    assert found is not None
    assert found.why.startswith("Front, at rest: the first picture")


def test_without_any_view_in_common_it_is_the_first_and_the_last() -> None:
    shots = [shot(1, 0, view=View.FRONT), shot(2, 5, view=View.BACK), shot(3, 9, view=None)]
    found = suggestion(shots)
    assert found is not None
    assert (found.first, found.second) == (shots[0], shots[2])
    assert found.why.endswith("No two pictures have the same view.")


def test_one_picture_is_not_compared() -> None:
    assert suggestion([shot(1)]) is None
    assert suggestion([]) is None


def test_one_picture_is_put_beside_the_same_treatment_s_furthest_in_its_pose() -> None:
    one = shot(1, 14, Stage.REVIEW)
    before = shot(2, 0, Stage.BEFORE)
    others = [
        one,
        before,
        shot(3, 10, Stage.REVIEW),
        shot(4, -90, Stage.BEFORE, expression=Expression.FROWN),
        shot(5, -300, treatment_series_id=FILLER),
    ]
    found = companion(one, others)
    assert found is not None
    assert (found.first, found.second) == (before, one)
    assert found.why == (
        "Front, at rest: the picture of the same treatment that is furthest from the one you chose "
        "in time."
    )


def test_a_picture_of_no_treatment_or_pose_of_its_own_is_put_beside_any() -> None:
    one = shot(1, 5, treatment_series_id=None)
    far = shot(2, 90, treatment_series_id=None)
    undated = shot(3, None, treatment_series_id=None)
    found = companion(one, [one, undated, far])
    assert found is not None
    assert (found.first, found.second) == (one, far)
    assert "of the patient's pictures" in found.why
    other = companion(one, [one, shot(4, 0, view=View.BACK)])
    assert other is not None
    assert other.why.startswith("The picture of the patient's pictures")
    assert companion(one, [one]) is None


def test_a_pose_is_said_in_words() -> None:
    assert pose_words("left oblique", "rest") == "Left oblique, at rest"
    assert pose_words("front", "frown") == "Front, frown"
    assert pose_words("close-up", None) == "Close-up"
    assert pose_words(None, None) == "No view given"


def test_a_treatment_stands_between_what_lies_before_and_after_it() -> None:
    shots = [shot(3, 14, Stage.REVIEW), shot(2, 0, Stage.IMMEDIATELY_AFTER), shot(1, 0, "before")]
    given_on = [Treated(MARCH, "Wrinkle relaxing"), Treated(MARCH, "Filler")]
    assert steps(shots, given_on) == [
        Step(MARCH, (UUID(int=1),)),
        Step(MARCH, (), ("Wrinkle relaxing", "Filler")),
        Step(MARCH, (UUID(int=2),)),
        Step(MARCH + timedelta(days=14), (UUID(int=3),)),
    ]


def test_pictures_of_one_day_stand_together() -> None:
    assert steps([shot(1), shot(2)], []) == [Step(MARCH, (UUID(int=1), UUID(int=2)))]


def test_treatments_that_no_picture_shows_are_left_out() -> None:
    given_on = [Treated(MARCH - timedelta(days=1), "A"), Treated(MARCH + timedelta(days=1), "B")]
    assert steps([shot(1)], given_on) == [Step(MARCH, (UUID(int=1),))]
    assert steps([], given_on) == []


def test_pictures_without_a_day_come_first_and_count_no_days() -> None:
    found = steps([shot(2, 0), shot(1, None), shot(3, 21)], [])
    assert found[0] == Step(None, (UUID(int=1),))
    assert gaps(found) == [0, 0, 21]
    assert gaps([]) == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, ""),
        (1, "1 day later"),
        (13, "13 days later"),
        (14, "2 weeks later"),
        (94, "13 weeks later"),
        (95, "3 months later"),
        (700, "23 months later"),
        (730, "2 years later"),
    ],
)
def test_how_long_after_is_said_in_the_unit_that_fits(days: int, said: str) -> None:
    assert since(days) == said


A, B, C, D = (UUID(int=number) for number in range(4))


@pytest.mark.parametrize(
    ("chosen", "place", "picked", "wanted"),
    [
        ([A, B], 1, C, [A, C]),
        ([A, B], 0, B, [B, A]),
        ([A, B, C], 2, A, [C, B, A]),
        ([A, B], 2, C, [A, B, C]),
        ([A, B], 2, A, [B, A]),
        ([A, B, C, D], 2, None, [A, B, D]),
        ([], 1, A, [A]),
    ],
)
def test_a_picked_picture_takes_its_place(
    chosen: list[UUID], place: int, picked: UUID | None, wanted: list[UUID]
) -> None:
    assert placed(chosen, place, picked) == wanted


shots_of_a_patient = st.lists(
    st.builds(
        Shot,
        media_id=st.uuids(),
        captured_on=st.none() | st.dates(MARCH, MARCH + timedelta(days=90)),
        treatment_series_id=st.sampled_from([None, TOXIN, FILLER]),
        treatment_name=st.just("Filler"),
        view=st.sampled_from([None, *View]),
        expression=st.sampled_from([None, *Expression]),
        stage=st.sampled_from([None, *Stage]),
    ),
    unique_by=lambda one: one.media_id,
    max_size=12,
)


@given(shots_of_a_patient, st.randoms())
def test_the_pair_depends_on_the_pictures_and_not_on_their_order(
    shots: list[Shot], chance: object
) -> None:
    found = suggestion(shots)
    mixed = list(shots)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert suggestion(mixed) == found
    assert (found is None) is (len(shots) < 2)
    if found is not None:
        assert found.first != found.second
        days = [one.captured_on or date.min for one in (found.first, found.second)]
        assert days == sorted(days)


@given(shots_of_a_patient)
def test_every_picture_has_one_place_in_the_course(shots: list[Shot]) -> None:
    found = steps(shots, [Treated(MARCH + timedelta(days=30), "Filler")])
    placed = [key for step in found for key in step.shots]
    assert sorted(placed) == sorted(one.media_id for one in shots)
    days = [step.on for step in found if step.on is not None]
    assert days == sorted(days)

"""What a protocol of views asks for, and what of it is missing."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.media import Expression, Stage, View
from lib.domain.protocols import (
    MOST_VIEWS,
    Protocol,
    Shot,
    Taken,
    check,
    for_groups,
    shot_of,
    shots_of,
    stage_on,
    wanted_by_stage,
)
from lib.errors import InvalidInputError

DAY = date(2026, 11, 24)
HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
REST = Shot(View.FRONT, Expression.REST)
SMILE = Shot(View.FRONT, Expression.SMILE)
SHOTS = st.builds(Shot, st.sampled_from(View), st.none() | st.sampled_from(Expression))
PICTURES = st.lists(
    st.builds(
        Taken,
        media_id=st.uuids(),
        shot=SHOTS,
        stage=st.none() | st.sampled_from(Stage),
        treatment_series_id=st.sampled_from((HERE, ELSEWHERE, None)),
        captured_on=st.none() | st.dates(date(2020, 1, 1), DAY),
    ),
    max_size=12,
    unique_by=lambda one: one.media_id,
)


def protocol(*shots: Shot, group: str | None = "toxin", **values: object) -> Protocol:
    usual: dict[str, object] = {"name": "Wrinkle relaxing", "is_active": True}
    words = {**usual, **values}
    return Protocol(
        protocol_id=UUID(int=9),
        name=str(words["name"]),
        product_group=group,
        shots=shots,
        is_active=bool(words["is_active"]),
        version=1,
        changed_at=datetime.fromisoformat("2026-11-24T09:00"),
    )


def taken(number: int, shot: Shot = REST, **values: object) -> Taken:
    usual: dict[str, object] = {"stage": Stage.BEFORE, "treatment_series_id": HERE}
    return Taken(UUID(int=number), shot, **{"captured_on": DAY, **usual, **values})  # type: ignore[arg-type]


def ghosts(pictures: list[Taken], stage: Stage, shot: Shot = REST) -> UUID | None:
    found = wanted_by_stage([shot], pictures, HERE)[stage][0].ghost
    return found.media_id if found else None


@given(SHOTS)
def test_a_shot_is_read_again_from_its_key(shot: Shot) -> None:
    assert shot_of(shot.key) == shot


@pytest.mark.parametrize("key", ["", "front|grin", "moon|rest", None, 3, "|rest"])
def test_a_key_that_names_no_shot_is_none(key: object) -> None:
    assert shot_of(key) is None


def test_a_shot_says_what_it_is_in_words() -> None:
    assert [REST.words, SMILE.words, Shot(View.CLOSE_UP).words] == [
        "front, at rest",
        "front, smile",
        "close-up",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (protocol(REST, name=" "), "name"),
        (protocol(REST, name="x" * 101), "name"),
        (protocol(), "views"),
        (protocol(REST, SMILE, REST), "views"),
        (protocol(*([REST] * (MOST_VIEWS + 1))), "views"),
    ],
)
def test_a_protocol_that_nobody_could_follow_is_refused(wrong: Protocol, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check(wrong)
    assert caught.value.field == field


def test_a_protocol_in_order_is_accepted() -> None:
    check(protocol(REST, SMILE, Shot(View.FRONT)))


def test_a_treatment_follows_the_protocols_of_all_its_products() -> None:
    toxin, filler = protocol(REST, SMILE), protocol(REST, Shot(View.BACK), group="filler")
    other = protocol(SMILE, group=None)
    followed = for_groups([toxin, filler, other], ["filler", "toxin"])
    assert followed == (toxin, filler)
    assert shots_of(followed) == (REST, SMILE, Shot(View.BACK))


def test_a_treatment_without_a_protocol_of_its_own_follows_that_of_every_other() -> None:
    unused = protocol(REST, group="device", is_active=False)
    other = protocol(SMILE, group=None)
    assert for_groups([unused, other], ["device"]) == (other,)
    assert for_groups([unused, other], []) == (other,)


@given(st.lists(SHOTS, max_size=5, unique=True), PICTURES)
def test_what_is_taken_of_a_stage_is_of_this_treatment_and_stage(
    shots: list[Shot], pictures: list[Taken]
) -> None:
    for stage, wanted in wanted_by_stage(shots, pictures, HERE).items():
        assert [one.shot for one in wanted] == shots
        for one in wanted:
            assert {picture.stage for picture in one.taken} <= {stage}
            assert {picture.treatment_series_id for picture in one.taken} <= {HERE}
            assert one.is_missing is (one.taken == ())


@given(SHOTS, PICTURES)
def test_a_ghost_is_never_a_picture_of_the_same_stage_nor_of_another_view(
    shot: Shot, pictures: list[Taken]
) -> None:
    for wanted in wanted_by_stage([shot], pictures, HERE).values():
        ghost = wanted[0].ghost
        if ghost is not None:
            assert ghost not in wanted[0].taken
            assert ghost.shot.view is shot.view
            assert shot.expression in {None, ghost.shot.expression}


def test_what_comes_after_is_matched_to_its_own_before() -> None:
    pictures = [taken(1), taken(2, treatment_series_id=ELSEWHERE, captured_on=DAY)]
    assert ghosts(pictures, Stage.REVIEW) == UUID(int=1)


def test_a_before_is_matched_to_the_last_picture_there_is() -> None:
    old = taken(1, treatment_series_id=ELSEWHERE, captured_on=DAY - timedelta(days=300))
    newer = taken(2, treatment_series_id=None, captured_on=DAY - timedelta(days=30), stage=None)
    undated = taken(3, treatment_series_id=ELSEWHERE, captured_on=None)
    assert ghosts([old, newer, undated], Stage.BEFORE) == UUID(int=2)
    assert ghosts([], Stage.BEFORE) is None


def test_a_shot_of_no_expression_takes_any() -> None:
    wanted = wanted_by_stage([Shot(View.FRONT)], [taken(1, SMILE)], HERE)
    assert [one.media_id for one in wanted[Stage.BEFORE][0].taken] == [UUID(int=1)]


def test_the_newest_picture_of_a_shot_comes_first() -> None:
    pictures = [taken(1, captured_on=DAY - timedelta(days=1)), taken(2), taken(3)]
    found = wanted_by_stage([REST], pictures, HERE)[Stage.BEFORE][0].taken
    assert [one.media_id.int for one in found] == [3, 2, 1]


@pytest.mark.parametrize(
    ("treated_on", "pictures", "stage"),
    [
        (None, [], Stage.BEFORE),
        (DAY + timedelta(days=1), [], Stage.BEFORE),
        (DAY, [], Stage.BEFORE),
        (DAY, [taken(1)], Stage.IMMEDIATELY_AFTER),
        (DAY - timedelta(days=1), [], Stage.REVIEW),
    ],
)
def test_the_day_says_which_stage_is_likely(
    treated_on: date | None, pictures: list[Taken], stage: Stage
) -> None:
    assert stage_on(DAY, treated_on, wanted_by_stage([REST], pictures, HERE)) is stage

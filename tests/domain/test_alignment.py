"""Laying one picture over another: the points fall on each other, whatever the pictures' size."""

import json
import math
from dataclasses import asdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.domain.alignment import (
    LEAST_APART,
    LEAST_SHARED,
    Alignment,
    Box,
    Point,
    Similarity,
    Size,
    check,
    from_json,
    shared,
    shared_by_all,
    similarity,
    to_json,
)
from lib.errors import InvalidInputError
from tests.vector_files import Row, rows

SQUARE = Size(1000, 1000)
LEVEL = (Point(0.3, 0.5), Point(0.7, 0.5))
CLOSE = (Point(0.5, 0.5), Point(0.5 + LEAST_APART * 0.99, 0.5))

fractions = st.floats(0, 1)
points = st.builds(Point, fractions, fractions)
marks = st.tuples(points, points)
alignments = st.builds(Alignment, marks, marks)
sides = st.integers(40, 8000)
sizes = st.builds(Size, sides, sides)
turns = st.floats(-math.pi, math.pi)


def is_usable(alignment: Alignment, first: Size, second: Size) -> bool:
    try:
        check(alignment, first, second)
    except InvalidInputError:
        return False
    return True


def pixels(point: Point, size: Size) -> tuple[float, float]:
    return point.x * size.width, point.y * size.height


def near(wanted: tuple[float, float], size: Size) -> object:
    return pytest.approx(wanted, abs=1e-6 * max(size.width, size.height))


@given(alignments, sizes, sizes)
def test_the_points_fall_on_each_other(alignment: Alignment, first: Size, second: Size) -> None:
    assume(is_usable(alignment, first, second))
    found = similarity(alignment, first, second)
    for on_first, on_second in zip(alignment.first, alignment.second, strict=True):
        assert found.apply(*pixels(on_second, second)) == near(pixels(on_first, first), first)


@given(alignments, sizes, sizes, points)
def test_there_and_back_is_where_it_was(
    alignment: Alignment, first: Size, second: Size, place: Point
) -> None:
    assume(is_usable(alignment, first, second))
    found = similarity(alignment, first, second)
    there = found.apply(*pixels(place, second))
    assert found.inverse().apply(*there) == near(pixels(place, second), second)


@given(alignments, sizes, sizes)
def test_the_other_order_is_the_way_back(alignment: Alignment, first: Size, second: Size) -> None:
    assume(is_usable(alignment, first, second))
    assert is_usable(alignment.swapped(), second, first)
    there = similarity(alignment, first, second)
    back = similarity(alignment.swapped(), second, first)
    x, y = pixels(Point(0.25, 0.75), second)
    assert back.apply(*there.apply(x, y)) == near((x, y), second)


@given(alignments, sizes, sizes, points, st.tuples(st.floats(0.05, 20), st.floats(0.05, 20)))
def test_how_many_pixels_a_picture_has_changes_nothing(
    alignment: Alignment, first: Size, second: Size, place: Point, factors: tuple[float, float]
) -> None:
    one, other = (
        Size(size.width * factor, size.height * factor)
        for size, factor in zip((first, second), factors, strict=True)
    )
    assume(is_usable(alignment, first, second) and is_usable(alignment, one, other))
    x, y = similarity(alignment, first, second).apply(*pixels(place, second))
    again = similarity(alignment, one, other).apply(*pixels(place, other))
    assert again == near((x * factors[0], y * factors[0]), one)


@given(turns, st.floats(0.3, 3), st.floats(-500, 500), st.floats(-500, 500))
def test_what_was_turned_scaled_and_shifted_is_found_again(
    turn: float, scale: float, dx: float, dy: float
) -> None:
    made = Similarity(scale * math.cos(turn), scale * math.sin(turn), dx, dy)
    on_second = ((400.0, 500.0), (600.0, 450.0))
    on_first = [made.apply(*place) for place in on_second]
    alignment = Alignment(
        *(
            (Point(one[0] / 1000, one[1] / 1000), Point(other[0] / 1000, other[1] / 1000))
            for one, other in (on_first, on_second)
        )
    )
    assume(is_usable(alignment, SQUARE, SQUARE))
    found = similarity(alignment, SQUARE, SQUARE)
    assert found.scale == pytest.approx(scale)
    assert asdict(found) == pytest.approx(asdict(made), abs=1e-6)


@pytest.mark.parametrize(
    ("alignment", "field", "word"),
    [
        (Alignment(CLOSE, LEVEL), "first", "too close together"),
        (Alignment(LEVEL, CLOSE), "second", "too close together"),
        (Alignment(LEVEL, (Point(0.3, 0.5), Point(1.2, 0.5))), "second", "beside the second"),
        (Alignment((Point(-0.1, 0.5), LEVEL[1]), LEVEL), "first", "beside the first"),
        (Alignment((Point(0, 0), Point(1, 1)), (Point(0, 0), Point(0.1, 0))), "second", "much"),
    ],
)
def test_points_that_cannot_carry_it_are_refused_with_what_to_do(
    alignment: Alignment, field: str, word: str
) -> None:
    with pytest.raises(InvalidInputError, match=word) as refused:
        similarity(alignment, SQUARE, SQUARE)
    assert refused.value.field == field


def test_points_just_far_enough_apart_will_do() -> None:
    far = (Point(0.0, 0.5), Point(LEAST_APART, 0.5))
    check(Alignment(far, far), SQUARE, SQUARE)


@given(alignments, sizes, sizes)
def test_both_pictures_fill_the_frame_that_they_share(
    alignment: Alignment, first: Size, second: Size
) -> None:
    assume(is_usable(alignment, first, second))
    found = similarity(alignment, first, second)
    box = shared(found, first, second)
    if box is None:
        return
    assert box.area >= LEAST_SHARED * first.width * first.height
    back = found.inverse()
    slip = 1e-6 * max(second.width, second.height)
    for x, y in ((box.left, box.top), (box.right, box.top), (box.right, box.bottom)):
        there = back.apply(x, y)
        assert -slip <= there[0] <= second.width + slip
        assert -slip <= there[1] <= second.height + slip
        assert 0 <= x <= first.width
        assert 0 <= y <= first.height


def test_two_pictures_that_agree_share_all_of_it() -> None:
    found = similarity(Alignment(LEVEL, LEVEL), SQUARE, SQUARE)
    assert shared(found, SQUARE, SQUARE) == Box(0, 0, 1000, 1000)


def test_a_shift_takes_its_strip_off() -> None:
    moved = Similarity(1, 0, 250, 0)
    assert shared(moved, SQUARE, SQUARE) == Box(250, 0, 1000, 1000)


def test_a_quarter_turn_of_an_upright_picture_leaves_the_middle() -> None:
    tall, turned = Size(600, 1000), Similarity(0, 1, 800, 200)
    assert shared(turned, tall, tall) == Box(0, 200, 600, 800)


def test_pictures_that_hardly_meet_share_nothing() -> None:
    assert shared(Similarity(1, 0, 990, 0), SQUARE, SQUARE) is None
    assert shared(Similarity(1, 0, 2000, 0), SQUARE, SQUARE) is None


def moved(x: float, y: float) -> Alignment:
    """Return the alignment of a picture that lies so much further right and down."""
    return Alignment(
        tuple(Point(one.x + x, one.y + y) for one in LEVEL),  # type: ignore[arg-type]
        LEVEL,
    )


def test_several_share_what_each_of_them_fills() -> None:
    others = [(moved(0.2, 0), SQUARE), (moved(0, -0.2), SQUARE)]
    found = shared_by_all(SQUARE, others)
    assert found is not None
    wanted = Box(200, 0, 1000, 800)
    # A sliver of a column may be missing at the sides.
    assert asdict(found) == pytest.approx(asdict(wanted), abs=1000 / 96)


def small(x: float, y: float) -> Alignment:
    """Return the alignment of a picture that fills a third of the first's sides, around there."""
    return Alignment((Point(x - 0.06, y), Point(x + 0.06, y)), LEVEL)


def test_one_that_shares_too_little_or_two_that_never_meet_leave_nothing() -> None:
    left, right, corner = small(0.2, 0.5), small(0.8, 0.5), small(0.06, 0.02)
    assert shared_by_all(SQUARE, []) is None
    assert shared_by_all(SQUARE, [(left, SQUARE)]) is not None
    assert shared_by_all(SQUARE, [(left, SQUARE), (corner, SQUARE)]) is None
    assert shared_by_all(SQUARE, [(left, SQUARE), (right, SQUARE)]) is None


@given(alignments)
def test_what_the_browser_is_told_it_can_tell_back(alignment: Alignment) -> None:
    assert from_json(json.loads(json.dumps(to_json(alignment)))) == alignment


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "first",
        {},
        {"first": [[0, 0], [1, 1]]},
        {"first": [[0, 0], [1, 1]], "second": [[0, 0]]},
        {"first": [[0, 0], [1, 1]], "second": "ab"},
        {"first": [[0, 0], [1, 1]], "second": ["ab", [1, 1]]},
        {"first": [[0, 0], [1, 1]], "second": [[0], [1, 1]]},
        {"first": [[0, 0], [1, 1]], "second": [[0, "x"], [1, 1]]},
        {"first": [[0, 0], [1, 1]], "second": [[0, math.nan], [1, 1]]},
    ],
)
def test_nonsense_from_a_browser_is_no_alignment(sent: object) -> None:
    assert from_json(sent) is None


@pytest.mark.parametrize("vector", rows("alignment.json"))
def test_the_shared_figures_hold(vector: Row) -> None:
    alignment = from_json(vector["alignment"])
    assert alignment is not None
    first, second = (Size(*vector[name]) for name in ("first", "second"))
    found = similarity(alignment, first, second)
    assert asdict(found) == pytest.approx(vector["similarity"])

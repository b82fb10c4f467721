"""What a mark over a picture may be, and what is believed of what a browser sends."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.annotations import (
    LONGEST_NOTE,
    LONGEST_TEXT,
    MOST_MARKS,
    MOST_POINTS,
    Ink,
    Mark,
    Shape,
    check,
    from_json,
    to_json,
)
from lib.errors import InvalidInputError

FRACTION = st.integers(0, 10_000).map(lambda number: number / 10_000)
PLACES = st.tuples(FRACTION, FRACTION)
WORDS = st.text(max_size=LONGEST_TEXT).map(str.strip)


def spread(points: tuple[tuple[float, float], ...]) -> bool:
    across, down = zip(*points, strict=True)
    return max(max(across) - min(across), max(down) - min(down)) >= 0.01


def of_points(shapes: list[Shape], least: int, most: int) -> st.SearchStrategy[Mark]:
    points = st.lists(PLACES, min_size=least, max_size=most).map(tuple).filter(spread)
    return st.builds(Mark, st.sampled_from(shapes), st.sampled_from(Ink), points, WORDS)


MARKS = st.one_of(
    of_points([Shape.ARROW, Shape.LINE, Shape.ELLIPSE], 2, 2),
    of_points([Shape.FREEHAND], 2, 20),
    st.builds(
        Mark, st.just(Shape.TEXT), st.sampled_from(Ink), st.tuples(PLACES), WORDS.filter(bool)
    ),
)
ARROW = {"shape": "arrow", "ink": "amber", "points": [[0.1, 0.2], [0.3, 0.4]], "text": ""}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
)


@given(st.lists(MARKS, max_size=8))
def test_marks_come_back_as_they_were_kept(marks: list[Mark]) -> None:
    kept = json.loads(json.dumps(to_json(marks)))
    assert from_json(kept) == tuple(marks)


@given(JSON)
def test_nothing_that_a_browser_sends_raises(value: object) -> None:
    found = from_json(value)
    assert found is None or found == () == tuple(value)  # type: ignore[arg-type]


@given(st.sampled_from(sorted(ARROW)), JSON)
def test_a_mark_with_one_wrong_part_is_read_as_a_mark_or_not_at_all(
    name: str, value: object
) -> None:
    wrong = {**copy.deepcopy(ARROW), name: value}
    found = from_json([wrong])
    assert found is None or from_json(to_json(found)) == found


@pytest.mark.parametrize(
    "change",
    [
        {"points": [[0.1, 0.2]]},
        {"points": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]},
        {"points": [[0.1, 0.2], [0.1, 0.2]]},
        {"points": [[0.1, 0.2], [1.2, 0.2]]},
        {"points": [[0.1, 0.2], [-0.1, 0.2]]},
        {"points": [[0.1, 0.2], [True, 0.2]]},
        {"points": [[0.1, 0.2], ["0.3", 0.2]]},
        {"points": [[0.1, 0.2], [float("nan"), 0.2]]},
        {"points": [[0.1, 0.2], [0.3]]},
        {"points": "0.1"},
        {"points": []},
        {"shape": "star"},
        {"ink": "black"},
        {"text": 3},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"shape": "text", "points": [[0.1, 0.2]], "text": " "},
        {
            "shape": "freehand",
            "points": [[0.1, 0.1 + one / 1000] for one in range(MOST_POINTS + 1)],
        },
        {"shape": "freehand", "points": [[0.1, 0.2]]},
    ],
)
def test_what_nobody_could_see_or_read_is_not_believed(change: dict[str, object]) -> None:
    assert from_json([ARROW]) is not None
    assert from_json([{**ARROW, **change}]) is None


def test_a_part_that_is_missing_is_not_made_up() -> None:
    assert [from_json([{key: ARROW[key] for key in ARROW if key != name}]) for name in ARROW] == [
        None
    ] * len(ARROW)


def test_no_more_marks_are_read_than_one_annotation_holds() -> None:
    assert len(from_json([ARROW] * MOST_MARKS) or ()) == MOST_MARKS
    assert from_json([ARROW] * (MOST_MARKS + 1)) is None


def test_points_are_kept_to_less_than_a_pixel() -> None:
    (mark,) = from_json([{**ARROW, "points": [[0.123456789, 0], [1, 1]]}]) or ()
    assert mark.points == ((0.1235, 0.0), (1.0, 1.0))


def test_an_annotation_says_something() -> None:
    (arrow,) = from_json([ARROW]) or ()
    check([arrow], "")
    check([], "Bruise, yellow")
    for marks, note, field in (
        ([], "  ", "marks"),
        ([arrow] * (MOST_MARKS + 1), "", "marks"),
        ([], "x" * (LONGEST_NOTE + 1), "note"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            check(marks, note)
        assert caught.value.field == field

"""Marks and notes over a picture: what they may be, and how they are kept as JSON; pure.

A mark lies beside the picture and never in it. Its points are fractions of the picture's width and
height, so that it lies in the same place on every rendition. What a browser or the store says is
believed only as far as it makes sense: `from_json` gives None for anything else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lib.errors import InvalidInputError

MOST_MARKS = 60
MOST_POINTS = 300
LONGEST_TEXT = 200
LONGEST_NOTE = 2_000
# A ten-thousandth of a 24-megapixel picture is less than a pixel.
DECIMALS = 4
# What is smaller than this was a click and no drawing; in fractions of the picture.
SMALLEST = 0.004

Point = tuple[float, float]


class Shape(StrEnum):
    """What a mark looks like. An ellipse is told by two corners of the box around it."""

    ARROW = "arrow"
    LINE = "line"
    ELLIPSE = "ellipse"
    FREEHAND = "freehand"
    TEXT = "text"


class Ink(StrEnum):
    """What a mark is drawn with: a colour with a stroke of its own, to tell it by either."""

    AMBER = "amber"
    SKY = "sky"
    ROSE = "rose"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: its points in fractions from the left and the top, and perhaps some words."""

    shape: Shape
    ink: Ink
    points: tuple[Point, ...]
    text: str = ""


Marks = tuple[Mark, ...]


def to_json(marks: Sequence[Mark]) -> list[dict[str, object]]:
    """Return marks as plain values."""
    return [
        {
            "shape": mark.shape.value,
            "ink": mark.ink.value,
            "points": [list(point) for point in mark.points],
            "text": mark.text,
        }
        for mark in marks
    ]


def from_json(value: object) -> Marks | None:
    """Return the marks that plain values describe, None when they describe none."""
    if not isinstance(value, list) or len(value) > MOST_MARKS:
        return None
    try:
        return tuple(map(_mark, value))
    except (ValueError, TypeError, KeyError):
        return None


def check(marks: Sequence[Mark], note: str) -> None:
    """Raise `InvalidInputError`, with its field, where an annotation says nothing or too much."""
    if not marks and not note.strip():
        message = "draw at least one mark, or write a note"
        raise InvalidInputError(message, field="marks")
    if len(marks) > MOST_MARKS:
        message = f"one annotation holds at most {MOST_MARKS} marks; add another for more"
        raise InvalidInputError(message, field="marks")
    if len(note) > LONGEST_NOTE:
        message = f"a note holds at most {LONGEST_NOTE:,} characters"
        raise InvalidInputError(message, field="note")


def _mark(given: Mapping[str, object]) -> Mark:
    shape, points, text = (
        Shape(_text(given["shape"])),
        given["points"],
        _text(given["text"]).strip(),
    )
    if not isinstance(points, list) or len(text) > LONGEST_TEXT:
        raise ValueError
    mark = Mark(shape, Ink(_text(given["ink"])), tuple(map(_point, points)), text)
    if not _can_be_seen(mark):
        raise ValueError
    return mark


def _can_be_seen(mark: Mark) -> bool:
    count = len(mark.points)
    if mark.shape is Shape.TEXT:
        return count == 1 and mark.text != ""
    if mark.shape is Shape.FREEHAND:
        return 1 < count <= MOST_POINTS and _extent(mark.points) >= SMALLEST
    return count == len(("from", "to")) and _extent(mark.points) >= SMALLEST


def _extent(points: Sequence[Point]) -> float:
    across = [point[0] for point in points]
    down = [point[1] for point in points]
    return max(max(across) - min(across), max(down) - min(down))


def _point(given: object) -> Point:
    if not isinstance(given, list | tuple):
        raise TypeError
    across, down = given
    return (_fraction(across), _fraction(down))


def _fraction(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError
    if not math.isfinite(given) or not 0 <= given <= 1:
        raise ValueError
    return round(float(given), DECIMALS)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given

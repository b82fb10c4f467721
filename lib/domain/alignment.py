"""Laying one picture over another: rotation, scale and shift from two places marked on each; pure.

The convention, for the screen and for what is exported alike: a point is a fraction of the width
and of the height, counted from the left and from the top; its pixels are those fractions times the
picture's width and height, so a pixel's middle lies at a half. The second picture is laid over the
first; nothing is sheared or mirrored, and the points themselves fall on each other exactly.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.errors import InvalidInputError

# Of the picture's shorter side: closer together, and a slip of a pixel turns the whole picture.
LEAST_APART = 0.05
# How many times as large the same face may be on one picture as on the other.
MOST_SCALE = 4.0
# Of the first picture's area: with less in common there is nothing to compare.
LEAST_SHARED = 0.04
# In how many steps the frame that both pictures fill is looked for.
STEPS = 96
ORDINALS = ("first", "second")
POINTS = 2


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a picture: fractions of its width and height, from the left and the top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's pixels, upright; only their proportion matters to an alignment."""

    width: float
    height: float


Marks = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The same two places on both pictures, in the same order."""

    first: Marks
    second: Marks

    def swapped(self) -> "Alignment":
        """Return the alignment with the pictures in the other order."""
        return Alignment(self.second, self.first)


@dataclass(frozen=True, slots=True)
class Similarity:
    """A rotation, a scale and a shift: x' = a x - b y + dx, y' = b x + a y + dy, in pixels."""

    a: float
    b: float
    dx: float
    dy: float

    @property
    def scale(self) -> float:
        """Return how many times longer everything becomes."""
        return math.hypot(self.a, self.b)

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place comes to lie."""
        return self.a * x - self.b * y + self.dx, self.b * x + self.a * y + self.dy

    def inverse(self) -> "Similarity":
        """Return what takes everything back."""
        square = self.a**2 + self.b**2
        a, b = self.a / square, -self.b / square
        return Similarity(a, b, b * self.dy - a * self.dx, -b * self.dx - a * self.dy)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in a picture's pixels; right and bottom are not part of it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Return its pixels."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


def similarity(alignment: Alignment, first: Size, second: Size) -> Similarity:
    """Return what lays the second picture (its pixels) over the first (its pixels).

    Raises `InvalidInputError` for points that `check` refuses.
    """
    check(alignment, first, second)
    to_one, to_other = (_placed(point, first) for point in alignment.first)
    one, other = (_placed(point, second) for point in alignment.second)
    turn = (to_other - to_one) / (other - one)
    shift = to_one - turn * one
    return Similarity(turn.real, turn.imag, shift.real, shift.imag)


def check(alignment: Alignment, first: Size, second: Size) -> None:
    """Raise `InvalidInputError` unless the points can carry an alignment.

    They must lie on their pictures, far enough apart, and be as far apart on one picture as on the
    other within reason; none of it depends on how many pixels a picture has.
    """
    apart = []
    sides = zip(ORDINALS, (alignment.first, alignment.second), (first, second), strict=True)
    for ordinal, marks, size in sides:
        if not all(0 <= value <= 1 for point in marks for value in (point.x, point.y)):
            message = f"A point lies beside the {ordinal} picture. Set it on the picture."
            raise InvalidInputError(message, field=ordinal)
        apart.append(_apart(marks, size))
        if apart[-1] < LEAST_APART:
            message = (
                f"The two points on the {ordinal} picture are too close together. Choose two "
                "places further apart, such as the inner corners of both eyes."
            )
            raise InvalidInputError(message, field=ordinal)
    if max(apart) > MOST_SCALE * min(apart):
        message = (
            "The points are much further apart on one picture than on the other. Check that both "
            "pictures have the same two places marked, in the same order."
        )
        raise InvalidInputError(message, field=ORDINALS[1])


def shared(found: Similarity, first: Size, second: Size) -> Box | None:
    """Return the largest upright frame of the first picture that the second fills too, or None.

    It is found on a grid of `STEPS` columns, so a sliver of a column may be missing at its sides.
    """
    corners = [
        found.apply(x, y)
        for x, y in (
            (0.0, 0.0),
            (second.width, 0.0),
            (second.width, second.height),
            (0.0, second.height),
        )
    ]
    columns = [first.width * step / STEPS for step in range(STEPS + 1)]
    spans = [_span(corners, x, first.height) for x in columns]
    best = Box(0.0, 0.0, 0.0, 0.0)
    # Where two columns are covered, so is all between them: both pictures are convex.
    for start, left in enumerate(spans):
        for end in range(STEPS, start, -1):
            right = spans[end]
            if left is None or right is None:
                continue
            top, bottom = max(left[0], right[0]), min(left[1], right[1])
            box = Box(columns[start], top, columns[end], bottom)
            best = box if bottom > top and box.area > best.area else best
    return best if best.area >= LEAST_SHARED * first.width * first.height else None


def shared_by_all(first: Size, others: Sequence[tuple[Alignment, Size]]) -> Box | None:
    """Return the frame of the first picture that every other one fills, or None.

    Raises `InvalidInputError` for points that `check` refuses.
    """
    areas = [shared(similarity(points, first, size), first, size) for points, size in others]
    found = [area for area in areas if area is not None]
    if len(found) < len(areas) or not found:
        return None
    common = Box(
        max(area.left for area in found),
        max(area.top for area in found),
        min(area.right for area in found),
        min(area.bottom for area in found),
    )
    return common if common.left < common.right and common.top < common.bottom else None


def to_json(alignment: Alignment) -> dict[str, list[list[float]]]:
    """Return the alignment as the browser has it: two pairs of fractions for each picture."""
    return {
        name: [[point.x, point.y] for point in marks]
        for name, marks in zip(ORDINALS, (alignment.first, alignment.second), strict=True)
    }


def from_json(sent: object) -> Alignment | None:
    """Return the alignment that a browser sent, or None where it makes no sense."""
    if not isinstance(sent, Mapping):
        return None
    first, second = (_marks(sent.get(name)) for name in ORDINALS)
    return Alignment(first, second) if first and second else None


def _marks(sent: object) -> Marks | None:
    if not isinstance(sent, Sequence) or isinstance(sent, str) or len(sent) != POINTS:
        return None
    one, other = map(_point, sent)
    return (one, other) if one and other else None


def _point(sent: object) -> Point | None:
    if not isinstance(sent, Sequence) or isinstance(sent, str) or len(sent) != POINTS:
        return None
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in sent):
        return None
    return Point(float(sent[0]), float(sent[1]))


def _placed(point: Point, size: Size) -> complex:
    return complex(point.x * size.width, point.y * size.height)


def _apart(marks: Marks, size: Size) -> float:
    """Return how far apart two places are, the picture's shorter side being 1."""
    one, other = (_placed(point, size) for point in marks)
    return abs(other - one) / min(size.width, size.height)


def _span(
    corners: Sequence[tuple[float, float]], x: float, height: float
) -> tuple[float, float] | None:
    """Return from where to where a convex figure covers the column at x, within the height."""
    crossed = []
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        (x1, y1), (x2, y2) = sorted((one, other))
        if x1 <= x <= x2:
            crossed += [y1, y2] if x1 == x2 else [y1 + (y2 - y1) * (x - x1) / (x2 - x1)]
    top, bottom = max([0.0, min(crossed, default=0.0)]), min(height, max(crossed, default=0.0))
    return (top, bottom) if bottom > top else None

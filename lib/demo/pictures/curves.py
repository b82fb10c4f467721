"""Lines and outlines as arrays of points (a row each: x, y); knows no colours and no pixels."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Place = tuple[float, float]

STEPS = 8
CIRCLE = np.array(
    [(math.cos(2 * math.pi * i / 48), math.sin(2 * math.pi * i / 48)) for i in range(48)]
)
# Catmull-Rom: how the four nearest points weigh at each step between the middle two.
_T = np.arange(STEPS, dtype=np.float64)[:, None] / STEPS
WEIGHTS = 0.5 * np.hstack(
    (
        -_T + 2 * _T**2 - _T**3,
        2 - 5 * _T**2 + 3 * _T**3,
        _T + 4 * _T**2 - 3 * _T**3,
        -(_T**2) + _T**3,
    )
)


def points(places: Sequence[Place] | Points) -> Points:
    """Return places as an array."""
    return np.asarray(places, dtype=np.float64).reshape(-1, 2)


def closed(places: Sequence[Place] | Points) -> Points:
    """Return the smooth outline through all places; a place twice is a corner."""
    through = points(places)
    before, after = np.roll(through, 1, axis=0), np.roll(through, -1, axis=0)
    return _smooth(before, through, after, np.roll(through, -2, axis=0))


def line(places: Sequence[Place] | Points) -> Points:
    """Return the smooth line through all places, from the first to the last."""
    through = points(places)
    ends = np.vstack((2 * through[0] - through[1], through, 2 * through[-1] - through[-2]))
    found = _smooth(ends[:-3], ends[1:-2], ends[2:-1], ends[3:])
    return np.vstack((found, through[-1]))


def _smooth(before: Points, start: Points, end: Points, after: Points) -> Points:
    stacked = np.stack((before, start, end, after), axis=1)
    return np.asarray((WEIGHTS @ stacked).reshape(-1, 2))


def ribbon(places: Sequence[Place] | Points, width: float, taper: float = 1.0) -> Points:
    """Return the outline of a stroke along a smooth line, `width` wide in its middle.

    `taper` is how much thinner the ends are: 0 as wide as the middle, 1 a point.
    """
    middle = line(places)
    half = _swell(len(middle), taper) * (width / 2) * _across(middle)
    return np.vstack((middle + half, (middle - half)[::-1]))


def wedge(places: Sequence[Place] | Points, wide: float, narrow: float) -> Points:
    """Return the outline of a stroke that is `wide` where it begins and `narrow` where it ends."""
    middle = line(places)
    half = (wide + (narrow - wide) * _evenly(len(middle))) / 2 * _across(middle)
    return np.vstack((middle + half, (middle - half)[::-1]))


def _across(middle: Points) -> Points:
    """Return the unit vectors at right angles to a line, at each of its points."""
    along = np.empty_like(middle)
    along[1:-1] = middle[2:] - middle[:-2]
    along[0], along[-1] = middle[1] - middle[0], middle[-1] - middle[-2]
    length = np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2) + 1e-9
    across = np.empty_like(middle)
    across[:, 0], across[:, 1] = -along[:, 1] / length, along[:, 0] / length
    return across


@lru_cache(maxsize=256)
def _swell(count: int, taper: float) -> Points:
    share = np.linspace(0.0, 1.0, count)[:, None]
    return np.asarray(1.0 - taper + taper * np.sin(np.pi * share) ** 0.7)


@lru_cache(maxsize=256)
def _evenly(count: int) -> Points:
    return np.linspace(0.0, 1.0, count)[:, None]


def oval(centre: Place, radii: Place, turn: float = 0.0) -> Points:
    """Return an ellipse; `turn` is in radians, clockwise on the picture."""
    flat = CIRCLE * radii
    return (turned(flat, turn) if turn else flat) + centre


def turned(places: Points, angle: float) -> Points:
    """Return points turned about the origin, clockwise on the picture; `angle` in radians."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.asarray(places @ np.array(((cosine, sine), (-sine, cosine))))


def mirrored(places: Points) -> Points:
    """Return points mirrored at the vertical axis."""
    return places * (-1.0, 1.0)


def between(first: Points, second: Points, share: float) -> Points:
    """Return the points that share of the way from the first outline to the second."""
    return np.asarray(first * (1 - share) + second * share)

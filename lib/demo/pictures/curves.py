"""Lines and outlines as arrays of points (a row each: x, y); knows no colours and no pixels."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Place = tuple[float, float]

STEPS = 8
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
    along = np.gradient(middle, axis=0)
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.column_stack((-along[:, 1], along[:, 0])) / length
    share = np.linspace(0.0, 1.0, len(middle))
    wide = 1.0 - taper + taper * np.sin(np.pi * share) ** 0.7
    half = (width / 2 * wide)[:, None] * across
    return np.vstack((middle + half, (middle - half)[::-1]))


def wedge(places: Sequence[Place] | Points, wide: float, narrow: float) -> Points:
    """Return the outline of a stroke that is `wide` where it begins and `narrow` where it ends."""
    middle = line(places)
    along = np.gradient(middle, axis=0)
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.column_stack((-along[:, 1], along[:, 0])) / length
    half = np.linspace(wide / 2, narrow / 2, len(middle))[:, None] * across
    return np.vstack((middle + half, (middle - half)[::-1]))


def oval(centre: Place, radii: Place, turn: float = 0.0) -> Points:
    """Return an ellipse; `turn` is in radians, clockwise on the picture."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    flat = np.column_stack((radii[0] * np.cos(angle), radii[1] * np.sin(angle)))
    return turned(flat, turn) + centre


def turned(places: Points, angle: float) -> Points:
    """Return points turned about the origin, clockwise on the picture; `angle` in radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(places @ np.array(((cosine, sine), (-sine, cosine))))


def mirrored(places: Points) -> Points:
    """Return points mirrored at the vertical axis."""
    return places * (-1.0, 1.0)


def between(first: Points, second: Points, share: float) -> Points:
    """Return the points that share of the way from the first outline to the second."""
    return np.asarray(first * (1 - share) + second * share)

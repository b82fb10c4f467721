"""What treatments do to a skin, day by day: how soon it shows, how long; knows no pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.demo.pictures.moment import Skin

# Days after the treatment, and how much of its effect can be seen then.
TOXIN = ((0, 0.0), (3, 0.15), (7, 0.65), (14, 1.0), (90, 0.95), (120, 0.6), (165, 0.0))
SLOW_TOXIN = ((0, 0.0), (14, 0.3), (42, 1.0), (120, 0.9), (210, 0.0))
FILLER = ((0, 1.25), (2, 1.3), (7, 1.0), (90, 0.92), (270, 0.55), (420, 0.0))
BOOSTER = ((0, 0.1), (14, 0.5), (28, 1.0), (120, 0.8), (240, 0.0))
PEEL = ((0, 0.0), (6, 0.3), (14, 0.8), (40, 1.0), (150, 0.4), (300, 0.0))
# How red a skin is, and for how many days.
NEEDLE_REDNESS = ((0, 0.75), (1, 0.30), (3, 0.05), (4, 0.0))
PEEL_REDNESS = ((0, 1.0), (2, 0.7), (5, 0.25), (8, 0.0))
BRUISE = ((0, 0.35), (2, 1.0), (6, 0.6), (11, 0.0))
BRUISING = frozenset({"lips", "marionette lines", "nasolabial folds"})
LINES = frozenset(
    {"forehead", "glabella", "crow's feet", "nasolabial folds", "marionette lines", "tear trough",
     "neck"}
)  # fmt: skip
VOLUMES = frozenset({"lips", "cheeks", "jawline", "chin", "hands"})
SAME_LINES = {"under eyes": "tear trough"}
SMOOTHED = 0.88
CLEARED = 0.75


@dataclass(frozen=True, slots=True)
class Given:
    """One area of one treatment: the day (days since 1970), the product's group, the area."""

    day: int
    group: str
    area: str


def skin_on(given: Sequence[Given], day: int, *, is_after: bool = True) -> Skin:
    """Return what can be seen on a day of all treatments up to it.

    What was given on the day itself counts only with `is_after`.
    """
    lines: dict[str, float] = {}
    volume: dict[str, float] = {}
    redness: dict[str, float] = {}
    spots, bruise = 1.0, 0.0
    if any(one.area == "masseter" for one in given):
        volume["masseter"] = 1.0
    for one in given:
        days = day - one.day
        if days < 0 or (days == 0 and not is_after):
            continue
        shown = effect_of(one, days)
        line = SAME_LINES.get(one.area, one.area)
        if one.area == "masseter":
            volume["masseter"] *= 1 - 0.9 * shown
        elif one.area in VOLUMES:
            volume[one.area] = max(volume.get(one.area, 0.0), shown)
        if line in LINES:
            lines[line] = lines.get(line, 1.0) * (1 - SMOOTHED * min(shown, 1.0))
        if one.area in {"face", "décolleté"}:
            spots *= 1 - CLEARED * shown
        redness[one.area] = max(redness.get(one.area, 0.0), redness_of(one, days))
        if one.group == "filler" and one.area in BRUISING:
            bruise = max(bruise, _at(BRUISE, days))
    return Skin(lines, volume, {area: red for area, red in redness.items() if red}, spots, bruise)


def effect_of(given: Given, days: int) -> float:
    """Return how much of an effect can be seen so many days later: 1 is all, swelling is more."""
    if given.group == "toxin":
        return _at(SLOW_TOXIN if given.area == "masseter" else TOXIN, days)
    if given.group == "filler":
        return _at(FILLER, days)
    return _at(BOOSTER if given.group == "skin_booster" else PEEL, days)


def redness_of(given: Given, days: int) -> float:
    """Return how red the area is so many days later, 0 to 1."""
    curve = PEEL_REDNESS if given.group in {"skin_care", "device"} else NEEDLE_REDNESS
    strength = 0.55 if given.group == "toxin" else 1.0
    return strength * _at(curve, days)


def _at(curve: Sequence[tuple[int, float]], days: int) -> float:
    return float(np.interp(days, [day for day, _ in curve], [share for _, share in curve]))

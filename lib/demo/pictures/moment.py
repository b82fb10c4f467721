"""How a face is at one moment: what it does, what treatments did to it, where the camera stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Look:
    """What the face does, each from 0 (not at all) to 1."""

    smile: float = 0.0
    frown: float = 0.0
    raised: float = 0.0
    closed: float = 0.0
    pursed: float = 0.0


@dataclass(frozen=True, slots=True)
class Skin:
    """What can be seen of treatments: 1 is "as if never treated" for lines and spots.

    `lines` by area ("forehead", "glabella", "crow's feet", "nasolabial folds", "marionette lines",
    "tear trough", "neck") from 0, smooth, to 1. `volume` by area ("lips", "cheeks", "jawline",
    "chin", "hands") from 0 to 1 more than before; "masseter" is 1 while it is as wide as it was.
    `redness` by area from 0 to 1. `spots` and `veins` are how much of them is left.
    """

    lines: Mapping[str, float] = field(default_factory=dict)
    volume: Mapping[str, float] = field(default_factory=dict)
    redness: Mapping[str, float] = field(default_factory=dict)
    spots: float = 1.0
    bruise: float = 0.0

    def line(self, area: str) -> float:
        """Return how much of an area's lines is left, 0 to 1."""
        return self.lines.get(area, 1.0)

    def more(self, area: str) -> float:
        """Return how much more volume an area has than before, 0 to 1."""
        return self.volume.get(area, 0.0)

    def red(self, area: str) -> float:
        """Return how red an area is, 0 to 1."""
        return self.redness.get(area, 0.0)


@dataclass(frozen=True, slots=True)
class Camera:
    """What differs between two days: place, size, turn (radians) and light."""

    scale: float = 1.0
    turn: float = 0.0
    left: float = 0.0
    down: float = 0.0
    warmth: float = 0.0
    gain: float = 1.0

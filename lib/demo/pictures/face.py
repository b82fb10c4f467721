"""The shape of a face: outlines and places of its features, turned by as much as one likes.

Units are those of a picture 1,200 wide: 0, 0 is between the eyes, x grows to the right of the
picture, y downwards, z towards the camera.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.demo.pictures.curves import Place, Points, closed, points
from lib.demo.pictures.moment import Look, Skin
from lib.demo.pictures.sitter import Sitter

# The half outline of a face seen from the front, right of the middle, crown to chin.
FRONT_HALF: tuple[Place, ...] = (
    (0, -372), (110, -358), (205, -300), (258, -205), (274, -100), (272, 0), (264, 90), (247, 180),
    (212, 275), (150, 360), (78, 412), (0, 426),
)  # fmt: skip
# The same places when the head is turned to the right of the picture: far side, then near side.
TURNED_FAR: tuple[Place, ...] = (
    (20, -380), (128, -362), (206, -300), (242, -210), (250, -110), (226, -22), (246, 66),
    (238, 150), (212, 244), (188, 330), (148, 394), (94, 420),
)  # fmt: skip
TURNED_NEAR: tuple[Place, ...] = (
    (20, -380), (-110, -366), (-214, -310), (-272, -210), (-284, -100), (-268, 0), (-246, 90),
    (-216, 190), (-158, 284), (-70, 362), (22, 408), (94, 420),
)  # fmt: skip
FULL_TURN = math.radians(38)
WIDE, HIGH, DEEP = 312.0, 560.0, 262.0
EYE_X, BROW_Y, MOUTH_Y, NOSE_Y = 122.0, -70.0, 255.0, 150.0


@dataclass(frozen=True, slots=True)
class Face:
    """One face at one moment; `turn` is 0 from the front and 1 at an oblique."""

    sitter: Sitter
    look: Look
    skin: Skin
    turn: float = 0.0

    def at(self, places: Sequence[Place] | Points, lift: float | Sequence[float] = 0.0) -> Points:
        """Return places of the face as the camera sees them; `lift` is how far they stand out."""
        flat = points(places)
        across = np.clip(1 - (flat[:, 0] / WIDE) ** 2, 0.02, None)
        along = np.clip(1 - ((flat[:, 1] - 20) / HIGH) ** 2, 0.02, None)
        depth = DEEP * np.sqrt(across) * np.sqrt(along) + np.asarray(lift)
        angle = self.turn * FULL_TURN
        wide = self.sitter.width
        x = flat[:, 0] * wide * math.cos(angle) + (depth - 62 * self.turn) * math.sin(angle)
        return np.column_stack((x, flat[:, 1]))

    def spot(self, x: float, y: float, lift: float = 0.0) -> Place:
        """Return one place as the camera sees it."""
        found = self.at([(x, y)], lift)[0]
        return float(found[0]), float(found[1])

    def outline(self) -> Points:
        """Return the outline of the head without hair."""
        half = points(FRONT_HALF)
        right = half * (1 - self.turn) + points(TURNED_FAR) * self.turn
        left = half * (-1, 1) * (1 - self.turn) + points(TURNED_NEAR) * self.turn
        ring = np.vstack((right, left[::-1][1:-1]))
        return closed(self._shaped(ring))

    def _shaped(self, ring: Points) -> Points:
        """Return an outline with this person's jaw, chin and cheeks."""
        person, skin = self.sitter, self.skin
        x, y = ring[:, 0].copy(), ring[:, 1].copy()
        middle = 60 * self.turn
        out = np.sign(x - middle)
        masseter = skin.volume.get("masseter", 0.0)
        jaw = np.exp(-(((y - 265) / 95) ** 2))
        x += out * jaw * (10 * person.jaw + 12 * masseter + 5 * skin.more("jawline"))
        x += out * np.exp(-(((y - 80) / 90) ** 2)) * 8 * skin.more("cheeks")
        low = np.clip((y - 330) / 96, 0, 1)
        y += low * (9 * person.chin + 10 * skin.more("chin") + 4 * self.look.smile)
        x += out * low * 10 * max(person.jaw, 0)
        return np.column_stack((middle + (x - middle) * person.width, y))

    @property
    def near_only(self) -> bool:
        """Tell whether the far ear is out of sight."""
        return self.turn > 0.3  # noqa: PLR2004

"""A sheet to draw on: smooth shapes, soft shades and layers, with clean edges; knows no people.

Shapes are given in the drawing's own units and placed by the sheet's `Stand`: where the camera
stood. Edges are drawn three times as fine and reduced; what is soft is drawn coarsely and enlarged,
which looks the same and takes a tenth of the time.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from lib.demo.pictures.curves import Place, Points, turned

Colour: TypeAlias = tuple[int, int, int]
Box: TypeAlias = tuple[int, int, int, int]

FINE = 3
# Above this many pixels a shape's edge is drawn twice as fine instead of three times.
LARGE = 350_000
COARSE_FROM = 3.0
SOFT_SCALE = 0.25


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the camera stood: pixels = turned(units) * scale + shift."""

    scale: float = 1.0
    angle: float = 0.0
    shift: Place = (0.0, 0.0)
    is_mirrored: bool = False

    def placed(self, shape: Points) -> Points:
        """Return a shape in pixels."""
        flipped = shape * (-1.0, 1.0) if self.is_mirrored else shape
        return turned(flipped, self.angle) * self.scale + self.shift


class Sheet:
    """A picture that is being drawn."""

    def __init__(self, size: tuple[int, int], stand: Stand, colour: Colour) -> None:
        """Start with one colour all over."""
        self.size = size
        self.stand = stand
        self.image = Image.new("RGB", size, colour)

    def fill(
        self,
        shape: Points,
        colour: Colour,
        alpha: float = 1.0,
        blur: float = 0.0,
        within: Points | None = None,
    ) -> None:
        """Fill a shape; `blur` is in the drawing's units; `within` is a shape it must stay in."""
        if alpha <= 0:
            return
        cut = self._mask(shape, blur * self.stand.scale, alpha)
        if cut is None:
            return
        mask, box = cut
        if within is not None:
            mask = ImageChops.multiply(mask, self._sharp(self.stand.placed(within), box))
        self.image.paste(colour, box, mask)

    def soft_layer(self, colour: Colour) -> "Sheet":
        """Return a coarse sheet of the same view, for shades that are laid in later."""
        size = (
            math.ceil(self.size[0] * SOFT_SCALE),
            math.ceil(self.size[1] * SOFT_SCALE),
        )
        stand = self.stand
        shift = (stand.shift[0] * SOFT_SCALE, stand.shift[1] * SOFT_SCALE)
        coarse = Stand(stand.scale * SOFT_SCALE, stand.angle, shift, stand.is_mirrored)
        return Sheet(size, coarse, colour)

    def lay(self, layer: "Sheet", shape: Points, alpha: float = 1.0) -> None:
        """Lay a coarse sheet in, where the shape is."""
        cut = self._mask(shape, 0.0, alpha)
        if cut is None:
            return
        mask, box = cut
        scale = layer.size[0] / self.size[0]
        left, top, right, bottom = (edge * scale for edge in box)
        part = layer.image.resize(
            (box[2] - box[0], box[3] - box[1]),
            Image.Resampling.BILINEAR,
            box=(left, top, right, bottom),
        )
        self.image.paste(part, box, mask)

    def cover(self, picture: Image.Image) -> None:
        """Begin anew on a picture of the same size."""
        self.image = picture.copy()

    def _mask(self, shape: Points, blur: float, alpha: float) -> tuple[Image.Image, Box] | None:
        """Return how much of each pixel is covered, and where; None when nothing is."""
        placed = self.stand.placed(shape)
        box = self._box(placed, 3.2 * blur + 1)
        if box is None:
            return None
        level = round(255 * min(1.0, alpha))
        if blur >= COARSE_FROM:
            return self._soft(placed, box, blur, level), box
        mask = self._sharp(placed, box, level)
        return (mask.filter(ImageFilter.BoxBlur(blur)) if blur > 0 else mask), box

    def _box(self, placed: Points, margin: float) -> Box | None:
        low = np.maximum(np.floor(placed.min(axis=0) - margin), 0)
        high = np.minimum(np.ceil(placed.max(axis=0) + margin), self.size)
        if (high <= low).any():
            return None
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    @staticmethod
    def _sharp(placed: Points, box: Box, level: int = 255) -> Image.Image:
        wide, high = box[2] - box[0], box[3] - box[1]
        fine = 2 if wide * high > LARGE else FINE
        mask = Image.new("L", (wide * fine, high * fine))
        outline = ((placed - box[:2]) * fine).ravel().tolist()
        ImageDraw.Draw(mask).polygon(outline, fill=level)
        return mask.reduce(fine)

    @staticmethod
    def _soft(placed: Points, box: Box, blur: float, level: int) -> Image.Image:
        step = max(1.0, blur / 2.0)
        wide, high = box[2] - box[0], box[3] - box[1]
        size = (math.ceil(wide / step) + 1, math.ceil(high / step) + 1)
        mask = Image.new("L", size)
        outline = ((placed - box[:2]) / step).ravel().tolist()
        ImageDraw.Draw(mask).polygon(outline, fill=level)
        near = mask.filter(ImageFilter.GaussianBlur(blur / step))
        return near.resize(
            (wide, high), Image.Resampling.BILINEAR, box=(0, 0, wide / step, high / step)
        )

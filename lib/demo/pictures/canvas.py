"""A sheet to draw on: smooth shapes, soft shades and layers, with clean edges; knows no people.

Shapes are given in the drawing's own units and placed by the sheet's `Stand`: where the camera
stood. Edges are drawn three times as fine and reduced; what is soft is drawn coarsely and enlarged,
which looks the same and takes a tenth of the time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from lib.demo.pictures.curves import Place, Points, turned

Colour: TypeAlias = tuple[int, int, int]
Box: TypeAlias = tuple[int, int, int, int]
# x and y in turn, in pixels.
Outline: TypeAlias = list[float]

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
        *,
        within: Points | None = None,
    ) -> None:
        """Fill a shape; `blur` is in the drawing's units; `within` is a shape it must stay in."""
        self.fill_all((shape,), colour, alpha, blur, within=within)

    def fill_all(
        self,
        shapes: Sequence[Points],
        colour: Colour,
        alpha: float = 1.0,
        blur: float = 0.0,
        *,
        within: Points | None = None,
    ) -> None:
        """Fill many shapes as if they were one, which is many times quicker than one by one."""
        if alpha <= 0 or not shapes:
            return
        cut = self._mask(shapes, blur * self.stand.scale, alpha)
        if cut is None:
            return
        mask, box = cut
        if within is not None:
            edge = self.stand.placed(within).ravel().tolist()
            mask = ImageChops.multiply(mask, _sharp((edge,), box))
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
        cut = self._mask((shape,), 0.0, alpha)
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

    def _mask(
        self, shapes: Sequence[Points], blur: float, alpha: float
    ) -> tuple[Image.Image, Box] | None:
        """Return how much of each pixel is covered, and where; None when nothing is."""
        outlines = [self.stand.placed(shape).ravel().tolist() for shape in shapes]
        box = self._box(outlines, 3.2 * blur + 1)
        if box is None:
            return None
        level = round(255 * min(1.0, alpha))
        if blur >= COARSE_FROM:
            return _soft(outlines, box, blur, level), box
        mask = _sharp(outlines, box, level)
        return (mask.filter(ImageFilter.BoxBlur(blur)) if blur > 0 else mask), box

    def _box(self, outlines: Sequence[Outline], margin: float) -> Box | None:
        left = max(0, math.floor(min(min(one[::2]) for one in outlines) - margin))
        top = max(0, math.floor(min(min(one[1::2]) for one in outlines) - margin))
        right = min(self.size[0], math.ceil(max(max(one[::2]) for one in outlines) + margin))
        bottom = min(self.size[1], math.ceil(max(max(one[1::2]) for one in outlines) + margin))
        if right <= left or bottom <= top:
            return None
        return left, top, right, bottom


def _sharp(outlines: Sequence[Outline], box: Box, level: int = 255) -> Image.Image:
    wide, high = box[2] - box[0], box[3] - box[1]
    fine = 2 if wide * high > LARGE else FINE
    mask = Image.new("L", (wide * fine, high * fine))
    _paint(mask, outlines, box, fine, level)
    return mask.reduce(fine)


def _soft(outlines: Sequence[Outline], box: Box, blur: float, level: int) -> Image.Image:
    step = max(1.0, blur / 2.0)
    wide, high = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (math.ceil(wide / step) + 1, math.ceil(high / step) + 1))
    _paint(mask, outlines, box, 1 / step, level)
    near = mask.filter(ImageFilter.GaussianBlur(blur / step))
    part = (0, 0, wide / step, high / step)
    return near.resize((wide, high), Image.Resampling.BILINEAR, box=part)


def _paint(
    mask: Image.Image, outlines: Sequence[Outline], box: Box, scale: float, level: int
) -> None:
    left, top = box[0], box[1]
    brush = ImageDraw.Draw(mask)
    for one in outlines:
        moved = one.copy()
        moved[::2] = [(x - left) * scale for x in one[::2]]
        moved[1::2] = [(y - top) * scale for y in one[1::2]]
        brush.polygon(moved, fill=level)

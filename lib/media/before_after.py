"""Draws previews of one patient beside each other, with captions: a before-and-after image.

It is given previews, which this software has encoded itself and which hold at most a few million
pixels each, so what it needs of memory is bounded; it knows neither patients nor consent. The file
is made from pixel values alone: no metadata of any kind reaches it.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageStat

from lib.domain import alignment as alignments
from lib.domain.alignment import Alignment, Box, Size
from lib.domain.brightness import gain
from lib.errors import InvalidInputError

MEDIA_TYPE = "image/jpeg"
QUALITY = 92
GAP = 12
# A hundredth of the pictures' height is the unit of type and margins.
UNIT, LEAST_UNIT = 100, 5.0
PAPER, INK, QUIET = (255, 255, 255), (22, 33, 31), (74, 87, 85)
LABEL_GROUND, LABEL_INK = (13, 17, 16), (255, 255, 255)
ADJUSTED = "Brightness adjusted"
TOO_LITTLE = (
    "Laid over each other, these pictures have too little in common to be cut alike. Set the "
    "points again, or export the pictures as they were taken."
)
# Above this a picture is made smaller first, or pixels would be left out between others.
MOST_SHRUNK = 1.5


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: its preview's bytes, the lines under it (the first is bold), how it is laid.

    `alignment` has the points of the first panel and of this one; None leaves it as it was taken.
    """

    content: bytes = field(repr=False)
    lines: tuple[str, ...] = ()
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """The fonts of captions: files of a regular and a semi-bold cut."""

    regular: Path
    bold: Path


def made(panels: Sequence[Panel], fonts: Type, *, is_matched: bool) -> bytes:
    """Return the image as JPEG (sRGB): panels side by side, the first being what others lie over.

    Aligned panels show what all of them show, so that the same place has the same place in each.
    With `is_matched` the others get the first one's brightness, and every such panel says so.
    Raises `InvalidInputError` for points that cannot carry it, or pictures that share too little.
    """
    pictures = [_opened(panel.content) for panel in panels]
    laid = _laid(pictures, panels)
    if is_matched:
        laid = [laid[0], *(_matched(one, laid[0]) for one in laid[1:])]
    height = min(one.height for one in laid)
    scaled = [_scaled(one, height) for one in laid]
    sheet = _Sheet(scaled, [panel.lines for panel in panels], fonts)
    return _encoded(sheet.drawn(is_matched=is_matched))


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB")


def _laid(pictures: Sequence[Image.Image], panels: Sequence[Panel]) -> list[Image.Image]:
    """Return the pictures as they are shown: aligned ones cut to what all of those show."""
    first = _size(pictures[0])
    aligned = [
        (panel.alignment, _size(one))
        for panel, one in zip(panels[1:], pictures[1:], strict=True)
        if panel.alignment is not None
    ]
    if not aligned:
        return list(pictures)
    crop = _whole(alignments.shared_by_all(first, aligned))
    kept = pictures[0].crop(
        (round(crop.left), round(crop.top), round(crop.right), round(crop.bottom))
    )
    others = [
        one if panel.alignment is None else _over(one, panel.alignment, first, crop)
        for one, panel in zip(pictures[1:], panels[1:], strict=True)
    ]
    return [kept, *others]


def _whole(area: Box | None) -> Box:
    """Return an area in whole pixels. Raises `InvalidInputError` where there is none."""
    if area is None:
        raise InvalidInputError(TOO_LITTLE)
    corners = math.ceil(area.left), math.ceil(area.top), int(area.right), int(area.bottom)
    return Box(*map(float, corners))


def _over(picture: Image.Image, alignment: Alignment, first: Size, crop: Box) -> Image.Image:
    """Return the part of a picture that lies under the crop of the first one, pixel by pixel."""
    back = alignments.similarity(alignment, first, _size(picture)).inverse()
    if back.scale > MOST_SHRUNK:
        picture = _scaled(picture, max(1, round(picture.height / back.scale)))
        back = alignments.similarity(alignment, first, _size(picture)).inverse()
    left, top = back.apply(crop.left, crop.top)
    size = (round(crop.right - crop.left), round(crop.bottom - crop.top))
    # Pillow counts from a pixel's middle, as our convention does.
    numbers = (back.a, -back.b, left, back.b, back.a, top)
    return picture.transform(
        size, Image.Transform.AFFINE, numbers, resample=Image.Resampling.BICUBIC
    )


def _matched(picture: Image.Image, reference: Image.Image) -> Image.Image:
    factor = gain(_brightness(reference), _brightness(picture))
    return picture.point([min(255, round(value * factor)) for value in range(256)] * 3)


def _brightness(picture: Image.Image) -> float:
    return float(ImageStat.Stat(picture.convert("L")).mean[0])


def _scaled(picture: Image.Image, height: int) -> Image.Image:
    if picture.height == height:
        return picture
    width = max(1, round(picture.width * height / picture.height))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _size(picture: Image.Image) -> Size:
    return Size(picture.width, picture.height)


class _Sheet:
    """The paper under the pictures, and where each of them lies on it."""

    def __init__(
        self, pictures: Sequence[Image.Image], lines: Sequence[tuple[str, ...]], fonts: Type
    ) -> None:
        self.pictures, self.lines, self.fonts = pictures, lines, fonts
        self.height = pictures[0].height
        self.unit = max(LEAST_UNIT, self.height / UNIT)

    def drawn(self, *, is_matched: bool) -> Image.Image:
        """Return the whole."""
        rows = max(len(lines) for lines in self.lines)
        under = round(self.unit * (2 + 4.4 * rows)) if rows else 0
        width = sum(one.width for one in self.pictures) + GAP * (len(self.pictures) - 1)
        sheet = Image.new("RGB", (width, self.height + under), PAPER)
        draw = ImageDraw.Draw(sheet)
        left = 0
        for place, (picture, lines) in enumerate(zip(self.pictures, self.lines, strict=True)):
            sheet.paste(picture, (left, 0))
            self._caption(draw, left, lines)
            if is_matched and place:
                self._label(draw, left)
            left += picture.width + GAP
        return sheet

    def _caption(self, draw: ImageDraw.ImageDraw, left: int, lines: tuple[str, ...]) -> None:
        for row, line in enumerate(lines):
            at = (left + self.unit, self.height + self.unit * (1.4 + 4.4 * row))
            file = self.fonts.regular if row else self.fonts.bold
            draw.text(at, line, fill=QUIET if row else INK, font=self._font(file))

    def _label(self, draw: ImageDraw.ImageDraw, left: int) -> None:
        font = self._font(self.fonts.bold)
        at = (left + 2 * self.unit, self.height - 6 * self.unit)
        box = draw.textbbox(at, ADJUSTED, font=font)
        margin = self.unit
        ground = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
        draw.rectangle(ground, fill=LABEL_GROUND)
        draw.text(at, ADJUSTED, fill=LABEL_INK, font=font)

    def _font(self, file: Path) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(file), round(3.2 * self.unit))


def _encoded(sheet: Image.Image) -> bytes:
    content = io.BytesIO()
    sheet.save(content, "JPEG", quality=QUALITY, subsampling=0)
    return content.getvalue()

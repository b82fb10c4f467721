"""Drawn pictures with two coloured discs at known places, to see where they come to lie."""

import io

from PIL import Image, ImageDraw

from lib.domain.alignment import Alignment, Point

RED, BLUE = (200, 30, 30), (30, 30, 200)
GREY = 150
RADIUS = 0.02
# Where the discs are: level on one picture, turned, smaller and aside on the other.
LEVEL = (Point(0.35, 0.45), Point(0.65, 0.45))
TURNED = (Point(0.42, 0.4), Point(0.62, 0.5))
ALIGNMENT = Alignment(LEVEL, TURNED)
Size = tuple[int, int]


def picture(size: Size, marks: tuple[Point, Point], grey: int = GREY) -> Image.Image:
    """Return a grey picture with a red disc at the first mark and a blue one at the second."""
    drawn = Image.new("RGB", size, (grey, grey, grey))
    draw = ImageDraw.Draw(drawn)
    radius = RADIUS * min(size)
    for mark, colour in zip(marks, (RED, BLUE), strict=True):
        x, y = mark.x * size[0], mark.y * size[1]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return drawn


def as_jpeg(drawn: Image.Image) -> bytes:
    """Return a picture's bytes."""
    content = io.BytesIO()
    drawn.save(content, "JPEG", quality=92, subsampling=0)
    return content.getvalue()


def disc(seen: Image.Image, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Return the middle of what has about this colour, in pixels."""
    places = [
        (at % seen.width + 0.5, at // seen.width + 0.5)
        for at, pixel in enumerate(seen.convert("RGB").get_flattened_data())
        if sum(abs(one - other) for one, other in zip(pixel, colour, strict=True)) < 120
    ]
    return (
        sum(x for x, _ in places) / len(places),
        sum(y for _, y in places) / len(places),
    )


def segments(content: bytes) -> list[int]:
    """Return the markers of a JPEG before its picture begins, such as 0xE1 for Exif."""
    found, at = [], 2
    while content[at + 1] != 0xDA:
        found.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return found

"""Decoding a photograph to upright sRGB pixels of a wanted size; makes and keeps no files."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from lib.errors import MediaRefusedError
from lib.media.prepared import Format

MAX_PIXELS = 100_000_000
TOO_LARGE = "This picture has more than 100 megapixels. Save a smaller copy and bring that in."
BROKEN = "This picture cannot be read: the file is damaged or incomplete. Copy it again."


@dataclass(frozen=True, slots=True)
class Photograph:
    """A decoded photograph: its pixels, reduced, and the upright size of the original."""

    pixels: Image.Image
    width: int
    height: int


def decode(content: bytes, expected: Format, longer_side: int) -> Photograph:
    """Return the picture upright, its longer side at most so many pixels.

    Raises `MediaRefusedError` with a sentence for the person who brought it in.
    """
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(content), formats=[expected.name]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise MediaRefusedError(TOO_LARGE)
            if expected is Format.JPEG:
                picture.draft("RGB", (longer_side, longer_side))
            picture.load()
            pixels = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise MediaRefusedError(BROKEN) from error
    if (pixels.width > pixels.height) != (width > height):
        width, height = height, width
    pixels.thumbnail((longer_side, longer_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Photograph(pixels, width, height)

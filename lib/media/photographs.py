"""Decoding a photograph to upright sRGB pixels of a wanted size; makes and keeps no files."""

import io
import struct
from contextlib import suppress
from dataclasses import dataclass

import pillow_heif
from PIL import ExifTags, Image

from lib.errors import MediaRefusedError
from lib.media import boxes, colours, taken
from lib.media.prepared import Format, Taken

MAX_PIXELS = 100_000_000
TOO_LARGE = "This picture has more than 100 megapixels. Save a smaller copy and bring that in."
BROKEN = (
    "This picture cannot be opened: the file is damaged, incomplete or of a rare kind. Copy it "
    "again, or save it as JPEG."
)
ANIMATED = "This picture moves. Bring it in as a video, or save the one moment that you want."
SEVERAL = "This file holds several pictures. Save each as a file of its own and bring those in."

# Pillow is told by us what a file is, so that no other of its decoders is ever tried.
DECODERS = {
    Format.JPEG: "JPEG",
    Format.PNG: "PNG",
    Format.WEBP: "WEBP",
    Format.AVIF: "AVIF",
    Format.TIFF: "TIFF",
    Format.HEIC: "HEIF",
}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = frozenset({5, 6, 7, 8})
REDUCED_PAGE = 1
MASK_PAGE = 4
NEW_SUBFILE_TYPE = 254
# What Pillow and the libraries under it raise for files that are not what they claim.
DECODING_FAULTS = (
    *(OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError),
    *(EOFError, OverflowError, ZeroDivisionError, RuntimeError, struct.error),
)


@dataclass(frozen=True, slots=True)
class Photograph:
    """A decoded photograph: its pixels, reduced, and what the original is."""

    pixels: Image.Image
    width: int
    height: int
    taken: Taken | None


def decode(content: bytes, expected: Format, longer_side: int) -> Photograph:
    """Return the picture upright and in sRGB, its longer side at most so many pixels.

    Raises `MediaRefusedError` with a sentence for the person who brought it in.
    """
    # Ours are the limits: Pillow's would only warn, and count otherwise.
    Image.MAX_IMAGE_PIXELS = None
    if expected is Format.HEIC:
        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    if expected is Format.PNG and boxes.is_chunk_cut(content):
        raise MediaRefusedError(BROKEN)
    try:
        with Image.open(io.BytesIO(content), formats=[DECODERS[expected]]) as picture:
            return _decoded(picture, expected, longer_side)
    except MediaRefusedError:
        raise
    except DECODING_FAULTS as error:
        raise MediaRefusedError(BROKEN) from error


def _decoded(picture: Image.Image, expected: Format, longer_side: int) -> Photograph:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise MediaRefusedError(TOO_LARGE)
    _refuse_several(picture, expected)
    exif = _exif(picture)
    if expected is Format.JPEG:
        # libjpeg then decodes at a half, a quarter or an eighth, which is far less work.
        picture.draft(picture.mode, (longer_side, longer_side))
    picture.load()
    orientation = _orientation(exif)
    pixels = reduced(colours.opened_up(picture), longer_side)
    pixels = colours.to_srgb(pixels, picture.info.get("icc_profile"))
    if orientation in TURNS:
        pixels = pixels.transpose(TURNS[orientation])
    if orientation in SIDEWAYS:
        width, height = height, width
    return Photograph(pixels, width, height, _taken(exif))


def reduced(picture: Image.Image, longer_side: int) -> Image.Image:
    """Return the picture with its longer side at most so many pixels; it is never enlarged."""
    scale = longer_side / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    # Of the filters without artefacts the fastest, a third of the time of Lanczos.
    return picture.resize(size, Image.Resampling.HAMMING, reducing_gap=3.0)


def _refuse_several(picture: Image.Image, expected: Format) -> None:
    """Refuse what would be kept whole but shown in part: nobody would know of the rest."""
    if expected is Format.TIFF:
        for page in range(1, _frames(picture)):
            picture.seek(page)
            kind = picture.tag_v2.get(NEW_SUBFILE_TYPE, 0)  # type: ignore[attr-defined]
            if not kind & (REDUCED_PAGE | MASK_PAGE):
                raise MediaRefusedError(SEVERAL)
        picture.seek(0)
    elif expected is not Format.JPEG and expected is not Format.HEIC and _frames(picture) > 1:
        raise MediaRefusedError(ANIMATED)


def _frames(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1))


def _exif(picture: Image.Image) -> Image.Exif:
    """Return the metadata; none where it cannot be read, for the pixels are what counts."""
    with suppress(*DECODING_FAULTS):
        return picture.getexif()
    return Image.Exif()


def _orientation(exif: Image.Exif) -> int:
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) else 1


def _taken(exif: Image.Exif) -> Taken | None:
    with suppress(*DECODING_FAULTS):
        return taken.of_exif(exif)
    return None

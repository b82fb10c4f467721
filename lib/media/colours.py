"""Any pixels to sRGB: profiles, CMYK, grey, 16 bits, palettes and transparency; knows no files."""

import io

import numpy as np
from PIL import Image, ImageCms

from lib.errors import MediaRefusedError

# CMYK profiles of printers take 2 or 3 MB; what is far larger is no profile.
MAX_PROFILE_BYTES = 8 * 1024 * 1024
PAPER = (255, 255, 255)
SIXTEEN_BITS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
UNSUPPORTED = "This picture's colours are of a kind that cannot be shown. Save it as JPEG or PNG."


def opened_up(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be reduced: no palette, no 16 bits, no single bits."""
    if picture.mode in SIXTEEN_BITS:
        # Pillow would clip what is above 255 instead of scaling it.
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in {"P", "PA"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in {"L", "RGB"} and picture.has_transparency_data:
        return picture.convert("LA" if picture.mode == "L" else "RGBA")
    if picture.mode not in {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"}:
        raise MediaRefusedError(UNSUPPORTED)
    return picture


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as opaque sRGB; white shows through what is transparent.

    A profile that is broken or belongs to other colours is ignored: the picture is then taken as
    sRGB, as browsers do.
    """
    alpha = picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None
    bare = picture.convert(picture.mode[:-1]) if alpha else picture
    colours = _converted(bare, profile) or bare.convert("RGB")
    if alpha is None:
        return colours
    paper = Image.new("RGB", colours.size, PAPER)
    paper.paste(colours, mask=alpha)
    return paper


def _converted(picture: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Return the picture by way of its profile; None where it has none that can be used."""
    if picture.mode == "LAB":
        source = ImageCms.createProfile("LAB")
    elif profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
        except (OSError, TypeError, ValueError):
            return None
    else:
        return None
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(source),
            ImageCms.createProfile("sRGB"),
            picture.mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        return transform.apply(picture)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

"""Photographs for tests, drawn here: each `seed` is another picture, with a camera's own date."""

import io
from functools import cache

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 640, 480
DATE_TIME_ORIGINAL, OFFSET_TIME_ORIGINAL, EXIF_IFD = 0x9003, 0x9011, 0x8769


@cache
def jpeg(seed: int = 0, taken: str = "", offset: str = "") -> bytes:
    """Return a JPEG; `taken` as EXIF writes it, like `2026:11-23 10:15:00` with colons."""
    noise = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    within = exif.get_ifd(EXIF_IFD)
    if taken:
        within[DATE_TIME_ORIGINAL] = taken
    if offset:
        within[OFFSET_TIME_ORIGINAL] = offset
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=85, exif=exif.tobytes())
    return held.getvalue()


def broken() -> bytes:
    """Return a JPEG whose second half is missing."""
    whole = jpeg(99)
    return whole[: len(whole) // 2]

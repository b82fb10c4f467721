"""When a photograph or video says that it was taken; knows no clock and no zone of a clinic."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from PIL import ExifTags, Image

from lib.media.prepared import Taken

# Cameras that were never set say 1970, 1980 or 1904.
EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 - the camera's own wall clock has no zone
STAMP = re.compile(r"\s*(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?\s*")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
LONGEST_TEXT = 64
QUARTER = 15
FIX_IS_FRESH = timedelta(minutes=1)
MOST_OFFSET = 14 * 60

TIMES = (
    (
        ExifTags.Base.DateTimeOriginal,
        ExifTags.Base.OffsetTimeOriginal,
        ExifTags.Base.SubsecTimeOriginal,
    ),
    (
        ExifTags.Base.DateTimeDigitized,
        ExifTags.Base.OffsetTimeDigitized,
        ExifTags.Base.SubsecTimeDigitized,
    ),
)


def of_exif(exif: Image.Exif) -> Taken | None:
    """Return when the shutter was released, by EXIF; None where it does not say.

    The time at which the file was last changed is not asked: editing moves it.
    """
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    for stamp, offset, fraction in TIMES:
        at = _stamp(_text(inner.get(stamp)), _text(inner.get(fraction)))
        if at is not None:
            said = _offset(_text(inner.get(offset)))
            return Taken(at, _offset_by_gps(exif, at) if said is None else said)
    return None


def of_video(metadata: Mapping[str, str]) -> Taken | None:
    """Return when the recording began, by a container's metadata; None where it does not say.

    QuickTime's own date has the local time and its offset; the movie header is in UTC.
    """
    for name in ("com.apple.quicktime.creationdate", "creation_time", "DATE_RECORDED"):
        text = metadata.get(name, "")[:LONGEST_TEXT]
        at = _stamp(text.rstrip("Zz").partition("+")[0][:26]) or _stamp(text[:19])
        if at is not None:
            return Taken(at, 0 if text.upper().endswith("Z") else _offset(text[19:]))
    return None


def _text(value: object) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return text[:LONGEST_TEXT].replace("\0", " ") if isinstance(text, str) else ""


def _stamp(text: str, fraction: str = "") -> datetime | None:
    found = STAMP.fullmatch(text)
    if not found:
        return None
    digits = found[7] or fraction.strip()
    micros = int(digits[:6].ljust(6, "0")) if digits.isascii() and digits.isdigit() else 0
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        at = datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 - as above
    except ValueError:
        return None
    return at if at >= EARLIEST else None


def _offset(text: str) -> int | None:
    found = OFFSET.search(text)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    if minutes > MOST_OFFSET:
        return None
    return -minutes if found[1] == "-" else minutes


def _offset_by_gps(exif: Image.Exif, at: datetime) -> int | None:
    """Return the offset that a fresh GPS fix, which is in UTC, shows the camera's clock to have."""
    fix = None
    with suppress(KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        fix = _fix(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if fix is None:
        return None
    ahead = at - fix
    minutes = round(ahead / timedelta(minutes=QUARTER)) * QUARTER
    is_fresh = abs(ahead - timedelta(minutes=minutes)) <= FIX_IS_FRESH
    return minutes if is_fresh and abs(minutes) <= MOST_OFFSET else None


def _fix(gps: Mapping[int, Any]) -> datetime:
    day = datetime.strptime(_text(gps[ExifTags.GPS.GPSDateStamp]).strip(), "%Y:%m:%d")  # noqa: DTZ007
    hours, minutes, seconds = (float(part) for part in gps[ExifTags.GPS.GPSTimeStamp])
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)

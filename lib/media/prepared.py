"""What preparing a file finds out and makes; plain values that cross to and from a worker."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lib.domain.media import Kind, Rendition


class Format(StrEnum):
    """What a file's own bytes say that it is; its name is never asked."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    AVIF = "AVIF"
    TIFF = "TIFF"
    HEIC = "HEIC"
    MP4 = "MP4"
    MOV = "MOV"
    WEBM = "WebM"

    @property
    def kind(self) -> Kind:
        """Tell whether it is a photograph or a video."""
        return Kind.VIDEO if self in (Format.MP4, Format.MOV, Format.WEBM) else Kind.PHOTOGRAPH

    @property
    def media_type(self) -> str:
        """Return the media type of the original."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.AVIF: "image/avif",
    Format.TIFF: "image/tiff",
    Format.HEIC: "image/heic",
    Format.MP4: "video/mp4",
    Format.MOV: "video/quicktime",
    Format.WEBM: "video/webm",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """When the file says that it was taken.

    `at` is the camera's own wall clock, without a zone; `offset_minutes` its offset from UTC, None
    where the file does not say.
    """

    at: datetime
    offset_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition that was written: its media type, its size in pixels and its plain bytes."""

    name: Rendition
    media_type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of an original once it was looked into.

    Width and height are those of the upright picture. `digest` tells the same file again among
    those sealed with the same patient's key; `likeness` (64 bits, hexadecimal; None for a video)
    is near for pictures that look alike. `duration_ms` is None for a photograph.
    """

    kind: Kind
    format: Format
    bytes: int
    width: int
    height: int
    duration_ms: int | None
    taken_at: datetime | None
    offset_minutes: int | None
    likeness: str | None
    digest: str
    renditions: tuple[Made, ...]

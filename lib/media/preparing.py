"""What a worker does with one original: look into it, and make what people see in its place."""

from collections.abc import Mapping

from lib.domain.media import Kind, Rendition
from lib.errors import MediaRefusedError
from lib.media import likeness, photographs, probing, renditions, streams, videos
from lib.media.digests import digest
from lib.media.prepared import Format, Made, Prepared
from lib.media.sealing import SealedFile, SealedReader

Targets = Mapping[Rendition, SealedFile]
LONGEST = max(renditions.LONGER_SIDE.values())
# A photograph is read into memory whole; one of 100 megapixels and 16 bits takes 600 MB unpacked.
MAX_PHOTOGRAPH_BYTES = 700 * 1000 * 1000
TOO_LARGE = "This picture has more than 700 MB. Save a smaller copy and bring that in."


def prepare(source: SealedFile, targets: Targets) -> Prepared:
    """Look into a sealed original and write the renditions that `targets` names, sealed.

    Raises `MediaRefusedError` with a sentence of this file, or a `SealedFileError`.
    """
    with source.reader() as reader:
        found = probing.format_of(reader.read(probing.HEAD_BYTES) or b"")
        mark = digest(reader, source.key)
        if found.kind is Kind.VIDEO:
            return _video(reader, found, mark, targets)
        return _photograph(reader, found, mark, targets)


def stream(source: SealedFile, target: SealedFile) -> Made:
    """Write a video as one that a browser can play and seek in, sealed.

    Raises `MediaRefusedError` with a sentence of this file, or a `SealedFileError`.
    """
    with source.reader() as reader:
        found = probing.format_of(reader.read(probing.HEAD_BYTES) or b"")
    return streams.make(source, found, target)


def _photograph(reader: SealedReader, found: Format, mark: str, targets: Targets) -> Prepared:
    if reader.size > MAX_PHOTOGRAPH_BYTES:
        raise MediaRefusedError(TOO_LARGE)
    picture = photographs.decode(reader.readall(), found, LONGEST)
    return Prepared(
        kind=found.kind,
        format=found,
        bytes=reader.size,
        width=picture.width,
        height=picture.height,
        duration_ms=None,
        taken_at=picture.taken.at if picture.taken else None,
        offset_minutes=picture.taken.offset_minutes if picture.taken else None,
        likeness=likeness.likeness(picture.pixels),
        digest=mark,
        renditions=renditions.make(picture.pixels, targets),
    )


def _video(reader: SealedReader, found: Format, mark: str, targets: Targets) -> Prepared:
    video = videos.look(reader, found, LONGEST)
    return Prepared(
        kind=found.kind,
        format=found,
        bytes=reader.size,
        width=video.width,
        height=video.height,
        duration_ms=video.duration_ms,
        taken_at=video.taken.at if video.taken else None,
        offset_minutes=video.taken.offset_minutes if video.taken else None,
        likeness=None,
        digest=mark,
        renditions=renditions.make(video.poster, targets),
    )

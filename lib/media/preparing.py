"""What a worker does with one original: look into it, and make what people see in its place."""

from collections.abc import Mapping

from lib.domain.media import Kind, Rendition
from lib.errors import MediaRefusedError
from lib.media import likeness, photographs, probing, renditions
from lib.media.digests import digest
from lib.media.prepared import Format, Made, Prepared
from lib.media.sealing import SealedFile, SealedReader

Targets = Mapping[Rendition, SealedFile]


def prepare(source: SealedFile, targets: Targets) -> Prepared:
    """Look into a sealed original and write the renditions that `targets` names, sealed.

    Raises `MediaRefusedError` with a sentence of this file, or a `SealedFileError`.
    """
    with source.reader() as reader:
        found = probing.format_of(reader.read(probing.HEAD_BYTES) or b"")
        mark = digest(reader, source.key)
        if found.kind is Kind.VIDEO:
            message = "Videos cannot be brought in yet."
            raise MediaRefusedError(message)
        return _photograph(reader, found, mark, targets)


def _photograph(reader: SealedReader, found: Format, mark: str, targets: Targets) -> Prepared:
    longest = max(renditions.LONGER_SIDE.values())
    picture = photographs.decode(reader.readall(), found, longest)
    return Prepared(
        kind=found.kind,
        format=found,
        bytes=reader.size,
        width=picture.width,
        height=picture.height,
        duration_ms=None,
        taken_at=None,
        offset_minutes=None,
        likeness=likeness.likeness(picture.pixels),
        digest=mark,
        renditions=renditions.make(picture.pixels, targets),
    )


def stream(source: SealedFile, target: SealedFile) -> Made:
    """Write a video as one that a browser can play and seek in, sealed."""
    raise NotImplementedError

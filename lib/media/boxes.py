"""The boxes that files are made of: MP4 and MOV (ISO/IEC 14496-12), WebM (EBML), PNG."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIZE = struct.Struct(">I4s")
LARGE_SIZE_BYTES = 8
MOST_BOXES = 10_000
PNG = b"\x89PNG\r\n\x1a\n"
# Of a PNG's chunk, what is not its data: length, kind and checksum.
CHUNK_BYTES = 12
EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = b"\x18\x53\x80\x67"


@dataclass(frozen=True, slots=True)
class Box:
    """A box at the top of a file: what it is and where it lies, its own header included."""

    kind: bytes
    start: int
    stop: int


def top(file: io.RawIOBase, size: int) -> Iterator[Box]:
    """Yield the boxes of a file in their order; the last may claim to end after the file does."""
    position = 0
    for _ in range(MOST_BOXES):
        if position + SIZE.size > size:
            return
        file.seek(position)
        length, kind = SIZE.unpack(file.read(SIZE.size))
        if length == 0:
            length = size - position
        if length == 1:
            length = int.from_bytes(file.read(LARGE_SIZE_BYTES) or b"", "big")
        if length < SIZE.size:
            return
        yield Box(kind, position, position + length)
        position += length


def inner(content: memoryview, *path: bytes) -> Iterator[memoryview]:
    """Yield the contents of every box that the kinds in `path` lead to, without its header."""
    if not path:
        yield content
        return
    position = 0
    while position + SIZE.size <= len(content):
        length, kind = SIZE.unpack_from(content, position)
        if length < SIZE.size:
            return
        if kind == path[0]:
            yield from inner(content[position + SIZE.size : position + length], *path[1:])
        position += length


def is_chunk_cut(content: bytes) -> bool:
    """Tell whether a PNG file ends before the chunk that says that it is whole."""
    position = len(PNG)
    while position + CHUNK_BYTES <= len(content):
        if content[position + 4 : position + 8] == b"IEND":
            return False
        position += CHUNK_BYTES + int.from_bytes(content[position : position + 4], "big")
    return True


def is_segment_cut(file: io.RawIOBase, size: int) -> bool:
    """Tell whether a WebM file ends before its segment does; one of unknown length never does."""
    file.seek(0)
    head = file.read(64) or b""
    header, after = _length(head, len(EBML))
    position = after + (header or 0)
    if head[position : position + 4] != SEGMENT:
        return False
    segment, after = _length(head, position + len(SEGMENT))
    return segment is not None and after + segment > size


def _length(content: bytes, position: int) -> tuple[int | None, int]:
    """Return an EBML length, None where it is not known, and the position after it."""
    first = content[position] if position < len(content) else 0
    width = 9 - first.bit_length()
    value = int.from_bytes(content[position : position + width], "big") & ((1 << 7 * width) - 1)
    is_unknown = value == (1 << 7 * width) - 1 or width > LARGE_SIZE_BYTES
    return None if is_unknown else value, position + width

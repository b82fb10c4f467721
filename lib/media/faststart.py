"""Putting an MP4's index before its pictures, through sealed files alone.

The muxer writes the index last and goes back to fill in lengths. A sealed file is written from
front to back only, so what it goes back for is remembered, and applied when the draft is copied.
"""

import io
import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.media import boxes
from lib.media.boxes import Box
from lib.media.sealing import FRAME_BYTES, SealedReader, SealedWriter

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST_PATCH_BYTES = 1024 * 1024
MOST_INDEX_BYTES = 64 * 1024 * 1024
TABLES = {b"stco": struct.Struct(">I"), b"co64": struct.Struct(">Q")}
TO_TABLE = (b"trak", b"mdia", b"minf", b"stbl")


class Draft(io.RawIOBase):
    """A file to mux into: what is appended is sealed at once, what is rewritten is remembered."""

    def __init__(self, writer: SealedWriter) -> None:
        super().__init__()
        self._writer = writer
        self._position = 0
        self._patched = 0
        self.patches: list[tuple[int, bytes]] = []

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def seekable(self) -> bool:
        """Tell that a muxer may go back."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position that was written already, or to the end."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._writer.size}
        self._position = start[whence] + offset
        return self._position

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take all of `data`; raises `ValueError` for a gap, or for too much that is rewritten."""
        content = bytes(data)
        again = content[: max(0, self._writer.size - self._position)]
        self._patched += len(again)
        if self._position > self._writer.size or self._patched > MOST_PATCH_BYTES:
            message = "a draft is written from front to back"
            raise ValueError(message)
        if again:
            self.patches.append((self._position, again))
        self._writer.write(content[len(again) :])
        self._position += len(content)
        return len(content)


class PatchedReader(io.RawIOBase):
    """A draft as the muxer meant it: what was sealed, with what was rewritten laid over it."""

    def __init__(self, reader: SealedReader, patches: list[tuple[int, bytes]]) -> None:
        super().__init__()
        self._reader = reader
        self._patches = patches
        self.size = reader.size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position."""
        return self._reader.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes from the position on."""
        start = self._reader.tell()
        content = bytearray(self._reader.read(size) or b"")
        for position, patch in self._patches:
            first, last = max(position, start), min(position + len(patch), start + len(content))
            if first < last:
                content[first - start : last - start] = patch[first - position : last - position]
        return bytes(content)


def reordered(draft: PatchedReader) -> Iterator[bytes]:
    """Yield the draft's bytes with the index moved to right after the file's type.

    Raises `ValueError` where it has no index, or one that cannot be moved.
    """
    found = list(boxes.top(draft, draft.size))
    index = next((box for box in found if box.kind == b"moov"), None)
    if index is None or index.stop - index.start > MOST_INDEX_BYTES or found[0].kind != b"ftyp":
        message = "a draft without an index that can be moved"
        raise ValueError(message)
    yield from _copied(draft, found[0])
    yield moved(b"".join(_copied(draft, index)), index.stop - index.start)
    for box in found[1:]:
        if box is not index:
            yield from _copied(draft, box)


def _copied(draft: PatchedReader, box: Box) -> Iterator[bytes]:
    draft.seek(box.start)
    for start in range(box.start, box.stop, FRAME_BYTES):
        yield draft.read(min(FRAME_BYTES, box.stop - start))


def moved(index: bytes, shift: int) -> bytes:
    """Return an index (its `moov` box) with every offset of a chunk so much larger."""
    content = bytearray(index)
    body = memoryview(content)[boxes.SIZE.size :]
    for kind, entry in TABLES.items():
        for table in boxes.inner(body, *TO_TABLE, kind):
            count = struct.unpack_from(">I", table, 4)[0]
            for place in range(8, 8 + count * entry.size, entry.size):
                entry.pack_into(table, place, entry.unpack_from(table, place)[0] + shift)
    body.release()
    return bytes(content)

"""Sealed files: AES-256-GCM in frames, written once from front to back and read from anywhere.

Their format is that of `frames`.
"""

import hmac
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from lib.errors import (
    SealedFileAlteredError,
    SealedFileCutError,
    SealedFileError,
    SealedFileKeyError,
    SealedFileMissingError,
    SealedFileMovedError,
    SealedFileNewerError,
)
from lib.media import folders
from lib.media.frames import (
    FRAME_BYTES,
    HEADER,
    KEY_BYTES,
    MARK,
    SALT_BYTES,
    SEALED_FRAME_BYTES,
    TAG_BYTES,
    VERSION,
    Bytes,
    Frames,
    derive,
)

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

__all__ = [
    "FRAME_BYTES",
    "HEADER",
    "KEY_BYTES",
    "SEALED_FRAME_BYTES",
    "TAG_BYTES",
    "SealedFile",
    "SealedReader",
    "SealedWriter",
]

# Where there is such a mode (Windows), no byte may be taken for the end of a line.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class SealedFile:
    """Where a sealed file lies, the key it is sealed with and the name it is bound to."""

    path: Path
    key: bytes = field(repr=False)
    name: str

    def reader(self) -> "SealedReader":
        """Open it for reading; raises a `SealedFileError`."""
        return SealedReader(self.path, self.key, self.name)

    def writer(self) -> "SealedWriter":
        """Begin to write it."""
        return SealedWriter(self.path, self.key, self.name)


class SealedWriter(io.RawIOBase):
    """Writes a sealed file from front to back, of any length, holding one frame in memory.

    Used as a context: the end of the block seals the file and sees it safely on disk, an exception
    removes it. `close` without `seal` removes it too, so half a file never looks whole.
    """

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        super().__init__()
        self.path = path
        self.size = 0
        self._descriptor = -1
        salt = secrets.token_bytes(SALT_BYTES)
        made = derive(key, salt, name)
        header = HEADER.pack(MARK, VERSION, salt, made.key_check, made.name_check)
        self._frames = Frames(made.cipher, header, name)
        self._number = 0
        self._pending = bytearray()
        folders.make_private(path.parent)
        # What an interrupted writer left is replaced; one that still writes keeps its own file.
        path.unlink(missing_ok=True)
        self._descriptor = os.open(path, NEW_FILE, 0o600)
        self._put(header)

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def tell(self) -> int:
        """Return how many plain bytes were written."""
        return self.size

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take all of `data`; return its length."""
        self._require_open()
        plain = memoryview(data).cast("B")
        self.size += len(plain)
        start = self._fill(plain)
        # A frame is only written once more follows: the last one is bound as the last.
        while len(plain) - start > FRAME_BYTES:
            self._put_frame(plain[start : start + FRAME_BYTES], is_last=False)
            start += FRAME_BYTES
        self._pending += plain[start:]
        return len(plain)

    def seal(self) -> int:
        """Write the last frame, see everything on disk, and return the plain size in bytes."""
        self._require_open()
        self._put_frame(self._pending, is_last=True)
        os.fsync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1
        folders.sync(self.path.parent)
        super().close()
        return self.size

    def close(self) -> None:
        """Give up: remove what was written, unless it was sealed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            with suppress(FileNotFoundError):
                self.path.unlink()
        super().close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and not self.closed:
            self.seal()
        self.close()

    def _require_open(self) -> None:
        if self.closed:
            message = "The sealed file was closed."
            raise ValueError(message)

    def _fill(self, plain: memoryview) -> int:
        """Complete the pending frame first; return how much of `plain` that took."""
        if not self._pending:
            return 0
        taken = min(FRAME_BYTES - len(self._pending), len(plain))
        self._pending += plain[:taken]
        if taken < len(plain):
            self._put_frame(self._pending, is_last=False)
            self._pending = bytearray()
        return taken

    def _put_frame(self, plain: Bytes, *, is_last: bool) -> None:
        self._put(self._frames.close(self._number, plain, is_last=is_last))
        self._number += 1

    def _put(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]


class SealedReader(io.RawIOBase):
    """Reads a sealed file as if it were plain; a frame at a time is in memory.

    Opening checks mark, version, key, name and the last frame, so that `size` can be believed;
    every other frame is checked when it is read. Raises a `SealedFileError`. Not for two threads at
    the same time.
    """

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        super().__init__()
        try:
            self._file = io.FileIO(path)
        except FileNotFoundError:
            message = "The file of this picture is missing. Restore it from a back-up."
            raise SealedFileMissingError(message) from None
        self._position = 0
        self._sealed = bytearray(SEALED_FRAME_BYTES)
        self._frame = bytearray(FRAME_BYTES)
        self._held = -1
        try:
            self._frames = self._checked_header(key, name)
            self._measure()
            self._hold(self._count - 1)
        except BaseException:
            self.close()
            raise

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the position in plain bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position in plain bytes, which may lie past the end."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            message = "A position before the file's beginning."
            raise ValueError(message)
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer as far as the file reaches; return how many bytes that was."""
        into = memoryview(buffer).cast("B")
        wanted = max(0, min(len(into), self.size - self._position))
        done = 0
        while done < wanted:
            done += self._read_some(into[done:wanted])
        return done

    def readall(self) -> bytes:
        """Return everything from the position on."""
        return self.read(max(0, self.size - self._position)) or b""

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the plain bytes from `start` up to `stop`, at most a frame at a time."""
        position, stop = max(0, start), min(stop, self.size)
        while position < stop:
            self.seek(position)
            length = min(stop - position, FRAME_BYTES - position % FRAME_BYTES)
            yield self.read(length) or b""
            position += length

    def close(self) -> None:
        """Let go of the file."""
        # One whose file could not be opened is closed too, when it is forgotten.
        if "_file" in self.__dict__:
            self._file.close()
        super().close()

    def _read_some(self, into: memoryview) -> int:
        """Read on within one frame, straight into the buffer where that takes the whole frame."""
        number, offset = divmod(self._position, FRAME_BYTES)
        length = self._length(number)
        if offset == 0 and len(into) >= length and self._held != number:
            self._open(number, into[:length])
        else:
            self._hold(number)
            length = min(length - offset, len(into))
            into[:length] = memoryview(self._frame)[offset : offset + length]
        self._position += length
        return length

    def _length(self, number: int) -> int:
        return FRAME_BYTES if number < self._count - 1 else self.size - number * FRAME_BYTES

    def _hold(self, number: int) -> None:
        if self._held != number:
            self._held = -1
            self._open(number, memoryview(self._frame)[: self._length(number)])
            self._held = number

    def _open(self, number: int, into: memoryview) -> None:
        sealed = memoryview(self._sealed)[: len(into) + TAG_BYTES]
        position = HEADER.size + number * SEALED_FRAME_BYTES
        if self._fetch(sealed, position) != len(sealed):
            raise _cut()
        is_last = number == self._count - 1
        if not self._frames.open(number, sealed, into, is_last=is_last):
            raise self._explain(number, sealed, into)

    def _fetch(self, into: memoryview, position: int) -> int:
        """Read sealed bytes from a place in the file; return how many there were."""
        self._file.seek(position)
        return self._file.readinto(into) or 0

    def _explain(self, number: int, sealed: memoryview, into: memoryview) -> SealedFileError:
        """Tell a missing end from a frame of another place from changed bytes."""
        is_last = number == self._count - 1
        if is_last and self._frames.open(number, sealed, into, is_last=False):
            return _cut()
        for other in range(self._count):
            for flag in (False, True):
                if self._frames.open(other, sealed, into, is_last=flag):
                    message = "The parts of this picture's file are not in their order."
                    return SealedFileAlteredError(message)
        return _altered()

    def _checked_header(self, key: bytes, name: str) -> Frames:
        held = bytearray(HEADER.size)
        header = bytes(held[: self._fetch(memoryview(held), 0)])
        if not header.startswith(MARK[: len(header)]):
            message = "This is not a sealed file, or its beginning was changed."
            raise SealedFileAlteredError(message)
        if len(header) > len(MARK) and header[len(MARK)] > VERSION:
            message = "This picture was sealed by a newer version of the software. Update first."
            raise SealedFileNewerError(message)
        if len(header) < HEADER.size:
            raise _cut()
        _, version, salt, key_check, name_check = HEADER.unpack(header)
        made = derive(key, salt, name)
        if version != VERSION or not hmac.compare_digest(key_check, made.key_check):
            message = "The key does not open this picture, or the file's beginning was changed."
            raise SealedFileKeyError(message)
        if not hmac.compare_digest(name_check, made.name_check):
            message = "This file belongs to another picture: it was moved here."
            raise SealedFileMovedError(message)
        return Frames(made.cipher, header, name)

    def _measure(self) -> None:
        body = os.fstat(self._file.fileno()).st_size - HEADER.size
        self._count = max(1, -(-body // SEALED_FRAME_BYTES))
        self.size = body - self._count * TAG_BYTES
        if self._length(self._count - 1) < (self._count > 1):
            raise _cut()


def _cut() -> SealedFileCutError:
    return SealedFileCutError("The end of this picture's file is missing.")


def _altered() -> SealedFileAlteredError:
    return SealedFileAlteredError("This picture's file was changed since it was sealed.")

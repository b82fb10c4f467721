"""Copying a file with its SHA-256, at the speed of the disk; knows neither back-ups nor stores.

The kernel copies; a second thread reads behind it, from memory, what has just been written and adds
it up. So neither waits for the other, and what is hashed is what the copy says.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lib.media import folders

PIECE_BYTES = 8 * 1024 * 1024
SMALL_BYTES = 1024 * 1024
# Where there is such a mode (Windows), no byte may be taken for the end of a line.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# What file systems say that cannot copy inside the kernel.
NOT_THERE = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF}

Advance = Callable[[int], None]


class _Follower:
    """Hashes a file that is still growing, in a thread, as far as it is told."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("rb", buffering=0)
        self._hash = hashlib.sha256()
        self._grown = threading.Condition()
        self._end = 0
        self._is_whole = False
        self._fault: OSError | None = None
        self._thread = threading.Thread(target=self._follow, name="back-up hash", daemon=True)
        self._thread.start()

    def grow(self, count: int) -> None:
        """Say that so many bytes more are written."""
        with self._grown:
            self._end += count
            self._grown.notify()

    def finish(self) -> str:
        """Wait for the rest and return the hash; raises `OSError` when it could not be read."""
        with self._grown:
            self._is_whole = True
            self._grown.notify()
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._hash.hexdigest()

    def _follow(self) -> None:
        done = 0
        piece = memoryview(bytearray(PIECE_BYTES))
        try:
            with self._file as file:
                while (end := self._wait(done)) > done:
                    while done < end:
                        read = file.readinto(piece[: end - done])
                        self._hash.update(piece[:read])
                        done += read
        except OSError as error:
            self._fault = error

    def _wait(self, done: int) -> int:
        with self._grown:
            self._grown.wait_for(lambda: self._end > done or self._is_whole)
            return self._end


class Copying:
    """A file that is copied: all of it is written, its hash may still be on its way."""

    def __init__(self, target: Path, descriptor: int) -> None:
        self.size = 0
        self._target = target
        self._descriptor = descriptor
        self._follower = _Follower(target)

    def pour(self, source: BinaryIO, advance: Advance) -> None:
        """Write all of `source`; raises `OSError`, and nothing of the copy is left then."""
        try:
            while count := _piece(source.fileno(), self._descriptor):
                self.size += count
                self._follower.grow(count)
                advance(count)
        except BaseException:
            self._target.unlink(missing_ok=True)
            self._follower.finish()
            raise
        finally:
            os.close(self._descriptor)

    def finish(self) -> str:
        """Return the copy's SHA-256; raises `OSError`."""
        return self._follower.finish()


def begin(source: Path, target: Path, advance: Advance) -> Copying:
    """Copy all of `source` into a new file and return the copy.

    Raises `OSError`; a target that is there already is never overwritten, and its folder is never
    made: a disk that was unplugged must not be continued beside its mount.
    """
    with source.open("rb", buffering=0) as file:
        copying = Copying(target, os.open(target, NEW_FILE, 0o600))
        copying.pour(file, advance)
    return copying


def copy(source: Path, target: Path, advance: Advance) -> tuple[int, str]:
    """Copy a file and return its size and SHA-256; raises `OSError`. `sync` sees it on disk."""
    if source.stat().st_size > SMALL_BYTES:
        copying = begin(source, target, advance)
        return copying.size, copying.finish()
    # A thread for each of very many small files would take longer than the files.
    content = source.read_bytes()
    with os.fdopen(os.open(target, NEW_FILE, 0o600), "wb", buffering=0) as file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
    advance(len(content))
    return len(content), hashlib.sha256(content).hexdigest()


def sync(root: Path) -> None:
    """See everything under a folder on disk; raises `OSError`.

    Called once all of it is written: a file that waits for the disk by itself, among thousands,
    makes the disk wait too.
    """
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            descriptor = os.open(Path(folder, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        folders.sync(Path(folder))


def digest(file: Path, advance: Advance) -> tuple[int, str]:
    """Return a file's size and SHA-256; raises `OSError`."""
    found, size = hashlib.sha256(), 0
    with file.open("rb", buffering=0) as handle:
        piece = memoryview(bytearray(min(PIECE_BYTES, 1 + os.fstat(handle.fileno()).st_size)))
        while read := handle.readinto(piece):
            found.update(piece[:read])
            size += read
            advance(read)
    return size, found.hexdigest()


def _piece(source: int, target: int) -> int:
    """Copy the next piece, inside the kernel where that can be; return its size, 0 at the end."""
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(source, target, PIECE_BYTES)
        except OSError as error:
            if error.errno not in NOT_THERE:
                raise
    piece = memoryview(os.read(source, PIECE_BYTES))
    size = len(piece)
    while piece:
        piece = piece[os.write(target, piece) :]
    return size

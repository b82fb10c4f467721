"""The lock on the store's file, held a second time.

The lock of a file is its process's, and it is gone as soon as the process closes the file anywhere:
whoever reads the bytes of the store, for a back-up, say, lets another process open it unknowingly.
The latch keeps the file open and takes the lock again. Windows forbids such reading by itself.
"""

import os
import sys
from pathlib import Path

from lib.errors import StoreInUseError


class Latch:
    """A file of ours that is open: `take` locks it for this process, `release` lets go."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = None if sys.platform == "win32" else os.open(path, os.O_RDWR)

    def take(self) -> None:
        """Lock the file, again if need be. Raises `StoreInUseError` if another process did."""
        if sys.platform != "win32" and self._handle is not None:
            import fcntl  # noqa: PLC0415 - not there on Windows

            try:
                fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                message = (
                    f"Another process opened the store in {self._path.parent} meanwhile. "
                    "Stop it, then start again."
                )
                raise StoreInUseError(message) from error

    def release(self) -> None:
        """Let go of the file, and with it of every lock that this process has on it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

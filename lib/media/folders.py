"""Folders that nobody else may look into, and seeing their names on disk."""

import os
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o700


def make_private(folder: Path) -> None:
    """Make the folder, and what it lies in, for the clinic's own account alone."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(exist_ok=True, mode=PRIVATE)


def sync(folder: Path) -> None:
    """See the folder's list of names on disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Where back-ups and what belongs to them lie, and what to say when a disk refuses."""

import errno
import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from lib.domain import backups
from lib.media import folders
from lib.settings import Settings

# What is being written, and what is being removed: neither is a back-up.
PARTIAL = ".partial"
REMOVING = ".removing"
SCRATCH = "checking-"
HOME = "home"
ANCHORS = "anchors"
FORMER = ".before-restore-"
GIGABYTE = 1_000_000_000
MEGABYTE = 1_000_000


def default_folder(home: Path) -> Path:
    """Return where back-ups are kept when nothing else is set: beside the home, never inside."""
    return home.parent / f"{home.name}.backups"


def folder_of(settings: Settings) -> Path:
    """Return where the clinic's back-ups are kept."""
    return settings.backup_folder or default_folder(settings.home)


def anchors_of(home: Path) -> Path:
    """Return the folder of the audit trail's anchors."""
    return home.parent / f"{home.name}.anchors"


def is_name(name: str) -> bool:
    """Tell whether a folder's name is that of a back-up, whole, unfinished or half removed."""
    return backups.moment_in(name.removesuffix(PARTIAL).removesuffix(REMOVING)) is not None


def remove(folder: Path) -> None:
    """Remove a back-up's folder. It is renamed first: half of one never looks like a whole one."""
    doomed = folder
    if not folder.name.endswith((PARTIAL, REMOVING)):
        doomed = folder.with_name(folder.name + REMOVING)
        folder.rename(doomed)
        folders.sync(doomed.parent)
    shutil.rmtree(doomed)
    folders.sync(doomed.parent)


def try_to_remove(folder: Path) -> None:
    """Remove what can be; the next turn removes the rest."""
    with suppress(OSError):
        remove(folder)


def make_inside(root: Path, folder: Path) -> None:
    """Make a folder somewhere under `root`, which must be there; raises `OSError`."""
    if folder != root and not folder.is_dir():
        make_inside(root, folder.parent)
        folder.mkdir(mode=folders.PRIVATE)


def clear(folder: Path) -> None:
    """Remove a scratch folder, as far as it can be; the next look removes the rest."""
    shutil.rmtree(folder, ignore_errors=True)


def free_bytes(folder: Path) -> int:
    """Return how many bytes are free on the disk that holds the folder."""
    there = folder
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def size_in_words(size: int) -> str:
    """Return a number of bytes like `1.2 GB` or `340 MB`."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:,.1f} GB"
    return f"{max(1, round(size / MEGABYTE)):,} MB" if size else "0 MB"


def in_words(error: OSError, folder: Path) -> str:
    """Say what a disk refused, and what to do about it."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return (
            f"The disk that holds {folder} is full. Make room there, or name another folder in "
            "CLINIC_BACKUP_FOLDER, then try again."
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{folder} cannot be written to. Let the account that runs the clinic write there, "
            "then try again."
        )
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.EIO, errno.ESTALE}:
        return (
            f"{folder} is not there, or went away meanwhile. Plug its disk in or make the folder, "
            "then try again."
        )
    return f"{folder} could not be used ({error.strerror}). Put that right, then try again."


def former_homes(home: Path) -> list[tuple[Path, datetime]]:
    """Return what restores set aside, with the moment (UTC) of each."""
    found = []
    for place in home.parent.glob(f"{home.name}{FORMER}*"):
        moment = backups.moment_in(place.name.removeprefix(f"{home.name}{FORMER}"))
        if moment is not None and place.is_dir():
            found.append((place, moment))
    return sorted(found)


def write_whole(file: Path, text: str) -> None:
    """Write a small file at once or not at all, and see it on disk; raises `OSError`."""
    part = file.with_name(file.name + ".part")
    with part.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(file)
    folders.sync(file.parent)

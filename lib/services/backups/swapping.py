"""Putting a restored clinic in the place of the one that is there, by renames that survive a kill.

What lies beside the home says how far it came, and `settle` finishes or undoes it: a folder that is
being filled is removed, one that is whole takes the home's place. The former home is set aside and
never changed. Knows neither stores nor keys.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lib.domain import anchors, backups
from lib.errors import RestoreError
from lib.media import folders
from lib.services.backups import places

if sys.platform != "win32":
    import fcntl

# In the restored home until every later disposal was repeated in it.
MARK = "RESTORED"
# The anchors of the back-up, until they are in their place.
ANCHORS = "RESTORED.anchors"
BEFORE = "before-restore"


@dataclass(frozen=True, slots=True)
class Restoring:
    """A restore under way: from which back-up, of which moment, and where the former home goes.

    `former` is the name of a folder beside the home. Times are UTC.
    """

    backup_id: str
    place: str
    copied_at: datetime
    restored_at: datetime
    former: str


def building_of(home: Path) -> Path:
    """Return the folder that a restored home is built in, beside the home."""
    return home.parent / f"{home.name}.restoring"


def former_name(home: Path, now: datetime) -> str:
    """Return the name under which the present home is set aside; one that is not taken."""
    while (home.parent / (name := f"{home.name}{places.FORMER}{backups.name_of(now)}")).exists():
        now += timedelta(seconds=1)
    return name


def write_mark(folder: Path, restoring: Restoring) -> None:
    """Say that a restored home is whole; from here on it takes the home's place."""
    said = {
        "backup_id": restoring.backup_id,
        "place": restoring.place,
        "copied_at": restoring.copied_at.isoformat(),
        "restored_at": restoring.restored_at.isoformat(),
        "former": restoring.former,
    }
    places.write_whole(folder / MARK, json.dumps(said))


def mark_in(folder: Path) -> Restoring | None:
    """Return what the mark in a home says, or None where there is none."""
    try:
        said = json.loads((folder / MARK).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Restoring(
        said["backup_id"],
        said["place"],
        datetime.fromisoformat(said["copied_at"]),
        datetime.fromisoformat(said["restored_at"]),
        said["former"],
    )


def remove_mark(home: Path) -> None:
    """Say that nothing of the restore is left to do."""
    (home / MARK).unlink(missing_ok=True)
    folders.sync(home)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep every other process from restoring or settling this home meanwhile.

    Raises `RestoreError` when another one does. Where the system has no such locks (Windows), the
    store's own lock has to do.
    """
    if sys.platform == "win32":
        yield
        return
    # The folder itself: a file for it would be left lying about.
    descriptor = os.open(home.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = (
                f"Another process is restoring a clinic in {home.parent}. Wait until it is done."
            )
            raise RestoreError(message) from None
        yield
    finally:
        os.close(descriptor)


def settle(home: Path) -> str | None:
    """Finish or undo what a kill left of a restore; return what was done in words, or None.

    Raises `RestoreError` while another process restores, and `OSError` where it cannot be done.
    """
    building = building_of(home)
    if not building.exists() and not (home / ANCHORS).exists():
        return None
    with alone(home):
        return swap(home)


def swap(home: Path) -> str | None:
    """Do what `settle` does, for whoever is `alone` already."""
    building = building_of(home)
    restoring = mark_in(building)
    said = None
    if restoring is not None:
        _exchange(home, building, restoring)
        said = (
            f"A restore had been interrupted and was finished: the clinic in {home} is that of the "
            f"back-up {Path(restoring.place).name}. The one before it is in {restoring.former}."
        )
    elif building.exists():
        shutil.rmtree(building)
        said = (
            f"A restore had been interrupted before it was whole. The clinic in {home} is as it "
            "was before; restore again."
        )
    _place_anchors(home)
    return said


def undo(home: Path) -> Path:
    """Take the former home back while the restored one is not ready; return the home.

    Raises `RestoreError` when there is nothing to take back.
    """
    with alone(home):
        swap(home)
        restoring = mark_in(home)
        former = home.parent / restoring.former if restoring and restoring.former else None
        if restoring is None or former is None or not former.is_dir():
            message = f"There is no unfinished restore of the clinic in {home} to undo."
            raise RestoreError(message)
        # Until its mark is gone, a kill ends with the restored one in the home's place again.
        building = building_of(home)
        home.rename(building)
        former.rename(home)
        folders.sync(home.parent)
        remove_mark(building)
        _take_anchors_back(home, restoring)
        shutil.rmtree(building)
        return home


def _exchange(home: Path, building: Path, restoring: Restoring) -> None:
    if home.exists():
        home.rename(home.parent / restoring.former)
        folders.sync(home.parent)
    building.rename(home)
    folders.sync(home.parent)


def _place_anchors(home: Path) -> None:
    """Put the back-up's anchors in their place; those that were there are kept beside them.

    They tell of entries that came after the back-up, which the restored trail does not have.
    """
    new, restoring = home / ANCHORS, mark_in(home)
    if restoring is None or not new.exists():
        return
    folder = places.anchors_of(home)
    folders.make_private(folder)
    present, kept = folder / anchors.FILE, folder / _kept_anchors(restoring)
    if present.exists() and not kept.exists():
        present.rename(kept)
        folders.sync(folder)
    shutil.copyfile(new, folder / "audit.part")
    (folder / "audit.part").replace(present)
    folders.sync(folder)
    new.unlink()
    folders.sync(home)


def _take_anchors_back(home: Path, restoring: Restoring) -> None:
    folder = places.anchors_of(home)
    kept = folder / _kept_anchors(restoring)
    if kept.exists():
        kept.replace(folder / anchors.FILE)
        folders.sync(folder)


def _kept_anchors(restoring: Restoring) -> str:
    stamp = backups.name_of(restoring.restored_at)
    return f"audit.{BEFORE}-{stamp}.jsonl"

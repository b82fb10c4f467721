"""Whether the two folders of media keys say the same; knows no patients.

The master key is not mirrored: keeping it safe, apart from this machine, is the clinic's own act.
"""

from dataclasses import dataclass
from pathlib import Path

from lib.domain.access import Actor, Permission
from lib.services.authority import authorise
from lib.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many keys there are, and how many lie in one folder alone or differ."""

    folder: Path
    mirror: Path
    keys: int
    only_here: int
    only_there: int
    different: int
    is_one_disk: bool

    @property
    def is_agreed(self) -> bool:
        """Tell whether either folder could stand in for the other."""
        return not (self.only_here or self.only_there or self.different)


def compare(clinic: Clinic, actor: Actor) -> Agreement:
    """Compare the media keys with their mirror. Raises `NotPermittedError`.

    What differs is put right by itself at the clinic's next opening, if both can be written to.
    """
    authorise(clinic, actor, Permission.MANAGE_BACKUPS)
    kept = clinic.media.keys
    here, there = _files(kept.folder), _files(kept.mirror)
    shared = here.keys() & there.keys()
    return Agreement(
        kept.folder,
        kept.mirror,
        len(clinic.media.keys.key_ids()),
        len(here.keys() - there.keys()),
        len(there.keys() - here.keys()),
        sum(here[name].read_bytes() != there[name].read_bytes() for name in shared),
        _is_one_disk(kept.folder, kept.mirror),
    )


def _files(folder: Path) -> dict[str, Path]:
    return {file.name: file for file in folder.glob("*")} if folder.is_dir() else {}


def _is_one_disk(one: Path, other: Path) -> bool:
    if not (one.is_dir() and other.is_dir()):
        return False
    return one.stat().st_dev == other.stat().st_dev

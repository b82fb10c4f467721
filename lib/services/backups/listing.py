"""Which back-ups there are: as the clinic noted them, and as they lie in their folders.

The folders count: a back-up that nobody noted still holds what it holds, and one whose disk is not
plugged in may come back.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from lib.domain import backups
from lib.domain.access import Actor, Permission
from lib.domain.backups import BackupState, Manifest
from lib.errors import BackupDamagedError
from lib.services.authority import authorise
from lib.services.backups import places
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.settings import Settings
from lib.store import backups as store
from lib.store.backups import BackupRow

SCREEN = "pages/oversight/backups.py"
GOOD = {BackupState.MADE, BackupState.CHECKED}


class AliveKind(StrEnum):
    """What a folder that may hold a copy of the store is."""

    WHOLE = "back-up"
    UNFINISHED = "unfinished back-up"
    FORMER_HOME = "the clinic before a restore"
    AWAY = "back-up whose folder is not there"


@dataclass(frozen=True, slots=True)
class Alive:
    """A copy of the store that is, or may be, in being. `begun_at` is UTC."""

    place: Path
    kind: AliveKind
    begun_at: datetime
    ends_on: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A back-up on the screen: what was noted of it, and whether its folder is there."""

    row: BackupRow
    is_there: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Every back-up, the newest first; the newest good one; how many bytes are free."""

    backups: tuple[Listed, ...]
    last_good: BackupRow | None
    folder: Path
    is_folder_there: bool
    free: int
    former_homes: tuple[Alive, ...]

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether a night has passed without a good back-up."""
        return backups.is_overdue(self.last_good.started_at if self.last_good else None, now)


def overview(clinic: Clinic, actor: Actor, *, now: datetime) -> Overview:
    """Return what is known of the clinic's back-ups. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_BACKUPS)
    rows = rows_of(clinic)
    folder = places.folder_of(clinic.settings)
    today = today_of(clinic, now)
    listed = tuple(
        Listed(row, there := Path(row.place).is_dir(), there and row.ends_on < today)
        for row in rows
    )
    former = tuple(_former_homes(clinic, today))
    return Overview(
        listed, last_good(rows), folder, folder.is_dir(), places.free_bytes(folder), former
    )


def rows_of(clinic: Clinic) -> list[BackupRow]:
    """Return every back-up that was noted, the newest first."""
    with clinic.store.reading() as cursor:
        return store.list_backups(cursor)


def last_good(rows: list[BackupRow]) -> BackupRow | None:
    """Return the newest good back-up whose folder is there; rows are the newest first."""
    return next((row for row in rows if row.state in GOOD and Path(row.place).is_dir()), None)


def today_of(clinic: Clinic, now: datetime) -> date:
    """Return the clinic's day at a moment (UTC)."""
    return backups.ends_on(now, 0, zone_of(clinic))


def zone_of(clinic: Clinic) -> ZoneInfo:
    """Return the clinic's time zone."""
    return zone_in(clinic.settings)


def zone_in(settings: Settings) -> ZoneInfo:
    """Return the time zone that the settings name."""
    return ZoneInfo(settings.timezone)


def manifest_in(folder: Path, master_key: bytes) -> Manifest:
    """Return the manifest of a back-up.

    Raises `BackupDamagedError` when there is none that fits this clinic's key.
    """
    try:
        text = (folder / backups.MANIFEST).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{folder} is not a whole back-up: its manifest is missing. Use another one."
        raise BackupDamagedError(message) from error
    return backups.read(text, backups.key_of(master_key))


def alive(clinic: Clinic, *, now: datetime) -> tuple[Alive, ...]:
    """Return every copy of the store that is or may be in being, the oldest first.

    Besides whole back-ups these are unfinished ones, what a restore set aside, and back-ups that
    were noted in a folder which is not there now.
    """
    today = today_of(clinic, now)
    found = {one.place: one for one in _in_folders(clinic, today)}
    for row in rows_of(clinic):
        place = Path(row.place)
        is_gone = row.state in {BackupState.REMOVED, BackupState.FAILED} or place.parent.is_dir()
        if place not in found and not is_gone:
            late = row.ends_on < today
            found[place] = Alive(place, AliveKind.AWAY, row.started_at, row.ends_on, late)
    for home in _former_homes(clinic, today):
        found[home.place] = home
    return tuple(sorted(found.values(), key=lambda one: one.begun_at))


def last_that_could_hold(clinic: Clinic, disposed_at: datetime) -> date | None:
    """Return the last day of the last back-up that could hold somebody disposed of then, or None.

    `disposed_at` (UTC) is when the rewritten store was swapped in: a back-up made between the
    deletion and the swap can still hold the bytes of deleted rows. The day of a back-up that has
    outlived its last day is that day; `alive` says that it is overdue.
    """
    could = [one.ends_on for one in alive(clinic, now=disposed_at) if one.begun_at <= disposed_at]
    return max(could, default=None)


def folders_of(clinic: Clinic) -> set[Path]:
    """Return every folder in which back-ups of this clinic were put."""
    noted = {Path(row.place).parent for row in rows_of(clinic)}
    return {*noted, places.folder_of(clinic.settings)}


def _in_folders(clinic: Clinic, today: date) -> list[Alive]:
    found = []
    for folder in folders_of(clinic):
        for place in folder.glob("*") if folder.is_dir() else ():
            begun = backups.moment_in(place.name.split(".")[0])
            if begun is not None and places.is_name(place.name) and place.is_dir():
                found.append(_alive(clinic, place, begun, today))
    return found


def _alive(clinic: Clinic, place: Path, begun: datetime, today: date) -> Alive:
    is_whole = place.suffix not in {places.PARTIAL, places.REMOVING}
    kind = AliveKind.WHOLE if is_whole else AliveKind.UNFINISHED
    ends = backups.ends_on(begun, clinic.settings.backup_days, zone_of(clinic))
    if is_whole:
        with suppress(BackupDamagedError):
            ends = manifest_in(place, clinic.master_key).ends_on
    return Alive(place, kind, begun, ends, ends < today)


def _former_homes(clinic: Clinic, today: date) -> list[Alive]:
    found = []
    for place, begun in places.former_homes(clinic.home):
        ends = backups.ends_on(begun, clinic.settings.backup_days, zone_of(clinic))
        found.append(Alive(place, AliveKind.FORMER_HOME, begun, ends, ends < today))
    return found


def home_items(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say when a night has passed without a good back-up, or the newest one is no good."""
    rows = rows_of(clinic)
    last, now = last_good(rows), datetime.now(UTC).replace(tzinfo=None)
    newest = next((row for row in rows if row.state is not BackupState.RUNNING), None)
    has_failed = newest is not None and newest.state is BackupState.FAILED
    if not has_failed and not backups.is_overdue(last.started_at if last else None, now):
        return
    when = f"the last good one was made {backups.ago(now - last.started_at)}" if last else ""
    said = "The newest one failed" if has_failed else "None was made last night"
    detail = f"{said}; {when}" if last else "There is no good one yet"
    yield HomeItem("Back-up", None, detail, Urgency.OVERDUE, SCREEN)

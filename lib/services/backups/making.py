"""Making a back-up: the store as it is at one moment, and every sealed file, with their hashes.

Nothing counts as a back-up before all of it is on the disk: it is written under another name and
renamed when it is whole. Keys are never in it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import backups
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.backups import BackupKind, BackupState, Copied, Manifest
from lib.errors import BackupDamagedError, BackupError, ClinicError
from lib.media import folders
from lib.services.authority import authorise
from lib.services.backups import copying, listing, places
from lib.services.backups.turns import Progress, Stage, Watch, nobody, one_at_a_time
from lib.services.clinic import STORE_FILE, Clinic
from lib.store import backups as store
from lib.store.backups import BackupRow, Contents
from lib.store.connection import UnitOfWork

# What is not wanted of a home: the store is copied by itself, the rest is on its way or derived.
PASSING = "incoming"
DRAFT = ".draft"
# Room for the manifest and for what comes in meanwhile.
SPARE_BYTES = 32 * places.MEGABYTE
INTERRUPTED = "It was interrupted before it was whole. Make another one."


@dataclass(frozen=True, slots=True)
class Made:
    """A back-up that is whole: where, how many bytes and files, and how many bytes were copied."""

    backup_id: UUID
    place: Path
    size: int
    files: int
    copied: int


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: when (UTC), why, and in which folder, if not in the clinic's own."""

    now: datetime
    kind: BackupKind = BackupKind.DEMAND
    folder: Path | None = None


@dataclass(slots=True)
class _Work:
    """A back-up under way: its folder under its passing name, and what is in it so far."""

    clinic: Clinic
    row: BackupRow
    watch: Watch
    files: list[Copied] = field(default_factory=list)
    copied: int = 0
    total: int = 0
    stage: Stage = Stage.STORE
    begun: float = field(default_factory=time.monotonic)

    @property
    def partial(self) -> Path:
        """Return the folder while it is not whole."""
        return Path(self.row.place + places.PARTIAL)

    def target(self, name: str) -> Path:
        """Return where a file goes, in a folder that is there."""
        target = self.partial / name
        places.make_inside(self.partial, target.parent)
        return target

    def seconds(self) -> float:
        """Return how long it has taken so far."""
        return time.monotonic() - self.begun

    def advance(self, count: int) -> None:
        """Count bytes, and say how far it is; stops here when the person asked for it."""
        self.copied += count
        self.watch(Progress(self.stage, self.copied, max(self.total, self.copied)))


def make(clinic: Clinic, actor: Actor | None, order: Order, *, watch: Watch = nobody) -> Made:
    """Make a back-up and return it; it is not checked yet.

    Without an actor it is the server's own, at night. Raises `NotPermittedError`, and a
    `BackupError` that says what stood in the way: then the clinic and older back-ups are as they
    were, and what was written is removed.
    """
    if actor is not None:
        authorise(clinic, actor, Permission.MANAGE_BACKUPS)
    with one_at_a_time():
        target = (order.folder or _own_folder(clinic)).absolute()
        return _make(_Work(clinic, _row(clinic, actor, order, target), watch), actor)


def _own_folder(clinic: Clinic) -> Path:
    """Return the clinic's folder of back-ups; only the one beside the home is made by itself."""
    folder = places.folder_of(clinic.settings)
    if clinic.settings.backup_folder is None:
        with suppress(OSError):
            folders.make_private(folder)
    return folder


def _row(clinic: Clinic, actor: Actor | None, order: Order, folder: Path) -> BackupRow:
    begun = order.now.replace(microsecond=0)
    while any(folder.glob(f"{backups.name_of(begun)}*")):
        begun += timedelta(seconds=1)
    return BackupRow(
        backup_id=uuid7s.uuid7(),
        kind=order.kind,
        state=BackupState.RUNNING,
        place=str(folder / backups.name_of(begun)),
        started_at=begun,
        finished_at=None,
        checked_at=None,
        ends_on=backups.ends_on(begun, clinic.settings.backup_days, listing.zone_of(clinic)),
        bytes=None,
        files=None,
        fault=None,
        made_by=actor.person_id if actor else None,
    )


def _make(work: _Work, actor: Actor | None) -> Made:
    clinic, row = work.clinic, work.row
    clinic.store.transact(lambda unit: store.insert_backup(unit.cursor, row))
    try:
        manifest = _write(work)
    except BaseException as error:
        _give_up(work, error)
        if isinstance(error, OSError):
            raise BackupError(places.in_words(error, work.partial.parent)) from error
        raise
    made = Made(row.backup_id, Path(row.place), manifest.size, len(manifest.files), work.copied)

    def note(unit: UnitOfWork) -> None:
        finished = row.started_at + timedelta(seconds=work.seconds())
        store.update_made(unit.cursor, row.backup_id, made.size, made.files, finished)
        detail: dict[str, str | int | bool] = {"files": made.files, "bytes": made.size}
        event = Event(Action.BACKUP_MADE, subject_id=row.backup_id, detail=detail)
        unit.audit(actor, event)

    clinic.store.transact(note)
    return made


def _give_up(work: _Work, error: BaseException) -> None:
    """Remove what was written and note why, as far as either can still be done."""
    places.try_to_remove(work.partial)
    said = error.message if isinstance(error, ClinicError) else INTERRUPTED
    if isinstance(error, OSError):
        said = places.in_words(error, work.partial.parent)
    failed_at = work.row.started_at + timedelta(seconds=work.seconds())
    with suppress(ClinicError):
        work.clinic.store.transact(
            lambda unit: store.update_failed(unit.cursor, work.row.backup_id, said, failed_at)
        )


def _write(work: _Work) -> Manifest:
    """Write everything under the passing name, then give it its own; raises `OSError`."""
    _require_folder(work)
    work.partial.mkdir(mode=folders.PRIVATE)
    contents, copied_at = _copy_store(work)
    _copy_files(work)
    row = work.row
    manifest = Manifest(
        backup_id=str(row.backup_id),
        kind=row.kind.value,
        copied_at=copied_at,
        ends_on=row.ends_on,
        schema=contents.schema,
        software=store.engine(),
        tables=contents.tables,
        heads=contents.heads,
        files=tuple(work.files),
    )
    copying.sync(work.partial)
    text = backups.text_of(manifest, backups.key_of(work.clinic.master_key))
    places.write_whole(work.partial / backups.MANIFEST, text)
    work.partial.rename(row.place)
    folders.sync(work.partial.parent)
    return manifest


def _require_folder(work: _Work) -> None:
    """Raise `BackupError` where the folder is missing or the disk too small for it."""
    folder = work.partial.parent
    if not folder.is_dir():
        message = f"{folder} is not there. Plug its disk in or make the folder, then try again."
        raise BackupError(message)
    home = work.clinic.home
    work.total = (home / STORE_FILE).stat().st_size + sum(_unlinked_bytes(work))
    needed, free = work.total + SPARE_BYTES, places.free_bytes(folder)
    if needed > free:
        message = (
            f"The disk that holds {folder} is too full: the back-up needs "
            f"{places.size_in_words(needed)}, and {places.size_in_words(free)} are free. Make room "
            "there, or name another folder in CLINIC_BACKUP_FOLDER, then try again."
        )
        raise BackupError(message)


def _copy_store(work: _Work) -> tuple[Contents, datetime]:
    """Copy the store while nobody writes; reading goes on. Returns what is in it, and when."""
    name = f"{places.HOME}/{STORE_FILE}"
    with work.clinic.store.held() as source:
        copied_at = datetime.now(UTC).replace(tzinfo=None)
        with work.clinic.store.reading() as cursor:
            contents = store.get_contents(cursor)
        copy = copying.begin(source, work.target(name), work.advance)
    # Writing goes on from here: the disk and the hash may take their time.
    work.files.append(Copied(name, copy.size, copy.finish()))
    return contents, copied_at


def _copy_files(work: _Work) -> None:
    """Copy every other file, or link it to the last good back-up, where it is already."""
    work.stage = Stage.FILES
    before, known = _before(work)
    for source, name in _sources(work.clinic):
        there = known.get(name)
        with suppress(FileNotFoundError):
            # A file that went meanwhile was disposed of; everything else is still to come.
            if there is not None and _link(before / name, work.target(name), source, there):
                work.files.append(there)
            else:
                size, sha256 = copying.copy(source, work.target(name), work.advance)
                work.files.append(Copied(name, size, sha256))


def _before(work: _Work) -> tuple[Path, dict[str, Copied]]:
    """Return the last good back-up in the same folder and its sealed files, by name."""
    for row in listing.rows_of(work.clinic):
        place = Path(row.place)
        if row.state in listing.GOOD and place.parent == work.partial.parent:
            with suppress(BackupDamagedError):
                files = listing.manifest_in(place, work.clinic.master_key).files
                return place, {one.path: one for one in files if _is_sealed(one.path)}
    return work.partial, {}


def _is_sealed(name: str) -> bool:
    """Tell whether a file is one that never changes once it is written."""
    return name.startswith((f"{places.HOME}/media/", f"{places.HOME}/evidence/"))


def _link(before: Path, target: Path, source: Path, there: Copied) -> bool:
    """Take a file over from the back-up before; False where it must be copied."""
    if source.stat().st_size != there.size:
        return False
    try:
        if before.stat().st_size != there.size:
            return False
        os.link(before, target)
    except OSError:
        # Another file system, one without links, or a file gone from the back-up before.
        return False
    return True


def _unlinked_bytes(work: _Work) -> Iterator[int]:
    _, known = _before(work)
    for source, name in _sources(work.clinic):
        if name not in known:
            with suppress(FileNotFoundError):
                yield source.stat().st_size


def _sources(clinic: Clinic) -> Iterator[tuple[Path, str]]:
    """Yield every file that belongs into a back-up beside the store, with its name in it."""
    anchors = places.anchors_of(clinic.home)
    for root, name in ((clinic.home, places.HOME), (anchors, places.ANCHORS)):
        for file in sorted(root.rglob("*")):
            inner = file.relative_to(root)
            if file.is_file() and _is_wanted(clinic, file, inner):
                yield file, f"{name}/{inner.as_posix()}"


def _is_wanted(clinic: Clinic, file: Path, inner: Path) -> bool:
    chosen = clinic.settings
    never = [chosen.key_file, chosen.key_mirror, chosen.backup_folder]
    if any(one and file.absolute().is_relative_to(one.absolute()) for one in never):
        return False
    is_passing = PASSING in inner.parts or file.name.endswith(DRAFT)
    return not (is_passing or inner.parts[0].startswith(STORE_FILE))

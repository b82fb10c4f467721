"""Checking a back-up by restoring it into a scratch folder: what cannot be restored is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from lib.domain import anchors as anchor_rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.backups import Manifest
from lib.errors import (
    BackupDamagedError,
    BackupError,
    MediaKeyMissingError,
    NotFoundError,
    SealedFileError,
    StoreError,
)
from lib.media import folders
from lib.media.files import ORIGINAL, MediaFiles
from lib.media.sealing import FRAME_BYTES, SealedFile
from lib.services.authority import authorise
from lib.services.backups import copying, listing, places
from lib.services.backups.turns import Progress, Stage, Watch, nobody, one_at_a_time
from lib.services.clinic import STORE_FILE, Clinic
from lib.store import backups as store
from lib.store.backups import BackupRow
from lib.store.connection import Cursor, Store, StoreOptions, UnitOfWork

# How many photographs and videos are opened with their keys, spread over all there are.
SAMPLE = 12
SCRATCH_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to; sound when `fault` is None. `opened` pictures of the sample."""

    place: Path
    files: int
    size: int
    opened: int
    fault: str | None = None

    @property
    def is_sound(self) -> bool:
        """Tell whether it can be restored."""
        return self.fault is None


def check(
    clinic: Clinic, actor: Actor | None, backup_id: UUID, *, now: datetime, watch: Watch = nobody
) -> Checked:
    """Restore a back-up into a scratch folder, look whether it is sound, and note what was found.

    Raises `NotPermittedError`, `NotFoundError`, and `BackupError` when there is no room for the
    scratch folder: that says nothing of the back-up, and nothing is noted then.
    """
    if actor is not None:
        authorise(clinic, actor, Permission.MANAGE_BACKUPS)
    row = row_of(clinic, backup_id)
    with one_at_a_time():
        found = look(clinic, Path(row.place), watch)

    def note(unit: UnitOfWork) -> None:
        store.update_checked(unit.cursor, backup_id, found.fault, now)
        detail: dict[str, str | int | bool] = {"sound": found.is_sound, "files": found.files}
        unit.audit(actor, Event(Action.BACKUP_CHECKED, subject_id=backup_id, detail=detail))

    clinic.store.transact(note)
    return found


def row_of(clinic: Clinic, backup_id: UUID) -> BackupRow:
    """Return what was noted of a back-up. Raises `NotFoundError`."""
    with clinic.store.reading() as cursor:
        row = store.get_backup(cursor, backup_id)
    if row is None:
        message = "That back-up is not known here."
        raise NotFoundError(message)
    return row


def look(clinic: Clinic, place: Path, watch: Watch = nobody) -> Checked:
    """Look whether a back-up is sound, without noting it. Raises `BackupError` for want of room."""
    try:
        manifest = listing.manifest_in(place, clinic.master_key)
        with _scratch(place, manifest) as scratch:
            return _Look(clinic, place, manifest, watch).through(scratch)
    except BackupDamagedError as error:
        return Checked(place, 0, 0, 0, error.message)


@contextmanager
def _scratch(place: Path, manifest: Manifest) -> Iterator[Path]:
    """Make a folder beside the back-up for its store, and remove it whatever happens."""
    folder = place.parent / f"{places.SCRATCH}{place.name}"
    size = next((one.size for one in manifest.files if one.path == store_path()), 0)
    needed, free = 2 * size, places.free_bytes(place.parent)
    if needed > free:
        message = (
            f"There is no room to check it: {places.size_in_words(needed)} are needed beside it, "
            f"and {places.size_in_words(free)} are free. Make room there, then check it again."
        )
        raise BackupError(message)
    try:
        places.clear(folder)
        folders.make_private(folder)
        yield folder
    except OSError as error:
        raise BackupError(places.in_words(error, place.parent)) from error
    finally:
        places.clear(folder)


def store_path() -> str:
    """Return the store's path inside a back-up."""
    return f"{places.HOME}/{STORE_FILE}"


class _Look:
    """One look at a back-up."""

    def __init__(self, clinic: Clinic, place: Path, manifest: Manifest, watch: Watch) -> None:
        self._clinic = clinic
        self._place = place
        self._manifest = manifest
        self._watch = watch
        self._done = 0

    def through(self, scratch: Path) -> Checked:
        """Return what was found: the first fault, if there is one."""
        fault = self._compare(scratch)
        opened = 0
        if fault is None:
            self._watch(Progress(Stage.OPENING))
            fault, opened = self._open(scratch)
        return Checked(self._place, len(self._manifest.files), self._manifest.size, opened, fault)

    def _compare(self, scratch: Path) -> str | None:
        """Read every file; the store is copied into the scratch folder while it is read."""
        for one in self._manifest.files:
            file = self._place / one.path
            try:
                if one.path == store_path():
                    found = copying.copy(file, scratch / STORE_FILE, self._advance)
                else:
                    found = copying.digest(file, self._advance)
            except FileNotFoundError:
                return f"The file {one.path} is missing from it. Make another back-up."
            if found != (one.size, one.sha256):
                return f"The file {one.path} is not what was written. Make another back-up."
        return None

    def _advance(self, count: int) -> None:
        self._done += count
        self._watch(Progress(Stage.CHECKING, self._done, self._manifest.size))

    def _open(self, scratch: Path) -> tuple[str | None, int]:
        try:
            opened = Store.open(
                scratch / STORE_FILE, self._clinic.master_key, StoreOptions(SCRATCH_MEMORY)
            )
        except StoreError:
            return "Its store cannot be opened with the clinic's key. Make another back-up.", 0
        try:
            with opened.reading() as cursor:
                return self._hold_against(cursor) or self._try_media(cursor)
        except StoreError:
            return "Its store cannot be read. Make another back-up.", 0
        finally:
            opened.close()

    def _hold_against(self, cursor: Cursor) -> tuple[str, int] | None:
        """Compare rows and audit chains with what was there, and the chains with their anchors."""
        said, found = self._manifest, store.get_contents(cursor)
        short = [name for name, rows in said.tables.items() if found.tables.get(name) != rows]
        # Opening brings an older copy up to date, which adds its migrations.
        short = [name for name in short if name != "schema_migration"]
        if short:
            return f"Rows of {', '.join(sorted(short))} are missing. Make another back-up.", 0
        if found.heads != said.heads:
            return "Its audit trail does not end where it should. Make another back-up.", 0
        if self._cut(cursor):
            return "Its audit trail contradicts its anchors. Make another back-up.", 0
        return None

    def _cut(self, cursor: Cursor) -> bool:
        file = self._place / places.ANCHORS / anchor_rules.FILE
        if not file.exists():
            return False
        key = anchor_rules.key_of(self._clinic.master_key)
        known, faults = anchor_rules.read(file.read_text("utf-8").splitlines(), key)
        heads = {UUID(chain): at for chain, at, _ in self._manifest.heads}
        # Anchors were copied after the store: those of what came later are not of it.
        wanted = [one for one in known if one.position <= heads.get(one.chain_id, -1)]
        hashes = store.list_hashes(cursor, [(one.chain_id, one.position) for one in wanted])
        return bool(faults) or any(anchor_rules.faults_of(wanted, hashes))

    def _try_media(self, cursor: Cursor) -> tuple[str | None, int]:
        """Open a sample of the originals with their keys, every frame of them."""
        originals = store.list_originals(cursor)
        step = max(1, len(originals) // SAMPLE)
        files = MediaFiles(self._place / places.HOME)
        opened = 0
        for media_id, key_id in originals[::step][:SAMPLE]:
            try:
                key = self._clinic.media.keys.get(key_id)
                _read(files.sealed(media_id, ORIGINAL, key))
                opened += 1
            except MediaKeyMissingError:
                # Disposed of since: nobody is to open it.
                continue
            except SealedFileError:
                return "A photograph in it cannot be opened with its key. Make another one.", opened
        return None, opened


def _read(file: SealedFile) -> None:
    with file.reader() as reader:
        while reader.read(FRAME_BYTES):
            pass

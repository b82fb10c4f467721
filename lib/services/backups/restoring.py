"""Restoring a back-up: verified first, swapped in whole, later disposals repeated in it.

Whoever was disposed of after the back-up was made is in it again. So nobody can sign in before
`replaying` has disposed of them once more and proved it; opening a clinic sees to that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from lib.domain import anchors, backups
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.backups import Manifest
from lib.errors import (
    BackupDamagedError,
    ClinicError,
    RestoreError,
    StoreError,
    StoreInUseError,
)
from lib.media import folders
from lib.services.backups import copying, listing, places, replaying, rotating, swapping
from lib.services.backups.checking import store_path
from lib.services.backups.swapping import Restoring
from lib.services.backups.turns import Progress, Stage, Watch, nobody, one_at_a_time
from lib.services.clinic import STORE_FILE, clinic_with, open_clinic
from lib.settings import Settings
from lib.store import backups as store
from lib.store import keys
from lib.store.connection import Store, StoreOptions, UnitOfWork

ENDED = "clinic restored"
# For the rewrite that follows, besides the store's own size.
SPARE_BYTES = 64 * places.MEGABYTE


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to.

    `former` is where the clinic as it was before lies. `lost` counts what was done after the
    back-up, by action, or is None where the former store could not be opened; `entries_lost` is
    how many entries of the trail the anchors tell of that are not there any more, at least.
    """

    place: Path
    copied_at: datetime
    former: Path | None
    lost: Mapping[str, int] | None
    entries_lost: int
    replayed: int


@dataclass(slots=True)
class _Work:
    """A restore under way."""

    settings: Settings
    place: Path
    manifest: Manifest
    key: bytes = field(repr=False)
    now: datetime
    watch: Watch
    former: str = ""
    done: int = 0

    @property
    def home(self) -> Path:
        """Return the home that is restored."""
        return self.settings.home

    @property
    def building(self) -> Path:
        """Return the folder in which it is built."""
        return swapping.building_of(self.home)

    def advance(self, count: int) -> None:
        """Count bytes, and say how far it is."""
        self.done += count
        self.watch(Progress(Stage.CHECKING, self.done, self.manifest.size))


def restore(
    settings: Settings, actor: Actor, place: Path, *, now: datetime, watch: Watch = nobody
) -> Restored:
    """Put the clinic in the settings' home back to a back-up. No server may have it open.

    Raises a `ClinicError` that says what to do: until the back-up is verified and whole beside the
    home, the clinic is as it was; from then on the next start or command goes on.
    """
    home = settings.home
    with one_at_a_time():
        folders.make_private(home.parent)
        with swapping.alone(home):
            swapping.swap(home)
            key = keys.load(settings)
            manifest = listing.manifest_in(place, key)
            work = _Work(settings, place.absolute(), manifest, key, now, watch)
            lost, entries_lost = _build(work, actor)
            watch(Progress(Stage.PLACING))
            swapping.swap(home)
        replayed = _open(work)
    former = home.parent / work.former
    return Restored(
        work.place,
        manifest.copied_at,
        former if former.is_dir() else None,
        lost,
        entries_lost,
        replayed,
    )


def finish(settings: Settings, *, watch: Watch = nobody) -> str:
    """Go on with a restore that was interrupted; return in words how the clinic stands now."""
    said = swapping.settle(settings.home)
    open_clinic(settings, watch=watch).close()
    return said or f"Nothing of a restore is left to do in {settings.home}."


def _build(work: _Work, actor: Actor) -> tuple[Mapping[str, int] | None, int]:
    """Build the restored home beside the present one; return what the restore loses."""
    _require_room(work)
    with _present(work) as present:
        try:
            _copy(work)
            lost = _lost(work, present)
            entries = _entries_lost(work)
            _settle_store(work, actor, entries, _known(present))
            copying.sync(work.building)
            work.former = swapping.former_name(work.home, work.now)
            mark = Restoring(
                work.manifest.backup_id,
                str(work.place),
                work.manifest.copied_at,
                work.now,
                work.former,
            )
            swapping.write_mark(work.building, mark)
        except BaseException as error:
            places.clear(work.building)
            if isinstance(error, OSError):
                words = places.in_words(error, work.home.parent)
                message = f"Nothing was restored; the clinic is as it was. {words}"
                raise RestoreError(message) from error
            raise
    return lost, entries


@contextmanager
def _present(work: _Work) -> Iterator[Store | None]:
    """Hold the present store, so that no server opens it meanwhile; None where it cannot be read.

    Raises `StoreInUseError` while another process has it.
    """
    file = work.home / STORE_FILE
    present = None
    if file.exists():
        try:
            present = Store.open(file, work.key, _options(work.settings))
        except StoreInUseError as error:
            message = f"{error.message} A clinic that is running cannot be restored."
            raise StoreInUseError(message) from error
        except StoreError:
            # Damaged, or sealed with another key: that is why it is restored.
            present = None
    try:
        yield present
    finally:
        if present is not None:
            present.close()


def _options(settings: Settings) -> StoreOptions:
    return StoreOptions(settings.memory_limit, settings.threads)


def _require_room(work: _Work) -> None:
    size = next((one.size for one in work.manifest.files if one.path == store_path()), 0)
    # The store is written once more when disposals are repeated.
    needed = work.manifest.size + size + SPARE_BYTES
    free = places.free_bytes(work.home.parent)
    if needed > free:
        message = (
            f"There is no room to restore it: {places.size_in_words(needed)} are needed beside "
            f"{work.home}, and {places.size_in_words(free)} are free. Nothing was changed: make "
            "room, then try again."
        )
        raise RestoreError(message)


def _copy(work: _Work) -> None:
    """Copy every file and compare it with the manifest meanwhile; raises `BackupDamagedError`."""
    places.clear(work.building)
    work.building.mkdir(mode=folders.PRIVATE)
    for one in work.manifest.files:
        target = _target(work.building, one.path)
        places.make_inside(work.building, target.parent)
        try:
            found = copying.copy(work.place / one.path, target, work.advance)
        except FileNotFoundError as error:
            message = f"{one.path} is missing from the back-up. Nothing was changed: use another."
            raise BackupDamagedError(message) from error
        if found != (one.size, one.sha256):
            message = (
                f"{one.path} in the back-up is not what was written. Nothing was changed: use "
                "another back-up."
            )
            raise BackupDamagedError(message)
    (work.building / swapping.ANCHORS).touch()


def _target(building: Path, path: str) -> Path:
    """Return where a file of a back-up goes. Raises `BackupDamagedError` for one outside of it."""
    root, _, inner = path.partition("/")
    if root == places.ANCHORS and inner == anchors.FILE:
        return building / swapping.ANCHORS
    target = building / inner
    if root != places.HOME or ".." in target.parts or not inner:
        message = f"The back-up names a file that belongs to no clinic: {path}. Use another one."
        raise BackupDamagedError(message)
    return target


def _lost(work: _Work, present: Store | None) -> Mapping[str, int] | None:
    """Count what was done since the back-up, where the present store can say so."""
    if present is None:
        return None
    try:
        with present.reading() as cursor:
            return store.count_since(cursor, work.manifest.copied_at)
    except StoreError:
        return None


def _entries_lost(work: _Work) -> int:
    """Return how many entries of the trail the present anchors tell of that the back-up lacks."""
    file = places.anchors_of(work.home) / anchors.FILE
    if not file.exists():
        return 0
    lines = file.read_text("utf-8", errors="replace").splitlines()
    known, _ = anchors.read(lines, anchors.key_of(work.key))
    ends = {UUID(chain): at for chain, at, _ in work.manifest.heads}
    newest: dict[UUID, int] = {}
    for one in known:
        newest[one.chain_id] = max(newest.get(one.chain_id, -1), one.position)
    return sum(max(0, at - ends.get(chain, -1)) for chain, at in newest.items())


def _known(present: Store | None) -> set[str]:
    """Return the disposals that the present store carried out, where it can say so."""
    if present is None:
        return set()
    try:
        with present.reading() as cursor:
            return store.list_disposals_known(cursor)
    except StoreError:
        return set()


def _settle_store(work: _Work, actor: Actor, entries_lost: int, known: set[str]) -> None:
    """Open the restored store with the clinic's key, end its sessions and say what happened."""
    work.watch(Progress(Stage.OPENING))
    try:
        opened = Store.open(work.building / STORE_FILE, work.key, _options(work.settings))
    except StoreError as error:
        message = f"The back-up's store cannot be opened. Nothing was changed. {error.message}"
        raise RestoreError(message) from error
    backup_id = UUID(work.manifest.backup_id)

    def settle(unit: UnitOfWork) -> None:
        for running in store.list_running(unit.cursor):
            if running != backup_id:
                store.update_failed(unit.cursor, running, rotating.INTERRUPTED, work.now)
        size, files = work.manifest.size, len(work.manifest.files)
        store.update_made(unit.cursor, backup_id, size, files, work.now)
        sessions = store.end_sessions(unit.cursor, ENDED, work.now)
        detail: dict[str, str | int | bool] = {
            "back-up": backups.name_of(work.manifest.copied_at),
            "sessions ended": sessions,
            "entries missing": entries_lost,
        }
        unit.audit(actor, Event(Action.CLINIC_RESTORED, subject_id=backup_id, detail=detail))

    try:
        with opened.reading() as cursor:
            if store.get_contents(cursor).heads != work.manifest.heads:
                message = (
                    "The back-up's audit trail is not whole. Nothing was changed: use another."
                )
                raise BackupDamagedError(message)
            known |= store.list_disposals_known(cursor)
        replaying.require_ledger(clinic_with(work.settings, work.key, opened), known)
        opened.transact(settle)
    finally:
        opened.close()


def _open(work: _Work) -> int:
    """Open the restored clinic, which repeats later disposals; return how many there were."""
    try:
        clinic = open_clinic(work.settings, watch=work.watch)
    except ClinicError as error:
        message = (
            f"The back-up is in its place, but the clinic is not ready, and nobody can sign in: "
            f"{error.message} Put that right and run `restore --finish`, or take the clinic back "
            "as it was with `restore --undo`."
        )
        raise RestoreError(message) from error
    try:
        with clinic.store.reading() as cursor:
            return store.count_replayed(cursor)
    finally:
        clinic.close()

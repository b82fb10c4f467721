"""Letting back-ups go: what is past its last day, what is unfinished; never the last good one."""

from datetime import datetime
from pathlib import Path

from lib.domain import backups
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.backups import BackupState, Kept
from lib.services.backups import listing, places
from lib.services.backups.listing import AliveKind
from lib.services.backups.turns import one_at_a_time
from lib.services.clinic import Clinic
from lib.store import backups as store
from lib.store.backups import BackupRow
from lib.store.connection import UnitOfWork

INTERRUPTED = "The server or the machine stopped before it was whole. Make another one."


def rotate(clinic: Clinic, *, now: datetime) -> tuple[Path, ...]:
    """Remove what is past its last day and return the folders that are gone.

    What cannot be removed stays listed as overdue, and is tried again at the next turn.
    """
    with one_at_a_time():
        today = listing.today_of(clinic, now)
        rows = {row.place: row for row in listing.rows_of(clinic)}
        alive = listing.alive(clinic, now=now)
        whole = [one for one in alive if one.kind is AliveKind.WHOLE]
        kept = [
            Kept(str(one.place), one.begun_at, one.ends_on, _is_good(rows.get(str(one.place))))
            for one in whole
        ]
        doomed = [Path(one.name) for one in backups.expired(kept, today)]
        doomed += [one.place for one in alive if one.kind is AliveKind.UNFINISHED]
        doomed += [
            one.place for one in alive if one.kind is AliveKind.FORMER_HOME and one.is_overdue
        ]
        removed = tuple(place for place in doomed if _remove(place))
        for place in removed:
            _note(clinic, None, rows.get(str(place)))
        return removed


def remove_former(clinic: Clinic, actor: Actor | None, place: Path) -> None:
    """Remove what a restore set aside, before its last day."""
    with one_at_a_time():
        if place in {one for one, _ in places.former_homes(clinic.home)} and _remove(place):
            _note(clinic, actor, None)


def note_interrupted(clinic: Clinic, *, now: datetime) -> int:
    """At a start: say of back-ups that were being made that they were interrupted."""

    def work(unit: UnitOfWork) -> int:
        found = store.list_running(unit.cursor)
        for backup_id in found:
            store.update_failed(unit.cursor, backup_id, INTERRUPTED, now)
        return len(found)

    return clinic.store.transact(work)


def _is_good(row: BackupRow | None) -> bool:
    """Tell whether a back-up counts as good; one that nobody noted (after a restore) does."""
    return row is None or row.state in listing.GOOD


def _remove(place: Path) -> bool:
    places.try_to_remove(place)
    return not place.exists()


def _note(clinic: Clinic, actor: Actor | None, row: BackupRow | None) -> None:
    def work(unit: UnitOfWork) -> None:
        if row is not None and row.state is not BackupState.FAILED:
            store.update_removed(unit.cursor, row.backup_id)
        subject_id = row.backup_id if row else None
        unit.audit(actor, Event(Action.BACKUP_REMOVED, subject_id=subject_id))

    clinic.store.transact(work)

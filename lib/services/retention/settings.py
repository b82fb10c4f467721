"""The clinic's settings of retention: what holds, what a change would move, changing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain import retention_settings as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.retention import Setting, Status
from lib.domain.retention_schedule import Group
from lib.domain.retention_settings import USUAL_CASE_LIMIT, Chosen, Typed
from lib.errors import InvalidInputError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.retention import counting
from lib.services.retention.counting import THREADS
from lib.store import retention, retention_settings
from lib.store.connection import Cursor, UnitOfWork
from lib.store.retention_settings import Version

STALE = "Somebody else changed the settings meanwhile. Load the page again to see them."
NOTHING_NEW = "nothing is changed yet"


@dataclass(frozen=True, slots=True)
class Current:
    """The settings that hold; version 0 are the defaults, which nobody has changed yet."""

    setting: Setting
    version: int = 0
    case_limit: int = USUAL_CASE_LIMIT

    @property
    def chosen(self) -> Chosen:
        """Return what was chosen, without its version."""
        return Chosen(self.setting, self.case_limit)


@dataclass(frozen=True, slots=True)
class Change:
    """Settings as a form says: it made the id, and began with a version; `typed` has a reason."""

    setting_id: UUID
    version: int
    typed: Typed


@dataclass(frozen=True, slots=True)
class Preview:
    """What other settings would move, of every record there is on a day.

    `moved` counts by the state that holds and the one that would; groups are of all records.
    """

    moved: Mapping[tuple[Status, Status], int]
    before: tuple[Group, ...]
    after: tuple[Group, ...]

    @property
    def due_at_once(self) -> int:
        """Return how many records that are kept today could go at once."""
        return sum(
            count
            for (status, then), count in self.moved.items()
            if status is Status.RETAIN and then is not Status.RETAIN
        )

    @property
    def kept_again(self) -> int:
        """Return how many records that are past their date would be kept longer."""
        return sum(
            count
            for (status, then), count in self.moved.items()
            if status is not Status.RETAIN and then is Status.RETAIN
        )


def current(cursor: Cursor) -> Current:
    """Return the settings that hold."""
    newest = retention_settings.get_newest(cursor)
    if newest is None:
        return Current(Setting())
    return Current(newest.chosen.setting, newest.version, newest.chosen.case_limit)


def show(clinic: Clinic, actor: Actor) -> tuple[Current, list[Version]]:
    """Return the settings that hold, and every version there was, the newest first.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.SET_RETENTION)
    with clinic.store.reading() as cursor:
        return current(cursor), retention_settings.list_versions(cursor)


def check(typed: Typed) -> Mapping[str, str]:
    """Return the reason of each field that cannot be as it is."""
    return rules.read(typed)[1]


def change(clinic: Clinic, actor: Actor, wanted: Change, *, now: datetime) -> Current:
    """Let other settings hold from now on, and return them; the same id again changes nothing.

    Raises `NotPermittedError`, `InvalidInputError` with its field, and `StaleVersionError` when
    somebody changed them since the form was opened.
    """
    authorise(clinic, actor, Permission.SET_RETENTION)
    chosen, faults = rules.read(wanted.typed)
    for field, reason in faults.items():
        raise InvalidInputError(reason, field=field)
    reason = str(wanted.typed["reason"]).strip()

    def work(unit: UnitOfWork) -> Current:
        there = current(unit.cursor)
        if retention_settings.get_version(unit.cursor, wanted.setting_id) is not None:
            return there
        if there.version != wanted.version:
            raise StaleVersionError(STALE, version=there.version)
        if there.chosen == chosen:
            raise InvalidInputError(NOTHING_NEW)
        kept = Version(wanted.setting_id, there.version + 1, chosen, reason, now, None)
        retention_settings.insert_version(unit.cursor, kept, actor.person_id)
        unit.audit(actor, _event(wanted.setting_id, there.chosen, chosen, kept.version))
        return Current(chosen.setting, kept.version, chosen.case_limit)

    return clinic.store.transact(work)


def preview(clinic: Clinic, actor: Actor, setting: Setting, *, as_of: date) -> Preview:
    """Return what these settings would move on a day, before anybody saves them.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.SET_RETENTION)
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        holds = current(cursor).setting
        moved = retention.count_moved(cursor, as_of, holds, setting)
    before = counting.counted(clinic, as_of, holds)
    return Preview(moved, before, counting.counted(clinic, as_of, setting))


def _event(setting_id: UUID, before: Chosen, after: Chosen, version: int) -> Event:
    old, new = rules.typed_of(before), rules.typed_of(after)
    changed = ", ".join(sorted(name for name, value in new.items() if old[name] != value))
    return Event(
        Action.RETENTION_SETTING_CHANGED,
        subject_id=setting_id,
        detail={"version": version, "changed": changed},
    )

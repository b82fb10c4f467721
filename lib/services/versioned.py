"""Keeping an entry of one of the clinic's own lists: a version at a time, each in the trail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.errors import StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store.connection import Cursor, UnitOfWork

STALE = "Somebody else changed this meanwhile. Load the page again to see it."


class Versioned(Protocol):
    """An entry that is replaced whole: its version counts from 1."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int:
        """Return which version it is; 0 for one that is not kept yet."""

    @property
    def is_active(self) -> bool:
        """Tell whether it is used."""


Entry = TypeVar("Entry", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[Entry]):
    """Where a list's entries are kept, and what a change of one is called in the trail."""

    key_of: Callable[[Entry], UUID]
    get: Callable[[Cursor, UUID], Entry | None]
    insert: Callable[[Cursor, Entry, UUID], None]
    update: Callable[[Cursor, Entry, UUID], None]
    action: Action


@dataclass(frozen=True, slots=True)
class OwnList(Shelf[Entry]):
    """One of the lists that whoever manages the catalogue changes.

    `check` raises `InvalidInputError`, with its field, for an entry that cannot be kept.
    """

    check: Callable[[Entry], None]
    entries: Callable[[Cursor], list[Entry]]


def entries(clinic: Clinic, actor: Actor, shelf: OwnList[Entry]) -> list[Entry]:
    """Return a whole list, what is used first. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    with clinic.store.reading() as cursor:
        return shelf.entries(cursor)


def save(  # noqa: PLR0913 - who saves what where, when, and what the store must agree to
    clinic: Clinic,
    actor: Actor,
    shelf: OwnList[Entry],
    wanted: Entry,
    *,
    now: datetime,
    check: Callable[[Cursor], None] = lambda _: None,
) -> Entry:
    """Add an entry, or replace the version that the form began with; return what is kept.

    `wanted.version` is 0 for a new one, else the version seen; its id is made by the form, so that
    saving twice is once. `check` raises where the store speaks against it. Raises
    `NotPermittedError`, `InvalidInputError` with the field and `StaleVersionError`.
    """
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    shelf.check(wanted)

    def work(unit: UnitOfWork) -> Entry:
        check(unit.cursor)
        return keep(unit, actor, shelf, wanted, now)

    return clinic.store.transact(work)


def keep(
    unit: UnitOfWork, actor: Actor, shelf: Shelf[Entry], wanted: Entry, now: datetime
) -> Entry:
    """Do in a transaction what `save` does, once it is permitted and checked."""
    key = shelf.key_of(wanted)
    kept = replace(wanted, version=wanted.version + 1, changed_at=now)
    there = shelf.get(unit.cursor, key)
    if there is None:
        shelf.insert(unit.cursor, kept, actor.person_id)
    elif replace(there, changed_at=now) == kept:
        return kept
    elif there.version != wanted.version:
        raise StaleVersionError(STALE, version=there.version)
    else:
        shelf.update(unit.cursor, kept, actor.person_id)
    detail: dict[str, str | int | bool] = {"version": kept.version, "is_used": kept.is_active}
    unit.audit(actor, Event(shelf.action, subject_id=key, detail=detail))
    return kept

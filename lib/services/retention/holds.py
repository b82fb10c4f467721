"""Holds: placing one, changing who looks after it, releasing it; each with its reason (rule C6).

A hold never moves the date of the schedule: it stops what would follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from lib.domain.access import MATRIX, Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.holds import NO_OWNER, ChangedHold, NewHold, check_dates, check_new, check_reason
from lib.domain.retention import Blocker
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.records import noting_refusal, usable
from lib.services.retention import blockers
from lib.store import holds, people
from lib.store.connection import Cursor, UnitOfWork
from lib.store.holds import Hold, Stamp

Result = TypeVar("Result")
Detail = dict[str, str | int | bool]

NO_HOLD = "This record has no such hold. Load the page again."
STALE = "Somebody else changed this hold meanwhile. Load the page again to see it."
RELEASED = "This hold was released meanwhile. Load the page again to see by whom and why."
SAVED_OTHERWISE = "This form was saved already, with something else. Load the page again."


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may look after a hold."""

    person_id: UUID
    name: str


def owners(cursor: Cursor) -> list[Owner]:
    """Return who may look after a hold or a vital interest, by name."""
    held = people.list_roles_of_all(cursor)
    able = {role for role, permissions in MATRIX.items() if Permission.PLACE_HOLDS in permissions}
    return [
        Owner(one.person_id, one.display_name)
        for one in people.list_people(cursor)
        if not one.is_disabled and held.get(one.person_id, frozenset()) & able
    ]


def check_owner(cursor: Cursor, actor: Actor, owner_id: UUID) -> None:
    """Raise `InvalidInputError` unless this person, or the actor, may look after a hold."""
    if owner_id not in {actor.person_id, *(one.person_id for one in owners(cursor))}:
        raise InvalidInputError(NO_OWNER, field="owner_id")


def place(clinic: Clinic, actor: Actor, about: About, wanted: NewHold) -> Hold:
    """Place a hold and return it; the same id again returns what was placed.

    An extension is for whoever reviews what is due. Raises `NotPermittedError`, `NotFoundError`,
    `MergedError`, `GroundNeededError` (rule E1) and `InvalidInputError` with its field.
    """
    is_extension = wanted.kind is Blocker.EXTENSION
    permission = Permission.PROPOSE_DISPOSAL if is_extension else Permission.PLACE_HOLDS
    authorise(clinic, actor, permission, patient_id=about.patient_id)
    check_new(wanted, about.as_of)

    def work(unit: UnitOfWork) -> Hold:
        ground = ground_used(unit.cursor, about)
        there = holds.get_hold(unit.cursor, wanted.hold_id)
        if there is not None:
            return _same(there, about, wanted)
        check_owner(unit.cursor, actor, wanted.owner_id)
        # A disposal that is under way must see it (rule C10).
        blockers.claim(unit.cursor, about.patient_id)
        stamp = Stamp(about.now, actor.person_id)
        holds.insert_hold(unit.cursor, about.patient_id, wanted, stamp)
        detail: Detail = {"kind": wanted.kind.value, "review_on": wanted.review_on.isoformat()}
        unit.audit(actor, _event(Action.HOLD_PLACED, about, wanted.hold_id, ground, detail))
        return _get(unit.cursor, about, wanted.hold_id)

    return noting_refusal(clinic, actor, about.patient_id, work)


def change(clinic: Clinic, actor: Actor, about: About, wanted: ChangedHold) -> Hold:
    """Give a hold another owner, review or last day, and return it; the trail keeps each version.

    Raises as `place` does, and `StaleVersionError` where somebody changed or released it meanwhile.
    """
    check_dates(wanted.review_on, wanted.ends_on, about.as_of)

    def work(unit: UnitOfWork, there: Hold, ground: str | None) -> None:
        if _says(there) == _says(wanted):
            return
        if there.version != wanted.version:
            is_over = there.released_at is not None
            raise StaleVersionError(RELEASED if is_over else STALE, version=there.version)
        check_owner(unit.cursor, actor, wanted.owner_id)
        holds.update_hold(unit.cursor, wanted, Stamp(about.now, actor.person_id))
        detail: Detail = {
            "version": wanted.version + 1,
            "owner": str(wanted.owner_id),
            "review_on": wanted.review_on.isoformat(),
            "ends_on": wanted.ends_on.isoformat() if wanted.ends_on else "",
        }
        unit.audit(actor, _event(Action.HOLD_CHANGED, about, wanted.hold_id, ground, detail))

    return _working(clinic, actor, about, (Permission.PLACE_HOLDS, wanted.hold_id), work)


def release(clinic: Clinic, actor: Actor, about: About, hold_id: UUID, reason: str) -> Hold:
    """End a hold, with the reason, and return it; one that was released stays as it is.

    Raises as `place` does.
    """
    check_reason(reason)

    def work(unit: UnitOfWork, there: Hold, ground: str | None) -> None:
        if there.released_at is not None:
            return
        stamp = Stamp(about.now, actor.person_id)
        holds.release_hold(unit.cursor, hold_id, reason.strip(), stamp)
        unit.audit(actor, _event(Action.HOLD_RELEASED, about, hold_id, ground, {}))

    return _working(clinic, actor, about, (Permission.RELEASE_HOLDS, hold_id), work)


def _working(
    clinic: Clinic,
    actor: Actor,
    about: About,
    asked: tuple[Permission, UUID],
    work: Callable[[UnitOfWork, Hold, str | None], None],
) -> Hold:
    """Do something with a hold of this patient, and return it as it is then."""
    permission, hold_id = asked
    authorise(clinic, actor, permission, patient_id=about.patient_id)

    def whole(unit: UnitOfWork) -> Hold:
        ground = ground_used(unit.cursor, about)
        work(unit, _get(unit.cursor, about, hold_id), ground)
        return _get(unit.cursor, about, hold_id)

    return noting_refusal(clinic, actor, about.patient_id, whole)


def ground_used(cursor: Cursor, about: About) -> str | None:
    """Return the ground on which a restricted record is used; None where it is not restricted.

    Raises `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    _, restriction = usable(cursor, about.patient_id, about.ground)
    return about.ground.value if restriction and about.ground else None


def _get(cursor: Cursor, about: About, hold_id: UUID) -> Hold:
    found = holds.get_hold(cursor, hold_id)
    if found is None or found.patient_id != about.patient_id:
        raise NotFoundError(NO_HOLD)
    return found


def _same(there: Hold, about: About, wanted: NewHold) -> Hold:
    """Return what was placed under this id. Raises `SavedAlreadyError` where it says otherwise."""
    placed = (there.patient_id, there.kind, there.reason)
    if placed != (about.patient_id, wanted.kind.value, wanted.reason.strip()):
        raise SavedAlreadyError(SAVED_OTHERWISE)
    return there


def _says(one: Hold | ChangedHold) -> tuple[object, ...]:
    return one.owner_id, one.review_on, one.ends_on


def _event(
    action: Action, about: About, hold_id: UUID, ground: str | None, detail: Detail
) -> Event:
    return Event(
        action, patient_id=about.patient_id, subject_id=hold_id, ground=ground, detail=detail
    )

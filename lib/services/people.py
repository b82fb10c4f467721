"""Administering accounts: who has one, what they may do, and taking that away again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from lib.auth import passwords
from lib.domain import sign_in as rules
from lib.domain.access import Actor, Permission, Role
from lib.domain.audit import Action, Event
from lib.domain.sign_in import Ended
from lib.errors import InvalidInputError, NotFoundError
from lib.services import accounts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.connection import Cursor, UnitOfWork
from lib.store.people import NewPerson, Person

Result = TypeVar("Result")


class State(StrEnum):
    """What an account is; the words that the people screen shows."""

    ACTIVE = "Active"
    INVITED = "Invited"
    INVITATION_EXPIRED = "Invitation expired"
    RESET = "New password given"
    DISABLED = "Disabled"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the people screen. Times are UTC without a zone."""

    person_id: UUID
    username: str
    display_name: str
    email: str | None
    roles: frozenset[Role]
    state: State
    has_second_factor: bool
    last_sign_in_at: datetime | None
    open_sessions: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite."""

    username: str
    display_name: str
    email: str | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password to hand over, shown once and kept nowhere in clear."""

    person_id: UUID
    username: str
    password: str
    expires_at: datetime


def list_people(clinic: Clinic, actor: Actor, *, now: datetime) -> list[Listed]:
    """Return everybody with an account, by name."""
    authorise(clinic, actor, Permission.MANAGE_PEOPLE)
    with clinic.store.reading() as cursor:
        roles = people.list_roles_of_all(cursor)
        signed_in = sessions.list_last_sign_ins(cursor)
        open_now = [one.person_id for one in sessions.list_open_sessions(cursor)]
        return [
            Listed(
                person.person_id,
                person.username,
                person.display_name,
                person.email,
                roles.get(person.person_id, frozenset()),
                state_of(person, signed_in.get(person.person_id), now=now),
                person.has_second_factor,
                signed_in.get(person.person_id),
                open_now.count(person.person_id),
            )
            for person in people.list_people(cursor)
        ]


def state_of(person: Person, last_sign_in_at: datetime | None, *, now: datetime) -> State:
    """Return what the account is at `now`."""
    if person.is_disabled:
        return State.DISABLED
    if not person.must_change_password:
        return State.ACTIVE
    set_at = person.password_changed_at or person.created_at
    if now >= rules.first_password_expires_at(set_at):
        return State.INVITATION_EXPIRED
    return State.RESET if last_sign_in_at else State.INVITED


def invite(clinic: Clinic, actor: Actor, invitation: Invitation, *, now: datetime) -> FirstPassword:
    """Add somebody; return the password for their first sign-in, which expires in seven days.

    Raises `NotPermittedError`, or `InvalidInputError` for a value that will not do.
    """
    authorise(clinic, actor, Permission.MANAGE_PEOPLE)
    username = rules.normal_username(invitation.username)
    rules.check_username(username)
    rules.check_display_name(invitation.display_name)
    _check_roles(invitation.roles)
    password = passwords.new_first_password()
    new = NewPerson(
        username,
        invitation.display_name.strip(),
        (invitation.email or "").strip() or None,
        passwords.hash_password(password),
        must_change_password=True,
        roles=invitation.roles,
    )

    def work(unit: UnitOfWork) -> UUID:
        if people.get_person_by_username(unit.cursor, username):
            message = "Somebody has that username already. Choose another."
            raise InvalidInputError(message, field="username")
        person_id = people.insert_person(unit.cursor, new, now=now, by=actor.person_id)
        detail: dict[str, str | int | bool] = {"roles": _words(invitation.roles)}
        unit.audit(actor, Event(Action.PERSON_INVITED, subject_id=person_id, detail=detail))
        return person_id

    person_id = clinic.store.transact(work)
    return FirstPassword(person_id, username, password, rules.first_password_expires_at(now))


def set_roles(
    clinic: Clinic, actor: Actor, person_id: UUID, roles: frozenset[Role], *, now: datetime
) -> None:
    """Give the person exactly these roles; their sessions end, so that the change bites at once.

    Raises `InvalidInputError` when nobody would be left to administer, or for no role at all.
    """
    _check_roles(roles)

    def work(unit: UnitOfWork, person: Person) -> None:
        held = people.list_roles(unit.cursor, person_id)
        if Role.ADMINISTRATOR in held - roles:
            _check_not_last(unit.cursor, person)
        if held == roles:
            return
        people.delete_roles(unit.cursor, person_id, held - roles)
        people.insert_roles(unit.cursor, person_id, roles - held, now=now, by=actor.person_id)
        accounts.end_sessions(unit, person_id, Ended.ROLES_CHANGED, now=now)
        detail: dict[str, str | int | bool] = {"from": _words(held), "to": _words(roles)}
        unit.audit(actor, Event(Action.PERSON_CHANGED, subject_id=person_id, detail=detail))

    _change(clinic, actor, person_id, work)


def disable(clinic: Clinic, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """Shut the account and end its sessions.

    Raises `InvalidInputError` for oneself and for the last administrator.
    """

    def work(unit: UnitOfWork, person: Person) -> None:
        if person_id == actor.person_id:
            message = "You cannot disable your own account. Ask another administrator."
            raise InvalidInputError(message)
        if Role.ADMINISTRATOR in people.list_roles(unit.cursor, person_id):
            _check_not_last(unit.cursor, person)
        people.update_disabled(unit.cursor, person_id, is_disabled=True)
        accounts.end_sessions(unit, person_id, Ended.DISABLED, now=now)
        unit.audit(actor, Event(Action.PERSON_DISABLED, subject_id=person_id))

    _change(clinic, actor, person_id, work)


def enable(clinic: Clinic, actor: Actor, person_id: UUID) -> None:
    """Open a shut account again; password and second factor are as they were."""

    def work(unit: UnitOfWork, _: Person) -> None:
        people.update_disabled(unit.cursor, person_id, is_disabled=False)
        unit.audit(actor, Event(Action.PERSON_ENABLED, subject_id=person_id))

    _change(clinic, actor, person_id, work)


def reset_password(
    clinic: Clinic, actor: Actor, person_id: UUID, *, now: datetime
) -> FirstPassword:
    """Replace a forgotten password by a first one, and end the person's sessions.

    A lock-out of the account is lifted with it. The second factor stays as it is.
    """
    authorise(clinic, actor, Permission.MANAGE_PEOPLE)
    password = passwords.new_first_password()
    hashed = passwords.hash_password(password)

    def work(unit: UnitOfWork, person: Person) -> str:
        people.update_password(unit.cursor, person_id, hashed, must_change=True, now=now)
        accounts.lift_lock_out(clinic, unit, person, now=now)
        accounts.end_sessions(unit, person_id, Ended.PASSWORD_CHANGED, now=now)
        detail: dict[str, str | int | bool] = {"what": "password"}
        unit.audit(actor, Event(Action.PERSON_RESET, subject_id=person_id, detail=detail))
        return person.username

    username = _change(clinic, actor, person_id, work)
    return FirstPassword(person_id, username, password, rules.first_password_expires_at(now))


def reset_second_factor(clinic: Clinic, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """Take the second factor and recovery codes away; the next sign-in sets up new ones."""

    def work(unit: UnitOfWork, _: Person) -> None:
        people.update_second_factor(unit.cursor, person_id, None, confirmed_at=None, last_step=None)
        people.delete_recovery_codes(unit.cursor, person_id)
        accounts.end_sessions(unit, person_id, Ended.SECOND_FACTOR_CHANGED, now=now)
        detail: dict[str, str | int | bool] = {"what": "second factor"}
        unit.audit(actor, Event(Action.PERSON_RESET, subject_id=person_id, detail=detail))

    _change(clinic, actor, person_id, work)


def end_sessions(clinic: Clinic, actor: Actor, person_id: UUID, *, now: datetime) -> int:
    """End every open session of a person; return how many there were."""

    def work(unit: UnitOfWork, _: Person) -> int:
        ended = accounts.end_sessions(unit, person_id, Ended.ENDED_BY_ADMINISTRATOR, now=now)
        event = Event(Action.SESSION_ENDED, subject_id=person_id, detail={"sessions": ended})
        unit.audit(actor, event)
        return ended

    return _change(clinic, actor, person_id, work)


def _change(
    clinic: Clinic, actor: Actor, person_id: UUID, work: Callable[[UnitOfWork, Person], Result]
) -> Result:
    authorise(clinic, actor, Permission.MANAGE_PEOPLE)

    def with_person(unit: UnitOfWork) -> Result:
        person = people.get_person(unit.cursor, person_id)
        if person is None:
            message = "That person has no account here any more. Load the page again."
            raise NotFoundError(message)
        return work(unit, person)

    return clinic.store.transact(with_person)


def _check_not_last(cursor: Cursor, person: Person) -> None:
    if not person.is_disabled and not people.count_other_administrators(cursor, person.person_id):
        message = "This is the last administrator who can sign in. Make somebody else one first."
        raise InvalidInputError(message, field="roles")


def _check_roles(roles: frozenset[Role]) -> None:
    if not roles:
        message = "Choose at least one role. To keep somebody out, disable the account."
        raise InvalidInputError(message, field="roles")


def _words(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(role.value for role in roles))

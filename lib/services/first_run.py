"""The first run: an empty clinic gets its name and its first administrator, once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from lib.auth import passwords, second_factor, tokens
from lib.domain import sign_in as rules
from lib.domain.access import Actor, Role
from lib.domain.audit import Action, Event
from lib.errors import InvalidInputError, SignInRefusedError
from lib.services import sign_in
from lib.services.clinic import Clinic
from lib.services.sign_in import Stage, Visitor
from lib.store import clinic_settings, people, sessions
from lib.store.clinic_settings import Name
from lib.store.connection import UnitOfWork
from lib.store.people import NewPerson

CODE_PURPOSE = "set-up code"
CODE_LETTERS = 8
FIRST_ROLES = frozenset({Role.ADMINISTRATOR, Role.OWNER})
TAKEN = "This clinic has been set up already. Sign in instead."


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """What the first-run screen asks for."""

    clinic_name: str
    display_name: str
    username: str
    password: str


def is_needed(clinic: Clinic) -> bool:
    """Tell whether nobody has an account yet."""
    with clinic.store.reading() as cursor:
        return people.count_people(cursor) == 0


def new_code(clinic: Clinic, *, now: datetime) -> str:
    """Return a new set-up code for the console, in place of any before it.

    Whoever can read the server's console may claim the clinic; whoever merely reaches it may not.
    """
    letters = "".join(secrets.choice(second_factor.RECOVERY_LETTERS) for _ in range(CODE_LETTERS))
    code_hash = _hash_of(clinic, letters)

    def work(unit: UnitOfWork) -> None:
        if clinic_settings.get_setting(unit.cursor, Name.SET_UP_CODE) is None:
            clinic_settings.insert_setting(
                unit.cursor, Name.SET_UP_CODE, code_hash, now=now, by=None
            )
        else:
            clinic_settings.update_setting(
                unit.cursor, Name.SET_UP_CODE, code_hash, now=now, by=None
            )

    clinic.store.transact(work)
    return f"{letters[:4]}-{letters[4:]}"


def set_up(
    clinic: Clinic, code: str, first: FirstPerson, visitor: Visitor, *, now: datetime
) -> Stage:
    """Make the first person administrator and owner; return the stage of their sign-in.

    Raises `SignInRefusedError` for a wrong code or a clinic that is set up, `InvalidInputError`
    for a value that will not do. Two at once: one wins, the other is refused.
    """
    _check_values(first)
    attempt = sign_in.attempt_of(clinic, CODE_PURPOSE, visitor)
    attempt_id = sign_in.begin_attempt(clinic, attempt, now=now)
    new = NewPerson(
        username=rules.normal_username(first.username),
        display_name=first.display_name.strip(),
        email=None,
        password_hash=passwords.hash_password(first.password),
        must_change_password=False,
        roles=FIRST_ROLES,
    )

    def work(unit: UnitOfWork) -> Stage:
        _check_code(clinic, unit, code)
        if people.count_people(unit.cursor):
            raise SignInRefusedError(TAKEN)
        person_id = people.insert_person(unit.cursor, new, now=now, by=None)
        # Both rows have a primary key, so of two at once only one can commit.
        for name, value in (
            (Name.CLINIC_NAME, first.clinic_name),
            (Name.SET_UP_BY, str(person_id)),
        ):
            clinic_settings.insert_setting(unit.cursor, name, value.strip(), now=now, by=person_id)
        sessions.delete_attempt(unit.cursor, attempt_id)
        actor = Actor(person_id, new.username, new.display_name, FIRST_ROLES, None, visitor.address)
        unit.audit(actor, Event(Action.CLINIC_SET_UP, subject_id=person_id))
        return Stage(person_id, new.username, started_at=now)

    return clinic.store.transact(work)


def _check_values(first: FirstPerson) -> None:
    if not first.clinic_name.strip():
        message = "Give the clinic's name, as your authenticator app will show it."
        raise InvalidInputError(message, field="clinic_name")
    rules.check_display_name(first.display_name)
    rules.check_username(rules.normal_username(first.username))
    passwords.check_new_password(
        first.password, username=first.username, display_name=first.display_name
    )


def _check_code(clinic: Clinic, unit: UnitOfWork, code: str) -> None:
    expected = clinic_settings.get_setting(unit.cursor, Name.SET_UP_CODE)
    typed = _hash_of(clinic, second_factor.normal_recovery_code(code))
    if expected is None or not secrets.compare_digest(expected, typed):
        message = "That is not the set-up code. It is printed where the server was started."
        raise SignInRefusedError(message)


def _hash_of(clinic: Clinic, letters: str) -> str:
    return tokens.keyed_hash(clinic.master_key, CODE_PURPOSE, letters)

"""What sign-in, the account page and administration share: one account's secrets and actor."""

from datetime import datetime
from uuid import UUID

from lib.auth import passwords, second_factor, tokens
from lib.auth.second_factor import Proof
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.sign_in import Ended
from lib.errors import InvalidInputError, SignInRefusedError
from lib.services.clinic import Clinic
from lib.store import clinic_settings, people, sessions
from lib.store.clinic_settings import Name
from lib.store.connection import Cursor, UnitOfWork
from lib.store.people import Person
from lib.store.sessions import Attempt

SECRET_PURPOSE = "second factor"  # noqa: S105 - a label
CODE_PURPOSE = "recovery code"
USERNAME_PURPOSE = "username"
UNNAMED = "Juno Desk"
SHUT = "This account cannot sign in. Ask an administrator."
MOST_SESSIONS = 1000


def get_open(cursor: Cursor, person_id: UUID) -> Person:
    """Return the person; raise `SignInRefusedError` when the account is shut or gone."""
    person = people.get_person(cursor, person_id)
    if person is None or person.is_disabled:
        raise SignInRefusedError(SHUT)
    return person


def actor_of(cursor: Cursor, person: Person) -> Actor:
    """Return the person as an actor without a session."""
    roles = people.list_roles(cursor, person.person_id)
    return Actor(person.person_id, person.username, person.display_name, roles)


def clinic_name(clinic: Clinic) -> str:
    """Return what the clinic calls itself."""
    with clinic.store.reading() as cursor:
        return clinic_settings.get_setting(cursor, Name.CLINIC_NAME) or UNNAMED


def secret_of(clinic: Clinic, person: Person) -> str | None:
    """Return the person's second-factor secret, opened, or None when there is none."""
    if person.totp_secret_sealed is None or person.totp_confirmed_at is None:
        return None
    return tokens.unseal(
        clinic.master_key, SECRET_PURPOSE, str(person.person_id), person.totp_secret_sealed
    )


def hash_of_code(clinic: Clinic, person_id: UUID, code: str) -> str:
    """Return what the store keeps of a recovery code."""
    normal = second_factor.normal_recovery_code(code)
    return tokens.keyed_hash(clinic.master_key, CODE_PURPOSE, f"{person_id}:{normal}")


def set_password(
    clinic: Clinic,
    person_id: UUID,
    new_password: str,
    *,
    now: datetime,
    keep_session: UUID | None = None,
) -> None:
    """Give the person a password of their own choice and end their other sessions.

    Raises `InvalidInputError` with the reason when the password will not do.
    """
    with clinic.store.reading() as cursor:
        person = get_open(cursor, person_id)
    passwords.check_new_password(
        new_password, username=person.username, display_name=person.display_name
    )
    if passwords.is_right(new_password, person.password_hash):
        message = "Choose a password that is not the one you have now."
        raise InvalidInputError(message, field="password")
    hashed = passwords.hash_password(new_password)

    def work(unit: UnitOfWork) -> None:
        people.update_password(unit.cursor, person_id, hashed, must_change=False, now=now)
        end_sessions(unit, person_id, Ended.PASSWORD_CHANGED, now=now, keep=keep_session)
        actor = actor_of(unit.cursor, person)
        unit.audit(actor, Event(Action.PASSWORD_CHANGED, subject_id=person_id))

    clinic.store.transact(work)


def set_second_factor(
    clinic: Clinic,
    person_id: UUID,
    proof: Proof,
    *,
    now: datetime,
    keep_session: UUID | None = None,
) -> list[str]:
    """Set up (or replace) the second factor once it is proven; return ten recovery codes.

    Raises `InvalidInputError` when the code does not fit the secret.
    """
    step = second_factor.matching_step(proof.secret, proof.code, now=now, last_step=None)
    if step is None:
        message = "That code does not fit. Check your phone's clock, and try the next one."
        raise InvalidInputError(message, field="code")
    sealed = tokens.seal(clinic.master_key, SECRET_PURPOSE, str(person_id), proof.secret)
    codes = second_factor.new_recovery_codes()

    def work(unit: UnitOfWork) -> None:
        person = get_open(unit.cursor, person_id)
        people.update_second_factor(
            unit.cursor, person_id, sealed, confirmed_at=now, last_step=step
        )
        replace_codes(clinic, unit, person_id, codes, now=now)
        end_sessions(unit, person_id, Ended.SECOND_FACTOR_CHANGED, now=now, keep=keep_session)
        actor = actor_of(unit.cursor, person)
        unit.audit(actor, Event(Action.SECOND_FACTOR_SET, subject_id=person_id))

    clinic.store.transact(work)
    return codes


def replace_codes(
    clinic: Clinic, unit: UnitOfWork, person_id: UUID, codes: list[str], *, now: datetime
) -> None:
    """Make these the person's only recovery codes."""
    people.delete_recovery_codes(unit.cursor, person_id)
    hashes = [hash_of_code(clinic, person_id, code) for code in codes]
    people.insert_recovery_codes(unit.cursor, person_id, hashes, now=now)


def lift_lock_out(clinic: Clinic, unit: UnitOfWork, person: Person, *, now: datetime) -> None:
    """Let earlier failures count no longer against the account."""
    name = tokens.keyed_hash(clinic.master_key, USERNAME_PURPOSE, person.username)
    attempt = Attempt(name, "administrator")
    sessions.insert_attempt(unit.cursor, attempt, now=now, is_successful=True)


def end_sessions(
    unit: UnitOfWork,
    person_id: UUID,
    because: Ended,
    *,
    now: datetime,
    keep: UUID | None = None,
) -> int:
    """End every open session of a person but the one to keep; return how many."""
    found = sessions.list_sessions_of(unit.cursor, person_id, limit=MOST_SESSIONS)
    ids = [one.session_id for one in found if one.ended_at is None and one.session_id != keep]
    sessions.update_ended(unit.cursor, ids, because.value, now=now)
    return len(ids)

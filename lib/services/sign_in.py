"""Signing in: password, second factor, first password, and the ticket that opens a session.

A `Stage` is what the server holds of a sign-in under way; it never leaves the server.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from lib.auth import passwords, second_factor, tokens
from lib.auth.second_factor import Proof
from lib.domain import sign_in as rules
from lib.domain.audit import Action, Event, Outcome
from lib.domain.sign_in import Step
from lib.errors import SignInRefusedError
from lib.services import accounts
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.connection import UnitOfWork
from lib.store.people import Person
from lib.store.sessions import Attempt, NewSession

NOT_RIGHT = "The username or password is not right. Check both and try again."
CODE_NOT_RIGHT = (
    "That code is not right, or was used already. Wait for the next code in your app and type it."
)
EXPIRED = "Your first password has expired. Ask an administrator for a new one."
START_AGAIN = "This took too long. Sign in again from the start."
ATTEMPTS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A sign-in under way: the password was right, and perhaps a code."""

    person_id: UUID
    username: str
    started_at: datetime
    is_code_given: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token goes into the cookie and is kept nowhere else."""

    token: str
    session_id: UUID
    ends_at: datetime


def needs_second_factor(clinic: Clinic) -> bool:
    """Tell whether people here need a second factor: everywhere but in the synthetic clinic."""
    return not clinic.is_demo


def check_password(
    clinic: Clinic, username: str, password: str, visitor: Visitor, *, now: datetime
) -> Stage:
    """Return the stage that a right password opens.

    Raises `SignInRefusedError`, worded alike for a wrong name, a wrong password and a shut
    account, after the same work.
    """
    name = rules.normal_username(username)
    attempt = attempt_of(clinic, name, visitor)
    attempt_id = begin_attempt(clinic, attempt, now=now)
    with clinic.store.reading() as cursor:
        person = people.get_person_by_username(cursor, name)
    is_right = passwords.is_right(password, person.password_hash if person else None)
    if person is None or not is_right or person.is_disabled:
        raise refused(clinic, person, attempt, NOT_RIGHT)
    if _has_expired(person, now):
        raise refused(clinic, person, attempt, EXPIRED)
    clinic.store.transact(lambda unit: sessions.delete_attempt(unit.cursor, attempt_id))
    return Stage(person.person_id, person.username, started_at=now)


def check_code(
    clinic: Clinic, stage: Stage, code: str, visitor: Visitor, *, now: datetime
) -> Stage:
    """Return the stage after a right code, from the app or a recovery code; each works once.

    Raises `SignInRefusedError`; wrong codes count towards the lock-out as wrong passwords do.
    """
    check_age(stage, now=now)
    attempt = attempt_of(clinic, stage.username, visitor)
    attempt_id = begin_attempt(clinic, attempt, now=now)

    def work(unit: UnitOfWork) -> bool:
        person = accounts.get_open(unit.cursor, stage.person_id)
        if not _is_code_right(clinic, unit, person, code, now):
            return False
        sessions.delete_attempt(unit.cursor, attempt_id)
        return True

    if not clinic.store.transact(work):
        with clinic.store.reading() as cursor:
            person = people.get_person(cursor, stage.person_id)
        raise refused(clinic, person, attempt, CODE_NOT_RIGHT)
    return replace(stage, is_code_given=True)


def _is_code_right(
    clinic: Clinic, unit: UnitOfWork, person: Person, code: str, now: datetime
) -> bool:
    secret = accounts.secret_of(clinic, person)
    if secret is None:
        return False
    step = second_factor.matching_step(secret, code, now=now, last_step=person.totp_last_step)
    if step is not None:
        people.update_last_step(unit.cursor, person.person_id, step)
        return True
    code_hash = accounts.hash_of_code(clinic, person.person_id, code)
    is_used_up = people.update_code_used(unit.cursor, person.person_id, code_hash, now=now)
    if is_used_up:
        event = Event(Action.RECOVERY_CODE_USED, subject_id=person.person_id)
        unit.audit(accounts.actor_of(unit.cursor, person), event)
    return is_used_up


def next_step(clinic: Clinic, stage: Stage) -> Step:
    """Return what the person must do next. Raises `SignInRefusedError` for a shut account."""
    with clinic.store.reading() as cursor:
        person = accounts.get_open(cursor, stage.person_id)
    return _step_of(clinic, stage, person)


def change_first_password(
    clinic: Clinic, stage: Stage, new_password: str, *, now: datetime
) -> None:
    """Replace the password that an administrator gave.

    Raises `InvalidInputError` with the reason when the new one will not do.
    """
    check_age(stage, now=now)
    if next_step(clinic, stage) is not Step.CHANGE_PASSWORD:
        raise SignInRefusedError(START_AGAIN)
    accounts.set_password(clinic, stage.person_id, new_password, now=now)


def enrol(clinic: Clinic, stage: Stage, proof: Proof, *, now: datetime) -> tuple[list[str], Stage]:
    """Set up the second factor with a code that proves the app has the secret.

    Returns the recovery codes, shown once, and the stage with its code given.
    """
    check_age(stage, now=now)
    if next_step(clinic, stage) is not Step.ENROL:
        raise SignInRefusedError(START_AGAIN)
    codes = accounts.set_second_factor(clinic, stage.person_id, proof, now=now)
    return codes, replace(stage, is_code_given=True)


def issue_ticket(clinic: Clinic, stage: Stage, *, now: datetime) -> str:
    """Return the one-time ticket (30 s) that the browser exchanges for its session.

    Raises `SignInRefusedError` while any step is left to do.
    """
    check_age(stage, now=now)
    if next_step(clinic, stage) is not Step.DONE:
        raise SignInRefusedError(START_AGAIN)
    ticket = tokens.new_token()
    expires_at = now + timedelta(seconds=rules.TICKET_SECONDS)

    def work(unit: UnitOfWork) -> None:
        sessions.insert_ticket(
            unit.cursor, tokens.hash_token(ticket), stage.person_id, expires_at=expires_at
        )

    clinic.store.transact(work)
    return ticket


def redeem(clinic: Clinic, ticket: str, visitor: Visitor, *, now: datetime) -> Opened:
    """Open a session for whoever holds the ticket. Raises `SignInRefusedError`; works once."""
    token = tokens.new_token()
    ends_at = now + timedelta(hours=clinic.settings.session_hours)

    def work(unit: UnitOfWork) -> UUID:
        person_id = sessions.update_ticket_used(unit.cursor, tokens.hash_token(ticket), now=now)
        if person_id is None:
            raise SignInRefusedError(START_AGAIN)
        person = accounts.get_open(unit.cursor, person_id)
        new = NewSession(
            tokens.hash_token(token), person_id, ends_at, visitor.address, visitor.user_agent
        )
        session_id = sessions.insert_session(unit.cursor, new, now=now)
        attempt = attempt_of(clinic, person.username, visitor)
        sessions.insert_attempt(unit.cursor, attempt, now=now, is_successful=True)
        sessions.delete_old_attempts(unit.cursor, now - ATTEMPTS_KEPT)
        sessions.delete_old_tickets(unit.cursor, now - ATTEMPTS_KEPT)
        actor = replace(
            accounts.actor_of(unit.cursor, person), session_id=session_id, address=visitor.address
        )
        unit.audit(actor, Event(Action.SIGNED_IN, subject_id=person_id))
        return session_id

    return Opened(token, clinic.store.transact(work), ends_at)


def attempt_of(clinic: Clinic, username: str, visitor: Visitor) -> Attempt:
    """Return the attempt as it is kept: the username as a keyed hash, known to us or not."""
    return Attempt(
        tokens.keyed_hash(clinic.master_key, accounts.USERNAME_PURPOSE, username), visitor.address
    )


def begin_attempt(clinic: Clinic, attempt: Attempt, *, now: datetime) -> UUID:
    """Note the attempt as failed before it is tried, so that many at once cannot slip through.

    Raises `SignInRefusedError` while the account or the address is locked out.
    """
    limits = _limits(clinic)

    def work(unit: UnitOfWork) -> UUID | None:
        failures = sessions.count_failures(unit.cursor, attempt, since=now - limits.within)
        if limits.are_reached(*failures):
            unit.audit(None, _refusal(Action.LOCKED_OUT, None, attempt))
            return None
        return sessions.insert_attempt(unit.cursor, attempt, now=now, is_successful=False)

    attempt_id = clinic.store.transact(work)
    if attempt_id is None:
        message = (
            f"Too many attempts. Wait {clinic.settings.lockout_minutes} minutes and try again; "
            "an administrator can give you a new password meanwhile."
        )
        raise SignInRefusedError(message)
    return attempt_id


def refused(
    clinic: Clinic, person: Person | None, attempt: Attempt, message: str
) -> SignInRefusedError:
    """Write the refusal into the trail; return the error to raise."""
    event = _refusal(Action.SIGN_IN_REFUSED, person.person_id if person else None, attempt)
    clinic.store.transact(lambda unit: unit.audit(None, event))
    return SignInRefusedError(message)


def check_age(stage: Stage, *, now: datetime) -> None:
    """Raise `SignInRefusedError` when a sign-in was left half-way for too long."""
    if now - stage.started_at > timedelta(minutes=rules.STAGE_MINUTES):
        raise SignInRefusedError(START_AGAIN)


def _refusal(action: Action, person_id: UUID | None, attempt: Attempt) -> Event:
    return Event(
        action,
        subject_id=person_id,
        outcome=Outcome.REFUSED,
        detail={"address": attempt.address, "username": attempt.username_hash[:12]},
    )


def _limits(clinic: Clinic) -> rules.Limits:
    settings = clinic.settings
    return rules.Limits(
        by_account=settings.lockout_attempts,
        by_address=settings.lockout_address_attempts,
        within=timedelta(minutes=settings.lockout_minutes),
    )


def _step_of(clinic: Clinic, stage: Stage, person: Person) -> Step:
    account = rules.Account(
        must_change_password=person.must_change_password,
        has_second_factor=person.has_second_factor,
        is_code_given=stage.is_code_given,
        needs_second_factor=needs_second_factor(clinic),
    )
    return rules.next_step(account)


def _has_expired(person: Person, now: datetime) -> bool:
    if not person.must_change_password or person.password_changed_at is None:
        return False
    return now >= rules.first_password_expires_at(person.password_changed_at)

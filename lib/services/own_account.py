"""What everybody may do with their own account: password, second factor, recovery codes.

Each act asks for the present password again, so that an unattended screen is not enough.
"""

from dataclasses import dataclass
from datetime import datetime

from lib.auth import passwords, second_factor
from lib.auth.second_factor import Proof
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.errors import SignInRefusedError
from lib.services import accounts, sign_in
from lib.services.clinic import Clinic
from lib.services.sign_in import Visitor
from lib.store import people, sessions
from lib.store.connection import UnitOfWork

WRONG_PASSWORD = "That is not your present password. Check it and try again."  # noqa: S105


@dataclass(frozen=True, slots=True)
class Overview:
    """What the account page says. Times are UTC without a zone."""

    password_changed_at: datetime | None
    second_factor_since: datetime | None
    recovery_codes_left: int


def overview(clinic: Clinic, actor: Actor) -> Overview:
    """Return how the actor's own account is protected."""
    with clinic.store.reading() as cursor:
        person = accounts.get_open(cursor, actor.person_id)
        left = people.count_unused_codes(cursor, actor.person_id)
    return Overview(person.password_changed_at, person.totp_confirmed_at, left)


def confirm_password(clinic: Clinic, actor: Actor, password: str, *, now: datetime) -> None:
    """Raise `SignInRefusedError` unless this is the actor's password.

    Failures count towards the lock-out as they do at the door.
    """
    visitor = Visitor(actor.address or "unknown")
    attempt = sign_in.attempt_of(clinic, actor.username, visitor)
    attempt_id = sign_in.begin_attempt(clinic, attempt, now=now)
    with clinic.store.reading() as cursor:
        person = accounts.get_open(cursor, actor.person_id)
    if not passwords.is_right(password, person.password_hash):
        raise sign_in.refused(clinic, person, attempt, WRONG_PASSWORD)
    clinic.store.transact(lambda unit: sessions.delete_attempt(unit.cursor, attempt_id))


def change_password(
    clinic: Clinic, actor: Actor, present: str, new_password: str, *, now: datetime
) -> None:
    """Change the actor's password; every other session of theirs ends.

    Raises `SignInRefusedError` for a wrong present password, `InvalidInputError` with the reason
    for a new one that will not do.
    """
    confirm_password(clinic, actor, present, now=now)
    accounts.set_password(
        clinic, actor.person_id, new_password, now=now, keep_session=actor.session_id
    )


def replace_second_factor(
    clinic: Clinic, actor: Actor, proof: Proof, *, now: datetime
) -> list[str]:
    """Replace the actor's second factor; return ten new recovery codes.

    The caller has confirmed the password. Every other session of the actor ends.
    """
    if not sign_in.needs_second_factor(clinic):
        message = "The synthetic clinic has no second factor."
        raise SignInRefusedError(message)
    return accounts.set_second_factor(
        clinic, actor.person_id, proof, now=now, keep_session=actor.session_id
    )


def new_recovery_codes(clinic: Clinic, actor: Actor, password: str, *, now: datetime) -> list[str]:
    """Return ten new recovery codes; the ones before no longer work."""
    confirm_password(clinic, actor, password, now=now)
    codes = second_factor.new_recovery_codes()

    def work(unit: UnitOfWork) -> None:
        accounts.replace_codes(clinic, unit, actor.person_id, codes, now=now)
        unit.audit(actor, Event(Action.RECOVERY_CODES_MADE, subject_id=actor.person_id))

    clinic.store.transact(work)
    return codes

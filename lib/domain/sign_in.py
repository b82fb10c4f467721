"""The rules of signing in: lock-out, time-outs, usernames, what happens next; no clock, no I/O."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lib.errors import InvalidInputError

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")
FIRST_PASSWORD_DAYS = 7
TICKET_SECONDS = 30
STAGE_MINUTES = 10


class Ended(StrEnum):
    """Why a session ended; the words that the sessions' list shows."""

    SIGNED_OUT = "signed out"
    SIGNED_OUT_EVERYWHERE = "signed out everywhere"
    IDLE = "idle for too long"
    TOO_LONG = "open for too long"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a reason, not a password
    SECOND_FACTOR_CHANGED = "second factor changed"
    DISABLED = "account disabled"
    ROLES_CHANGED = "roles changed"
    ENDED_BY_ADMINISTRATOR = "ended by an administrator"


class Step(StrEnum):
    """What a person whose password was right must do before they are signed in."""

    CHANGE_PASSWORD = "change password"  # noqa: S105 - a step, not a password
    ENROL = "set up second factor"
    CODE = "second factor"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many failures are too many, within how long: by account and by address."""

    by_account: int
    by_address: int
    within: timedelta

    def are_reached(self, account_failures: int, address_failures: int) -> bool:
        """Tell whether either count locks the door."""
        return account_failures >= self.by_account or address_failures >= self.by_address


@dataclass(frozen=True, slots=True)
class Account:
    """What of an account decides the next step."""

    must_change_password: bool
    has_second_factor: bool
    is_code_given: bool
    needs_second_factor: bool


def next_step(account: Account) -> Step:
    """Return the next step of a sign-in; the code comes before anything may be changed."""
    if not account.needs_second_factor:
        return Step.CHANGE_PASSWORD if account.must_change_password else Step.DONE
    if account.has_second_factor and not account.is_code_given:
        return Step.CODE
    if account.must_change_password:
        return Step.CHANGE_PASSWORD
    return Step.DONE if account.has_second_factor else Step.ENROL


def reason_to_end(
    *, now: datetime, last_seen_at: datetime, ends_at: datetime, idle: timedelta
) -> Ended | None:
    """Return why the session is over by the clock, or None while it lives.

    Both time-outs are exclusive: at the very moment the session is over.
    """
    if now >= ends_at:
        return Ended.TOO_LONG
    return Ended.IDLE if now >= last_seen_at + idle else None


def first_password_expires_at(set_at: datetime) -> datetime:
    """Return when a first password that nobody has used stops working."""
    return set_at + timedelta(days=FIRST_PASSWORD_DAYS)


def normal_username(typed: str) -> str:
    """Return the one form in which a username is kept and compared."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def check_username(username: str) -> None:
    """Raise `InvalidInputError` unless the (normal) username may be given to somebody."""
    if not USERNAME.fullmatch(username):
        message = (
            "A username has 3 to 40 letters, digits, dots, dashes or underscores, and begins and "
            "ends with a letter or digit."
        )
        raise InvalidInputError(message, field="username")


def check_display_name(name: str) -> None:
    """Raise `InvalidInputError` unless the name can be shown: 1 to 80 characters, no controls."""
    if not name.strip() or len(name) > 80 or not name.isprintable():  # noqa: PLR2004
        message = "Give the name that colleagues will see, up to 80 characters."
        raise InvalidInputError(message, field="display_name")

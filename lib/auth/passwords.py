"""Passwords: hashing (bcrypt), checking at equal cost, and whether a new one is good enough."""

import secrets
import unicodedata
from functools import cache

from zxcvbn import zxcvbn

from lib.auth.hasher import Hasher
from lib.errors import InvalidInputError

SHORTEST = 12
# bcrypt reads 72 bytes and refuses more.
LONGEST_BYTES = 72
GOOD_ENOUGH = 3
WORST_NAME_PART = 4
FIRST_PASSWORD_GROUPS = 4
# No letters or digits that are read as one another.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """Return the bcrypt hash of an acceptable password."""
    return Hasher.hash(_normal(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Tell whether the password belongs to the hash.

    With no hash (an unknown person) or an impossible password the same work is done and the answer
    is no, so that the time taken tells nothing.
    """
    typed = _normal(password)
    if password_hash is None or _is_too_long(typed):
        Hasher.check_pw("no", _hash_of_nobody())
        return False
    return Hasher.check_pw(typed, password_hash)


def new_first_password() -> str:
    """Return a random password to hand to somebody once, easy to read out (about 79 bits)."""
    groups = (
        "".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(FIRST_PASSWORD_GROUPS)
    )
    return "-".join(groups)


def check_new_password(password: str, *, username: str, display_name: str) -> None:
    """Raise `InvalidInputError` with the reason unless the password is good enough."""
    reason = why_not(password, username=username, display_name=display_name)
    if reason:
        raise InvalidInputError(reason, field="password")


def why_not(password: str, *, username: str, display_name: str) -> str | None:
    """Return in plain English why the password cannot be taken, or None when it can."""
    typed = _normal(password)
    if len(typed) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four unrelated words work well."
    if _is_too_long(typed):
        return f"Use at most {LONGEST_BYTES} characters; accented letters count twice."
    if _names_its_owner(typed, username, display_name):
        return "Leave your name and username out of the password: they are tried first."
    guess = zxcvbn(typed, user_inputs=[username, *display_name.split(), "juno", "aesthetics"])
    return None if guess["score"] >= GOOD_ENOUGH else _explain(guess["feedback"])


def _explain(feedback: dict[str, object]) -> str:
    warning = str(feedback.get("warning") or "This password is quick to guess").rstrip(".")
    return f"{warning}. Add another unrelated word or two."


def _names_its_owner(typed: str, username: str, display_name: str) -> bool:
    lower = typed.lower()
    parts = [username.lower(), *display_name.lower().split()]
    return any(len(part) >= WORST_NAME_PART and part in lower for part in parts)


def _is_too_long(typed: str) -> bool:
    return len(typed.encode()) > LONGEST_BYTES


def _normal(password: str) -> str:
    # The same password typed on two keyboards must be the same bytes (NIST SP 800-63B, 3.1.1.2);
    # bcrypt ends at a NUL.
    return unicodedata.normalize("NFKC", password).replace("\0", "")


@cache
def _hash_of_nobody() -> str:
    return Hasher.hash(secrets.token_urlsafe(16))

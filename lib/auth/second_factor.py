"""The second factor: time-based codes (RFC 6238), their QR code, recovery codes; knows no store."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import segno

STEP_SECONDS = 30
# A phone's clock may be one step off in either direction.
DRIFT_STEPS = 1
RECOVERY_CODES = 10
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Proof:
    """A new secret, and the code which shows that the person's app has it."""

    secret: str
    code: str


def new_secret() -> str:
    """Return a new secret (160 bits, base 32) for an authenticator app."""
    return pyotp.random_base32()


def address_for_app(secret: str, *, username: str, clinic_name: str) -> str:
    """Return the otpauth address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=clinic_name)


def qr_code(address: str) -> str:
    """Return the address as an SVG image (a data address), black on white in any theme."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#ffffff"))


def matching_step(secret: str, code: str, *, now: datetime, last_step: int | None) -> int | None:
    """Return the time step whose code was typed, or None.

    Steps up to `last_step` were used and never match again. `now` is UTC without a zone.
    """
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == CODE_DIGITS):
        return None
    current = int(now.replace(tzinfo=UTC).timestamp()) // STEP_SECONDS
    generator = pyotp.HOTP(secret)
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        is_same = secrets.compare_digest(generator.at(step), typed)
        if is_same and (last_step is None or step > last_step):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return ten recovery codes of about 50 bits, such as `k7mq2-x9fpa`."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def normal_recovery_code(typed: str) -> str:
    """Return the one form in which a recovery code is compared."""
    return "".join(letter for letter in typed.lower() if letter in RECOVERY_LETTERS)


def recovery_sheet(codes: Iterable[str], *, username: str, clinic_name: str) -> str:
    """Return the codes as a text to print and keep."""
    lines = [
        f"Recovery codes for {username} at {clinic_name}",
        "",
        "Each code replaces one code from your authenticator app, once.",
        "Keep this sheet away from your phone and your computer.",
        "",
        *(f"  {number:2}  {code}" for number, code in enumerate(codes, 1)),
        "",
    ]
    return "\n".join(lines)


def _recovery_code() -> str:
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"

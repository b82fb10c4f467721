"""When a restricted record may be used all the same, and on which ground (rule E1); pure."""

from enum import StrEnum

from lib.errors import GroundNeededError


class Ground(StrEnum):
    """Why a restricted record may be used; the words are those that the audit trail shows."""

    CONSENT = "the patient consents"
    LEGAL_CLAIMS = "legal claims"
    PROTECT_PERSON = "to protect another person"
    PUBLIC_INTEREST = "important public interest"


def check_use(*, is_restricted: bool, ground: Ground | None) -> None:
    """Raise `GroundNeededError` when the record is restricted and no ground is named (rule E1)."""
    if is_restricted and ground is None:
        message = (
            "This record is restricted: it may only be stored. "
            "Name the ground on which you use it all the same."
        )
        raise GroundNeededError(message)

"""Holds: what may be said of one, and when somebody has to look at it again (rule C6); pure.

A hold stops a disposal and never moves the date of the schedule.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from lib.domain.retention import Blocker
from lib.errors import InvalidInputError

# Those that a person places; the other blockers follow from what is in the record.
PLACED: Final = (
    Blocker.LEGAL_HOLD,
    Blocker.OPEN_COMPLAINT,
    Blocker.OPEN_DEBT,
    Blocker.EXTENSION,
)
# Policy defaults: when a new hold is looked at again, and from when on its owner is reminded.
REVIEW_DAYS: Final = 90
REMINDED_DAYS: Final = 14
LONGEST: Final = 500
NO_REASON = "say why, so that whoever reads this in some years understands it"
TOO_LONG = f"say it in {LONGEST} characters"
NO_OWNER = "choose who looks after it"
REVIEW_PAST = "choose a day from today on"
ENDED_ALREADY = "this day has passed, so it would hold nothing back"
NO_END = "an extension ends on a day: say until when"


class Review(StrEnum):
    """How the next look at a hold or a vital interest presses."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold as the form says; the form made the id, so that placing it twice is once.

    It holds to the end of `ends_on`, or without end until it is released.
    """

    hold_id: UUID
    kind: Blocker
    reason: str
    owner_id: UUID
    review_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class ChangedHold:
    """What a hold is to say now, and the version that the person had before their eyes."""

    hold_id: UUID
    version: int
    owner_id: UUID
    review_on: date
    ends_on: date | None = None


def review_by_default(as_of: date) -> date:
    """Return when a hold placed on this day is looked at again unless another day is chosen."""
    return as_of + timedelta(days=REVIEW_DAYS)


def reminded_until(as_of: date) -> date:
    """Return the latest review that its owner is reminded of on a day."""
    return as_of + timedelta(days=REMINDED_DAYS)


def review_of(review_on: date, as_of: date) -> Review:
    """Return how a review presses on a day; on its own day it is not overdue yet."""
    if review_on < as_of:
        return Review.OVERDUE
    return Review.SOON if review_on <= reminded_until(as_of) else Review.LATER


def check_new(wanted: NewHold, as_of: date) -> None:
    """Raise `InvalidInputError`, with its field, for a hold that cannot be placed."""
    check_reason(wanted.reason)
    check_dates(wanted.review_on, wanted.ends_on, as_of)
    if wanted.kind is Blocker.EXTENSION and wanted.ends_on is None:
        raise InvalidInputError(NO_END, field="ends_on")


def check_reason(reason: str) -> None:
    """Raise `InvalidInputError` unless a reason is given, and not too long a one."""
    if not reason.strip():
        raise InvalidInputError(NO_REASON, field="reason")
    if len(reason.strip()) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="reason")


def check_dates(review_on: date, ends_on: date | None, as_of: date) -> None:
    """Raise `InvalidInputError`, with its field, for a day that has passed."""
    if review_on < as_of:
        raise InvalidInputError(REVIEW_PAST, field="review_on")
    if ends_on is not None and ends_on < as_of:
        raise InvalidInputError(ENDED_ALREADY, field="ends_on")

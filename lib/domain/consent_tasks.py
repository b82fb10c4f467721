"""What consent asks somebody to do, and how it may end; pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What is to be done."""

    TAKE_DOWN = "take down"
    ASK = "ask"
    LOOK_AT = "look at"
    ACKNOWLEDGE = "acknowledge"


class Outcome(StrEnum):
    """How a task ended."""

    TAKEN_DOWN = "taken down"
    RECALLED = "recalled"
    CANNOT_BE_RECALLED = "cannot be recalled"
    ASKED = "asked"
    SEEN = "seen"
    SENT = "sent"
    NOT_NEEDED = "not needed"


OUTCOMES: dict[Kind, tuple[Outcome, ...]] = {
    Kind.TAKE_DOWN: (Outcome.TAKEN_DOWN, Outcome.RECALLED, Outcome.CANNOT_BE_RECALLED),
    Kind.ASK: (Outcome.ASKED, Outcome.NOT_NEEDED),
    Kind.LOOK_AT: (Outcome.SEEN,),
    Kind.ACKNOWLEDGE: (Outcome.SENT, Outcome.NOT_NEEDED),
}
# These end the use of a picture.
ENDING = frozenset({Outcome.TAKEN_DOWN, Outcome.RECALLED})
# Nobody finds out later why unless it is said now.
NEEDS_NOTE = frozenset({Outcome.CANNOT_BE_RECALLED, Outcome.NOT_NEEDED})

"""Disposal: its methods, the states of a case and its records, and what may go into one; pure.

*Disposition* is what the schedule says, *disposal* the act (rules C8, C10).
"""

from collections.abc import Iterable
from enum import StrEnum

from lib.domain.retention import Disposition, Status

# Fewer would leave counts that point at somebody.
FEWEST_ANONYMISED = 250


class Method(StrEnum):
    """How a record is disposed of; anonymising erases it too, and keeps a few narrow counts."""

    ERASE = "erase"
    ANONYMISE = "anonymise"


class CaseState(StrEnum):
    """How far a case is."""

    PROPOSED = "proposed"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ERASING = "erasing"
    REWRITING = "rewriting"
    PROVING = "proving"
    DONE = "done"


class ItemState(StrEnum):
    """How far one record of a case is."""

    PROPOSED = "proposed"
    ERASING = "erasing"
    DISPOSED = "disposed"
    SKIPPED = "skipped"


# A record in one of these is nobody else's to propose.
OPEN_STATES = frozenset(CaseState) - {CaseState.SENT_BACK, CaseState.DONE}
# The job is under way, or was when the server stopped.
RUNNING_STATES = frozenset({CaseState.ERASING, CaseState.REWRITING, CaseState.PROVING})
REVIEWED_STATES = frozenset({CaseState.PROPOSED, CaseState.SENT_BACK})

STATE_WORDS = {
    CaseState.PROPOSED: "Waits for approval",
    CaseState.SENT_BACK: "Sent back",
    CaseState.APPROVED: "Approved",
    CaseState.ERASING: "Erasing",
    CaseState.REWRITING: "Rewriting the store",
    CaseState.PROVING: "Proving",
    CaseState.DONE: "Done",
}

GONE = "there is no such record"
MERGED = "it was merged into another record, which stands for both"
REVIEW_OPEN = (
    "a row of an imported file may be this patient's or another's: say whose it is under Import "
    "review first"
)
NOT_DUE = "it is not due: it is kept until {:%d-%b-%Y}"
NO_DATE = "it has no dated event to reckon from: a person must look at it and confirm (rule C2)"
PROTECTED = (
    "it has no date, and something of it is kept to protect the patient: release the vital "
    "interest first"
)
HELD = "it is held back by {}"
MINOR = "the patient was under 18: a person must look at it and confirm (rule C4)"


def case_number(running: int) -> str:
    """Return the number of a case, like `C-000012`."""
    return f"C-{running:06}"


def item_number(running: int) -> str:
    """Return the number that stands for a record once it is gone, like `D-000123`."""
    return f"D-{running:06}"


def asks_for_person(found: Disposition) -> bool:
    """Tell whether somebody has to look at the record by itself: a minor's, or without a date."""
    return found.was_minor or found.retain_until is None


def why_not(found: Disposition, *, is_confirmed: bool, is_protected: bool = False) -> str | None:
    """Return why a record may not be disposed of as the schedule says now, or None (C1 to C8).

    `is_protected`: something of it is kept for vital interests, which outlives any date (C7).
    """
    if found.blockers:
        return HELD.format(listed(found.blockers))
    if found.retain_until is None:
        if is_protected:
            return PROTECTED
        return None if is_confirmed else NO_DATE
    if found.status not in {Status.DISPOSE_DUE, Status.PARTIAL}:
        return NOT_DUE.format(found.retain_until)
    if found.was_minor and not is_confirmed:
        return MINOR
    return None


def listed(blockers: Iterable[str]) -> str:
    """Return blockers in words, such as `legal hold and open debt`."""
    words = [one.replace("_", " ") for one in blockers]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

"""What a form of disposal says, and whether it may be so; each refusal says what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.disposal import FEWEST_ANONYMISED, OPEN_STATES, CaseState, Method
from lib.errors import DisposalRefusedError, InvalidInputError
from lib.services.disposal import standing
from lib.services.disposal.standing import Checked
from lib.services.retention import settings
from lib.store import disposal_cases as table
from lib.store.connection import Cursor
from lib.store.disposal_cases import Case

NO_RECORDS = "Choose at least one record."
TOO_MANY = (
    "That is {:,} records. A case holds at most {:,}: propose the rest in another one, or change "
    "the limit in the settings of retention."
)
TOO_FEW = (
    "Anonymising keeps a few counts, and counts of fewer than {:,} records could point at "
    "somebody. Propose at least that many together, or erase them."
)
NOT_ALL = "{:,} of these records cannot go, so nothing was proposed. The first: {}."
OTHER_CASE = "it is in case {} already"
ANOTHER_PERSON = (
    "You proposed this case. Another person must decide it: ask somebody else who may approve."
)
NOT_WAITING = "This case does not wait for a decision. Load the page again to see how it stands."
WRONG_COUNT = "type the number of records that will go: it is not {}"
WHY_BACK = "say why it is sent back, so that whoever proposed it knows what to change"
NOTHING_LEFT = "No record is left in this case. Send it back, and propose another."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case as the form says; the form mints the id, so that proposing twice is once.

    `confirmed` are those records that a person looked at because the rules ask for one (C4).
    """

    case_id: UUID
    patient_ids: tuple[UUID, ...]
    method: Method = Method.ERASE
    note: str = ""
    confirmed: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the second person says. `count` is the number of records, typed by hand."""

    case_id: UUID
    is_approved: bool
    note: str = ""
    password: str = field(default="", repr=False)
    count: int | None = None


def check_size(cursor: Cursor, count: int, method: Method) -> None:
    """Raise `DisposalRefusedError` for more records than a case holds, or too few to anonymise."""
    if not count:
        raise InvalidInputError(NO_RECORDS, field="patient_ids")
    most = settings.current(cursor).case_limit
    if count > most:
        raise DisposalRefusedError(TOO_MANY.format(count, most))
    if method is Method.ANONYMISE and count < FEWEST_ANONYMISED:
        raise DisposalRefusedError(TOO_FEW.format(FEWEST_ANONYMISED))


def check_each(cursor: Cursor, wanted: Wanted, found: Mapping[UUID, Checked]) -> None:
    """Raise `DisposalRefusedError` unless each of the records may go and is in no other case."""
    elsewhere = table.list_open_among(cursor, list(found), wanted.case_id)
    faults = []
    for key, checked in found.items():
        fault = standing.refusal(checked, is_confirmed=key in wanted.confirmed)
        if key in elsewhere:
            fault = OTHER_CASE.format(elsewhere[key])
        if fault:
            faults.append(fault)
    if faults:
        raise DisposalRefusedError(NOT_ALL.format(len(faults), faults[0]))


def is_decided_so(case: Case, actor: Actor, decision: Decision) -> bool:
    """Tell whether this very person has decided so before: a button that was pressed twice."""
    if case.decided_by != actor.person_id:
        return False
    if decision.is_approved:
        return case.state in OPEN_STATES - {CaseState.PROPOSED}
    return case.state is CaseState.SENT_BACK


def check_decision(case: Case, actor: Actor, decision: Decision) -> None:
    """Raise where this person cannot decide so now; the password is asked for afterwards."""
    if case.state is not CaseState.PROPOSED:
        raise DisposalRefusedError(NOT_WAITING)
    if not decision.is_approved:
        if not decision.note.strip():
            raise InvalidInputError(WHY_BACK, field="note")
        return
    if case.proposed_by == actor.person_id:
        raise DisposalRefusedError(ANOTHER_PERSON)
    if not case.proposed:
        raise DisposalRefusedError(NOTHING_LEFT)
    if decision.count != case.proposed:
        raise InvalidInputError(WRONG_COUNT.format(decision.count), field="count")

"""Leaving one record out of a case before it is decided: it stays, and may be proposed anew."""

from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.disposal import CaseState, ItemState
from lib.errors import DisposalRefusedError, InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.disposal import cases
from lib.store import disposal_cases as table
from lib.store.connection import UnitOfWork
from lib.store.disposal_cases import Item

LONGEST = 500
NO_ITEM = "There is no such record in a case. Load the page again."
DECIDED = "This case does not wait for a decision any more, so nothing can be left out of it."
WHY = "say why, so that whoever reads the case understands it"
TOO_LONG = f"say it in {LONGEST} characters"


def leave_out(clinic: Clinic, actor: Actor, item_id: UUID, because: str, *, now: datetime) -> Item:
    """Leave a record out of its case, with the reason, and return it; doing so twice is once.

    Raises `NotPermittedError`, `NotFoundError`, `InvalidInputError` with its field, and
    `DisposalRefusedError` once the case is decided.
    """
    authorise(clinic, actor, Permission.PROPOSE_DISPOSAL)
    why = _reason(because)

    def work(unit: UnitOfWork) -> Item:
        item = _get(unit, item_id)
        if item.state is ItemState.SKIPPED:
            return item
        case = cases.get(unit.cursor, item.case_id)
        if case.state is not CaseState.PROPOSED:
            raise DisposalRefusedError(DECIDED)
        table.skip_item(unit.cursor, item_id, why)
        cases.noted(unit, actor, case.case_id, now, f"{item.number} left out: {why}")
        unit.audit(actor, _event(item))
        return _get(unit, item_id)

    return clinic.store.transact(work)


def _reason(because: str) -> str:
    why = because.strip().removesuffix(".")
    if not why:
        raise InvalidInputError(WHY, field="because")
    if len(why) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="because")
    return why


def _get(unit: UnitOfWork, item_id: UUID) -> Item:
    item = table.get_item(unit.cursor, item_id)
    if item is None:
        raise NotFoundError(NO_ITEM)
    return item


def _event(item: Item) -> Event:
    return Event(
        Action.DISPOSAL_SKIPPED,
        patient_id=item.patient_id,
        subject_id=item.case_id,
        detail={"number": item.number},
    )

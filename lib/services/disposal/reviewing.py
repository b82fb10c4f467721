"""Reviewing the records of a case before it is decided: one is taken out, extended or held.

A record that is extended or held gets a hold with its reason, and leaves the case with that word.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.disposal import REVIEWED_STATES, ItemState
from lib.domain.formats import day
from lib.domain.holds import NewHold
from lib.domain.restriction import Ground
from lib.domain.retention import Blocker
from lib.errors import DisposalRefusedError, InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.disposal import cases
from lib.services.retention import holds
from lib.store import disposal_cases as table
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal_cases import Item

LONGEST = 500
NO_ITEM = "This record is not in the case any more. Load the page again."
NOT_OPEN = "This case was decided, so its records stay as they are. Load the page again."
GOING = "This record is gone, or going, already."
WHY = "say why it is taken out"
TOO_LONG = f"say it in {LONGEST} characters"
EXTENDED = "kept until {} by an extension"
HELD = "held back by {}"


@dataclass(frozen=True, slots=True)
class Review:
    """Which record of a case is reviewed, when, and on which ground a restricted one is used."""

    item_id: UUID
    now: datetime
    as_of: date
    ground: Ground | None = None


def exclude(clinic: Clinic, actor: Actor, item_id: UUID, reason: str, *, now: datetime) -> Item:
    """Take a record out of a case that is not decided yet; taking it out again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `DisposalRefusedError`, `InvalidInputError`.
    """
    authorise(clinic, actor, Permission.PROPOSE_DISPOSAL)
    because = reason.strip()
    if not because:
        raise InvalidInputError(WHY, field="reason")
    if len(because) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="reason")
    return _take_out(clinic, actor, item_id, because, now)


def hold(clinic: Clinic, actor: Actor, review: Review, wanted: NewHold) -> Item:
    """Hold a record back, or extend its keeping, and take it out of its case.

    Raises as `exclude` does, and what placing a hold raises.
    """
    authorise(clinic, actor, Permission.PROPOSE_DISPOSAL)
    with clinic.store.reading() as cursor:
        item = _reviewable(cursor, review.item_id)
    if item.patient_id is None:
        raise DisposalRefusedError(GOING)
    about = About(item.patient_id, review.now, review.as_of, review.ground)
    placed = holds.place(clinic, actor, about, wanted)
    because = (
        EXTENDED.format(day(wanted.ends_on))
        if wanted.kind is Blocker.EXTENSION
        else HELD.format(placed.kind.replace("_", " "))
    )
    return _take_out(clinic, actor, review.item_id, because, review.now)


def _take_out(clinic: Clinic, actor: Actor, item_id: UUID, because: str, now: datetime) -> Item:
    def work(unit: UnitOfWork) -> Item:
        item = _reviewable(unit.cursor, item_id)
        if item.state is ItemState.PROPOSED:
            table.skip_item(unit.cursor, item_id, because)
            cases.noted(unit, actor, item.case_id, now, f"{item.number} taken out: {because}.")
            detail: dict[str, str | int | bool] = {"number": item.number}
            taken = Event(Action.RETENTION_REVIEWED, item.patient_id, item_id, detail=detail)
            unit.audit(actor, taken)
        return _get(unit.cursor, item_id)

    return clinic.store.transact(work)


def _reviewable(cursor: Cursor, item_id: UUID) -> Item:
    item = _get(cursor, item_id)
    if cases.get(cursor, item.case_id).state not in REVIEWED_STATES:
        raise DisposalRefusedError(NOT_OPEN)
    return item


def _get(cursor: Cursor, item_id: UUID) -> Item:
    item = table.get_item(cursor, item_id)
    if item is None:
        raise NotFoundError(NO_ITEM)
    return item

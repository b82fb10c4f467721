"""Recalls: from a lot or a product to everybody it was given to, and who has been told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError
from lib.services import stock
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.services.home import HomeItem, Urgency
from lib.services.recall_lines import Line, as_csv, lines_of, ordered
from lib.services.records import noting_refusal, usable
from lib.store import recalls
from lib.store import stock as cupboard
from lib.store.connection import Cursor, UnitOfWork
from lib.store.marks import batched
from lib.store.recalls import Recall
from lib.store.rows import insert_row
from lib.store.stock import LotRow, ProductRow

Result = TypeVar("Result")

PAGE = 50
MOST_LISTED = 200
# One look through millions of rows takes half as long with two.
THREADS = 2
SCREEN = "pages/records/recalls.py"
WHY = "say why it is recalled, such as the number of the notice"
NO_RECALL = "There is no such recall."
NOT_LISTED = "This patient is not on the list of this recall any more. Load the page again."
CLOSED = "This recall is closed. Open it again to note contacts."


@dataclass(frozen=True, slots=True)
class NewRecall:
    """A recall as the form says; the form made the id. Without a lot it is of the product."""

    recall_id: UUID
    product_id: UUID
    lot_id: UUID | None
    reason: str
    is_withdrawn: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a recall, those not contacted yet first, and how many there are."""

    recall: Recall
    lines: tuple[Line, ...]
    patients: int
    contacted: int
    shown: int


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody notes of a patient in a recall; the form made the id.

    A restricted record is used on a ground (rule E1).
    """

    contact_id: UUID
    recall_id: UUID
    patient_id: UUID
    is_done: bool
    note: str = ""
    ground: Ground | None = None


def list_recalls(clinic: Clinic, actor: Actor) -> list[Recall]:
    """Return the recalls, the open ones first; no patient is told of."""
    authorise(clinic, actor, Permission.RUN_RECALL)
    with clinic.store.reading() as cursor:
        return recalls.list_recalls(cursor, MOST_LISTED)


def products(clinic: Clinic, actor: Actor) -> list[ProductRow]:
    """Return the products that could be recalled, those on offer first."""
    authorise(clinic, actor, Permission.RUN_RECALL)
    with clinic.store.reading() as cursor:
        return cupboard.list_products(cursor)


def lots(clinic: Clinic, actor: Actor, product_id: UUID) -> list[LotRow]:
    """Return every lot of a product that could be recalled, the newest first."""
    authorise(clinic, actor, Permission.RUN_RECALL)
    with clinic.store.reading() as cursor:
        return cupboard.list_lots_of(cursor, product_id)


def open_recall(
    clinic: Clinic, actor: Actor, wanted: NewRecall, *, now: datetime, as_of: date
) -> Recall:
    """Open a recall and return it; the same id again changes nothing.

    The lot is withdrawn with it where that is wanted. Raises `InvalidInputError` with the field.
    """
    authorise(clinic, actor, Permission.RUN_RECALL)
    if not wanted.reason.strip():
        raise InvalidInputError(WHY, field="reason")

    def work(unit: UnitOfWork) -> Recall:
        if recalls.get_recall(unit.cursor, wanted.recall_id) is None:
            row = {
                "recall_id": wanted.recall_id,
                "product_id": wanted.product_id,
                "lot_id": wanted.lot_id,
                "reason": wanted.reason.strip(),
                "opened_at": now,
                "opened_by": actor.person_id,
            }
            insert_row(unit.cursor, "recall", row)
            unit.audit(actor, Event(Action.RECALL_OPENED, subject_id=wanted.recall_id))
            if wanted.lot_id is not None and wanted.is_withdrawn:
                stock.withdraw_in(unit, actor, wanted.lot_id, wanted.reason, as_of)
        return _get(unit.cursor, wanted.recall_id)

    return clinic.store.transact(work)


def page_of(clinic: Clinic, actor: Actor, recall_id: UUID, page: int = 0) -> Page:
    """Return a page (from 0) of the patients of a recall; each one shown is in the trail."""
    authorise(clinic, actor, Permission.RUN_RECALL)

    def work(unit: UnitOfWork) -> Page:
        found = _page(unit.cursor, recall_id, page, PAGE)
        listed = Event(Action.PATIENT_LISTED, subject_id=recall_id, detail={"list": "recall"})
        unit.audit_each(actor, listed, [str(line.patient.patient_id) for line in found.lines])
        return found

    return _looking(clinic, work)


def first_of(cursor: Cursor, recall_id: UUID, most: int) -> Page:
    """Return so many patients of a recall; whoever asks writes each of them into the trail.

    Raises `NotFoundError`.
    """
    return _page(cursor, recall_id, 0, most)


def note_contact(clinic: Clinic, actor: Actor, wanted: Note, *, now: datetime) -> None:
    """Note that a patient was contacted, or that it was noted wrongly; appended, once for an id.

    Raises `NotPermittedError`, `NotFoundError` for somebody who is not on the list,
    `InvalidInputError` when the recall is closed, and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.RUN_RECALL, patient_id=wanted.patient_id)

    def work(unit: UnitOfWork) -> None:
        recall = _get(unit.cursor, wanted.recall_id)
        if recalls.is_noted(unit.cursor, wanted.contact_id):
            return
        if recall.closed_at is not None:
            raise InvalidInputError(CLOSED)
        before = recalls.list_contacts(unit.cursor, recall.recall_id).get(str(wanted.patient_id))
        if before is None and not recalls.is_treated(unit.cursor, recall, wanted.patient_id):
            raise NotFoundError(NOT_LISTED)
        _, restriction = usable(unit.cursor, wanted.patient_id, wanted.ground)
        if (before is not None and before.is_done) is wanted.is_done and not wanted.note.strip():
            return
        insert_row(unit.cursor, "recall_contact", _row(wanted, actor, now))
        ground = wanted.ground.value if restriction and wanted.ground else None
        event = Event(
            Action.RECALL_CONTACT_NOTED,
            patient_id=wanted.patient_id,
            subject_id=wanted.recall_id,
            ground=ground,
            detail={"done": wanted.is_done},
        )
        unit.audit(actor, event)

    noting_refusal(clinic, actor, wanted.patient_id, work)


def _row(wanted: Note, actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "recall_contact_id": wanted.contact_id,
        "recall_id": wanted.recall_id,
        "patient_id": wanted.patient_id,
        "is_done": wanted.is_done,
        "note": wanted.note.strip() or None,
        "recorded_at": now,
        "recorded_by": actor.person_id,
    }


def close(clinic: Clinic, actor: Actor, recall_id: UUID, *, now: datetime) -> None:
    """Close a recall; a second time changes nothing."""
    authorise(clinic, actor, Permission.RUN_RECALL)

    def work(unit: UnitOfWork) -> None:
        if _get(unit.cursor, recall_id).closed_at is None:
            recalls.close_recall(unit.cursor, recall_id, now, actor.person_id)
            unit.audit(actor, Event(Action.RECALL_CLOSED, subject_id=recall_id))

    clinic.store.transact(work)


def reopen(clinic: Clinic, actor: Actor, recall_id: UUID) -> None:
    """Open a closed recall again."""
    authorise(clinic, actor, Permission.RUN_RECALL)

    def work(unit: UnitOfWork) -> None:
        if _get(unit.cursor, recall_id).closed_at is not None:
            recalls.reopen_recall(unit.cursor, recall_id)
            detail: dict[str, str | int | bool] = {"again": True}
            unit.audit(actor, Event(Action.RECALL_OPENED, subject_id=recall_id, detail=detail))

    clinic.store.transact(work)


def export(clinic: Clinic, actor: Actor, recall_id: UUID) -> Download:
    """Return everybody of a recall as CSV; each one is in the trail as exported."""
    authorise(clinic, actor, Permission.RUN_RECALL)

    def work(unit: UnitOfWork) -> Download:
        recall = _get(unit.cursor, recall_id)
        everybody, contacts = ordered(unit.cursor, recall)
        lines = [
            line
            for keys in batched(everybody)
            for line in lines_of(unit.cursor, recall, keys, contacts)
        ]
        exported = Event(Action.RECALL_EXPORTED, subject_id=recall_id)
        unit.audit_each(actor, exported, everybody)
        detail: dict[str, str | int | bool] = {"fetched": len(lines)}
        fetched = Event(Action.RECALL_EXPORTED, subject_id=recall_id, detail=detail)
        return Download("recall.csv", "text/csv; charset=utf-8", fetched, as_csv(lines))

    return _looking(clinic, work)


def home_items(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say how many recalls are open; no patient is counted."""
    with clinic.store.reading() as cursor:
        count = recalls.count_open(cursor)
    if count:
        detail = "tell everybody on the list, then close it"
        yield HomeItem("Recalls open", count, detail, Urgency.OVERDUE, SCREEN)


def _looking(clinic: Clinic, work: Callable[[UnitOfWork], Result]) -> Result:
    with clinic.store.with_threads(THREADS):
        return clinic.store.transact(work)


def _get(cursor: Cursor, recall_id: UUID) -> Recall:
    found = recalls.get_recall(cursor, recall_id)
    if found is None:
        raise NotFoundError(NO_RECALL)
    return found


def _page(cursor: Cursor, recall_id: UUID, page: int, size: int) -> Page:
    recall = _get(cursor, recall_id)
    everybody, contacts = ordered(cursor, recall)
    lines = [
        line
        for keys in batched(everybody[page * size : (page + 1) * size])
        for line in lines_of(cursor, recall, keys, contacts)
    ]
    done = sum(contacts[key].is_done for key in everybody if key in contacts)
    return Page(recall, tuple(lines), len(everybody), done, page)


def new_note(
    recall_id: UUID,
    patient_id: UUID,
    *,
    is_done: bool,
    note: str = "",
    ground: Ground | None = None,
) -> Note:
    """Return a note with an id of its own."""
    return Note(uuid7s.uuid7(), recall_id, patient_id, is_done, note, ground)

"""Cases of disposal: proposed by one person, decided by another, told of by numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain import access, formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.disposal import (
    CaseState,
    Method,
)
from lib.errors import DisposalRefusedError, NotFoundError
from lib.services import own_account
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.disposal import checks, standing, watching
from lib.services.disposal.checks import ANOTHER_PERSON, NOT_WAITING, Decision, Wanted
from lib.services.disposal.standing import Checked
from lib.services.retention import settings
from lib.services.retention.schedule import Told
from lib.store import disposal_cases as table
from lib.store import recalls
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal_cases import Case, Item, NewItem, Note
from lib.store.recalls import PatientRow

__all__ = ["ANOTHER_PERSON", "NOT_WAITING", "Case", "Decision", "Method", "Wanted"]

MOST_LISTED = 200
PAGE = 50
NO_CASE = "There is no such case of disposal."
NOT_APPROVED = "This case has not been approved. Somebody else must approve it first."
NOT_RUNNING = "This case is not under way."


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a case.

    `patient` is told only to those who may list patients, while it is there and not restricted.
    """

    item: Item
    patient: PatientRow | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with a page of its records, by number, and what was decided of it."""

    case: Case
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case is in its present step; `fault` says why it cannot go on, for people.

    While records are erased they are counted; of the later steps their own parts are.
    """

    state: CaseState
    done: int
    total: int
    is_stopped: bool
    fault: str | None


def propose(clinic: Clinic, actor: Actor, wanted: Wanted, *, as_of: date, now: datetime) -> Case:
    """Propose that records be disposed of; the same id again returns the case as it stands.

    Nothing is proposed unless every record may go. Raises `NotPermittedError` and
    `DisposalRefusedError` in words.
    """
    authorise(clinic, actor, Permission.PROPOSE_DISPOSAL)
    patient_ids = tuple(dict.fromkeys(wanted.patient_ids))

    def work(unit: UnitOfWork) -> Case:
        there = table.get_case(unit.cursor, wanted.case_id)
        if there is not None:
            return there
        checks.check_size(unit.cursor, len(patient_ids), wanted.method)
        found = standing.check(unit.cursor, patient_ids, as_of)
        checks.check_each(unit.cursor, wanted, found)
        _insert(unit, actor, wanted, found, (as_of, now))
        noted(unit, actor, wanted.case_id, now, _proposed_words(wanted, len(patient_ids)))
        return get(unit.cursor, wanted.case_id)

    return clinic.store.transact(work)


def list_cases(clinic: Clinic, actor: Actor) -> list[Case]:
    """Return the cases, those that are not done first; nobody is named."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        return table.list_cases(cursor, MOST_LISTED)


def open_case(clinic: Clinic, actor: Actor, case_id: UUID, page: int = 0) -> Opened:
    """Return a case with a page (from 0) of its records.

    Whoever may not list patients sees numbers, dates and sentences only. Each patient who is named
    is in the trail. Raises `NotPermittedError` and `NotFoundError`.
    """
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    may_name = access.can(actor, Permission.LIST_RETENTION)

    def work(unit: UnitOfWork) -> Opened:
        case = get(unit.cursor, case_id)
        items = table.list_items(unit.cursor, case_id, limit=PAGE + 1, offset=page * PAGE)
        shown = items[:PAGE]
        known = _named(unit, actor, case_id, shown) if may_name else {}
        lines = tuple(
            Line(one if may_name else _faceless(one), known.get(one.patient_id)) for one in shown
        )
        notes = tuple(table.list_notes(unit.cursor, case_id))
        return Opened(case, lines, notes, has_more=len(items) > PAGE)

    return clinic.store.transact(work)


def decide(clinic: Clinic, actor: Actor, decision: Decision, *, now: datetime) -> Case:
    """Approve a case, or send it back with a reason; saying the same again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `DisposalRefusedError` (the same person, another
    state), `InvalidInputError` with its field, and `SignInRefusedError` for a wrong password, which
    counts towards the lock-out.
    """
    authorise(clinic, actor, Permission.APPROVE_DISPOSAL)
    with clinic.store.reading() as cursor:
        case = get(cursor, decision.case_id)
    if checks.is_decided_so(case, actor, decision):
        return case
    checks.check_decision(case, actor, decision)
    if decision.is_approved:
        own_account.confirm_password(clinic, actor, decision.password, now=now)

    def work(unit: UnitOfWork) -> Case:
        checks.check_decision(get(unit.cursor, case.case_id), actor, decision)
        state = CaseState.APPROVED if decision.is_approved else CaseState.SENT_BACK
        note = decision.note.strip() or None
        table.decide(unit.cursor, case.case_id, state, (now, actor.person_id, note))
        approved = f"Approved: {formats.counted(case.proposed, 'record')}."
        words = approved if decision.is_approved else f"Sent back: {note}"
        noted(unit, actor, case.case_id, now, words)
        act = Action.DISPOSAL_APPROVED if decision.is_approved else Action.DISPOSAL_REFUSED
        unit.audit(actor, Event(act, subject_id=case.case_id, detail={"records": case.proposed}))
        return get(unit.cursor, case.case_id)

    return clinic.store.transact(work)


def start(clinic: Clinic, actor: Actor, case_id: UUID, *, now: datetime) -> Case:
    """Let an approved case begin, or one that was stopped go on; doing so twice is once.

    What it sets off runs in `running`. Raises `NotPermittedError`, `NotFoundError` and
    `DisposalRefusedError`.
    """
    authorise(clinic, actor, Permission.APPROVE_DISPOSAL)

    def work(unit: UnitOfWork) -> Case:
        case = get(unit.cursor, case_id)
        if case.state in {CaseState.PROPOSED, CaseState.SENT_BACK}:
            raise DisposalRefusedError(NOT_APPROVED)
        if case.state is CaseState.APPROVED:
            table.start(unit.cursor, case_id, now, actor.person_id)
            noted(unit, actor, case_id, now, "Started.")
        elif case.stopped_at is not None:
            table.stop(unit.cursor, case_id, None, None)
            noted(unit, actor, case_id, now, "Told to go on.")
        if case.fault:
            table.set_fault(unit.cursor, case_id, None)
        return get(unit.cursor, case_id)

    return clinic.store.transact(work)


def stop(clinic: Clinic, actor: Actor, case_id: UUID, *, now: datetime) -> Case:
    """Ask a case to stop after the records at hand; what is gone stays gone, the rest stays.

    Raises `NotPermittedError`, `NotFoundError` and `DisposalRefusedError`.
    """
    authorise(clinic, actor, Permission.APPROVE_DISPOSAL)

    def work(unit: UnitOfWork) -> Case:
        case = get(unit.cursor, case_id)
        if case.state is not CaseState.ERASING:
            raise DisposalRefusedError(NOT_RUNNING)
        if case.stopped_at is None:
            table.stop(unit.cursor, case_id, now, actor.person_id)
            noted(unit, actor, case_id, now, "Told to stop after the records at hand.")
        return get(unit.cursor, case_id)

    return clinic.store.transact(work)


def progress(clinic: Clinic, actor: Actor, case_id: UUID) -> Progress:
    """Return how far a case is, from the store: it is right after a crash too."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        case = get(cursor, case_id)
    done = case.disposed + case.skipped
    total = done + case.proposed + case.erasing
    done, total = watching.far(case_id) or (done, total)
    return Progress(case.state, done, total, case.stopped_at is not None, case.fault)


def get(cursor: Cursor, case_id: UUID) -> Case:
    """Return a case; raise `NotFoundError` where there is none."""
    case = table.get_case(cursor, case_id)
    if case is None:
        raise NotFoundError(NO_CASE)
    return case


def noted(unit: UnitOfWork, actor: Actor | None, case_id: UUID, now: datetime, words: str) -> None:
    """Add a line to what was decided of a case; it names no patient."""
    note = Note(now, None, words)
    table.insert_note(unit.cursor, case_id, note, actor.person_id if actor else None)


def _insert(
    unit: UnitOfWork,
    actor: Actor,
    wanted: Wanted,
    found: Mapping[UUID, Checked],
    when: tuple[date, datetime],
) -> None:
    as_of, now = when
    row: dict[str, object] = {
        "case_id": wanted.case_id,
        "method": wanted.method.value,
        "state": CaseState.PROPOSED.value,
        "as_of": as_of,
        "setting_version": settings.current(unit.cursor).version,
        "note": wanted.note.strip() or None,
        "proposed_at": now,
        "proposed_by": actor.person_id,
    }
    table.insert_case(unit.cursor, row)
    new = [
        _new_item(key, one, is_confirmed=key in wanted.confirmed)
        for key, one in found.items()
        if isinstance(one, Told)
    ]
    table.insert_items(unit.cursor, wanted.case_id, new)
    proposed = Event(
        Action.DISPOSAL_PROPOSED,
        subject_id=wanted.case_id,
        detail={"method": wanted.method.value},
    )
    unit.audit_each(actor, proposed, [str(key) for key in found])


def _new_item(patient_id: UUID, one: Told, *, is_confirmed: bool) -> NewItem:
    found, is_partial = one.disposition, standing.is_partial(one)
    return NewItem(
        patient_id, is_partial, found.was_minor, one.sentence, found.retain_until, is_confirmed
    )


def _proposed_words(wanted: Wanted, count: int) -> str:
    method = "anonymised" if wanted.method is Method.ANONYMISE else "erased"
    note = f" {wanted.note.strip()}" if wanted.note.strip() else ""
    return f"Proposed: {formats.counted(count, 'record')}, to be {method}.{note}"


def _named(
    unit: UnitOfWork, actor: Actor, case_id: UUID, items: Sequence[Item]
) -> dict[UUID | None, PatientRow]:
    keys = [str(one.patient_id) for one in items if one.patient_id is not None]
    rows = [row for row in recalls.list_patients(unit.cursor, keys) if not row.is_restricted]
    listed = Event(Action.RETENTION_LISTED, subject_id=case_id, detail={"list": "disposal"})
    unit.audit_each(actor, listed, [str(row.patient_id) for row in rows])
    return {row.patient_id: row for row in rows}


def _faceless(item: Item) -> Item:
    return Item(**{name: getattr(item, name) for name in item.__slots__} | {"patient_id": None})


def can_decide(case: Case, actor: Actor) -> bool:
    """Tell whether this person may approve the case as it stands."""
    may = access.can(actor, Permission.APPROVE_DISPOSAL)
    return may and case.state is CaseState.PROPOSED and case.proposed_by != actor.person_id

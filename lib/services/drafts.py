"""What somebody typed and has not saved: kept as they type, offered again, gone when saved.

A draft is its author's alone. It holds what the form holds, so it lies in the sealed store, goes
when its patient goes, and after two weeks in any case.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.restriction import Ground, check_use
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.records import noting_refusal
from lib.store import drafts, records, search
from lib.store.connection import Cursor, UnitOfWork
from lib.store.drafts import Draft
from lib.store.search import ResultRow

KEPT = timedelta(days=14)
Values = Mapping[str, object]
Result = TypeVar("Result")


class Form(StrEnum):
    """The forms that keep drafts."""

    REGISTER = "register"
    EDIT = "edit"
    HISTORY = "history"
    TREATMENT = "treatment"
    ADVERSE_EVENT = "adverse event"
    CONSENT = "consent"


PERMISSIONS = {
    Form.REGISTER: Permission.EDIT_RECORD,
    Form.EDIT: Permission.EDIT_RECORD,
    Form.HISTORY: Permission.EDIT_RECORD,
    Form.TREATMENT: Permission.RECORD_TREATMENT,
    Form.ADVERSE_EVENT: Permission.RECORD_TREATMENT,
    Form.CONSENT: Permission.RECORD_CONSENT,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: a patient (None: not registered yet), and what of theirs it corrects.

    Two subjects that are equal share one draft; `ground` is why a restricted record is used, and
    makes no difference to that.
    """

    form: Form
    patient_id: UUID | None = None
    of: UUID | None = None
    ground: Ground | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Return the form with what it corrects, as the store keeps it."""
        return f"{self.form.value}:{self.of}" if self.of else self.form.value


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: what it is about, what was typed, and when that was last kept (UTC)."""

    subject: Subject
    values: Values = field(repr=False)
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A form that was left: what it is about, when it was kept last (UTC), and the patient."""

    subject: Subject
    saved_at: datetime
    patient: ResultRow | None


def keep(clinic: Clinic, actor: Actor, subject: Subject, values: Values, *, now: datetime) -> None:
    """Keep what the form says now; the trail notes the first time.

    Raises `NotPermittedError`, and `GroundNeededError` about a restricted record (rule E1).
    """
    _authorise(clinic, actor, subject)
    content = json.dumps(dict(values), ensure_ascii=False, default=str)

    def work(unit: UnitOfWork) -> None:
        used = _used(unit.cursor, subject)
        key = actor.person_id, subject.name, subject.patient_id
        found = drafts.find_draft(unit.cursor, *key)
        if found is not None:
            drafts.update_draft(unit.cursor, found.draft_id, content, now)
            return
        fresh = Draft(uuid7s.uuid7(), subject.name, subject.patient_id, content, now)
        drafts.insert_draft(unit.cursor, actor.person_id, fresh)
        detail: dict[str, str | int | bool] = {"form": subject.form.value}
        kept = Event(Action.DRAFT_KEPT, patient_id=subject.patient_id, ground=used, detail=detail)
        unit.audit(actor, kept)

    _noting(clinic, actor, subject, work)


def find(clinic: Clinic, actor: Actor, subject: Subject) -> Kept | None:
    """Return what the actor left in this form, or None. Raises as `keep` does."""
    _authorise(clinic, actor, subject)

    def work(unit: UnitOfWork) -> Draft | None:
        _used(unit.cursor, subject)
        key = actor.person_id, subject.name, subject.patient_id
        return drafts.find_draft(unit.cursor, *key)

    found = _noting(clinic, actor, subject, work)
    return _kept(found) if found else None


def mine(clinic: Clinic, actor: Actor) -> list[Kept]:
    """Return everything that the actor left unsaved and may still save, the newest first."""
    with clinic.store.reading() as cursor:
        return [_kept(draft) for draft in drafts.list_drafts(cursor, actor.person_id)]


def list_mine(clinic: Clinic, actor: Actor) -> list[Unfinished]:
    """Return what the actor left unsaved with whom it is about; those patients are in the trail.

    A restricted patient is not named (rule E1), and what the actor may no longer save is left out.
    """

    def work(unit: UnitOfWork) -> list[Unfinished]:
        kept = [_kept(draft) for draft in drafts.list_drafts(unit.cursor, actor.person_id)]
        may = [one for one in kept if access.can(actor, PERMISSIONS[one.subject.form])]
        ids = {one.subject.patient_id for one in may if one.subject.patient_id}
        found = search.list_result_rows(unit.cursor, sorted(ids))
        rows: dict[UUID | None, ResultRow] = {row.patient_id: row for row in found}
        listed = Event(Action.PATIENT_LISTED, detail={"list": "drafts"})
        unit.audit_each(actor, listed, [str(row.patient_id) for row in found])
        return [
            Unfinished(one.subject, one.saved_at, rows.get(one.subject.patient_id)) for one in may
        ]

    return clinic.store.transact(work)


def discard(clinic: Clinic, actor: Actor, subject: Subject) -> None:
    """Forget what the actor left in this form."""
    clinic.store.transact(lambda unit: forget(unit, actor, subject))


def forget(unit: UnitOfWork, actor: Actor, subject: Subject) -> None:
    """Forget the draft in the transaction that saves what it held."""
    drafts.delete_draft(unit.cursor, actor.person_id, subject.name, subject.patient_id)


def sweep(clinic: Clinic, *, now: datetime) -> None:
    """Forget every draft that nobody has touched for two weeks."""
    clinic.store.transact(lambda unit: drafts.delete_before(unit.cursor, now - KEPT))


def _authorise(clinic: Clinic, actor: Actor, subject: Subject) -> None:
    authorise(clinic, actor, PERMISSIONS[subject.form], patient_id=subject.patient_id)


def _noting(
    clinic: Clinic, actor: Actor, subject: Subject, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work; a ground that is missing is written into the trail first."""
    if subject.patient_id is None:
        return clinic.store.transact(work)
    return noting_refusal(clinic, actor, subject.patient_id, work)


def _used(cursor: Cursor, subject: Subject) -> str | None:
    """Return the ground on which a restricted record is used; None where it needs none."""
    if subject.patient_id is None:
        return None
    is_restricted = records.get_restriction(cursor, subject.patient_id) is not None
    check_use(is_restricted=is_restricted, ground=subject.ground)
    return subject.ground.value if subject.ground and is_restricted else None


def _kept(draft: Draft) -> Kept:
    form, _, of = draft.form.partition(":")
    subject = Subject(Form(form), draft.patient_id, UUID(of) if of else None)
    return Kept(subject, json.loads(draft.content), draft.saved_at)

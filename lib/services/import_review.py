"""The import review: rows whose patient a person chooses, or which are set aside."""

import json
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.errors import NotFoundError, StaleVersionError
from lib.imports.forms import Form
from lib.imports.importing import Stamp, Terms, Writer
from lib.imports.kinds import IMPORTERS, Kind
from lib.imports.media.checking import check
from lib.imports.media.form import FORM
from lib.imports.media.plan import MediaPlan, Placed, plan
from lib.imports.mentions import PersonField
from lib.imports.reading import Circumstances
from lib.imports.reviewing import DISMISSED, LINKED, OPEN, table_of
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import imported
from lib.services.home import HomeItem, Urgency
from lib.services.media import waiting as waiting_media
from lib.services.media.waiting import Chosen, Tied
from lib.store import import_reviews as store
from lib.store.connection import Cursor, UnitOfWork
from lib.store.import_reviews import Decision, Identity, Review

Steps = tuple[Form, Callable[..., Any], Callable[..., Any]]
PAGE = 10
SCREEN = "pages/oversight/import_review.py"
PERSON_WORDS = frozenset(field.value for field in PersonField)
DECIDED = "Somebody has decided on this row meanwhile. Load the page again to see how it stands."
GONE = "This record is no longer there. It may have been merged; look for the patient again."


class State(StrEnum):
    """What the screen lists: what waits, or what was set aside."""

    WAITING = OPEN
    SET_ASIDE = DISMISSED


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing of a file that waits: a treatment with its areas, an entry of a history, a picture.

    `said` is what the file says of it, row by row: fields in words, and their values.
    """

    review_id: UUID
    kind: str
    line: int
    said: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A patient who may be meant, with the reasons."""

    identity: Identity
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person as the file names them, everything that waits of them, and who they may be."""

    key: str
    said: tuple[tuple[str, str], ...]
    rows: tuple[WaitingRow, ...]
    choices: tuple[Choice, ...]

    @property
    def review_ids(self) -> tuple[UUID, ...]:
        """Return the ids of everything that waits of this person."""
        return tuple(row.review_id for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page of people, and how many people and rows there are in all."""

    people: tuple[Waiting, ...]
    people_count: int
    rows_count: int


def list_waiting(
    clinic: Clinic, actor: Actor, state: State = State.WAITING, page: int = 0
) -> ReviewPage:
    """Return a page (from 0) of what waits or was set aside, person by person.

    Every candidate shown is in the audit trail; restricted records are left out (rule E1). Raises
    `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.REVIEW_IMPORTS)

    def work(unit: UnitOfWork) -> ReviewPage:
        people, rows = store.count_people(unit.cursor, state)
        found = store.list_people(unit.cursor, state, limit=PAGE, offset=page * PAGE)
        by_person: dict[str, list[Review]] = {}
        for review in found:
            by_person.setdefault(review.person_digest, []).append(review)
        shown = tuple(_person(unit.cursor, key, one) for key, one in by_person.items())
        listed = {str(one.identity.patient_id) for person in shown for one in person.choices}
        event = Event(Action.PATIENT_LISTED, detail={"list": "import review"})
        unit.audit_each(actor, event, sorted(listed))
        return ReviewPage(shown, people, rows)

    return clinic.store.transact(work)


def link(
    clinic: Clinic, actor: Actor, review_ids: Sequence[UUID], patient_id: UUID, *, now: datetime
) -> int:
    """Import what waits for the patient whom a person has chosen; return how many it was.

    The id that the file gives the person is kept, so that the next file needs no review. Doing it
    again is no error. Raises `NotPermittedError`, `NotFoundError`, `StaleVersionError` when
    somebody else has decided otherwise, `InvalidInputError` when the record cannot take the rows.
    """
    authorise(clinic, actor, Permission.REVIEW_IMPORTS, patient_id=patient_id)
    chosen = Chosen(actor, patient_id, now)

    def work(unit: UnitOfWork) -> tuple[int, list[Tied]]:
        if not store.list_identities(unit.cursor, [str(patient_id)]):
            raise NotFoundError(GONE)
        waiting = [_open(unit.cursor, one, patient_id) for one in review_ids]
        pictures = [one for one in waiting if one and one.kind == waiting_media.KIND]
        rows = [one for one in waiting if one and one.kind != waiting_media.KIND]
        for review in rows:
            _import(clinic, unit, review, chosen)
        # A picture may be of a treatment that is taken in with it.
        return len(rows), [(one, _placed(clinic, unit.cursor, one, chosen)) for one in pictures]

    count, tied = clinic.store.transact(work)
    if tied:
        waiting_media.bring_in(clinic, tied, chosen, partial(_settle, chosen=chosen))
    return count + len(tied)


def dismiss(clinic: Clinic, actor: Actor, review_ids: Sequence[UUID], *, now: datetime) -> None:
    """Set rows aside: they are not imported, also not when the same file comes again."""
    _decide(clinic, actor, review_ids, (OPEN, DISMISSED), now)


def restore(clinic: Clinic, actor: Actor, review_ids: Sequence[UUID], *, now: datetime) -> None:
    """Let rows that were set aside wait again."""
    _decide(clinic, actor, review_ids, (DISMISSED, OPEN), now)


def home_items(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say of how many people rows wait; counts only."""
    with clinic.store.reading() as cursor:
        people, rows = store.count_people(cursor, OPEN)
    if people:
        detail = f"{rows:,} of their rows wait to be tied to a patient"
        yield HomeItem("People in imported files", people, detail, Urgency.DUE, SCREEN)


def _person(cursor: Cursor, key: str, reviews: Sequence[Review]) -> Waiting:
    rows = [(review, json.loads(review.content)) for review in reviews]
    why: dict[str, tuple[str, ...]] = {}
    for review in reviews:
        for one in json.loads(review.candidates):
            why.setdefault(one["patient_id"], tuple(one["why"]))
    known = store.list_identities(cursor, list(why))
    choices = tuple(
        Choice(known[UUID(patient_id)], reasons)
        for patient_id, reasons in why.items()
        if UUID(patient_id) in known and not known[UUID(patient_id)].is_restricted
    )
    person = tuple((name, text) for name, text in rows[0][1][0].items() if name in PERSON_WORDS)
    return Waiting(key, person, tuple(_row(*one) for one in rows), choices)


def _row(review: Review, said: list[dict[str, str]]) -> WaitingRow:
    rows = tuple(
        tuple((name, text) for name, text in row.items() if name not in PERSON_WORDS)
        for row in said
    )
    return WaitingRow(review.review_id, review.kind, review.line, rows)


def _open(cursor: Cursor, review_id: UUID, patient_id: UUID) -> Review | None:
    """Return a row that waits; None when it was tied to this patient already."""
    review = store.get_review(cursor, review_id)
    if review is None:
        raise NotFoundError(DECIDED)
    if review.state == LINKED and review.patient_id == patient_id:
        return None
    if review.state != OPEN:
        raise StaleVersionError(DECIDED)
    return review


def _import(clinic: Clinic, unit: UnitOfWork, review: Review, chosen: Chosen) -> None:
    importer = IMPORTERS[Kind(review.kind)]
    steps = (importer.form, importer.check, importer.plan)
    made = _read_again(clinic, unit.cursor, review, chosen, steps)
    stamp = Stamp(chosen.at, chosen.at.date(), chosen.actor.person_id)
    writer = Writer(chosen.actor, stamp, review.import_id, lambda _: None)
    importer.carry_out(unit, made, writer)
    imported.follow(clinic, unit, made, writer)
    _settle(unit, review, chosen, made.queue.settled)


def _placed(clinic: Clinic, cursor: Cursor, review: Review, chosen: Chosen) -> Placed:
    """Return where a picture belongs in the record of the patient who was chosen."""
    made: MediaPlan = _read_again(clinic, cursor, review, chosen, (FORM, check, plan))
    return made.placed[0]


def _read_again(
    clinic: Clinic, cursor: Cursor, review: Review, chosen: Chosen, steps: Steps
) -> Any:  # noqa: ANN401 - the plan of whichever kind of file it is
    """Return the plan of a kept row for the patient who was chosen. Raises `InvalidInputError`."""
    form, check_rows, plan_rows = steps
    table, mapping = table_of(form, json.loads(review.content), review.line, review.system)
    day, settings = chosen.at.date(), clinic.settings
    circumstances = Circumstances(day, settings.phone_region, settings.timezone, chosen.at)
    checked = check_rows(table, mapping, circumstances, lambda _: None)
    terms = Terms(clinic.master_key, mapping, day, str(chosen.patient_id))
    made = plan_rows(cursor, checked.content, terms)
    faults = [*checked.rejected, *made.rejected]
    if faults:
        raise waiting_media.refused(review, faults[0].reason)
    return made


def _settle(unit: UnitOfWork, review: Review, chosen: Chosen, settled: Container[str] = ()) -> None:
    """Keep the decision, unless the import did, and the id that the file gives the person."""
    if str(review.review_id) not in settled:
        decision = Decision(LINKED, chosen.patient_id, chosen.at, chosen.actor.person_id)
        store.decide(unit.cursor, review.review_id, OPEN, decision)
    external_id = json.loads(review.content)[0].get(PersonField.PATIENT_ID.value, "")
    if external_id:
        store.insert_external_id(unit.cursor, review.system, external_id, chosen.patient_id)
    unit.audit(chosen.actor, _event(review, LINKED, chosen.patient_id))


def _decide(
    clinic: Clinic,
    actor: Actor,
    review_ids: Sequence[UUID],
    step: tuple[str, str],
    now: datetime,
) -> None:
    authorise(clinic, actor, Permission.REVIEW_IMPORTS)
    before, after = step

    def work(unit: UnitOfWork) -> None:
        for review_id in review_ids:
            review = store.get_review(unit.cursor, review_id)
            if review is None or review.state not in step:
                raise StaleVersionError(DECIDED)
            if review.state == before:
                decision = Decision(after, None, now, actor.person_id)
                store.decide(unit.cursor, review_id, before, decision)
                unit.audit(actor, _event(review, after))

    clinic.store.transact(work)


def _event(review: Review, decision: str, patient_id: UUID | None = None) -> Event:
    return Event(
        Action.IMPORT_ROW_REVIEWED,
        patient_id=patient_id,
        subject_id=review.review_id,
        detail={"decision": decision, "kind": review.kind},
    )

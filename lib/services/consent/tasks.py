"""Tasks of consent: what is open, closing one with what it asks for, asking patients anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, Topic, day_of
from lib.domain.consent_tasks import ENDING, NEEDS_NOTE, OUTCOMES, Kind, Outcome
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import following
from lib.services.consent.following import Written
from lib.services.consent.refusals import noting
from lib.services.home import HomeItem, Urgency
from lib.services.media import uses
from lib.services.records import usable
from lib.store import consent_tasks, consent_uses, media_uses, search
from lib.store.connection import UnitOfWork
from lib.store.consent_tasks import Closing, Task
from lib.store.media_uses import Use
from lib.store.search import ResultRow

PAGE = 25
SCREEN = "pages/records/consent_tasks.py"
# What each kind is counted as, one and several.
NOUNS: Mapping[Kind, tuple[str, str]] = {
    Kind.TAKE_DOWN: ("use to take down or recall", "uses to take down or recall"),
    Kind.ASK: ("patient to ask", "patients to ask"),
    Kind.LOOK_AT: ("odd event to look at", "odd events to look at"),
    Kind.ACKNOWLEDGE: ("letter to send", "letters to send"),
}
LONGEST = 500
NO_TASK = "There is no such task. Load the page again."
CLOSED_OTHERWISE = "Somebody else closed this task meanwhile, with another outcome."
NOT_ITS_OUTCOME = "this is not how such a task ends; choose one of the others"
NOTE_MISSING = "say why, so that it can be told later"
TOO_LONG = "say it in 500 characters"
TAKEN_BACK = "Opened by mistake and taken back at once."


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 0) of open tasks: whose they are, and the uses that they are about, by id."""

    tasks: tuple[Task, ...]
    counts: Mapping[Kind, int]
    page: int
    total: int
    patients: Mapping[UUID, ResultRow]
    uses: Mapping[UUID, Use]

    @property
    def pages(self) -> int:
        """Return how many pages there are; one where there is nothing."""
        return max(1, -(-self.total // PAGE))


def list_open(clinic: Clinic, actor: Actor, kind: Kind | None = None, page: int = 0) -> Page:
    """Return open tasks, the oldest first; each patient shown is in the trail.

    Restricted records are left out (rule E1). Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.LIST_CONSENT)

    def work(unit: UnitOfWork) -> Page:
        cursor = unit.cursor
        counts = consent_tasks.count_open(cursor)
        total = sum(counts.values()) if kind is None else counts.get(kind, 0)
        shown = max(0, min(page, (total - 1) // PAGE))
        found = consent_tasks.list_open(cursor, kind, limit=PAGE, offset=shown * PAGE)
        patients = list(dict.fromkeys(one.patient_id for one in found))
        rows = {row.patient_id: row for row in search.list_result_rows(cursor, patients)}
        about = {one.use_id: media_uses.get_use(cursor, one.use_id) for one in found if one.use_id}
        listed = Event(Action.CONSENT_LISTED, detail={"list": "tasks"})
        unit.audit_each(actor, listed, [str(key) for key in patients])
        there = {key: use for key, use in about.items() if use}
        return Page(tuple(found), counts, shown, total, rows, there)

    return clinic.store.transact(work)


def count_open(clinic: Clinic, actor: Actor) -> Mapping[Kind, int]:
    """Return how many tasks of each kind are open. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.LIST_CONSENT)
    with clinic.store.reading() as cursor:
        return consent_tasks.count_open(cursor)


def home_items(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say how many tasks the screen shows, and of which kinds; counts only."""
    with clinic.store.reading() as cursor:
        counts = consent_tasks.count_open(cursor)
    if counts:
        detail = ", ".join(
            formats.counted(counts[kind], *NOUNS[kind]) for kind in Kind if kind in counts
        )
        yield HomeItem("Consent tasks", sum(counts.values()), detail, Urgency.DUE, SCREEN)


def close(  # noqa: PLR0913 - a task ends by all of it
    clinic: Clinic,
    actor: Actor,
    task_id: UUID,
    outcome: Outcome,
    note: str = "",
    *,
    now: datetime,
    ground: Ground | None = None,
) -> Task:
    """Close a task; a picture that was taken down or called back is no longer in use from now on.

    Closing it again the same way changes nothing. Raises `NotPermittedError`, `NotFoundError`,
    `GroundNeededError` (rule E1), `InvalidInputError` with the field, and `SavedAlreadyError`.
    """
    permission = Permission.RECORD_CONSENT
    with clinic.store.reading() as cursor:
        seen = consent_tasks.get_task(cursor, task_id)
    authorise(clinic, actor, permission, patient_id=seen.patient_id if seen else None)
    if seen is None:
        raise NotFoundError(NO_TASK)
    closing = Closing(outcome, _note(seen, outcome, note), now, actor.person_id)

    def work(unit: UnitOfWork) -> Task:
        task = consent_tasks.get_task(unit.cursor, task_id) or seen
        _, restriction = usable(unit.cursor, task.patient_id, ground)
        if task.closed_at is not None:
            return _same(task, closing)
        closed = consent_tasks.close_task(unit.cursor, task, closing)
        used = ground if restriction else None
        if outcome in ENDING and task.use_id:
            _end_use(unit, actor, closed, used)
        unit.audit(actor, _closed_event(closed, used))
        return closed

    return noting(clinic, actor, (permission, seen.patient_id), work)


def open_ask(
    clinic: Clinic, actor: Actor, patient_ids: Iterable[UUID], topic: Topic, *, now: datetime
) -> int:
    """Let these patients be asked at their next visit; who is to be asked already is left alone.

    Restricted, merged and deceased ones are left out. Return how many tasks were opened. Raises
    `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    wanted = list(dict.fromkeys(patient_ids))

    def work(unit: UnitOfWork) -> int:
        tasks = ask_within(unit, actor, wanted, topic, now)
        return len(tasks)

    return clinic.store.transact(work)


def ask_within(
    unit: UnitOfWork, actor: Actor, patient_ids: Iterable[UUID], topic: Topic, now: datetime
) -> list[Task]:
    """Do what `open_ask` does within another's work, which has authorised the actor."""
    keys = consent_tasks.list_askable(unit.cursor, list(patient_ids))
    asked = consent_tasks.list_asking(unit.cursor, keys, topic)
    tasks = [_ask(actor, key, topic, now) for key in keys if key not in asked]
    consent_tasks.insert_tasks(unit.cursor, tasks)
    unit.audit(actor, *(following.opened_event(task) for task in tasks))
    return tasks


def answered_within(unit: UnitOfWork, actor: Actor, written: Written) -> None:
    """Close what a patient was to be asked and has answered now, within the work that wrote it."""
    closing = Closing(Outcome.ASKED, None, written.now, actor.person_id)
    answered = {(row.topic.purpose, row.topic.channel or "") for row in written.rows}
    # A question about a purpose as a whole is answered by any of its channels.
    answered |= {(purpose, "") for purpose, _ in answered}
    for task in consent_tasks.list_of(unit.cursor, written.patient_id):
        is_open = task.kind is Kind.ASK and task.closed_at is None
        if is_open and (task.purpose, task.channel) in answered:
            closed = consent_tasks.close_task(unit.cursor, task, closing)
            unit.audit(actor, _closed_event(closed, written.ground))


def take_back(clinic: Clinic, actor: Actor, task_ids: Iterable[UUID], *, now: datetime) -> int:
    """Close tasks to ask that were opened a moment ago by mistake; return how many still were open.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    closing = Closing(Outcome.NOT_NEEDED, TAKEN_BACK, now, actor.person_id)
    wanted = list(dict.fromkeys(task_ids))

    def work(unit: UnitOfWork) -> int:
        found = [consent_tasks.get_task(unit.cursor, key) for key in wanted]
        still = [one for one in found if one and one.kind is Kind.ASK and one.closed_at is None]
        closed = [consent_tasks.close_task(unit.cursor, one, closing) for one in still]
        unit.audit(actor, *(_closed_event(one, None) for one in closed))
        return len(closed)

    return clinic.store.transact(work)


def _ask(actor: Actor, patient_id: UUID, topic: Topic, now: datetime) -> Task:
    return Task(
        task_id=uuid7s.uuid7(),
        patient_id=patient_id,
        kind=Kind.ASK,
        purpose=topic.purpose,
        channel=topic.channel or "",
        event_id=None,
        media_id=None,
        use_id=None,
        export_id=None,
        reason="Ask at the next visit.",
        opened_at=now,
        opened_by=actor.person_id,
    )


def _note(task: Task, outcome: Outcome, said: str) -> str | None:
    """Return what is noted. Raises `InvalidInputError` where the outcome needs more, or another."""
    if outcome not in OUTCOMES[task.kind]:
        raise InvalidInputError(NOT_ITS_OUTCOME, field="outcome")
    note = said.strip()
    if outcome in NEEDS_NOTE and not note:
        raise InvalidInputError(NOTE_MISSING, field="note")
    if len(note) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="note")
    return note or None


def _same(task: Task, closing: Closing) -> Task:
    if (task.outcome, task.note) != (closing.outcome, closing.note):
        raise SavedAlreadyError(CLOSED_OTHERWISE)
    return task


def _end_use(unit: UnitOfWork, actor: Actor, task: Task, ground: Ground | None) -> None:
    """End the use as it stands now, unless somebody noted its end before."""
    replaced = consent_uses.list_replaced(unit.cursor, task.patient_id)
    use_id = following.standing_use(task.use_id, replaced)
    use = media_uses.get_use(unit.cursor, use_id) if use_id else None
    now = task.closed_at
    if use is not None and use.ended_on is None and now is not None:
        ended_on = max(use.used_on, day_of(now, LONDON))
        about = uses.About(task.patient_id, use.media_id, now, ended_on, ground)
        uses.end_within(unit, actor, about, use)


def _closed_event(task: Task, ground: Ground | None) -> Event:
    detail: dict[str, str | int | bool] = {"task": task.kind.value}
    if task.outcome:
        detail["outcome"] = task.outcome.value
    if task.purpose:
        detail["purpose"] = task.purpose
    return Event(
        Action.CONSENT_TASK_CLOSED,
        patient_id=task.patient_id,
        subject_id=task.task_id,
        ground=ground.value if ground else None,
        detail=detail,
    )

"""What an event of consent sets off at once: pictures to take down, a letter, a second look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import formats
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, ConsentEvent, Decision, Route, Topic, day_of, deciding
from lib.domain.consent_flags import Flag, flags_of
from lib.domain.consent_tasks import Kind
from lib.domain.restriction import Ground
from lib.services.consent import purposes
from lib.store import consent_events, consent_tasks, consent_uses
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_events import EventRow
from lib.store.consent_tasks import Task
from lib.store.consent_uses import Export
from lib.store.media_uses import Use

ENDS = frozenset({Decision.REFUSED, Decision.WITHDRAWN})
LATE = "It was keyed after something that came later, or long after it came. Check both."
CONFLICTING = "Another event says something else of the same moment or day. Find out what holds."


@dataclass(frozen=True, slots=True)
class Written:
    """Events that were just appended, all of one patient and one act."""

    rows: tuple[EventRow, ...]
    now: datetime
    ground: Ground | None = None

    @property
    def patient_id(self) -> UUID:
        """Return whose they are."""
        return self.rows[0].patient_id


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be done because of which event; `topic` None where it is about several."""

    kind: Kind
    row: EventRow
    reason: str
    topic: Topic | None
    media_id: UUID | None = None
    use_id: UUID | None = None
    export_id: UUID | None = None


def open_tasks(
    unit: UnitOfWork, actor: Actor, written: Written, before: Sequence[EventRow]
) -> tuple[UUID, ...]:
    """Open what these events ask for, each once; return the tasks' ids.

    `before` is what the patient had said already.
    """
    cursor = unit.cursor
    after = [*before, *written.rows]
    tasks = [
        *_to_look_at(written.rows, after),
        *_to_take_down(cursor, written.rows, after),
        *_to_acknowledge(cursor, written.rows, before),
    ]
    return _open(unit, actor, written, tasks)


def open_after_merge(
    unit: UnitOfWork, actor: Actor, patient_id: UUID, now: datetime
) -> tuple[UUID, ...]:
    """Open what two records of one person ask for together: each may have what the other ended."""
    rows = consent_events.list_events(unit.cursor, patient_id)
    ended = []
    for topic in dict.fromkeys(row.topic for row in rows):
        decided = _deciding(unit.cursor, topic, rows)
        ended += [row for row in rows if decided and row.event_id == decided.event_id]
    ended = [row for row in ended if row.decision in ENDS]
    if not ended:
        return ()
    return _open(unit, actor, Written(tuple(ended), now), list(_places(unit.cursor, ended)))


def _open(
    unit: UnitOfWork, actor: Actor, written: Written, tasks: Iterable[_Asked]
) -> tuple[UUID, ...]:
    opened = [_task(actor, written, one) for one in tasks]
    consent_tasks.insert_tasks(unit.cursor, opened)
    unit.audit(actor, *(opened_event(task, written.ground) for task in opened))
    return tuple(task.task_id for task in opened)


def opened_event(task: Task, ground: Ground | None = None) -> Event:
    """Return what the trail says of a task that is opened."""
    detail: dict[str, str | int | bool] = {"task": task.kind.value}
    if task.purpose:
        detail["purpose"] = task.purpose
    return Event(
        Action.CONSENT_TASK_OPENED,
        patient_id=task.patient_id,
        subject_id=task.task_id,
        ground=ground.value if ground else None,
        detail=detail,
    )


def _task(actor: Actor, written: Written, asked: _Asked) -> Task:
    topic = asked.topic
    return Task(
        task_id=uuid7s.uuid7(),
        patient_id=written.patient_id,
        kind=asked.kind,
        purpose=topic.purpose if topic else None,
        channel=(topic and topic.channel) or "",
        # A task about a picture hangs on that alone: tied to an event that another record brought,
        # it would keep a merge from being undone.
        event_id=asked.row.event_id if asked.kind is not Kind.TAKE_DOWN else None,
        media_id=asked.media_id,
        use_id=asked.use_id,
        export_id=asked.export_id,
        reason=asked.reason,
        opened_at=written.now,
        opened_by=actor.person_id,
    )


def _to_look_at(rows: Sequence[EventRow], after: Sequence[EventRow]) -> Iterable[_Asked]:
    for row in rows:
        others = [one.keyed for one in after if one.topic == row.topic]
        flags = flags_of(row.keyed, others, LONDON)
        if flags:
            words = {Flag.LATE: LATE, Flag.CONFLICTING: CONFLICTING}
            reason = " ".join(words[flag] for flag in flags)
            yield _Asked(Kind.LOOK_AT, row, reason, row.topic)


def _to_take_down(
    cursor: Cursor, rows: Sequence[EventRow], after: Sequence[EventRow]
) -> Iterable[_Asked]:
    """Ask for every place where pictures are; a grant that came later lets them be."""
    ended = [row for row in rows if row.decision in ENDS and _holds(cursor, row, after)]
    return _places(cursor, ended)


def _places(cursor: Cursor, ended: Sequence[EventRow]) -> Iterable[_Asked]:
    """Return each place where a patient's pictures are, once for every purpose that ended.

    What a task was opened for before is open still, or was settled for good.
    """
    if not ended:
        return
    patient_id = ended[0].patient_id
    tasks = [one for one in consent_tasks.list_of(cursor, patient_id) if one.kind is Kind.TAKE_DOWN]
    replaced = consent_uses.list_replaced(cursor, patient_id)
    known = {standing_use(one.use_id, replaced) for one in tasks if one.use_id}
    sent = {one.export_id for one in tasks if one.export_id}
    for row in ended:
        for use in consent_uses.list_open_uses(cursor, patient_id, row.topic.purpose):
            if use.use_id not in known:
                yield _used(row, use)
        for export in consent_uses.list_exports(cursor, patient_id, row.topic.purpose):
            if export.export_id not in sent:
                yield _exported(row, export)


def standing_use(use_id: UUID | None, replaced: Mapping[UUID, UUID]) -> UUID | None:
    """Return the version of a use that stands now, from one that was seen before."""
    while use_id is not None and use_id in replaced:
        use_id = replaced[use_id]
    return use_id


def _used(row: EventRow, use: Use) -> _Asked:
    reason = f"A picture is in use since {formats.day(use.used_on)}. {_said(row)}"
    return _Asked(Kind.TAKE_DOWN, row, reason, row.topic, use.media_id, use.use_id)


def _exported(row: EventRow, export: Export) -> _Asked:
    count = len(export.media_ids)
    day = formats.day(day_of(export.exported_at, LONDON))
    verb = "was" if count == 1 else "were"
    reason = f"{formats.counted(count, 'picture')} {verb} taken out on {day}. {_said(row)}"
    return _Asked(
        Kind.TAKE_DOWN,
        row,
        reason,
        row.topic,
        media_id=export.media_ids[0] if count == 1 else None,
        export_id=export.export_id,
    )


def _to_acknowledge(
    cursor: Cursor, rows: Sequence[EventRow], before: Sequence[EventRow]
) -> Iterable[_Asked]:
    """Ask for one letter an act; what an import brings was answered long ago."""
    ended = [
        row
        for row in rows
        if row.route is not Route.IMPORT
        and (row.decision is Decision.WITHDRAWN or _takes_back(cursor, row, before))
    ]
    if ended:
        topic = ended[0].topic if len(ended) == 1 else None
        yield _Asked(Kind.ACKNOWLEDGE, ended[0], _said(ended[0]), topic)


def _takes_back(cursor: Cursor, row: EventRow, before: Sequence[EventRow]) -> bool:
    """Tell whether a refusal takes back what had been given."""
    if row.decision is not Decision.REFUSED:
        return False
    decided = _deciding(cursor, row.topic, before)
    return decided is not None and decided.decision is Decision.GIVEN


def _holds(cursor: Cursor, row: EventRow, after: Sequence[EventRow]) -> bool:
    """Tell whether consent stands refused or withdrawn after everything that was said."""
    decided = _deciding(cursor, row.topic, after)
    return decided is not None and decided.decision in ENDS


def _deciding(cursor: Cursor, topic: Topic, rows: Sequence[EventRow]) -> ConsentEvent | None:
    terms = purposes.terms_of(None, purposes.versions(cursor))
    return deciding((one.event for one in rows if one.topic == topic), terms, date.max)


def _said(row: EventRow) -> str:
    day = formats.day(day_of(row.received_at, LONDON))
    return f"Consent was {row.decision.value} on {day} ({row.route.value})."

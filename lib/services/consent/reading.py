"""How consent stands: for one patient whole, with what shows it, or for many on one topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, Standing, Topic
from lib.domain.consent_flags import Flag, flags_of
from lib.domain.restriction import Ground
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import purposes
from lib.services.consent.refusals import noting
from lib.services.consent.states import by_topic, standings, standings_of, states_of
from lib.services.records import usable
from lib.store import consent_events, consent_papers, consent_tasks
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_events import EventRow, EvidenceRow
from lib.store.consent_papers import Wording
from lib.store.consent_purposes import Purpose
from lib.store.consent_tasks import Task

__all__ = [
    "EventTold",
    "PurposeTold",
    "Told",
    "TopicTold",
    "open_consent",
    "standings",
    "states_of",
]


@dataclass(frozen=True, slots=True)
class EventTold:
    """One event with what shows it, who wrote it down, and what is odd about it."""

    row: EventRow
    evidence: EvidenceRow | None
    recorder: str | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class TopicTold:
    """How one topic stands, and everything that was said on it, the newest first."""

    topic: Topic
    standing: Standing
    events: tuple[EventTold, ...]


@dataclass(frozen=True, slots=True)
class PurposeTold:
    """One purpose with its topics: one, or one for each way of contact."""

    purpose: Purpose
    topics: tuple[TopicTold, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A patient's consent: purposes in order, open tasks; the ground if it is restricted.

    `wordings` are forms' versions by id, `captures` the signed forms by the evidence they are.
    """

    patient_id: UUID
    as_of: date
    purposes: tuple[PurposeTold, ...]
    tasks: tuple[Task, ...]
    ground: Ground | None
    wordings: Mapping[UUID, Wording]
    captures: Mapping[UUID, UUID]


def open_consent(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> Told:
    """Return a patient's consent as it stood at the end of a day; the look is in the trail.

    Events of later days are shown too, for they are the history; they decide nothing. Raises
    `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    permission = Permission.VIEW_RECORD
    authorise(clinic, actor, permission, patient_id=patient_id)

    def work(unit: UnitOfWork) -> Told:
        _, restriction = usable(unit.cursor, patient_id, ground)
        used = ground if restriction else None
        said = used.value if used else None
        unit.audit(actor, Event(Action.CONSENT_VIEWED, patient_id=patient_id, ground=said))
        return _told(unit.cursor, patient_id, as_of, used)

    return noting(clinic, actor, (permission, patient_id), work)


def _told(cursor: Cursor, patient_id: UUID, as_of: date, ground: Ground | None) -> Told:
    rows = consent_events.list_events(cursor, patient_id)
    found = standings_of(cursor, rows, as_of)
    every = _events_told(cursor, patient_id, rows)
    shown = tuple(
        PurposeTold(
            purpose,
            tuple(
                TopicTold(topic, found[topic], tuple(every.get(topic, ())))
                for topic in purposes.topics_of(purpose)
            ),
        )
        for purpose in purposes.list_purposes(cursor)
        if purpose.is_active or any(topic in every for topic in purposes.topics_of(purpose))
    )
    tasks = [one for one in consent_tasks.list_of(cursor, patient_id) if one.closed_at is None]
    return Told(
        patient_id=patient_id,
        as_of=as_of,
        purposes=shown,
        tasks=tuple(tasks),
        ground=ground,
        wordings=consent_papers.list_wordings(cursor),
        captures=consent_papers.list_captures(cursor, patient_id),
    )


def _events_told(
    cursor: Cursor, patient_id: UUID, rows: Sequence[EventRow]
) -> Mapping[Topic, list[EventTold]]:
    evidence = consent_events.list_evidence(cursor, patient_id)
    recorders = consent_events.list_recorders(cursor, rows)
    topics = by_topic(rows)
    return {
        topic: [
            EventTold(
                row,
                evidence.get(row.evidence_id) if row.evidence_id else None,
                recorders.get(row.recorded_by) if row.recorded_by else None,
                flags_of(row.keyed, [one.keyed for one in said], LONDON),
            )
            for row in sorted(said, key=lambda one: (one.received_at, one.event_id), reverse=True)
        ]
        for topic, said in topics.items()
    }

"""Writing what patients say: events of consent, appended only, and what each of them sets off.

All answers of one act are one transaction, with one entry of the trail each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, Decision, Route, Standing, Topic, day_of
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, SavedAlreadyError
from lib.services import correcting
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import checks, following, reading, stopping, tasks
from lib.services.consent.following import Written
from lib.services.consent.refusals import noting
from lib.services.records import usable
from lib.store import consent_events, consent_standing
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_events import EventRow

ACTIONS = {
    Decision.GIVEN: Action.CONSENT_GIVEN,
    Decision.REFUSED: Action.CONSENT_REFUSED,
    Decision.WITHDRAWN: Action.CONSENT_WITHDRAWN,
}
LONGEST = 2_000
TOO_LONG = "say it in 2,000 characters"
NOTHING_SAID = "say what the patient decided"
SAID_TWICE = "one thing is answered twice; answer it once"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, as a form or an import says it; the form mints its id."""

    event_id: UUID
    topic: Topic
    decision: Decision


@dataclass(frozen=True, slots=True)
class Receipt:
    """What all answers of one act have in common. Times are UTC, kept to the second."""

    patient_id: UUID
    received_at: datetime
    route: Route
    now: datetime
    form_version_id: UUID | None = None
    evidence_id: UUID | None = None
    note: str | None = None
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, the tasks that it opened, and how every topic stands after it."""

    event_ids: tuple[UUID, ...]
    task_ids: tuple[UUID, ...] = ()
    standings: Mapping[Topic, Standing] = field(default_factory=dict)


def record(clinic: Clinic, actor: Actor, receipt: Receipt, answers: Sequence[Said]) -> Recorded:
    """Write the answers of one act; saving the same again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1),
    `InvalidInputError` with the field, and `SavedAlreadyError`.
    """
    permission = Permission.RECORD_CONSENT
    authorise(clinic, actor, permission, patient_id=receipt.patient_id)

    wish = permission, receipt.patient_id
    return noting(clinic, actor, wish, lambda unit: write(clinic, unit, actor, receipt, answers))


def write(
    clinic: Clinic, unit: UnitOfWork, actor: Actor, receipt: Receipt, answers: Sequence[Said]
) -> Recorded:
    """Write the answers of one act within another's work, which has authorised the actor.

    Raises as `record` does.
    """
    cursor = unit.cursor
    _, restriction = usable(cursor, receipt.patient_id, receipt.ground)
    wanted = _rows(actor, receipt, answers)
    new = _unsaved(cursor, wanted)
    checks.check(cursor, new, receipt.now)
    ground = receipt.ground if restriction else None
    opened = _write(unit, actor, Written(tuple(new), receipt.now, ground)) if new else ()
    stopping.remember(clinic, unit, actor, receipt, answers)
    today = day_of(receipt.now, LONDON)
    return Recorded(
        tuple(one.event_id for one in wanted),
        opened,
        reading.standings(cursor, receipt.patient_id, today),
    )


def _write(unit: UnitOfWork, actor: Actor, written: Written) -> tuple[UUID, ...]:
    """Append the events, work out what stands, and open what they ask for."""
    cursor = unit.cursor
    before = consent_events.list_events(cursor, written.patient_id)
    consent_events.insert_events(cursor, written.rows)
    consent_standing.refresh(cursor, [written.patient_id])
    unit.audit(actor, *(_event(one, written.ground) for one in written.rows))
    tasks.answered_within(unit, actor, written)
    return following.open_tasks(unit, actor, written, before)


def _rows(actor: Actor, receipt: Receipt, answers: Sequence[Said]) -> list[EventRow]:
    if not answers:
        raise InvalidInputError(NOTHING_SAID, field="decision")
    if len({one.topic for one in answers}) < len(answers):
        raise InvalidInputError(SAID_TWICE, field="decision")
    note = (receipt.note or "").strip() or None
    if note and len(note) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="note")
    return [
        EventRow(
            event_id=one.event_id,
            patient_id=receipt.patient_id,
            topic=one.topic,
            decision=one.decision,
            received_at=receipt.received_at.replace(microsecond=0),
            route=receipt.route,
            form_version_id=receipt.form_version_id,
            evidence_id=receipt.evidence_id,
            note=note,
            recorded_at=receipt.now,
            recorded_by=actor.person_id,
        )
        for one in answers
    ]


def _unsaved(cursor: Cursor, wanted: Sequence[EventRow]) -> list[EventRow]:
    """Return what was not saved before. Raises `SavedAlreadyError` where that says otherwise."""
    there = consent_events.get_events(cursor, [one.event_id for one in wanted])
    for one in wanted:
        saved = there.get(one.event_id)
        if saved and replace(one, recorded_at=saved.recorded_at) != replace(
            saved, recorded_by=one.recorded_by
        ):
            raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return [one for one in wanted if one.event_id not in there]


def _event(row: EventRow, ground: Ground | None) -> Event:
    detail: dict[str, str | int | bool] = {
        "purpose": row.topic.purpose,
        "route": row.route.value,
    }
    if row.topic.channel:
        detail["channel"] = row.topic.channel.value
    return Event(
        ACTIONS[row.decision],
        patient_id=row.patient_id,
        subject_id=row.event_id,
        ground=ground.value if ground else None,
        detail=detail,
    )

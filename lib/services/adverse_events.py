"""Adverse events: recording one after a treatment, and correcting it by a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.adverse_events import FIELDS, AdverseEvent, read_event, typed_of
from lib.domain.audit import Action, Event
from lib.domain.conflicts import Choice
from lib.domain.registration import Reading
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError
from lib.services import correcting, drafts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.services.records import noting_refusal, usable
from lib.services.treatments import current_version
from lib.store import adverse_events
from lib.store.adverse_events import NewVersion, Version
from lib.store.connection import Cursor, UnitOfWork

Typed = Mapping[str, object]
NO_EVENT = "There is no such adverse event in this record. Load the page again."
WHY = "say why it is corrected; the earlier version stays"
NOTHING_CHANGED = "Nothing was changed. Change a field first, or leave the correction."
STALE = "Somebody else corrected this event meanwhile. Choose what holds, then save again."
WORDS = correcting.Words(STALE, NOTHING_CHANGED)
NO_WORDS = "say what happened"
WRONG_VIAL = "choose a product that this treatment used"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as the form says; it made the id when it opened, so that saving twice is once."""

    adverse_event_id: UUID
    patient_id: UUID
    treatment_id: UUID | None
    typed: Typed
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A new version of an event: what the form began with, what it says now, and why."""

    adverse_event_id: UUID
    patient_id: UUID
    series_id: UUID
    base: Typed
    typed: Typed
    reason: str
    seen: int
    choices: Mapping[str, Choice] = field(default_factory=dict)
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it stands, and the versions that corrections replaced, the newest first."""

    current: Version
    earlier: tuple[Version, ...]


def check(typed: Typed, as_of: date, treated_on: date | None) -> Mapping[str, str]:
    """Return the reason of each field that cannot be as it is; nothing is read of anybody."""
    reading = Reading(typed)
    read_event(reading, as_of, treated_on)
    return reading.faults


def tell(
    clinic: Clinic, actor: Actor, patient_id: UUID, series_id: UUID, ground: Ground | None
) -> Told:
    """Return an event of a record that is open (and in the audit trail), with its versions.

    Raises `NotPermittedError`, `NotFoundError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        return _told(cursor, patient_id, series_id)


def add(clinic: Clinic, actor: Actor, wanted: NewEvent, *, now: datetime, as_of: date) -> UUID:
    """Record an event and return its id; the same id again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `GroundNeededError` and `InvalidInputError`.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT, patient_id=wanted.patient_id)

    def work(unit: UnitOfWork) -> UUID:
        cursor, key = unit.cursor, wanted.adverse_event_id
        _, restriction = usable(cursor, wanted.patient_id, wanted.ground)
        subject = Subject(Form.ADVERSE_EVENT, wanted.patient_id, wanted.treatment_id)
        drafts.forget(unit, actor, subject)
        there = _there(cursor, wanted.patient_id, key)
        event = _read(cursor, wanted.patient_id, wanted.treatment_id, wanted.typed, as_of)
        if there is not None:
            return _same(there, event)
        new = NewVersion(key, key, 1, wanted.patient_id, None, now, actor.person_id)
        adverse_events.insert_version(cursor, new, event)
        used = wanted.ground if restriction else None
        unit.audit(actor, _event(Action.ADVERSE_EVENT_ADDED, new, event, used))
        return key

    return noting_refusal(clinic, actor, wanted.patient_id, work)


def correct(
    clinic: Clinic, actor: Actor, wanted: Correction, *, now: datetime, as_of: date
) -> UUID:
    """Replace an event by a new version; the same id again changes nothing.

    What somebody else changed meanwhile in other fields stays. Raises as `add` does, and
    `StaleVersionError` where both changed a field and nobody decided yet.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT, patient_id=wanted.patient_id)
    if not wanted.reason.strip():
        raise InvalidInputError(WHY, field="reason")

    def work(unit: UnitOfWork) -> UUID:
        cursor, key = unit.cursor, wanted.adverse_event_id
        _, restriction = usable(cursor, wanted.patient_id, wanted.ground)
        subject = Subject(Form.ADVERSE_EVENT, wanted.patient_id, wanted.series_id)
        drafts.forget(unit, actor, subject)
        there = _there(cursor, wanted.patient_id, key)
        if there is not None:
            treatment_id = there.event.treatment_id
            correcting.check_same(
                wanted,
                typed_of(there.event),
                lambda typed: _read(cursor, wanted.patient_id, treatment_id, typed, as_of),
            )
            return key
        current = _told(cursor, wanted.patient_id, wanted.series_id).current
        standing = correcting.Standing(
            typed_of(current.event), current.version, current.recorded_by
        )
        typed = correcting.merged(wanted, standing, FIELDS, WORDS)
        event = _read(cursor, wanted.patient_id, current.event.treatment_id, typed, as_of)
        number, by = current.version + 1, actor.person_id
        owner = wanted.patient_id
        new = NewVersion(key, wanted.series_id, number, owner, wanted.reason.strip(), now, by)
        adverse_events.supersede(cursor, current.adverse_event_id, now)
        adverse_events.insert_version(cursor, new, event)
        used = wanted.ground if restriction else None
        unit.audit(actor, _event(Action.ADVERSE_EVENT_CORRECTED, new, event, used))
        return key

    return noting_refusal(clinic, actor, wanted.patient_id, work)


def _told(cursor: Cursor, patient_id: UUID, series_id: UUID) -> Told:
    versions = adverse_events.list_versions(cursor, patient_id)
    found = sorted(
        (one for one in versions if one.series_id == series_id),
        key=lambda one: one.version,
        reverse=True,
    )
    if not found:
        raise NotFoundError(NO_EVENT)
    return Told(found[0], tuple(found[1:]))


def _there(cursor: Cursor, patient_id: UUID, key: UUID) -> Version | None:
    versions = adverse_events.list_versions(cursor, patient_id)
    return next((one for one in versions if one.adverse_event_id == key), None)


def _same(there: Version, event: AdverseEvent) -> UUID:
    """Return the id of what the form saved; refuse what another window made of it since."""
    if typed_of(there.event) != typed_of(event):
        raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return there.adverse_event_id


def _read(
    cursor: Cursor, patient_id: UUID, treatment_id: UUID | None, typed: Typed, as_of: date
) -> AdverseEvent:
    treatment = current_version(cursor, patient_id, treatment_id) if treatment_id else None
    reading = Reading(typed)
    event = read_event(reading, as_of, treatment.entry.treated_on if treatment else None)
    for name, reason in reading.faults.items():
        raise InvalidInputError(reason, field=name)
    if event is None:
        raise InvalidInputError(NO_WORDS, field="description")
    if treatment is None:
        return event
    used = {(item.product_id, item.lot_id) for item in treatment.entry.items}
    if event.product_id is not None and (event.product_id, event.lot_id) not in used:
        raise InvalidInputError(WRONG_VIAL, field="vial")
    return replace(event, treatment_id=treatment_id)


def _event(action: Action, new: NewVersion, event: AdverseEvent, ground: Ground | None) -> Event:
    return Event(
        action,
        patient_id=new.patient_id,
        subject_id=new.adverse_event_id,
        ground=ground.value if ground else None,
        detail={"version": new.number, "has_lot": event.lot_id is not None},
    )

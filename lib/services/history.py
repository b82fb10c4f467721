"""Taking and correcting the medical history: entries are added and replaced, never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import history as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.conflicts import Choice
from lib.domain.history import HistoryEntry, Kind, Status
from lib.domain.history_form import FIELDS, EntryValues, read_entry, typed_of
from lib.domain.registration import Reading
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError
from lib.services import correcting, drafts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.services.records import noting_refusal, usable
from lib.store import history
from lib.store.connection import Cursor, UnitOfWork
from lib.store.history import Review
from lib.store.rows import insert_row

Typed = Mapping[str, object]

REVIEWS_SHOWN = 5
FEWEST_PATIENTS = 10
USUAL_SHOWN = 200
NO_ENTRY = "There is no such entry in this record. Load the page again."
ALLERGIC = "there are allergies on record; resolve them, or mark them as entered in error, first"
SAID_ALREADY = "this is in the history already; correct that entry instead"
WHY = "say why it is corrected; the earlier version stays"
NOTHING_CHANGED = "Nothing was changed. Change a field first, or close the correction."
NOW_ALLERGIC = "An allergy was recorded"
STALE = "Somebody else corrected this entry meanwhile. Choose what holds, then save again."
WORDS = correcting.Words(STALE, NOTHING_CHANGED)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as the form says; it made the id when it opened, so that saving twice is once."""

    entry_id: UUID
    patient_id: UUID
    kind: Kind
    typed: Typed
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A new version of an entry: what the form began with, what it says now, and why.

    `seen` is the version that the person had before their eyes last, `choices` what they decided
    where somebody else had changed the same field meanwhile.
    """

    entry_id: UUID
    patient_id: UUID
    series_id: UUID
    base: Typed
    typed: Typed
    reason: str
    seen: int
    choices: Mapping[str, Choice] = field(default_factory=dict)
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class NewReview:
    """Somebody went through the history with the patient; the form made the id."""

    review_id: UUID
    patient_id: UUID
    note: str = ""
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class _Stamp:
    at: datetime
    by: UUID


def check(typed: Typed, kind: Kind, as_of: date) -> Mapping[str, str]:
    """Return the reason of each field that cannot be as it is; nothing is read of anybody."""
    reading = Reading(typed)
    read_entry(reading, kind, as_of)
    return reading.faults


def add(
    clinic: Clinic, actor: Actor, wanted: NewEntry, *, now: datetime, as_of: date
) -> HistoryEntry:
    """Add an entry and return it; the same id again changes nothing.

    An allergy ends "no known allergies". Raises `NotPermittedError`, `GroundNeededError` (rule E1)
    and `InvalidInputError` with the field, also for what the history says already.
    """
    authorise(clinic, actor, Permission.EDIT_RECORD, patient_id=wanted.patient_id)
    values = _read(wanted.typed, wanted.kind, as_of)

    def work(unit: UnitOfWork) -> HistoryEntry:
        cursor, stamp = unit.cursor, _Stamp(now, actor.person_id)
        ground = _used(cursor, wanted.patient_id, wanted.ground)
        drafts.forget(unit, actor, Subject(Form.HISTORY, wanted.patient_id))
        entries = history.list_history(cursor, wanted.patient_id)
        there = next((one for one in entries if one.entry_id == wanted.entry_id), None)
        if there is not None:
            return _same(there, values)
        current = [one.current for one in rules.series_of(entries)]
        _check_sense(current, values)
        _insert(cursor, _Row(wanted.entry_id, wanted.entry_id, 1, wanted.patient_id), values, stamp)
        event = _event(Action.HISTORY_ADDED, wanted.patient_id, ground, kind=values.kind)
        unit.audit(actor, event)
        if values.kind is Kind.ALLERGY:
            _end_no_known(unit, actor, current, (wanted.patient_id, ground), stamp)
        return _newest(cursor, wanted.patient_id, wanted.entry_id)

    return noting_refusal(clinic, actor, wanted.patient_id, work)


def correct(
    clinic: Clinic, actor: Actor, wanted: Correction, *, now: datetime, as_of: date
) -> HistoryEntry:
    """Replace an entry by a new version and return that; the same id again changes nothing.

    What somebody else changed meanwhile in other fields stays.

    Raises `NotPermittedError`, `NotFoundError`, `GroundNeededError`, `InvalidInputError` with the
    field, and `StaleVersionError` where both changed a field and nobody decided between them yet.
    """
    authorise(clinic, actor, Permission.EDIT_RECORD, patient_id=wanted.patient_id)
    if not wanted.reason.strip():
        raise InvalidInputError(WHY, field="reason")

    def work(unit: UnitOfWork) -> HistoryEntry:
        cursor = unit.cursor
        ground = _used(cursor, wanted.patient_id, wanted.ground)
        drafts.forget(unit, actor, Subject(Form.HISTORY, wanted.patient_id, wanted.series_id))
        current = _newest(cursor, wanted.patient_id, wanted.series_id)
        entries = history.list_history(cursor, wanted.patient_id)
        there = next((one for one in entries if one.entry_id == wanted.entry_id), None)
        if there is not None:
            correcting.check_same(
                wanted, typed_of(there), lambda typed: _read(typed, there.kind, as_of)
            )
            return current
        standing = correcting.Standing(typed_of(current), current.version, current.recorded_by)
        typed = correcting.merged(wanted, standing, FIELDS, WORDS)
        values = _read(typed, current.kind, as_of)
        others = [
            one.current
            for one in rules.series_of(entries)
            if one.current.series_id != wanted.series_id
        ]
        _check_sense(others, values)
        key = _Row(wanted.entry_id, wanted.series_id, current.version + 1, wanted.patient_id)
        stamp = _Stamp(now, actor.person_id)
        _insert(cursor, key, values, stamp, wanted.reason.strip())
        event = _event(Action.HISTORY_CORRECTED, wanted.patient_id, ground, version=key.version)
        unit.audit(actor, event)
        return _newest(cursor, wanted.patient_id, wanted.series_id)

    return noting_refusal(clinic, actor, wanted.patient_id, work)


def review(clinic: Clinic, actor: Actor, wanted: NewReview, *, now: datetime, as_of: date) -> None:
    """Record that the patient was asked and nothing in the history has changed; once for an id."""
    authorise(clinic, actor, Permission.EDIT_RECORD, patient_id=wanted.patient_id)

    def work(unit: UnitOfWork) -> None:
        ground = _used(unit.cursor, wanted.patient_id, wanted.ground)
        known = history.list_reviews(unit.cursor, wanted.patient_id, REVIEWS_SHOWN)
        if any(one.history_review_id == wanted.review_id for one in known):
            return
        row = {
            "history_review_id": wanted.review_id,
            "patient_id": wanted.patient_id,
            "reviewed_on": as_of,
            "source": "patient",
            "note": wanted.note.strip() or None,
            "recorded_at": now,
            "recorded_by": actor.person_id,
        }
        insert_row(unit.cursor, "history_review", row)
        unit.audit(actor, _event(Action.HISTORY_REVIEWED, wanted.patient_id, ground))

    noting_refusal(clinic, actor, wanted.patient_id, work)


def reviews(
    clinic: Clinic, actor: Actor, patient_id: UUID, ground: Ground | None = None
) -> list[Review]:
    """Return when the history of a record that is open was gone through, the newest first."""
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        return history.list_reviews(cursor, patient_id, REVIEWS_SHOWN)


def usual_names(clinic: Clinic, actor: Actor, kind: Kind) -> list[str]:
    """Return what ten patients or more have under a kind, the most frequent first."""
    authorise(clinic, actor, Permission.VIEW_RECORD)
    with clinic.store.reading() as cursor:
        return history.list_usual_names(cursor, kind.value, FEWEST_PATIENTS, USUAL_SHOWN)


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a version stands."""

    entry_id: UUID
    series_id: UUID
    version: int
    patient_id: UUID


def _insert(
    cursor: Cursor, key: _Row, values: EntryValues, stamp: _Stamp, reason: str | None = None
) -> None:
    row: dict[str, object] = {
        **{name: getattr(key, name) for name in key.__slots__},
        **{name: getattr(values, name) for name in values.__slots__},
        "kind": values.kind.value,
        "status": values.status.value,
        "source": values.source.value,
        "correction_reason": reason,
        "recorded_at": stamp.at,
        "recorded_by": stamp.by,
    }
    insert_row(cursor, "history_entry", row)


def _read(typed: Typed, kind: Kind, as_of: date) -> EntryValues:
    reading = Reading(typed)
    values = read_entry(reading, kind, as_of)
    for name, reason in reading.faults.items():
        raise InvalidInputError(reason, field=name)
    return values


def _check_sense(current: list[HistoryEntry], values: EntryValues) -> None:
    """Refuse what contradicts, or repeats, an entry that counts today."""
    if values.status is not Status.ACTIVE:
        return
    is_allergic = any(
        entry.kind is Kind.ALLERGY and entry.status is Status.ACTIVE for entry in current
    )
    if values.kind is Kind.NO_KNOWN_ALLERGIES and is_allergic:
        raise InvalidInputError(ALLERGIC, field="name")
    if any(rules.is_same_thing(entry, values.kind, values.name) for entry in current):
        raise InvalidInputError(SAID_ALREADY, field="name")


def _same(there: HistoryEntry, values: EntryValues) -> HistoryEntry:
    """Return what the form's id was saved with; refuse what another tab made of it since."""
    if any(getattr(there, name) != getattr(values, name) for name in values.__slots__):
        raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return there


def _end_no_known(
    unit: UnitOfWork,
    actor: Actor,
    current: list[HistoryEntry],
    record: tuple[UUID, Ground | None],
    stamp: _Stamp,
) -> None:
    """Resolve "no known allergies" of a record, used on a ground, because one is known now."""
    patient_id, ground = record
    for entry in current:
        if entry.kind is not Kind.NO_KNOWN_ALLERGIES or entry.status is not Status.ACTIVE:
            continue
        key = _Row(uuid7s.uuid7(), entry.series_id, entry.version + 1, patient_id)
        reading = Reading({**typed_of(entry), "status": Status.RESOLVED.value})
        values = read_entry(reading, entry.kind, stamp.at.date())
        _insert(unit.cursor, key, values, stamp, NOW_ALLERGIC)
        event = _event(Action.HISTORY_CORRECTED, patient_id, ground, version=key.version)
        unit.audit(actor, event)


def _used(cursor: Cursor, patient_id: UUID, ground: Ground | None) -> Ground | None:
    """Return the ground on which the record is used; None where it needs none (rule E1)."""
    _, restriction = usable(cursor, patient_id, ground)
    return ground if restriction else None


def _newest(cursor: Cursor, patient_id: UUID, series_id: UUID) -> HistoryEntry:
    found = history.get_newest(cursor, patient_id, series_id)
    if found is None:
        raise NotFoundError(NO_ENTRY)
    return found


def _event(
    action: Action, patient_id: UUID, ground: Ground | None, **detail: str | int | bool
) -> Event:
    named = ground.value if ground else None
    return Event(action, patient_id=patient_id, ground=named, detail=dict(detail))

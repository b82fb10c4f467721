"""Recording and correcting treatments: a correction is a new version, nothing is overwritten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from lib.domain import treatments as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.domain.conflicts import Choice
from lib.domain.contraindications import TreatmentWarning
from lib.domain.history import HistoryEntry
from lib.domain.history import series_of as history_of
from lib.domain.registration import Reading
from lib.domain.restriction import Ground
from lib.domain.treatment_form import FIELDS, read_entry, typed_of
from lib.domain.treatments import Entry, Known
from lib.errors import (
    InvalidInputError,
    NotFoundError,
    SavedAlreadyError,
    StoreError,
    UnderAgeError,
    WarningsOpenError,
)
from lib.services import correcting, drafts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.services.records import noting_refusal, usable
from lib.store import catalogue, contraindications, follow_ups, history
from lib.store import treatment_versions as versions
from lib.store.connection import Cursor, UnitOfWork
from lib.store.records import Patient
from lib.store.treatment_versions import NewVersion, Version

Result = TypeVar("Result")
Typed = Mapping[str, object]
LOT = "lot_id"
NO_TREATMENT = "There is no such treatment in this record. Load the page again."
WHY = "say why it is corrected; the earlier version stays"
NOTHING_CHANGED = "Nothing was changed. Change a field first, or leave the correction."
STALE = "Somebody else corrected this treatment meanwhile. Choose what holds, then save again."
WORDS = correcting.Words(STALE, NOTHING_CHANGED)
UNANSWERED = "Something speaks against this treatment. Say at each warning why it goes ahead."


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form holds: the treatment, its faults by field, what speaks against it.

    `refusal` is the law's, where it forbids the treatment whatever is typed.
    """

    entry: Entry
    faults: Mapping[str, str]
    warnings: Sequence[TreatmentWarning]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class NewTreatment:
    """A treatment as the form says; it made the id when it opened, so that saving twice is once.

    `reasons` has, by the key of each warning, why the treatment goes ahead.
    """

    treatment_id: UUID
    patient_id: UUID
    typed: Typed
    reasons: Mapping[str, str] = field(default_factory=dict)
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A new version of a treatment: what the form began with, what it says now, and why.

    `seen` is the version that the person had before their eyes last, `choices` what they decided
    where somebody else had changed the same field meanwhile.
    """

    treatment_id: UUID
    patient_id: UUID
    series_id: UUID
    base: Typed
    typed: Typed
    reason: str
    seen: int
    reasons: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A treatment that is on file now."""

    treatment_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a record a treatment is held against; `replaced` is the version being corrected."""

    patient: Patient
    history: Sequence[HistoryEntry]
    replaced: Entry | None = None


def check(clinic: Clinic, actor: Actor, typed: Typed, about: Circumstances, as_of: date) -> Checked:
    """Return what the form says so far, with what is wrong and what warns; nothing is stored.

    The record is open, and in the audit trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT, patient_id=about.patient.patient_id)
    reading = Reading(typed)
    entry = read_entry(reading, as_of)
    with clinic.store.reading() as cursor:
        known = _known(cursor, entry, about, also=_chosen(typed))
        warned = _warnings(cursor, entry, known, about)
    is_correction = about.replaced is not None
    for name, reason in rules.faults(entry, known, as_of=as_of, is_correction=is_correction):
        reading.faults.setdefault(name, reason)
    refusal = None
    try:
        rules.check_age(entry, known)
    except UnderAgeError as error:
        refusal = error.message
    return Checked(entry, reading.faults, warned, refusal)


def record(
    clinic: Clinic, actor: Actor, wanted: NewTreatment, *, now: datetime, as_of: date
) -> Saved:
    """Record a treatment and return its id; the same id again changes nothing.

    Raises `NotPermittedError`, `GroundNeededError` (rule E1), `UnderAgeError` (rule C4),
    `InvalidInputError` with the field, and `WarningsOpenError` while a warning has no answer.
    Refusals by law and for a lot are in the audit trail.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT, patient_id=wanted.patient_id)
    entry = _read(wanted.typed, as_of)

    def work(unit: UnitOfWork) -> Saved:
        cursor = unit.cursor
        patient, restriction = usable(cursor, wanted.patient_id, wanted.ground)
        drafts.forget(unit, actor, Subject(Form.TREATMENT, wanted.patient_id))
        there = _there(cursor, wanted.treatment_id, wanted.patient_id)
        if there is not None:
            return _same(there, entry)
        about = Circumstances(patient, _history(cursor, wanted.patient_id))
        known = _known(cursor, entry, about)
        rules.check(entry, known, as_of=as_of)
        answered = _answered(_warnings(cursor, entry, known, about), wanted.reasons)
        key = wanted.treatment_id
        new = NewVersion(key, key, 1, wanted.patient_id, None, now, actor.person_id)
        _write(cursor, new, entry, known, answered)
        if patient.last_seen_on is None or entry.treated_on >= patient.last_seen_on:
            versions.update_last_seen(cursor, wanted.patient_id, now, actor.person_id)
        follow_ups.refresh(cursor, [wanted.patient_id])
        used = wanted.ground if restriction else None
        unit.audit(actor, _event(Action.TREATMENT_ADDED, new, used, len(answered)))
        return Saved(key, 1)

    return _once(clinic, actor, (wanted.patient_id, wanted.treatment_id), work)


def correct(
    clinic: Clinic, actor: Actor, wanted: Correction, *, now: datetime, as_of: date
) -> Saved:
    """Replace a treatment by a new version; the same id again changes nothing.

    What somebody else changed meanwhile in other fields stays. Raises as `record` does, and
    `NotFoundError`, `StaleVersionError` where both changed a field and nobody decided yet.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT, patient_id=wanted.patient_id)
    if not wanted.reason.strip():
        raise InvalidInputError(WHY, field="reason")

    def work(unit: UnitOfWork) -> Saved:
        cursor = unit.cursor
        patient, restriction = usable(cursor, wanted.patient_id, wanted.ground)
        drafts.forget(unit, actor, Subject(Form.TREATMENT, wanted.patient_id, wanted.series_id))
        there = _there(cursor, wanted.treatment_id, wanted.patient_id)
        if there is not None:
            said = typed_of(there.entry)
            correcting.check_same(wanted, said, lambda typed: typed_of(_read(typed, as_of)))
            return Saved(there.treatment_id, there.version)
        current = current_version(cursor, wanted.patient_id, wanted.series_id)
        standing = correcting.Standing(
            typed_of(current.entry), current.version, current.recorded_by
        )
        entry = _read(correcting.merged(wanted, standing, FIELDS, WORDS), as_of)
        about = Circumstances(patient, _history(cursor, wanted.patient_id), current.entry)
        known = _known(cursor, entry, about)
        rules.check(entry, known, as_of=as_of, is_correction=True)
        answered = _answered(_warnings(cursor, entry, known, about), wanted.reasons)
        new = NewVersion(
            treatment_id=wanted.treatment_id,
            series_id=wanted.series_id,
            number=current.version + 1,
            patient_id=wanted.patient_id,
            correction_reason=wanted.reason.strip(),
            recorded_at=now,
            recorded_by=actor.person_id,
        )
        versions.supersede(cursor, current.treatment_id, now)
        _write(cursor, new, entry, known, answered)
        # A new treatment never lacks a lot that is looked for; what a correction replaces may.
        versions.refresh_lots_missing(cursor, wanted.patient_id)
        last = patient.last_seen_on
        if last is None or current.entry.treated_on == last or entry.treated_on >= last:
            versions.update_last_seen(cursor, wanted.patient_id, now, actor.person_id)
        follow_ups.refresh(cursor, [wanted.patient_id])
        used = wanted.ground if restriction else None
        unit.audit(actor, _event(Action.TREATMENT_CORRECTED, new, used, len(answered)))
        return Saved(new.treatment_id, new.number)

    return _once(clinic, actor, (wanted.patient_id, wanted.treatment_id), work)


def current_version(cursor: Cursor, patient_id: UUID, treatment_id: UUID) -> Version:
    """Return the version in force of the treatment that any of its versions names.

    Raises `NotFoundError` where it is none of the patient's.
    """
    asked = versions.get_version(cursor, treatment_id)
    if asked is None or asked.patient_id != patient_id:
        raise NotFoundError(NO_TREATMENT)
    if asked.superseded_at is None:
        return asked
    (newest, _), *_ = versions.list_series(cursor, patient_id, asked.series_id)
    found = versions.get_version(cursor, newest)
    return found or asked


def _once(
    clinic: Clinic, actor: Actor, key: tuple[UUID, UUID], work: Callable[[UnitOfWork], Saved]
) -> Saved:
    """Do the work; what two clicks wrote at the same instant is written once."""
    patient_id, treatment_id = key
    try:
        return _noting(clinic, actor, patient_id, work)
    except StoreError:
        with clinic.store.reading() as cursor:
            there = _there(cursor, treatment_id, patient_id)
        if there is None:
            raise
        return Saved(there.treatment_id, there.version)


def _noting(
    clinic: Clinic, actor: Actor, patient_id: UUID, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work; what the law or a lot forbids is written into the trail before it is said."""
    try:
        return noting_refusal(clinic, actor, patient_id, work)
    except UnderAgeError:
        _note(clinic, actor, patient_id, "under 18")
        raise
    except InvalidInputError as error:
        if error.field == LOT:
            _note(clinic, actor, patient_id, "the lot")
        raise


def _note(clinic: Clinic, actor: Actor, patient_id: UUID, because: str) -> None:
    event = Event(
        Action.TREATMENT_REFUSED,
        patient_id=patient_id,
        outcome=Outcome.REFUSED,
        detail={"because": because},
    )
    clinic.store.transact(lambda unit: unit.audit(actor, event))


def _there(cursor: Cursor, treatment_id: UUID, patient_id: UUID) -> Version | None:
    found = versions.get_version(cursor, treatment_id)
    if found is not None and found.patient_id != patient_id:
        raise NotFoundError(NO_TREATMENT)
    return found


def _same(there: Version, entry: Entry) -> Saved:
    """Return what the form's id was saved with; refuse what another window made of it since."""
    if typed_of(there.entry) != typed_of(entry):
        raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return Saved(there.treatment_id, there.version)


def _history(cursor: Cursor, patient_id: UUID) -> list[HistoryEntry]:
    return [one.current for one in history_of(history.list_history(cursor, patient_id))]


def _known(cursor: Cursor, entry: Entry, about: Circumstances, also: Iterable[UUID] = ()) -> Known:
    """Return what the entry is held against; `also` are products chosen, but not given yet."""
    lots = {item.lot_id for item in entry.items if item.lot_id}
    return Known(
        born_on=about.patient.born_on,
        deceased_on=about.patient.deceased_on,
        products=catalogue.get_products(
            cursor, {*also, *(item.product_id for item in entry.items)}
        ),
        lots=catalogue.get_lots(cursor, lots),
        history=about.history,
        contraindications=contraindications.list_contraindications(cursor),
    )


def _warnings(
    cursor: Cursor, entry: Entry, known: Known, about: Circumstances
) -> list[TreatmentWarning]:
    """Return what speaks against the entry; what spoke against the version it replaces is known."""
    if about.replaced is None:
        return rules.warnings(entry, known)
    before = _known(cursor, about.replaced, about)
    said = {one.key for one in rules.warnings(about.replaced, before, is_correction=True)}
    found = rules.warnings(entry, known, is_correction=True)
    return [warning for warning in found if warning.key not in said]


def _chosen(typed: Typed) -> list[UUID]:
    try:
        return [UUID(str(typed.get("product_id")))]
    except ValueError:
        return []


def _read(typed: Typed, as_of: date) -> Entry:
    reading = Reading(typed)
    entry = read_entry(reading, as_of)
    for name, reason in reading.faults.items():
        raise InvalidInputError(reason, field=name)
    return entry


def _answered(
    warned: Iterable[TreatmentWarning], reasons: Mapping[str, str]
) -> list[tuple[TreatmentWarning, str]]:
    answered = [(warning, reasons.get(warning.key, "").strip()) for warning in warned]
    if not all(reason for _, reason in answered):
        raise WarningsOpenError(UNANSWERED)
    return answered


def _write(
    cursor: Cursor,
    new: NewVersion,
    entry: Entry,
    known: Known,
    answered: Iterable[tuple[TreatmentWarning, str]],
) -> None:
    units = {product.product_id: product.unit for product in known.products}
    versions.insert_version(cursor, new, entry, units)
    versions.insert_warnings(cursor, new, answered)


def _event(action: Action, new: NewVersion, ground: Ground | None, warnings: int) -> Event:
    return Event(
        action,
        patient_id=new.patient_id,
        subject_id=new.treatment_id,
        ground=ground.value if ground else None,
        detail={"version": new.number, "warnings": warnings},
    )

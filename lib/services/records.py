"""Reading a patient's record: what is shown, with the audit entry that says it was (rule G1)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.ages import ADULT_YEARS, birthday, is_minor
from lib.domain.audit import Action, Event, Outcome
from lib.domain.consent import RECORD_MEDIA, TREATMENT, Decision, Standing
from lib.domain.consent_words import topic_name
from lib.domain.history import AllergyState, HistoryEntry, Kind, Series, active, allergy_state
from lib.domain.history import series_of as history_of
from lib.domain.restriction import Ground, check_use
from lib.domain.summary import SummaryItem
from lib.errors import GroundNeededError, MergedError, NotFoundError
from lib.services import summary
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import purposes, states
from lib.store import consent_alerts, history, records, treatments, visits
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_alerts import Ended
from lib.store.records import (
    Address,
    Adjustment,
    Email,
    ExternalId,
    OtherName,
    Patient,
    Phone,
    Preference,
    Restriction,
)
from lib.store.treatments import AdverseEvent, Item, Place, Summary, TreatmentRow
from lib.store.visits import Appointment, Consultation

Result = TypeVar("Result")
Hanging = TypeVar("Hanging", Item, AdverseEvent)
TREATMENTS_PAGE = 20
VISITS_SHOWN = 50
NO_RECORD = "There is no record at this address. It may have been disposed of."
MERGED = "This record was merged into another. Open that one: everything of it is there."
SECTION_TREATMENTS = "treatments"
SECTION_HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Alerts:
    """What must be seen before anything else in the record (rules C4, D3, E1, G4).

    `ended` is what consent stands refused or withdrawn to.
    """

    adjustments: tuple[Adjustment, ...]
    allergy_state: AllergyState
    allergies: tuple[HistoryEntry, ...]
    contraindications: tuple[HistoryEntry, ...]
    restriction: Restriction | None
    is_minor: bool
    injected_as_minor: int
    deceased_on: date | None
    ended: tuple[Ended, ...] = ()

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """Return what consent was withdrawn to, treatment first (rule D3)."""
        return tuple(
            topic_name(one.name, one.topic.channel)
            for one in self.ended
            if one.decision is Decision.WITHDRAWN
        )

    @property
    def is_treatment_ended(self) -> bool:
        """Tell whether the patient withdrew or refused to be treated."""
        return any(one.topic.purpose == TREATMENT for one in self.ended)

    @property
    def media_ended(self) -> Decision | None:
        """Return whether the patient refused photographs for the record, or took consent back."""
        found = (one.decision for one in self.ended if one.topic.purpose == RECORD_MEDIA)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Contacts:
    """How the patient is and was reached."""

    phones: tuple[Phone, ...]
    emails: tuple[Email, ...]
    addresses: tuple[Address, ...]
    preferences: tuple[Preference, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment as it stands, with its lots, what went wrong, and what a correction replaced."""

    row: TreatmentRow
    items: tuple[Item, ...]
    adverse_events: tuple[AdverseEvent, ...]
    earlier: tuple[TreatmentRow, ...]


@dataclass(frozen=True, slots=True)
class TreatmentPage:
    """Some treatments, the newest first, and where the next page begins (None: the last)."""

    treatments: tuple[Treatment, ...]
    next_place: Place | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """How consent to one thing stands; `name` is the purpose's, with the way of contact."""

    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the record's screen shows at first."""

    patient: Patient
    alerts: Alerts
    external_ids: tuple[ExternalId, ...]
    names: tuple[OtherName, ...]
    contacts: Contacts
    history: tuple[Series, ...]
    summary: Summary
    treatments: TreatmentPage
    adverse_events: tuple[AdverseEvent, ...]
    consultations: tuple[Consultation, ...]
    appointments: tuple[Appointment, ...]
    ground: Ground | None
    strip: tuple[SummaryItem, ...]
    consent: tuple[Agreed, ...]

    @property
    def other_adverse_events(self) -> tuple[AdverseEvent, ...]:
        """Return what went wrong without a treatment here to blame it on."""
        return tuple(event for event in self.adverse_events if event.treatment_id is None)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a screen beside the record needs: whose it is, alerts, the latest treatments."""

    patient: Patient
    alerts: Alerts
    treatments: tuple[TreatmentRow, ...]
    ground: Ground | None


def open_heading(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> Heading:
    """Return the heading of a patient's record, for a third of what all of it costs to read.

    In the trail, and raises, as `open_record`.
    """
    return _open(clinic, actor, patient_id, (as_of, ground, SECTION_HEADING), _heading)


def open_record(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> Record:
    """Return the patient's record, and note who opened it and on which ground.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` for one that was merged into another,
    and `GroundNeededError` for a restricted record when no ground is named (rule E1); the attempt
    is in the trail all the same.
    """
    return _open(clinic, actor, patient_id, (as_of, ground, None), _read)


def _open(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    asked: tuple[date, Ground | None, str | None],
    read_it: Callable[[Cursor, "_Standing", date], Result],
) -> Result:
    """Read a record, or a part of it, with its audit entry; it is among those opened recently."""
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)
    as_of, ground, section = asked

    def work(unit: UnitOfWork) -> Result:
        standing = _standing(unit.cursor, patient_id, ground)
        found = read_it(unit.cursor, standing, as_of)
        now = datetime.now(UTC).replace(tzinfo=None)
        records.upsert_recent(unit.cursor, actor.person_id, patient_id, now)
        unit.audit(actor, _viewed(patient_id, standing.ground, section))
        return found

    return noting_refusal(clinic, actor, patient_id, work)


def read(
    cursor: Cursor,
    patient_id: UUID,
    *,
    as_of: date,
    ground: Ground | None,
    treatments_shown: int = TREATMENTS_PAGE,
) -> Record:
    """Return the patient's record to a service that has authorised the actor and audits itself.

    Raises `NotFoundError`, `MergedError` and `GroundNeededError`.
    """
    return _read(cursor, _standing(cursor, patient_id, ground), as_of, treatments_shown)


def list_treatments(
    clinic: Clinic, actor: Actor, patient_id: UUID, after: Place, ground: Ground | None = None
) -> TreatmentPage:
    """Return the treatments that come after a place in the record. Raises as `open_record` does."""
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)

    def work(unit: UnitOfWork) -> TreatmentPage:
        _, restriction = usable(unit.cursor, patient_id, ground)
        events = treatments.list_adverse_events(unit.cursor, patient_id)
        rows = treatments.list_treatments(unit.cursor, patient_id, after, TREATMENTS_PAGE + 1)
        page = _page(unit.cursor, patient_id, _Given(rows), events)
        used = ground if restriction else None
        unit.audit(actor, _viewed(patient_id, used, SECTION_TREATMENTS))
        return page

    return noting_refusal(clinic, actor, patient_id, work)


def noting_refusal(
    clinic: Clinic, actor: Actor, patient_id: UUID, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work in a transaction; a ground that is missing is written into the trail first."""
    try:
        return clinic.store.transact(work)
    except GroundNeededError:
        refused = Event(
            Action.REFUSED,
            patient_id=patient_id,
            outcome=Outcome.REFUSED,
            detail={"permission": Permission.VIEW_RECORD.value, "because": "restricted"},
        )
        clinic.store.transact(lambda unit: unit.audit(actor, refused))
        raise


def usable(
    cursor: Cursor, patient_id: UUID, ground: Ground | None
) -> tuple[Patient, Restriction | None]:
    """Return the patient whose record may be used, and the restriction if there is one (rule E1).

    Raises `NotFoundError`, `MergedError` and `GroundNeededError`.
    """
    patient = records.get_patient(cursor, patient_id)
    if patient is None:
        raise NotFoundError(NO_RECORD)
    if patient.merged_into_id is not None:
        raise MergedError(MERGED, survivor_id=patient.merged_into_id)
    restriction = records.get_restriction(cursor, patient_id)
    check_use(is_restricted=restriction is not None, ground=ground)
    return patient, restriction


def is_restricted(cursor: Cursor, patient_id: UUID) -> bool:
    """Tell whether a record that is there may only be used on a ground (rule E1).

    Raises `NotFoundError` and `MergedError`.
    """
    found = records.get_standing(cursor, patient_id)
    if found is None:
        raise NotFoundError(NO_RECORD)
    merged_into_id, is_held = found
    if merged_into_id is not None:
        raise MergedError(MERGED, survivor_id=merged_into_id)
    return is_held


def _viewed(patient_id: UUID, ground: Ground | None, section: str | None = None) -> Event:
    return Event(
        Action.RECORD_VIEWED,
        patient_id=patient_id,
        ground=ground.value if ground else None,
        detail={"section": section} if section else {},
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whose record it is, and on which ground a restricted one is used."""

    patient: Patient
    restriction: Restriction | None
    ground: Ground | None


def _standing(cursor: Cursor, patient_id: UUID, ground: Ground | None) -> _Standing:
    patient, restriction = usable(cursor, patient_id, ground)
    return _Standing(patient, restriction, ground if restriction else None)


def _heading(cursor: Cursor, standing: _Standing, as_of: date) -> Heading:
    patient = standing.patient
    past = history_of(history.list_history(cursor, patient.patient_id))
    counted, rows = treatments.begin(cursor, patient.patient_id, TREATMENTS_PAGE)
    known = _Known(standing.restriction, past, counted)
    return Heading(patient, _alerts(cursor, patient, known, as_of), tuple(rows), standing.ground)


def _read(
    cursor: Cursor, standing: _Standing, as_of: date, treatments_shown: int = TREATMENTS_PAGE
) -> Record:
    patient = standing.patient
    key = patient.patient_id
    past = history_of(history.list_history(cursor, key))
    events = treatments.list_adverse_events(cursor, key)
    counted, rows = treatments.begin(cursor, key, treatments_shown + 1)
    given = _Given(rows, treatments_shown, counted.superseded > 0)
    return Record(
        patient=patient,
        alerts=_alerts(cursor, patient, _Known(standing.restriction, past, counted), as_of),
        external_ids=tuple(records.list_external_ids(cursor, key)),
        names=tuple(records.list_names(cursor, key)),
        contacts=_contacts(cursor, key),
        history=tuple(past),
        summary=counted,
        treatments=_page(cursor, key, given, events),
        adverse_events=tuple(events),
        consultations=tuple(visits.list_consultations(cursor, key, VISITS_SHOWN)),
        appointments=tuple(visits.list_appointments(cursor, key, VISITS_SHOWN)),
        ground=standing.ground,
        strip=summary.items_for(cursor, [key], as_of)[key],
        consent=_consent(cursor, key, as_of),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What has been read of the record when its alerts are worked out."""

    restriction: Restriction | None
    past: Sequence[Series]
    summary: Summary


def _alerts(cursor: Cursor, patient: Patient, known: _Known, as_of: date) -> Alerts:
    past = known.past
    return Alerts(
        adjustments=tuple(records.list_adjustments(cursor, patient.patient_id, as_of)),
        allergy_state=allergy_state(past),
        allergies=active(past, Kind.ALLERGY),
        contraindications=active(past, Kind.CONTRAINDICATION),
        restriction=known.restriction,
        is_minor=patient.deceased_on is None and is_minor(patient.born_on, as_of),
        injected_as_minor=_injected_as_minor(cursor, patient, known.summary),
        deceased_on=patient.deceased_on,
        ended=tuple(consent_alerts.list_ended(cursor, patient.patient_id)),
    )


def _injected_as_minor(cursor: Cursor, patient: Patient, summary: Summary) -> int:
    if patient.born_on is None or summary.first_on is None:
        return 0
    adult_on = birthday(patient.born_on, ADULT_YEARS)
    if summary.first_on >= adult_on:
        return 0
    return treatments.count_injected_before(cursor, patient.patient_id, adult_on)


def _consent(cursor: Cursor, patient_id: UUID, as_of: date) -> tuple[Agreed, ...]:
    names = {one.code: one.name for one in purposes.list_purposes(cursor)}
    return tuple(
        Agreed(topic_name(names[topic.purpose], topic.channel), standing)
        for topic, standing in states.standings(cursor, patient_id, as_of).items()
    )


def _contacts(cursor: Cursor, patient_id: UUID) -> Contacts:
    return Contacts(
        phones=tuple(records.list_phones(cursor, patient_id)),
        emails=tuple(records.list_emails(cursor, patient_id)),
        addresses=tuple(records.list_addresses(cursor, patient_id)),
        preferences=tuple(records.list_preferences(cursor, patient_id)),
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """Treatments of one page and one more, if there is one; whether any was ever corrected."""

    rows: Sequence[TreatmentRow]
    size: int = TREATMENTS_PAGE
    has_corrections: bool = True


def _page(
    cursor: Cursor, patient_id: UUID, given: _Given, events: Sequence[AdverseEvent]
) -> TreatmentPage:
    shown = given.rows[: given.size]
    items = treatments.list_items(cursor, patient_id, [row.treatment_id for row in shown])
    earlier = treatments.list_superseded(cursor, patient_id) if given.has_corrections else []
    found = _Found(_by_treatment(items), _by_treatment(events), _by_series(earlier))
    last = shown[-1] if len(given.rows) > given.size else None
    return TreatmentPage(
        tuple(_treatment(row, found) for row in shown),
        Place(last.treated_on, last.treatment_id) if last else None,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What hangs on treatments, by the treatment's id; earlier versions by their series."""

    items: Mapping[UUID | None, list[Item]]
    events: Mapping[UUID | None, list[AdverseEvent]]
    earlier: Mapping[UUID, list[TreatmentRow]]


def _by_treatment(found: Iterable[Hanging]) -> dict[UUID | None, list[Hanging]]:
    groups: dict[UUID | None, list[Hanging]] = {}
    for one in found:
        groups.setdefault(one.treatment_id, []).append(one)
    return groups


def _by_series(found: Iterable[TreatmentRow]) -> dict[UUID, list[TreatmentRow]]:
    groups: dict[UUID, list[TreatmentRow]] = {}
    for one in found:
        groups.setdefault(one.series_id, []).append(one)
    return groups


def _treatment(row: TreatmentRow, found: _Found) -> Treatment:
    versions = tuple(found.earlier.get(row.series_id, ()))
    # What went wrong after a version that was corrected since belongs to the treatment too.
    ids = (row.treatment_id, *(old.treatment_id for old in versions))
    events = [event for key in ids for event in found.events.get(key, ())]
    return Treatment(
        row,
        tuple(found.items.get(row.treatment_id, ())),
        tuple(sorted(events, key=lambda event: event.occurred_on, reverse=True)),
        versions,
    )

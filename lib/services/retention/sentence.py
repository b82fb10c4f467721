"""Why is this still here: the sentence of one patient, and everything that its screen shows.

Reading it is in the trail. A clinic's staff see it too: who is asked for a record's deletion must
be able to say why it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, day_of
from lib.domain.retention import Disposition, Facts, Status, disposition
from lib.domain.retention_path import Step, steps
from lib.domain.retention_words import Standing, line
from lib.domain.retention_words import sentence as sentence_of
from lib.domain.vital_interests import Fact, counted
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.records import VISITS_SHOWN, Record, noting_refusal
from lib.services.retention import blockers, schedule, settings
from lib.services.retention.holds import Owner, ground_used, owners
from lib.services.retention.vital_interests import kept_facts, kept_words
from lib.store import holds, vital_interests
from lib.store.connection import Cursor, UnitOfWork
from lib.store.holds import Hold
from lib.store.vital_interests import Counts, VitalInterest

ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of a record, in a few words."""

    status: Status
    words: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that the screen shows of one patient's retention.

    `facts` are those that could be kept as vital interests, `kept` those that are; `going` counts
    what would go when only those stay.
    """

    disposition: Disposition
    sentence: str
    line: str
    steps: tuple[Step, ...]
    standing: tuple[Standing, ...]
    holds: tuple[Hold, ...]
    vital_interests: tuple[VitalInterest, ...]
    facts: tuple[Fact, ...]
    kept: tuple[Fact, ...]
    going: Counts
    owners: tuple[Owner, ...]


def of_patient(cursor: Cursor, patient_id: UUID, as_of: date) -> str:
    """Return the sentence of one patient, to a service that has authorised the actor.

    Raises `NotFoundError`.
    """
    told = schedule.of_patient(cursor, patient_id, as_of)
    return _sentence(told, kept_words(cursor, patient_id))


def kept_until(clinic: Clinic, actor: Actor, record: Record, as_of: date) -> Kept:
    """Return until when a record is kept, in a few words, for the screen that it is open on.

    What was read of it already is not read again: three short looks are left of a dozen. That it
    was opened is in the trail. Raises `NotPermittedError` and `NotFoundError`.
    """
    key = record.patient.patient_id
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=key)
    facts = _facts_of(record, as_of)
    with clinic.store.reading() as cursor:
        if facts is None:
            told = schedule.of_patient(cursor, key, as_of)
            return _kept(told.disposition, told.standing)
        standing = blockers.standing(cursor, [key], as_of).get(key, ())
        whole = replace(
            facts,
            holds=blockers.holds_of(standing),
            has_vital_interest=bool(vital_interests.list_marked(cursor, [key])),
        )
        return _kept(disposition(whole, as_of, settings.current(cursor).setting), standing)


def _kept(found: Disposition, standing: Sequence[Standing]) -> Kept:
    return Kept(found.status, line(found, standing))


def _facts_of(record: Record, as_of: date) -> Facts | None:
    """Return the facts of a record that is open; None where not all of them were read with it."""
    visits = max(len(record.consultations), len(record.appointments))
    days = [one.consulted_on for one in record.consultations]
    attended = (one for one in record.appointments if one.status == ATTENDED)
    days += [day_of(one.starts_at, LONDON) for one in attended]
    treated, died = record.summary.last_on, record.patient.deceased_on
    dated = [*days, *(one for one in (treated, died) if one is not None)]
    is_all = visits < VISITS_SHOWN and (treated is not None or days)
    if not is_all or max(dated) > as_of:
        return None
    return Facts(record.patient.born_on, treated, max(days, default=None), died_on=died)


def explain(clinic: Clinic, actor: Actor, about: About) -> Explained:
    """Return why a record is still here, and what holds it back; the look is in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=about.patient_id)

    def work(unit: UnitOfWork) -> Explained:
        ground = ground_used(unit.cursor, about)
        viewed = Event(Action.RETENTION_VIEWED, patient_id=about.patient_id, ground=ground)
        unit.audit(actor, viewed)
        return _explained(unit.cursor, about)

    return noting_refusal(clinic, actor, about.patient_id, work)


def _explained(cursor: Cursor, about: About) -> Explained:
    key = about.patient_id
    told = schedule.of_patient(cursor, key, about.as_of)
    setting = told.settings.setting
    kept = tuple(kept_facts(cursor, key))
    return Explained(
        disposition=told.disposition,
        sentence=_sentence(told, counted(one.kind for one in kept)),
        line=line(told.disposition, told.standing),
        steps=steps(told.disposition, told.facts, told.standing, about.as_of, setting),
        standing=told.standing,
        holds=tuple(holds.list_of(cursor, key)),
        vital_interests=tuple(vital_interests.list_of(cursor, key)),
        facts=vital_interests.list_facts(cursor, key).standing,
        kept=kept,
        going=vital_interests.count_rows(cursor, key),
        owners=tuple(owners(cursor)),
    )


def _sentence(told: schedule.Told, kept: tuple[str, ...]) -> str:
    found, setting = told.disposition, told.settings.setting
    return sentence_of(found, told.facts, told.standing, setting, kept)

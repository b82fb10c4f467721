"""Saying what pictures show, one or many at once: a correction is a new version, never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media_labels import Field, Label, Values, changed, faults, values_of
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.records import noting_refusal, usable
from lib.store import media_labels
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_labels import Stamp, Version

NO_PICTURE = "There is no such picture in this record. Load the page again."
NO_TREATMENT = "there is no such treatment in this record"
NO_PRACTITIONER = "there is no such practitioner"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be said of one picture; the form made `label_id`, so that saving twice is once.

    `seen_version` is the version that the person had before their eyes. Fields that `values` lacks
    stay as they are.
    """

    label_id: UUID
    media_id: UUID
    seen_version: int
    values: Values


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed: the new version of each picture, and the changes that would take it back.

    Both are empty for what was on file already or says the same. `undo` is given to `change`.
    """

    versions: Mapping[UUID, int]
    undo: tuple[Change, ...]


def change(  # noqa: PLR0913 - as the services take it: who, whose, what, when, on which ground
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    changes: Sequence[Change],
    *,
    now: datetime,
    ground: Ground | None = None,
) -> Changed:
    """Write a new version for each change, all of them or none; the same ids again change nothing.

    What somebody else said meanwhile in other fields stays. Raises `NotPermittedError`,
    `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1), `InvalidInputError` with the
    field, and `StaleVersionError` where somebody else has changed one of the same fields.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> Changed:
        patient, restriction = usable(unit.cursor, patient_id, ground)
        zone = ZoneInfo(clinic.settings.timezone)
        today = now.replace(tzinfo=UTC).astimezone(zone).date()
        task = _Task(unit.cursor, patient_id, patient.born_on, today, zone)
        steps = task.steps(changes)
        media_labels.supersede(unit.cursor, [step.before.label_id for step in steps], now)
        stamp = Stamp(patient_id, now, actor.person_id)
        media_labels.insert_versions(unit.cursor, [step.after for step in steps], stamp)
        used = ground if restriction else None
        unit.audit(actor, *(_event(step, patient_id, used) for step in steps))
        return Changed(
            {step.after.media_id: step.after.number for step in steps},
            tuple(step.undo for step in steps),
        )

    return noting_refusal(clinic, actor, patient_id, work)


def current(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_ids: Sequence[UUID],
    ground: Ground | None = None,
) -> dict[UUID, Version]:
    """Return what is said of pictures that were just shown, and so are in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError`.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        return media_labels.list_current(cursor, patient_id, media_ids)


@dataclass(frozen=True, slots=True)
class _Step:
    """One picture's version in force and the one that takes its place."""

    before: Version
    after: Version
    fields: tuple[Field, ...]

    @property
    def undo(self) -> Change:
        """Return the change that says again what was said before."""
        was = values_of(self.before.label)
        is_now = values_of(self.after.label)
        former = {field: value for field, value in was.items() if value != is_now[field]}
        # Said outright, or putting a date or a guess back would count as a person's word.
        kept = {field: was[field] for field in (Field.CAPTURE_SOURCE, Field.IS_GUESSED)}
        if Field.CAPTURED_ON in former:
            kept[Field.CAPTURED_AT] = was[Field.CAPTURED_AT]
        key = uuid7s.uuid7()
        return Change(key, self.after.media_id, self.after.number, {**former, **kept})


@dataclass(frozen=True, slots=True)
class _Task:
    """Changes being checked inside their transaction."""

    cursor: Cursor
    patient_id: UUID
    born_on: date | None
    today: date
    zone: ZoneInfo

    def steps(self, changes: Sequence[Change]) -> list[_Step]:
        """Return what is written for the changes that are not on file yet."""
        written = media_labels.list_written(self.cursor, [one.label_id for one in changes])
        wanted = [one for one in changes if one.label_id not in written]
        keys = [one.media_id for one in wanted]
        there = media_labels.list_current(self.cursor, self.patient_id, keys)
        self._check_named(wanted)
        found = []
        for one in wanted:
            if one.media_id not in there:
                raise NotFoundError(NO_PICTURE)
            before = there[one.media_id]
            self._check_seen(one, before)
            after = self._after(one, before)
            if after != before.label:
                version = Version(one.label_id, one.media_id, before.number + 1, after, None)
                found.append(_Step(before, version, tuple(one.values)))
        return found

    def _after(self, one: Change, before: Version) -> Label:
        label = changed(before.label, one.values, self.zone)
        for field, reason in faults(label, self.born_on, self.today):
            if field in one.values or field is not Field.CAPTURED_ON:
                raise InvalidInputError(reason, field=field.value)
        return label

    def _check_seen(self, one: Change, before: Version) -> None:
        if one.seen_version == before.number:
            return
        seen = media_labels.get_version(
            self.cursor, self.patient_id, one.media_id, one.seen_version
        )
        now_said = values_of(before.label)
        then_said = values_of(seen.label) if seen else {}
        theirs = {
            field.value: now_said[field]
            for field in one.values
            if now_said[field] not in (then_said.get(field), one.values[field])
        }
        if theirs or seen is None:
            by = media_labels.name_of(self.cursor, before.recorded_by)
            who = by or "Somebody else"
            message = (
                f"{who} has described one of these pictures meanwhile. Nothing was changed: look "
                "at what it says now, then save again."
            )
            raise StaleVersionError(message, theirs=theirs, version=before.number, by=by)

    def _check_named(self, wanted: Sequence[Change]) -> None:
        """Raise unless every treatment and practitioner that is named exists."""
        for series_id in _named(wanted, Field.TREATMENT):
            if not media_labels.has_series(self.cursor, self.patient_id, series_id):
                raise InvalidInputError(NO_TREATMENT, field=Field.TREATMENT.value)
        for practitioner_id in _named(wanted, Field.PRACTITIONER):
            if not media_labels.has_practitioner(self.cursor, practitioner_id):
                raise InvalidInputError(NO_PRACTITIONER, field=Field.PRACTITIONER.value)


def _named(wanted: Sequence[Change], field: Field) -> set[UUID]:
    values = [one.values.get(field) for one in wanted]
    return {value for value in values if isinstance(value, UUID)}


def _event(step: _Step, patient_id: UUID, ground: Ground | None) -> Event:
    return Event(
        Action.MEDIA_LABELLED,
        patient_id=patient_id,
        subject_id=step.after.media_id,
        ground=ground.value if ground else None,
        detail={
            "version": step.after.number,
            "fields": ", ".join(sorted(field.value for field in step.fields)),
        },
    )

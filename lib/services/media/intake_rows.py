"""The rows of a batch that comes in: items, labels with their guesses, renditions, the trail."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuid7s

from lib.domain import protocols
from lib.domain.audit import Action, Event
from lib.domain.formats import day
from lib.domain.media import Expression, Kind, Rendition, Stage, View
from lib.domain.media_dates import Circumstances, capture_of
from lib.domain.media_guesses import Guess, Seen, guesses
from lib.domain.media_labels import Field, Label, changed
from lib.domain.protocols import Shot
from lib.services.clinic import Clinic
from lib.services.media.arrivals import Batch, Entry, Outcome, Ready
from lib.store import capture_protocols, media_items, media_labels
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_items import Alike, DayRow, Item, RenditionRow, Standing
from lib.store.media_labels import Stamp, Version

TWICE = "This file was chosen twice. It goes in once."
HERE = "This is in the record already: it is a picture of {}."
REMOVED = "This picture, of {}, was removed from the record. Put it back in the gallery instead."


@dataclass(frozen=True, slots=True)
class Set:
    """The pictures that are guessed together: those of one day and one treatment, or of none."""

    captured_on: date
    treatment_series_id: UUID | None


@dataclass(slots=True)
class New:
    """One item that goes in, with what is said of it so far."""

    ready: Ready
    label: Label
    doubt: str | None

    @property
    def media_id(self) -> UUID:
        """Return the item's id."""
        return self.ready.arrival.media_id

    @property
    def set(self) -> Set | None:
        """Return the set that it is guessed in; None for a video."""
        if self.ready.prepared.kind is Kind.VIDEO or self.label.captured_on is None:
            return None
        return Set(self.label.captured_on, self.label.treatment_series_id)


@dataclass(frozen=True, slots=True)
class Writing:
    """A batch being written. `work` may run again when rows conflict; nothing else is touched."""

    clinic: Clinic
    batch: Batch
    ready: Sequence[Ready]
    now: datetime
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        """Read the clinic's zone once."""
        object.__setattr__(self, "zone", ZoneInfo(self.clinic.settings.timezone))

    def work(self, unit: UnitOfWork) -> list[Entry]:
        """Write everything that is new, and return what became of each file."""
        entries, fresh = self._parted(unit.cursor)
        standing = _Standings(unit.cursor, self.batch.patient_id)
        about = Circumstances(self.now, self.zone, self.batch.born_on)
        found = [self._new(one, standing, about) for one in fresh]
        again = self._guess(unit.cursor, found, standing)
        self._write(unit.cursor, found)
        media_labels.supersede(unit.cursor, [old.label_id for old, _ in again], self.now)
        media_labels.insert_versions(unit.cursor, [new for _, new in again], self._stamp)
        unit.audit(self.batch.actor, *self._events(found, [new for _, new in again]))
        return [*entries, *(Entry(one.media_id, Outcome.IN, one.doubt) for one in found)]

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.batch.patient_id, self.now, self.batch.actor.person_id)

    def _parted(self, cursor: Cursor) -> tuple[list[Entry], list[Ready]]:
        """Tell what is in the record already from what is new."""
        there = media_items.list_digests(cursor, self.batch.patient_id)
        entries: list[Entry] = []
        fresh: list[Ready] = []
        chosen: set[str] = set()
        for one in self.ready:
            alike = next((there[key] for key in one.digests if key in there), None)
            if alike is None and not one.digests & chosen:
                fresh.append(one)
                chosen |= one.digests
                continue
            sentence = said_of(alike) if alike else TWICE
            entries.append(Entry(one.arrival.media_id, Outcome.REFUSED, sentence, is_there=True))
        return entries, fresh

    def _new(self, ready: Ready, standing: "_Standings", about: Circumstances) -> New:
        prepared, said = ready.prepared, ready.arrival.said
        capture = capture_of(prepared.taken_at, prepared.offset_minutes, about)
        series_id = said.get(Field.TREATMENT, self.batch.treatment_series_id)
        treatment = standing.of(series_id)
        label = Label(
            captured_on=capture.captured_on,
            captured_at=capture.captured_at,
            capture_source=capture.source,
            treatment_series_id=series_id,
            practitioner_id=treatment.practitioner_id if treatment else None,
            is_guessed=True,
        )
        label = changed(label, said, self.zone)
        is_dated = Field.CAPTURED_ON in said or Field.CAPTURED_AT in said
        return New(ready, label, None if is_dated else capture.doubt)

    def _guess(
        self, cursor: Cursor, found: Sequence[New], standing: "_Standings"
    ) -> list[tuple[Version, Version]]:
        """Guess what the new pictures show; return what is guessed anew of earlier ones."""
        sets: dict[Set, list[New]] = defaultdict(list)
        for one in found:
            if one.set is None:
                one.label = _with_guess(one.label, Guess(None, standing.stage_of(one.label)))
            else:
                sets[one.set].append(one)
        again: list[tuple[Version, Version]] = []
        for key, new in sets.items():
            again += self._guess_set(cursor, key, new, standing)
        return again

    def _guess_set(
        self, cursor: Cursor, key: Set, new: Sequence[New], standing: "_Standings"
    ) -> list[tuple[Version, Version]]:
        patient_id = self.batch.patient_id
        there = [
            row
            for row in media_items.list_day(cursor, patient_id, key.captured_on)
            if row.treatment_series_id == key.treatment_series_id
        ]
        pictures = [_seen(row, place) for place, row in enumerate(there)]
        pictures += [_seen_new(one, len(there) + place) for place, one in enumerate(_ordered(new))]
        treatment = standing.of(key.treatment_series_id)
        treated_on = treatment.treated_on if treatment else None
        guessed = guesses(key.captured_on, pictures, standing.shots_of(treatment), treated_on)
        for one in new:
            one.label = _with_guess(one.label, guessed[one.media_id])
        # Files of one batch come in one by one, and in any order.
        mine = [row.media_id for row in there if row.is_guessed and self._is_mine(row)]
        again = []
        for old in media_labels.list_current(cursor, patient_id, mine).values():
            label = _with_guess(
                replace(old.label, view=None, expression=None, stage=None), guessed[old.media_id]
            )
            if label != old.label:
                after = Version(uuid7s.uuid7(), old.media_id, old.number + 1, label, None)
                again.append((old, after))
        return again

    def _is_mine(self, row: DayRow) -> bool:
        return row.batch_id == self.batch.batch_id

    def _write(self, cursor: Cursor, found: Sequence[New]) -> None:
        patient_id = self.batch.patient_id
        for key_id in {one.ready.arrival.key_id for one in found}:
            media_items.insert_key(cursor, key_id, patient_id, self.now)
        media_items.insert_items(cursor, [self._item(one) for one in found])
        versions = [Version(uuid7s.uuid7(), one.media_id, 1, one.label, None) for one in found]
        media_labels.insert_versions(cursor, versions, self._stamp)
        rows = [row for one in found for row in _renditions(one, patient_id)]
        media_items.insert_renditions(cursor, rows)

    def _item(self, one: New) -> Item:
        prepared = one.ready.prepared
        return Item(
            media_id=one.media_id,
            patient_id=self.batch.patient_id,
            key_id=one.ready.arrival.key_id,
            kind=prepared.kind.value,
            format=prepared.format.value,
            bytes=prepared.bytes,
            width=prepared.width,
            height=prepared.height,
            duration_ms=prepared.duration_ms,
            digest=prepared.digest,
            likeness=prepared.likeness,
            file_taken_at=prepared.taken_at,
            file_offset_minutes=prepared.offset_minutes,
            batch_id=self.batch.batch_id,
            recorded_at=self.now,
            recorded_by=self.batch.actor.person_id,
        )

    def _events(self, found: Sequence[New], again: Sequence[Version]) -> Iterator[Event]:
        ground = self.batch.ground.value if self.batch.ground else None
        patient_id = self.batch.patient_id
        for one in found:
            detail: dict[str, str | int | bool] = {
                "batch": str(self.batch.batch_id),
                "kind": one.ready.prepared.kind.value,
            }
            yield Event(Action.MEDIA_ADDED, patient_id, one.media_id, ground, detail=detail)
        for version in again:
            detail = {"guessed": True, "version": version.number}
            yield Event(Action.MEDIA_LABELLED, patient_id, version.media_id, ground, detail=detail)


class _Standings:
    """The treatments that a batch speaks of, each looked up once."""

    def __init__(self, cursor: Cursor, patient_id: UUID) -> None:
        self._cursor = cursor
        self._patient_id = patient_id
        self._found: dict[UUID, Standing | None] = {}

    def of(self, series_id: UUID | None) -> Standing | None:
        """Return the version in force of a treatment, or None."""
        if series_id is None:
            return None
        if series_id not in self._found:
            standing = media_items.get_standing(self._cursor, self._patient_id, series_id)
            self._found[series_id] = standing
        return self._found[series_id]

    def shots_of(self, standing: Standing | None) -> tuple[Shot, ...]:
        """Return what the treatment's protocol asks for, in its order."""
        groups: list[str] = []
        if standing is not None:
            groups = capture_protocols.list_groups(self._cursor, standing.treatment_id)
        known = capture_protocols.list_protocols(self._cursor)
        return protocols.shots_of(protocols.for_groups(known, groups))

    def stage_of(self, label: Label) -> Stage | None:
        """Return the stage of a video: by its day alone; None on the day of the treatment."""
        standing = self.of(label.treatment_series_id)
        day_of = label.captured_on
        if standing is None or day_of is None or day_of == standing.treated_on:
            return None
        return Stage.BEFORE if day_of < standing.treated_on else Stage.REVIEW


def said_of(alike: Alike) -> str:
    """Return what the person is told of a file that the record has already."""
    return (REMOVED if alike.removed_at else HERE).format(day(alike.captured_on))


def _ordered(new: Sequence[New]) -> list[New]:
    return sorted(new, key=lambda one: one.media_id)


def _seen(row: DayRow, place: int) -> Seen:
    expression = Expression(row.expression) if row.expression else None
    return Seen(
        media_id=row.media_id,
        captured_at=row.captured_at,
        place=place,
        shot=Shot(View(row.view), expression) if row.view else None,
        stage=Stage(row.stage) if row.stage else None,
        is_confirmed=not row.is_guessed,
    )


def _seen_new(one: New, place: int) -> Seen:
    label = one.label
    shot = Shot(label.view, label.expression) if label.view else None
    is_said = not label.is_guessed
    return Seen(one.media_id, label.captured_at, place, shot, label.stage, is_said)


def _with_guess(label: Label, guess: Guess) -> Label:
    """Return the label with what is guessed; what a person said is left alone."""
    if not label.is_guessed:
        return label
    shot = guess.shot
    return replace(
        label,
        view=shot.view if shot else None,
        expression=shot.expression if shot else None,
        stage=guess.stage,
    )


def _renditions(one: New, patient_id: UUID) -> Iterator[RenditionRow]:
    for made in one.ready.prepared.renditions:
        size = (made.width, made.height, made.bytes)
        yield RenditionRow(one.media_id, made.name.value, patient_id, made.media_type, *size)
    if one.ready.prepared.kind is Kind.VIDEO:
        yield RenditionRow(one.media_id, Rendition.STREAM.value, patient_id)

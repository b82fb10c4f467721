"""Annotations: marks and notes over a picture, kept apart from it; a change is a new version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import annotations as rules
from lib.domain.access import Actor, Permission
from lib.domain.annotations import Marks
from lib.domain.audit import Action, Event
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError, SavedAlreadyError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.correcting import SAVED_ALREADY
from lib.services.records import noting_refusal, usable
from lib.store import media_annotations
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_annotations import Annotation, Stamp

NO_PICTURE = "There is no such picture in this record. Load the page again."
NO_ANNOTATION = "There is no such annotation of this picture. Load the page again."
NO_VIDEO = "A video cannot be annotated. Annotate a photograph instead."


@dataclass(frozen=True, slots=True)
class Series:
    """One annotation with all that it ever said; `current` may be a removal."""

    current: Annotation
    earlier: tuple[Annotation, ...]

    @property
    def begun_by(self) -> str | None:
        """Return who drew it first."""
        return (self.current, *self.earlier)[-1].recorded_by


@dataclass(frozen=True, slots=True)
class Change:
    """What an annotation is to say; the form made the ids, so that saving twice is once.

    `seen_version` is the version that the person had before their eyes, 0 for a new annotation. A
    removal keeps the marks and the note that stood: it can be taken back.
    """

    annotation_id: UUID
    series_id: UUID
    media_id: UUID
    seen_version: int
    marks: Marks = ()
    note: str = ""
    is_removed: bool = False


def list_series(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_id: UUID,
    ground: Ground | None = None,
) -> list[Series]:
    """Return the annotations of a picture that is open (and in the trail), removed ones too.

    The oldest comes first. Raises `NotPermittedError`, `NotFoundError`, `MergedError` and
    `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        return _series(cursor, patient_id, media_id)


def save(  # noqa: PLR0913 - as the services take it: who, whose, what, when, on which ground
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    change: Change,
    *,
    now: datetime,
    ground: Ground | None = None,
) -> Annotation:
    """Write a new version of an annotation, or the first; the same id again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1),
    `InvalidInputError` with the field, `StaleVersionError` where somebody else changed it since
    and `SavedAlreadyError` where the id was saved with something else.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)
    if not change.is_removed:
        rules.check(change.marks, change.note)

    def work(unit: UnitOfWork) -> Annotation:
        _, restriction = usable(unit.cursor, patient_id, ground)
        _check_picture(unit.cursor, patient_id, change.media_id)
        versions = media_annotations.list_versions(unit.cursor, patient_id, change.media_id)
        saved = next((one for one in versions if one.annotation_id == change.annotation_id), None)
        if saved is not None:
            return _same(saved, change)
        before = next((one for one in versions if one.series_id == change.series_id), None)
        _check_seen(before, change)
        if before is not None and _says_the_same(before, change):
            return before
        after = _after(before, change, now)
        media_annotations.supersede(unit.cursor, [before.annotation_id] if before else [], now)
        media_annotations.insert_version(
            unit.cursor, after, Stamp(patient_id, now, actor.person_id)
        )
        unit.audit(actor, _event(after, patient_id, ground if restriction else None))
        return replace(after, recorded_by=actor.display_name)

    return noting_refusal(clinic, actor, patient_id, work)


def removal_of(one: Annotation) -> Change:
    """Return the change that takes an annotation away."""
    key = uuid7s.uuid7()
    return Change(key, one.series_id, one.media_id, one.version, is_removed=True)


def restoring(current: Annotation, earlier: Annotation) -> Change:
    """Return the change that says again what an earlier version said (or what was removed)."""
    key = uuid7s.uuid7()
    said = {"marks": earlier.marks, "note": earlier.note}
    return Change(key, current.series_id, current.media_id, current.version, **said)  # type: ignore[arg-type]


def _series(cursor: Cursor, patient_id: UUID, media_id: UUID) -> list[Series]:
    versions = media_annotations.list_versions(cursor, patient_id, media_id)
    found = [list(ones) for _, ones in groupby(versions, key=lambda one: one.series_id)]
    return [Series(ones[0], tuple(ones[1:])) for ones in sorted(found, key=_begun)]


def _begun(versions: Sequence[Annotation]) -> tuple[datetime, UUID]:
    return versions[-1].recorded_at, versions[-1].annotation_id


def _check_picture(cursor: Cursor, patient_id: UUID, media_id: UUID) -> None:
    is_photograph = media_annotations.is_photograph(cursor, patient_id, media_id)
    if is_photograph is None:
        raise NotFoundError(NO_PICTURE)
    if not is_photograph:
        raise InvalidInputError(NO_VIDEO)


def _same(saved: Annotation, change: Change) -> Annotation:
    """Return what this very change saved before; refuse what another window made of its id."""
    is_same = saved.series_id == change.series_id and _says_the_same(saved, change)
    if not is_same:
        raise SavedAlreadyError(SAVED_ALREADY)
    return saved


def _says_the_same(one: Annotation, change: Change) -> bool:
    if one.is_removed or change.is_removed:
        return one.is_removed and change.is_removed
    return (one.marks, one.note) == (change.marks, change.note.strip())


def _check_seen(before: Annotation | None, change: Change) -> None:
    if before is None and change.seen_version:
        raise NotFoundError(NO_ANNOTATION)
    if before is not None and before.version != change.seen_version:
        by = before.recorded_by or "Somebody else"
        did = "removed" if before.is_removed else "changed"
        message = (
            f"{by} {did} this annotation meanwhile, so nothing was saved. Your marks are still "
            "here: look at what it says now, then save them as a new annotation."
        )
        raise StaleVersionError(message, version=before.version, by=by)


def _after(before: Annotation | None, change: Change, now: datetime) -> Annotation:
    if change.is_removed and before is None:
        raise NotFoundError(NO_ANNOTATION)
    kept = before if change.is_removed and before else change
    return Annotation(
        annotation_id=change.annotation_id,
        series_id=change.series_id,
        version=change.seen_version + 1,
        media_id=change.media_id,
        marks=kept.marks,
        note=kept.note.strip(),
        is_removed=change.is_removed,
        superseded_at=None,
        recorded_at=now,
        recorded_by=None,
    )


def _event(one: Annotation, patient_id: UUID, ground: Ground | None) -> Event:
    return Event(
        Action.MEDIA_ANNOTATED,
        patient_id=patient_id,
        subject_id=one.media_id,
        ground=ground.value if ground else None,
        detail={"version": one.version, "marks": len(one.marks), "is_removed": one.is_removed},
    )

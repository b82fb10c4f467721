"""Two pictures laid over each other: how a person aligned them, remembered with the pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import alignment as alignments
from lib.domain.access import Actor, Permission
from lib.domain.alignment import Alignment, Size
from lib.domain.audit import Action, Event
from lib.domain.media import Kind, Purpose
from lib.domain.media_gallery import Picture
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_gallery, media_pairs
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_pairs import Pair

NO_PICTURE = (
    "One of these pictures is not in this record, or was removed. Choose another on the strip."
)
NO_VIDEO = "A video cannot be compared. Choose photographs."
SAME = "Choose two different pictures."


@dataclass(frozen=True, slots=True)
class NewPair:
    """How two pictures are aligned from now on; None clears it. Whoever asks made the id."""

    pair_id: UUID
    first_id: UUID
    second_id: UUID
    alignment: Alignment | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and what would take it back; None where nothing was changed."""

    undo: NewPair | None


@dataclass(frozen=True, slots=True)
class Look:
    """For what, on which day and on which ground pictures are compared."""

    purpose: Purpose
    as_of: date
    ground: Ground | None = None


def align(  # noqa: PLR0913 - as the services take it: who, whose, what, for what, when
    clinic: Clinic, actor: Actor, patient_id: UUID, wanted: NewPair, look: Look, *, now: datetime
) -> Saved:
    """Write how two pictures of a patient are aligned; the same id again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1), and
    `InvalidInputError` for points that cannot carry it.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> Saved:
        _, restriction = usable(unit.cursor, patient_id, look.ground)
        if media_pairs.has_pair(unit.cursor, wanted.pair_id):
            return Saved(None)
        _check(unit.cursor, patient_id, wanted, look)
        former = media_pairs.get_pair(unit.cursor, patient_id, wanted.first_id, wanted.second_id)
        was = former.alignment if former else None
        if was == wanted.alignment:
            return Saved(None)
        pair = Pair(wanted.pair_id, wanted.first_id, wanted.second_id, wanted.alignment)
        media_pairs.insert_pair(unit.cursor, patient_id, pair, now, actor.person_id)
        used = look.ground if restriction else None
        unit.audit(actor, *_events(patient_id, wanted, used))
        return Saved(NewPair(uuid7s.uuid7(), wanted.first_id, wanted.second_id, was))

    return noting(clinic, actor, Wish(Permission.ADD_MEDIA, patient_id), work)


def comparable(
    cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID], look: Look
) -> list[Picture]:
    """Return photographs to compare, in the order asked for; for services that have authorised.

    Raises `PurposeNotPermittedError` where it is not permitted today, `NotFoundError` for one
    that is not there or was removed, and `InvalidInputError` for a video.
    """
    lens.check(cursor, patient_id, look.purpose, look.as_of)
    found = media_gallery.get_pictures(cursor, patient_id, media_ids)
    pictures = [found.get(key) for key in media_ids]
    there = [one for one in pictures if one is not None and one.removed_at is None]
    if len(there) < len(media_ids):
        raise NotFoundError(NO_PICTURE)
    if any(one.kind is Kind.VIDEO for one in there):
        raise InvalidInputError(NO_VIDEO)
    return there


def aligned_to(
    cursor: Cursor, patient_id: UUID, first_id: UUID, others: Sequence[UUID]
) -> dict[UUID, Alignment]:
    """Return how each of the others is laid over the first, where somebody has said so."""
    found = {key: media_pairs.get_pair(cursor, patient_id, first_id, key) for key in others}
    return {key: pair.alignment for key, pair in found.items() if pair and pair.alignment}


def size_of(picture: Picture) -> Size:
    """Return a picture's pixels as an alignment takes them."""
    return Size(picture.width, picture.height)


def _check(cursor: Cursor, patient_id: UUID, wanted: NewPair, look: Look) -> None:
    if wanted.first_id == wanted.second_id:
        raise InvalidInputError(SAME)
    keys = (wanted.first_id, wanted.second_id)
    first, second = comparable(cursor, patient_id, keys, look)
    if wanted.alignment is not None:
        alignments.check(wanted.alignment, size_of(first), size_of(second))


def _events(patient_id: UUID, wanted: NewPair, ground: Ground | None) -> list[Event]:
    detail: dict[str, str | int | bool] = {
        "pair": str(wanted.pair_id),
        "aligned": wanted.alignment is not None,
    }
    return [
        Event(
            Action.MEDIA_ALIGNED,
            patient_id=patient_id,
            subject_id=media_id,
            ground=ground.value if ground else None,
            detail=detail,
        )
        for media_id in (wanted.first_id, wanted.second_id)
    ]

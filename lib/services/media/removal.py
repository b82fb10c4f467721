"""Taking pictures out of every gallery, with a reason, and putting them back.

Removing does not erase: the file stays sealed until the record's retention ends it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media.gallery import NO_PICTURE
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_removal, media_shelf
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_removal import Removed

EXPLAINED = (
    "Removed pictures leave every gallery, and can be put back. "
    "The files are kept sealed until the record's retention ends."
)
WHY = "say why it is removed, such as the wrong patient or out of focus"
TOO_LONG = "say it in 200 characters"
LONGEST_REASON = 200


def remove(  # noqa: PLR0913 - as the services take it: who, whose, what, why, when, on which ground
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_ids: Sequence[UUID],
    reason: str,
    *,
    now: datetime,
    ground: Ground | None = None,
) -> tuple[UUID, ...]:
    """Remove pictures, all of them or none, and return those that were not removed before.

    Raises `NotPermittedError`, `NotFoundError` where one is not this patient's, `MergedError`,
    `GroundNeededError` (rule E1), and `InvalidInputError` without a reason.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)
    said = _reason(reason)

    def work(unit: UnitOfWork) -> tuple[UUID, ...]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        chosen = _standing(unit.cursor, patient_id, media_ids, is_removed=False)
        media_removal.remove(unit.cursor, chosen, Removed(now, actor.person_id, said))
        used = ground if restriction else None
        _note(unit, actor, Action.MEDIA_REMOVED, patient_id, chosen, used)
        return chosen

    return noting(clinic, actor, Wish(Permission.ADD_MEDIA, patient_id), work)


def restore(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_ids: Sequence[UUID],
    *,
    ground: Ground | None = None,
) -> tuple[UUID, ...]:
    """Put removed pictures back, and return those that were removed. Raises as `remove` does."""
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> tuple[UUID, ...]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        chosen = _standing(unit.cursor, patient_id, media_ids, is_removed=True)
        media_removal.restore(unit.cursor, chosen)
        used = ground if restriction else None
        _note(unit, actor, Action.MEDIA_RESTORED, patient_id, chosen, used)
        return chosen

    return noting(clinic, actor, Wish(Permission.ADD_MEDIA, patient_id), work)


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise InvalidInputError(WHY, field="reason")
    if len(said) > LONGEST_REASON:
        raise InvalidInputError(TOO_LONG, field="reason")
    return said


def _standing(
    cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID], *, is_removed: bool
) -> tuple[UUID, ...]:
    """Return which of the pictures stand so; raise `NotFoundError` for one that is not there."""
    there = media_removal.list_standing(cursor, patient_id, media_ids)
    if set(media_ids) - there.keys():
        raise NotFoundError(NO_PICTURE)
    return tuple(key for key in dict.fromkeys(media_ids) if there[key] is is_removed)


def _note(  # noqa: PLR0913, PLR0917 - one entry has all of these
    unit: UnitOfWork,
    actor: Actor,
    action: Action,
    patient_id: UUID,
    media_ids: Sequence[UUID],
    ground: Ground | None,
) -> None:
    used = ground.value if ground else None
    if media_ids:
        media_shelf.touch(unit.cursor, [patient_id])
    unit.audit(
        actor,
        *(Event(action, patient_id=patient_id, subject_id=key, ground=used) for key in media_ids),
    )

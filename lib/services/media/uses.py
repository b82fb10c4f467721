"""Noting where pictures were used outside the clinic, taking them down, correcting the note."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Purpose
from lib.domain.restriction import Ground
from lib.errors import (
    InvalidInputError,
    MediaRemovedError,
    NotFoundError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services import correcting
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.gallery import NO_PICTURE
from lib.services.media.refusals import Wish, noting
from lib.services.media.serving import REMOVED
from lib.services.records import usable
from lib.store import media_renditions, media_uses
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_uses import Use

LONGEST = 200
NO_PLACE = "say where it was used, such as the account, the course or the recipient"
TOO_LONG = "say it in 200 characters"
NO_DAY = "say on which day"
IN_FUTURE = "this day has not come yet"
ENDS_BEFORE = "it cannot end before it began"
NO_USE = "There is no such use of this picture. Load the page again."
STALE = "Somebody else changed this note meanwhile. Look at what it says now, then save again."


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says of a use; without `used_by` it is whoever notes it."""

    purpose: Purpose
    place: str
    used_on: date | None
    used_by: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Which picture of which patient, on which ground, and when it is written down (UTC)."""

    patient_id: UUID
    media_id: UUID
    now: datetime
    as_of: date
    ground: Ground | None = None


def note(clinic: Clinic, actor: Actor, about: About, use_id: UUID, said: Said) -> Use:
    """Note a use and return it; the form made its id, and the same again changes nothing.

    The patient must have agreed to the purpose now. Raises `NotPermittedError`,
    `PurposeNotPermittedError`, `NotFoundError`, `MediaRemovedError`, `GroundNeededError` (rule E1),
    `InvalidInputError` with the field, and `SavedAlreadyError`.
    """
    return _save(clinic, actor, about, _Version(use_id, said))


def correct(
    clinic: Clinic, actor: Actor, about: About, correction: tuple[UUID, UUID], said: Said
) -> Use:
    """Write a new version of a use: `correction` is the version seen and the new one's id.

    What was already used stays noted, whatever the patient has agreed to since; only another
    purpose is asked for anew. Raises as `note` does, and `StaleVersionError`.
    """
    seen, use_id = correction
    return _save(clinic, actor, about, _Version(use_id, said, seen))


def end(
    clinic: Clinic, actor: Actor, about: About, correction: tuple[UUID, UUID], ended_on: date
) -> Use:
    """Note that a use has ended: taken down, or called back. Raises as `correct` does."""
    with clinic.store.reading() as cursor:
        seen = media_uses.get_use(cursor, correction[0])
    if seen is None:
        raise NotFoundError(NO_USE)
    said = Said(Purpose(seen.purpose), seen.place, seen.used_on, seen.used_by or "", ended_on)
    return correct(clinic, actor, about, correction, said)


def end_within(unit: UnitOfWork, actor: Actor, about: About, seen: Use) -> Use:
    """End the version that stands, on the day `about`, within another's work.

    That has authorised the actor: whoever may see to a withdrawal may note what came of it.
    """
    media_uses.supersede(unit.cursor, seen.use_id, about.now)
    ended = replace(
        seen,
        use_id=uuid7s.uuid7(),
        ended_on=about.as_of,
        recorded_at=about.now,
        recorded_by=actor.person_id,
        replaces_id=seen.use_id,
    )
    media_uses.insert_use(unit.cursor, ended)
    unit.audit(actor, _event(ended, about.ground))
    return ended


@dataclass(frozen=True, slots=True)
class _Version:
    """A version that is to be written, and the one that it replaces."""

    use_id: UUID
    said: Said
    replaces_id: UUID | None = None


def _save(clinic: Clinic, actor: Actor, about: About, version: _Version) -> Use:
    permission = Permission.EXPORT_MEDIA
    authorise(clinic, actor, permission, patient_id=about.patient_id)

    def work(unit: UnitOfWork) -> Use:
        cursor = unit.cursor
        _, restriction = usable(cursor, about.patient_id, about.ground)
        wanted = _use(actor, about, version)
        there = media_uses.get_use(cursor, version.use_id)
        if there is not None:
            return _same(there, wanted)
        before = _before(cursor, wanted)
        _check_picture(cursor, wanted, before)
        if before is None or before.purpose != wanted.purpose:
            lens.check(cursor, about.patient_id, version.said.purpose, about.as_of)
        if before is not None:
            media_uses.supersede(cursor, before.use_id, about.now)
        media_uses.insert_use(cursor, wanted)
        unit.audit(actor, _event(wanted, about.ground if restriction else None))
        return wanted

    return noting(clinic, actor, Wish(permission, about.patient_id, about.media_id), work)


def _use(actor: Actor, about: About, version: _Version) -> Use:
    """Return the row that a form makes. Raises `InvalidInputError` with the field."""
    said = version.said
    place, used_by = said.place.strip(), said.used_by.strip() or actor.display_name
    return Use(
        use_id=version.use_id,
        media_id=about.media_id,
        patient_id=about.patient_id,
        purpose=said.purpose.value,
        place=_text(place, "place"),
        used_on=_day(said, about.as_of),
        ended_on=said.ended_on,
        used_by=_text(used_by, "used_by"),
        recorded_at=about.now,
        recorded_by=actor.person_id,
        replaces_id=version.replaces_id,
    )


def _text(text: str, field: str) -> str:
    if not text:
        raise InvalidInputError(NO_PLACE, field=field)
    if len(text) > LONGEST:
        raise InvalidInputError(TOO_LONG, field=field)
    return text


def _day(said: Said, as_of: date) -> date:
    if said.used_on is None:
        raise InvalidInputError(NO_DAY, field="used_on")
    if said.used_on > as_of:
        raise InvalidInputError(IN_FUTURE, field="used_on")
    if said.ended_on is not None and said.ended_on < said.used_on:
        raise InvalidInputError(ENDS_BEFORE, field="ended_on")
    if said.ended_on is not None and said.ended_on > as_of:
        raise InvalidInputError(IN_FUTURE, field="ended_on")
    return said.used_on


def _same(there: Use, wanted: Use) -> Use:
    """Return what the form saved before; refuse what another window made of it since."""
    if replace(wanted, recorded_at=there.recorded_at, superseded_at=there.superseded_at) != there:
        raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return there


def _before(cursor: Cursor, wanted: Use) -> Use | None:
    """Return the version that is replaced. Raises `NotFoundError` and `StaleVersionError`."""
    if wanted.replaces_id is None:
        return None
    before = media_uses.get_use(cursor, wanted.replaces_id)
    if before is None or before.media_id != wanted.media_id:
        raise NotFoundError(NO_USE)
    if before.superseded_at is not None:
        raise StaleVersionError(STALE)
    return before


def _check_picture(cursor: Cursor, wanted: Use, before: Use | None) -> None:
    """Raise unless it is this patient's picture; a removed one is not used anew."""
    item = media_renditions.get_item(cursor, wanted.media_id)
    if item is None or item.patient_id != wanted.patient_id:
        raise NotFoundError(NO_PICTURE)
    if item.removed_at is not None and before is None:
        raise MediaRemovedError(REMOVED)


def _event(use: Use, ground: Ground | None) -> Event:
    act = "noted" if use.replaces_id is None else "ended" if use.ended_on else "corrected"
    return Event(
        Action.MEDIA_USE_NOTED,
        patient_id=use.patient_id,
        subject_id=use.media_id,
        ground=ground.value if ground else None,
        detail={"purpose": use.purpose, "act": act},
    )

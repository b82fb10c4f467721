"""Fetching one picture: its address, and every check at the very moment it is fetched (rule G1)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Purpose, Rendition
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, MediaRemovedError, NotFoundError
from lib.media.sealing import SealedReader
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.grants import PICTURE, STREAM, Grant, grants
from lib.services.media.refusals import Wish, noting
from lib.services.records import is_restricted
from lib.store import media_renditions, printing
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_renditions import Item

PATH = "/media-store/"
NO_PICTURE = "There is no picture at this address. It may have been removed or disposed of."
REMOVED = "This picture was removed. Look among the removed ones, and put it back to use it."
BEING_MADE = "This video is still being prepared. Try again in a minute."
GROUND_NEEDED = (
    "This record is restricted: it may only be stored. Open its photographs and name the ground "
    "on which you use them."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rendition of which picture is fetched, and what for."""

    media_id: UUID
    rendition: Rendition
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open for reading, and what its bytes are. Whoever reads it closes it.

    `filename` is what it is called where it is kept; only originals have one.
    """

    reader: SealedReader
    media_type: str
    filename: str | None = None


def address(media_id: UUID, rendition: Rendition, purpose: Purpose) -> str:
    """Return where a rendition is fetched; the purpose is checked again when it is."""
    return f"{PATH}{media_id}/{rendition.value}?for={purpose.value.replace(' ', '+')}"


def open_rendition(clinic: Clinic, actor: Actor, asked: Asked, *, now: datetime) -> Opened:
    """Return a rendition, open for reading, if this session may have it now (times are UTC).

    In the trail as viewed, once in some minutes; not for thumbnails that a gallery listed just now.
    Raises `NotPermittedError`, `PurposeNotPermittedError`, `NotFoundError`, `MediaRemovedError`,
    `GroundNeededError` (rule E1) and a `SealedFileError` where the file cannot be read.
    """
    permission = Permission.VIEW_MEDIA
    item = item_for(clinic, actor, permission, asked.media_id)
    grant = grants.find(actor, asked.media_id, now)
    viewing = _Viewing(clinic, actor, asked, grant, now)
    wish = Wish(permission, item.patient_id, asked.media_id)
    found, media_type = noting(clinic, actor, wish, viewing.work)
    if not viewing.is_known:
        grants.note_view(actor, asked.media_id, viewing.seen_as, now)
    return Opened(
        clinic.media.sealed(item.media_id, asked.rendition, found.key_id).reader(), media_type
    )


def item_for(clinic: Clinic, actor: Actor, permission: Permission, media_id: UUID) -> Item:
    """Return the picture at an address, for somebody who may do this with pictures.

    Raises `NotPermittedError`, whether there is one or not, and `NotFoundError`.
    """
    with clinic.store.reading() as cursor:
        item = media_renditions.get_item(cursor, media_id)
    authorise(clinic, actor, permission, patient_id=item.patient_id if item else None)
    if item is None:
        raise NotFoundError(NO_PICTURE)
    return item


def usable_item(
    cursor: Cursor, actor: Actor, media_id: UUID, grant: Grant | None
) -> tuple[Item, Ground | None]:
    """Return a picture that may be used now, and the ground if its record is restricted.

    Raises `NotFoundError`, `MediaRemovedError` and `GroundNeededError`.
    """
    item = media_renditions.get_item(cursor, media_id)
    if item is None:
        raise NotFoundError(NO_PICTURE)
    ground = None
    if is_restricted(cursor, item.patient_id):
        ground = (grant and grant.ground) or _ground(cursor, actor, item.patient_id)
        if ground is None:
            raise GroundNeededError(GROUND_NEEDED)
    if item.removed_at is not None and not (grant and grant.is_removed):
        raise MediaRemovedError(REMOVED)
    return item, ground


def _ground(cursor: Cursor, actor: Actor, patient_id: UUID) -> Ground | None:
    """Return the ground that this session named when it opened a restricted record."""
    if actor.session_id is None:
        return None
    named = printing.get_ground(cursor, patient_id, actor.session_id)
    return Ground(named) if named else None


@dataclass(frozen=True, slots=True)
class _Viewing:
    """One fetch, on its way through the checks."""

    clinic: Clinic
    actor: Actor
    asked: Asked
    grant: Grant | None
    now: datetime

    @property
    def seen_as(self) -> str:
        """Return what is seen: moving pictures are a look of their own."""
        is_stream = self.asked.rendition is Rendition.STREAM
        return (STREAM if is_stream else PICTURE) + self.asked.purpose

    @property
    def is_known(self) -> bool:
        """Tell whether the trail says already that this session was shown this."""
        is_listed = self.grant is not None and self.grant.purpose is self.asked.purpose
        return is_listed and self.asked.rendition is Rendition.THUMBNAIL

    def work(self, unit: UnitOfWork) -> tuple[Item, str]:
        """Return the picture and the rendition's media type; note the look."""
        item, ground = usable_item(unit.cursor, self.actor, self.asked.media_id, self.grant)
        lens.check(unit.cursor, item.patient_id, self.asked.purpose, self._today)
        media_type = self._media_type(unit.cursor)
        is_noted = grants.is_viewed(self.actor, item.media_id, self.seen_as, self.now)
        if not self.is_known and not is_noted:
            unit.audit(self.actor, self._event(item, ground))
        return item, media_type

    @property
    def _today(self) -> date:
        zone = ZoneInfo(self.clinic.settings.timezone)
        return self.now.replace(tzinfo=UTC).astimezone(zone).date()

    def _media_type(self, cursor: Cursor) -> str:
        row = media_renditions.get_rendition(cursor, self.asked.media_id, self.asked.rendition)
        if row is None:
            raise NotFoundError(NO_PICTURE)
        if row.media_type is None:
            raise NotFoundError(row.fault or BEING_MADE)
        return row.media_type

    def _event(self, item: Item, ground: Ground | None) -> Event:
        return Event(
            Action.MEDIA_VIEWED,
            patient_id=item.patient_id,
            subject_id=item.media_id,
            ground=ground.value if ground else None,
            detail={"rendition": self.asked.rendition.value, "purpose": self.asked.purpose.value},
        )

"""Handing out an original, bit for bit as it came in: with everything that its camera wrote in it.

That is why it is no rendition: it has a permission and a route of its own, and each time is noted.
"""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Purpose
from lib.media.files import ORIGINAL
from lib.media.prepared import Format
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.grants import grants
from lib.services.media.refusals import Wish, noting
from lib.services.media.serving import PATH, Opened, item_for, usable_item
from lib.store.connection import UnitOfWork
from lib.store.media_renditions import Item


def address(media_id: UUID, purpose: Purpose = Purpose.RECORD) -> str:
    """Return where an original is fetched."""
    return f"{PATH}{media_id}/{ORIGINAL}?for={purpose.value.replace(' ', '+')}"


def open_original(
    clinic: Clinic, actor: Actor, media_id: UUID, purpose: Purpose, *, now: datetime
) -> Opened:
    """Return an original, open for reading; each time is in the trail as an export (`now`: UTC).

    Raises `NotPermittedError`, `PurposeNotPermittedError`, `NotFoundError`, `MediaRemovedError`,
    `GroundNeededError` (rule E1) and a `SealedFileError` where the file cannot be read.
    """
    permission = Permission.EXPORT_MEDIA
    patient_id = item_for(clinic, actor, permission, media_id).patient_id
    grant = grants.find(actor, media_id, now)
    zone = ZoneInfo(clinic.settings.timezone)
    today = now.replace(tzinfo=UTC).astimezone(zone).date()

    def work(unit: UnitOfWork) -> Item:
        item, ground = usable_item(unit.cursor, actor, media_id, grant)
        lens.check(unit.cursor, item.patient_id, purpose, today)
        event = Event(
            Action.MEDIA_EXPORTED,
            patient_id=item.patient_id,
            subject_id=media_id,
            ground=ground.value if ground else None,
            detail={"what": ORIGINAL, "purpose": purpose.value},
        )
        unit.audit(actor, event)
        return item

    item = noting(clinic, actor, Wish(permission, patient_id, media_id), work)
    reader = clinic.media.sealed(media_id, ORIGINAL, item.key_id).reader()
    return Opened(reader, Format(item.format).media_type, _filename(item))


def _filename(item: Item) -> str:
    """Return a name that says nothing of whose it is, nor when it was taken."""
    return f"{item.kind}-{item.media_id.hex[-8:]}.{item.format.lower()}"

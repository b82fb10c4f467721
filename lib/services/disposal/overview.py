"""What the screens of disposal say beside the cases themselves: counts, and nobody's name."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import disposal_overview
from lib.store.disposal_overview import Extent, Issued

SCREEN = "pages/privacy/disposals.py"


def certificates(clinic: Clinic, actor: Actor) -> Mapping[UUID, Issued]:
    """Return the certificates there are, by case. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        return disposal_overview.list_certificates(cursor)


def extent(clinic: Clinic, actor: Actor, case_id: UUID) -> Extent:
    """Return what a case would take with it, in all. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        return disposal_overview.get_extent(cursor, case_id)


def home_items(clinic: Clinic, actor: Actor, _: date) -> Iterable[HomeItem]:
    """Say how many cases wait for this person's decision; the screen shows the same ones."""
    with clinic.store.reading() as cursor:
        count = disposal_overview.count_waiting(cursor, actor.person_id)
    if count:
        cases = formats.counted(count, "case")
        detail = f"{cases} that somebody else proposed: approve, or send back"
        yield HomeItem("Disposals to decide", count, detail, Urgency.DUE, SCREEN)

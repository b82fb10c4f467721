"""Treatments of the day of which nobody has taken a picture yet."""

from collections.abc import Iterable
from datetime import date

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import media_missing
from lib.store.connection import UnitOfWork
from lib.store.media_missing import Unpictured

SCREEN = "pages/records/photographs_missing.py"


def list_missing(clinic: Clinic, actor: Actor, *, as_of: date) -> list[Unpictured]:
    """Return the day's treatments without a picture, in the order in which they were recorded.

    Every patient shown is in the trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA)

    def work(unit: UnitOfWork) -> list[Unpictured]:
        found = media_missing.list_unpictured(unit.cursor, as_of)
        listed = Event(Action.PATIENT_LISTED, detail={"list": "photographs missing"})
        unit.audit_each(actor, listed, [str(key) for key in {one.patient_id for one in found}])
        return found

    return clinic.store.transact(work)


def home_items(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many treatments the screen shows; counts only."""
    with clinic.store.reading() as cursor:
        count = len(media_missing.list_unpictured(cursor, as_of))
    if count:
        detail = "treatments of today of which there is no picture"
        yield HomeItem("Pictures to take", count, detail, Urgency.DUE, SCREEN)

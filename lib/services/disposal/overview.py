"""What the screens of disposal say beside the cases themselves: counts, and nobody's name."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.disposal import asks_for_person
from lib.domain.retention import Status
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.services.retention import schedule
from lib.store import disposal_cases, disposal_overview
from lib.store.disposal_overview import Extent, Issued

SCREEN = "pages/privacy/disposals.py"
NO_CASE = UUID(int=0)
PATIENCE_SECONDS = 2.0


def certificates(clinic: Clinic, actor: Actor) -> Mapping[UUID, Issued]:
    """Return the certificates there are, by case. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        return disposal_overview.list_certificates(cursor)


def in_cases(clinic: Clinic, actor: Actor, patient_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return which of the patients are in an open case, each with its number.

    The caller has listed them, which is in the trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.LIST_RETENTION)
    with clinic.store.reading() as cursor:
        return disposal_cases.list_open_among(cursor, patient_ids, NO_CASE)


def asking_among(
    clinic: Clinic, actor: Actor, patient_ids: Sequence[UUID], *, as_of: date
) -> frozenset[UUID]:
    """Return whose record asks for a person's look before it may go (rules C2, C4).

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.PROPOSE_DISPOSAL)
    with clinic.store.reading() as cursor:
        told = schedule.told(cursor, patient_ids, as_of)
    return frozenset(key for key, one in told.items() if asks_for_person(one.disposition))


def extent(clinic: Clinic, actor: Actor, case_id: UUID) -> Extent:
    """Return what a case would take with it, in all. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.VIEW_DISPOSALS)
    with clinic.store.reading() as cursor:
        return disposal_overview.get_extent(cursor, case_id)


def due_items(clinic: Clinic, actor: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many records are due, as the list of disposals counts them."""
    told = schedule.soon(clinic, actor, as_of=as_of, patience=PATIENCE_SECONDS)
    count = told.counts_by_status[Status.DISPOSE_DUE].records if told else 0
    if not count:
        return
    with clinic.store.reading() as cursor:
        in_cases = min(count, disposal_overview.count_in_cases(cursor))
    some = f"; {in_cases:,} of them in a case that is open" if in_cases else ""
    detail = f"their time has passed and nothing holds them back{some}"
    urgency = Urgency.DUE if in_cases < count else Urgency.INFORMATION
    yield HomeItem("Records due for disposal", count, detail, urgency, SCREEN)


def home_items(clinic: Clinic, actor: Actor, _: date) -> Iterable[HomeItem]:
    """Say how many cases wait for this person's decision; the screen shows the same ones."""
    with clinic.store.reading() as cursor:
        count = disposal_overview.count_waiting(cursor, actor.person_id)
    if count:
        cases = formats.counted(count, "case")
        detail = f"{cases} that somebody else proposed: approve, or send back"
        yield HomeItem("Disposals to decide", count, detail, Urgency.DUE, SCREEN)

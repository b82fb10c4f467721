"""Follow-ups that are due: treatments after which the patient was to be seen again and was not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import follow_ups
from lib.store.connection import UnitOfWork
from lib.store.follow_ups import FollowUp

# Longer overdue than this, a call about it would only puzzle the patient.
DAYS_BACK = 28
DAYS_AHEAD = 7
PAGE = 50
SCREEN = "pages/records/follow_ups.py"


@dataclass(frozen=True, slots=True)
class FollowUps:
    """A page of open follow-ups, the longest due first, and how many there are in all."""

    rows: tuple[FollowUp, ...]
    count: int
    overdue: int


def list_due(clinic: Clinic, actor: Actor, *, as_of: date, page: int = 0) -> FollowUps:
    """Return a page (from 0) of the follow-ups due from four weeks back to a week ahead.

    Every patient shown is in the audit trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_RECORD)
    first, last = window(as_of)

    def work(unit: UnitOfWork) -> FollowUps:
        rows = follow_ups.list_follow_ups(unit.cursor, first, last, limit=PAGE, offset=page * PAGE)
        patients = [str(row.patient_id) for row in rows]
        listed = Event(Action.PATIENT_LISTED, detail={"list": "follow-ups"})
        unit.audit_each(actor, listed, patients)
        count, overdue = follow_ups.count_follow_ups(unit.cursor, first, last, as_of)
        return FollowUps(tuple(rows), count, overdue)

    return clinic.store.transact(work)


def home_items(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many follow-ups the screen shows; counts only."""
    first, last = window(as_of)
    with clinic.store.reading() as cursor:
        count, overdue = follow_ups.count_follow_ups(cursor, first, last, as_of)
    if not count:
        return
    yield HomeItem(
        title="Follow-ups due",
        count=count,
        detail=f"{overdue:,} overdue, {count - overdue:,} due by {DAYS_AHEAD} days from now",
        urgency=Urgency.OVERDUE if overdue else Urgency.DUE,
        path=SCREEN,
    )


def window(as_of: date) -> tuple[date, date]:
    """Return the first and the last day (inclusive) on which a follow-up is listed as due."""
    return as_of - timedelta(days=DAYS_BACK), as_of + timedelta(days=DAYS_AHEAD)

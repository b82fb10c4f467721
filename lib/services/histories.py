"""Histories to review: who is coming soon whose medical history was not confirmed for a year.

Only those with a booked visit are listed: a history is confirmed with the patient, so a list of
everybody who was ever here would be a list that nobody can work through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain import summary as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import histories, summary
from lib.store.connection import UnitOfWork
from lib.store.histories import HistoryDue, Span

DAYS_AHEAD = 14
PAGE = 50
SCREEN = "pages/records/histories.py"


@dataclass(frozen=True, slots=True)
class Histories:
    """A page of histories to review, the next visit first; how many in all, how many today.

    `confirmed` holds the day of the last confirmation for those on the page who have one.
    """

    rows: tuple[HistoryDue, ...]
    count: int
    today: int
    confirmed: dict[UUID, date]


def list_due(clinic: Clinic, actor: Actor, *, as_of: date, page: int = 0) -> Histories:
    """Return a page (from 0) of the histories to review before a visit in the next two weeks.

    Every patient shown is in the audit trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_RECORD)
    span, tomorrow = _span(clinic, as_of)

    def work(unit: UnitOfWork) -> Histories:
        rows = histories.list_due(unit.cursor, span, limit=PAGE, offset=page * PAGE)
        ids = [row.patient_id for row in rows]
        listed = Event(Action.PATIENT_LISTED, detail={"list": "histories"})
        unit.audit_each(actor, listed, [str(one) for one in ids])
        count, today = histories.count_due(unit.cursor, span, tomorrow)
        confirmed = summary.get_confirmed(unit.cursor, ids)
        return Histories(tuple(rows), count, today, confirmed)

    return clinic.store.transact(work)


def home_items(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many histories the screen shows; counts only."""
    span, tomorrow = _span(clinic, as_of)
    with clinic.store.reading() as cursor:
        count, today = histories.count_due(cursor, span, tomorrow)
    if count:
        detail = f"{today:,} come today, {count - today:,} in the {DAYS_AHEAD} days after"
        yield HomeItem("Histories to review", count, detail, Urgency.DUE, SCREEN)


def _span(clinic: Clinic, as_of: date) -> tuple[Span, datetime]:
    """Return the visits looked at, and the moment at which tomorrow begins at the clinic (UTC)."""
    zone = ZoneInfo(clinic.settings.timezone)
    held_since = rules.history_held_since(as_of)
    last = as_of + timedelta(days=DAYS_AHEAD + 1)
    span = Span(_begin(as_of, zone), _begin(last, zone), held_since)
    return span, _begin(as_of + timedelta(days=1), zone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)

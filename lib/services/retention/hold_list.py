"""The list of holds and vital interests: whose review is due, and its file for compliance."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Actor, Permission, can
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, day_of
from lib.domain.holds import reminded_until
from lib.imports.report import neutral
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.services.home import HomeItem, Urgency
from lib.store import hold_list, retention_blockers
from lib.store.connection import Cursor, UnitOfWork
from lib.store.hold_list import VITAL_INTEREST, Row, Show, Sought

PAGE = 50
SCREEN = "pages/privacy/holds.py"
SHOW, MINE = "show", "mine"
VITAL_TITLE: Final = "Vital interest"
RESTRICTED: Final = "Restricted record"
HEADINGS = (
    "Reference",
    "Patient",
    "Date of birth",
    "What holds the record",
    "Reason",
    "Since",
    "Until",
    "Looked after by",
    "Review due",
    "Released",
)
# More than a clinic ever has; a file of them all is made in one piece.
MOST_EXPORTED = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the list a person looks at; `is_mine` narrows it to what they look after."""

    show: Show = Show.STANDING
    kind: str = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 0) of the list, the review that is longest due first.

    A restricted record is told by its reference alone (rule E1).
    """

    rows: tuple[Row, ...]
    count: int
    overdue: int


def list_page(clinic: Clinic, actor: Actor, asked: Asked, *, as_of: date, page: int = 0) -> Page:
    """Return a page of holds and vital interests; each patient shown is in the trail.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.PLACE_HOLDS)
    sought = _sought(actor, asked, as_of)

    def work(unit: UnitOfWork) -> Page:
        rows = _rows(unit.cursor, sought, PAGE, page * PAGE)
        listed = Event(Action.RETENTION_LISTED, detail={"list": "holds"})
        unit.audit_each(actor, listed, [str(one.patient_id) for one in rows])
        return Page(tuple(rows), *hold_list.count_rows(unit.cursor, sought))

    return clinic.store.transact(work)


def export(clinic: Clinic, actor: Actor, asked: Asked, *, as_of: date) -> Download:
    """Return the list as CSV; each patient in it is in the trail as exported.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.LIST_RETENTION)
    sought = _sought(actor, asked, as_of)

    def work(unit: UnitOfWork) -> Download:
        rows = _rows(unit.cursor, sought, MOST_EXPORTED)
        exported = Event(Action.RETENTION_EXPORTED, detail={"list": "holds"})
        unit.audit_each(actor, exported, [str(one.patient_id) for one in rows])
        detail: dict[str, str | int | bool] = {"list": "holds", "fetched": len(rows)}
        fetched = Event(Action.RETENTION_EXPORTED, detail=detail)
        return Download("holds.csv", "text/csv; charset=utf-8", fetched, _csv(rows))

    return clinic.store.transact(work)


def title(kind: str) -> str:
    """Return what a hold or a vital interest is called, as a heading has it."""
    return VITAL_TITLE if kind == VITAL_INTEREST else retention_blockers.phrase(kind).title


def home_items(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say to compliance how many reviews are due; counts only."""
    yield from _reminder(clinic, as_of, None)


def home_items_of_owner(clinic: Clinic, actor: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say to whoever looks after holds how many of theirs are to be reviewed; counts only.

    Who sees all of them is told once.
    """
    if not can(actor, Permission.LIST_RETENTION):
        yield from _reminder(clinic, as_of, actor)


def _reminder(clinic: Clinic, as_of: date, owner: Actor | None) -> Iterable[HomeItem]:
    owner_id = owner.person_id if owner else None
    sought = replace(_everyone(as_of), show=Show.REVIEW, owner_id=owner_id)
    with clinic.store.reading() as cursor:
        count, overdue = hold_list.count_rows(cursor, sought)
    if not count:
        return
    query = ((SHOW, Show.REVIEW.value), *(((MINE, "1"),) if owner else ()))
    yield HomeItem(
        title="Holds to review",
        count=count,
        detail=f"{overdue:,} overdue, {count - overdue:,} due soon; vital interests included",
        urgency=Urgency.OVERDUE if overdue else Urgency.DUE,
        path=SCREEN,
        query=query,
    )


def _everyone(as_of: date) -> Sought:
    return Sought(as_of, reminded_until(as_of))


def _sought(actor: Actor, asked: Asked, as_of: date) -> Sought:
    mine: UUID | None = actor.person_id if asked.is_mine else None
    return replace(_everyone(as_of), show=asked.show, kind=asked.kind, owner_id=mine)


def _rows(cursor: Cursor, sought: Sought, most: int, first: int = 0) -> list[Row]:
    return [_told(one) for one in hold_list.list_rows(cursor, sought, most, first)]


def _told(one: Row) -> Row:
    """Return a row without the name of a record that may only be stored (rule E1)."""
    if not one.is_restricted:
        return one
    return replace(one, title=None, given_names="", family_name="", born_on=None, reason="")


def _csv(rows: Iterable[Row]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows([neutral(cell) for cell in _cells(row)] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _cells(one: Row) -> tuple[str, ...]:
    name = formats.name(one.family_name, one.given_names, one.title)
    return (
        one.reference,
        RESTRICTED if one.is_restricted else name,
        formats.day(one.born_on, ""),
        title(one.kind),
        one.reason,
        formats.day(day_of(one.since_at, LONDON)),
        formats.day(one.ends_on, ""),
        one.owner or "",
        formats.day(one.review_on),
        formats.day(day_of(one.released_at, LONDON), "") if one.released_at else "",
    )

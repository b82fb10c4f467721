"""The patients behind a figure of the schedule, each with the reason why the record is kept.

Of a restricted record only the reference is told (rule E1). Each patient shown is in the trail.
"""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.reference import normalise_reference
from lib.domain.restriction import check_use
from lib.domain.retention import Blocker
from lib.errors import InvalidInputError, NotFoundError
from lib.imports.report import neutral
from lib.services import records
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent.counting import Keeping
from lib.services.downloads import Download
from lib.services.retention import schedule, settings
from lib.services.retention.counting import THREADS
from lib.services.retention.schedule import Told
from lib.store import audit_trail, retention
from lib.store.connection import Cursor, UnitOfWork
from lib.store.marks import batched
from lib.store.retention import Sought

PAGE = 50
# Nobody turns more pages than this; a narrower list shows the rest.
MOST_LISTED = 5_000
MOST_EXPORTED = 50_000
TOO_MANY = (
    "These are {count:,} records, more than one file should hold ({most:,}). Narrow the list, to a "
    "month for instance."
)
NOBODY = "Nobody has this reference or id. Look at it again: its last letter checks the rest."
HEADINGS = (
    "Reference", "Title", "Given names", "Family name", "Born", "State", "Kept until",
    "May go from", "Minor", "Pictures", "Why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of a list. Of a restricted record only the reference may be shown (rule E1)."""

    told: Told
    is_restricted: bool

    @property
    def patient_id(self) -> UUID:
        """Return whose record it is."""
        return self.told.known.patient_id


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 0) of a list, the longest due first; `count` is of the whole list."""

    rows: tuple[Line, ...]
    count: int
    page: int


@dataclass(frozen=True, slots=True)
class _Found:
    keys: tuple[UUID, ...]
    count: int


_kept: Keeping[_Found] = Keeping()


def list_due(clinic: Clinic, actor: Actor, sought: Sought, *, as_of: date, page: int = 0) -> Page:
    """Return a page of the patients of a list; each one shown is in the trail.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.LIST_RETENTION)
    found = _find(clinic, sought, as_of)
    shown = max(0, min(page, (len(found.keys) - 1) // PAGE))
    keys = found.keys[shown * PAGE : (shown + 1) * PAGE]

    def work(unit: UnitOfWork) -> Page:
        rows = _lines(unit.cursor, keys, as_of)
        event = _event(Action.RETENTION_LISTED, sought, as_of)
        unit.audit_each(actor, event, [str(row.patient_id) for row in rows])
        return Page(tuple(rows), found.count, shown)

    return clinic.store.transact(work)


def find(clinic: Clinic, actor: Actor, named: str, *, as_of: date) -> Line:
    """Return what the schedule says of one patient, named by reference or id; in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, and `GroundNeededError` for a
    restricted record: its own screen asks for the ground (rule E1).
    """
    authorise(clinic, actor, Permission.LIST_RETENTION)

    def work(unit: UnitOfWork) -> Line:
        patient_id = _named(unit.cursor, named)
        is_restricted = records.is_restricted(unit.cursor, patient_id)
        check_use(is_restricted=is_restricted, ground=None)
        unit.audit(actor, Event(Action.RETENTION_VIEWED, patient_id=patient_id))
        return Line(schedule.of_patient(unit.cursor, patient_id, as_of), is_restricted)

    return clinic.store.transact(work)


def export(clinic: Clinic, actor: Actor, sought: Sought, *, as_of: date) -> Download:
    """Return everybody of a list as CSV; each one is in the trail as exported.

    Raises `NotPermittedError`, and `InvalidInputError` when they are too many for one file.
    """
    authorise(clinic, actor, Permission.LIST_RETENTION)

    def work(unit: UnitOfWork) -> Download:
        setting = settings.current(unit.cursor).setting
        count = retention.count_keys(unit.cursor, as_of, setting, sought)
        if count > MOST_EXPORTED:
            raise InvalidInputError(TOO_MANY.format(count=count, most=MOST_EXPORTED))
        keys = retention.list_keys(unit.cursor, as_of, setting, sought, MOST_EXPORTED)
        rows = [row for some in batched(keys) for row in _lines(unit.cursor, some, as_of)]
        event = _event(Action.RETENTION_EXPORTED, sought, as_of)
        unit.audit_each(actor, event, [str(row.patient_id) for row in rows])
        fetched = Event(Action.RETENTION_EXPORTED, detail={"fetched": len(rows)})
        return Download("retention.csv", "text/csv; charset=utf-8", fetched, as_csv(rows))

    with clinic.store.with_threads(THREADS):
        return clinic.store.transact(work)


def as_csv(rows: Sequence[Line]) -> bytes:
    """Return a list as CSV that no spreadsheet takes for formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows([neutral(cell) for cell in _cells(row)] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def forget() -> None:
    """Forget which patients lists were of, as when the clinic is closed."""
    _kept.clear()


def _find(clinic: Clinic, sought: Sought, as_of: date) -> _Found:
    """Return whom a list is of, found now unless that was done since the last change."""
    with clinic.store.reading() as cursor:
        setting = settings.current(cursor).setting
        state = retention.get_state(cursor, as_of)

    def find() -> _Found:
        with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
            keys = retention.list_keys(cursor, as_of, setting, sought, MOST_LISTED)
            many = len(keys) == MOST_LISTED
            count = retention.count_keys(cursor, as_of, setting, sought) if many else len(keys)
            return _Found(tuple(keys), count)

    # The state is part of the key: a list never shows what was before the last change.
    key = (str(clinic.store.path), as_of, setting, sought, state)
    return _kept.get(key, state, find).result


def _named(cursor: Cursor, named: str) -> UUID:
    with suppress(ValueError):
        return UUID(named)
    reference = normalise_reference(named)
    found = audit_trail.get_patient_id(cursor, reference) if reference else None
    if found is None:
        raise NotFoundError(NOBODY)
    return found


def _lines(cursor: Cursor, keys: Sequence[UUID], as_of: date) -> list[Line]:
    found = schedule.told(cursor, keys, as_of)
    return [
        Line(found[key], Blocker.RESTRICTION in {one.blocker for one in found[key].standing})
        for key in keys
        if key in found
    ]


def _cells(row: Line) -> tuple[str, ...]:
    known, said = row.told.known, row.told.disposition
    dates = (formats.day(said.retain_until, ""), formats.day(said.dispose_from, ""))
    if row.is_restricted:
        return (known.reference, *[""] * 4, said.status.value, *dates, "", "", "Restricted record")
    return (
        known.reference,
        known.title or "",
        known.given_names,
        known.family_name,
        formats.day(row.told.facts.born_on, ""),
        said.status.value,
        *dates,
        "yes" if said.was_minor else "",
        str(known.pictures),
        row.told.sentence,
    )


def _event(action: Action, sought: Sought, as_of: date) -> Event:
    detail: dict[str, str | int | bool] = {"list": "retention", "as_of": as_of.isoformat()}
    for name in ("status", "status_then", "first_month", "last_month", "basis", "was_minor"):
        value = getattr(sought, name)
        if value is not None:
            detail[name] = value
    return Event(action, detail=detail)

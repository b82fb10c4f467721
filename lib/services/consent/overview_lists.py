"""The patients behind a figure of the overview: a page of them, asking them, taking them out."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, Decision, State, Topic, begin_of, months_after
from lib.domain.consent_overview import Bounds, soon_until
from lib.errors import InvalidInputError
from lib.imports.report import neutral
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import tasks
from lib.services.consent.overview import THREADS, Catalogue, Wish, catalogue, filters_of
from lib.services.downloads import Download
from lib.store import consent_overview
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_overview import Listed, Sought, Standing
from lib.store.marks import batched

PAGE = 50
# More at once would be a list that nobody works through; those who come next are first.
MOST_ASKED = 500
MOST_EXPORTED = 50_000
TOO_MANY = (
    "These are {count:,} patients, more than one file should hold ({most:,}). Narrow the list, by "
    "the next visit for instance."
)
NOTHING_CHOSEN = "choose at least one patient"
HEADINGS = (
    "Reference", "Title", "Given names", "Family name", "Born", "Purpose", "Channel", "State",
    "Since", "Runs out", "Last seen", "Last seen by", "Next visit", "To be asked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """Which figure is opened: a topic, a state, and of active ones those that end within days."""

    topic: Topic
    state: State
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 0) of the patients behind a figure, those who come next first."""

    choice: Choice
    rows: tuple[Listed, ...]
    count: int
    page: int
    validity_months: int | None

    def runs_out_on(self, row: Listed) -> date | None:
        """Return the first day on which what was given no longer holds; None: it has no end."""
        is_given = self.choice.state in {State.ACTIVE, State.SUPERSEDED, State.EXPIRED}
        if not is_given or row.received_on is None or self.validity_months is None:
            return None
        return months_after(row.received_on, self.validity_months)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking for a question at the next visit: tasks opened, those open already."""

    task_ids: tuple[UUID, ...]
    already: int


def list_patients(  # noqa: PLR0913 - a list is of all of it
    clinic: Clinic, actor: Actor, choice: Choice, wish: Wish, *, as_of: date, page: int = 0
) -> Page:
    """Return a page of the patients behind a figure; each one shown is in the trail.

    Restricted, merged and deceased patients are left out. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.LIST_CONSENT)

    def work(unit: UnitOfWork) -> Page:
        cursor = unit.cursor
        known = catalogue(cursor)
        sought = sought_for(known, choice, wish, as_of)
        count = consent_overview.count_listed(cursor, sought)
        shown = max(0, min(page, (count - 1) // PAGE))
        since = begin_of(as_of, LONDON)
        keys = consent_overview.list_keys(cursor, sought, since, limit=PAGE, offset=shown * PAGE)
        rows = consent_overview.list_patients(cursor, keys, choice.topic, since)
        unit.audit_each(actor, _event(Action.CONSENT_LISTED, choice), [str(key) for key in keys])
        return Page(choice, tuple(rows), count, shown, known.validity_of(choice.topic))

    with clinic.store.with_threads(THREADS):
        return clinic.store.transact(work)


def sought_for(known: Catalogue, choice: Choice, wish: Wish, as_of: date) -> Sought:
    """Return what the store looks for."""
    bounds = known.bounds(choice.topic, as_of)
    until = None
    if choice.within is not None:
        ends = soon_until(known.validity_of(choice.topic), as_of, (choice.within,))
        # What has no end does not end within any time.
        until = ends.get(choice.within, date.min)
    standing = _standing(choice.state, bounds, until)
    return Sought(choice.topic, standing, filters_of(wish, as_of))


def _standing(state: State, bounds: Bounds, until: date | None) -> Standing | None:
    overtaken = tuple(sorted(bounds.superseded))
    match state:
        case State.NOT_ASKED:
            return None
        case State.WITHDRAWN:
            return Standing(Decision.WITHDRAWN)
        case State.REFUSED:
            return Standing(Decision.REFUSED)
        case State.EXPIRED:
            return Standing(Decision.GIVEN, until=bounds.expired_until)
        case State.SUPERSEDED:
            return Standing(Decision.GIVEN, bounds.expired_until, None, overtaken)
        case State.ACTIVE:
            return Standing(Decision.GIVEN, bounds.expired_until, until, overtaken, is_other=True)


def ask(
    clinic: Clinic, actor: Actor, topic: Topic, patient_ids: Sequence[UUID], *, now: datetime
) -> Asked:
    """Let these patients be asked at their next visit; asking again opens nothing new.

    Raises `NotPermittedError`, and `InvalidInputError` when nobody is chosen.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    chosen = list(dict.fromkeys(patient_ids))[:MOST_ASKED]
    if not chosen:
        raise InvalidInputError(NOTHING_CHOSEN, field="patients")

    def work(unit: UnitOfWork) -> Asked:
        opened = tasks.ask_within(unit, actor, chosen, topic, now)
        return Asked(tuple(one.task_id for one in opened), len(chosen) - len(opened))

    return clinic.store.transact(work)


def ask_all(  # noqa: PLR0913 - a list is of all of it
    clinic: Clinic, actor: Actor, choice: Choice, wish: Wish, *, as_of: date, now: datetime
) -> Asked:
    """Let the patients of a whole list be asked, at most 500, those who come next first.

    Raises `NotPermittedError`, and `InvalidInputError` when the list is empty.
    """
    authorise(clinic, actor, Permission.LIST_CONSENT)
    with clinic.store.reading() as cursor:
        sought = sought_for(catalogue(cursor), choice, wish, as_of)
        since = begin_of(as_of, LONDON)
        keys = consent_overview.list_keys(cursor, sought, since, limit=MOST_ASKED)
    return ask(clinic, actor, choice.topic, keys, now=now)


def export(clinic: Clinic, actor: Actor, choice: Choice, wish: Wish, *, as_of: date) -> Download:
    """Return everybody behind a figure as CSV; each one is in the trail as exported.

    Raises `NotPermittedError`, and `InvalidInputError` when they are too many for one file.
    """
    authorise(clinic, actor, Permission.EXPORT_CONSENT)

    def work(unit: UnitOfWork) -> Download:
        cursor = unit.cursor
        known = catalogue(cursor)
        sought = sought_for(known, choice, wish, as_of)
        count = consent_overview.count_listed(cursor, sought)
        if count > MOST_EXPORTED:
            raise InvalidInputError(TOO_MANY.format(count=count, most=MOST_EXPORTED))
        rows = list(_everybody(cursor, sought, begin_of(as_of, LONDON)))
        page = Page(choice, tuple(rows), count, 0, known.validity_of(choice.topic))
        event = _event(Action.CONSENT_EXPORTED, choice)
        unit.audit_each(actor, event, [str(row.patient_id) for row in rows])
        fetched = Event(Action.CONSENT_EXPORTED, detail={"fetched": len(rows)})
        return Download("consent.csv", "text/csv; charset=utf-8", fetched, as_csv(page))

    with clinic.store.with_threads(THREADS):
        return clinic.store.transact(work)


def _everybody(cursor: Cursor, sought: Sought, since: datetime) -> Iterable[Listed]:
    keys = consent_overview.list_keys(cursor, sought, since, limit=MOST_EXPORTED)
    for some in batched(keys):
        yield from consent_overview.list_patients(cursor, some, sought.topic, since)


def as_csv(page: Page) -> bytes:
    """Return a list as CSV that no spreadsheet takes for formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows([neutral(cell) for cell in _cells(page, row)] for row in page.rows)
    return file.getvalue().encode("utf-8-sig")


def _cells(page: Page, row: Listed) -> tuple[str, ...]:
    topic = page.choice.topic
    return (
        row.reference,
        row.title or "",
        row.given_names,
        row.family_name,
        formats.day(row.born_on, ""),
        topic.purpose,
        topic.channel.value if topic.channel else "",
        page.choice.state.value,
        formats.day(row.received_on, ""),
        formats.day(page.runs_out_on(row), ""),
        formats.day(row.last_seen_on, ""),
        row.last_seen_by or "",
        formats.moment(row.next_visit_at, LONDON, "") if row.next_visit_at else "",
        "yes" if row.is_to_be_asked else "no",
    )


def _event(action: Action, choice: Choice) -> Event:
    detail: dict[str, str | int | bool] = {
        "list": "consent overview",
        "purpose": choice.topic.purpose,
        "state": choice.state.value,
    }
    if choice.topic.channel:
        detail["channel"] = choice.topic.channel.value
    return Event(action, detail=detail)

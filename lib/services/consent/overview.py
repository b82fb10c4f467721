"""Consent across the clinic: patients by purpose and state, what is ending, what was overtaken.

Whoever may list patients sees exact figures, which open lists. Whoever may only see the overview
(an owner) gets figures as at the end of the month before, that give nobody away.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from lib.domain.access import Actor, Permission, can
from lib.domain.consent import LONDON, TREATMENT, FormVersion, State, Topic, begin_of
from lib.domain.consent_overview import (
    SOON,
    Bounds,
    Group,
    Line,
    bounds_on,
    line_of,
    soon_until,
    superseded_on,
)
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import purposes
from lib.services.consent.counting import Keeping
from lib.services.consent.purposes import Purpose
from lib.services.home import HomeItem, Urgency
from lib.store import consent_overview
from lib.store.connection import Cursor
from lib.store.consent_overview import Filters

SCREEN = "pages/privacy/consent_overview.py"
# One look through millions of rows takes half as long with two.
THREADS = 2
SOONEST = SOON[0]
COMING_DAYS = 7


@dataclass(frozen=True, slots=True)
class Wish:
    """What the patients are narrowed by: seen last by, coming within so many days, treated since.

    A visit booked for today counts as coming, all day.
    """

    practitioner_id: UUID | None = None
    booked_days: int | None = None
    treated_since: date | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the clinic: a line a topic, in the order of the purposes.

    `is_old`: something changed since it was counted, and it is being counted anew.
    """

    as_of: date
    patients: int
    lines: tuple[Line, ...]
    purposes: Mapping[str, Purpose]
    forms: Mapping[UUID, str]
    is_old: bool = False

    @property
    def ending(self) -> Mapping[int, int]:
        """Return how many consents, of all topics, run out within so many days."""
        return {days: sum(line.soon.get(days, 0) for line in self.lines) for days in SOON}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The purposes that are asked for, in order, and the wordings that consents rest on."""

    purposes: tuple[Purpose, ...]
    versions: Mapping[UUID, FormVersion]
    forms: Mapping[UUID, str] = field(default_factory=dict)

    def bounds(self, topic: Topic, as_of: date) -> Bounds:
        """Return what tells the states of a topic's grants on a day."""
        superseded = superseded_on(self.versions.values(), as_of)
        return bounds_on(superseded, self.validity_of(topic), as_of)

    def validity_of(self, topic: Topic) -> int | None:
        """Return for how many months a topic's grants hold; None: until they are withdrawn."""
        found = (one.validity_months for one in self.purposes if one.code == topic.purpose)
        return next(found, None)

    def topics(self) -> Iterable[tuple[Purpose, Topic]]:
        """Give every topic with its purpose, in order."""
        for purpose in self.purposes:
            for topic in purposes.topics_of(purpose):
                yield purpose, topic


_kept: Keeping[Overview] = Keeping()


def catalogue(cursor: Cursor) -> Catalogue:
    """Return what is asked for now."""
    asked = tuple(one for one in purposes.list_purposes(cursor) if one.is_active)
    return Catalogue(asked, purposes.versions(cursor), consent_overview.list_forms(cursor))


def overview(clinic: Clinic, actor: Actor, *, as_of: date, wish: Wish | None = None) -> Overview:
    """Return the state of the clinic today, of the patients who fit the wish.

    Restricted, merged and deceased patients are left out. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_CONSENT_OVERVIEW)
    authorise(clinic, actor, Permission.LIST_CONSENT)
    return _overview(clinic, as_of, wish or Wish())


def _overview(clinic: Clinic, as_of: date, wish: Wish) -> Overview:
    with clinic.store.reading() as cursor:
        state = consent_overview.get_state(cursor)
    filters = filters_of(wish, as_of)
    key: Hashable = (str(clinic.store.path), as_of, filters)
    counted = _kept.get(key, state, lambda: _count(clinic, as_of, filters))
    return replace(counted.result, is_old=counted.is_old)


def _count(clinic: Clinic, as_of: date, filters: Filters) -> Overview:
    """Count every topic as it stands today; purposes and forms are read with it."""
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        known = catalogue(cursor)
        patients = consent_overview.count_patients(cursor, filters)
        groups = consent_overview.count_groups(cursor, filters)
    by_code = {one.code: one for one in known.purposes}
    lines = lines_of(known, groups, patients, as_of)
    return Overview(as_of, patients, lines, by_code, known.forms)


def lines_of(
    known: Catalogue, groups: Sequence[Group], patients: int, as_of: date
) -> tuple[Line, ...]:
    """Return the counts of every topic, in the order of the purposes."""
    by_topic: dict[Topic, list[Group]] = defaultdict(list)
    for group in groups:
        by_topic[group.topic].append(group)
    superseded = superseded_on(known.versions.values(), as_of)
    return tuple(
        line_of(
            topic,
            by_topic.get(topic, ()),
            bounds_on(superseded, purpose.validity_months, as_of),
            soon_until(purpose.validity_months, as_of),
            patients,
        )
        for purpose, topic in known.topics()
    )


def filters_of(wish: Wish, as_of: date) -> Filters:
    """Return what a wish means in days and moments."""
    booked = None
    if wish.booked_days is not None:
        last = as_of + timedelta(days=wish.booked_days + 1)
        booked = (begin_of(as_of, LONDON), begin_of(last, LONDON))
    return Filters(wish.practitioner_id, booked, wish.treated_since)


def home_items(clinic: Clinic, actor: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many consents run out soon, and who comes this week without having been asked.

    Nothing for somebody who may not list patients: their figures are those of a month's end.
    """
    if not is_exact(actor):
        return
    found = _overview(clinic, as_of, Wish())
    if found.ending[SOONEST]:
        detail = f"within {SOONEST} days, unless people are asked again"
        yield HomeItem(
            "Consents running out", found.ending[SOONEST], detail, Urgency.INFORMATION, SCREEN
        )
    coming = _overview(clinic, as_of, Wish(booked_days=COMING_DAYS))
    never = sum(
        line.states[State.NOT_ASKED] for line in coming.lines if line.topic.purpose == TREATMENT
    )
    if never:
        detail = f"no answer about treatment, and a visit within {COMING_DAYS} days"
        query = (
            ("purpose", TREATMENT),
            ("state", State.NOT_ASKED.value),
            ("booked", str(COMING_DAYS)),
        )
        yield HomeItem("Coming, never asked", never, detail, Urgency.DUE, SCREEN, query)


def is_exact(actor: Actor) -> bool:
    """Tell whether somebody may see exact figures, and lists of patients."""
    return can(actor, Permission.LIST_CONSENT)


def forget() -> None:
    """Forget everything that was counted, as when the clinic is closed."""
    _kept.clear()

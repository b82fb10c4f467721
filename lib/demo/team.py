"""The synthetic practitioners: who joined and left when, and who may prescribe."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns, names
from lib.demo.accounts import STAFF
from lib.demo.calendar import Calendar, months_of
from lib.demo.columns import ABSENT, DAY_SECONDS, Floats, Ints, Random, Texts, chance

FIRST_TEAM = 5
PATIENTS_EACH = 3_500
# The founders are a doctor and a prescribing nurse who stay; others come and go.
FOUNDERS = 2
# The nurse among them signs in to the demo as staff.
LINKED = 1
STAYERS_SHARE = 0.45
PROFESSIONS = (
    ("Nurse", "NMC", 0.52, 0.65),
    ("Doctor", "GMC", 0.18, 1.0),
    ("Dentist", "GDC", 0.10, 1.0),
    ("Pharmacist", "GPhC", 0.08, 1.0),
    ("Aesthetic therapist", None, 0.12, 0.0),
)
# Doctors, and dentists by courtesy.
DOCTORS = (1, 2)


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is there in each month: row per month since `first_month`, members left-aligned."""

    first_month: int
    members: Ints
    counts: Ints

    def on(self, days: Ints, shares: Floats) -> Ints:
        """Return a member on duty each day; the same share picks the same one while all stay."""
        row = np.clip(months_of(days) - self.first_month, 0, len(self.counts) - 1)
        column = (shares * self.counts[row]).astype(np.int64)
        return np.asarray(self.members[row, column])


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who ever treated; `everyone` and `prescribers` say who is there when."""

    practitioner_id: Any
    since: Ints
    until: Ints
    is_prescriber: columns.Flags
    everyone: Rota
    prescribers: Rota
    injectors: Rota
    table: pa.Table


def rota(since: Ints, until: Ints, chosen: Ints, calendar: Calendar) -> Rota:
    """Return who of `chosen` is there for the whole of each month."""
    first = int(months_of(np.array([calendar.first]))[0])
    last = int(months_of(np.array([calendar.first + len(calendar.offsets)]))[0])
    months = np.arange(first, last + 1).astype("datetime64[M]")
    starts = months.astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[D]").astype(np.int64)
    leaving = np.where(until == ABSENT, 10**6, until)
    here = (since[chosen] <= starts[:, None]) & (leaving[chosen] >= ends[:, None])
    # The founders came before the first month began.
    order = np.argsort(~here, axis=1, kind="stable")
    return Rota(first, chosen[order], here.sum(axis=1))


def team(random: Random, patients: int, calendar: Calendar) -> Team:
    """Return the team of a clinic of that size."""
    size = FIRST_TEAM + 4 + patients // PATIENTS_EACH
    since, until = _tenures(random, size, calendar)
    profession = columns.weighted(random, [share for *_, share, _ in PROFESSIONS], size)
    profession[:FOUNDERS] = (1, 0)
    prescribing = np.array([share for *_, share in PROFESSIONS])
    is_prescriber = random.random(size) < prescribing[profession]
    is_prescriber[:FOUNDERS] = True
    ids = columns.uuids(random, since * DAY_SECONDS)
    chosen = np.arange(size, dtype=np.int64)
    return Team(
        practitioner_id=ids,
        since=since,
        until=until,
        is_prescriber=is_prescriber,
        everyone=rota(since, until, chosen, calendar),
        prescribers=rota(since, until, chosen[is_prescriber], calendar),
        injectors=rota(since, until, chosen[profession < len(PROFESSIONS) - 1], calendar),
        table=_table(random, (ids, since, until), profession, is_prescriber),
    )


def _tenures(random: Random, size: int, calendar: Calendar) -> tuple[Ints, Ints]:
    span = calendar.as_of - calendar.first
    since = calendar.first + (np.sqrt(random.random(size)) * span * 0.95).astype(np.int64)
    since[:FIRST_TEAM] = calendar.first - 60
    stays = random.gamma(2.0, 900.0, size).astype(np.int64) + 180
    until = since + stays
    stayed = (until >= calendar.as_of) | chance(random, STAYERS_SHARE, size)
    stayed[:FOUNDERS] = True
    return since, np.where(stayed, ABSENT, until)


def _table(
    random: Random, tenure: tuple[Any, Ints, Ints], profession: Ints, is_prescriber: columns.Flags
) -> pa.Table:
    ids, since, until = tenure
    size = len(since)
    accounts = np.full(size, None, dtype=np.object_)
    accounts[LINKED] = str(STAFF.person_id)
    bodies = [body for _, body, _, _ in PROFESSIONS[:-1]]
    registered = profession < len(bodies)
    numbers = random.integers(1_000_000, 9_999_999, size).astype(str).astype(np.object_)
    numbers[~registered] = None
    return pa.table(
        {
            "practitioner_id": ids,
            "display_name": columns.texts(_display_names(random, since, profession)),
            "profession": columns.coded(profession, [word for word, *_ in PROFESSIONS]),
            "registration_body": columns.coded(np.where(registered, profession, -1), bodies),
            "registration_number": columns.texts(numbers),
            "is_prescriber": pa.array(is_prescriber),
            "active_from": columns.dates(since),
            "active_until": columns.dates(until),
            "person_id": columns.texts(accounts),
        }
    )


def _display_names(random: Random, since: Ints, profession: Ints) -> Texts:
    size = len(since)
    drawn = names.draw(
        random, np.zeros(size, dtype=np.int64), chance(random, 0.8, size), 1970 + since % 28
    )
    shown = np.empty(size, dtype=np.object_)
    shown[:] = [
        f"{'Dr ' if code in DOCTORS else ''}{given.partition(' ')[0]} {family}"
        for code, given, family in zip(profession, drawn.given, drawn.family, strict=True)
    ]
    shown[LINKED] = STAFF.display_name
    return shown

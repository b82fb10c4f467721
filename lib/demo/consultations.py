"""Consultations and appointments of the synthetic clinic, past, missed and to come."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns, wording
from lib.demo.calendar import Calendar
from lib.demo.catalogue import PROTOCOLS, TOXIN
from lib.demo.columns import ABSENT, DAY_SECONDS, Ints, Random, chance, weighted
from lib.demo.crowd import CONSULTED, TURNED_AWAY, Crowd, adult_on
from lib.demo.team import Team
from lib.demo.treatments import Treatments

OUTCOMES = ("proceed", "thinking_it_over", "patient_declined", "clinic_declined", "under_age")
UNDER_AGE = 4
CONSULT_ONLY = (0.0, 0.55, 0.25, 0.20)
SAME_DAY_SHARE = 0.45
# The diary goes back two years; older pages were not carried over.
DIARY_DAYS = 730
LATEST_AHEAD_DAYS = 120
SLOT_SECONDS = 1800
SLOTS = 18
OPENING_SECONDS = 9 * 3600
STATUSES = ("booked", "attended", "cancelled", "missed")
BOOKED, ATTENDED, CANCELLED, MISSED = range(4)
CANCELLED_SHARE = 0.09
MISSED_SHARE = 0.04
STILL_COMING_DAYS = 240
BOOKED_AHEAD_SHARE = 0.42
CONSULTATION = "Consultation"
REVIEW = "Review"


@dataclass(frozen=True, slots=True)
class Consultations:
    """Consultations of a crowd: a patient's row, a day, a practitioner, an outcome code."""

    row: Ints
    day: Ints
    practitioner: Ints
    outcome: Ints


def consultations(
    random: Random, crowd: Crowd, given: Treatments, team: Team, calendar: Calendar
) -> Consultations:
    """Return a consultation before each new programme, and those that led to nothing."""
    firsts = np.flatnonzero(given.visits.is_first & (given.version == 1))
    before = np.where(
        chance(random, SAME_DAY_SHARE, len(firsts)), 0, random.integers(1, 15, len(firsts))
    )
    row = given.visits.row[firsts]
    adult = np.maximum(crowd.registered, adult_on(crowd))[row]
    day = np.maximum(calendar.open_on_or_after(given.visits.day[firsts] - before), adult)
    day = np.minimum(day, given.visits.day[firsts])
    only = np.flatnonzero((crowd.kind == CONSULTED) | (crowd.kind == TURNED_AWAY))
    only_day = calendar.open_on_or_after(crowd.registered[only])
    minor = crowd.kind[only] == TURNED_AWAY
    # Someone who died or turned 18 before the first open day was not consulted.
    alive = (crowd.died[only] == ABSENT) | (crowd.died[only] > only_day)
    fits = alive & (only_day <= crowd.as_of) & (~minor | (only_day < adult_on(crowd)[only]))
    outcome = np.where(minor, UNDER_AGE, weighted(random, CONSULT_ONLY, len(only)))
    return Consultations(
        row=np.concatenate((row, only[fits])),
        day=np.concatenate((day, only_day[fits])),
        practitioner=np.concatenate(
            (
                given.practitioner[firsts],
                team.injectors.on(only_day, random.random(len(only)))[fits],
            )
        ),
        outcome=np.concatenate((np.zeros(len(firsts), dtype=np.int64), outcome[fits])),
    )


def table(
    random: Random, crowd: Crowd, held: Consultations, team: Team, calendar: Calendar
) -> pa.Table:
    """Return the consultation table of a crowd, patient by patient."""
    recorded = calendar.in_utc(columns.moments(random, held.day, 10, 8))
    rows = pa.table(
        {
            "consultation_id": columns.uuids(random, recorded),
            "patient_id": columns.pick(crowd.patient_id, held.row),
            "consulted_on": columns.dates(held.day),
            "practitioner_id": columns.pick(team.practitioner_id, held.practitioner),
            "notes": wording.consultation_notes(random, held.outcome, OUTCOMES),
            "outcome": columns.coded(held.outcome, OUTCOMES),
            "recorded_at": columns.instants(recorded),
        }
    )
    return rows.take(pa.array(np.lexsort((held.day, held.row))))


def last_seen(
    crowd: Crowd, given: Treatments, held: Consultations, team: Team
) -> tuple[Ints, Any]:
    """Return for each patient the last day seen, absent for never, and by whom."""
    row = np.concatenate((given.visits.row, held.row))
    day = np.concatenate((given.visits.day, held.day))
    practitioner = np.concatenate((given.practitioner, held.practitioner))
    # Later wins; on one day the treatment outranks the consultation before it.
    rank = np.concatenate((np.ones(len(given)), np.zeros(len(held.row))))
    order = np.lexsort((rank, day, row))
    last = order[np.concatenate((np.diff(row[order]) != 0, [True]))] if len(row) else order
    seen = np.full(len(crowd), ABSENT, dtype=np.int64)
    seen[row[last]] = day[last]
    who = np.full(len(crowd), -1, dtype=np.int64)
    who[row[last]] = practitioner[last]
    return seen, columns.pick(team.practitioner_id, who)


def appointments(
    random: Random, crowd: Crowd, given: Treatments, clinic: tuple[Calendar, Team], held: Consultations
) -> pa.Table:
    """Return the diary of a crowd: two years back, and what is booked."""
    calendar, team = clinic
    parts = [_kept(crowd, given, held), _broken(random, crowd, given, calendar),
             _coming(random, crowd, given, (calendar, team))]  # fmt: skip
    row, day, practitioner, purpose, status = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, row))
    row, day, practitioner = row[order], day[order], practitioner[order]
    starts = calendar.in_utc(day * DAY_SECONDS + OPENING_SECONDS + SLOT_SECONDS * _slots(practitioner, day))
    recorded = np.minimum(starts, crowd.as_of * DAY_SECONDS) - random.integers(
        1, 30, len(row)
    ) * DAY_SECONDS
    purposes = [*(protocol.name for protocol in PROTOCOLS), CONSULTATION, REVIEW]
    return pa.table(
        {
            "appointment_id": columns.uuids(random, recorded),
            "patient_id": columns.pick(crowd.patient_id, row),
            "starts_at": columns.instants(starts),
            "ends_at": columns.instants(starts + SLOT_SECONDS),
            "practitioner_id": columns.pick(team.practitioner_id, practitioner),
            "purpose": columns.coded(purpose[order], purposes),
            "status": columns.coded(status[order], STATUSES),
            "recorded_at": columns.instants(recorded),
        }
    )


Diary = tuple[Ints, Ints, Ints, Ints, Ints]


def _kept(crowd: Crowd, given: Treatments, held: Consultations) -> Diary:
    """Return one attended appointment for each patient and day of the last two years."""
    row = np.concatenate((given.visits.row, held.row))
    day = np.concatenate((given.visits.day, held.day))
    who = np.concatenate((given.practitioner, held.practitioner))
    what = np.concatenate((given.visits.protocol, np.full(len(held.row), len(PROTOCOLS))))
    recent = np.flatnonzero(day > crowd.as_of - DIARY_DAYS)
    _, first = np.unique(row[recent] * 100_000 + day[recent], return_index=True)
    chosen = recent[first]
    return row[chosen], day[chosen], who[chosen], what[chosen], np.full(len(chosen), ATTENDED)


def _broken(random: Random, crowd: Crowd, given: Treatments, calendar: Calendar) -> Diary:
    """Return appointments that were cancelled or missed shortly before the visit that was kept."""
    recent = np.flatnonzero(
        (given.visits.day > crowd.as_of - DIARY_DAYS + 30) & (given.version == 1)
    )
    draw = random.random(len(recent))
    chosen = recent[draw < CANCELLED_SHARE + MISSED_SHARE]
    status = np.where(draw[draw < CANCELLED_SHARE + MISSED_SHARE] < MISSED_SHARE, MISSED, CANCELLED)
    day = calendar.open_on_or_after(given.visits.day[chosen] - random.integers(5, 25, len(chosen)))
    fits = (day >= crowd.registered[given.visits.row[chosen]]) & (day < given.visits.day[chosen])
    chosen, status, day = chosen[fits], status[fits], day[fits]
    return (
        given.visits.row[chosen], day, given.practitioner[chosen], given.visits.protocol[chosen],
        status,
    )  # fmt: skip


def _coming(
    random: Random, crowd: Crowd, given: Treatments, clinic: tuple[Calendar, Team]
) -> Diary:
    """Return what patients who are still coming have booked."""
    calendar, team = clinic
    row = given.visits.row
    last = np.flatnonzero(np.concatenate((row[1:] != row[:-1], [True]))) if len(row) else row
    recent = given.visits.day[last] > crowd.as_of - STILL_COMING_DAYS
    alive = crowd.died[row[last]] == ABSENT
    chosen = last[recent & alive & chance(random, BOOKED_AHEAD_SHARE, len(last))]
    ahead = (random.beta(1.1, 2.4, len(chosen)) * LATEST_AHEAD_DAYS).astype(np.int64)
    day = calendar.open_on_or_after(crowd.as_of + 1 + ahead)
    review = (given.visits.day[chosen] > crowd.as_of - 25) & (
        given.visits.programme[chosen] == TOXIN
    )
    purpose = np.where(review, len(PROTOCOLS) + 1, given.visits.protocol[chosen])
    who = team.injectors.on(day, random.random(len(chosen)))
    status = np.where(chance(random, 0.05, len(chosen)), CANCELLED, BOOKED)
    return row[chosen], day, who, purpose, status


def _slots(practitioner: Ints, day: Ints) -> Ints:
    """Return a half-hour of the day to each, no practitioner twice at once while they last."""
    key = practitioner * 100_000 + day
    order = np.argsort(key, kind="stable")
    _, counts = np.unique(key, return_counts=True)
    slots = np.empty(len(key), dtype=np.int64)
    # Spread over the day: seven is prime to the number of half-hours.
    slots[order] = (columns.places(counts) * 7 + key[order] % 5) % SLOTS
    return slots

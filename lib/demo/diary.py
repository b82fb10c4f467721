"""The synthetic clinic's diary: appointments kept, cancelled, missed and still to come."""

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import STAFF
from lib.demo.calendar import Calendar
from lib.demo.catalogue import PROTOCOLS, TOXIN
from lib.demo.columns import ABSENT, DAY_SECONDS, Ints, Random, chance
from lib.demo.consultations import Consultations
from lib.demo.crowd import Crowd
from lib.demo.scene import Scene
from lib.demo.treatments import Treatments

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


def appointments(
    random: Random, crowd: Crowd, given: Treatments, held: Consultations, scene: Scene
) -> pa.Table:
    """Return the diary of a crowd: two years back, and what is booked."""
    calendar, team = scene.calendar, scene.team
    parts = [_kept(crowd, given, held), _broken(random, crowd, given, calendar),
             _coming(random, crowd, given, scene)]  # fmt: skip
    row, day, practitioner, purpose, status = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((day, row))
    row, day, practitioner = row[order], day[order], practitioner[order]
    starts = calendar.in_utc(
        day * DAY_SECONDS + OPENING_SECONDS + SLOT_SECONDS * _slots(practitioner, day)
    )
    recorded = (
        np.minimum(starts, crowd.as_of * DAY_SECONDS)
        - random.integers(1, 30, len(row)) * DAY_SECONDS
    )
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
            "recorded_by": columns.same(str(STAFF.person_id), len(recorded)),
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


def _coming(random: Random, crowd: Crowd, given: Treatments, scene: Scene) -> Diary:
    """Return what patients who are still coming have booked."""
    calendar, team = scene.calendar, scene.team
    row = given.visits.row
    last = np.flatnonzero(np.diff(row, append=-1) != 0)
    recent = given.visits.day[last] > crowd.as_of - STILL_COMING_DAYS
    alive = crowd.died[row[last]] == ABSENT
    chosen = last[recent & alive & chance(random, BOOKED_AHEAD_SHARE, len(last))]
    ahead = (random.beta(1.1, 2.4, len(chosen)) * LATEST_AHEAD_DAYS).astype(np.int64)
    day = calendar.open_on_or_after(crowd.as_of + ahead)
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

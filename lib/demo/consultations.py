"""Consultations of the synthetic clinic, and who was last seen when."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns, wording
from lib.demo.accounts import STAFF
from lib.demo.catalogue import CARE, CORRECTION
from lib.demo.columns import ABSENT, Ints, Random, chance, weighted
from lib.demo.crowd import CONSULTED, TURNED_AWAY, Crowd, adult_on
from lib.demo.scene import Scene
from lib.demo.team import Team
from lib.demo.treatments import Treatments

OUTCOMES = ("proceed", "thinking_it_over", "patient_declined", "clinic_declined", "under_age")
UNDER_AGE = 4
CONSULT_ONLY = (0.0, 0.55, 0.25, 0.20)
SAME_DAY_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Consultations:
    """Consultations of a crowd: a patient's row, a day, a practitioner, an outcome code."""

    row: Ints
    day: Ints
    practitioner: Ints
    outcome: Ints


def consultations(random: Random, crowd: Crowd, given: Treatments, scene: Scene) -> Consultations:
    """Return a consultation before each new programme, and those that led to nothing."""
    calendar = scene.calendar
    # A cream needs no consultation, and a correction was consulted about as filler.
    consulted = ~np.isin(given.visits.programme, (CARE, CORRECTION))
    firsts = np.flatnonzero(given.visits.is_first & (given.version == 1) & consulted)
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
    fits = alive & (only_day < crowd.as_of) & (~minor | (only_day < adult_on(crowd)[only]))
    outcome = np.where(minor, UNDER_AGE, weighted(random, CONSULT_ONLY, len(only)))
    return Consultations(
        row=np.concatenate((row, only[fits])),
        day=np.concatenate((day, only_day[fits])),
        practitioner=np.concatenate(
            (
                given.practitioner[firsts],
                scene.team.injectors.on(only_day, random.random(len(only)))[fits],
            )
        ),
        outcome=np.concatenate((np.zeros(len(firsts), dtype=np.int64), outcome[fits])),
    )


def table(random: Random, crowd: Crowd, held: Consultations, scene: Scene) -> pa.Table:
    """Return the consultation table of a crowd, patient by patient."""
    recorded = scene.calendar.in_utc(columns.moments(random, held.day, 10, 8))
    rows = pa.table(
        {
            "consultation_id": columns.uuids(random, recorded),
            "patient_id": columns.pick(crowd.patient_id, held.row),
            "consulted_on": columns.dates(held.day),
            "practitioner_id": columns.pick(scene.team.practitioner_id, held.practitioner),
            "notes": wording.consultation_notes(random, held.outcome, OUTCOMES),
            "outcome": columns.coded(held.outcome, OUTCOMES),
            "recorded_at": columns.instants(recorded),
            "recorded_by": columns.same(str(STAFF.person_id), len(recorded)),
        }
    )
    return rows.take(pa.array(np.lexsort((held.day, held.row))))


def last_seen(crowd: Crowd, given: Treatments, held: Consultations, team: Team) -> tuple[Ints, Any]:
    """Return for each patient the last day seen, absent for never, and by whom."""
    row = np.concatenate((given.visits.row, held.row))
    day = np.concatenate((given.visits.day, held.day))
    practitioner = np.concatenate((given.practitioner, held.practitioner))
    # Later wins; on one day the treatment outranks the consultation before it.
    rank = np.concatenate((np.ones(len(given)), np.zeros(len(held.row))))
    order = np.lexsort((rank, day, row))
    last = order[np.diff(row[order], append=-1) != 0]
    seen = np.full(len(crowd), ABSENT, dtype=np.int64)
    seen[row[last]] = day[last]
    who = np.full(len(crowd), -1, dtype=np.int64)
    who[row[last]] = practitioner[last]
    return seen, columns.pick(team.practitioner_id, who)

"""Patients who stayed away for years and came back: what a forecast of retention is about.

They are drawn beside everything else, so that whoever did not come back is as they were without.
"""

import numpy as np
import pyarrow as pa

from lib.demo import columns, points, templates, treatments
from lib.demo.columns import ABSENT, Ints, Random, chance, places
from lib.demo.consultations import Consultations, last_seen
from lib.demo.crowd import TREATED, Crowd
from lib.demo.scene import Scene
from lib.demo.treatments import Treatments
from lib.demo.visits import Visits, protocols_of

# Who has stayed away so long comes back at random, ever less likely: a quarter within seven years.
AWAY_DAYS = 600
AWAY_SHAPE, AWAY_SCALE_DAYS = 0.85, 9_000.0
MORE_VISITS = 1.2
SOONEST_DAYS, LATEST_DAYS = 80, 210
# Who was not seen for so long may have died meanwhile, lately: the record outlasts its seven years.
UNSEEN_DAYS, DIED_WITHIN_DAYS, DIED_SHARE = 1_700, 700, 0.012
Seen = tuple[Ints, pa.Array]


def comebacks(random: Random, crowd: Crowd, due: Visits, scene: Scene) -> Treatments:
    """Return the treatments of those who came back after years, ordered by patient and day."""
    last = np.flatnonzero(np.diff(due.row, append=-1) != 0)
    away = random.weibull(AWAY_SHAPE, len(last)) * AWAY_SCALE_DAYS
    first = due.day[last] + AWAY_DAYS + np.minimum(away, AWAY_SCALE_DAYS * 9).astype(np.int64)
    counts = 1 + random.poisson(MORE_VISITS, len(last))
    each = np.repeat(np.arange(len(last)), counts)
    turn = places(counts)
    gaps = np.where(turn == 0, 0, random.integers(SOONEST_DAYS, LATEST_DAYS, len(each)))
    total = np.cumsum(gaps)
    since = total - np.repeat(total[np.cumsum(counts) - counts], counts)
    row = due.row[last][each]
    until = np.where(crowd.died[row] == ABSENT, crowd.as_of, crowd.died[row])
    day = scene.calendar.open_on_or_after(np.minimum(first[each] + since, until))
    fits = day < np.minimum(until, crowd.as_of)
    # One who came back twice within a closed time came once.
    _, once = np.unique(row * columns.DAY_SECONDS + day, return_index=True)
    chosen = once[fits[once]]
    programme = due.programme[last][each[chosen]]
    protocol = protocols_of(random, programme, day[chosen], scene.stock)
    none = np.zeros(len(chosen), dtype=np.bool_)
    back = Visits(row[chosen], day[chosen], programme, protocol, none)
    return treatments.treatments(random, crowd, back, scene)


def tables(random: Random, crowd: Crowd, back: Treatments, scene: Scene) -> dict[str, pa.Table]:
    """Return treatment, treatment_item and treatment_point of those who came back."""
    items = treatments.items(random, crowd, back, scene.stock)
    given = treatments.table(random, crowd, back, scene)
    return {
        "treatment": templates.noted(random, given, back, scene.calendar),
        "treatment_item": items,
        "treatment_point": points.points(random, items, back, scene),
    }


def seen_last(crowd: Crowd, seen: Seen, back: Treatments, scene: Scene) -> Seen:
    """Return who was seen last when, whoever came back among them."""
    none = np.zeros(0, dtype=np.int64)
    again, by = last_seen(crowd, back, Consultations(none, none, none, none), scene.team)
    day, practitioner = seen
    came = np.flatnonzero(again != ABSENT)
    rows = np.arange(len(crowd))
    rows[came] = len(crowd) + came
    both = pa.concat_arrays([practitioner, by])
    return np.where(again == ABSENT, day, again), columns.pick(both, rows)


def pass_away(random: Random, crowd: Crowd, seen: Ints) -> None:
    """Let a few of those who were treated, and not seen for years, have died since."""
    unseen = (crowd.kind == TREATED) & (seen != ABSENT) & (seen < crowd.as_of - UNSEEN_DAYS)
    chosen = unseen & (crowd.died == ABSENT) & chance(random, DIED_SHARE, len(crowd))
    crowd.died[chosen] = crowd.as_of - random.integers(30, DIED_WITHIN_DAYS, int(chosen.sum()))

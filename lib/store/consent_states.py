"""SQL of how consent stood on a day, for everybody at once.

The rule (`lib.domain.consent`) weighs an event by when it came, what it says and which form it is
on. Here all of that is one whole number, so that each patient and topic needs a single `max`.

Where nothing that stands came after the day, the standing says it all, in less than half the time;
for an earlier day the events are read. Reading most from the standing and only what changed since
from the events was tried, and took twice as long as the events alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from lib.domain.consent import (
    LONDON,
    RANK,
    Channel,
    Decision,
    FormVersion,
    State,
    Topic,
    begin_of,
    last_expired,
    superseded_versions,
)
from lib.store.connection import Cursor

# A weight is seconds, then the decision's rank, then the place of the form's version.
PLACES = 1 << 16
RANKS = 4
# The few versions come as lists: when each came into force (UTC), and its place among them all.
VERSIONS = """
SELECT
    unnest(CAST(? AS UUID[])) AS form_version_id, unnest(CAST(? AS BIGINT[])) AS place,
    unnest(CAST(? AS TIMESTAMP[])) AS in_force_at
"""
# What counts (rule D2), weighed.
WEIGHED = """
SELECT
    e.patient_id, e.purpose, e.channel,
    max(
        CAST(extract(epoch FROM e.received_at) AS BIGINT) * 262144
        + CASE e.decision WHEN 'withdrawn' THEN 131072 WHEN 'refused' THEN 65536 ELSE 0 END
        + coalesce(v.place, 0)
    ) AS weight
FROM consent_event AS e
LEFT JOIN version AS v ON v.form_version_id = e.form_version_id
WHERE e.received_at < ?
  AND (e.decision <> 'given' OR (e.evidence_id IS NOT NULL AND v.in_force_at <= e.received_at))
  {}
GROUP BY e.patient_id, e.purpose, e.channel
"""
OF_TOPIC = f"""
WITH version AS ({VERSIONS}) {WEIGHED.format("AND e.purpose = ? AND e.channel = ?")}
"""
# The last grants that have run out: of purposes without an end there are none.
ENDS = """
SELECT
    unnest(CAST(? AS VARCHAR[])) AS purpose, unnest(CAST(? AS DATE[])) AS expired_on,
    unnest(CAST(? AS BIGINT[])) AS expired_weight
"""
# A restricted record is left out of every count (rule E1), a merged one is somebody else's.
COUNTED = """
s.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
AND s.patient_id NOT IN (SELECT patient_id FROM patient WHERE merged_into_id IS NOT NULL)
"""
# Everything that says the same is put together first: rows by the million then need no words.
STANDING = f"""
SELECT s.purpose, s.channel, s.decision, s.received_on, s.form_version_id, count(*) AS number
FROM consent_standing AS s
WHERE s.received_on <= ? AND {COUNTED}
GROUP BY s.purpose, s.channel, s.decision, s.received_on, s.form_version_id
"""  # noqa: S608 - constant parts
BY_STANDING = f"""
SELECT
    g.purpose, g.channel,
    CASE
        WHEN g.decision <> 'given' THEN g.decision
        WHEN g.received_on <= ends.expired_on THEN 'expired'
        WHEN g.form_version_id IN (SELECT unnest(CAST(? AS UUID[]))) THEN 'superseded'
        ELSE 'active'
    END AS state,
    sum(g.number) AS number
FROM ({STANDING}) AS g LEFT JOIN ends ON ends.purpose = g.purpose
GROUP BY 1, 2, 3
"""  # noqa: S608 - constant parts
BY_WEIGHT = """
SELECT
    s.purpose, s.channel,
    CASE
        WHEN s.weight % 262144 >= 131072 THEN 'withdrawn'
        WHEN s.weight % 262144 >= 65536 THEN 'refused'
        WHEN s.weight < ends.expired_weight THEN 'expired'
        WHEN s.weight % 65536 IN (SELECT unnest(CAST(? AS BIGINT[]))) THEN 'superseded'
        ELSE 'active'
    END AS state,
    count(*) AS number
FROM ({}) AS s LEFT JOIN ends ON ends.purpose = s.purpose
WHERE {}
GROUP BY 1, 2, 3
"""
COUNT_BY_EVENTS = f"""
WITH version AS ({VERSIONS}), ends AS ({ENDS})
{BY_WEIGHT.format(WEIGHED.format(""), COUNTED)}
"""
COUNT_BY_STANDING = f"WITH ends AS ({ENDS}) {BY_STANDING}"
COUNT_LATER = "SELECT count(*) FROM consent_standing WHERE received_on > ?"

Counts = dict[Topic, dict[State, int]]


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a day, and what the states on it are worked out with.

    `expired` holds, by purpose, the last day whose grants have run out.
    """

    as_of: date
    places: Mapping[UUID, int]
    in_force_at: Mapping[UUID, datetime]
    superseded: frozenset[UUID]
    expired: Mapping[str, date]

    @classmethod
    def of(
        cls,
        as_of: date,
        versions: Mapping[UUID, FormVersion],
        validity: Mapping[str, int | None],
    ) -> "Day":
        """Return a day with the forms' versions and each purpose's validity in months."""
        in_force = {
            key: one.in_force_from for key, one in versions.items() if one.in_force_from is not None
        }
        ordered = sorted(in_force, key=lambda key: (in_force[key], key.int))
        return cls(
            as_of,
            {key: place for place, key in enumerate(ordered, 1)},
            {key: begin_of(day, LONDON) for key, day in in_force.items()},
            superseded_versions(versions, as_of),
            {code: last_expired(as_of, months) for code, months in validity.items() if months},
        )

    @property
    def ends_at(self) -> datetime:
        """Return the first moment after the day (UTC)."""
        return begin_of(self.as_of + timedelta(days=1), LONDON)

    def state(self, purpose: str, weight: int) -> State:
        """Return what a weight says (rule D3)."""
        rank = weight // PLACES % RANKS
        if rank == RANK[Decision.WITHDRAWN]:
            return State.WITHDRAWN
        if rank == RANK[Decision.REFUSED]:
            return State.REFUSED
        if purpose in self.expired and weight < _weight_after(self.expired[purpose]):
            return State.EXPIRED
        return State.SUPERSEDED if weight % PLACES in self.superseded_places else State.ACTIVE

    @property
    def superseded_places(self) -> list[int]:
        """Return the places of the versions that were superseded."""
        return sorted(self.places[key] for key in self.superseded if key in self.places)

    @property
    def versions(self) -> list[object]:
        """Return what `VERSIONS` is asked with."""
        keys = list(self.places)
        return [
            [str(key) for key in keys],
            [self.places[key] for key in keys],
            [self.in_force_at[key] for key in keys],
        ]

    @property
    def ends(self) -> list[object]:
        """Return what `ENDS` is asked with."""
        days = list(self.expired.values())
        return [list(self.expired), days, [_weight_after(day) for day in days]]


def get_states(cursor: Cursor, topic: Topic, day: Day) -> dict[UUID, State]:
    """Return how a topic stood for everybody who had said anything on it."""
    values = [*day.versions, day.ends_at, topic.purpose, topic.channel or ""]
    rows = cursor.execute(OF_TOPIC, values).fetchall()
    return {row[0]: day.state(topic.purpose, row[3]) for row in rows}


def count_states(cursor: Cursor, day: Day) -> Counts:
    """Return how many patients stood how on every topic; who said nothing is not counted."""
    if _count(cursor, COUNT_LATER, day.as_of):
        values = [*day.versions, *day.ends, day.superseded_places, day.ends_at]
        return _counts(cursor, COUNT_BY_EVENTS, values)
    superseded = [str(key) for key in sorted(day.superseded)]
    return _counts(cursor, COUNT_BY_STANDING, [*day.ends, superseded, day.as_of])


def _counts(cursor: Cursor, sql: str, values: list[object]) -> Counts:
    found: Counts = {}
    for purpose, channel, state, number in cursor.execute(sql, values).fetchall():
        counts = found.setdefault(Topic(purpose, Channel(channel) if channel else None), {})
        counts[State(state)] = counts.get(State(state), 0) + int(number)
    return found


def _count(cursor: Cursor, sql: str, bound: object) -> int:
    row = cursor.execute(sql, [bound]).fetchone()
    return int(row[0]) if row else 0


def _weight_after(day: date) -> int:
    """Return a weight that every grant of a day and before it is below."""
    begun = begin_of(day + timedelta(days=1), LONDON).replace(tzinfo=UTC)
    return int(begun.timestamp()) * RANKS * PLACES

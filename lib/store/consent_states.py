"""SQL of how consent stood on a day, for everybody at once, from the events themselves.

The rule (`lib.domain.consent`) weighs an event by when it came, what it says and which form it is
on. Here all of that is one whole number, so that each patient and topic needs a single `max`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from lib.domain.consent import (
    LONDON,
    RANK,
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
# What counts (rule D2), weighed. The few versions come as a list: when each came into force (UTC),
# and its place among them all.
WEIGHED = """
WITH version AS (
    SELECT
        CAST(unnest(?) AS UUID) AS form_version_id, unnest(?) AS place,
        CAST(unnest(?) AS TIMESTAMP) AS in_force_at
)
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
OF_TOPIC = "AND e.purpose = ? AND e.channel = ?"


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a day, and what the states on it are worked out with."""

    ends_at: datetime
    places: Mapping[UUID, int]
    in_force_at: Mapping[UUID, datetime]
    superseded: frozenset[int]
    expired: Mapping[str, int]

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
        places = {key: place for place, key in enumerate(ordered, 1)}
        gone = superseded_versions(versions, as_of)
        return cls(
            begin_of(as_of + timedelta(days=1), LONDON),
            places,
            {key: begin_of(day, LONDON) for key, day in in_force.items()},
            frozenset(places[key] for key in gone if key in places),
            {
                code: _seconds(begin_of(last_expired(as_of, months) + timedelta(days=1), LONDON))
                for code, months in validity.items()
                if months
            },
        )

    def state(self, purpose: str, weight: int) -> State:
        """Return what a weight says (rule D3)."""
        rest, place = divmod(weight, PLACES)
        seconds, rank = divmod(rest, RANKS)
        if rank == RANK[Decision.WITHDRAWN]:
            return State.WITHDRAWN
        if rank == RANK[Decision.REFUSED]:
            return State.REFUSED
        if purpose in self.expired and seconds < self.expired[purpose]:
            return State.EXPIRED
        return State.SUPERSEDED if place in self.superseded else State.ACTIVE

    @property
    def parameters(self) -> list[object]:
        """Return what `WEIGHED` is asked with."""
        keys = list(self.places)
        return [
            [str(key) for key in keys],
            [self.places[key] for key in keys],
            [self.in_force_at[key] for key in keys],
            self.ends_at,
        ]


def get_states(cursor: Cursor, topic: Topic, day: Day) -> dict[UUID, State]:
    """Return how a topic stood for everybody who had said anything on it."""
    sql = WEIGHED.format(OF_TOPIC)
    values = [*day.parameters, topic.purpose, topic.channel or ""]
    return {
        row[0]: day.state(topic.purpose, row[3]) for row in cursor.execute(sql, values).fetchall()
    }


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())

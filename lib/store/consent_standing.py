"""SQL of the standing of consent: the event that decides each topic today, derived from events.

Whoever writes events, or moves them between patients, calls `refresh` for them in the same
transaction; `rebuild` makes the whole of it anew. Whoever changes a purpose, a form or a
restriction calls `touch`, so that counts that are kept are known to be out of date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.consent import LONDON, ConsentEvent, Terms, Topic, begin_of, day_of, deciding
from lib.store import consent_events, consent_purposes
from lib.store.connection import Cursor
from lib.store.rows import insert_rows

MARCH, OCTOBER = 3, 10
# Before 1996 the clocks were changed on other Sundays; no clinic has events of then.
YEARS = range(1996, 2100)
GET_STATE = "SELECT state_id FROM consent_epoch WHERE name = 'consent'"
TOUCH = """
INSERT INTO consent_epoch (name, state_id) VALUES ('consent', ?)
ON CONFLICT (name) DO UPDATE SET state_id = excluded.state_id
"""
IS_NEWER = """
SELECT count(*) FROM consent_standing WHERE purpose = ? AND channel = ? AND received_on > ?
"""
LIST_ACTIVE = """
SELECT patient_id FROM consent_standing
WHERE purpose = ? AND channel = ? AND decision = 'given' AND received_on > ?
  AND form_version_id NOT IN (SELECT CAST(unnest(?) AS UUID))
"""
# As the rule weighs (`lib.domain.consent`). A day of the clinic is an hour ahead in summer.
REBUILD = """
INSERT INTO consent_standing
    (patient_id, purpose, channel, event_id, decision, received_on, form_version_id)
WITH version AS (
    SELECT
        unnest(CAST(? AS UUID[])) AS form_version_id,
        unnest(CAST(? AS DATE[])) AS in_force_from,
        unnest(CAST(? AS TIMESTAMP[])) AS in_force_at
),
summer AS (
    SELECT
        unnest(CAST(? AS INTEGER[])) AS summer_year,
        unnest(CAST(? AS TIMESTAMP[])) AS begins_at, unnest(CAST(? AS TIMESTAMP[])) AS ends_at
),
weighed AS (
    SELECT
        e.patient_id, e.purpose, e.channel, e.event_id, e.decision, e.received_at,
        e.form_version_id,
        row_number() OVER (
            PARTITION BY e.patient_id, e.purpose, e.channel
            ORDER BY
                e.received_at DESC,
                CASE e.decision WHEN 'withdrawn' THEN 2 WHEN 'refused' THEN 1 ELSE 0 END DESC,
                coalesce(v.in_force_from, DATE '0001-01-01') DESC,
                e.form_version_id DESC NULLS LAST, e.event_id DESC
        ) AS place
    FROM consent_event AS e
    LEFT JOIN version AS v ON v.form_version_id = e.form_version_id
    WHERE e.decision <> 'given'
      OR (e.evidence_id IS NOT NULL AND v.in_force_at <= e.received_at)
)
SELECT
    w.patient_id, w.purpose, w.channel, w.event_id, w.decision,
    CASE
        WHEN w.received_at >= s.begins_at AND w.received_at < s.ends_at
        THEN CAST(w.received_at + INTERVAL '1 hour' AS DATE)
        ELSE CAST(w.received_at AS DATE)
    END,
    w.form_version_id
FROM weighed AS w
LEFT JOIN summer AS s ON s.summer_year = extract(year FROM w.received_at)
WHERE w.place = 1
"""
DELETE_ALL = "DELETE FROM consent_standing"
DELETE_OF = "DELETE FROM consent_standing WHERE patient_id = ?"


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic, the last day whose grants have run out, and the versions that were superseded."""

    topic: Topic
    expired: date
    superseded: frozenset[UUID]


def get_state(cursor: Cursor) -> UUID | None:
    """Return the state that consent is in; counts kept from another one are out of date."""
    row = cursor.execute(GET_STATE).fetchone()
    return row[0] if row else None


def touch(cursor: Cursor) -> None:
    """Note that consent, a purpose or a form changed. Two at once conflict, and one tries again."""
    cursor.execute(TOUCH, [str(uuid7s.uuid7())])


def is_newer(cursor: Cursor, topic: Topic, as_of: date) -> bool:
    """Tell whether anything that decides a topic came after a day, so that events must be read."""
    row = cursor.execute(IS_NEWER, [topic.purpose, topic.channel or "", as_of]).fetchone()
    return bool(row and row[0])


def list_active(cursor: Cursor, asked: Asked) -> frozenset[UUID]:
    """Return everybody whose consent to a topic may be relied on today (rule D3)."""
    topic = asked.topic
    superseded = [str(key) for key in asked.superseded]
    values = [topic.purpose, topic.channel or "", asked.expired, superseded]
    return frozenset(row[0] for row in cursor.execute(LIST_ACTIVE, values).fetchall())


def refresh(cursor: Cursor, patient_ids: Iterable[UUID], today: date = date.max) -> None:
    """Work out anew what decides for these patients, from all of their events."""
    terms = Terms(consent_purposes.list_versions(cursor), None, LONDON)
    for patient_id in sorted(set(patient_ids)):
        events = consent_events.list_events(cursor, patient_id)
        cursor.execute(DELETE_OF, [patient_id])
        topics: dict[Topic, list[ConsentEvent]] = {}
        for one in events:
            topics.setdefault(one.topic, []).append(one.event)
        insert_rows(cursor, "consent_standing", _rows(patient_id, topics, terms, today))
    touch(cursor)


def rebuild(cursor: Cursor) -> None:
    """Work out what decides for everybody anew: for many patients at once, as `refresh` for few."""
    versions = consent_purposes.list_versions(cursor)
    in_force = {
        key: one.in_force_from for key, one in versions.items() if one.in_force_from is not None
    }
    summers = [_summer(year) for year in YEARS]
    cursor.execute(DELETE_ALL)
    cursor.execute(
        REBUILD,
        [
            [str(key) for key in in_force],
            list(in_force.values()),
            [begin_of(day, LONDON) for day in in_force.values()],
            list(YEARS),
            [begins_at for begins_at, _ in summers],
            [ends_at for _, ends_at in summers],
        ],
    )
    touch(cursor)


def _summer(year: int) -> tuple[datetime, datetime]:
    """Return when London's clocks go forward and back in a year (UTC): by law the last Sundays."""
    return _last_sunday(year, MARCH), _last_sunday(year, OCTOBER)


def _last_sunday(year: int, month: int) -> datetime:
    day = date(year, month, 31)
    day -= timedelta(days=(day.weekday() + 1) % 7)
    return datetime.combine(day, time(1))


def _rows(
    patient_id: UUID, topics: dict[Topic, list[ConsentEvent]], terms: Terms, today: date
) -> Sequence[dict[str, object]]:
    found: list[dict[str, object]] = []
    for topic, events in sorted(topics.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        event = deciding(events, terms, today)
        if event is not None:
            found.append(
                {
                    "patient_id": patient_id,
                    "purpose": topic.purpose,
                    "channel": topic.channel or "",
                    "event_id": event.event_id,
                    "decision": event.decision.value,
                    "received_on": day_of(event.received_at, terms.zone),
                    "form_version_id": event.form_version_id,
                }
            )
    return found

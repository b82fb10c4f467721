"""SQL of the standing of consent: the event that decides each topic today, derived from events.

Whoever writes events, or moves them between patients, calls `refresh` for them in the same
transaction; `rebuild` makes the whole of it anew. Whoever changes a purpose, a form or a
restriction calls `touch`, so that counts that are kept are known to be out of date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.consent import LONDON, ConsentEvent, Terms, Topic, day_of, deciding
from lib.store import consent_events, consent_purposes
from lib.store.connection import Cursor
from lib.store.rows import insert_rows

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

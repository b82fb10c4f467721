"""SQL of bringing consents in: what patients said, how they stand after many events at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa

from lib.domain.consent import (
    LONDON,
    Channel,
    ConsentEvent,
    Decision,
    Terms,
    Topic,
    day_of,
    deciding,
)
from lib.store import bulk, consent_purposes
from lib.store.connection import Cursor

# `incoming_rows` has the patients' ids as text.
LIST_EVENTS = """
SELECT
    CAST(e.event_id AS VARCHAR), CAST(e.patient_id AS VARCHAR), e.purpose, e.channel, e.decision,
    e.received_at, CAST(e.form_version_id AS VARCHAR), CAST(e.evidence_id AS VARCHAR), e.route,
    e.recorded_at
FROM consent_event AS e
WHERE e.patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""
LIST_WORDINGS = """
SELECT v.form_version_id, f.name, v.number, v.in_force_from
FROM consent_form_version AS v JOIN consent_form AS f ON f.form_id = v.form_id
"""
LIST_ASKED = "SELECT form_version_id, purpose FROM consent_form_purpose"
DELETE_STANDING = """
DELETE FROM consent_standing
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""
# Pictures in use, or taken out at any time by this record or by one that it absorbed.
LIST_PICTURED = """
SELECT u.patient_id FROM media_use AS u
WHERE u.superseded_at IS NULL AND u.ended_on IS NULL
  AND u.patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
UNION
SELECT coalesce(p.merged_into_id, p.patient_id) FROM audit_entry AS a
JOIN patient AS p ON p.patient_id = a.patient_id
WHERE a.action = ? AND a.outcome = 'done'
  AND coalesce(p.merged_into_id, p.patient_id)
      IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One thing that a patient said; ids are text, for they come and go in bulk. Times are UTC."""

    event_id: str
    patient_id: str
    topic: Topic
    decision: Decision
    received_at: datetime
    form_version_id: str | None
    evidence_id: str | None
    route: str
    recorded_at: datetime

    @property
    def event(self) -> ConsentEvent:
        """Return what the rule knows of it."""
        return ConsentEvent(
            UUID(self.event_id),
            self.decision,
            self.received_at,
            UUID(self.form_version_id) if self.form_version_id else None,
            UUID(self.evidence_id) if self.evidence_id else None,
        )


def list_events(cursor: Cursor, patient_ids: Sequence[str]) -> list[StoredEvent]:
    """Return everything that these patients said, in no order."""
    if not patient_ids:
        return []
    rows = _with_patients(cursor, LIST_EVENTS, patient_ids)
    return [
        StoredEvent(
            event_id,
            patient_id,
            Topic(purpose, Channel(channel) if channel else None),
            Decision(decision),
            *rest,
        )
        for event_id, patient_id, purpose, channel, decision, *rest in rows
    ]


def list_wordings(cursor: Cursor) -> list[tuple[UUID, str, int, date | None]]:
    """Return every wording: its id, the form's name, its number and its first day."""
    return cursor.execute(LIST_WORDINGS).fetchall()


def list_asked(cursor: Cursor) -> dict[UUID, set[str]]:
    """Return which purposes each wording asks for."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for form_version_id, purpose in cursor.execute(LIST_ASKED).fetchall():
        found[form_version_id].add(purpose)
    return dict(found)


def list_pictured(cursor: Cursor, patient_ids: Sequence[str], exported: str) -> set[str]:
    """Return those of whom pictures are in use or were taken out; `exported` is that act's word."""
    if not patient_ids:
        return set()
    return {str(row[0]) for row in _with_patients(cursor, LIST_PICTURED, patient_ids, exported)}


def stand_anew(
    cursor: Cursor, events: Sequence[StoredEvent], written: Sequence[StoredEvent]
) -> None:
    """Work out anew what decides for those who have new events; `events` are all of theirs.

    The rule is the domain's own (`deciding`); only reading and writing is done at once.
    """
    patient_ids = list({one.patient_id for one in written})
    topics: dict[tuple[str, Topic], list[ConsentEvent]] = defaultdict(list)
    wanted = set(patient_ids)
    for one in events:
        if one.patient_id in wanted:
            topics[one.patient_id, one.topic].append(one.event)
    terms = Terms(consent_purposes.list_versions(cursor), None, LONDON)
    decided = [
        (key, event)
        for key, found in topics.items()
        if (event := deciding(found, terms, date.max)) is not None
    ]
    _with_patients(cursor, DELETE_STANDING, patient_ids)
    bulk.insert_rows(cursor, "consent_standing", _standings(decided))


def _standings(decided: Sequence[tuple[tuple[str, Topic], ConsentEvent]]) -> pa.Table:
    forms = [str(one.form_version_id) if one.form_version_id else None for _, one in decided]
    return pa.table(
        {
            "patient_id": [patient_id for (patient_id, _), _ in decided],
            "purpose": [topic.purpose for (_, topic), _ in decided],
            "channel": [topic.channel or "" for (_, topic), _ in decided],
            "event_id": [str(one.event_id) for _, one in decided],
            "decision": [one.decision.value for _, one in decided],
            "received_on": [day_of(one.received_at, LONDON) for _, one in decided],
            "form_version_id": pa.array(forms, pa.string()),
        }
    )


def _with_patients(
    cursor: Cursor, sql: str, patient_ids: Sequence[str], *bound: object
) -> list[tuple]:  # type: ignore[type-arg]
    cursor.register("incoming_rows", pa.table({"patient_id": pa.array(patient_ids, pa.string())}))
    try:
        return cursor.execute(sql, list(bound)).fetchall()
    finally:
        cursor.unregister("incoming_rows")

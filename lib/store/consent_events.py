"""SQL of the events of consent: appended only, nothing is ever changed or taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lib.domain.consent import Channel, ConsentEvent, Decision, Route, Topic
from lib.domain.consent_flags import Keyed
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_rows

COLUMNS = """
    e.event_id, e.patient_id, e.purpose, e.channel, e.decision, e.received_at, e.route,
    e.form_version_id, e.evidence_id, e.note, e.recorded_at, e.recorded_by
"""
GET_EVENTS = f"SELECT {COLUMNS} FROM consent_event AS e WHERE e.event_id IN ({{}})"  # noqa: S608
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_OF = f"""
WITH e AS MATERIALIZED (SELECT * FROM consent_event WHERE patient_id = ?)
SELECT {COLUMNS} FROM e ORDER BY e.received_at, e.event_id
"""  # noqa: S608 - constant parts
LIST_OF_MANY = f"""
SELECT {COLUMNS} FROM consent_event AS e WHERE e.patient_id IN ({{}})
"""  # noqa: S608 - constant parts
EVIDENCE_OF = "SELECT patient_id FROM consent_evidence WHERE evidence_id = ?"
LIST_RECORDERS = "SELECT person_id, display_name FROM person WHERE person_id IN ({})"
LIST_EVIDENCE = """
SELECT evidence_id, kind, note, filename FROM consent_evidence WHERE patient_id = ?
"""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that a patient said, and how it came to be written down. Times are UTC."""

    event_id: UUID
    patient_id: UUID
    topic: Topic
    decision: Decision
    received_at: datetime
    route: Route
    form_version_id: UUID | None
    evidence_id: UUID | None
    note: str | None
    recorded_at: datetime
    recorded_by: UUID | None

    @property
    def event(self) -> ConsentEvent:
        """Return what the rule knows of it."""
        return ConsentEvent(
            self.event_id,
            self.decision,
            self.received_at,
            self.form_version_id,
            self.evidence_id,
        )

    @property
    def keyed(self) -> Keyed:
        """Return what the flags know of it."""
        return Keyed(self.event_id, self.decision, self.received_at, self.route, self.recorded_at)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What an event rests on, in short."""

    evidence_id: UUID
    kind: str
    note: str | None
    filename: str | None


def insert_events(cursor: Cursor, events: Sequence[EventRow]) -> None:
    """Append events."""
    insert_rows(cursor, "consent_event", [_values(one) for one in events])


def get_events(cursor: Cursor, event_ids: Sequence[UUID]) -> dict[UUID, EventRow]:
    """Return those of the events that there are, by id."""
    found: dict[UUID, EventRow] = {}
    for keys in batched(event_ids):
        rows = cursor.execute(GET_EVENTS.format(marks(keys)), list(keys)).fetchall()
        found |= {row[0]: _row(row) for row in rows}
    return found


def list_events(cursor: Cursor, patient_id: UUID) -> list[EventRow]:
    """Return everything that a patient said, as it came in."""
    return [_row(row) for row in cursor.execute(LIST_OF, [patient_id]).fetchall()]


def list_of_many(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, list[EventRow]]:
    """Return what each of some patients said, in no order; who said nothing is not in it."""
    found: dict[UUID, list[EventRow]] = {}
    for keys in batched(patient_ids):
        for row in cursor.execute(LIST_OF_MANY.format(marks(keys)), list(keys)).fetchall():
            found.setdefault(row[1], []).append(_row(row))
    return found


def evidence_of(cursor: Cursor, evidence_id: UUID) -> UUID | None:
    """Return whose evidence it is, or None where there is none."""
    row = cursor.execute(EVIDENCE_OF, [evidence_id]).fetchone()
    return row[0] if row else None


def list_evidence(cursor: Cursor, patient_id: UUID) -> Mapping[UUID, EvidenceRow]:
    """Return a patient's evidence in short, by id."""
    rows = cursor.execute(LIST_EVIDENCE, [patient_id]).fetchall()
    return {row[0]: EvidenceRow(*row) for row in rows}


def list_recorders(cursor: Cursor, events: Sequence[EventRow]) -> Mapping[UUID, str]:
    """Return the names of those who wrote the events down, by id."""
    keys = sorted({one.recorded_by for one in events if one.recorded_by})
    if not keys:
        return {}
    return dict(cursor.execute(LIST_RECORDERS.format(marks(keys)), keys).fetchall())


def _row(row: tuple[Any, ...]) -> EventRow:
    event_id, patient_id, purpose, channel, decision, received_at, route, *rest = row
    topic = Topic(purpose, Channel(channel) if channel else None)
    return EventRow(
        event_id, patient_id, topic, Decision(decision), received_at, Route(route), *rest
    )


def _values(one: EventRow) -> dict[str, object]:
    return {
        "event_id": one.event_id,
        "patient_id": one.patient_id,
        "purpose": one.topic.purpose,
        "channel": one.topic.channel or "",
        "decision": one.decision.value,
        "received_at": one.received_at,
        "route": one.route.value,
        "form_version_id": one.form_version_id,
        "evidence_id": one.evidence_id,
        "note": one.note,
        "recorded_at": one.recorded_at,
        "recorded_by": one.recorded_by,
    }

"""Writing a plan of consents: events, what shows them, digests, how everybody stands, the trail."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from lib.domain.audit import Action
from lib.domain.consent import Decision, EvidenceKind, Route, Topic
from lib.imports.consents.checking import Consent
from lib.imports.consents.plan import ConsentPlan, NewConsent
from lib.imports.importing import Writer, repeat, tell
from lib.store import bulk, consent_standing, imported_consents
from lib.store.connection import UnitOfWork
from lib.store.imported_consents import StoredEvent

STAGE = "Adding consents"
STANDING = "Working out how everybody stands"
ACTIONS = {
    Decision.GIVEN: Action.CONSENT_GIVEN,
    Decision.REFUSED: Action.CONSENT_REFUSED,
    Decision.WITHDRAWN: Action.CONSENT_WITHDRAWN,
}


def carry_out(unit: UnitOfWork, plan: ConsentPlan, writer: Writer) -> None:
    """Write everything that the plan says, with its audit events, in the unit's transaction."""
    writer.tick(STAGE)
    if plan.new:
        evidence = _add_evidence(unit, plan, writer)
        plan.written = _add_events(unit, plan, evidence, writer)
        _keep_digests(unit, plan, writer)
        writer.tick(STANDING)
        imported_consents.stand_anew(unit.cursor, [*plan.stored, *plan.written], plan.written)
        consent_standing.touch(unit.cursor)
    plan.queue.write(unit.cursor, plan.key, writer)
    for decision, action in ACTIONS.items():
        tell(unit, writer, action, _owners(plan, decision))


def _owners(plan: ConsentPlan, decision: Decision) -> Sequence[str]:
    rows = plan.content.rows
    return [one.patient_id for one in plan.new if rows[one.place].decision is decision]


def _add_evidence(unit: UnitOfWork, plan: ConsentPlan, writer: Writer) -> dict[int, str]:
    """Add what the file says of what shows each row; return the evidence's id by place."""
    shown = [one for one in plan.new if plan.content.rows[one.place].evidence]
    ids: list[str] = bulk.new_ids(len(shown)).to_pylist()
    if shown:
        stored = {
            "evidence_id": ids,
            "patient_id": [one.patient_id for one in shown],
            "kind": repeat(EvidenceKind.IMPORTED.value, len(shown)),
            "note": [plan.content.rows[one.place].evidence for one in shown],
            **writer.stamp.recorded(len(shown)),
        }
        bulk.insert_rows(unit.cursor, "consent_evidence", pa.table(stored))
    return dict(zip((one.place for one in shown), ids, strict=True))


def _add_events(
    unit: UnitOfWork, plan: ConsentPlan, evidence: dict[int, str], writer: Writer
) -> list[StoredEvent]:
    count = sum(len(one.meaning.topics) for one in plan.new)
    ids: Sequence[str] = bulk.new_ids(count).to_pylist()
    made = ((one, topic) for one in plan.new for topic in one.meaning.topics)
    events = [
        _event(key, plan.content.rows[one.place], one, topic, (evidence, writer))
        for key, (one, topic) in zip(ids, made, strict=True)
    ]
    stored: dict[str, Any] = {
        "event_id": ids,
        "patient_id": [one.patient_id for one in events],
        "purpose": [one.topic.purpose for one in events],
        "channel": [one.topic.channel or "" for one in events],
        "decision": [one.decision.value for one in events],
        "received_at": pa.array([one.received_at for one in events], pa.timestamp("us")),
        "route": repeat(Route.IMPORT.value, count),
        "form_version_id": pa.array([one.form_version_id for one in events], pa.string()),
        "evidence_id": pa.array([one.evidence_id for one in events], pa.string()),
        **writer.stamp.recorded(count),
    }
    bulk.insert_rows(unit.cursor, "consent_event", pa.table(stored))
    return events


def _event(
    key: str, row: Consent, one: NewConsent, topic: Topic, of: tuple[dict[int, str], Writer]
) -> StoredEvent:
    evidence, writer = of
    if row.decision is None or row.received_at is None:  # pragma: no cover - checked before
        message = "a row without a decision or a time was planned"
        raise ValueError(message)
    version = one.meaning.form_version_id
    return StoredEvent(
        event_id=key,
        patient_id=one.patient_id,
        topic=topic,
        decision=row.decision,
        received_at=row.received_at,
        form_version_id=str(version) if version else None,
        evidence_id=evidence.get(one.place),
        route=Route.IMPORT.value,
        recorded_at=writer.stamp.at,
    )


def _keep_digests(unit: UnitOfWork, plan: ConsentPlan, writer: Writer) -> None:
    rows = pa.table(
        {
            "row_digest": [plan.digests[one.place] for one in plan.new],
            "patient_id": [one.patient_id for one in plan.new],
            "import_id": repeat(str(writer.import_id), len(plan.new)),
        }
    )
    bulk.insert_rows(unit.cursor, "import_row", rows)

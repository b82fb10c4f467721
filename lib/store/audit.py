"""SQL of the audit trail: appending chained entries, listing them, reading chains back."""

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import duckdb
import uuid_utils.compat as uuid7s

from lib.domain import audit
from lib.domain.access import Actor

COLUMNS = (
    "entry_id, chain_id, position, occurred_at, person_id, session_id, address, action, outcome, "
    "patient_id, patient_salt, patient_digest, subject_id, ground, detail, previous_hash, "
    "entry_hash"
)
INSERT = f"INSERT INTO audit_entry ({COLUMNS}) VALUES "  # noqa: S608 - constant columns
ROW = "(" + ", ".join("?" * 17) + ")"


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of this process's chain: the next entry takes `position` and follows `head`."""

    chain_id: UUID = field(default_factory=uuid7s.uuid7)
    position: int = 0
    head: str = audit.GENESIS


def append(
    cursor: duckdb.DuckDBPyConnection,
    chain: Chain,
    events: list[tuple[Actor | None, audit.Event]],
) -> Chain:
    """Write the events as the next entries of the chain; return the chain's new end.

    The caller holds the chain's lock until the transaction is decided.
    """
    occurred_at = datetime.now(UTC).replace(tzinfo=None)
    parameters: list[object] = []
    for actor, event in events:
        entry = _entry(chain, actor, event, occurred_at)
        parameters.extend(getattr(entry, name) for name in entry.__slots__)
        chain = replace(chain, position=chain.position + 1, head=entry.entry_hash)
    cursor.execute(INSERT + ", ".join([ROW] * len(events)), parameters)
    return chain


def _entry(
    chain: Chain, actor: Actor | None, event: audit.Event, occurred_at: datetime
) -> audit.Entry:
    salt = secrets.token_hex(16) if event.patient_id else None
    entry = audit.Entry(
        entry_id=uuid7s.uuid7(),
        chain_id=chain.chain_id,
        position=chain.position,
        occurred_at=occurred_at,
        person_id=actor.person_id if actor else None,
        session_id=actor.session_id if actor else None,
        address=actor.address if actor else None,
        action=event.action.value,
        outcome=event.outcome.value,
        patient_id=event.patient_id,
        patient_salt=salt,
        patient_digest=(
            audit.digest_of_patient(salt, event.patient_id) if salt and event.patient_id else None
        ),
        subject_id=event.subject_id,
        ground=event.ground,
        detail=json.dumps(event.detail, sort_keys=True),
        previous_hash=chain.head,
        entry_hash="",
    )
    return replace(entry, entry_hash=audit.hash_of(entry))

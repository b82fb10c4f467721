"""SQL of the audit trail: appending chained entries, listing them, reading chains back."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import duckdb
import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.domain import audit
from lib.domain.access import Actor
from lib.store import bulk

COLUMNS = (
    "entry_id, chain_id, position, occurred_at, person_id, session_id, address, action, outcome, "
    "patient_id, patient_salt, patient_digest, subject_id, ground, detail, previous_hash, "
    "entry_hash"
)
INSERT = f"INSERT INTO audit_entry ({COLUMNS}) VALUES "  # noqa: S608 - constant columns
ROW = "(" + ", ".join("?" * 17) + ")"
# Above this many entries an Arrow table is inserted faster than bound values are.
FEW_ENTRIES = 200
SALT_BYTES = 16
SHARED_FRONT = ("person_id", "session_id", "address", "action", "outcome")
SHARED_BACK = ("subject_id", "ground", "detail")

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of this process's chain: the next entry takes `position` and follows `head`."""

    chain_id: UUID = field(default_factory=uuid7s.uuid7)
    position: int = 0
    head: str = audit.GENESIS


@dataclass(frozen=True, slots=True)
class Act:
    """An event waiting to be chained: once for itself, or once for each of many patients."""

    actor: Actor | None
    event: audit.Event
    patient_ids: Sequence[str] | None = None


def append(cursor: duckdb.DuckDBPyConnection, chain: Chain, acts: Sequence[Act]) -> Chain:
    """Write the acts as the next entries of the chain; return the chain's new end.

    The caller holds the chain's lock until the transaction is decided.
    """
    occurred_at = datetime.now(UTC).replace(tzinfo=None)
    rows: list[Row] = []
    for act in acts:
        chain = _link(chain, act, occurred_at, rows)
    if len(rows) <= FEW_ENTRIES:
        parameters = [value for row in rows for value in row]
        cursor.execute(INSERT + ", ".join([ROW] * len(rows)), parameters)
    else:
        columns = zip(COLUMNS.split(", "), zip(*rows, strict=True), strict=True)
        bulk.insert_rows(cursor, "audit_entry", pa.table(dict(columns)))
    return chain


def _link(chain: Chain, act: Act, occurred_at: datetime, rows: list[Row]) -> Chain:
    shared = _shared(chain, act, occurred_at)
    frame = audit.frame_of(shared)
    front = (occurred_at, *(_text(getattr(shared, name)) for name in SHARED_FRONT))
    back = tuple(_text(getattr(shared, name)) for name in SHARED_BACK)
    chain_id, position, head = str(chain.chain_id), chain.position, chain.head
    for entry_id, patient_id, salt, digest in _subjects(act):
        entry_hash = audit.hash_in(frame, entry_id, position, digest, head)
        rows.append(
            (
                *(entry_id, chain_id, position, *front),
                *(patient_id, salt, digest, *back, head, entry_hash),
            )
        )
        position, head = position + 1, entry_hash
    return replace(chain, position=position, head=head)


def _subjects(act: Act) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Give an entry's id, its patient's id, salt and digest, for every entry of the act."""
    if act.patient_ids is None and act.event.patient_id is None:
        yield str(uuid7s.uuid7()), None, None, None
        return
    patient_ids = act.patient_ids if act.patient_ids is not None else [str(act.event.patient_id)]
    salts = secrets.token_hex(SALT_BYTES * len(patient_ids))
    width = 2 * SALT_BYTES
    for number, entry_id in enumerate(bulk.new_ids(len(patient_ids)).to_pylist()):
        salt = salts[width * number : width * (number + 1)]
        patient_id = patient_ids[number]
        yield entry_id, patient_id, salt, audit.digest_of_patient(salt, patient_id)


def _shared(chain: Chain, act: Act, occurred_at: datetime) -> audit.Entry:
    actor, event = act.actor, act.event
    return audit.Entry(
        entry_id=chain.chain_id,
        chain_id=chain.chain_id,
        position=chain.position,
        occurred_at=occurred_at,
        person_id=actor.person_id if actor else None,
        session_id=actor.session_id if actor else None,
        address=actor.address if actor else None,
        action=event.action.value,
        outcome=event.outcome.value,
        patient_id=None,
        patient_salt=None,
        patient_digest=None,
        subject_id=event.subject_id,
        ground=event.ground,
        detail=json.dumps(event.detail, sort_keys=True),
        previous_hash=chain.head,
        entry_hash="",
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

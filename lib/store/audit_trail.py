"""Reading the audit trail back: a page of it for a screen, all of it for its verification."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.audit import Entry
from lib.store.audit import COLUMNS
from lib.store.connection import Cursor

BATCH = 5_000

LIST_ROWS = """
SELECT e.entry_id, e.occurred_at, e.person_id, p.display_name, p.username, e.action, e.outcome,
    e.patient_id, t.reference, e.subject_id, e.ground, e.detail, e.address, e.session_id,
    e.chain_id, e.position, e.disposal_number
FROM audit_entry AS e
LEFT JOIN person AS p ON p.person_id = e.person_id
LEFT JOIN patient AS t ON t.patient_id = e.patient_id
"""
NEWEST_FIRST = " ORDER BY e.occurred_at DESC, e.entry_id DESC LIMIT ?"
# Each filter is one condition with its own parameters; a page is everything older than a place.
CONDITIONS = {
    "person_id": "e.person_id = ?",
    "action": "e.action = ?",
    "outcome": "e.outcome = ?",
    "since": "e.occurred_at >= ?",
    "until": "e.occurred_at < ?",
    "disposal_number": "e.disposal_number = ?",
}
OLDER = "(e.occurred_at < ? OR (e.occurred_at = ? AND e.entry_id < ?))"
LIST_ENTRIES = f"""
SELECT {COLUMNS}
FROM audit_entry
ORDER BY chain_id, position
"""  # noqa: S608 - constant columns
LIST_HEADS = """
SELECT e.chain_id, e.position, e.entry_hash
FROM audit_entry AS e
JOIN (
    SELECT chain_id, max(position) AS position FROM audit_entry GROUP BY chain_id
) AS newest ON newest.chain_id = e.chain_id AND newest.position = e.position
ORDER BY e.chain_id
"""
COUNT_ENTRIES = "SELECT count(*) FROM audit_entry"
LIST_PEOPLE = "SELECT person_id, display_name FROM person ORDER BY display_name, person_id"
# Entries of a record that was merged into the one asked for stay where they are.
LIST_ABSORBED = "SELECT patient_id FROM patient WHERE merged_into_id = ?"
GET_PATIENT = "SELECT patient_id FROM patient WHERE reference = ?"
GET_DISPOSAL = "SELECT number FROM disposal_item WHERE number = ? AND state = 'disposed'"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are wanted; a field that is None does not narrow. Times are UTC."""

    person_id: UUID | None = None
    patient_id: UUID | None = None
    action: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    disposal_number: str | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry as the screen shows it: the person by name, the patient by reference only.

    Where the patient's record was disposed of, `disposal_number` stands in their place.
    """

    entry_id: UUID
    occurred_at: datetime
    person_id: UUID | None
    display_name: str | None
    username: str | None
    action: str
    outcome: str
    patient_id: UUID | None
    reference: str | None
    subject_id: UUID | None
    ground: str | None
    detail: str
    address: str | None
    session_id: UUID | None
    chain_id: UUID
    position: int
    disposal_number: str | None


Place = tuple[datetime, UUID]


def list_rows(
    cursor: Cursor, chosen: TrailFilter, *, older_than: Place | None, limit: int
) -> list[TrailRow]:
    """Return up to `limit` entries, newest first, from just below a place in that order.

    Asked for a patient, those of the records that were merged into that one are among them.
    """
    conditions = []
    parameters: list[object] = []
    for name, condition in CONDITIONS.items():
        value = getattr(chosen, name)
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    if chosen.patient_id is not None:
        known = [chosen.patient_id, *_absorbed(cursor, chosen.patient_id)]
        conditions.append(f"e.patient_id IN ({', '.join('?' * len(known))})")
        parameters.extend(known)
    if older_than is not None:
        conditions.append(OLDER)
        parameters.extend([older_than[0], older_than[0], older_than[1]])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    cursor.execute(LIST_ROWS + where + NEWEST_FIRST, [*parameters, limit])
    return [TrailRow(*row) for row in cursor.fetchall()]


def _absorbed(cursor: Cursor, patient_id: UUID) -> list[UUID]:
    return [row[0] for row in cursor.execute(LIST_ABSORBED, [patient_id]).fetchall()]


def entries(cursor: Cursor) -> Iterator[Entry]:
    """Give every entry, chain by chain and in order, without holding them all in memory."""
    cursor.execute(LIST_ENTRIES)
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            yield Entry(*row)


def count_entries(cursor: Cursor) -> int:
    """Return how many entries there are."""
    row = cursor.execute(COUNT_ENTRIES).fetchone()
    return int(row[0]) if row else 0


def list_heads(cursor: Cursor) -> list[tuple[UUID, int, str]]:
    """Return chain, position and hash of the newest entry of each chain."""
    return cursor.execute(LIST_HEADS).fetchall()


def list_people(cursor: Cursor) -> list[tuple[UUID, str]]:
    """Return everybody who has, or had, an account: key and name."""
    return cursor.execute(LIST_PEOPLE).fetchall()


def get_patient_id(cursor: Cursor, reference: str) -> UUID | None:
    """Return the patient under a reference (in its normal form), or None."""
    row = cursor.execute(GET_PATIENT, [reference]).fetchone()
    return row[0] if row else None


def get_disposal_number(cursor: Cursor, number: str) -> str | None:
    """Return the number of a record that was disposed of (in its normal form), or None."""
    row = cursor.execute(GET_DISPOSAL, [number]).fetchone()
    return row[0] if row else None

"""SQL of the certificate: the case it is about, what remains of it, the certificates there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_row

GET_CASE = """
    SELECT number, method, state, as_of, proposed_at, proposed_by, decided_at, decided_by, erased_at
    FROM disposal_case WHERE case_id = ?
"""
LIST_ITEMS = """
    SELECT number, state, is_partial, patient_id, skipped_because, counts
    FROM disposal_item WHERE case_id = ? ORDER BY number
"""
COUNT_TRAIL = "SELECT count(*) FROM audit_entry WHERE disposal_number IN ({keys})"
COUNT_VITAL = """
    SELECT count(*) FROM vital_interest_item WHERE dropped_at IS NULL AND patient_id IN ({keys})
"""
# The rows that are kept, the marks that keep them, and what versions of a kept row share.
LIST_VITAL_ROWS = """
    WITH kept AS (
        SELECT vital_interest_item_id, vital_interest_id, row_id FROM vital_interest_item
        WHERE dropped_at IS NULL AND patient_id IN ({keys})
    )
    SELECT row_id FROM kept
    UNION SELECT vital_interest_item_id FROM kept
    UNION SELECT vital_interest_id FROM vital_interest WHERE patient_id IN ({keys})
    UNION SELECT series_id FROM history_entry WHERE entry_id IN (SELECT row_id FROM kept)
    UNION SELECT series_id FROM treatment WHERE treatment_id IN (SELECT row_id FROM kept)
    UNION SELECT series_id FROM adverse_event
    WHERE adverse_event_id IN (SELECT row_id FROM kept)
"""
COLUMNS = """
    certificate_id, number, case_id, content, content_sha256, signature, issued_at
"""
LIST_ALL = f"SELECT {COLUMNS} FROM disposal_certificate ORDER BY number"  # noqa: S608 - constant
GET_OF_CASE = f"SELECT {COLUMNS} FROM disposal_certificate WHERE case_id = ?"  # noqa: S608
GET_ONE = f"SELECT {COLUMNS} FROM disposal_certificate WHERE certificate_id = ?"  # noqa: S608
GET_NUMBERED = f"SELECT {COLUMNS} FROM disposal_certificate WHERE number = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as its certificate needs it. Times are UTC."""

    number: str
    method: str
    state: str
    as_of: date
    proposed_at: datetime
    proposed_by: UUID
    decided_at: datetime | None
    decided_by: UUID | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One record of a case; `counts` is JSON of what went, by category."""

    number: str
    state: str
    is_partial: bool
    patient_id: UUID | None
    skipped_because: str | None
    counts: str | None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate as it is kept."""

    certificate_id: UUID
    number: str
    case_id: UUID
    content: str
    content_sha256: str
    signature: str
    issued_at: datetime


def get_case(cursor: Cursor, case_id: UUID) -> CaseRow | None:
    """Return a case, or None."""
    row = cursor.execute(GET_CASE, [str(case_id)]).fetchone()
    return CaseRow(*row) if row else None


def list_items(cursor: Cursor, case_id: UUID) -> list[ItemRow]:
    """Return the records of a case by their numbers."""
    return [ItemRow(*row) for row in cursor.execute(LIST_ITEMS, [str(case_id)]).fetchall()]


def count_trail(cursor: Cursor, numbers: Sequence[str]) -> int:
    """Return how many entries of the trail point to these numbers."""
    return _count(cursor, COUNT_TRAIL, numbers)


def count_vital(cursor: Cursor, patient_ids: Sequence[UUID]) -> int:
    """Return how many facts are kept for vital interests (rule C7)."""
    return _count(cursor, COUNT_VITAL, [str(one) for one in patient_ids])


def list_vital_rows(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the rows that are kept for vital interests."""
    return [
        row_id
        for part in batched([str(one) for one in patient_ids])
        for (row_id,) in cursor.execute(
            LIST_VITAL_ROWS.format(keys=marks(part)), [*part, *part]
        ).fetchall()
    ]


def insert_certificate(cursor: Cursor, row: CertificateRow) -> None:
    """Keep a certificate."""
    insert_row(cursor, "disposal_certificate", {name: getattr(row, name) for name in row.__slots__})


def list_certificates(cursor: Cursor) -> list[CertificateRow]:
    """Return every certificate by its number."""
    return [CertificateRow(*row) for row in cursor.execute(LIST_ALL).fetchall()]


def get_of_case(cursor: Cursor, case_id: UUID) -> CertificateRow | None:
    """Return the certificate of a case, or None."""
    return _one(cursor, GET_OF_CASE, str(case_id))


def get_certificate(cursor: Cursor, certificate_id: UUID) -> CertificateRow | None:
    """Return a certificate, or None."""
    return _one(cursor, GET_ONE, str(certificate_id))


def get_numbered(cursor: Cursor, number: str) -> CertificateRow | None:
    """Return the certificate of a number, or None."""
    return _one(cursor, GET_NUMBERED, number)


def _one(cursor: Cursor, sql: str, key: str) -> CertificateRow | None:
    row = cursor.execute(sql, [key]).fetchone()
    return CertificateRow(*row) if row else None


def _count(cursor: Cursor, sql: str, keys: Sequence[str]) -> int:
    total = 0
    for part in batched(keys):
        row = cursor.execute(sql.format(keys=marks(part)), list(part)).fetchone()
        total += int(row[0]) if row else 0
    return total

"""SQL of what shows a consent: notes, and files that are sealed outside the store."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.consent import EvidenceKind
from lib.store.connection import Cursor
from lib.store.rows import insert_row

GET_EVIDENCE = """
SELECT
    evidence_id, patient_id, kind, note, filename, media_type, bytes, sha256, key_id,
    recorded_at, recorded_by
FROM consent_evidence WHERE evidence_id = ?
"""
LIST_FILES = "SELECT evidence_id FROM consent_evidence WHERE key_id IS NOT NULL"
LIST_SEALED = """
SELECT evidence_id, key_id, bytes, sha256 FROM consent_evidence
WHERE key_id IS NOT NULL ORDER BY evidence_id
"""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence; what concerns a file is None where there is none. Times are UTC."""

    evidence_id: UUID
    patient_id: UUID
    kind: EvidenceKind
    note: str | None
    filename: str | None
    media_type: str | None
    bytes: int | None
    sha256: str | None
    key_id: UUID | None
    recorded_at: datetime
    recorded_by: UUID | None

    @property
    def has_file(self) -> bool:
        """Tell whether there is a file to fetch."""
        return self.key_id is not None


def insert_evidence(cursor: Cursor, row: EvidenceRow) -> None:
    """Insert one piece of evidence."""
    values: Mapping[str, object] = {**asdict(row), "kind": row.kind.value}
    insert_row(cursor, "consent_evidence", values)


def get_evidence(cursor: Cursor, evidence_id: UUID) -> EvidenceRow | None:
    """Return one piece of evidence, or None."""
    found = cursor.execute(GET_EVIDENCE, [evidence_id]).fetchone()
    if found is None:
        return None
    key, patient_id, kind, *rest = found
    return EvidenceRow(key, patient_id, EvidenceKind(kind), *rest)


def list_files(cursor: Cursor) -> set[UUID]:
    """Return the ids of all evidence that has a file."""
    return {key for (key,) in cursor.execute(LIST_FILES).fetchall()}


def list_sealed(cursor: Cursor) -> list[tuple[UUID, UUID, int, str]]:
    """Return id, key, size and SHA-256 of every file, in the order of ids."""
    return cursor.execute(LIST_SEALED).fetchall()

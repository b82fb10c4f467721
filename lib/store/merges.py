"""SQL of merges: the two patients' rows, who was merged into whom, and what was undone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.merges import FullName, Identity, Values
from lib.store.connection import Cursor

GET_IDENTITY = """
SELECT
    patient_id, reference, title, given_names, family_name, preferred_name, sex, born_on,
    deceased_on, registered_on, note, last_seen_on, last_practitioner_id, version, merged_into_id
FROM patient WHERE patient_id = ?
"""
LIST_SHARED_SYSTEMS = """
SELECT DISTINCT a.system
FROM patient_external_id AS a
JOIN patient_external_id AS b ON b.system = a.system
WHERE a.patient_id = ? AND b.patient_id = ?
ORDER BY a.system
"""
LIST_NAMES = "SELECT given_names, family_name FROM patient_name WHERE patient_id = ?"
INSERT_ALIAS = """
INSERT INTO patient_name (
    patient_name_id, patient_id, kind, given_names, family_name, source, recorded_at, recorded_by
) VALUES (?, ?, 'alias', ?, ?, 'merge', ?, ?)
"""
# What the row said is kept as a version, also where only the merge itself is new.
INSERT_VERSION = """
INSERT INTO patient_version (
    patient_id, version, title, given_names, family_name, preferred_name, sex, born_on, deceased_on,
    registered_on, source, source_detail, note, changed_at, changed_by, replaced_at, replaced_by,
    reason
)
SELECT
    patient_id, version, title, given_names, family_name, preferred_name, sex, born_on, deceased_on,
    registered_on, source, source_detail, note, changed_at, changed_by, ?, ?, ?
FROM patient WHERE patient_id = ?
"""
COUNT_VERSION = """
UPDATE patient SET version = version + 1, changed_at = ?, changed_by = ? WHERE patient_id = ?
"""
SET_MERGED_INTO = "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?"
LIST_ABSORBED = """
SELECT CAST(patient_id AS VARCHAR) FROM patient WHERE merged_into_id = ? ORDER BY patient_id
"""
INSERT_MERGE = """
INSERT INTO patient_merge (merge_id, patient_id, absorbed_id, reason, merged_at, merged_by)
VALUES (?, ?, ?, ?, ?, ?)
"""
UPDATE_UNDONE = """
UPDATE patient_merge SET undone_at = ?, undone_by = ?, undo_reason = ? WHERE merge_id = ?
"""
MERGES = """
SELECT
    m.merge_id, m.patient_id, s.reference, m.absorbed_id, a.reference, m.reason, m.merged_at,
    merger.display_name, m.undone_at, undoer.display_name, m.undo_reason
FROM patient_merge AS m
JOIN patient AS s ON s.patient_id = m.patient_id
JOIN patient AS a ON a.patient_id = m.absorbed_id
LEFT JOIN person AS merger ON merger.person_id = m.merged_by
LEFT JOIN person AS undoer ON undoer.person_id = m.undone_by
"""
GET_MERGE = MERGES + " WHERE m.merge_id = ?"
GET_STANDING = MERGES + " WHERE m.absorbed_id = ? AND m.undone_at IS NULL"
# The newest first: an undo starts with the last.
LIST_MERGES = MERGES + " ORDER BY m.merged_at DESC, m.merge_id DESC LIMIT ? OFFSET ?"
LIST_OF_PATIENT = (
    MERGES
    + " WHERE m.patient_id = ? OR m.absorbed_id = ? ORDER BY m.merged_at DESC, m.merge_id DESC"
)
GET_LATER = f"""
{MERGES}
WHERE m.patient_id = ? AND m.undone_at IS NULL AND (m.merged_at, m.merge_id) > (?, ?)
ORDER BY m.merged_at DESC, m.merge_id DESC LIMIT 1
"""
COUNT_MERGES = "SELECT count(*) FROM patient_merge"
LIST_PAIRS = """
SELECT
    CAST(pair_id AS VARCHAR), CAST(patient_id AS VARCHAR), CAST(other_patient_id AS VARCHAR),
    probability, evidence, state, found_at, decided_at, CAST(decided_by AS VARCHAR), reason
FROM duplicate_pair WHERE patient_id = ? OR other_patient_id = ?
"""
GET_PAIR = "SELECT patient_id, other_patient_id, state FROM duplicate_pair WHERE pair_id = ?"
INSERT_PAIR = """
INSERT INTO duplicate_pair (
    pair_id, patient_id, other_patient_id, probability, evidence, state, found_at, decided_at,
    decided_by, reason
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge: which record went into which, when, by whom and why, and whether it was undone.

    Times are UTC; people are named as their accounts are.
    """

    merge_id: UUID
    survivor_id: UUID
    survivor_reference: str
    absorbed_id: UUID
    absorbed_reference: str
    reason: str
    merged_at: datetime
    merged_by: str | None
    undone_at: datetime | None
    undone_by: str | None
    undo_reason: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person, as the search for duplicates left them; ids are text."""

    pair_id: str
    patient_id: str
    other_patient_id: str
    probability: float
    evidence: str
    state: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None

    def other_than(self, patient_id: UUID) -> str:
        """Return the record that the given one is compared with."""
        if self.patient_id == str(patient_id):
            return self.other_patient_id
        return self.patient_id


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by whom a row is written."""

    at: datetime
    by: UUID


def get_identity(cursor: Cursor, patient_id: UUID) -> Identity | None:
    """Return the patient's row as far as a merge looks at it, or None."""
    row = cursor.execute(GET_IDENTITY, [patient_id]).fetchone()
    return Identity(*row) if row else None


def list_shared_systems(cursor: Cursor, one_id: UUID, other_id: UUID) -> list[str]:
    """Return the systems in which both patients have a number."""
    rows = cursor.execute(LIST_SHARED_SYSTEMS, [one_id, other_id]).fetchall()
    return [row[0] for row in rows]


def list_names(cursor: Cursor, patient_id: UUID) -> list[FullName]:
    """Return the former names and aliases: given names and family name."""
    return cursor.execute(LIST_NAMES, [patient_id]).fetchall()


def insert_alias(
    cursor: Cursor, name_id: UUID, patient_id: UUID, name: FullName, stamp: Stamp
) -> None:
    """Add a name that the patient was recorded under."""
    cursor.execute(INSERT_ALIAS, [name_id, patient_id, *name, stamp.at, stamp.by])


def update_patient(
    cursor: Cursor, patient_id: UUID, values: Values, stamp: Stamp, reason: str
) -> None:
    """Keep what the patient's row said as a version, then set the values and count it up."""
    cursor.execute(INSERT_VERSION, [stamp.at, stamp.by, reason, patient_id])
    if values:
        assigned = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE patient SET {assigned} WHERE patient_id = ?"  # noqa: S608 - our columns
        cursor.execute(sql, [*values.values(), patient_id])
    count_version(cursor, patient_id, stamp)


def count_version(cursor: Cursor, patient_id: UUID, stamp: Stamp) -> None:
    """Count the patient's version up: what hangs on the row changed, and lookup is to follow."""
    cursor.execute(COUNT_VERSION, [stamp.at, stamp.by, patient_id])


def set_merged_into(cursor: Cursor, patient_id: UUID, survivor_id: UUID | None) -> None:
    """Say which record the patient's was merged into; None: none any more."""
    cursor.execute(SET_MERGED_INTO, [survivor_id, patient_id])


def list_absorbed(cursor: Cursor, patient_id: UUID) -> list[str]:
    """Return the ids (text) of the records that lead to the patient's."""
    return [row[0] for row in cursor.execute(LIST_ABSORBED, [patient_id]).fetchall()]


def insert_merge(
    cursor: Cursor, merge_id: UUID, pair: tuple[UUID, UUID], reason: str, stamp: Stamp
) -> None:
    """Record a merge; `pair` is survivor and absorbed."""
    cursor.execute(INSERT_MERGE, [merge_id, *pair, reason, stamp.at, stamp.by])


def update_undone(cursor: Cursor, merge_id: UUID, reason: str, stamp: Stamp) -> None:
    """Record that a merge was undone."""
    cursor.execute(UPDATE_UNDONE, [stamp.at, stamp.by, reason, merge_id])


def get_merge(cursor: Cursor, merge_id: UUID) -> Merge | None:
    """Return a merge, or None."""
    row = cursor.execute(GET_MERGE, [merge_id]).fetchone()
    return Merge(*row) if row else None


def get_standing(cursor: Cursor, absorbed_id: UUID) -> Merge | None:
    """Return the merge that absorbed the record, while it holds."""
    row = cursor.execute(GET_STANDING, [absorbed_id]).fetchone()
    return Merge(*row) if row else None


def get_later(cursor: Cursor, merge: Merge) -> Merge | None:
    """Return the newest merge into the same survivor that came after this one and holds."""
    row = cursor.execute(GET_LATER, [merge.survivor_id, merge.merged_at, merge.merge_id]).fetchone()
    return Merge(*row) if row else None


def list_merges(cursor: Cursor, *, limit: int, offset: int) -> list[Merge]:
    """Return a page of all merges, the newest first."""
    return [Merge(*row) for row in cursor.execute(LIST_MERGES, [limit, offset]).fetchall()]


def list_of_patient(cursor: Cursor, patient_id: UUID) -> list[Merge]:
    """Return the merges that the patient's record survived or was absorbed in, the newest first."""
    rows = cursor.execute(LIST_OF_PATIENT, [patient_id, patient_id]).fetchall()
    return [Merge(*row) for row in rows]


def count_merges(cursor: Cursor) -> int:
    """Return how many merges there were, undone ones included."""
    row = cursor.execute(COUNT_MERGES).fetchone()
    return int(row[0]) if row else 0


def get_pair(cursor: Cursor, pair_id: UUID) -> tuple[UUID, UUID, str] | None:
    """Return the two patients of a pair of possible duplicates, and its state."""
    row = cursor.execute(GET_PAIR, [pair_id]).fetchone()
    return (row[0], row[1], row[2]) if row else None


def list_pairs(cursor: Cursor, patient_id: UUID) -> list[Pair]:
    """Return every pair of possible duplicates that the patient is one of."""
    rows = cursor.execute(LIST_PAIRS, [patient_id, patient_id]).fetchall()
    return [Pair(*row) for row in rows]


def insert_pair(cursor: Cursor, pair: Pair) -> None:
    """Add a pair of possible duplicates."""
    cursor.execute(INSERT_PAIR, [getattr(pair, name) for name in pair.__slots__])

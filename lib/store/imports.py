"""SQL of imports: matching a file's rows with what is stored, their digests, runs and mappings."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyarrow as pa

from lib.store.connection import Cursor

# `incoming_rows` is the file's rows, registered as a view for one statement.
COUNT_AGREEMENT = """
SELECT
    e.system,
    count(*) AS matched,
    count(*) FILTER (
        WHERE lower(p.family_name) = lower(nullif(i.family_name, ''))
        OR lower(p.given_names) = lower(nullif(i.given_names, ''))
        OR p.born_on = i.born_on
    ) AS agreeing
FROM incoming_rows AS i
JOIN patient_external_id AS e ON e.external_id = i.external_id
JOIN patient AS p ON p.patient_id = e.patient_id
GROUP BY e.system
ORDER BY e.system
"""
LIST_BY_DIGEST = """
SELECT i.place, CAST(r.patient_id AS VARCHAR) AS patient_id
FROM incoming_rows AS i
JOIN import_row AS r ON r.row_digest = i.row_digest
"""
LIST_BY_EXTERNAL_ID = """
SELECT i.place, CAST(e.patient_id AS VARCHAR) AS patient_id
FROM incoming_rows AS i
JOIN patient_external_id AS e ON e.system = ? AND e.external_id = i.external_id
"""
# What was known of a record that was merged stays known: its rows are no new patients.
DELETE_ROWS_OF_PATIENTS = """
DELETE FROM import_row
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
  AND import_id IN (SELECT import_id FROM import_run WHERE kind = ?)
  AND row_digest NOT IN (
    SELECT r.row_key FROM merged_row AS r
    JOIN patient_merge AS m ON m.merge_id = r.merge_id
    WHERE r.table_name = 'import_row' AND r.act = 'moved' AND m.undone_at IS NULL
  )
"""
LIST_MERGED_IDS = """
SELECT r.row_key FROM merged_row AS r
JOIN patient_merge AS m ON m.merge_id = r.merge_id
WHERE r.table_name = 'patient_external_id' AND r.act = 'moved' AND m.undone_at IS NULL
"""
INSERT_RUN = """
INSERT INTO import_run (
    import_id, kind, file_sha256, is_partial, started_at, finished_at, person_id,
    rows_read, rows_added, rows_changed, rows_unchanged, rows_rejected
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
LIST_RUNS = """
SELECT
    r.import_id, r.kind, r.file_sha256, r.is_partial, r.started_at, r.finished_at, r.person_id,
    r.rows_read, r.rows_added, r.rows_changed, r.rows_unchanged, r.rows_rejected, p.display_name
FROM import_run AS r
LEFT JOIN person AS p ON p.person_id = r.person_id
ORDER BY r.started_at DESC, r.import_id DESC
LIMIT ?
"""
LIST_MAPPINGS = "SELECT name, mapping FROM import_mapping WHERE kind = ? ORDER BY name"
DELETE_MAPPING = "DELETE FROM import_mapping WHERE kind = ? AND name = ?"
INSERT_MAPPING = """
INSERT INTO import_mapping (name, kind, mapping, saved_at, saved_by) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
    kind = excluded.kind,
    mapping = excluded.mapping,
    saved_at = excluded.saved_at,
    saved_by = excluded.saved_by
"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of a file's ids are known in one system, and how many there name the same person."""

    system: str
    matched: int
    agreeing: int


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import that was done; counts only, nothing of any person."""

    import_id: UUID
    kind: str
    file_sha256: str
    is_partial: bool
    started_at: datetime
    finished_at: datetime | None
    person_id: UUID | None
    rows_read: int
    rows_added: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int


def count_agreement(cursor: Cursor, incoming: pa.Table) -> list[Agreement]:
    """Return, for each system that knows ids of `incoming`, how far its people are the same.

    `incoming` has external_id, given_names, family_name and born_on.
    """
    cursor.register("incoming_rows", incoming)
    rows = cursor.execute(COUNT_AGREEMENT).fetchall()
    cursor.unregister("incoming_rows")
    return [Agreement(*row) for row in rows]


def list_by_digest(cursor: Cursor, incoming: pa.Table) -> dict[int, str]:
    """Return the patient's id for each place whose row_digest was imported before."""
    cursor.register("incoming_rows", incoming)
    rows = cursor.execute(LIST_BY_DIGEST).fetchall()
    cursor.unregister("incoming_rows")
    return dict(rows)


def list_by_external_id(cursor: Cursor, system: str, incoming: pa.Table) -> dict[int, str]:
    """Return the patient's id for each place whose external_id the system knows."""
    cursor.register("incoming_rows", incoming)
    rows = cursor.execute(LIST_BY_EXTERNAL_ID, [system]).fetchall()
    cursor.unregister("incoming_rows")
    return dict(rows)


def list_merged_ids(cursor: Cursor, system: str) -> set[str]:
    """Return the ids in a system that came to their patient with a merged record."""
    keys = (json.loads(row[0]) for row in cursor.execute(LIST_MERGED_IDS).fetchall())
    return {external_id for of_system, external_id in keys if of_system == system}


def delete_rows_of(cursor: Cursor, kind: str, patient_ids: pa.Table) -> None:
    """Forget what files of a kind said of these patients (column patient_id), before newer is kept.

    What files of another kind said of them is still known: their treatments do not come twice.
    """
    cursor.register("incoming_rows", patient_ids)
    cursor.execute(DELETE_ROWS_OF_PATIENTS, [kind])
    cursor.unregister("incoming_rows")


def insert_run(cursor: Cursor, run: ImportRun) -> None:
    """Keep the record of an import."""
    cursor.execute(INSERT_RUN, [getattr(run, name) for name in run.__slots__])


def list_runs(cursor: Cursor, most: int = 50) -> list[tuple[ImportRun, str | None]]:
    """Return the latest imports, newest first, with the name of the person who has an account."""
    rows = cursor.execute(LIST_RUNS, [most]).fetchall()
    return [(ImportRun(*row[:-1]), row[-1]) for row in rows]


def list_mappings(cursor: Cursor, kind: str) -> dict[str, str]:
    """Return the saved mappings of a kind of import, as JSON by name."""
    return dict(cursor.execute(LIST_MAPPINGS, [kind]).fetchall())


def insert_mapping(
    cursor: Cursor, name: str, kind: str, mapping: str, *, saved: tuple[datetime, UUID]
) -> None:
    """Keep a mapping under a name; one of that name is replaced. `saved` is when and by whom."""
    cursor.execute(INSERT_MAPPING, [name, kind, mapping, *saved])


def delete_mapping(cursor: Cursor, kind: str, name: str) -> None:
    """Forget a saved mapping."""
    cursor.execute(DELETE_MAPPING, [kind, name])

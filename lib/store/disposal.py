"""SQL of disposing of records: the data map says what becomes of a table, the schema in which turn.

Works on many records at once: their ids wait in a relation that every statement joins. Tables' and
columns' names come from the map and the schema, never from a person, so they may stand in SQL.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa

from lib.domain import data_map
from lib.domain.data_map import OnDisposal
from lib.store.connection import Cursor
from lib.store.merged_rows import LIST_KEYS as LIST_UNIQUES

PATIENT = "patient"
PATIENT_ID = "patient_id"
# What an unlinked row gives up with its patient, and what it points to from then on.
SALT, NUMBER = "patient_salt", "disposal_number"
LIST_PARENTS = """
SELECT DISTINCT c.table_name, p.table_name
FROM information_schema.referential_constraints AS r
JOIN information_schema.table_constraints AS c
  ON c.constraint_name = r.constraint_name AND c.constraint_catalog = r.constraint_catalog
JOIN information_schema.table_constraints AS p
  ON p.constraint_name = r.unique_constraint_name
  AND p.constraint_catalog = r.unique_constraint_catalog
WHERE r.constraint_catalog = current_database()
"""
LIST_ABSORBED = """
SELECT p.patient_id, p.merged_into_id FROM patient AS p
WHERE p.merged_into_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
DELETE_PATIENTS = """
DELETE FROM patient WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
# An undone merge noted the other record's values beside the one that stays.
DELETE_MERGED_ROWS = """
DELETE FROM merged_row WHERE merge_id IN (
    SELECT merge_id FROM patient_merge
    WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
      OR absorbed_id IN (SELECT CAST(patient_id AS UUID) FROM going)
)
"""
# Records that more than one case may have named are taken out of all of them.
UNLINK_ITEMS = """
UPDATE disposal_item SET patient_id = NULL
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
CLAIM = """
UPDATE patient SET claims = coalesce(claims, 0) + 1
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
# Whoever saves a treatment or changes details counts the version up too, and conflicts.
COUNT_VERSION = """
UPDATE patient SET version = version + 1
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
# Where each kind of file is known: its id, and whether the row has one.
FILES = {
    "key": ("media_key", "key_id", "TRUE"),
    "media": ("media_item", "media_id", "TRUE"),
    "evidence": ("consent_evidence", "evidence_id", "t.key_id IS NOT NULL"),
    "waiting": ("import_review", "CAST(t.external_id AS UUID)", "t.kind = 'media'"),
}
LIST_KEYS_OF_OTHERS = """
SELECT DISTINCT key_id FROM {table}
WHERE key_id IN (
    SELECT key_id FROM media_key
    WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
) AND patient_id NOT IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
LIST_MERGED = """
SELECT patient_id FROM patient
WHERE merged_into_id IS NOT NULL AND patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the rows of one table that reach a patient; `key` is its primary key."""

    table: str
    reach: tuple[str, ...]
    act: OnDisposal
    category: str
    key: tuple[str, ...]
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Going:
    """A record that goes under a number; one that was merged into it goes under the same."""

    patient_id: UUID
    number: str


def steps(cursor: Cursor, *, is_anonymised: bool = False) -> list[Step]:
    """Return every table that reaches a patient, children before their parents; not `patient`."""
    keys = _keys(cursor)
    found = []
    for table in _ordered(cursor, data_map.tables_of_patient()):
        columns = data_map.columns_of(table)
        treatment = columns[0].treatment
        act = treatment.on_anonymise if is_anonymised else treatment.on_erase
        reaching = next(one for one in columns if one.name == columns[0].reach[0])
        if table != PATIENT:
            names = frozenset(one.name for one in columns)
            category = reaching.category.value
            found.append(Step(table, columns[0].reach, act, category, keys[table], names))
    return found


@contextmanager
def going(cursor: Cursor, records: Sequence[Going]) -> Iterator[None]:
    """Let every statement of the block know which records go."""
    columns = {
        "patient_id": [str(one.patient_id) for one in records],
        "number": [one.number for one in records],
    }
    cursor.register("going", pa.table(columns, pa.schema({name: pa.string() for name in columns})))
    try:
        yield
    finally:
        cursor.unregister("going")


def with_absorbed(cursor: Cursor, records: Sequence[Going]) -> list[Going]:
    """Return the records with every one that was merged into them, through any number of merges."""
    found = {one.patient_id: one for one in records}
    new = list(records)
    while new:
        with going(cursor, new):
            rows = cursor.execute(LIST_ABSORBED).fetchall()
        numbers = {one.patient_id: one.number for one in new}
        new = [Going(key, numbers[into]) for key, into in rows if key not in found]
        found.update({one.patient_id: one for one in new})
    return list(found.values())


def list_merged(cursor: Cursor, patient_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of the records were merged into another one."""
    with going(cursor, [Going(key, "") for key in patient_ids]):
        return {row[0] for row in cursor.execute(LIST_MERGED).fetchall()}


def claim(cursor: Cursor, patient_ids: Sequence[UUID]) -> None:
    """Let every transaction conflict that places a blocker at the same time (rule C10)."""
    with going(cursor, [Going(key, "") for key in patient_ids]):
        cursor.execute(CLAIM)


def count_versions(cursor: Cursor) -> None:
    """Let every transaction conflict that treats the patients at the same time; inside `going`."""
    cursor.execute(COUNT_VERSION)


def unlink_items(cursor: Cursor) -> None:
    """Let every item of any case that names the records point to nobody; inside `going`."""
    cursor.execute(UNLINK_ITEMS)


def count_rows(cursor: Cursor, step: Step, kept: frozenset[UUID]) -> dict[str, int]:
    """Return how many rows of a table go, by the record's number; inside `going`."""
    counts: dict[str, int] = {}
    but = _but(step, kept)
    for column in step.reach:
        sql = (
            f"SELECT g.number, count(*) FROM {step.table} AS t "  # noqa: S608 - names of the map
            f"JOIN going AS g ON t.{column} = CAST(g.patient_id AS UUID) WHERE TRUE{but} GROUP BY 1"
        )
        with _keeping(cursor, kept):
            rows = cursor.execute(sql).fetchall()
        for number, count in rows:
            counts[number] = counts.get(number, 0) + count
    return counts


def take_out(cursor: Cursor, step: Step, kept: frozenset[UUID]) -> None:
    """Delete a table's rows, or take their patient out of them, as the map says; inside `going`."""
    if step.act is OnDisposal.DELETE:
        _delete(cursor, step, kept)
    elif step.act is OnDisposal.UNLINK:
        _unlink(cursor, step)


def delete_merged_rows(cursor: Cursor) -> None:
    """Delete what every merge of the records noted, on either side; inside `going`."""
    cursor.execute(DELETE_MERGED_ROWS)


def delete_patients(cursor: Cursor) -> None:
    """Delete the patients' own rows, which nothing may point to any more; inside `going`."""
    cursor.execute(DELETE_PATIENTS)


def list_files(cursor: Cursor) -> list[tuple[str, str, UUID]]:
    """Return number, kind and id of every key and file of the records; inside `going`.

    A key that sealed another record's files too is not among them.
    """
    others = _keys_of_others(cursor)
    found: list[tuple[str, str, UUID]] = []
    for kind, (table, column, which) in FILES.items():
        name = column if column.startswith("CAST") else f"t.{column}"
        sql = (
            f"SELECT g.number, {name} FROM {table} AS t "  # noqa: S608 - constant names
            f"JOIN going AS g ON t.patient_id = CAST(g.patient_id AS UUID) WHERE {which}"
        )
        rows = cursor.execute(sql).fetchall()
        found.extend((number, kind, key) for number, key in rows if key not in others)
    return found


def _keys_of_others(cursor: Cursor) -> set[UUID]:
    return {
        row[0]
        for table in ("media_item", "consent_evidence")
        for row in cursor.execute(LIST_KEYS_OF_OTHERS.format(table=table)).fetchall()
    }


def _delete(cursor: Cursor, step: Step, kept: frozenset[UUID]) -> None:
    reaching = " OR ".join(
        f"{column} IN (SELECT CAST(patient_id AS UUID) FROM going)"  # noqa: S608 - names of the map
        for column in step.reach
    )
    sql = f"DELETE FROM {step.table} AS t WHERE ({reaching}){_but(step, kept)}"  # noqa: S608
    with _keeping(cursor, kept):
        cursor.execute(sql)


def _unlink(cursor: Cursor, step: Step) -> None:
    for column in step.reach:
        changes = [f"{column} = NULL"]
        if SALT in step.columns:
            changes.append(f"{SALT} = NULL")
        if NUMBER in step.columns:
            changes.append(f"{NUMBER} = g.number")
        sql = (
            f"UPDATE {step.table} SET {', '.join(changes)} FROM going AS g "  # noqa: S608
            f"WHERE {step.table}.{column} = CAST(g.patient_id AS UUID)"
        )
        cursor.execute(sql)


def _but(step: Step, kept: frozenset[UUID]) -> str:
    """Return the condition that spares the rows that are kept."""
    if not kept or len(step.key) != 1:
        return ""
    return f" AND CAST(t.{step.key[0]} AS VARCHAR) NOT IN (SELECT row_id FROM kept_rows)"  # noqa: S608


@contextmanager
def _keeping(cursor: Cursor, kept: frozenset[UUID]) -> Iterator[None]:
    if not kept:
        yield
        return
    cursor.register("kept_rows", pa.table({"row_id": [str(one) for one in kept]}))
    try:
        yield
    finally:
        cursor.unregister("kept_rows")


def _keys(cursor: Cursor) -> dict[str, tuple[str, ...]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for table, _, kind, column in cursor.execute(LIST_UNIQUES).fetchall():
        if kind == "PRIMARY KEY":
            keys[table].append(column)
    return {table: tuple(keys.get(table, ())) for table in data_map.tables()}


def _ordered(cursor: Cursor, tables: Sequence[str]) -> list[str]:
    """Return the tables, each before every table that it points to."""
    parents: dict[str, set[str]] = defaultdict(set)
    for child, parent in cursor.execute(LIST_PARENTS).fetchall():
        if child != parent:
            parents[child].add(parent)
    left, done = list(tables), []
    while left:
        pointed_to = set().union(*(parents[one] for one in left))
        free = [one for one in left if one not in pointed_to] or left
        done.extend(free)
        left = [one for one in left if one not in free]
    return done

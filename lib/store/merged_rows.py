"""SQL of a merge's rows: moving what hangs on one patient to another, and giving it back.

It knows no table by name: the data map says which tables move, the schema what their keys are. A
table that is declared tomorrow moves without a line here. Tables' and columns' names come from
there, never from a person, so they may stand in SQL; values are bound.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyarrow as pa

from lib.domain import data_map
from lib.domain.data_map import Category, OnExport, OnMerge
from lib.domain.unmerging import Row
from lib.store import bulk
from lib.store.connection import Cursor

LIST_KEYS = """
SELECT c.table_name, c.constraint_name, c.constraint_type, k.column_name
FROM information_schema.table_constraints AS c
JOIN information_schema.key_column_usage AS k
  ON k.constraint_name = c.constraint_name AND k.table_name = c.table_name
  AND k.table_catalog = c.table_catalog AND k.table_schema = c.table_schema
WHERE c.constraint_type IN ('PRIMARY KEY', 'UNIQUE')
  AND c.table_catalog = current_database() AND c.table_schema = current_schema()
ORDER BY c.table_name, c.constraint_name, k.ordinal_position
"""
LIST_MERGED = """
SELECT table_name, row_key, act, before, after
FROM merged_row WHERE merge_id = ?
ORDER BY merged_row_id
"""
SERIES = "series_id"
VERSION = "version"
VALID_UNTIL = "valid_until"
PREFERRED = "is_preferred"
# A row that says what the survivor's own says already is put aside, not shown twice.
SAYS_THE_SAME = {
    "patient_name": ("kind", "given_names", "family_name"),
    "patient_phone": ("number",),
    "patient_email": ("email",),
    "patient_address": ("line_1", "line_2", "line_3", "town", "county", "postcode", "country"),
}
PATIENT = "patient"
MOVED, ADDED, CHANGED, REMOVED = "moved", "added", "changed", "removed"

Texts = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table whose rows hang on a patient by the column `reach`.

    `key` is its primary key without `reach`: it finds a row among one patient's. `uniques` are the
    other columns of each key that `reach` is part of. `is_kept` says that rows are never removed
    but by a disposal.
    """

    table: str
    reach: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    uniques: tuple[tuple[str, ...], ...]
    is_kept: bool
    category: Category


@dataclass(frozen=True, slots=True)
class MergedRow:
    """What a merge did to one row; `before` and `after` are the columns that it changed, as text.

    A moved row has neither; a removed one has every column in `before`, an added one in `after`.
    """

    table: str
    key: str
    act: str
    before: Texts | None = None
    after: Texts | None = None


def moving(cursor: Cursor) -> list[Shape]:
    """Return every table whose rows move with their patient, in the order of the map."""
    keys = _keys(cursor)
    found = []
    for table in data_map.tables_of_patient():
        columns = data_map.columns_of(table)
        if columns[0].treatment.on_merge is OnMerge.MOVE:
            names = columns_of(table)
            found += [_shape(table, reach, names, keys[table]) for reach in columns[0].reach]
    return found


def _shape(
    table: str, reach: str, names: tuple[str, ...], keys: dict[str, list[tuple[str, ...]]]
) -> Shape:
    (primary,) = keys["PRIMARY KEY"]
    every = [*keys["PRIMARY KEY"], *keys["UNIQUE"]]
    first = data_map.columns_of(table)[0]
    return Shape(
        table=table,
        reach=reach,
        key=tuple(name for name in primary if name != reach),
        columns=names,
        uniques=tuple(
            tuple(name for name in unique if name != reach) for unique in every if reach in unique
        ),
        is_kept=first.treatment.on_export is OnExport.INCLUDE,
        category=first.category,
    )


def _keys(cursor: Cursor) -> dict[str, dict[str, list[tuple[str, ...]]]]:
    columns: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for table, constraint, kind, column in cursor.execute(LIST_KEYS).fetchall():
        columns[table, kind, constraint].append(column)
    found: dict[str, dict[str, list[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(list))
    for (table, kind, _), names in columns.items():
        found[table][kind].append(tuple(names))
    return found


def columns_of(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns, as the data map declares them."""
    return tuple(column.name for column in data_map.columns_of(table))


def primary_keys(cursor: Cursor) -> dict[str, str]:
    """Return the primary key of every table that has one of a single column."""
    found = {}
    for table, keys in _keys(cursor).items():
        for primary in keys["PRIMARY KEY"]:
            if len(primary) == 1:
                found[table] = primary[0]
    return found


def count_rows(cursor: Cursor, shape: Shape, patient_id: UUID) -> int:
    """Return how many rows of the table hang on the patient."""
    sql = f"SELECT count(*) FROM {shape.table} WHERE {shape.reach} = ?"  # noqa: S608
    row = cursor.execute(sql, [patient_id]).fetchone()
    return int(row[0]) if row else 0


def move_rows(cursor: Cursor, shape: Shape, from_id: UUID, to_id: UUID) -> list[MergedRow]:
    """Move one patient's rows of the table to another; return what was done to which row.

    Rows that cannot be there twice, or would only repeat what is there, are removed and returned
    whole. Where the other patient has a preferred contact, the moved ones are no longer preferred.
    """
    done = [
        *_remove(cursor, shape, _doubled(cursor, shape, from_id, to_id), from_id),
        *_unprefer(cursor, shape, from_id, to_id),
    ]
    keys = _list_keys(cursor, shape, from_id)
    if keys:
        sql = f"UPDATE {shape.table} SET {shape.reach} = ? WHERE {shape.reach} = ?"  # noqa: S608
        cursor.execute(sql, [to_id, from_id])
    return [*done, *(MergedRow(shape.table, key, MOVED) for key in keys)]


def move_back(
    cursor: Cursor, shape: Shape, keys: Sequence[str], from_id: UUID, to_id: UUID
) -> None:
    """Give the rows with these keys to another patient."""
    sql = (
        f"UPDATE {shape.table} SET {shape.reach} = ? "  # noqa: S608
        f"WHERE {shape.reach} = ? AND {_among(shape)}"
    )
    _with_keys(cursor, shape, keys, sql, [to_id, from_id])


def list_rows(cursor: Cursor, shapes: Sequence[Shape], patient_id: UUID) -> list[Row]:
    """Return everything that hangs on the patient, with how it is tied together."""
    names = {shape.key[0] for shape in shapes if len(shape.key) == 1} | {SERIES}
    return [row for shape in shapes for row in _rows(cursor, shape, patient_id, names)]


def list_merged(cursor: Cursor, merge_id: UUID) -> list[MergedRow]:
    """Return what a merge did, in the order in which it did it."""
    return [
        MergedRow(table, key, act, _parsed(before), _parsed(after))
        for table, key, act, before, after in cursor.execute(LIST_MERGED, [merge_id]).fetchall()
    ]


def insert_merged(
    cursor: Cursor, merge_id: UUID, patient_id: UUID, rows: Sequence[MergedRow]
) -> None:
    """Keep what a merge did to rows of one patient."""
    if not rows:
        return
    count = len(rows)
    columns = {
        "merged_row_id": bulk.new_ids(count),
        "merge_id": [str(merge_id)] * count,
        "patient_id": [str(patient_id)] * count,
        "table_name": [row.table for row in rows],
        "row_key": [row.key for row in rows],
        "act": [row.act for row in rows],
        "before": pa.array([_written(row.before) for row in rows], pa.string()),
        "after": pa.array([_written(row.after) for row in rows], pa.string()),
    }
    bulk.insert_rows(cursor, "merged_row", pa.table(columns))


def restore_removed(cursor: Cursor, shape: Shape, row: MergedRow) -> None:
    """Put a row back that the merge removed, unless one of its key is there again."""
    before = row.before or {}
    names = ", ".join(before)
    marks = ", ".join("?" * len(before))
    sql = f"INSERT INTO {shape.table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    cursor.execute(sql, list(before.values()))


def get_texts(
    cursor: Cursor, table: str, key: tuple[str, str], columns: Iterable[str]
) -> Texts | None:
    """Return columns of the row whose key column has a value, as text; None without such a row."""
    names = list(columns)
    wanted = ", ".join(f"CAST({name} AS VARCHAR)" for name in names)
    sql = f"SELECT {wanted} FROM {table} WHERE {key[0]} = ?"  # noqa: S608
    row = cursor.execute(sql, [key[1]]).fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def update_texts(cursor: Cursor, table: str, key: tuple[str, str], values: Texts) -> None:
    """Set columns of the row whose key column has a value, from text."""
    assigned = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE {table} SET {assigned} WHERE {key[0]} = ?"  # noqa: S608
    cursor.execute(sql, [*values.values(), key[1]])


def delete_row(cursor: Cursor, table: str, key: tuple[str, str]) -> None:
    """Delete the row whose key column has a value."""
    cursor.execute(f"DELETE FROM {table} WHERE {key[0]} = ?", [key[1]])  # noqa: S608


def _doubled(cursor: Cursor, shape: Shape, from_id: UUID, to_id: UUID) -> list[str]:
    """Return the keys of rows that would break a key there, or say what a row there says."""
    alike = [_same("a", "b", names) for names in shape.uniques]
    if shape.table in SAYS_THE_SAME:
        same = _same("a", "b", SAYS_THE_SAME[shape.table])
        if VALID_UNTIL in shape.columns:
            same += f" AND a.{VALID_UNTIL} IS NOT DISTINCT FROM b.{VALID_UNTIL}"
        alike.append(same)
    if not alike:
        return []
    sql = (
        f"SELECT DISTINCT {_key_columns(shape, 'a')} FROM {shape.table} AS a "  # noqa: S608
        f"JOIN {shape.table} AS b ON {' OR '.join(f'({one})' for one in alike)} "
        f"WHERE a.{shape.reach} = ? AND b.{shape.reach} = ?"
    )
    return [_key(row) for row in cursor.execute(sql, [from_id, to_id]).fetchall()]


def _same(one: str, other: str, names: Iterable[str]) -> str:
    parts = [
        f"lower(CAST({one}.{name} AS VARCHAR)) IS NOT DISTINCT FROM "
        f"lower(CAST({other}.{name} AS VARCHAR))"
        for name in names
    ]
    return " AND ".join(parts) or "TRUE"


def _remove(cursor: Cursor, shape: Shape, keys: Sequence[str], patient_id: UUID) -> list[MergedRow]:
    if not keys:
        return []
    wanted = ", ".join(f"CAST(t.{name} AS VARCHAR)" for name in shape.columns)
    chosen = f"WHERE {shape.reach} = ? AND {_among(shape)}"
    sql = f"SELECT {_key_columns(shape, 't')}, {wanted} FROM {shape.table} AS t {chosen}"  # noqa: S608
    size = len(shape.key)
    removed = [
        MergedRow(
            shape.table,
            _key(row[:size]),
            REMOVED,
            before=dict(zip(shape.columns, row[size:], strict=True)),
        )
        for row in _with_keys(cursor, shape, keys, sql, [patient_id])
    ]
    sql = f"DELETE FROM {shape.table} AS t {chosen}"  # noqa: S608
    _with_keys(cursor, shape, keys, sql, [patient_id])
    return removed


def _unprefer(cursor: Cursor, shape: Shape, from_id: UUID, to_id: UUID) -> list[MergedRow]:
    if not {PREFERRED, VALID_UNTIL} <= set(shape.columns):
        return []
    preferred = f"{PREFERRED} AND {VALID_UNTIL} IS NULL"
    sql = f"SELECT count(*) FROM {shape.table} WHERE {shape.reach} = ? AND {preferred}"  # noqa: S608
    if cursor.execute(sql, [to_id]).fetchall() == [(0,)]:
        return []
    keys = _list_keys(cursor, shape, from_id, f" AND {preferred}")
    if keys:
        sql = f"UPDATE {shape.table} SET {PREFERRED} = ? WHERE {shape.reach} = ? AND {preferred}"  # noqa: S608
        cursor.execute(sql, [False, from_id])
    before: Texts = {PREFERRED: "true"}
    after: Texts = {PREFERRED: "false"}
    return [MergedRow(shape.table, key, CHANGED, before, after) for key in keys]


def _rows(cursor: Cursor, shape: Shape, patient_id: UUID, names: set[str]) -> list[Row]:
    is_versioned = {SERIES, VERSION} <= set(shape.columns)
    tying = [name for name in shape.columns if name in names and name not in shape.key]
    wanted = [*shape.key, *tying, *([VERSION] if is_versioned else [])]
    columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in wanted)
    sql = f"SELECT {columns} FROM {shape.table} WHERE {shape.reach} = ?"  # noqa: S608
    size = len(shape.key)
    found = []
    for row in cursor.execute(sql, [patient_id]).fetchall():
        named = dict(zip(tying, row[size:], strict=False))
        series = named.pop(SERIES, None) if is_versioned else None
        things = {(shape.key[0], row[0])} if size == 1 else set()
        if series is not None:
            things.add((SERIES, series))
        ties = frozenset((name, value) for name, value in named.items() if value is not None)
        version = int(row[-1] or 1) if is_versioned else 1
        key = _key(row[:size])
        found.append(Row(shape.table, key, frozenset(things), ties, series, version))
    return found


def _list_keys(cursor: Cursor, shape: Shape, patient_id: UUID, further: str = "") -> list[str]:
    sql = (
        f"SELECT {_key_columns(shape, 't')} FROM {shape.table} AS t "  # noqa: S608
        f"WHERE {shape.reach} = ?{further}"
    )
    return [_key(row) for row in cursor.execute(sql, [patient_id]).fetchall()]


def _key_columns(shape: Shape, alias: str) -> str:
    return ", ".join(f"CAST({alias}.{name} AS VARCHAR)" for name in shape.key)


def _among(shape: Shape) -> str:
    """Return the condition that a row's key is among `incoming_rows`."""
    columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in shape.key)
    wanted = ", ".join(shape.key)
    return f"({columns}) IN (SELECT ({wanted}) FROM incoming_rows)"  # noqa: S608


def _with_keys(
    cursor: Cursor, shape: Shape, keys: Sequence[str], sql: str, parameters: list[object]
) -> list[tuple[Any, ...]]:
    if not keys:
        return []
    parts = [_parts(shape, key) for key in keys]
    columns = {
        name: pa.array([part[place] for part in parts], pa.string())
        for place, name in enumerate(shape.key)
    }
    cursor.register("incoming_rows", pa.table(columns))
    try:
        return cursor.execute(sql, parameters).fetchall()
    finally:
        cursor.unregister("incoming_rows")


def _key(row: Sequence[str]) -> str:
    return row[0] if len(row) == 1 else json.dumps(row)


def _parts(shape: Shape, key: str) -> list[str]:
    return [key] if len(shape.key) == 1 else json.loads(key)


def _written(texts: Texts | None) -> str | None:
    return None if texts is None else json.dumps(texts)


def _parsed(text: str | None) -> Texts | None:
    return None if text is None else json.loads(text)

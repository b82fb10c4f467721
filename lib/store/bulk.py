"""Inserting many rows at once from an Arrow table; imports and the synthetic clinic use it."""

import re

import pyarrow as pa

from lib.store.connection import Cursor

NAME = re.compile(r"[a-z_]+")


def insert_rows(cursor: Cursor, table: str, rows: pa.Table) -> int:
    """Insert every row of `rows`, matched to the table's columns by name; return how many.

    UUIDs are given as text. Columns that `rows` lacks become NULL. Raises `ValueError` for a
    table name that is not one of ours in form.
    """
    if not NAME.fullmatch(table):
        message = f"not a table name: {table!r}"
        raise ValueError(message)
    cursor.register("incoming_rows", rows)
    try:
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")  # noqa: S608
    finally:
        cursor.unregister("incoming_rows")
    return int(rows.num_rows)

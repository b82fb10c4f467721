"""One row at a time into any of our tables: names are ours, values are bound."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from lib.store.connection import Cursor

NAME = re.compile(r"[a-z][a-z0-9_]*")


def insert_row(cursor: Cursor, table: str, values: Mapping[str, object]) -> None:
    """Insert a row; a column that is not given becomes NULL.

    Raises `ValueError` for a table or column that is not one of ours in form.
    """
    insert_rows(cursor, table, [values])


def insert_rows(cursor: Cursor, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert a few rows, all of the same columns, in one statement; raises as `insert_row` does."""
    if not rows:
        return
    columns = list(rows[0])
    for name in (table, *columns):
        if not NAME.fullmatch(name):
            message = f"not a name of ours: {name!r}"
            raise ValueError(message)
    marks = f"({', '.join('?' * len(columns))})"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(rows))}"  # noqa: S608 - checked
    values = [row[name] for row in rows for name in columns]
    cursor.execute(sql, [str(one) if isinstance(one, UUID) else one for one in values])

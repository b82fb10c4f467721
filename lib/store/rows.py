"""One row at a time into any of our tables: names are ours, values are bound."""

import re
from collections.abc import Mapping
from uuid import UUID

from lib.store.connection import Cursor

NAME = re.compile(r"[a-z][a-z0-9_]*")


def insert_row(cursor: Cursor, table: str, values: Mapping[str, object]) -> None:
    """Insert a row; a column that is not given becomes NULL.

    Raises `ValueError` for a table or column that is not one of ours in form.
    """
    for name in (table, *values):
        if not NAME.fullmatch(name):
            message = f"not a name of ours: {name!r}"
            raise ValueError(message)
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - checked
    cursor.execute(sql, [str(one) if isinstance(one, UUID) else one for one in values.values()])

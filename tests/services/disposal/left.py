"""Looking through every column of a store for what must not be there any more."""

from lib.store.connection import Cursor

LIST_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_catalog = 'clinic' AND data_type IN ('UUID', 'VARCHAR')
"""


def holding(cursor: Cursor, *needles: str) -> list[tuple[str, str, str]]:
    """Return table, column and text wherever one of the texts is in a value."""
    found = []
    for table, column in cursor.execute(LIST_COLUMNS).fetchall():
        for needle in needles:
            sql = f"SELECT count(*) FROM {table} WHERE contains(CAST({column} AS VARCHAR), ?)"  # noqa: S608 - the schema's names
            if cursor.execute(sql, [needle]).fetchall() != [(0,)]:
                found.append((table, column, needle))
    return found

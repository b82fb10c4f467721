"""The same records in PostgreSQL: the tables that a record is read from, with the same indexes.

The very code that reads them here reads them there: `lib.store` keeps to SQL that both have, so a
cursor that speaks psycopg is all it takes.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from lib.store.connection import Cursor
from tests.bench.search_peers import running_postgres

TABLES = {
    "patient": ("patient_id",),
    "patient_external_id": ("patient_id",),
    "patient_name": ("patient_id",),
    "patient_phone": ("patient_id",),
    "patient_email": ("patient_id",),
    "patient_address": ("patient_id",),
    "reasonable_adjustment": ("patient_id",),
    "restriction": ("patient_id",),
    "contact_preference": ("patient_id",),
    "history_entry": ("patient_id",),
    "history_review": ("patient_id",),
    "practitioner": ("practitioner_id",),
    "person": ("person_id",),
    "product": ("product_id",),
    "lot": ("lot_id",),
    "treatment": ("treatment_id", "patient_id"),
    "treatment_item": ("treatment_id", "patient_id"),
    "adverse_event": ("patient_id",),
    "consultation": ("patient_id",),
    "appointment": ("patient_id",),
    "item_without_lot": ("patient_id",),
    "follow_up": ("patient_id",),
}
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_catalog = 'clinic' AND table_name = ? ORDER BY ordinal_position
"""
TYPES = {"DOUBLE": "DOUBLE PRECISION"}


class PeerCursor:
    """A cursor of PostgreSQL that is spoken to as one of DuckDB."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._cursor = connection.cursor()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "PeerCursor":
        """Run a statement whose parameters are question marks."""
        self._cursor.execute(sql.replace("%", "%%").replace("?", "%s"), values, prepare=True)
        return self

    def fetchall(self) -> list[Any]:
        """Return every row."""
        return self._cursor.fetchall()

    def fetchone(self) -> Any:  # noqa: ANN401
        """Return the next row, or None."""
        return self._cursor.fetchone()


@contextmanager
def records_in_postgres(cursor: Cursor) -> Iterator[PeerCursor]:
    """Fill a PostgreSQL of its own with the clinic's records; give a cursor to read them with."""
    with running_postgres() as connection:
        for table, indexed in TABLES.items():
            copy_table(cursor, connection, table)
            for column in indexed:
                connection.execute(f"CREATE INDEX ON {table} ({column})")
        connection.execute("VACUUM ANALYZE")
        yield PeerCursor(connection)


def copy_table(cursor: Cursor, connection: psycopg.Connection, table: str) -> None:
    """Make the table in PostgreSQL and copy every row."""
    with tempfile.TemporaryDirectory() as folder:
        _copy(cursor, connection, table, Path(folder) / f"{table}.csv")


def _copy(cursor: Cursor, connection: psycopg.Connection, table: str, file: Path) -> None:
    columns = cursor.execute(COLUMNS, [table]).fetchall()
    declared = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in columns)
    connection.execute(f"CREATE UNLOGGED TABLE {table} ({declared})")
    cursor.execute(f"COPY {table} TO '{file}' (FORMAT csv, HEADER false, NULLSTR '\\N')")
    with (
        connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
        file.open("rb") as rows,
    ):
        while part := rows.read(1 << 20):
            copy.write(part)
    file.unlink()

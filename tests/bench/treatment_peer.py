"""The clinic in PostgreSQL, with its own migrations: services save there what they save here.

It has our tables, keys, foreign keys and checks, and is told to be as careful as DuckDB is: a save
is on the disk when it is done. The very services write; `PeerStore` speaks to them as our store. It
holds one patient in sixteen, and those of the cases: all of them took longer to copy than to
measure, and with fewer rows it is only quicker.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg

from lib.services.clinic import Clinic
from lib.store import audit, migrations
from lib.store.connection import Cursor, Store, UnitOfWork
from tests.bench.record_peer import COLUMNS, PeerCursor
from tests.bench.search_peers import in_postgres, running_postgres

Result = TypeVar("Result")

# What saving a treatment reads and writes, parents first.
TABLES = (
    *("person", "practitioner", "patient", "restriction", "product", "lot", "history_entry"),
    *("treatment", "treatment_item", "treatment_point", "treatment_warning"),
    *("consultation", "appointment", "follow_up", "item_without_lot"),
)
CAREFUL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PeerStore:
    """A store whose transactions are PostgreSQL's; the audit entries commit with the work."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._chain = audit.Chain()

    @contextmanager
    def reading(self) -> Iterator[PeerCursor]:
        """Give a cursor to read with."""
        yield PeerCursor(self._connection)

    def transact(self, work: Callable[[UnitOfWork], Result]) -> Result:
        """Run the work in one transaction."""
        with self._connection.transaction():
            unit = UnitOfWork(cast("Cursor", PeerCursor(self._connection)))
            result = work(unit)
            chain = audit.append(unit.cursor, self._chain, unit.pending)
        self._chain = chain
        return result


@contextmanager
def clinic_in_postgres(clinic: Clinic, patients: Sequence[UUID]) -> Iterator[Clinic]:
    """Give the clinic with a PostgreSQL of its own as its store; it holds these patients too."""
    with running_postgres(CAREFUL) as connection:
        for _, _, sql in migrations.available():
            connection.execute(cast("Any", in_postgres(sql)))
        # The rows held together where they come from: no foreign key is looked up again.
        connection.execute("SET session_replication_role = replica")
        for table in TABLES:
            _copy(clinic, connection, table, patients)
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        yield replace(clinic, store=cast("Store", PeerStore(connection)))


def _copy(
    clinic: Clinic, connection: psycopg.Connection, table: str, patients: Sequence[UUID]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with clinic.store.reading() as cursor:
            names = [row[0] for row in cursor.execute(COLUMNS, [table]).fetchall()]
            columns = ", ".join(names)
            some = _some(patients) if "patient_id" in names else "true"
            rows = f"SELECT {columns} FROM {table} WHERE {some}"  # noqa: S608 - our own tables
            cursor.execute(f"COPY ({rows}) TO '{file}' (FORMAT csv, HEADER false, NULLSTR '\\N')")
        into = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')"
        with connection.cursor().copy(cast("Any", into)) as copy, file.open("rb") as content:
            while part := content.read(1 << 20):
                copy.write(part)


def _some(patients: Sequence[UUID]) -> str:
    chosen = ", ".join(f"'{one}'" for one in patients)
    return f"(CAST(patient_id AS VARCHAR) LIKE '%0' OR patient_id IN ({chosen}))"

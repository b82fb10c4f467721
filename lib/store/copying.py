"""Every row of the store copied into its next file, table after table, and compared there.

Knows no table by name but the record of migrations: names, keys and indexes are read from the store
itself. Rows are found by DuckDB's own number of a row, which stays as long as nothing is written to
the table and no checkpoint is made.
"""

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from lib.errors import StoreError
from lib.store import migrations
from lib.store.opening import Cursor
from lib.store.site import NEXT, STORE, Site

# One row group: larger parts cost more memory and no less time.
ROWS_AT_ONCE = 122_880
# A table's rows and keys keep one processor busy. More than four wait for the largest table.
WORKERS = min(4, max(2, os.cpu_count() or 2))
REPORT_SECONDS = 0.5
# Indexes that no checkpoint has written yet stay in memory.
ROWS_A_CHECKPOINT = 1_500_000

NAME = re.compile(r"[a-z][a-z0-9_]*")
LIST_COLUMNS = """
SELECT table_name, list(column_name ORDER BY column_index)
FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main'
GROUP BY table_name ORDER BY table_name
"""
LIST_PARENTS = """
SELECT DISTINCT table_name, referenced_table FROM duckdb_constraints()
WHERE database_name = ? AND constraint_type = 'FOREIGN KEY'
"""
LIST_INDEXES = """
SELECT index_name, sql FROM duckdb_indexes()
WHERE database_name = ? AND sql IS NOT NULL ORDER BY index_name
"""
END_OF_ROWS = "SELECT coalesce(max(rowid) + 1, 0) FROM {}"
COPY = "INSERT INTO {} ({}) SELECT {} FROM {} WHERE rowid >= ? AND rowid < ?"
SUM = "SELECT count(*), CAST(sum(hash({})) AS VARCHAR) FROM {} WHERE rowid >= ? AND rowid < ?"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store: its columns, and the tables whose keys it names."""

    name: str
    columns: tuple[str, ...]
    parents: frozenset[str]

    def within(self, database: str) -> str:
        """Return the table's name in a statement."""
        return f'{database}."{self.name}"'


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table from one number up to another, which is not among them."""

    table: Table
    first: int
    end: int


def list_tables(cursor: Cursor) -> tuple[Table, ...]:
    """Return every table of the store, each after the tables that its keys name."""
    parents: dict[str, set[str]] = {}
    for name, parent in cursor.execute(LIST_PARENTS, [STORE]).fetchall():
        parents.setdefault(name, set()).add(parent)
    found = {
        name: Table(name, tuple(columns), frozenset(parents.get(name, set()) - {name}))
        for name, columns in cursor.execute(LIST_COLUMNS, [STORE]).fetchall()
    }
    for table in found.values():
        _check_names(table.name, *table.columns)
    return _in_order(found)


def _check_names(*names: str) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            message = f"not a name of ours: {name!r}"
            raise ValueError(message)


def _in_order(tables: dict[str, Table]) -> tuple[Table, ...]:
    order: dict[str, Table] = {}
    while len(order) < len(tables):
        ready = [
            table
            for table in tables.values()
            if table.name not in order and table.parents <= order.keys()
        ]
        if not ready:
            message = "tables name each other's keys in a circle"
            raise ValueError(message)
        order.update({table.name: table for table in ready})
    return tuple(order.values())


def movable(
    tables: Sequence[Table], rows: dict[str, int], wanted: Collection[str], most: int
) -> frozenset[str]:
    """Return which of the wanted tables can be copied last: small, and named by no other."""
    late = {name for name in wanted if rows.get(name, most + 1) <= most}
    while bound := {
        parent for table in tables if table.name not in late for parent in table.parents & late
    }:
        late -= bound
    return frozenset(late)


def prepare(site: Site) -> tuple[str, ...]:
    """Give the next file the store's schema without rows; return the indexes left for later.

    A constraint's index has to be there before the rows. Others are made faster from all of them.
    """
    cursor = site.cursor(NEXT)
    migrations.apply(cursor)
    # What a migration put in is in the store's own rows, if it still is.
    for table in reversed(list_tables(cursor)):
        cursor.execute(f"DELETE FROM {table.within(NEXT)}")  # noqa: S608 - a checked name
    cursor.execute(f"CHECKPOINT {NEXT}")
    found = cursor.execute(LIST_INDEXES, [NEXT]).fetchall()
    for name, _ in found:
        _check_names(name)
        cursor.execute(f"DROP INDEX {name}")
    cursor.close()
    return tuple(sql for _, sql in found)


def make_indexes(site: Site, statements: Sequence[str]) -> None:
    """Make the indexes of the next file, one after the other: each takes memory of its own."""
    # The statements do not say in which file.
    cursor = site.cursor(NEXT)
    for statement in statements:
        cursor.execute(f"CHECKPOINT {NEXT}")
        cursor.execute(statement)
    cursor.execute(f"CHECKPOINT {NEXT}")
    cursor.close()


def end_of(cursor: Cursor, table: Table, database: str = STORE) -> int:
    """Return the number after that of the table's last row."""
    row = cursor.execute(END_OF_ROWS.format(table.within(database))).fetchone()
    return int(row[0]) if row else 0


def copy_part(cursor: Cursor, part: Part, told: Callable[[int], None]) -> None:
    """Copy rows into the next file and compare them there; tell how many, time and again.

    Raises `StoreError` where what is there is not what was read.
    """
    table = part.table
    columns = ", ".join(f'"{name}"' for name in table.columns)
    sql = COPY.format(table.within(NEXT), columns, columns, table.within(STORE))
    arrived = end_of(cursor, table, NEXT)
    for first in range(part.first, part.end, ROWS_AT_ONCE):
        end = min(first + ROWS_AT_ONCE, part.end)
        cursor.execute(sql, [first, end])
        told(end - first)
    _compare(cursor, part, arrived)


def _compare(cursor: Cursor, part: Part, arrived: int) -> None:
    columns = ", ".join(f'"{name}"' for name in part.table.columns)
    there, here = (SUM.format(columns, part.table.within(name)) for name in (STORE, NEXT))
    read = cursor.execute(there, [part.first, part.end]).fetchall()
    written = cursor.execute(here, [arrived, end_of(cursor, part.table, NEXT)]).fetchall()
    if read != written:
        message = "The store's copy is not what was read. The store is as it was; try again."
        raise StoreError(message)


class Copying:
    """Parts copied by a few threads, a table after those whose keys it names, large ones first."""

    def __init__(self, site: Site, parts: Sequence[Part]) -> None:
        self.total = sum(part.end - part.first for part in parts)
        self.copied = 0
        self._site = site
        self._waiting = deque(sorted(parts, key=lambda part: part.first - part.end))
        self._missing = {part.table.name for part in parts}
        self._changed = threading.Condition()
        self._failure: BaseException | None = None
        # Threads that may be in a transaction, and rows since the last checkpoint.
        self._active = 0
        self._since = 0

    def run(self, progress: Callable[[float], None]) -> None:
        """Copy everything. Raises what went wrong in any thread, when all have ended."""
        threads = [
            threading.Thread(target=self._work, name=f"rewrite {n}", daemon=True)
            for n in range(WORKERS)
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(REPORT_SECONDS)
                    progress(self.share)
        except BaseException as error:
            self.stop(error)
            raise
        finally:
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure

    @property
    def share(self) -> float:
        """Return how much is copied, from 0 to 1."""
        return self.copied / self.total if self.total else 1.0

    def stop(self, error: BaseException) -> None:
        """Let every thread end with the part of a table that it is at."""
        with self._changed:
            self._failure = self._failure or error
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            cursor = self._site.cursor()
            while (part := self._take()) is not None:
                copy_part(cursor, part, self._told)
                with self._changed:
                    self._active -= 1
                    self._missing.discard(part.table.name)
                    self._changed.notify_all()
            cursor.close()
        except BaseException as error:  # noqa: BLE001 - raised by `run`, in the thread that asked
            self.stop(error)

    def _take(self) -> Part | None:
        """Return the largest part whose tables of keys are there; None when there is no more."""
        with self._changed:
            while self._waiting and self._failure is None:
                for part in self._waiting:
                    if not part.table.parents & self._missing:
                        self._waiting.remove(part)
                        self._active += 1
                        return part
                self._changed.wait()
            return None

    def _told(self, rows: int) -> None:
        """Count rows; the thread is between two transactions, so this is where others wait."""
        with self._changed:
            self.copied += rows
            self._since += rows
            self._active -= 1
            self._changed.notify_all()
            while self._since >= ROWS_A_CHECKPOINT and self._failure is None:
                if not self._active:
                    self._checkpoint()
                else:
                    self._changed.wait()
            self._active += 1
            if self._failure is not None:
                raise self._failure

    def _checkpoint(self) -> None:
        """Write the next file's indexes, while no thread is in a transaction."""
        cursor = self._site.cursor()
        cursor.execute(f"CHECKPOINT {NEXT}")
        cursor.close()
        self._since = 0
        self._changed.notify_all()

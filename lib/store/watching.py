"""Which acts go on while the store is copied: those whose rows are brought over afterwards.

Entries of the audit trail are only ever added, so the new ones are found. A few small tables, which
signing in, looking and typing need, are copied when everybody waits. Whatever else is written would
be lost, so it waits until the copy is done.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import cast

import duckdb

from lib.store.opening import Cursor

APPENDED = "audit_entry"
CARRIED = frozenset(
    {
        *("person", "person_role", "recovery_code", "setting"),
        *("sign_in_ticket", "sign_in_session", "sign_in_attempt"),
        *("recent_record", "draft"),
        *("disposal_case", "disposal_item", "disposal_note", "disposal_certificate", "backup"),
    }
)

TARGET = re.compile(
    r"\s*(?P<verb>INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?P<table>[a-z][a-z0-9_]*)\b", re.IGNORECASE
)
HARMLESS = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.SET})
WRITING = frozenset(
    {duckdb.StatementType.INSERT, duckdb.StatementType.UPDATE, duckdb.StatementType.DELETE}
)
# What a cursor of ours is used for besides `execute`; another use has to be thought about here.
PASSED_ON = frozenset(
    {
        *("fetchone", "fetchmany", "fetchall", "fetchnumpy", "fetchdf", "df", "description"),
        *("fetch_arrow_table", "to_arrow_table", "arrow", "fetch_record_batch", "rowcount", "pl"),
        *("register", "unregister", "begin", "commit", "rollback", "close"),
    }
)


class MustWaitError(Exception):
    """An act writes what would be lost; it is rolled back and done again after the copy."""


class WatchedCursor:
    """A cursor that refuses to write anywhere but where it is brought over."""

    def __init__(self, cursor: Cursor, carried: Collection[str]) -> None:
        self._cursor = cursor
        self._carried = carried

    def execute(self, query: str, parameters: object = None) -> "WatchedCursor":
        """Run a statement; raises `MustWaitError` where that would be lost."""
        self._check(query)
        self._cursor.execute(query, parameters)
        return self

    def executemany(self, query: str, parameters: object = None) -> "WatchedCursor":
        """Run a statement many times; raises as `execute` does."""
        self._check(query)
        self._cursor.executemany(query, parameters)
        return self

    def __getattr__(self, name: str) -> object:
        if name not in PASSED_ON:
            raise AttributeError(name)
        return getattr(self._cursor, name)

    def _check(self, query: str) -> None:
        if not is_brought_over(self._cursor.extract_statements, query, self._carried):
            raise MustWaitError


def watched(cursor: Cursor, carried: Collection[str]) -> Cursor:
    """Return the cursor, watched; it is used as any other."""
    return cast("Cursor", WatchedCursor(cursor, carried))


def is_brought_over(
    parse: Callable[[str], Sequence[duckdb.Statement]], query: str, carried: Collection[str]
) -> bool:
    """Tell whether nothing of what a text of SQL writes is lost by copying the store meanwhile."""
    return all(_is_brought_over(one, carried) for one in parse(query))


def _is_brought_over(statement: duckdb.Statement, carried: Collection[str]) -> bool:
    if statement.type in HARMLESS:
        return True
    found = TARGET.match(statement.query)
    if statement.type not in WRITING or found is None:
        return False
    table = found["table"].lower()
    return table in carried or (table == APPENDED and _only_adds(statement))


def _only_adds(statement: duckdb.Statement) -> bool:
    is_plain = "CONFLICT" not in statement.query.upper()
    return statement.type == duckdb.StatementType.INSERT and is_plain

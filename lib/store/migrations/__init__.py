"""Numbered schema changes, each applied with its own record in one transaction."""

import hashlib
import re
from contextlib import suppress
from importlib.resources import files

import duckdb

from lib.errors import NewerStoreError

CREATE_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migration (
    version INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
)
"""
LIST_APPLIED = "SELECT version FROM schema_migration ORDER BY version"
INSERT_RECORD = """
INSERT INTO schema_migration (version, name, sha256, applied_at)
VALUES (?, ?, ?, now() AT TIME ZONE 'UTC')
"""


def available() -> list[tuple[int, str, str]]:
    """Return every migration this software knows: number, name, SQL; in order."""
    found = []
    for file in files(__package__).iterdir():
        match = re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name)
        if match:
            found.append((int(match[1]), match[2], file.read_text("utf-8")))
    return sorted(found)


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the attached store to the newest schema. Raises `NewerStoreError` past it."""
    connection.execute(CREATE_RECORD)
    applied = {row[0] for row in connection.execute(LIST_APPLIED).fetchall()}
    known = available()
    newest = known[-1][0]
    if applied and max(applied) > newest:
        message = (
            f"This store has schema {max(applied)}, but this software knows only {newest}. "
            "Install the newer version that wrote it."
        )
        raise NewerStoreError(message)
    for version, name, sql in known:
        if version not in applied:
            _apply_one(connection, version, name, sql)


def _apply_one(connection: duckdb.DuckDBPyConnection, version: int, name: str, sql: str) -> None:
    connection.begin()
    try:
        connection.execute(sql)
        digest = hashlib.sha256(sql.encode()).hexdigest()
        connection.execute(INSERT_RECORD, [version, name, digest])
        connection.commit()
    except BaseException:
        # A commit that failed has ended the transaction; what failed is told, not this.
        with suppress(duckdb.Error):
            connection.rollback()
        raise

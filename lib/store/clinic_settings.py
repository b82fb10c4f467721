"""SQL of the clinic's own settings: a name, a value, who set it and when."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lib.store.connection import Cursor

GET = "SELECT value FROM setting WHERE name = ?"
INSERT = "INSERT INTO setting (name, value, changed_at, changed_by) VALUES (?, ?, ?, ?)"
UPDATE = "UPDATE setting SET value = ?, changed_at = ?, changed_by = ? WHERE name = ?"

# The origin of a clinic in which nobody is real; only the builder of such clinics writes it.
SYNTHETIC = "synthetic"


class Name(StrEnum):
    """Settings that the store keeps."""

    ORIGIN = "origin"
    CLINIC_NAME = "clinic name"
    SET_UP_BY = "set up by"
    SET_UP_CODE = "set-up code"
    DUPLICATE_MODEL = "duplicate model"


def get_setting(cursor: Cursor, name: Name) -> str | None:
    """Return the value, or None when it was never set."""
    row = cursor.execute(GET, [name.value]).fetchone()
    return str(row[0]) if row else None


def insert_setting(
    cursor: Cursor, name: Name, value: str, *, now: datetime, by: UUID | None
) -> None:
    """Set a value for the first time; a second insert of the same name conflicts."""
    cursor.execute(INSERT, [name.value, value, now, str(by) if by else None])


def update_setting(
    cursor: Cursor, name: Name, value: str, *, now: datetime, by: UUID | None
) -> None:
    """Change a value that was set before."""
    cursor.execute(UPDATE, [value, now, str(by) if by else None, name.value])


def upsert_setting(
    cursor: Cursor, name: Name, value: str, *, now: datetime, by: UUID | None
) -> None:
    """Set a value, whether or not it was set before."""
    if get_setting(cursor, name) is None:
        insert_setting(cursor, name, value, now=now, by=by)
    else:
        update_setting(cursor, name, value, now=now, by=by)

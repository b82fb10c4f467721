"""SQL of practitioners; reads only."""

from datetime import date
from uuid import UUID

from lib.store.connection import Cursor

COUNT_ACTIVE = """
SELECT count(*) FROM practitioner
WHERE coalesce(active_from, ?) <= ? AND coalesce(active_until, ?) >= ?
"""
LIST_NAMES = "SELECT practitioner_id, display_name FROM practitioner ORDER BY display_name"


def list_names(cursor: Cursor) -> dict[UUID, str]:
    """Return every practitioner, present and past, by name."""
    return dict(cursor.execute(LIST_NAMES).fetchall())


def count_active(cursor: Cursor, as_of: date) -> int:
    """Return how many practitioners work here on a day."""
    row = cursor.execute(COUNT_ACTIVE, [as_of] * 4).fetchone()
    return int(row[0]) if row else 0

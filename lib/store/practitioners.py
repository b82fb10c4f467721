"""SQL of practitioners; reads only."""

from uuid import UUID

from lib.store.connection import Cursor

LIST_NAMES = "SELECT practitioner_id, display_name FROM practitioner ORDER BY display_name"


def list_names(cursor: Cursor) -> dict[UUID, str]:
    """Return every practitioner, present and past, by name."""
    return dict(cursor.execute(LIST_NAMES).fetchall())

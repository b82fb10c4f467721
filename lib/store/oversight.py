"""SQL of what oversight is told at a glance: counts from the audit trail, its last check."""

from datetime import datetime

from lib.store.connection import Cursor

COUNT_SINCE = "SELECT count(*) FROM audit_entry WHERE outcome = ? AND occurred_at >= ?"
GET_LAST = """
SELECT occurred_at, detail FROM audit_entry WHERE action = ?
ORDER BY occurred_at DESC LIMIT 1
"""


def count_outcome(cursor: Cursor, outcome: str, since: datetime) -> int:
    """Return how many entries have had this outcome since a moment (UTC, inclusive)."""
    row = cursor.execute(COUNT_SINCE, [outcome, since]).fetchone()
    return int(row[0]) if row else 0


def get_last(cursor: Cursor, action: str) -> tuple[datetime, str] | None:
    """Return when an action was last recorded, and its detail (JSON); None when it never was."""
    row = cursor.execute(GET_LAST, [action]).fetchone()
    return (row[0], str(row[1])) if row else None

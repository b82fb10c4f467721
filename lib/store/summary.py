"""SQL of the summary strip: a few facts about several patients at once; reads only."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks

# One condition a table and nothing else: that is what lets DuckDB use the index (see treatments).
LAST_SEEN = "SELECT patient_id, last_seen_on FROM patient WHERE patient_id IN ({})"
CONFIRMED = """
SELECT patient_id, max(confirmed_on) FROM (
    SELECT patient_id, CAST(recorded_at AS DATE) AS confirmed_on FROM history_entry
    WHERE patient_id IN ({0})
    UNION ALL
    SELECT patient_id, reviewed_on FROM history_review WHERE patient_id IN ({0})
) AS confirmed
GROUP BY patient_id
"""
WITHOUT_LOT = """
SELECT patient_id, treated_on FROM item_without_lot WHERE patient_id IN ({})
"""
# The open follow-ups (`lib.store.follow_ups`); whoever may not be called is asked for apart.
DUE = "SELECT patient_id, due_on FROM follow_up WHERE patient_id IN ({})"
RESTRICTED = "SELECT patient_id, lifted_at FROM restriction WHERE patient_id IN ({})"
APPOINTMENTS = """
SELECT patient_id, starts_at, status FROM appointment WHERE patient_id IN ({})
"""


def get_last_seen(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, date | None]:
    """Return when each patient was here last; None for who never was."""
    return dict(_rows(cursor, LAST_SEEN, patient_ids))


def get_confirmed(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, date]:
    """Return the day of the newest entry or review of each history that there is."""
    return dict(_rows(cursor, CONFIRMED, patient_ids, times=2))


def list_without_lot(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[tuple[UUID, date]]:
    """Return patient and day of each injected product whose lot nobody has recorded."""
    return _rows(cursor, WITHOUT_LOT, patient_ids)


def list_due(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, list[date]]:
    """Return the days of the open follow-ups of each patient who may be called about them."""
    rows = _rows(cursor, DUE, patient_ids)
    due = list(dict.fromkeys(patient_id for patient_id, _ in rows))
    restrictions = _rows(cursor, RESTRICTED, due)
    restricted = {patient_id for patient_id, lifted_at in restrictions if lifted_at is None}
    found: dict[UUID, list[date]] = {}
    for patient_id, due_on in rows:
        if patient_id not in restricted:
            found.setdefault(patient_id, []).append(due_on)
    return found


def get_next_booked(
    cursor: Cursor, patient_ids: Sequence[UUID], now: datetime
) -> dict[UUID, datetime]:
    """Return when each patient is expected next (UTC), where a time is booked."""
    found: dict[UUID, datetime] = {}
    for patient_id, starts_at, status in _rows(cursor, APPOINTMENTS, patient_ids):
        if status == "booked" and starts_at >= now:
            found[patient_id] = min(starts_at, found.get(patient_id, starts_at))
    return found


def _rows(cursor: Cursor, sql: str, keys: Sequence[UUID], times: int = 1) -> list[Any]:
    found: list[Any] = []
    for some in batched(keys):
        found += cursor.execute(sql.format(marks(some)), list(some) * times).fetchall()
    return found

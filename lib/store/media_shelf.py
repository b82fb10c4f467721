"""A patient's pictures as one Arrow table, kept in memory for as long as nothing of them changes.

DuckDB reads columns: a few thousand rows that lie scattered among a clinic's cost nearly as much as
all of them, tens of milliseconds. So they are read whole, once, and kept with the state that they
were read at (`media_shelf`). Whoever writes a picture or what is said of it calls `touch` in the
same transaction.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.store.connection import Cursor

GET_STATE = "SELECT state_id FROM media_shelf WHERE patient_id = ?"
TOUCH = """
INSERT INTO media_shelf (patient_id, state_id) VALUES (?, ?)
ON CONFLICT (patient_id) DO UPDATE SET state_id = excluded.state_id
"""
# The newest day first, and within a day as it went; whatever has no day or time comes last.
ORDER = """
ORDER BY l.captured_on DESC NULLS LAST, l.captured_at ASC NULLS LAST, i.media_id
"""
COLUMNS = """
    i.media_id, i.patient_id, i.kind, i.format, i.width, i.height, i.duration_ms, i.bytes,
    l.captured_on, l.captured_at, l.capture_source, l.treatment_series_id, l.view, l.expression,
    l.stage, l.area, l.practitioner_id, l.note, l.is_guessed, l.version AS label_version,
    i.batch_id, i.likeness, i.recorded_at, i.removed_at
"""
# Each table by the patient's key alone: with another condition DuckDB leaves the index unused.
READ = f"""
WITH i AS MATERIALIZED (
    SELECT
        media_id, patient_id, kind, format, width, height, duration_ms, bytes, batch_id, likeness,
        recorded_at, removed_at
    FROM media_item WHERE patient_id = ?
),
l AS MATERIALIZED (
    SELECT
        media_id, captured_on, captured_at, capture_source, treatment_series_id, view, expression,
        stage, area, practitioner_id, note, is_guessed, version, superseded_at
    FROM media_label WHERE patient_id = ?
)
SELECT {COLUMNS} FROM i JOIN l ON l.media_id = i.media_id WHERE l.superseded_at IS NULL {ORDER}
"""  # noqa: S608 - constant parts
MOST_ROWS = 50_000
# A bound on what is kept of a patient whose gallery nobody looks at any more.
KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class _Kept:
    state: UUID
    table: pa.Table
    read_at: float


class Shelves:
    """The shelves that were looked at last, at most so many pictures together."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()
        self._most_rows = most_rows

    def get(self, cursor: Cursor, patient_id: UUID) -> pa.Table:
        """Return a patient's pictures, removed ones too, with what is said of each, in order."""
        state = get_state(cursor, patient_id)
        with self._lock:
            kept = self._kept.get(patient_id)
        if kept and kept.state == state and time.monotonic() - kept.read_at < KEPT_SECONDS:
            return kept.table
        table = cursor.execute(READ, [patient_id, patient_id]).to_arrow_table()
        if state is not None:
            self._keep(patient_id, _Kept(state, table, time.monotonic()))
        return table

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()

    def _keep(self, patient_id: UUID, kept: _Kept) -> None:
        with self._lock:
            self._kept[patient_id] = kept
            self._kept.move_to_end(patient_id)
            oldest = time.monotonic() - KEPT_SECONDS
            for key, one in list(self._kept.items()):
                if one.read_at < oldest:
                    del self._kept[key]
            while sum(one.table.num_rows for one in self._kept.values()) > self._most_rows:
                self._kept.popitem(last=False)


def get_state(cursor: Cursor, patient_id: UUID) -> UUID | None:
    """Return the state of a patient's pictures; None where nobody ever noted one."""
    row = cursor.execute(GET_STATE, [patient_id]).fetchone()
    return row[0] if row else None


def touch(cursor: Cursor, patient_ids: Iterable[UUID]) -> None:
    """Note that something of these patients' pictures, or of what is said of them, changed."""
    for patient_id in sorted(set(patient_ids)):
        cursor.execute(TOUCH, [patient_id, str(uuid7s.uuid7())])


def touch_moved(cursor: Cursor, pair: Sequence[UUID]) -> None:
    """Note that pictures moved between two patients, where either has any."""
    if any(get_state(cursor, patient_id) for patient_id in pair):
        touch(cursor, pair)


shelves = Shelves()

"""SQL of bringing medical history in: what the patients' histories say now."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from lib.store.connection import Cursor

# The newest version of every series; `incoming_rows` has the patients' ids as text.
LIST_CURRENT = """
SELECT
    CAST(h.patient_id AS VARCHAR), CAST(h.series_id AS VARCHAR), h.version, h.kind, h.name,
    h.detail, h.severity, h.status, h.started_on, h.ended_on, h.source, h.source_detail,
    h.correction_reason,
    EXISTS (
        SELECT 1 FROM import_row AS i
        WHERE i.patient_id = h.patient_id AND i.series_id = h.series_id
    )
FROM history_entry AS h
WHERE h.patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
  AND h.version = (SELECT max(v.version) FROM history_entry AS v WHERE v.series_id = h.series_id)
ORDER BY h.entry_id
"""

DELETE_ROWS_OF_SERIES = """
DELETE FROM import_row WHERE series_id IN (SELECT CAST(series_id AS UUID) FROM incoming_rows)
"""


@dataclass(frozen=True, slots=True)
class CurrentEntry:
    """An entry of a patient's history as it stands. `is_imported`: no person has entered it."""

    patient_id: str
    series_id: str
    version: int
    kind: str
    name: str
    detail: str | None
    severity: str | None
    status: str
    started_on: date | None
    ended_on: date | None
    source: str
    source_detail: str | None
    correction_reason: str | None
    is_imported: bool


def list_current(cursor: Cursor, patient_ids: list[str]) -> list[CurrentEntry]:
    """Return every entry of the patients' histories as it stands, the oldest first."""
    cursor.register("incoming_rows", pa.table({"patient_id": pa.array(patient_ids, pa.string())}))
    rows = cursor.execute(LIST_CURRENT).fetchall()
    cursor.unregister("incoming_rows")
    return [CurrentEntry(*row) for row in rows]


def delete_rows_of(cursor: Cursor, series_ids: list[str]) -> None:
    """Forget what files said of these entries, before what they say now is kept."""
    cursor.register("incoming_rows", pa.table({"series_id": pa.array(series_ids, pa.string())}))
    cursor.execute(DELETE_ROWS_OF_SERIES)
    cursor.unregister("incoming_rows")

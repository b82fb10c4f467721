"""SQL of where pictures were used or sent for a purpose: what a withdrawal must call back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.audit import Action
from lib.store.connection import Cursor
from lib.store.marks import marks
from lib.store.media_uses import COLUMNS, Use

# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_OPEN = f"""
WITH u AS MATERIALIZED (SELECT * FROM media_use WHERE patient_id = ?)
SELECT {COLUMNS} FROM u
WHERE u.purpose = ? AND u.superseded_at IS NULL AND u.ended_on IS NULL
ORDER BY u.used_on, u.use_id
"""  # noqa: S608 - constant parts
LIST_REPLACED = "SELECT use_id, replaces_id FROM media_use WHERE patient_id = ?"
LIST_ABSORBED = "SELECT patient_id FROM patient WHERE merged_into_id = ?"
LIST_EXPORTS = """
WITH e AS MATERIALIZED (SELECT * FROM audit_entry WHERE patient_id IN ({}))
SELECT e.entry_id, e.occurred_at, e.person_id, e.subject_id, e.detail
FROM e
WHERE e.action = ? AND e.outcome = 'done' AND e.subject_id IS NOT NULL
ORDER BY e.occurred_at, e.chain_id, e.position
"""


@dataclass(frozen=True, slots=True)
class Export:
    """Pictures that left the clinic in one file; `export_id` is its first entry of the trail."""

    export_id: UUID
    exported_at: datetime
    media_ids: tuple[UUID, ...]


def list_open_uses(cursor: Cursor, patient_id: UUID, purpose: str) -> list[Use]:
    """Return the uses for a purpose that have not ended, the oldest first."""
    return [Use(*row) for row in cursor.execute(LIST_OPEN, [patient_id, purpose]).fetchall()]


def list_replaced(cursor: Cursor, patient_id: UUID) -> Mapping[UUID, UUID]:
    """Return which version of a use each version was replaced by, among one patient's."""
    rows = cursor.execute(LIST_REPLACED, [patient_id]).fetchall()
    return {replaces_id: use_id for use_id, replaces_id in rows if replaces_id}


def list_exports(cursor: Cursor, patient_id: UUID, purpose: str) -> list[Export]:
    """Return each time that pictures left for a purpose, those of absorbed records too."""
    absorbed = cursor.execute(LIST_ABSORBED, [patient_id]).fetchall()
    keys: Sequence[object] = [patient_id, *(row[0] for row in absorbed)]
    sql = LIST_EXPORTS.format(marks(keys))
    found: dict[tuple[object, ...], list[tuple[UUID, UUID]]] = {}
    for entry_id, at, by, media_id, detail in cursor.execute(
        sql, [*keys, Action.MEDIA_EXPORTED.value]
    ).fetchall():
        if json.loads(detail).get("purpose") == purpose:
            found.setdefault((at, by, detail), []).append((entry_id, media_id))
    return [
        Export(entries[0][0], key[0], tuple(media_id for _, media_id in entries))
        for key, entries in found.items()
        if isinstance(key[0], datetime)
    ]

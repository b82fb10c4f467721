"""SQL of taking pictures out of galleries and putting them back; the files stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks

LIST_STANDING = """
WITH chosen AS MATERIALIZED (
    SELECT media_id, patient_id, removed_at FROM media_item WHERE media_id IN ({})
)
SELECT media_id, removed_at IS NOT NULL FROM chosen WHERE patient_id = ?
"""
REMOVE = """
UPDATE media_item SET removed_at = ?, removed_by = ?, removal_reason = ? WHERE media_id IN ({})
"""
RESTORE = """
UPDATE media_item SET removed_at = NULL, removed_by = NULL, removal_reason = NULL
WHERE media_id IN ({})
"""


@dataclass(frozen=True, slots=True)
class Removed:
    """When, by whom and why pictures are removed. The time is UTC."""

    at: datetime
    by: UUID
    reason: str


def list_standing(cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Return whether each of these pictures of a patient is removed; others' are left out."""
    found: dict[UUID, bool] = {}
    for some in batched(media_ids):
        rows = cursor.execute(LIST_STANDING.format(marks(some)), [*some, patient_id]).fetchall()
        found |= dict(rows)
    return found


def remove(cursor: Cursor, media_ids: Sequence[UUID], removed: Removed) -> None:
    """Take pictures out of every gallery."""
    for some in batched(media_ids):
        values = [removed.at, removed.by, removed.reason, *some]
        cursor.execute(REMOVE.format(marks(some)), values)


def restore(cursor: Cursor, media_ids: Sequence[UUID]) -> None:
    """Put pictures back."""
    for some in batched(media_ids):
        cursor.execute(RESTORE.format(marks(some)), list(some))

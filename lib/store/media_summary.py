"""SQL of which treatments have pictures: the newest one of several patients, and its stages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lib.domain.media import Stage
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

NEVER = (UUID(int=0), date.min)
# One condition a table and nothing else: that is what lets DuckDB use the index (see treatments).
TREATMENTS = """
SELECT patient_id, series_id, treated_on, superseded_at FROM treatment WHERE patient_id IN ({})
"""
STAGES = """
WITH label AS MATERIALIZED (
    SELECT patient_id, media_id, treatment_series_id, stage, superseded_at FROM media_label
    WHERE patient_id IN ({0})
),
item AS MATERIALIZED (
    SELECT media_id, removed_at FROM media_item WHERE patient_id IN ({0})
)
SELECT DISTINCT label.patient_id, label.treatment_series_id, label.stage
FROM label JOIN item ON item.media_id = label.media_id
WHERE label.superseded_at IS NULL AND item.removed_at IS NULL
  AND label.stage IS NOT NULL AND label.treatment_series_id IS NOT NULL
"""


def get_newest(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, date]]:
    """Return series and day of the newest treatment of each patient who had one."""
    found: dict[UUID, tuple[UUID, date]] = {}
    for some in batched(patient_ids):
        rows = cursor.execute(TREATMENTS.format(marks(some)), list(some)).fetchall()
        for patient_id, series_id, treated_on, superseded_at in rows:
            # Of two on one day the one recorded last: its id is the greater.
            one = (treated_on, series_id)
            if superseded_at is None and one > found.get(patient_id, NEVER)[::-1]:
                found[patient_id] = (series_id, treated_on)
    return found


def list_stages(
    cursor: Cursor, patient_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], frozenset[Stage]]:
    """Return the stages of which there are pictures, by patient and treatment's series."""
    found: dict[tuple[UUID, UUID], set[Stage]] = defaultdict(set)
    for some in batched(patient_ids):
        rows = cursor.execute(STAGES.format(marks(some)), list(some) * 2).fetchall()
        for patient_id, series_id, stage in rows:
            found[patient_id, series_id].add(Stage(stage))
    return {key: frozenset(stages) for key, stages in found.items()}

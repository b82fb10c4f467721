"""SQL of what outlives a record: the vital subset, what accounting law keeps, who said no."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.disposal import Going, going

# What a kept patient's row says beside who they are.
EMPTY_KEPT = """
UPDATE patient SET
    note = NULL, last_seen_on = NULL, last_practitioner_id = NULL, source_detail = NULL,
    changed_at = ?
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
LIST_VITAL = """
SELECT v.patient_id, i.table_name, i.row_id, v.vital_interest_id, i.vital_interest_item_id
FROM vital_interest AS v
LEFT JOIN vital_interest_item AS i
  ON i.vital_interest_id = v.vital_interest_id AND i.dropped_at IS NULL
WHERE v.released_at IS NULL AND v.patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
"""
LIST_PAID = """
SELECT g.number, t.treated_on, t.price_pence FROM treatment AS t
JOIN going AS g ON t.patient_id = CAST(g.patient_id AS UUID)
WHERE t.superseded_at IS NULL AND t.price_pence <> 0
"""
LIST_REFUSALS = """
SELECT patient_id, channel, CAST(received_on AS TIMESTAMP) FROM consent_standing
WHERE patient_id IN (SELECT CAST(patient_id AS UUID) FROM going)
  AND purpose = 'keeping in touch' AND channel <> '' AND decision <> 'given'
UNION ALL
SELECT p.patient_id, p.channel, p.recorded_at FROM contact_preference AS p
WHERE p.patient_id IN (SELECT CAST(patient_id AS UUID) FROM going) AND NOT p.is_accepted
  AND NOT EXISTS (
    SELECT 1 FROM contact_preference AS later
    WHERE later.patient_id = p.patient_id AND later.channel = p.channel
      AND later.recorded_at > p.recorded_at
  )
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of records whose vital interests are protected: rows, by table (rule C7)."""

    rows: Mapping[str, frozenset[UUID]]
    patient_ids: frozenset[UUID]


def list_refusals(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[tuple[UUID, str, datetime]]:
    """Return patient, channel and moment of every no to keeping in touch that stands."""
    with going(cursor, [Going(key, "") for key in patient_ids]):
        return cursor.execute(LIST_REFUSALS).fetchall()


def list_vital_of_each(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return the ids of the rows that stay of each of these records (rule C7)."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    with going(cursor, [Going(key, "") for key in patient_ids]):
        rows = cursor.execute(LIST_VITAL).fetchall()
    for patient_id, _, row_id, vital_id, item_id in rows:
        found[patient_id] |= {one for one in (row_id, vital_id, item_id) if one is not None}
    return {key: tuple(sorted(ids)) for key, ids in found.items()}


def list_vital(cursor: Cursor, patient_ids: Sequence[UUID]) -> Kept:
    """Return the subset that stays of these records (rule C7)."""
    rows: dict[str, set[UUID]] = defaultdict(set)
    kept = set()
    with going(cursor, [Going(key, "") for key in patient_ids]):
        found = cursor.execute(LIST_VITAL).fetchall()
    for patient_id, table, row_id, vital_id, item_id in found:
        kept.add(patient_id)
        rows["vital_interest"].add(vital_id)
        if item_id is not None:
            rows["vital_interest_item"].add(item_id)
            rows[table].add(row_id)
    return Kept({table: frozenset(ids) for table, ids in rows.items()}, frozenset(kept))


def empty_kept(cursor: Cursor, now: datetime) -> None:
    """Leave of a kept patient's row who they are, and nothing else; inside `going`."""
    cursor.execute(EMPTY_KEPT, [now])


def list_paid(cursor: Cursor) -> list[tuple[str, date, int]]:
    """Return number, day and pence of every treatment that was paid for; inside `going`."""
    return cursor.execute(LIST_PAID).fetchall()

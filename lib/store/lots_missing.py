"""SQL of injected products whose lot nobody has recorded: the few, kept beside the many.

The table is derived. Whoever changes a treatment or its products calls `refresh` for the patient in
the same transaction; `rebuild` does so for everybody.
"""

from collections.abc import Sequence
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import MOST, marks

INSERT = """
INSERT INTO item_without_lot (treatment_item_id, patient_id, treatment_id, treated_on)
"""
# What goes under the skin without its lot, in treatments as they stand.
LACKING = """
SELECT i.treatment_item_id, i.patient_id, i.treatment_id, t.treated_on
FROM {0} AS i
JOIN product AS p ON p.product_id = i.product_id
JOIN {1} AS t ON t.treatment_id = i.treatment_id
WHERE i.lot_id IS NULL AND t.superseded_at IS NULL
  AND p.product_group IN ('toxin', 'filler', 'skin_booster')
"""
OF_PATIENTS = """
WITH item AS MATERIALIZED (
    SELECT treatment_item_id, patient_id, treatment_id, product_id, lot_id FROM treatment_item
    WHERE patient_id IN ({0})
),
mine AS MATERIALIZED (
    SELECT treatment_id, treated_on, superseded_at FROM treatment WHERE patient_id IN ({0})
)
"""
LIST_LACKING = OF_PATIENTS + LACKING.replace("{0}", "item").replace("{1}", "mine")
LIST_KEPT = """
SELECT treatment_item_id, patient_id, treatment_id, treated_on FROM item_without_lot
WHERE patient_id IN ({0})
"""
DELETE_ONE = "DELETE FROM item_without_lot WHERE treatment_item_id = ?"
INSERT_ONE = f"{INSERT} VALUES (?, ?, ?, ?)"
EVERYBODY = LACKING.replace("{0}", "treatment_item").replace("{1}", "treatment")
DELETE_RECORDED = f"""
DELETE FROM item_without_lot WHERE treatment_item_id NOT IN (
    SELECT treatment_item_id FROM ({EVERYBODY}) AS lacking
)
"""  # noqa: S608 - constant parts
INSERT_LACKING = f"""
{INSERT}
{EVERYBODY} AND i.treatment_item_id NOT IN (SELECT treatment_item_id FROM item_without_lot)
"""  # noqa: S608 - constant parts


def refresh(cursor: Cursor, patient_ids: Sequence[UUID | str]) -> None:
    """Bring the list of these patients up to date with their treatments."""
    if not patient_ids:
        return
    ids = sorted({str(patient_id) for patient_id in patient_ids})
    if len(ids) > MOST:
        rebuild(cursor)
        return
    filled = marks(ids)
    wanted = set(cursor.execute(LIST_LACKING.format(filled), [*ids, *ids]).fetchall())
    kept = set(cursor.execute(LIST_KEPT.format(filled), ids).fetchall())
    # Only what differs is written: a row that stays must not be deleted and made again in one
    # transaction, which DuckDB refuses for its key.
    for row in kept - wanted:
        cursor.execute(DELETE_ONE, [row[0]])
    for row in wanted - kept:
        cursor.execute(INSERT_ONE, list(row))


def rebuild(cursor: Cursor) -> None:
    """Bring the list of everybody up to date with the treatments."""
    cursor.execute(DELETE_RECORDED)
    cursor.execute(INSERT_LACKING)

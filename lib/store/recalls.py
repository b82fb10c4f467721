"""SQL of recalls: whom a lot or a product was given to, and who has been contacted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from lib.store.connection import Cursor
from lib.store.marks import marks

RECALL_COLUMNS = """
    r.recall_id, r.product_id, p.name, r.lot_id, l.lot_number, r.reason, r.opened_at,
    opener.display_name, r.closed_at, closer.display_name
"""
RECALLS = """
FROM recall AS r
JOIN product AS p ON p.product_id = r.product_id
LEFT JOIN lot AS l ON l.lot_id = r.lot_id
LEFT JOIN person AS opener ON opener.person_id = r.opened_by
LEFT JOIN person AS closer ON closer.person_id = r.closed_by
"""
LIST_RECALLS = f"""
SELECT {RECALL_COLUMNS} {RECALLS}
ORDER BY r.closed_at IS NOT NULL, r.opened_at DESC LIMIT ?
"""
GET_RECALL = f"SELECT {RECALL_COLUMNS} {RECALLS} WHERE r.recall_id = ?"
COUNT_OPEN = "SELECT count(*) FROM recall WHERE closed_at IS NULL"
CLOSE = "UPDATE recall SET closed_at = ?, closed_by = ? WHERE recall_id = ?"
REOPEN = "UPDATE recall SET closed_at = NULL, closed_by = NULL WHERE recall_id = ?"
# A version that a correction replaced was not given. They are few: asking which they are is quicker
# than asking of each treatment. Distinct keys first, text after: text costs three times as much.
TREATED = """
SELECT CAST(treated.patient_id AS VARCHAR) AS patient_id
FROM (
    SELECT DISTINCT i.patient_id FROM treatment_item AS i
    WHERE {} AND i.treatment_id NOT IN (
        SELECT treatment_id FROM treatment WHERE superseded_at IS NOT NULL
    )
) AS treated
ORDER BY treated.patient_id
"""
BY_LOT = TREATED.format("i.lot_id = ?")
BY_PRODUCT = TREATED.format("i.product_id = ?")
IS_TREATED = """
SELECT count(*) FROM treatment_item AS i
JOIN treatment AS t ON t.treatment_id = i.treatment_id
WHERE i.patient_id = ? AND t.patient_id = ? AND {} AND t.superseded_at IS NULL
"""
IS_NOTED = "SELECT count(*) FROM recall_contact WHERE recall_contact_id = ?"
# The newest entry of each patient says how it stands.
LIST_CONTACTS = """
SELECT CAST(c.patient_id AS VARCHAR), c.is_done, c.note, c.recorded_at, recorder.display_name
FROM recall_contact AS c
LEFT JOIN person AS recorder ON recorder.person_id = c.recorded_by
WHERE c.recall_id = ?
ORDER BY c.recorded_at, c.recall_contact_id
"""
# By keys alone, a table at a time: where they are joined DuckDB scans instead of using an index.
LIST_PATIENTS = """
SELECT patient_id, reference, title, given_names, family_name, sex, born_on, deceased_on
FROM patient WHERE patient_id IN ({})
"""
LIST_PHONES = """
WITH mine AS MATERIALIZED (SELECT * FROM patient_phone WHERE patient_id IN ({}))
SELECT patient_id, number FROM mine WHERE valid_until IS NULL
ORDER BY is_preferred, recorded_at, patient_phone_id
"""
LIST_EMAILS = """
WITH mine AS MATERIALIZED (SELECT * FROM patient_email WHERE patient_id IN ({}))
SELECT patient_id, email FROM mine WHERE valid_until IS NULL
ORDER BY is_preferred, recorded_at, patient_email_id
"""
LIST_RESTRICTED = """
SELECT patient_id FROM restriction WHERE patient_id IN ({}) AND lifted_at IS NULL
"""
LIST_USES = """
SELECT
    i.patient_id, t.treated_on, t.name, practitioner.display_name, l.lot_number, i.area, i.dose,
    i.unit
FROM treatment_item AS i
JOIN treatment AS t ON t.treatment_id = i.treatment_id AND t.patient_id = i.patient_id
LEFT JOIN lot AS l ON l.lot_id = i.lot_id
LEFT JOIN practitioner ON practitioner.practitioner_id = t.practitioner_id
WHERE i.patient_id IN ({keys}) AND t.patient_id IN ({keys}) AND {which}
  AND t.superseded_at IS NULL
ORDER BY t.treated_on DESC, i.treatment_item_id
"""
LIST_EVENTS = """
SELECT a.patient_id, count(*)
FROM adverse_event AS a
WHERE a.patient_id IN ({keys}) AND {which} AND a.superseded_at IS NULL
GROUP BY a.patient_id
"""


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall of one lot, or of a whole product (no lot). Times are UTC."""

    recall_id: UUID
    product_id: UUID
    product_name: str
    lot_id: UUID | None
    lot_number: str | None
    reason: str
    opened_at: datetime
    opened_by: str | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """How a patient stands in a recall: done or not, what was noted, when and by whom."""

    is_done: bool
    note: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class PatientRow:
    """Who a patient is and how they are reached."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None
    deceased_on: date | None
    phone: str | None
    email: str | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the lot or product: when, in what treatment, by whom, where and how much."""

    patient_id: UUID
    treated_on: date
    treatment_name: str
    practitioner_name: str | None
    lot_number: str | None
    area: str
    dose: Decimal | None
    unit: str


def list_recalls(cursor: Cursor, limit: int) -> list[Recall]:
    """Return recalls, the open ones first, the newest of each first."""
    return [Recall(*row) for row in cursor.execute(LIST_RECALLS, [limit]).fetchall()]


def get_recall(cursor: Cursor, recall_id: UUID) -> Recall | None:
    """Return a recall, or None."""
    row = cursor.execute(GET_RECALL, [recall_id]).fetchone()
    return Recall(*row) if row else None


def count_open(cursor: Cursor) -> int:
    """Return how many recalls are open."""
    row = cursor.execute(COUNT_OPEN).fetchone()
    return int(row[0]) if row else 0


def close_recall(cursor: Cursor, recall_id: UUID, at: datetime, by: UUID) -> None:
    """Close a recall."""
    cursor.execute(CLOSE, [at, by, recall_id])


def reopen_recall(cursor: Cursor, recall_id: UUID) -> None:
    """Open a recall again."""
    cursor.execute(REOPEN, [recall_id])


def list_treated(cursor: Cursor, recall: Recall) -> pa.Array:
    """Return the ids (text) of everybody the lot or product was given to, in a lasting order."""
    sql, key = _by(recall)
    return cursor.execute(sql, [key]).to_arrow_table().column("patient_id")


def is_treated(cursor: Cursor, recall: Recall, patient_id: UUID) -> bool:
    """Tell whether the patient was given the lot or product, as it stands."""
    which, key = _which(recall, "i")
    row = cursor.execute(IS_TREATED.format(which), [patient_id, patient_id, key]).fetchone()
    return bool(row and row[0])


def is_noted(cursor: Cursor, contact_id: UUID) -> bool:
    """Tell whether this very note was kept before."""
    row = cursor.execute(IS_NOTED, [contact_id]).fetchone()
    return bool(row and row[0])


def list_contacts(cursor: Cursor, recall_id: UUID) -> dict[str, Contact]:
    """Return how each patient stands of whom anything was noted, by id (text)."""
    rows = cursor.execute(LIST_CONTACTS, [recall_id]).fetchall()
    return {row[0]: Contact(*row[1:]) for row in rows}


def list_patients(cursor: Cursor, patient_ids: Sequence[str]) -> list[PatientRow]:
    """Return who the patients are, in the order asked for."""
    if not patient_ids:
        return []

    def ask(sql: str) -> list[tuple[Any, ...]]:
        return cursor.execute(sql.format(marks(patient_ids)), patient_ids).fetchall()

    # The last of a patient's stands, so the best comes last.
    phones, emails = dict(ask(LIST_PHONES)), dict(ask(LIST_EMAILS))
    restricted = {row[0] for row in ask(LIST_RESTRICTED)}
    found = {
        str(key): PatientRow(*(key, *rest, phones.get(key), emails.get(key), key in restricted))
        for key, *rest in ask(LIST_PATIENTS)
    }
    return [found[key] for key in patient_ids if key in found]


def list_uses(cursor: Cursor, recall: Recall, patient_ids: Sequence[str]) -> list[Use]:
    """Return every use of the lot or product for these patients, the newest first."""
    if not patient_ids:
        return []
    which, key = _which(recall, "i")
    sql = LIST_USES.format(keys=marks(patient_ids), which=which)
    rows = cursor.execute(sql, [*patient_ids, *patient_ids, key]).fetchall()
    return [Use(*row) for row in rows]


def count_adverse_events(
    cursor: Cursor, recall: Recall, patient_ids: Sequence[str]
) -> dict[UUID, int]:
    """Return how many adverse events with the lot or product each of these patients has had."""
    if not patient_ids:
        return {}
    which, key = _which(recall, "a")
    sql = LIST_EVENTS.format(keys=marks(patient_ids), which=which)
    return dict(cursor.execute(sql, [*patient_ids, key]).fetchall())


def _by(recall: Recall) -> tuple[str, UUID]:
    return (BY_LOT, recall.lot_id) if recall.lot_id else (BY_PRODUCT, recall.product_id)


def _which(recall: Recall, table: str) -> tuple[str, UUID]:
    if recall.lot_id:
        return f"{table}.lot_id = ?", recall.lot_id
    return f"{table}.product_id = ?", recall.product_id

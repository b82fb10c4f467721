"""SQL of printing: whose a thing is, on which ground its record was opened; reads only."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from lib.domain.audit import Action, Outcome
from lib.store.connection import Cursor

GET_MERGED_INTO = "SELECT merged_into_id FROM patient WHERE patient_id = ?"
IS_RESTRICTED = "SELECT 1 FROM restriction WHERE patient_id = ? AND lifted_at IS NULL LIMIT 1"
# Who opened a restricted record named the ground, and the trail has it with the session.
GET_GROUND = """
SELECT ground FROM audit_entry
WHERE patient_id = ? AND session_id = ? AND action = ? AND outcome = ? AND ground IS NOT NULL
ORDER BY occurred_at DESC LIMIT 1
"""
GET_PATIENT_OF_TREATMENT = "SELECT patient_id FROM treatment WHERE treatment_id = ?"
LIST_POINTS = """
SELECT p.chart, p.x, p.y, p.dose, i.area, product.name, i.unit
FROM treatment_point AS p
JOIN treatment_item AS i ON i.treatment_item_id = p.treatment_item_id
JOIN product ON product.product_id = i.product_id
WHERE p.patient_id = ? AND i.patient_id = ? AND p.treatment_id = ?
ORDER BY p.chart, p.treatment_point_id
"""
LIST_WARNINGS = """
SELECT warning, level, reason FROM treatment_warning
WHERE patient_id = ? AND treatment_id = ? ORDER BY level DESC, treatment_warning_id
"""
GET_AFTERCARE = "SELECT is_aftercare_given, aftercare FROM treatment WHERE treatment_id = ?"


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A place on a chart, in percent of the drawing from its top left, with what went in there."""

    chart: str
    x: Decimal
    y: Decimal
    dose: Decimal | None
    area: str
    product_name: str
    unit: str


@dataclass(frozen=True, slots=True)
class GivenWarning:
    """A warning that was shown when the treatment was entered, and why it went ahead."""

    warning: str
    level: str
    reason: str


def get_survivor(cursor: Cursor, patient_id: UUID) -> UUID:
    """Return the record that this one was merged into, or itself; an unknown id is its own."""
    seen = {patient_id}
    while True:
        row = cursor.execute(GET_MERGED_INTO, [patient_id]).fetchone()
        if row is None or row[0] is None or row[0] in seen:
            return patient_id
        patient_id = row[0]
        seen.add(patient_id)


def is_restricted(cursor: Cursor, patient_id: UUID) -> bool:
    """Tell whether the record may only be stored now (rule E1)."""
    return cursor.execute(IS_RESTRICTED, [patient_id]).fetchone() is not None


def get_ground(cursor: Cursor, patient_id: UUID, session_id: UUID) -> str | None:
    """Return the ground on which this session opened the record last, or None."""
    key = [patient_id, session_id, Action.RECORD_VIEWED.value, Outcome.DONE.value]
    row = cursor.execute(GET_GROUND, key).fetchone()
    return str(row[0]) if row else None


def get_patient_of_treatment(cursor: Cursor, treatment_id: UUID) -> UUID | None:
    """Return whose treatment it is, or None."""
    row = cursor.execute(GET_PATIENT_OF_TREATMENT, [treatment_id]).fetchone()
    return row[0] if row else None


def list_points(cursor: Cursor, patient_id: UUID, treatment_id: UUID) -> list[ChartPoint]:
    """Return the points of a treatment, chart by chart, in the order in which they were set."""
    rows = cursor.execute(LIST_POINTS, [patient_id, patient_id, treatment_id]).fetchall()
    return [ChartPoint(*row) for row in rows]


def list_warnings(cursor: Cursor, patient_id: UUID, treatment_id: UUID) -> list[GivenWarning]:
    """Return the warnings given all the same, the gravest first."""
    rows = cursor.execute(LIST_WARNINGS, [patient_id, treatment_id]).fetchall()
    return [GivenWarning(*row) for row in rows]


def get_aftercare(cursor: Cursor, treatment_id: UUID) -> tuple[bool | None, str | None]:
    """Return whether aftercare advice was given (None: nobody recorded it), and its words."""
    row = cursor.execute(GET_AFTERCARE, [treatment_id]).fetchone()
    return (row[0], row[1]) if row else (None, None)

"""SQL of adding patients, many at once, and of the running number behind their references."""

from dataclasses import dataclass

import pyarrow as pa

from lib.store import bulk
from lib.store.connection import Cursor

REFERENCE_COUNTER = "patient_reference"
GET_NEXT_NUMBER = "SELECT next_value FROM counter WHERE name = ?"
INSERT_COUNTER = "INSERT INTO counter (name, next_value) VALUES (?, ?)"
UPDATE_COUNTER = "UPDATE counter SET next_value = ? WHERE name = ?"


@dataclass(frozen=True, slots=True)
class PatientRows:
    """New patients and what belongs to them: one Arrow table per stored table, named like it.

    Columns carry the names of the stored ones; ids are text; a column left out becomes NULL.
    """

    patient: pa.Table
    patient_external_id: pa.Table | None = None
    patient_name: pa.Table | None = None
    patient_phone: pa.Table | None = None
    patient_email: pa.Table | None = None
    patient_address: pa.Table | None = None
    contact_preference: pa.Table | None = None
    reasonable_adjustment: pa.Table | None = None


def take_numbers(cursor: Cursor, count: int) -> range:
    """Reserve `count` running numbers for new references, from 1 upwards; return them.

    Two transactions that take numbers at once conflict, and one of them is retried.
    """
    row = cursor.execute(GET_NEXT_NUMBER, [REFERENCE_COUNTER]).fetchone()
    first = int(row[0]) if row else 1
    if row:
        cursor.execute(UPDATE_COUNTER, [first + count, REFERENCE_COUNTER])
    else:
        cursor.execute(INSERT_COUNTER, [REFERENCE_COUNTER, first + count])
    return range(first, first + count)


def insert_patients(cursor: Cursor, rows: PatientRows) -> int:
    """Insert patients with all that belongs to them, parents first; return how many patients."""
    for table in rows.__slots__:
        incoming = getattr(rows, table)
        if incoming is not None and incoming.num_rows:
            bulk.insert_rows(cursor, table, incoming)
    return int(rows.patient.num_rows)

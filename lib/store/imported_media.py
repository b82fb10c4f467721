"""SQL of a manifest of photographs: patients by reference, their births, their treatments."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks

BY_REFERENCE = """
SELECT reference, CAST(coalesce(merged_into_id, patient_id) AS VARCHAR) FROM patient
WHERE reference IN ({})
"""
BIRTHS = """
SELECT CAST(patient_id AS VARCHAR), born_on FROM patient WHERE patient_id IN ({})
"""
RESTRICTED = """
SELECT CAST(patient_id AS VARCHAR), lifted_at FROM restriction WHERE patient_id IN ({})
"""
TREATMENTS = """
SELECT CAST(patient_id AS VARCHAR), series_id, treated_on, superseded_at FROM treatment
WHERE patient_id IN ({})
"""
EXTERNAL_IDS = """
SELECT series_id, external_id, system FROM treatment_external_id WHERE patient_id IN ({})
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is held against a row: the patient's birthday, and whether the record is restricted."""

    born_on: date | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Treated:
    """A treatment in force, with its id in the other system if it has one."""

    series_id: UUID
    treated_on: date
    external_id: str | None


def list_by_reference(cursor: Cursor, references: Sequence[str]) -> dict[str, str]:
    """Return the patients of references; a merged one's is its survivor."""
    found: dict[str, str] = {}
    for some in batched(references):
        found |= dict(cursor.execute(BY_REFERENCE.format(marks(some)), list(some)).fetchall())
    return found


def get_births(cursor: Cursor, patient_ids: Collection[str]) -> dict[str, Known]:
    """Return when each patient was born, and whether their record is restricted."""
    found: dict[str, Known] = {}
    for some in batched(sorted(patient_ids)):
        rows = cursor.execute(RESTRICTED.format(marks(some)), list(some)).fetchall()
        restricted = {key for key, lifted_at in rows if lifted_at is None}
        for key, born_on in cursor.execute(BIRTHS.format(marks(some)), list(some)).fetchall():
            found[key] = Known(born_on, key in restricted)
    return found


def list_treatments(
    cursor: Cursor, system: str, patient_ids: Sequence[str]
) -> dict[str, list[Treated]]:
    """Return each patient's treatments in force, with their ids in that system."""
    found: dict[str, list[Treated]] = defaultdict(list)
    for some in batched(patient_ids):
        rows = cursor.execute(EXTERNAL_IDS.format(marks(some)), list(some)).fetchall()
        ids = {series_id: key for series_id, key, of in rows if of == system}
        rows = cursor.execute(TREATMENTS.format(marks(some)), list(some)).fetchall()
        for patient_id, series_id, treated_on, superseded_at in rows:
            if superseded_at is None:
                found[patient_id].append(Treated(series_id, treated_on, ids.get(series_id)))
    return found

"""SQL of treatments that have no picture; reads only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks

LIST_TREATED = """
SELECT t.treatment_id, t.series_id, t.patient_id, t.name, t.practitioner_id FROM treatment AS t
WHERE t.treated_on = ? AND t.superseded_at IS NULL
ORDER BY t.treatment_id
"""
LIST_PATIENTS = """
SELECT patient_id, reference, title, given_names, family_name, sex, born_on FROM patient
WHERE patient_id IN ({}) AND merged_into_id IS NULL
"""
LIST_RESTRICTED = """
SELECT patient_id FROM restriction WHERE patient_id IN ({}) AND lifted_at IS NULL
"""
LIST_PICTURED = """
WITH label AS MATERIALIZED (
    SELECT media_id, treatment_series_id, superseded_at FROM media_label WHERE patient_id IN ({0})
),
item AS MATERIALIZED (
    SELECT media_id, removed_at FROM media_item WHERE patient_id IN ({0})
)
SELECT DISTINCT label.treatment_series_id
FROM label JOIN item ON item.media_id = label.media_id
WHERE label.superseded_at IS NULL AND item.removed_at IS NULL
  AND label.treatment_series_id IS NOT NULL
"""
LIST_PRACTITIONERS = "SELECT practitioner_id, display_name FROM practitioner"


@dataclass(frozen=True, slots=True)
class Unpictured:
    """A treatment without any picture, and who had it."""

    series_id: UUID
    patient_id: UUID
    treatment_name: str
    practitioner_name: str | None
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None


def list_unpictured(cursor: Cursor, day: date) -> list[Unpictured]:
    """Return the treatments of a day of which there is no picture; restricted records left out."""
    treated = cursor.execute(LIST_TREATED, [day]).fetchall()
    patients: dict[UUID, tuple[object, ...]] = {}
    hidden: set[UUID] = set()
    pictured: set[UUID] = set()
    for some in batched(sorted({row[2] for row in treated})):
        filled = marks(some)
        rows = cursor.execute(LIST_PATIENTS.format(filled), list(some)).fetchall()
        patients |= {key: rest for key, *rest in rows}
        rows = cursor.execute(LIST_RESTRICTED.format(filled), list(some)).fetchall()
        hidden |= {key for (key,) in rows}
        rows = cursor.execute(LIST_PICTURED.format(filled), list(some) * 2).fetchall()
        pictured |= {key for (key,) in rows}
    names = dict(cursor.execute(LIST_PRACTITIONERS).fetchall())
    return [
        Unpictured(series_id, patient_id, name, names.get(practitioner_id), *patients[patient_id])  # type: ignore[arg-type]
        for _, series_id, patient_id, name, practitioner_id in treated
        if patient_id in patients and patient_id not in hidden and series_id not in pictured
    ]

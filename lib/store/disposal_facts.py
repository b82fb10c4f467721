"""SQL of the dated facts behind the schedule, for some patients at once (rules C2 to C5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from lib.domain.retention import Facts
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

LIST_PATIENTS = """
SELECT patient_id, born_on, deceased_on, merged_into_id FROM patient WHERE patient_id IN ({})
"""
LIST_TREATED = """
SELECT patient_id, max(treated_on) FROM treatment
WHERE patient_id IN ({}) AND superseded_at IS NULL AND treated_on <= ? GROUP BY patient_id
"""
LIST_CONSULTED = """
SELECT patient_id, max(consulted_on) FROM consultation
WHERE patient_id IN ({}) AND consulted_on <= ? GROUP BY patient_id
"""
LIST_ATTENDED = """
SELECT patient_id, max(CAST(starts_at AS DATE)) FROM appointment
WHERE patient_id IN ({}) AND status = 'attended' AND CAST(starts_at AS DATE) <= ?
GROUP BY patient_id
"""
LIST_CONTACTED = """
SELECT patient_id, max(contacted_on) FROM contact_log
WHERE patient_id IN ({}) AND NOT is_marketing AND voided_at IS NULL AND contacted_on <= ?
GROUP BY patient_id
"""
LIST_VITAL = """
SELECT patient_id FROM vital_interest WHERE patient_id IN ({}) AND released_at IS NULL
"""


def list_facts(
    cursor: Cursor, patient_ids: Sequence[UUID], as_of: date
) -> dict[UUID, tuple[Facts, UUID | None]]:
    """Return the facts of each patient who is there, and the record that it was merged into."""
    found: dict[UUID, tuple[Facts, UUID | None]] = {}
    for some in batched(patient_ids):
        found.update(_facts(cursor, list(some), as_of))
    return found


def _facts(cursor: Cursor, keys: list[UUID], as_of: date) -> dict[UUID, tuple[Facts, UUID | None]]:
    def ask(sql: str, *more: object) -> list[tuple[Any, ...]]:
        return cursor.execute(sql.format(marks(keys)), [*keys, *more]).fetchall()

    treated = dict(ask(LIST_TREATED, as_of))
    consulted, attended = dict(ask(LIST_CONSULTED, as_of)), dict(ask(LIST_ATTENDED, as_of))
    contacted = dict(ask(LIST_CONTACTED, as_of))
    vital = {row[0] for row in ask(LIST_VITAL)}
    return {
        key: (
            Facts(
                born_on=born_on,
                last_treated_on=treated.get(key),
                last_consulted_on=_later(consulted.get(key), attended.get(key)),
                last_contact_on=contacted.get(key),
                died_on=died_on,
                has_vital_interest=key in vital,
            ),
            merged_into_id,
        )
        for key, born_on, died_on, merged_into_id in ask(LIST_PATIENTS)
    }


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day), default=None)

"""SQL of the dated facts of a few patients, as the rule of retention takes them (rules C2 to C5).

Facts after the day do not count, nor does what a correction replaced, marketing, or a visit that
was missed or cancelled. What holds records back is told by `retention_blockers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lib.domain.consent import LONDON, begin_of, day_of
from lib.domain.retention import Facts
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

# By keys alone, a table at a time: where more is asked for DuckDB scans instead of using an index.
LIST_PATIENTS = """
SELECT
    patient_id, reference, title, given_names, family_name, sex, born_on, deceased_on
FROM patient WHERE patient_id IN ({})
"""
LIST_TREATED = """
WITH mine AS MATERIALIZED (SELECT * FROM treatment WHERE patient_id IN ({}))
SELECT patient_id, max(treated_on) FROM mine
WHERE superseded_at IS NULL AND treated_on <= ? GROUP BY patient_id
"""
LIST_CONSULTED = """
WITH mine AS MATERIALIZED (SELECT * FROM consultation WHERE patient_id IN ({}))
SELECT patient_id, max(consulted_on) FROM mine WHERE consulted_on <= ? GROUP BY patient_id
"""
LIST_ATTENDED = """
WITH mine AS MATERIALIZED (SELECT * FROM appointment WHERE patient_id IN ({}))
SELECT patient_id, max(starts_at) FROM mine
WHERE status = 'attended' AND starts_at < ? GROUP BY patient_id
"""
LIST_CONTACTED = """
WITH mine AS MATERIALIZED (SELECT * FROM contact_log WHERE patient_id IN ({}))
SELECT patient_id, max(contacted_on) FROM mine
WHERE NOT is_marketing AND voided_at IS NULL AND contacted_on <= ? GROUP BY patient_id
"""
LIST_VITAL = """
WITH mine AS MATERIALIZED (SELECT * FROM vital_interest WHERE patient_id IN ({}))
SELECT DISTINCT patient_id FROM mine WHERE released_at IS NULL
"""
LIST_PICTURES = """
WITH mine AS MATERIALIZED (SELECT * FROM media_item WHERE patient_id IN ({}))
SELECT patient_id, count(*) FROM mine GROUP BY patient_id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Who a patient is, as a list names them, and the facts without what holds them back."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    facts: Facts
    pictures: int = 0


def list_known(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, Known]:
    """Return who these patients are and their facts on a day; one that is not there is left out."""
    found: dict[UUID, Known] = {}
    for keys in batched(patient_ids):
        found |= _list_known(cursor, keys, as_of)
    return found


def _list_known(cursor: Cursor, keys: Sequence[UUID], as_of: date) -> dict[UUID, Known]:
    day_ends_at = begin_of(as_of + timedelta(days=1), LONDON)
    treated = _last(cursor, LIST_TREATED, keys, as_of)
    consulted = _last(cursor, LIST_CONSULTED, keys, as_of)
    for key, starts_at in _last(cursor, LIST_ATTENDED, keys, day_ends_at).items():
        day = day_of(starts_at, LONDON)
        consulted[key] = max(day, consulted.get(key, day))
    contacted = _last(cursor, LIST_CONTACTED, keys, as_of)
    pictures = _last(cursor, LIST_PICTURES, keys)
    vital = {row[0] for row in cursor.execute(LIST_VITAL.format(marks(keys)), [*keys]).fetchall()}
    people = cursor.execute(LIST_PATIENTS.format(marks(keys)), [*keys]).fetchall()
    found = {}
    for key, reference, title, given, family, sex, born_on, died_on in people:
        facts = Facts(
            born_on=born_on,
            last_treated_on=treated.get(key),
            last_consulted_on=consulted.get(key),
            last_contact_on=contacted.get(key),
            died_on=died_on if died_on is not None and died_on <= as_of else None,
            has_vital_interest=key in vital,
        )
        who = (key, reference, title, given, family, sex)
        found[key] = Known(*who, facts, pictures.get(key, 0))
    return found


def _last(cursor: Cursor, sql: str, keys: Sequence[UUID], *bound: object) -> dict[UUID, Any]:
    return dict(cursor.execute(sql.format(marks(keys)), [*keys, *bound]).fetchall())

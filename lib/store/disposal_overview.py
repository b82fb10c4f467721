"""SQL of what the screens of disposal add to its cases: certificates, what waits, what would go."""

from dataclasses import dataclass
from uuid import UUID

from lib.store.connection import Cursor

COUNT_WAITING = """
SELECT count(*) FROM disposal_case WHERE state = 'proposed' AND proposed_by <> ?
"""
COUNT_IN_CASES = """
SELECT count(*) FROM disposal_item AS i
JOIN disposal_case AS c ON c.case_id = i.case_id
WHERE i.state = 'proposed' AND c.state NOT IN ('sent_back', 'done')
"""
LIST_CERTIFICATES = "SELECT case_id, certificate_id, number FROM disposal_certificate"
GET_EXTENT = """
WITH patients AS MATERIALIZED (
    SELECT patient_id FROM disposal_item
    WHERE case_id = ? AND state = 'proposed' AND patient_id IS NOT NULL
)
SELECT
    (SELECT count(*) FROM treatment AS t JOIN patients AS p ON p.patient_id = t.patient_id
        WHERE t.superseded_at IS NULL),
    (SELECT count(*) FROM media_item AS m JOIN patients AS p ON p.patient_id = m.patient_id)
"""
COUNT_MARKED = """
SELECT
    coalesce(sum(CASE WHEN is_minor THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN is_partial THEN 1 ELSE 0 END), 0)
FROM disposal_item WHERE case_id = ? AND state <> 'skipped'
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued: its key and its number."""

    certificate_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Extent:
    """What a case would take with it, in all: counts, and none of any one patient.

    `minors` are records of people treated before they were 18; `partials` those of which the vital
    subset stays.
    """

    treatments: int
    pictures: int
    minors: int
    partials: int


def count_waiting(cursor: Cursor, person_id: UUID) -> int:
    """Return how many cases wait for a decision that this person may make: not of their own."""
    row = cursor.execute(COUNT_WAITING, [str(person_id)]).fetchone()
    return int(row[0]) if row else 0


def count_in_cases(cursor: Cursor) -> int:
    """Return how many records are in an open case and still there."""
    row = cursor.execute(COUNT_IN_CASES).fetchone()
    return int(row[0]) if row else 0


def list_certificates(cursor: Cursor) -> dict[UUID, Issued]:
    """Return the certificates there are, by case."""
    rows = cursor.execute(LIST_CERTIFICATES).fetchall()
    return {case_id: Issued(certificate_id, number) for case_id, certificate_id, number in rows}


def get_extent(cursor: Cursor, case_id: UUID) -> Extent:
    """Return what the records of a case that are still there hold, in all."""
    asked = [str(case_id)]
    treatments, pictures = cursor.execute(GET_EXTENT, asked).fetchall()[0]
    minors, partials = cursor.execute(COUNT_MARKED, asked).fetchall()[0]
    return Extent(treatments, pictures, int(minors), int(partials))

"""SQL of follow-ups: the few treatments whose follow-up is open, kept beside the many.

The table is derived. Whoever changes a treatment, an appointment, or when a patient was last seen
or died, calls `refresh` for them in the same transaction; `rebuild` makes the whole of it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.store.connection import Cursor

# Not superseded, nobody has seen the patient since, no time has been booked; the dead and merged
# records are called by nobody. A plain condition instead of CASE would be pushed into the scan of
# the patients, and DuckDB then leaves their index unused: 8 ms a patient instead of 2.
OPEN = """
SELECT t.treatment_id, t.patient_id, t.follow_up_due_on, t.treated_on, t.name, t.practitioner_id
FROM treatment AS t
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE t.follow_up_due_on IS NOT NULL
  AND t.superseded_at IS NULL
  AND CASE WHEN p.deceased_on IS NULL THEN p.merged_into_id IS NULL ELSE FALSE END
  AND (p.last_seen_on IS NULL OR p.last_seen_on <= t.treated_on)
  AND NOT EXISTS (
    SELECT 1 FROM appointment AS a
    WHERE a.patient_id = t.patient_id AND a.status IN ('booked', 'attended')
      AND CAST(a.starts_at AS DATE) > t.treated_on
  )
"""
COLUMNS = "treatment_id, patient_id, due_on, treated_on, name, practitioner_id"
INSERT = f"INSERT INTO follow_up ({COLUMNS}) "
# Each table is told the patient, not only the join: that is what lets DuckDB use its index.
LIST_OPEN_OF = f"""
{OPEN} AND t.patient_id = ? AND p.patient_id = ?
  AND t.treatment_id NOT IN (SELECT treatment_id FROM follow_up WHERE patient_id = ?)
"""  # noqa: S608 - constant parts
INSERT_ONE = f"{INSERT} VALUES (?, ?, ?, ?, ?, ?)"
DELETE_CLOSED_OF = f"""
DELETE FROM follow_up WHERE patient_id = ? AND treatment_id NOT IN (
    SELECT treatment_id FROM ({OPEN} AND t.patient_id = ? AND p.patient_id = ?) AS still_open
)
"""  # noqa: S608 - constant parts
MANY = "(SELECT CAST(unnest(?) AS UUID))"
DELETE_CLOSED_OF_MANY = f"""
DELETE FROM follow_up WHERE patient_id IN {MANY} AND treatment_id NOT IN (
    SELECT treatment_id FROM ({OPEN} AND t.patient_id IN {MANY}) AS still_open
)
"""  # noqa: S608 - constant parts
INSERT_OPENED_OF_MANY = f"""
{INSERT} {OPEN} AND t.patient_id IN {MANY}
  AND t.treatment_id NOT IN (SELECT treatment_id FROM follow_up)
"""  # noqa: S608 - constant parts
DELETE_CLOSED = f"""
DELETE FROM follow_up WHERE treatment_id NOT IN (
    SELECT treatment_id FROM ({OPEN}) AS still_open
)
"""  # noqa: S608 - constant parts
INSERT_OPENED = f"""
{INSERT} {OPEN} AND t.treatment_id NOT IN (SELECT treatment_id FROM follow_up)
ORDER BY t.follow_up_due_on, t.treatment_id
"""  # noqa: S608 - constant parts
# A restricted record is only stored (rule E1).
DUE = """
WHERE f.due_on BETWEEN ? AND ?
  AND f.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
"""
# The second count is of those that fell due before a day.
COUNT_DUE = f"""
SELECT count(*), count(CASE WHEN f.due_on < ? THEN 1 END) FROM follow_up AS f {DUE}
"""  # noqa: S608 - constant parts
LIST_DUE = f"""
SELECT
    f.patient_id, p.reference, p.title, p.given_names, p.family_name, p.preferred_name, p.sex,
    p.born_on, f.name, f.treated_on, f.due_on, practitioner.display_name
FROM (
    SELECT * FROM follow_up AS f {DUE} ORDER BY f.due_on, f.treatment_id LIMIT ? OFFSET ?
) AS f
JOIN patient AS p ON p.patient_id = f.patient_id
LEFT JOIN practitioner ON practitioner.practitioner_id = f.practitioner_id
ORDER BY f.due_on, f.treatment_id
"""  # noqa: S608 - constant parts
# Up to this many patients one after the other, each by the index, is the quicker way.
FEW = 20


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A treatment whose follow-up is due, with who the patient is."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    treatment_name: str
    treated_on: date
    due_on: date
    practitioner_name: str | None


def count_follow_ups(cursor: Cursor, first: date, last: date, today: date) -> tuple[int, int]:
    """Return how many follow-ups due between two days (inclusive) are open, how many overdue."""
    row = cursor.execute(COUNT_DUE, [today, first, last]).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def list_follow_ups(
    cursor: Cursor, first: date, last: date, *, limit: int, offset: int = 0
) -> list[FollowUp]:
    """Return open follow-ups due between two days (inclusive), the longest due first."""
    rows = cursor.execute(LIST_DUE, [first, last, limit, offset]).fetchall()
    return [FollowUp(*row) for row in rows]


def refresh(cursor: Cursor, patient_ids: Sequence[UUID | str]) -> None:
    """Bring the open follow-ups of these patients up to date with their treatments and visits."""
    ids = sorted({str(patient_id) for patient_id in patient_ids})
    if len(ids) > FEW:
        cursor.execute(DELETE_CLOSED_OF_MANY, [ids, ids])
        cursor.execute(INSERT_OPENED_OF_MANY, [ids])
        return
    for one in ids:
        cursor.execute(DELETE_CLOSED_OF, [one, one, one])
        for row in cursor.execute(LIST_OPEN_OF, [one, one, one]).fetchall():
            cursor.execute(INSERT_ONE, list(row))


def rebuild(cursor: Cursor) -> None:
    """Make the open follow-ups of every patient anew; a second for a million patients."""
    cursor.execute(DELETE_CLOSED)
    cursor.execute(INSERT_OPENED)

"""SQL of histories to review: who is coming soon whose history was not confirmed lately; reads."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor

# A restricted record is only stored (rule E1). A merged record has no visits: they went with the
# merge. The deceased are not left out: to look for them among a million patients takes longer than
# all the rest (44 ms), and a visit that is still booked for one of them is there to be cancelled.
DUE = """
FROM (
    SELECT patient_id, min(starts_at) AS starts_at FROM appointment
    WHERE starts_at >= ? AND starts_at < ? AND status = 'booked'
    GROUP BY patient_id
) AS visit
WHERE visit.patient_id NOT IN (SELECT patient_id FROM history_entry WHERE recorded_at >= ?)
  AND visit.patient_id NOT IN (SELECT patient_id FROM history_review WHERE reviewed_on >= ?)
  AND visit.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
"""
# The second count is of those who come before a moment.
COUNT_DUE = f"SELECT count(*), count(CASE WHEN visit.starts_at < ? THEN 1 END) {DUE}"
LIST_DUE = f"""
SELECT
    p.patient_id, p.reference, p.title, p.given_names, p.family_name, p.sex, p.born_on,
    p.deceased_on, due.starts_at
FROM (
    SELECT visit.patient_id, visit.starts_at {DUE}
    ORDER BY visit.starts_at, visit.patient_id LIMIT ? OFFSET ?
) AS due
JOIN patient AS p ON p.patient_id = due.patient_id
ORDER BY due.starts_at, due.patient_id
"""  # noqa: S608 - constant parts


@dataclass(frozen=True, slots=True)
class Span:
    """Visits from one moment until before another (UTC), and since when a history holds."""

    begins_at: datetime
    ends_at: datetime
    held_since: date

    @property
    def parameters(self) -> list[datetime | date]:
        """Return what the statements are bound with."""
        return [self.begins_at, self.ends_at, self.held_since, self.held_since]


@dataclass(frozen=True, slots=True)
class HistoryDue:
    """Somebody who is coming (UTC) and whose history has to be asked about, with who it is."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None
    deceased_on: date | None
    starts_at: datetime


def count_due(cursor: Cursor, span: Span, before: datetime) -> tuple[int, int]:
    """Return how many histories are to be reviewed, and how many visits are before a moment."""
    row = cursor.execute(COUNT_DUE, [before, *span.parameters]).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def list_due(cursor: Cursor, span: Span, *, limit: int, offset: int = 0) -> list[HistoryDue]:
    """Return whose history is to be reviewed, who comes first at the top."""
    rows = cursor.execute(LIST_DUE, [*span.parameters, limit, offset]).fetchall()
    return [HistoryDue(*row) for row in rows]

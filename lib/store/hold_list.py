"""SQL of the list of holds and vital interests across the clinic, what is to be reviewed first."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from lib.store.connection import Cursor

VITAL_INTEREST: Final = "vital_interest"
KEPT = """
WITH kept AS (
    SELECT hold_id AS key, patient_id, kind, reason, owner_id, review_on, ends_on,
        placed_at AS since_at, released_at
    FROM hold
    UNION ALL
    SELECT vital_interest_id, patient_id, 'vital_interest', reason, owner_id, review_on,
        CAST(NULL AS DATE), marked_at, released_at
    FROM vital_interest
)
"""
# Its last day is inside (rule C6).
STANDS = "k.released_at IS NULL AND (k.ends_on IS NULL OR k.ends_on >= $as_of)"
WHERE = f"""
WHERE CASE $show
        WHEN 'standing' THEN {STANDS}
        WHEN 'review' THEN {STANDS} AND k.review_on <= $review_until
        ELSE NOT ({STANDS})
    END
  AND ($kind = '' OR k.kind = $kind)
  AND ($owner_id IS NULL OR k.owner_id = CAST($owner_id AS UUID))
"""
LIST = f"""
{KEPT}
SELECT
    k.key, k.patient_id, k.kind, k.reason, owner.display_name, k.review_on, k.ends_on, k.since_at,
    k.released_at, p.reference, p.title, p.given_names, p.family_name, p.born_on,
    k.patient_id IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
FROM kept AS k
JOIN patient AS p ON p.patient_id = k.patient_id
LEFT JOIN person AS owner ON owner.person_id = k.owner_id
{WHERE}
ORDER BY k.review_on, k.since_at, k.key LIMIT $most OFFSET $first
"""  # noqa: S608 - constant parts
COUNT = f"""
{KEPT}
SELECT count(*), count(CASE WHEN k.review_on < $as_of THEN 1 END) FROM kept AS k {WHERE}
"""  # noqa: S608 - constant parts


class Show(StrEnum):
    """Which part of the list: what stands, of that what is to be reviewed, or what is over."""

    STANDING = "standing"
    REVIEW = "review"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows a list is of; an empty kind and no owner narrow nothing.

    `review_until` is the latest review that counts as to be done.
    """

    as_of: date
    review_until: date
    show: Show = Show.STANDING
    kind: str = ""
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A hold or a vital interest with whose record it is; times are UTC."""

    key: UUID
    patient_id: UUID
    kind: str
    reason: str
    owner: str | None
    review_on: date
    ends_on: date | None
    since_at: datetime
    released_at: datetime | None
    reference: str
    title: str | None
    given_names: str
    family_name: str
    born_on: date | None
    is_restricted: bool


def list_rows(cursor: Cursor, sought: Sought, most: int, first: int = 0) -> list[Row]:
    """Return so many rows from the `first` (0), the review that is longest due first."""
    values = {**_bound(sought), "most": most, "first": first}
    return [Row(*row) for row in cursor.execute(LIST, values).fetchall()]


def count_rows(cursor: Cursor, sought: Sought) -> tuple[int, int]:
    """Return how many rows there are, and of how many the review is overdue."""
    row = cursor.execute(COUNT, _bound(sought)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _bound(sought: Sought) -> dict[str, object]:
    return {
        "as_of": sought.as_of,
        "review_until": sought.review_until,
        "show": sought.show.value,
        "kind": sought.kind,
        "owner_id": str(sought.owner_id) if sought.owner_id else None,
    }

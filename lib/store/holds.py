"""SQL of holds: placing, changing and releasing them, and those of one patient (rule C6)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain.holds import ChangedHold, NewHold
from lib.store.connection import Cursor
from lib.store.rows import insert_row

COLUMNS = """
    h.hold_id, h.patient_id, h.kind, h.reason, h.owner_id, owner.display_name, h.ends_on,
    h.review_on, h.placed_at, placer.display_name, h.released_at, releaser.display_name,
    h.release_reason, h.version
"""
PEOPLE = """
LEFT JOIN person AS owner ON owner.person_id = h.owner_id
LEFT JOIN person AS placer ON placer.person_id = h.placed_by
LEFT JOIN person AS releaser ON releaser.person_id = h.released_by
"""
# By the patient alone first: that is what lets DuckDB use the index.
LIST_OF = f"""
WITH mine AS MATERIALIZED (SELECT * FROM hold WHERE patient_id = ?)
SELECT {COLUMNS} FROM mine AS h {PEOPLE}
ORDER BY h.released_at IS NOT NULL, h.placed_at DESC, h.hold_id
"""  # noqa: S608 - constant parts
GET = f"SELECT {COLUMNS} FROM hold AS h {PEOPLE} WHERE h.hold_id = ?"  # noqa: S608
# The id of the hold alone: with another condition DuckDB would not use the key.
UPDATE = """
UPDATE hold SET owner_id = ?, review_on = ?, ends_on = ?, version = ?, changed_at = ?,
    changed_by = ?
WHERE hold_id = ?
"""
RELEASE = """
UPDATE hold SET released_at = ?, released_by = ?, release_reason = ?, version = version + 1,
    changed_at = ?, changed_by = ?
WHERE hold_id = ?
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it stands. Times are UTC; people are told by their names."""

    hold_id: UUID
    patient_id: UUID
    kind: str
    reason: str
    owner_id: UUID | None
    owner: str | None
    ends_on: date | None
    review_on: date
    placed_at: datetime
    placed_by: str | None
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None
    version: int

    def stands(self, as_of: date) -> bool:
        """Tell whether it holds on a day; its last day is inside (rule C6)."""
        return self.released_at is None and (self.ends_on is None or as_of <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something is done (UTC), and by whom."""

    at: datetime
    by: UUID


def list_of(cursor: Cursor, patient_id: UUID) -> list[Hold]:
    """Return every hold of a patient, those not released first, the newest of each first."""
    return [_hold(row) for row in cursor.execute(LIST_OF, [patient_id]).fetchall()]


def get_hold(cursor: Cursor, hold_id: UUID) -> Hold | None:
    """Return a hold, or None."""
    row = cursor.execute(GET, [hold_id]).fetchone()
    return _hold(row) if row else None


def insert_hold(cursor: Cursor, patient_id: UUID, new: NewHold, stamp: Stamp) -> None:
    """Place a hold."""
    row = asdict(new) | {
        "kind": new.kind.value,
        "reason": new.reason.strip(),
        "patient_id": patient_id,
        "placed_at": stamp.at,
        "placed_by": stamp.by,
        "version": 1,
        "changed_at": stamp.at,
        "changed_by": stamp.by,
    }
    insert_row(cursor, "hold", row)


def update_hold(cursor: Cursor, changed: ChangedHold, stamp: Stamp) -> None:
    """Give a hold another owner and other days; the version seen counts up."""
    days = [changed.review_on, changed.ends_on]
    values = [str(changed.owner_id), *days, changed.version + 1, stamp.at, str(stamp.by)]
    cursor.execute(UPDATE, [*values, str(changed.hold_id)])


def release_hold(cursor: Cursor, hold_id: UUID, reason: str, stamp: Stamp) -> None:
    """End a hold; what it was stays."""
    by = str(stamp.by)
    cursor.execute(RELEASE, [stamp.at, by, reason, stamp.at, by, str(hold_id)])


def _hold(row: tuple[Any, ...]) -> Hold:
    return Hold(*row)

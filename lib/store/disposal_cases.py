"""SQL of cases of disposal: the case, its records by number, its notes; knows nobody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.domain.disposal import CaseState, ItemState, Method, case_number, item_number
from lib.store import bulk
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_row

GET_NEXT_NUMBER = "SELECT next_value FROM counter WHERE name = ?"
INSERT_COUNTER = "INSERT INTO counter (name, next_value) VALUES (?, ?)"
UPDATE_COUNTER = "UPDATE counter SET next_value = ? WHERE name = ?"
CASES = """
SELECT
    c.case_id, c.number, c.method, c.state, c.as_of, c.setting_version, c.note, c.proposed_at,
    c.proposed_by, proposer.display_name, c.decided_at, c.decided_by, decider.display_name,
    c.decision_note, c.started_at, c.started_by, c.erased_at, c.finished_at, c.fault, c.stopped_at,
    i.proposed, i.erasing, i.disposed, i.skipped
FROM disposal_case AS c
LEFT JOIN person AS proposer ON proposer.person_id = c.proposed_by
LEFT JOIN person AS decider ON decider.person_id = c.decided_by
LEFT JOIN (
    SELECT
        case_id,
        count(*) FILTER (WHERE state = 'proposed') AS proposed,
        count(*) FILTER (WHERE state = 'erasing') AS erasing,
        count(*) FILTER (WHERE state = 'disposed') AS disposed,
        count(*) FILTER (WHERE state = 'skipped') AS skipped
    FROM disposal_item GROUP BY case_id
) AS i ON i.case_id = c.case_id
"""
GET_CASE = CASES + " WHERE c.case_id = ?"
LIST_CASES = CASES + " ORDER BY c.finished_at IS NOT NULL, c.proposed_at DESC LIMIT ?"
LIST_RUNNING = """
SELECT case_id FROM disposal_case
WHERE state IN ('erasing', 'rewriting', 'proving') AND stopped_at IS NULL
ORDER BY started_at, case_id
"""
ITEM_COLUMNS = """
    disposal_item_id, case_id, number, patient_id, state, is_partial, is_minor, basis, retain_until,
    skipped_because, counts, erased_at, coalesce(is_confirmed, FALSE)
"""
LIST_ITEMS = f"""
SELECT {ITEM_COLUMNS} FROM disposal_item WHERE case_id = ? ORDER BY number LIMIT ? OFFSET ?
"""  # noqa: S608 - constant columns
LIST_IN_STATE = f"""
SELECT {ITEM_COLUMNS} FROM disposal_item WHERE case_id = ? AND state = ? ORDER BY number LIMIT ?
"""  # noqa: S608 - constant columns
LIST_GONE = """
SELECT number FROM disposal_item
WHERE case_id = ? AND state = 'disposed' AND NOT is_partial ORDER BY number
"""
GET_ITEM = f"SELECT {ITEM_COLUMNS} FROM disposal_item WHERE disposal_item_id = ?"  # noqa: S608
LIST_OPEN_AMONG = """
SELECT i.patient_id, c.number FROM disposal_item AS i
JOIN disposal_case AS c ON c.case_id = i.case_id
WHERE i.patient_id IN ({}) AND i.state IN ('proposed', 'erasing')
  AND c.state NOT IN ('sent_back', 'done') AND c.case_id <> ?
"""
SKIP = """
UPDATE disposal_item SET state = 'skipped', skipped_because = ? WHERE disposal_item_id = ?
"""
SET_ITEM_STATE = "UPDATE disposal_item SET state = ? WHERE disposal_item_id = ?"
SET_PARTIAL = "UPDATE disposal_item SET is_partial = ? WHERE disposal_item_id = ?"
SET_COUNTS = "UPDATE disposal_item SET counts = ? WHERE disposal_item_id = ?"
SET_DISPOSED = """
UPDATE disposal_item SET state = 'disposed', erased_at = ? WHERE disposal_item_id IN ({})
"""
CLEAR_PATIENTS = (
    "UPDATE disposal_item SET patient_id = NULL WHERE case_id = ? AND state = 'disposed'"
)
SET_STATE = "UPDATE disposal_case SET state = ?, fault = NULL WHERE case_id = ?"
DECIDE = """
UPDATE disposal_case SET state = ?, decided_at = ?, decided_by = ?, decision_note = ?
WHERE case_id = ?
"""
START = """
UPDATE disposal_case SET state = ?, started_at = ?, started_by = ? WHERE case_id = ?
"""
STOP = "UPDATE disposal_case SET stopped_at = ?, stopped_by = ? WHERE case_id = ?"
SET_ERASED = "UPDATE disposal_case SET erased_at = ? WHERE case_id = ?"
SET_FINISHED = "UPDATE disposal_case SET finished_at = ? WHERE case_id = ?"
SET_FAULT = "UPDATE disposal_case SET fault = ? WHERE case_id = ?"
LIST_NOTES = """
SELECT n.noted_at, p.display_name, n.words FROM disposal_note AS n
LEFT JOIN person AS p ON p.person_id = n.noted_by
WHERE n.case_id = ? ORDER BY n.noted_at, n.disposal_note_id
"""
CASE_COUNTER, ITEM_COUNTER = "disposal_case", "disposal_item"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands, with how many of its records are in each state. Times are UTC."""

    case_id: UUID
    number: str
    method: Method
    state: CaseState
    as_of: date
    setting_version: int
    note: str | None
    proposed_at: datetime
    proposed_by: UUID
    proposer: str | None
    decided_at: datetime | None
    decided_by: UUID | None
    decider: str | None
    decision_note: str | None
    started_at: datetime | None
    started_by: UUID | None
    erased_at: datetime | None
    finished_at: datetime | None
    fault: str | None
    stopped_at: datetime | None
    proposed: int
    erasing: int
    disposed: int
    skipped: int

    @property
    def records(self) -> int:
        """Return how many records it holds that were not skipped."""
        return self.proposed + self.erasing + self.disposed


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a case; `patient_id` is None once it is gone, `counts` is JSON."""

    item_id: UUID
    case_id: UUID
    number: str
    patient_id: UUID | None
    state: ItemState
    is_partial: bool
    is_minor: bool
    basis: str
    retain_until: date | None
    skipped_because: str | None
    counts: str | None
    erased_at: datetime | None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class NewItem:
    """A record that goes into a case, as the reviewer saw it."""

    patient_id: UUID
    is_partial: bool
    is_minor: bool
    basis: str
    retain_until: date | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what was decided of a case; `by` is None for the software itself."""

    noted_at: datetime
    by: str | None
    words: str


def take_numbers(cursor: Cursor, counter: str, count: int) -> range:
    """Reserve running numbers from 1 upwards; two transactions at once conflict and one retries."""
    row = cursor.execute(GET_NEXT_NUMBER, [counter]).fetchone()
    first = int(row[0]) if row else 1
    if row:
        cursor.execute(UPDATE_COUNTER, [first + count, counter])
    else:
        cursor.execute(INSERT_COUNTER, [counter, first + count])
    return range(first, first + count)


def insert_case(cursor: Cursor, values: dict[str, object]) -> None:
    """Add a case, which gets its number here."""
    number = case_number(take_numbers(cursor, CASE_COUNTER, 1)[0])
    insert_row(cursor, "disposal_case", {**values, "number": number})


def insert_items(cursor: Cursor, case_id: UUID, new: Sequence[NewItem]) -> None:
    """Add the records of a case, each under a number of its own."""
    numbers = take_numbers(cursor, ITEM_COUNTER, len(new))
    columns = {
        "disposal_item_id": bulk.new_ids(len(new)),
        "case_id": pa.repeat(str(case_id), len(new)),
        "number": [item_number(one) for one in numbers],
        "patient_id": [str(one.patient_id) for one in new],
        "state": pa.repeat(ItemState.PROPOSED.value, len(new)),
        "is_partial": [one.is_partial for one in new],
        "is_minor": [one.is_minor for one in new],
        "basis": [one.basis for one in new],
        "retain_until": pa.array([one.retain_until for one in new], pa.date32()),
        "is_confirmed": [one.is_confirmed for one in new],
    }
    bulk.insert_rows(cursor, "disposal_item", pa.table(columns))


def get_case(cursor: Cursor, case_id: UUID) -> Case | None:
    """Return a case, or None."""
    row = cursor.execute(GET_CASE, [case_id]).fetchone()
    return _case(row) if row else None


def list_cases(cursor: Cursor, limit: int) -> list[Case]:
    """Return cases, those that are not done first, the newest of each first."""
    return [_case(row) for row in cursor.execute(LIST_CASES, [limit]).fetchall()]


def list_running(cursor: Cursor) -> list[UUID]:
    """Return the cases whose job is under way, the one that began first first."""
    return [row[0] for row in cursor.execute(LIST_RUNNING).fetchall()]


def list_items(cursor: Cursor, case_id: UUID, *, limit: int, offset: int) -> list[Item]:
    """Return a page of the records of a case, by number."""
    rows = cursor.execute(LIST_ITEMS, [case_id, limit, offset]).fetchall()
    return [_item(row) for row in rows]


def list_in_state(cursor: Cursor, case_id: UUID, state: ItemState, limit: int) -> list[Item]:
    """Return records of a case that are in a state, by number."""
    rows = cursor.execute(LIST_IN_STATE, [case_id, state.value, limit]).fetchall()
    return [_item(row) for row in rows]


def list_gone(cursor: Cursor, case_id: UUID) -> list[str]:
    """Return the numbers of the records of a case that are wholly gone."""
    return [number for (number,) in cursor.execute(LIST_GONE, [str(case_id)]).fetchall()]


def get_item(cursor: Cursor, item_id: UUID) -> Item | None:
    """Return one record of a case, or None."""
    row = cursor.execute(GET_ITEM, [item_id]).fetchone()
    return _item(row) if row else None


def list_open_among(cursor: Cursor, patient_ids: Sequence[UUID], but_case: UUID) -> dict[UUID, str]:
    """Return which patients are in another open case already, each with that case's number."""
    found: dict[UUID, str] = {}
    for some in batched(patient_ids):
        sql = LIST_OPEN_AMONG.format(marks(some))
        found.update(cursor.execute(sql, [*some, but_case]).fetchall())
    return found


def skip_item(cursor: Cursor, item_id: UUID, because: str) -> None:
    """Leave a record out of its case, with the reason."""
    cursor.execute(SKIP, [because, item_id])


def set_item_state(cursor: Cursor, item_id: UUID, state: ItemState) -> None:
    """Say how far a record is."""
    cursor.execute(SET_ITEM_STATE, [state.value, item_id])


def set_partial(cursor: Cursor, item_id: UUID, *, is_partial: bool) -> None:
    """Say whether the vital-interest subset of a record is kept, as the rule says now."""
    cursor.execute(SET_PARTIAL, [is_partial, item_id])


def set_counts(cursor: Cursor, item_id: UUID, counts: str) -> None:
    """Keep how much of each category went (JSON)."""
    cursor.execute(SET_COUNTS, [counts, item_id])


def set_disposed(cursor: Cursor, item_ids: Sequence[UUID], at: datetime) -> None:
    """Say that records are gone, rows, keys and files."""
    for some in batched(item_ids):
        cursor.execute(SET_DISPOSED.format(marks(some)), [at, *some])


def clear_patients(cursor: Cursor, case_id: UUID) -> None:
    """Let records of a case that were disposed of in part point to nobody either."""
    cursor.execute(CLEAR_PATIENTS, [case_id])


def set_state(cursor: Cursor, case_id: UUID, state: CaseState) -> None:
    """Say how far a case is; what was wrong before is over."""
    cursor.execute(SET_STATE, [state.value, case_id])


def decide(
    cursor: Cursor, case_id: UUID, state: CaseState, decided: tuple[datetime, UUID, str | None]
) -> None:
    """Keep what the second person decided: when, who, and their note."""
    cursor.execute(DECIDE, [state.value, *decided, case_id])


def start(cursor: Cursor, case_id: UUID, at: datetime, by: UUID) -> None:
    """Say that the records of a case are being erased."""
    cursor.execute(START, [CaseState.ERASING.value, at, by, case_id])


def stop(cursor: Cursor, case_id: UUID, at: datetime | None, by: UUID | None) -> None:
    """Ask the job to stop after the records at hand; None: let it go on."""
    cursor.execute(STOP, [at, by, case_id])


def set_erased(cursor: Cursor, case_id: UUID, at: datetime) -> None:
    """Say when the last record of a case was gone."""
    cursor.execute(SET_ERASED, [at, case_id])


def set_finished(cursor: Cursor, case_id: UUID, at: datetime) -> None:
    """Say when a case was over."""
    cursor.execute(SET_FINISHED, [at, case_id])


def set_fault(cursor: Cursor, case_id: UUID, fault: str | None) -> None:
    """Say why the job could not go on; None: nothing is in its way."""
    cursor.execute(SET_FAULT, [fault, case_id])


def insert_note(cursor: Cursor, case_id: UUID, noted: Note, by: UUID | None) -> None:
    """Add a line to what was decided of a case."""
    row = {
        "disposal_note_id": uuid7s.uuid7(),
        "case_id": case_id,
        "noted_at": noted.noted_at,
        "noted_by": by,
        "words": noted.words,
    }
    insert_row(cursor, "disposal_note", row)


def list_notes(cursor: Cursor, case_id: UUID) -> list[Note]:
    """Return what was decided of a case, the first first."""
    return [Note(*row) for row in cursor.execute(LIST_NOTES, [case_id]).fetchall()]


def _case(row: Sequence[object]) -> Case:
    values = list(row)
    values[2], values[3] = Method(str(values[2])), CaseState(str(values[3]))
    values[-4:] = [one or 0 for one in values[-4:]]
    return Case(*values)  # type: ignore[arg-type]


def _item(row: Iterable[object]) -> Item:
    values = list(row)
    values[4] = ItemState(str(values[4]))
    return Item(*values)  # type: ignore[arg-type]

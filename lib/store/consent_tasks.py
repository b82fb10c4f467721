"""SQL of the tasks of consent: what somebody has to do, and how it ended."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lib.domain.consent import Channel, Topic
from lib.domain.consent_tasks import Kind, Outcome
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_rows

COLUMNS = """
    t.task_id, t.patient_id, t.kind, t.purpose, t.channel, t.event_id, t.media_id, t.use_id,
    t.export_id, t.reason, t.opened_at, t.opened_by, t.closed_at, t.closed_by, t.outcome, t.note
"""
GET_TASK = f"SELECT {COLUMNS} FROM consent_task AS t WHERE t.task_id = ?"  # noqa: S608
LIST_OF = f"""
WITH t AS MATERIALIZED (SELECT * FROM consent_task WHERE patient_id = ?)
SELECT {COLUMNS} FROM t ORDER BY t.opened_at, t.task_id
"""  # noqa: S608 - constant parts
# A restricted record is only stored (rule E1); a merged one is never shown; the dead are not asked.
OPEN = """
FROM consent_task AS t
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE t.closed_at IS NULL AND (? = '' OR t.kind = ?)
  AND p.merged_into_id IS NULL AND (t.kind <> 'ask' OR p.deceased_on IS NULL)
  AND t.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
"""
LIST_OPEN = f"""
SELECT {COLUMNS} {OPEN} ORDER BY t.opened_at, t.task_id LIMIT ? OFFSET ?
"""
COUNT_OPEN = f"SELECT t.kind, count(*) {OPEN} GROUP BY t.kind"
LIST_ASKING = """
SELECT patient_id FROM consent_task
WHERE patient_id IN ({}) AND closed_at IS NULL AND kind = 'ask' AND purpose = ? AND channel = ?
"""
# Who may be asked anything: neither the dead, nor a merged or a restricted record.
LIST_ASKABLE = """
SELECT patient_id FROM patient
WHERE patient_id IN ({}) AND deceased_on IS NULL AND merged_into_id IS NULL
"""
LIST_RESTRICTED = """
SELECT patient_id FROM restriction WHERE patient_id IN ({}) AND lifted_at IS NULL
"""
CLOSE = """
UPDATE consent_task SET closed_at = ?, closed_by = ?, outcome = ?, note = ? WHERE task_id = ?
"""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done for a patient's consent; `purpose` None where it is about several.

    `use_id` is the version of the use that stood when the task was opened. Times are UTC.
    """

    task_id: UUID
    patient_id: UUID
    kind: Kind
    purpose: str | None
    channel: str
    event_id: UUID | None
    media_id: UUID | None
    use_id: UUID | None
    export_id: UUID | None
    reason: str
    opened_at: datetime
    opened_by: UUID | None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    outcome: Outcome | None = None
    note: str | None = None

    @property
    def topic(self) -> Topic | None:
        """Return what it is about."""
        if self.purpose is None:
            return None
        return Topic(self.purpose, Channel(self.channel) if self.channel else None)


@dataclass(frozen=True, slots=True)
class Closing:
    """How a task ends, when (UTC) and by whom."""

    outcome: Outcome
    note: str | None
    at: datetime
    by: UUID


def insert_tasks(cursor: Cursor, tasks: Sequence[Task]) -> None:
    """Open tasks."""
    for some in batched(tasks):
        insert_rows(
            cursor, "consent_task", [{**asdict(one), "kind": one.kind.value} for one in some]
        )


def get_task(cursor: Cursor, task_id: UUID) -> Task | None:
    """Return a task, or None."""
    row = cursor.execute(GET_TASK, [task_id]).fetchone()
    return _task(row) if row else None


def list_of(cursor: Cursor, patient_id: UUID) -> list[Task]:
    """Return every task of a patient, open and closed, the oldest first."""
    return [_task(row) for row in cursor.execute(LIST_OF, [patient_id]).fetchall()]


def list_open(cursor: Cursor, kind: Kind | None, *, limit: int, offset: int = 0) -> list[Task]:
    """Return open tasks of one kind or all, the oldest first."""
    asked = kind or ""
    rows = cursor.execute(LIST_OPEN, [asked, asked, limit, offset]).fetchall()
    return [_task(row) for row in rows]


def count_open(cursor: Cursor) -> dict[Kind, int]:
    """Return how many tasks of each kind are open and may be shown."""
    rows = cursor.execute(COUNT_OPEN, ["", ""]).fetchall()
    return {Kind(kind): int(count) for kind, count in rows}


def list_asking(cursor: Cursor, patient_ids: Iterable[UUID], topic: Topic) -> set[UUID]:
    """Return which of these patients are to be asked about a topic already."""
    found: set[UUID] = set()
    for keys in batched(list(patient_ids)):
        values: Sequence[object] = [*keys, topic.purpose, topic.channel or ""]
        rows = cursor.execute(LIST_ASKING.format(marks(keys)), values).fetchall()
        found |= {row[0] for row in rows}
    return found


def list_askable(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Return which of these patients may be asked, in the order given."""
    able: set[UUID] = set()
    for keys in batched(patient_ids):
        able |= {
            row[0] for row in cursor.execute(LIST_ASKABLE.format(marks(keys)), keys).fetchall()
        }
        held = cursor.execute(LIST_RESTRICTED.format(marks(keys)), keys).fetchall()
        able -= {row[0] for row in held}
    return [key for key in patient_ids if key in able]


def close_task(cursor: Cursor, task: Task, closing: Closing) -> Task:
    """Close a task; return it as it is now."""
    values = [closing.at, closing.by, closing.outcome.value, closing.note, task.task_id]
    cursor.execute(CLOSE, values)
    return replace(
        task,
        closed_at=closing.at,
        closed_by=closing.by,
        outcome=closing.outcome,
        note=closing.note,
    )


def _task(row: tuple[Any, ...]) -> Task:
    values = list(row)
    values[2] = Kind(values[2])
    values[14] = Outcome(values[14]) if values[14] else None
    return Task(*values)

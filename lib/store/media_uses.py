"""SQL of where pictures were used outside the clinic; a corrected version stays, superseded."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.rows import insert_row

COLUMNS = """
    u.use_id, u.media_id, u.patient_id, u.purpose, u.place, u.used_on, u.ended_on, u.used_by,
    u.recorded_at, u.recorded_by, u.superseded_at, u.replaces_id
"""
GET = f"SELECT {COLUMNS} FROM media_use AS u WHERE u.use_id = ?"  # noqa: S608 - constant columns
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_OF = f"""
WITH u AS MATERIALIZED (SELECT * FROM media_use WHERE patient_id = ?)
SELECT {COLUMNS}, person.display_name
FROM u LEFT JOIN person ON person.person_id = u.recorded_by
WHERE u.media_id = ?
ORDER BY u.used_on DESC, u.recorded_at DESC, u.use_id DESC
"""  # noqa: S608 - constant parts
SUPERSEDE = "UPDATE media_use SET superseded_at = ? WHERE use_id = ?"


@dataclass(frozen=True, slots=True)
class Use:
    """One version of a use: for what, where, from and until when, by whom. Times are UTC."""

    use_id: UUID
    media_id: UUID
    patient_id: UUID
    purpose: str
    place: str
    used_on: date
    ended_on: date | None
    used_by: str | None
    recorded_at: datetime
    recorded_by: UUID | None
    superseded_at: datetime | None = None
    replaces_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NotedUse:
    """A use with the name of whoever wrote it down."""

    use: Use
    recorder: str | None


def get_use(cursor: Cursor, use_id: UUID) -> Use | None:
    """Return one version of a use, or None."""
    row = cursor.execute(GET, [use_id]).fetchone()
    return Use(*row) if row else None


def list_uses(cursor: Cursor, patient_id: UUID, media_id: UUID) -> Sequence[NotedUse]:
    """Return every version of every use of a picture, the newest first."""
    rows = cursor.execute(LIST_OF, [patient_id, media_id]).fetchall()
    return [NotedUse(Use(*row[:-1]), row[-1]) for row in rows]


def insert_use(cursor: Cursor, use: Use) -> None:
    """Write a version; the one it replaces has been superseded."""
    insert_row(cursor, "media_use", asdict(use))


def supersede(cursor: Cursor, use_id: UUID, at: datetime) -> None:
    """Let a version give way to the one that replaces it."""
    cursor.execute(SUPERSEDE, [at, use_id])

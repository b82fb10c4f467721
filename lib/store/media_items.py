"""SQL of photographs and video as they come in: keys, items, their renditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from lib.store import media_shelf
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_row, insert_rows

LIST_KEYS = "SELECT key_id FROM media_key WHERE patient_id = ? ORDER BY made_at DESC, key_id DESC"
HAS_KEY = "SELECT count(*) FROM media_key WHERE key_id = ?"
LIST_MERGES = "SELECT merge_id FROM patient_merge WHERE patient_id = ? AND undone_at IS NULL"
LIST_MOVED_KEYS = """
SELECT row_key FROM merged_row
WHERE merge_id IN ({}) AND table_name = 'media_key' AND act = 'moved'
"""
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_DIGESTS = """
WITH mine AS MATERIALIZED (SELECT * FROM media_item WHERE patient_id = ?),
label AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?)
SELECT mine.digest, mine.media_id, label.captured_on, mine.removed_at
FROM mine JOIN label ON label.media_id = mine.media_id AND label.superseded_at IS NULL
"""
LIST_THERE = """
SELECT media_id, patient_id, recorded_by FROM media_item WHERE media_id IN ({})
"""
LIST_IDS = "SELECT media_id FROM media_item"
LIST_RENDITIONS = "SELECT media_id, name FROM media_rendition WHERE media_type IS NOT NULL"
LIST_DAY = """
WITH label AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?),
item AS MATERIALIZED (SELECT * FROM media_item WHERE patient_id = ?)
SELECT
    label.media_id, label.captured_at, label.view, label.expression, label.stage,
    label.is_guessed, label.treatment_series_id, item.batch_id
FROM label JOIN item ON item.media_id = label.media_id
WHERE label.superseded_at IS NULL AND item.removed_at IS NULL AND item.kind = 'photograph'
  AND label.captured_on = ?
ORDER BY label.media_id
"""
LIST_BATCH = """
WITH mine AS MATERIALIZED (SELECT * FROM media_item WHERE patient_id = ?)
SELECT media_id FROM mine WHERE batch_id = ? AND removed_at IS NULL ORDER BY media_id
"""
GET_STANDING = """
WITH mine AS MATERIALIZED (SELECT * FROM treatment WHERE patient_id = ?)
SELECT treatment_id, treated_on, practitioner_id FROM mine
WHERE series_id = ? AND superseded_at IS NULL
"""
NEXT_PENDING = """
SELECT r.media_id, i.key_id FROM media_rendition AS r
JOIN media_item AS i ON i.media_id = r.media_id
WHERE r.name = 'stream' AND r.media_type IS NULL AND r.fault IS NULL AND i.removed_at IS NULL
ORDER BY r.media_id LIMIT 1
"""
UPDATE_MADE = """
UPDATE media_rendition SET media_type = ?, width = ?, height = ?, bytes = ?
WHERE media_id = ? AND name = 'stream' AND media_type IS NULL
"""
UPDATE_FAULT = """
UPDATE media_rendition SET fault = ? WHERE media_id = ? AND name = 'stream' AND media_type IS NULL
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A photograph or video as it is written; what people say of it is apart."""

    media_id: UUID
    patient_id: UUID
    key_id: UUID
    kind: str
    format: str
    bytes: int
    width: int
    height: int
    duration_ms: int | None
    digest: str
    likeness: str | None
    file_taken_at: datetime | None
    file_offset_minutes: int | None
    batch_id: UUID
    recorded_at: datetime
    recorded_by: UUID


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """A rendition as it is written; without a media type while it is being made."""

    media_id: UUID
    name: str
    patient_id: UUID
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture that is the same file: its day, and when it was removed if it was."""

    media_id: UUID
    captured_on: date | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class There:
    """An item that is on file: whose, and who brought it in."""

    media_id: UUID
    patient_id: UUID
    recorded_by: UUID | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """A photograph of one day, as its set is looked at to guess the next one's view."""

    media_id: UUID
    captured_at: datetime | None
    view: str | None
    expression: str | None
    stage: str | None
    is_guessed: bool
    treatment_series_id: UUID | None
    batch_id: UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """The version in force of a treatment."""

    treatment_id: UUID
    treated_on: date
    practitioner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A video whose stream has not been made yet."""

    media_id: UUID
    key_id: UUID


def list_keys(cursor: Cursor, patient_id: UUID) -> list[UUID]:
    """Return every key that the patient's media are sealed with, the newest first."""
    return [key for (key,) in cursor.execute(LIST_KEYS, [patient_id]).fetchall()]


def list_moved_keys(cursor: Cursor, patient_id: UUID) -> set[UUID]:
    """Return the keys that came with records merged into this one, which an undo takes back."""
    merges = [key for (key,) in cursor.execute(LIST_MERGES, [patient_id]).fetchall()]
    found: set[UUID] = set()
    for some in batched(merges):
        rows = cursor.execute(LIST_MOVED_KEYS.format(marks(some)), list(some)).fetchall()
        found |= {UUID(key) for (key,) in rows}
    return found


def insert_key(cursor: Cursor, key_id: UUID, patient_id: UUID, now: datetime) -> None:
    """Tie a key to its patient; it may be tied already."""
    row = cursor.execute(HAS_KEY, [key_id]).fetchone()
    if not (row and row[0]):
        values = {"key_id": key_id, "patient_id": patient_id, "made_at": now}
        insert_row(cursor, "media_key", values)


def list_digests(cursor: Cursor, patient_id: UUID) -> dict[str, Alike]:
    """Return everything that the patient has by digest, removed pictures too."""
    rows = cursor.execute(LIST_DIGESTS, [patient_id, patient_id]).fetchall()
    return {digest: Alike(*rest) for digest, *rest in rows}


def list_there(cursor: Cursor, media_ids: Sequence[UUID]) -> dict[UUID, There]:
    """Return which of these items are on file."""
    found: dict[UUID, There] = {}
    for some in batched(media_ids):
        rows = cursor.execute(LIST_THERE.format(marks(some)), list(some)).fetchall()
        found |= {row[0]: There(*row) for row in rows}
    return found


def list_ids(cursor: Cursor) -> set[UUID]:
    """Return every item of the clinic, removed ones too."""
    return {key for (key,) in cursor.execute(LIST_IDS).fetchall()}


def list_renditions(cursor: Cursor) -> set[tuple[UUID, str]]:
    """Return item and name of every rendition of the clinic that was made."""
    return set(cursor.execute(LIST_RENDITIONS).fetchall())


def list_day(cursor: Cursor, patient_id: UUID, day: date) -> list[DayRow]:
    """Return the patient's photographs of one day, in the order in which they came in."""
    rows = cursor.execute(LIST_DAY, [patient_id, patient_id, day]).fetchall()
    return [DayRow(*row) for row in rows]


def list_batch(cursor: Cursor, patient_id: UUID, batch_id: UUID) -> list[UUID]:
    """Return what was brought in together and is not removed, in its order."""
    rows = cursor.execute(LIST_BATCH, [patient_id, batch_id]).fetchall()
    return [key for (key,) in rows]


def get_standing(cursor: Cursor, patient_id: UUID, series_id: UUID) -> Standing | None:
    """Return the version in force of one of the patient's treatments, or None."""
    row = cursor.execute(GET_STANDING, [patient_id, series_id]).fetchone()
    return Standing(*row) if row else None


def insert_items(cursor: Cursor, items: Iterable[Item]) -> None:
    """Write items."""
    rows = list(items)
    _insert(cursor, "media_item", [asdict(one) for one in rows])
    media_shelf.touch(cursor, [one.patient_id for one in rows])


def insert_renditions(cursor: Cursor, renditions: Iterable[RenditionRow]) -> None:
    """Write renditions, made or to be made."""
    _insert(cursor, "media_rendition", [asdict(one) for one in renditions])


def next_pending(cursor: Cursor) -> Pending | None:
    """Return the oldest video whose stream is still to be made, or None."""
    row = cursor.execute(NEXT_PENDING).fetchone()
    return Pending(*row) if row else None


def update_made(
    cursor: Cursor, media_id: UUID, media_type: str, size: tuple[int, int, int]
) -> None:
    """Note that a video's stream was made; `size` is its width, height and bytes."""
    cursor.execute(UPDATE_MADE, [media_type, *size, media_id])


def update_fault(cursor: Cursor, media_id: UUID, fault: str) -> None:
    """Note why a video's stream cannot be made."""
    cursor.execute(UPDATE_FAULT, [fault, media_id])


def _insert(cursor: Cursor, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    for some in batched(rows):
        insert_rows(cursor, table, some)

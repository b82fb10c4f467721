"""SQL of pairs: how two pictures were laid over each other, the newest of a pair in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.alignment import Alignment, Point
from lib.store.connection import Cursor
from lib.store.marks import marks
from lib.store.rows import insert_row

COORDINATES = (
    *("first_x1", "first_y1", "first_x2", "first_y2"),
    *("second_x1", "second_y1", "second_x2", "second_y2"),
)
# By the patient's key alone, then in either order; all of a patient's pairs are few.
GET_PAIR = f"""
WITH mine AS MATERIALIZED (SELECT * FROM media_pair WHERE patient_id = ?)
SELECT pair_id, first_id, second_id, {", ".join(COORDINATES)} FROM mine
WHERE (first_id = ? AND second_id = ?) OR (first_id = ? AND second_id = ?)
ORDER BY recorded_at DESC, pair_id DESC
LIMIT 1
"""  # noqa: S608 - constant parts
LIST_KEYS = """
WITH mine AS MATERIALIZED (SELECT media_id, key_id FROM media_item WHERE patient_id = ?)
SELECT media_id, key_id FROM mine WHERE media_id IN ({})
"""
HAS_PAIR = "SELECT count(*) FROM media_pair WHERE pair_id = ?"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures in an order, and their alignment; None for one that was cleared."""

    pair_id: UUID
    first_id: UUID
    second_id: UUID
    alignment: Alignment | None


def get_pair(cursor: Cursor, patient_id: UUID, first_id: UUID, second_id: UUID) -> Pair | None:
    """Return what was last said of a pair, turned to the order asked for; None if nothing was."""
    keys = [first_id, second_id, second_id, first_id]
    row = cursor.execute(GET_PAIR, [patient_id, *keys]).fetchone()
    if row is None:
        return None
    alignment = _alignment(row[3:])
    is_turned = row[1] != first_id
    if alignment is not None and is_turned:
        alignment = alignment.swapped()
    return Pair(row[0], first_id, second_id, alignment)


def has_pair(cursor: Cursor, pair_id: UUID) -> bool:
    """Tell whether a row with this id was written."""
    row = cursor.execute(HAS_PAIR, [pair_id]).fetchone()
    return bool(row and row[0])


def list_keys(cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the key that each of these pictures of a patient is sealed with; a few at a time."""
    sql = LIST_KEYS.format(marks(media_ids))
    return dict(cursor.execute(sql, [patient_id, *media_ids]).fetchall())


def insert_pair(
    cursor: Cursor, patient_id: UUID, pair: Pair, recorded_at: datetime, recorded_by: UUID
) -> None:
    """Write how a pair is aligned from now on."""
    row: dict[str, object] = {
        "pair_id": pair.pair_id,
        "patient_id": patient_id,
        "first_id": pair.first_id,
        "second_id": pair.second_id,
        **dict(zip(COORDINATES, _coordinates(pair.alignment), strict=True)),
        "recorded_at": recorded_at,
        "recorded_by": recorded_by,
    }
    insert_row(cursor, "media_pair", row)


def _coordinates(alignment: Alignment | None) -> list[float | None]:
    if alignment is None:
        return [None] * len(COORDINATES)
    points = (*alignment.first, *alignment.second)
    return [value for point in points for value in (point.x, point.y)]


def _alignment(values: Sequence[float | None]) -> Alignment | None:
    known = [value for value in values if value is not None]
    if len(known) < len(COORDINATES):
        return None
    one, other, third, fourth = (Point(*known[at : at + 2]) for at in range(0, len(known), 2))
    return Alignment((one, other), (third, fourth))

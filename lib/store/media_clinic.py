"""SQL of the clinic's gallery: pictures of every patient whose record may be listed; reads only.

Restricted records may only be stored (rule E1) and merged ones are somebody else's: both are left
out of pages, values and counts alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from lib.domain.media_gallery import Facets, Filters, Picture
from lib.store.connection import Cursor
from lib.store.marks import marks
from lib.store.media_gallery import EQUAL, Cut, facets_of, list_names, pictures_of
from lib.store.media_shelf import COLUMNS, ORDER

STANDING = """
FROM media_item AS i JOIN media_label AS l ON l.media_id = i.media_id
WHERE l.superseded_at IS NULL
  AND i.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
  AND i.patient_id NOT IN (SELECT patient_id FROM patient WHERE merged_into_id IS NOT NULL)
"""
ONLY = " AND i.patient_id IN (SELECT CAST(unnest(?) AS UUID))"
# First which, then the whole of them: sorting whole rows of a clinic takes several times as long.
PAGE_KEYS = f"SELECT i.media_id, l.label_id {STANDING} {{}} {ORDER} LIMIT ? OFFSET ?"
BY_KEYS = f"""
WITH i AS MATERIALIZED (SELECT * FROM media_item WHERE media_id IN ({{media}})),
l AS MATERIALIZED (SELECT * FROM media_label WHERE label_id IN ({{labels}}))
SELECT {COLUMNS} FROM i JOIN l ON l.media_id = i.media_id {ORDER}
"""  # noqa: S608 - constant parts
COUNT = f"SELECT count(*) {STANDING} {{}}"
# Every value with its number in one look; the grouping says which column a row is of.
FACETS = f"""
SELECT
    l.view, l.expression, l.stage, l.area, i.kind, l.practitioner_id,
    GROUPING(l.view, l.expression, l.stage, l.area, i.kind, l.practitioner_id),
    count(*), min(l.captured_on), max(l.captured_on)
{STANDING} {{}}
GROUP BY GROUPING SETS (
    (l.view), (l.expression), (l.stage), (l.area), (i.kind), (l.practitioner_id), ()
)
"""
FACET_NAMES = ("view", "expression", "stage", "area", "kind", "practitioner_id")
NOT_GROUPED = 2 ** len(FACET_NAMES) - 1
LIST_PATIENTS = "SELECT DISTINCT patient_id FROM media_item"
CONDITIONS = {
    "captured_from": "l.captured_on >= ?",
    "captured_until": "l.captured_on <= ?",
    "kind": "i.kind = ?",
    **{name: f"l.{name} = ?" for name in EQUAL if name != "kind"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pictures are wanted: those that pass the filters, of these patients (None: of all)."""

    filters: Filters
    only: Collection[UUID] | None = None


def list_pictures(cursor: Cursor, asked: Asked, cut: Cut) -> list[Picture]:
    """Return a part of the pictures that pass, the newest day first."""
    where, values = _narrowed(asked)
    sql = PAGE_KEYS.format(where)
    keys = cursor.execute(sql, [*values, cut.limit, cut.offset]).fetchall()
    if not keys:
        return []
    found = BY_KEYS.format(media=marks(keys), labels=marks(keys))
    media_ids, label_ids = zip(*keys, strict=True)
    table = cursor.execute(found, [*media_ids, *label_ids]).to_arrow_table()
    return pictures_of(cursor, table.to_pylist())


def count_pictures(cursor: Cursor, asked: Asked) -> int:
    """Return how many pictures pass."""
    where, values = _narrowed(asked)
    row = cursor.execute(COUNT.format(where), values).fetchone()
    return int(row[0]) if row else 0


def get_facets(cursor: Cursor, asked: Asked) -> Facets:
    """Return the values that all of the gallery has; single treatments are not among them.

    Of the filters only `is_removed` counts.
    """
    where, values = _narrowed(Asked(Filters(is_removed=asked.filters.is_removed), asked.only))
    rows = cursor.execute(FACETS.format(where), values).fetchall()
    counts = _counts(rows)
    days = next(((row[8], row[9]) for row in rows if row[6] == NOT_GROUPED), (None, None))
    return facets_of(counts, list_names(cursor, set(counts["practitioner_id"])), {}, days)


def list_patients(cursor: Cursor) -> list[UUID]:
    """Return everybody of whom there is a picture."""
    return [row[0] for row in cursor.execute(LIST_PATIENTS).fetchall()]


def _counts(rows: Sequence[tuple[Any, ...]]) -> dict[str, dict[Any, int]]:
    found: dict[str, dict[Any, int]] = {name: {} for name in EQUAL}
    for place, name in enumerate(FACET_NAMES):
        # The one bit that is not set says by which column a row is grouped.
        grouping = NOT_GROUPED - (1 << (len(FACET_NAMES) - 1 - place))
        mine = [row for row in rows if row[6] == grouping and row[place] is not None]
        found[name] = {row[place]: row[7] for row in mine}
    return found


def _narrowed(asked: Asked) -> tuple[str, list[object]]:
    """Return the conditions that are asked for, and their values."""
    filters = asked.filters
    chosen = {name: getattr(filters, name) for name in CONDITIONS}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    removed = "i.removed_at IS NOT NULL" if filters.is_removed else "i.removed_at IS NULL"
    where = "".join(f" AND {one}" for one in (removed, *(CONDITIONS[name] for name in chosen)))
    values = [one.value if isinstance(one, StrEnum) else one for one in chosen.values()]
    if asked.only is None:
        return where, values
    return where + ONLY, [*values, [str(key) for key in asked.only]]

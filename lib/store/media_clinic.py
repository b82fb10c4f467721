"""SQL of the clinic's gallery: pictures of every patient whose record may be listed; reads only.

Restricted records may only be stored (rule E1) and merged ones are somebody else's: both are left
out of pages, values and counts alike.
"""

from collections.abc import Collection
from uuid import UUID

from lib.domain.media_gallery import Facets, Filters, Picture
from lib.store import media_gallery
from lib.store.connection import Cursor
from lib.store.media_gallery import FACET_COLUMNS, GROUPED, ORDER, Cut

STANDING = """
FROM media_item AS i JOIN media_label AS l ON l.media_id = i.media_id
WHERE l.superseded_at IS NULL
  AND i.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
  AND i.patient_id NOT IN (SELECT patient_id FROM patient WHERE merged_into_id IS NOT NULL)
"""
ONLY = " AND i.patient_id IN (SELECT CAST(unnest(?) AS UUID))"
# First which, then the whole of them: sorting whole rows of the clinic takes several times as long.
PAGE_KEYS = f"SELECT i.media_id, i.patient_id {STANDING} {{}} {ORDER} LIMIT ? OFFSET ?"
COUNT = f"SELECT count(*) {STANDING} {{}}"
FACETS = f"SELECT {FACET_COLUMNS} {STANDING} {{}} {GROUPED}"
LIST_PATIENTS = "SELECT DISTINCT patient_id FROM media_item"


def list_pictures(
    cursor: Cursor, filters: Filters, cut: Cut, only: Collection[UUID] | None = None
) -> list[Picture]:
    """Return a part of the pictures that pass the filters, the newest day first.

    `only` narrows them to these patients.
    """
    where, values = _narrowed(filters, only)
    sql = PAGE_KEYS.format(where)
    keys = cursor.execute(sql, [*values, cut.limit, cut.offset]).fetchall()
    return media_gallery.list_by_keys(cursor, keys)


def count_pictures(cursor: Cursor, filters: Filters, only: Collection[UUID] | None = None) -> int:
    """Return how many pictures pass the filters."""
    where, values = _narrowed(filters, only)
    row = cursor.execute(COUNT.format(where), values).fetchone()
    return int(row[0]) if row else 0


def get_facets(
    cursor: Cursor, only: Collection[UUID] | None = None, *, is_removed: bool = False
) -> Facets:
    """Return the values that the clinic's pictures have; single treatments are not among them."""
    where, values = _narrowed(Filters(is_removed=is_removed), only)
    rows = cursor.execute(FACETS.format(where), values).fetchall()
    return media_gallery.facets_of(cursor, rows, [])


def list_patients(cursor: Cursor) -> list[UUID]:
    """Return everybody of whom there is a picture."""
    return [row[0] for row in cursor.execute(LIST_PATIENTS).fetchall()]


def _narrowed(filters: Filters, only: Collection[UUID] | None) -> tuple[str, list[object]]:
    where, values = media_gallery.narrowed(filters)
    if only is None:
        return where, values
    return where + ONLY, [*values, [str(key) for key in only]]

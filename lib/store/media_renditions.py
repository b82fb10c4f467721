"""SQL of fetching one picture: whose it is, where its key is, what a rendition is; reads only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.store.connection import Cursor

GET_ITEM = """
SELECT media_id, patient_id, key_id, kind, format, bytes, removed_at
FROM media_item WHERE media_id = ?
"""
# By the picture alone, so that the index is used.
GET_RENDITION = """
WITH mine AS MATERIALIZED (
    SELECT name, media_type, fault FROM media_rendition WHERE media_id = ?
)
SELECT media_type, fault FROM mine WHERE name = ?
"""


@dataclass(frozen=True, slots=True)
class Item:
    """What a picture's file is, and whose. `removed_at` is UTC; `format` as its bytes say."""

    media_id: UUID
    patient_id: UUID
    key_id: UUID
    kind: str
    format: str
    bytes: int
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """A rendition's media type, None while it is being made; `fault` says why it cannot be."""

    media_type: str | None
    fault: str | None


def get_item(cursor: Cursor, media_id: UUID) -> Item | None:
    """Return the picture, a removed one too, or None."""
    row = cursor.execute(GET_ITEM, [media_id]).fetchone()
    return Item(*row) if row else None


def get_rendition(cursor: Cursor, media_id: UUID, name: str) -> RenditionRow | None:
    """Return a rendition of a picture, or None."""
    row = cursor.execute(GET_RENDITION, [media_id, name]).fetchone()
    return RenditionRow(*row) if row else None

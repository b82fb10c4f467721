"""SQL of thumbnails: how large they are and under which key they are sealed; reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lib.domain.media import Rendition
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

LIST = """
SELECT r.media_id, i.key_id, r.media_type, r.width, r.height
FROM media_rendition AS r JOIN media_item AS i ON i.media_id = r.media_id
WHERE r.media_id IN ({}) AND r.name = ? AND r.media_type IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail that there is: the key it is sealed with, its kind, its pixels if known."""

    key_id: UUID
    media_type: str
    width: int | None
    height: int | None


def list_thumbnails(cursor: Cursor, media_ids: Sequence[UUID]) -> dict[UUID, Thumbnail]:
    """Return the thumbnails of these pictures, by picture; what has none is left out."""
    found: dict[UUID, Thumbnail] = {}
    for some in batched(media_ids):
        sql = LIST.format(marks(some))
        rows = cursor.execute(sql, [*some, Rendition.THUMBNAIL.value]).fetchall()
        found |= {media_id: Thumbnail(*rest) for media_id, *rest in rows}
    return found

"""At the server's start: removing what an interruption left of pictures that were coming in.

Only what a mark or the folder of incoming files says was on its way is removed. Any other file
without a row (as after a store was restored from an older back-up) is counted and kept.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic
from lib.services.media import waiting
from lib.services.media.intake import MARK
from lib.store import media_items

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many incoming files were removed, and what of the rest does not match the store."""

    removed: int
    without_row: int
    without_file: int


def sweep(clinic: Clinic) -> Swept:
    """Clear what is coming in, and hold the files against the store. Nothing may be coming in."""
    files = clinic.media.files
    with clinic.store.reading() as cursor:
        items = media_items.list_ids(cursor)
        renditions = media_items.list_renditions(cursor)
    items |= waiting.list_files(clinic)
    wanted = {(key, ORIGINAL) for key in items} | renditions
    removed = 0
    for path in sorted(files.arriving()):
        media_id = _id(path.name.removesuffix(MARK)) if path.name.endswith(MARK) else None
        if media_id is not None and media_id not in items:
            files.remove(media_id)
            if media_id in clinic.media.keys.key_ids():
                # What waited for its patient, under a key of its own, waits no more.
                waiting.drop(clinic, media_id)
        path.unlink(missing_ok=True)
        removed += 1
    placed = {(media_id, name) for media_id, name, _ in files.placed()}
    swept = Swept(
        removed,
        without_row=len({key for key, _ in placed} - items),
        without_file=len({key for key, _ in wanted - placed}),
    )
    if swept.without_row or swept.without_file:
        log.warning(
            "Photographs: the files of %d items have no row, %d items lack a file.",
            swept.without_row,
            swept.without_file,
        )
    return swept


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

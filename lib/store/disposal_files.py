"""SQL of the keys and files that are still to be removed after their rows are gone."""

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa

from lib.store import bulk
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

LIST = """
SELECT disposal_file_id, kind, file_id FROM disposal_file WHERE disposal_item_id IN ({})
ORDER BY kind, file_id
"""
DELETE = "DELETE FROM disposal_file WHERE disposal_file_id IN ({})"


def insert_files(cursor: Cursor, found: Sequence[tuple[UUID, str, UUID]]) -> None:
    """Note item, kind and id of every key and file that is to go."""
    if not found:
        return
    columns = {
        "disposal_file_id": bulk.new_ids(len(found)),
        "disposal_item_id": [str(item_id) for item_id, _, _ in found],
        "kind": [kind for _, kind, _ in found],
        "file_id": [str(file_id) for _, _, file_id in found],
    }
    bulk.insert_rows(cursor, "disposal_file", pa.table(columns))


def list_files(cursor: Cursor, item_ids: Sequence[UUID]) -> list[tuple[UUID, str, UUID]]:
    """Return row, kind and id of everything that is still to go of these records."""
    found: list[tuple[UUID, str, UUID]] = []
    for some in batched(item_ids):
        found.extend(cursor.execute(LIST.format(marks(some)), list(some)).fetchall())
    return found


def delete_files(cursor: Cursor, row_ids: Sequence[UUID]) -> None:
    """Forget what is gone."""
    for some in batched(row_ids):
        cursor.execute(DELETE.format(marks(some)), list(some))

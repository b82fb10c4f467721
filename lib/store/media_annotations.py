"""SQL of annotations: every version of the marks and notes that lie over a picture."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.annotations import Marks, from_json, to_json
from lib.errors import StoreError
from lib.store.connection import Cursor
from lib.store.rows import insert_row

# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_VERSIONS = """
WITH mine AS MATERIALIZED (SELECT * FROM media_annotation WHERE patient_id = ?)
SELECT
    a.annotation_id, a.series_id, a.version, a.media_id, a.marks, a.note, a.is_removed,
    a.superseded_at, a.recorded_at, person.display_name
FROM mine AS a LEFT JOIN person ON person.person_id = a.recorded_by
WHERE a.media_id = ?
ORDER BY a.series_id, a.version DESC
"""
IS_PHOTOGRAPH = """
WITH mine AS MATERIALIZED (SELECT media_id, kind, removed_at FROM media_item WHERE patient_id = ?)
SELECT kind = 'photograph' FROM mine WHERE media_id = ? AND removed_at IS NULL
"""
SUPERSEDE = "UPDATE media_annotation SET superseded_at = ? WHERE annotation_id = ?"
UNREADABLE = (
    "The marks over this picture cannot be read. Restore the last back-up, or ask for help."
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One version of an annotation; `recorded_by` is the name of whoever made it."""

    annotation_id: UUID
    series_id: UUID
    version: int
    media_id: UUID
    marks: Marks
    note: str
    is_removed: bool
    superseded_at: datetime | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose record a version is written into, when, and by whom."""

    patient_id: UUID
    at: datetime
    by: UUID


def list_versions(cursor: Cursor, patient_id: UUID, media_id: UUID) -> list[Annotation]:
    """Return every version over a picture, the newest of each series first."""
    rows = cursor.execute(LIST_VERSIONS, [patient_id, media_id]).fetchall()
    return [
        Annotation(key, series_id, version, media, _marks(marks), note or "", *rest)
        for key, series_id, version, media, marks, note, *rest in rows
    ]


def is_photograph(cursor: Cursor, patient_id: UUID, media_id: UUID) -> bool | None:
    """Tell whether an item of the patient's is a photograph; None where there is none any more."""
    row = cursor.execute(IS_PHOTOGRAPH, [patient_id, media_id]).fetchone()
    return bool(row[0]) if row else None


def insert_version(cursor: Cursor, one: Annotation, stamp: Stamp) -> None:
    """Write a version."""
    row = {
        "annotation_id": one.annotation_id,
        "series_id": one.series_id,
        "version": one.version,
        "media_id": one.media_id,
        "patient_id": stamp.patient_id,
        "marks": json.dumps(to_json(one.marks), separators=(",", ":")),
        "note": one.note or None,
        "is_removed": one.is_removed,
        "recorded_at": stamp.at,
        "recorded_by": stamp.by,
    }
    insert_row(cursor, "media_annotation", row)


def supersede(cursor: Cursor, annotation_ids: Iterable[UUID], at: datetime) -> None:
    """Say that versions are no longer in force; they are kept."""
    for key in annotation_ids:
        cursor.execute(SUPERSEDE, [at, key])


def _marks(text: str) -> Marks:
    found = from_json(json.loads(text))
    if found is None:
        raise StoreError(UNREADABLE)
    return found

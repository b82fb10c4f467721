"""SQL of what people say of pictures: the version in force, and writing the next one."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lib.domain.media import CaptureSource, Expression, Stage, View
from lib.domain.media_labels import Label
from lib.store import media_shelf
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_rows

COLUMNS = """
    label_id, media_id, version, captured_on, captured_at, capture_source, treatment_series_id,
    view, expression, stage, area, practitioner_id, note, is_guessed, recorded_by
"""
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
MINE = "WITH mine AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?)"
LIST_CURRENT = f"""
{MINE}
SELECT {COLUMNS} FROM mine WHERE superseded_at IS NULL AND media_id IN ({{}})
"""  # noqa: S608 - constant parts
LIST_VERSIONS = f"""
{MINE}
SELECT {COLUMNS} FROM mine WHERE media_id = ? AND version = ?
"""  # noqa: S608 - constant parts
LIST_BY_KEY = "SELECT CAST(label_id AS VARCHAR) FROM media_label WHERE label_id IN ({})"
SUPERSEDE = "UPDATE media_label SET superseded_at = ? WHERE label_id IN ({})"
HAS_SERIES = """
WITH mine AS MATERIALIZED (
    SELECT series_id, superseded_at FROM treatment WHERE patient_id = ?
)
SELECT count(*) FROM mine WHERE series_id = ? AND superseded_at IS NULL
"""
HAS_PRACTITIONER = "SELECT count(*) FROM practitioner WHERE practitioner_id = ?"
NAME_OF = "SELECT display_name FROM person WHERE person_id = ?"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of what is said of a picture; `recorded_by` is who said it."""

    label_id: UUID
    media_id: UUID
    number: int
    label: Label
    recorded_by: UUID | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose picture it is, and when and by whom a row is written."""

    patient_id: UUID
    at: datetime
    by: UUID


def list_current(
    cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID]
) -> dict[UUID, Version]:
    """Return what is said now of these pictures of a patient, by picture."""
    found: dict[UUID, Version] = {}
    for some in batched(media_ids):
        rows = cursor.execute(LIST_CURRENT.format(marks(some)), [patient_id, *some]).fetchall()
        found |= {row[1]: _version(row) for row in rows}
    return found


def get_version(cursor: Cursor, patient_id: UUID, media_id: UUID, number: int) -> Version | None:
    """Return one version of what was said of a picture, or None."""
    row = cursor.execute(LIST_VERSIONS, [patient_id, media_id, number]).fetchone()
    return _version(row) if row else None


def list_written(cursor: Cursor, label_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these versions are on file already."""
    found: set[UUID] = set()
    for some in batched(label_ids):
        rows = cursor.execute(LIST_BY_KEY.format(marks(some)), list(some)).fetchall()
        found |= {UUID(key) for (key,) in rows}
    return found


def insert_versions(cursor: Cursor, versions: Iterable[Version], stamp: Stamp) -> None:
    """Write versions; the ones they replace have been superseded."""
    rows = [_row(one, stamp) for one in versions]
    for some in batched(rows):
        insert_rows(cursor, "media_label", some)
    media_shelf.touch(cursor, [stamp.patient_id] if rows else [])


def supersede(cursor: Cursor, label_ids: Sequence[UUID], now: datetime) -> None:
    """Let versions hold no more."""
    for some in batched(label_ids):
        cursor.execute(SUPERSEDE.format(marks(some)), [now, *some])


def has_series(cursor: Cursor, patient_id: UUID, series_id: UUID) -> bool:
    """Tell whether the patient has this treatment."""
    return _count(cursor, HAS_SERIES, patient_id, series_id)


def has_practitioner(cursor: Cursor, practitioner_id: UUID) -> bool:
    """Tell whether there is, or was, such a practitioner."""
    return _count(cursor, HAS_PRACTITIONER, practitioner_id)


def name_of(cursor: Cursor, person_id: UUID | None) -> str:
    """Return a person's name, or nothing when nobody is known."""
    row = cursor.execute(NAME_OF, [person_id]).fetchone() if person_id else None
    return str(row[0]) if row else ""


def _count(cursor: Cursor, sql: str, *values: UUID) -> bool:
    row = cursor.execute(sql, list(values)).fetchone()
    return bool(row and row[0])


def _version(row: Sequence[Any]) -> Version:
    label_id, media_id, number, captured_on, captured_at, source, series_id = row[:7]
    view, expression, stage, area, practitioner_id, note, is_guessed, recorded_by = row[7:]
    label = Label(
        captured_on=captured_on,
        captured_at=captured_at,
        capture_source=CaptureSource(source),
        treatment_series_id=series_id,
        view=View(view) if view else None,
        expression=Expression(expression) if expression else None,
        stage=Stage(stage) if stage else None,
        area=area,
        practitioner_id=practitioner_id,
        note=note,
        is_guessed=is_guessed,
    )
    return Version(label_id, media_id, number, label, recorded_by)


def _row(one: Version, stamp: Stamp) -> dict[str, object]:
    return {
        "label_id": one.label_id,
        "media_id": one.media_id,
        "patient_id": stamp.patient_id,
        "version": one.number,
        **asdict(one.label),
        "recorded_at": stamp.at,
        "recorded_by": stamp.by,
    }

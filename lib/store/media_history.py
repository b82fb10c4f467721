"""SQL of one picture's own page: its file, its renditions, its labels, who saw it; reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.media import Rendition
from lib.store.connection import Cursor
from lib.store.marks import marks

GET_FACTS = """
WITH i AS MATERIALIZED (SELECT * FROM media_item WHERE media_id = ?)
SELECT
    i.file_taken_at, i.file_offset_minutes, i.recorded_at, adder.display_name, i.removed_at,
    remover.display_name, i.removal_reason
FROM i
LEFT JOIN person AS adder ON adder.person_id = i.recorded_by
LEFT JOIN person AS remover ON remover.person_id = i.removed_by
"""
LIST_RENDITIONS = """
SELECT name, media_type, width, height, bytes, fault FROM media_rendition WHERE media_id = ?
"""
LIST_VERSIONS = """
WITH l AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?)
SELECT
    l.version, l.captured_on, l.captured_at, l.capture_source, t.name, l.view, l.expression,
    l.stage, l.area, practitioner.display_name, l.note, l.is_guessed, l.recorded_at,
    person.display_name
FROM l
LEFT JOIN practitioner ON practitioner.practitioner_id = l.practitioner_id
LEFT JOIN person ON person.person_id = l.recorded_by
LEFT JOIN (SELECT series_id, name FROM treatment WHERE patient_id = ? AND superseded_at IS NULL)
  AS t ON t.series_id = l.treatment_series_id
WHERE l.media_id = ?
ORDER BY l.version DESC
"""
LIST_ABSORBED = "SELECT patient_id FROM patient WHERE merged_into_id IN ({})"
# Entries of a record that was merged into this one stay where they are.
LIST_LOOKS = """
WITH mine AS MATERIALIZED (SELECT * FROM audit_entry WHERE patient_id IN ({}))
SELECT e.occurred_at, person.display_name, e.action, e.outcome, e.detail, e.ground
FROM mine AS e LEFT JOIN person ON person.person_id = e.person_id
WHERE e.subject_id = ?
ORDER BY e.occurred_at DESC, e.position DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the file: when its camera says it was taken, who brought it in and when.

    `file_taken_at` is the camera's own clock, every other time UTC.
    """

    file_taken_at: datetime | None
    file_offset_minutes: int | None
    recorded_at: datetime
    recorded_by: str | None
    removed_at: datetime | None
    removed_by: str | None
    removal_reason: str | None


@dataclass(frozen=True, slots=True)
class RenditionFacts:
    """What people see in place of the original; no media type while it is being made."""

    name: Rendition
    media_type: str | None
    width: int | None
    height: int | None
    bytes: int | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class LabelVersion:
    """What was said of the picture by one version, in words, and by whom. Times are UTC."""

    version: int
    captured_on: date | None
    captured_at: datetime | None
    capture_source: str
    treatment_name: str | None
    view: str | None
    expression: str | None
    stage: str | None
    area: str | None
    practitioner_name: str | None
    note: str | None
    is_guessed: bool
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """One entry of the trail about the picture; `detail` is JSON without names or values."""

    occurred_at: datetime
    person_name: str | None
    action: str
    outcome: str
    detail: str
    ground: str | None


def get_facts(cursor: Cursor, media_id: UUID) -> Facts | None:
    """Return what is known of the file, or None."""
    row = cursor.execute(GET_FACTS, [media_id]).fetchone()
    return Facts(*row) if row else None


def list_renditions(cursor: Cursor, media_id: UUID) -> list[RenditionFacts]:
    """Return what was made of the original, the smallest first."""
    rows = {row[0]: row for row in cursor.execute(LIST_RENDITIONS, [media_id]).fetchall()}
    return [RenditionFacts(name, *rows[name][1:]) for name in Rendition if name in rows]


def list_versions(cursor: Cursor, patient_id: UUID, media_id: UUID) -> list[LabelVersion]:
    """Return everything that was said of the picture, the newest first."""
    rows = cursor.execute(LIST_VERSIONS, [patient_id, patient_id, media_id]).fetchall()
    return [LabelVersion(*row) for row in rows]


def list_looks(cursor: Cursor, patient_id: UUID, media_id: UUID, limit: int) -> list[Look]:
    """Return who did what with the picture, the newest first."""
    known = _with_absorbed(cursor, patient_id)
    rows = cursor.execute(LIST_LOOKS.format(marks(known)), [*known, media_id, limit]).fetchall()
    return [Look(*row) for row in rows]


def _with_absorbed(cursor: Cursor, patient_id: UUID) -> Sequence[UUID]:
    known, newest = [patient_id], [patient_id]
    while newest:
        rows = cursor.execute(LIST_ABSORBED.format(marks(newest)), newest).fetchall()
        newest = [row[0] for row in rows if row[0] not in known]
        known += newest
    return known

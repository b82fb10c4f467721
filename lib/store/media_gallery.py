"""SQL of galleries: a page of pictures, the values there are to narrow by, counts; reads only.

Each table is read by the patient's key alone and narrowed afterwards (see `store.treatments`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from lib.domain.media import CaptureSource, Expression, Kind, Rendition, Stage, View
from lib.domain.media_gallery import NO_FACETS, Facets, Filters, Picture, Treated
from lib.store.connection import Cursor
from lib.store.marks import batched, marks

# Of one patient's rows; the clinic's are asked for in `media_clinic`.
MINE = """
WITH item AS MATERIALIZED (SELECT * FROM media_item WHERE patient_id = ?),
label AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?)
"""
STANDING = """
FROM item AS i JOIN label AS l ON l.media_id = i.media_id
WHERE l.superseded_at IS NULL
"""
NAMES = """
    media_id patient_id kind format width height duration_ms bytes captured_on captured_at
    capture_source treatment_series_id view expression stage area practitioner_id note is_guessed
    label_version batch_id likeness recorded_at removed_at
"""
COLUMNS = """
    i.media_id, i.patient_id, i.kind, i.format, i.width, i.height, i.duration_ms, i.bytes,
    l.captured_on, l.captured_at, l.capture_source, l.treatment_series_id, l.view, l.expression,
    l.stage, l.area, l.practitioner_id, l.note, l.is_guessed, l.version, i.batch_id, i.likeness,
    i.recorded_at, i.removed_at
"""
# The newest day first, and within a day as it went; whatever has no day or time comes last.
ORDER = """
ORDER BY l.captured_on DESC NULLS LAST, l.captured_at ASC NULLS LAST, i.media_id
"""
PAGE = f"{MINE} SELECT {COLUMNS} {STANDING} {{}} {ORDER} LIMIT ? OFFSET ?"
COUNT = f"{MINE} SELECT count(*) {STANDING} {{}}"
BY_ID = f"{MINE} SELECT {COLUMNS} {STANDING} AND i.media_id IN ({{}})"
# Of several patients, once it is known which pictures.
BY_KEYS = f"""
WITH item AS MATERIALIZED (SELECT * FROM media_item WHERE media_id IN ({{media}})),
label AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id IN ({{patients}}))
SELECT {COLUMNS} {STANDING}
"""  # noqa: S608 - constant parts
# Every value with its number in one look; the grouping says which column a row is of.
FACET_COLUMNS = """
    l.view, l.expression, l.stage, l.area, i.kind, l.practitioner_id, l.treatment_series_id,
    GROUPING(l.view, l.expression, l.stage, l.area, i.kind, l.practitioner_id,
        l.treatment_series_id),
    count(*), min(l.captured_on), max(l.captured_on)
"""
GROUPED = """
GROUP BY GROUPING SETS (
    (l.view), (l.expression), (l.stage), (l.area), (i.kind), (l.practitioner_id),
    (l.treatment_series_id), ()
)
"""
FACETS = f"{MINE} SELECT {FACET_COLUMNS} {STANDING} {{}} {GROUPED}"
FACET_NAMES = ("view", "expression", "stage", "area", "kind", "practitioner", "treatment")
NOT_GROUPED = 2 ** len(FACET_NAMES) - 1
CONDITIONS = {
    "captured_from": "l.captured_on >= ?",
    "captured_until": "l.captured_on <= ?",
    "treatment_series_id": "l.treatment_series_id = ?",
    "view": "l.view = ?",
    "expression": "l.expression = ?",
    "stage": "l.stage = ?",
    "area": "l.area = ?",
    "practitioner_id": "l.practitioner_id = ?",
    "kind": "i.kind = ?",
}
WORDS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "capture_source": CaptureSource,
    "view": View,
    "expression": Expression,
    "stage": Stage,
}
LIST_STREAMS = """
WITH mine AS MATERIALIZED (
    SELECT media_id, name, media_type, fault FROM media_rendition WHERE media_id IN ({})
)
SELECT media_id, media_type IS NOT NULL, fault FROM mine WHERE name = ?
"""
COUNT_ANNOTATIONS = """
WITH mine AS MATERIALIZED (
    SELECT media_id, is_removed, superseded_at FROM media_annotation WHERE patient_id IN ({})
)
SELECT media_id, count(*) FROM mine WHERE superseded_at IS NULL AND NOT is_removed
GROUP BY media_id
"""
LIST_TREATED = """
WITH mine AS MATERIALIZED (
    SELECT series_id, name, treated_on, superseded_at FROM treatment WHERE patient_id IN ({})
)
SELECT series_id, name, treated_on FROM mine WHERE superseded_at IS NULL
"""
LIST_PRACTITIONERS = """
SELECT practitioner_id, display_name FROM practitioner WHERE practitioner_id IN ({})
"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of what was found is wanted: `limit` from place `offset` on."""

    limit: int
    offset: int = 0


def list_pictures(cursor: Cursor, patient_id: UUID, filters: Filters, cut: Cut) -> list[Picture]:
    """Return a part of a patient's pictures that pass the filters, the newest day first."""
    where, values = narrowed(filters)
    parameters = [patient_id, patient_id, *values, cut.limit, cut.offset]
    return pictures_of(cursor, cursor.execute(PAGE.format(where), parameters).fetchall())


def count_pictures(cursor: Cursor, patient_id: UUID, filters: Filters) -> int:
    """Return how many of a patient's pictures pass the filters."""
    where, values = narrowed(filters)
    row = cursor.execute(COUNT.format(where), [patient_id, patient_id, *values]).fetchone()
    return int(row[0]) if row else 0


def get_pictures(
    cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID]
) -> dict[UUID, Picture]:
    """Return these pictures of a patient, removed ones too; what is not theirs is left out."""
    rows: list[Row] = []
    for some in batched(media_ids):
        parameters = [patient_id, patient_id, *some]
        rows += cursor.execute(BY_ID.format(marks(some)), parameters).fetchall()
    return {one.media_id: one for one in pictures_of(cursor, rows)}


def list_by_keys(cursor: Cursor, keys: Sequence[tuple[UUID, UUID]]) -> list[Picture]:
    """Return pictures by their own and their patients' ids, in the order asked for."""
    if not keys:
        return []
    media_ids = [media_id for media_id, _ in keys]
    patients = list({patient_id for _, patient_id in keys})
    sql = BY_KEYS.format(media=marks(media_ids), patients=marks(patients))
    rows = cursor.execute(sql, [*media_ids, *patients]).fetchall()
    found = {one.media_id: one for one in pictures_of(cursor, rows)}
    return [found[media_id] for media_id in media_ids if media_id in found]


def get_facets(cursor: Cursor, patient_id: UUID, *, is_removed: bool) -> Facets:
    """Return the values that a patient's pictures have, with how many have each."""
    where, _ = narrowed(Filters(is_removed=is_removed))
    rows = cursor.execute(FACETS.format(where), [patient_id, patient_id]).fetchall()
    return facets_of(cursor, rows, [patient_id])


def narrowed(filters: Filters) -> tuple[str, list[object]]:
    """Return the conditions that filters make, and their values."""
    chosen = {name: getattr(filters, name) for name in CONDITIONS}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    removed = "i.removed_at IS NOT NULL" if filters.is_removed else "i.removed_at IS NULL"
    conditions = [removed, *(CONDITIONS[name] for name in chosen)]
    return "".join(f" AND {one}" for one in conditions), [_plain(one) for one in chosen.values()]


def pictures_of(cursor: Cursor, rows: Sequence[Row]) -> list[Picture]:
    """Return the pictures that rows of `COLUMNS` are, with what other tables say of them."""
    said = [dict(zip(NAMES.split(), row, strict=True)) for row in rows]
    patients = sorted({one["patient_id"] for one in said})
    videos = [one["media_id"] for one in said if one["kind"] == Kind.VIDEO]
    beside = _Beside(
        treated=list_treated(cursor, patients, {one["treatment_series_id"] for one in said}),
        practitioners=_practitioners(cursor, {one["practitioner_id"] for one in said}),
        streams=_streams(cursor, videos),
        annotations=_annotations(cursor, patients),
    )
    return [_picture(one, beside) for one in said]


def facets_of(cursor: Cursor, rows: Iterable[Row], patient_ids: Sequence[UUID]) -> Facets:
    """Return the facets that rows of `FACETS` are."""
    found: dict[str, dict[Any, int]] = {name: {} for name in FACET_NAMES}
    days: tuple[date | None, date | None] = (None, None)
    for row in rows:
        place = _place(row[7])
        if place is None:
            days = row[9], row[10]
        elif row[place] is not None:
            found[FACET_NAMES[place]][row[place]] = row[8]
    names = _practitioners(cursor, set(found["practitioner"]))
    treated = list_treated(cursor, patient_ids, set(found["treatment"]))
    newest = sorted(treated.values(), key=lambda one: (one.treated_on, one.name), reverse=True)
    by_name = sorted(names.items(), key=lambda pair: pair[1])
    return replace(
        NO_FACETS,
        views={one: found["view"][one] for one in View if one in found["view"]},
        expressions={
            one: found["expression"][one] for one in Expression if one in found["expression"]
        },
        stages={one: found["stage"][one] for one in Stage if one in found["stage"]},
        kinds={one: found["kind"][one] for one in Kind if one in found["kind"]},
        areas=dict(sorted(found["area"].items())),
        practitioners={key: (name, found["practitioner"][key]) for key, name in by_name if key},
        treatments={one.series_id: (one, found["treatment"][one.series_id]) for one in newest},
        first_on=days[0],
        last_on=days[1],
    )


def list_treated(
    cursor: Cursor, patient_ids: Sequence[UUID], series_ids: set[UUID | None]
) -> dict[UUID, Treated]:
    """Return the treatments (by series) of these patients as they stand."""
    if not patient_ids or not series_ids - {None}:
        return {}
    rows = cursor.execute(LIST_TREATED.format(marks(patient_ids)), list(patient_ids)).fetchall()
    return {row[0]: Treated(*row) for row in rows if row[0] in series_ids}


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other tables say of the pictures on a page."""

    treated: dict[UUID, Treated]
    practitioners: dict[UUID | None, str]
    streams: dict[UUID, tuple[bool, str | None]]
    annotations: dict[UUID, int]


def _picture(said: dict[str, Any], beside: _Beside) -> Picture:
    treated = beside.treated.get(said["treatment_series_id"])
    has_stream, fault = beside.streams.get(said["media_id"], (False, None))
    words = {name: word(said[name]) for name, word in WORDS.items() if said[name] is not None}
    return Picture(
        **{**said, **words},
        treatment_name=treated.name if treated else None,
        treated_on=treated.treated_on if treated else None,
        practitioner_name=beside.practitioners.get(said["practitioner_id"]),
        has_stream=has_stream,
        stream_fault=fault,
        annotations=beside.annotations.get(said["media_id"], 0),
    )


def _streams(cursor: Cursor, media_ids: Sequence[UUID]) -> dict[UUID, tuple[bool, str | None]]:
    found: dict[UUID, tuple[bool, str | None]] = {}
    for some in batched(media_ids):
        sql = LIST_STREAMS.format(marks(some))
        rows = cursor.execute(sql, [*some, Rendition.STREAM.value]).fetchall()
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


def _annotations(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, int]:
    if not patient_ids:
        return {}
    sql = COUNT_ANNOTATIONS.format(marks(patient_ids))
    return dict(cursor.execute(sql, list(patient_ids)).fetchall())


def _practitioners(cursor: Cursor, keys: set[UUID | None]) -> dict[UUID | None, str]:
    known = sorted(key for key in keys if key is not None)
    if not known:
        return {}
    return dict(cursor.execute(LIST_PRACTITIONERS.format(marks(known)), known).fetchall())


def _place(grouping: int) -> int | None:
    """Return which column a row is grouped by: the one bit that is not set; None for the total."""
    for place in range(len(FACET_NAMES)):
        if grouping == NOT_GROUPED - (1 << (len(FACET_NAMES) - 1 - place)):
            return place
    return None


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value

"""Galleries of one patient: a page of pictures, the values there are to narrow by; reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from lib.domain.media import CaptureSource, Expression, Kind, Rendition, Stage, View
from lib.domain.media_gallery import Facets, Filters, Picture, Treated
from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.media_shelf import shelves

EQUAL = (
    *("treatment_series_id", "view", "expression", "stage", "area", "practitioner_id"),
    "kind",
)
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
WORDS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "capture_source": CaptureSource,
    "view": View,
    "expression": Expression,
    "stage": Stage,
}
# Arrow gives keys as text.
KEYS = ("media_id", "patient_id", "treatment_series_id", "practitioner_id", "batch_id")

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of what was found is wanted: `limit` from place `offset` on."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The pictures that pass the filters, and the values that all of their gallery has."""

    table: pa.Table
    facets: Facets

    @property
    def count(self) -> int:
        """Return how many pass the filters."""
        return int(self.table.num_rows)

    def pictures(self, cursor: Cursor, cut: Cut) -> list[Picture]:
        """Return a part of them, with what other tables say of each."""
        return pictures_of(cursor, self.table.slice(cut.offset, cut.limit).to_pylist())


def find_pictures(cursor: Cursor, patient_id: UUID, filters: Filters) -> Found:
    """Return a patient's pictures that pass the filters, the newest day first."""
    standing = _standing(cursor, patient_id, filters)
    return Found(_narrowed(standing, filters), _facets(cursor, patient_id, standing))


def count_pictures(cursor: Cursor, patient_id: UUID, filters: Filters) -> int:
    """Return how many of a patient's pictures pass the filters."""
    return int(_narrowed(_standing(cursor, patient_id, filters), filters).num_rows)


def list_pictures(cursor: Cursor, patient_id: UUID, filters: Filters, cut: Cut) -> list[Picture]:
    """Return a part of a patient's pictures that pass the filters, the newest day first."""
    table = _narrowed(_standing(cursor, patient_id, filters), filters)
    return pictures_of(cursor, table.slice(cut.offset, cut.limit).to_pylist())


def get_pictures(
    cursor: Cursor, patient_id: UUID, media_ids: Sequence[UUID]
) -> dict[UUID, Picture]:
    """Return these pictures of a patient, removed ones too; what is not theirs is left out."""
    shelf = shelves.get(cursor, patient_id)
    wanted = pa.array([str(key) for key in media_ids], pa.string())
    rows = shelf.filter(pc.is_in(shelf["media_id"], value_set=wanted)).to_pylist()
    return {one.media_id: one for one in pictures_of(cursor, rows)}


def pictures_of(cursor: Cursor, rows: Sequence[Said]) -> list[Picture]:
    """Return the pictures that rows of a shelf are, with what other tables say of them."""
    said = [_typed(row) for row in rows]
    patients = sorted({one["patient_id"] for one in said})
    videos = [one["media_id"] for one in said if one["kind"] is Kind.VIDEO]
    beside = _Beside(
        treated=list_treated(cursor, patients, {one["treatment_series_id"] for one in said}),
        practitioners=list_names(cursor, {one["practitioner_id"] for one in said}),
        streams=_streams(cursor, videos),
        annotations=_annotations(cursor, patients),
    )
    return [_picture(one, beside) for one in said]


def list_treated(
    cursor: Cursor, patient_ids: Sequence[UUID], series_ids: set[UUID | None]
) -> dict[UUID, Treated]:
    """Return the treatments (by series) of these patients as they stand."""
    if not patient_ids or not series_ids - {None}:
        return {}
    rows = cursor.execute(LIST_TREATED.format(marks(patient_ids)), list(patient_ids)).fetchall()
    return {row[0]: Treated(*row) for row in rows if row[0] in series_ids}


def list_names(cursor: Cursor, keys: set[UUID | None]) -> dict[UUID, str]:
    """Return the names of practitioners, in the order of the names."""
    known = sorted(key for key in keys if key is not None)
    if not known:
        return {}
    rows = cursor.execute(LIST_PRACTITIONERS.format(marks(known)), known).fetchall()
    return dict(sorted(rows, key=lambda row: str(row[1])))


def facets_of(
    counts: Mapping[str, Mapping[Any, int]],
    names: Mapping[UUID, str],
    treated: Mapping[UUID, Treated],
    days: tuple[date | None, date | None],
) -> Facets:
    """Return facets from how many pictures have each value, column by column."""
    newest = sorted(treated.values(), key=lambda one: (one.treated_on, one.name), reverse=True)
    series, people = counts["treatment_series_id"], counts["practitioner_id"]
    return Facets(
        views={one: counts["view"][one] for one in View if one in counts["view"]},
        expressions={
            one: counts["expression"][one] for one in Expression if one in counts["expression"]
        },
        stages={one: counts["stage"][one] for one in Stage if one in counts["stage"]},
        areas=dict(sorted(counts["area"].items())),
        kinds={one: counts["kind"][one] for one in Kind if one in counts["kind"]},
        practitioners={key: (name, people[key]) for key, name in names.items()},
        treatments={one.series_id: (one, series[one.series_id]) for one in newest},
        first_on=days[0],
        last_on=days[1],
    )


def _standing(cursor: Cursor, patient_id: UUID, filters: Filters) -> pa.Table:
    """Return the pictures that are removed, or those that are not, as the filters say."""
    shelf = shelves.get(cursor, patient_id)
    removed = pc.is_valid(shelf["removed_at"])
    return shelf.filter(removed if filters.is_removed else pc.invert(removed))


def _narrowed(table: pa.Table, filters: Filters) -> pa.Table:
    conditions = []
    if filters.captured_from is not None:
        conditions.append(pc.greater_equal(table["captured_on"], filters.captured_from))
    if filters.captured_until is not None:
        conditions.append(pc.less_equal(table["captured_on"], filters.captured_until))
    for name in EQUAL:
        value = getattr(filters, name)
        if value is not None:
            conditions.append(pc.equal(table[name], str(value)))
    for condition in conditions[1:]:
        conditions[0] = pc.and_kleene(conditions[0], condition)
    return table.filter(conditions[0]) if conditions else table


def _facets(cursor: Cursor, patient_id: UUID, table: pa.Table) -> Facets:
    counts = {name: _counts(table, name) for name in EQUAL}
    days = pc.min_max(table["captured_on"]).as_py()
    return facets_of(
        counts,
        list_names(cursor, set(counts["practitioner_id"])),
        list_treated(cursor, [patient_id], set(counts["treatment_series_id"])),
        (days["min"], days["max"]),
    )


def _counts(table: pa.Table, name: str) -> dict[Any, int]:
    counted = pc.value_counts(table[name]).to_pylist()
    is_key = name in KEYS
    return {
        UUID(one["values"]) if is_key else one["values"]: one["counts"]
        for one in counted
        if one["values"] is not None
    }


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other tables say of the pictures on a page."""

    treated: dict[UUID, Treated]
    practitioners: dict[UUID, str]
    streams: dict[UUID, tuple[bool, str | None]]
    annotations: dict[UUID, int]


def _typed(row: Said) -> Said:
    words = {name: word(row[name]) for name, word in WORDS.items() if row[name] is not None}
    keys = {name: UUID(row[name]) for name in KEYS if row[name] is not None}
    return {**row, **words, **keys}


def _picture(said: Said, beside: _Beside) -> Picture:
    treated = beside.treated.get(said["treatment_series_id"])
    has_stream, fault = beside.streams.get(said["media_id"], (False, None))
    return Picture(
        **said,
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

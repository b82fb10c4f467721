"""SQL of vital interests: what is kept of a patient without end, and what it could be (rule C7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.history import Status, series_of
from lib.domain.treatments import INJECTED
from lib.domain.vital_interests import OF_HISTORY, Fact, Kind, NewVitalInterest
from lib.store.connection import Cursor
from lib.store.history import list_history
from lib.store.holds import Stamp
from lib.store.marks import marks
from lib.store.rows import insert_row, insert_rows

HISTORY, EVENTS, ITEMS = "history_entry", "adverse_event", "treatment_item"
# By the patient alone first: that is what lets DuckDB use the index.
LIST_OF = """
WITH mine AS MATERIALIZED (SELECT * FROM vital_interest WHERE patient_id = ?)
SELECT
    v.vital_interest_id, v.patient_id, v.reason, v.owner_id, owner.display_name, v.review_on,
    v.marked_at, marker.display_name, v.reviewed_at, reviewer.display_name, v.released_at,
    releaser.display_name, v.release_reason, coalesce(v.version, 1)
FROM mine AS v
LEFT JOIN person AS owner ON owner.person_id = v.owner_id
LEFT JOIN person AS marker ON marker.person_id = v.marked_by
LEFT JOIN person AS reviewer ON reviewer.person_id = v.reviewed_by
LEFT JOIN person AS releaser ON releaser.person_id = v.released_by
ORDER BY v.released_at IS NOT NULL, v.marked_at DESC, v.vital_interest_id
"""
LIST_CHOSEN = """
WITH mine AS MATERIALIZED (SELECT * FROM vital_interest_item WHERE patient_id = ?)
SELECT vital_interest_item_id, vital_interest_id, kind, table_name, row_id, happened_on
FROM mine WHERE dropped_at IS NULL ORDER BY vital_interest_item_id
"""
IS_THERE = "SELECT patient_id FROM vital_interest WHERE vital_interest_id = ?"
REVIEW = """
UPDATE vital_interest SET owner_id = ?, review_on = ?, reviewed_at = ?, reviewed_by = ?, version = ?
WHERE vital_interest_id = ?
"""
RELEASE = """
UPDATE vital_interest SET released_at = ?, released_by = ?, release_reason = ?
WHERE vital_interest_id = ?
"""
DROP = """
UPDATE vital_interest_item SET dropped_at = ?, dropped_by = ? WHERE vital_interest_item_id = ?
"""
LIST_EVENTS = """
WITH mine AS MATERIALIZED (SELECT * FROM adverse_event WHERE patient_id = ?)
SELECT
    a.adverse_event_id, coalesce(a.series_id, a.adverse_event_id), a.severity, a.description,
    a.occurred_on, a.superseded_at, p.name, l.lot_number
FROM mine AS a
LEFT JOIN product AS p ON p.product_id = a.product_id
LEFT JOIN lot AS l ON l.lot_id = a.lot_id
"""
# Of a record of which all else went, the treatments are not there any more.
LIST_ITEMS = """
WITH used AS MATERIALIZED (SELECT * FROM treatment_item WHERE patient_id = ?),
mine AS MATERIALIZED (
    SELECT treatment_id, series_id, treated_on, superseded_at FROM treatment WHERE patient_id = ?
)
SELECT
    i.treatment_item_id, coalesce(t.series_id, i.treatment_id), i.product_id, p.product_group,
    p.name, l.lot_number, i.area, t.treated_on, t.superseded_at
FROM used AS i
JOIN product AS p ON p.product_id = i.product_id
LEFT JOIN lot AS l ON l.lot_id = i.lot_id
LEFT JOIN mine AS t ON t.treatment_id = i.treatment_id
"""
LIST_MARKED = """
SELECT DISTINCT patient_id FROM vital_interest
WHERE patient_id IN ({}) AND released_at IS NULL
"""
COUNT_ROWS = """
SELECT
    (SELECT count(*) FROM treatment WHERE patient_id = ?),
    (SELECT count(*) FROM media_item WHERE patient_id = ?),
    (SELECT count(*) FROM consultation WHERE patient_id = ?),
    (SELECT count(*) FROM consent_event WHERE patient_id = ?)
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row that was chosen to be kept; `happened_on` is known even when its treatment is gone."""

    item_id: UUID
    vital_interest_id: UUID
    kind: Kind
    table: str
    row_id: UUID
    happened_on: date | None


@dataclass(frozen=True, slots=True)
class VitalInterest:
    """What is kept and why, as it stands. Times are UTC; people are told by their names."""

    vital_interest_id: UUID
    patient_id: UUID
    reason: str
    owner_id: UUID | None
    owner: str | None
    review_on: date
    marked_at: datetime
    marked_by: str | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None
    version: int
    chosen: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a fact's row: `series` is the same for what corrected it."""

    fact: Fact
    series: tuple[UUID, ...]
    is_standing: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a record there are of what goes when only the vital subset stays."""

    treatments: int = 0
    pictures: int = 0
    consultations: int = 0
    consents: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Every version of every fact of a patient that could be kept."""

    versions: tuple[Version, ...] = field(default=())

    @property
    def standing(self) -> tuple[Fact, ...]:
        """Return the facts that could be chosen today."""
        return tuple(one.fact for one in self.versions if one.is_standing)

    def is_outdated(self, row_id: UUID) -> bool:
        """Tell whether a row was corrected since it was chosen, or turned out to be wrong."""
        return any(one.fact.row_id == row_id and not one.is_standing for one in self.versions)

    def now(self, row_id: UUID) -> tuple[Fact, ...]:
        """Return what a chosen row is today: itself, or what corrected it; none if it was wrong."""
        chosen = next((one for one in self.versions if one.fact.row_id == row_id), None)
        if chosen is None:
            return ()
        if chosen.is_standing:
            return (chosen.fact,)
        same = (one for one in self.versions if one.series == chosen.series and one.is_standing)
        return tuple(one.fact for one in same)


def list_of(cursor: Cursor, patient_id: UUID) -> list[VitalInterest]:
    """Return every vital interest of a patient, those not released first, with what was chosen."""
    chosen = list_chosen(cursor, patient_id)
    return [
        replace(
            VitalInterest(*row),
            chosen=tuple(one for one in chosen if one.vital_interest_id == row[0]),
        )
        for row in cursor.execute(LIST_OF, [patient_id]).fetchall()
    ]


def list_chosen(cursor: Cursor, patient_id: UUID) -> list[Chosen]:
    """Return every row of a patient that was chosen and not dropped."""
    rows = cursor.execute(LIST_CHOSEN, [patient_id]).fetchall()
    return [Chosen(row[0], row[1], Kind(row[2]), *row[3:]) for row in rows]


def get_patient_of(cursor: Cursor, vital_interest_id: UUID) -> UUID | None:
    """Return whose vital interest this is; None where it was not marked."""
    row = cursor.execute(IS_THERE, [vital_interest_id]).fetchone()
    return row[0] if row else None


def list_marked(cursor: Cursor, patient_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these patients have a vital interest that was not released."""
    if not patient_ids:
        return set()
    sql = LIST_MARKED.format(marks(patient_ids))
    return {row[0] for row in cursor.execute(sql, list(patient_ids)).fetchall()}


def list_facts(cursor: Cursor, patient_id: UUID) -> Facts:
    """Return every fact that could protect the patient: history, adverse events, injections."""
    days = {one.row_id: one.happened_on for one in list_chosen(cursor, patient_id)}
    versions = [
        *_history(cursor, patient_id),
        *_events(cursor, patient_id),
        *_items(cursor, patient_id, days),
    ]
    order = list(Kind)
    versions.sort(key=lambda one: (order.index(one.fact.kind), -one.fact.happened_on.toordinal()))
    return Facts(tuple(versions))


def count_rows(cursor: Cursor, patient_id: UUID) -> Counts:
    """Return how much there is of what goes."""
    row = cursor.execute(COUNT_ROWS, [patient_id] * 4).fetchone()
    return Counts(*row) if row else Counts()


def insert_vital_interest(
    cursor: Cursor, patient_id: UUID, new: NewVitalInterest, stamp: Stamp
) -> None:
    """Mark a vital interest; `insert_chosen` says of what."""
    row = {
        "vital_interest_id": new.vital_interest_id,
        "patient_id": patient_id,
        "reason": new.reason.strip(),
        "owner_id": new.owner_id,
        "review_on": new.review_on,
        "marked_at": stamp.at,
        "marked_by": stamp.by,
        "version": 1,
    }
    insert_row(cursor, "vital_interest", row)


def insert_chosen(
    cursor: Cursor, of: tuple[UUID, UUID], facts: Iterable[Fact], stamp: Stamp
) -> None:
    """Choose facts to be kept; `of` is the vital interest and its patient."""
    vital_interest_id, patient_id = of
    rows = [
        {
            "vital_interest_item_id": uuid7s.uuid7(),
            "vital_interest_id": vital_interest_id,
            "patient_id": patient_id,
            "kind": one.kind.value,
            "table_name": one.table,
            "row_id": one.row_id,
            "chosen_at": stamp.at,
            "chosen_by": stamp.by,
            "happened_on": one.happened_on,
        }
        for one in facts
    ]
    insert_rows(cursor, "vital_interest_item", rows)


def renew(cursor: Cursor, patient_ids: Iterable[UUID], stamp: Stamp) -> None:
    """Let what was chosen point to the rows that hold it today, before all else is deleted.

    What was corrected since is kept as corrected; what turned out to be wrong is not kept.
    """
    for patient_id in patient_ids:
        facts = list_facts(cursor, patient_id)
        for one in list_chosen(cursor, patient_id):
            if not facts.is_outdated(one.row_id):
                continue
            drop_chosen(cursor, [one.item_id], stamp)
            now = facts.now(one.row_id)
            insert_chosen(cursor, (one.vital_interest_id, patient_id), now, stamp)


def drop_chosen(cursor: Cursor, item_ids: Iterable[UUID], stamp: Stamp) -> None:
    """Keep facts no longer; that they were chosen stays."""
    for item_id in item_ids:
        cursor.execute(DROP, [stamp.at, str(stamp.by), str(item_id)])


def update_review(
    cursor: Cursor, seen: VitalInterest, owner_id: UUID, review_on: date, stamp: Stamp
) -> None:
    """Note that somebody looked at it, who looks after it now, and when the next look is due."""
    values = [str(owner_id), review_on, stamp.at, str(stamp.by), seen.version + 1]
    cursor.execute(REVIEW, [*values, str(seen.vital_interest_id)])


def release(cursor: Cursor, vital_interest_id: UUID, reason: str, stamp: Stamp) -> None:
    """End a vital interest; what it was stays."""
    cursor.execute(RELEASE, [stamp.at, str(stamp.by), reason, str(vital_interest_id)])


def _history(cursor: Cursor, patient_id: UUID) -> Iterable[Version]:
    for series in series_of(list_history(cursor, patient_id)):
        for entry in (series.current, *series.earlier):
            if entry.kind not in OF_HISTORY:
                continue
            is_newest = entry is series.current
            said = (entry.severity, entry.detail)
            yield Version(
                Fact(
                    OF_HISTORY[entry.kind],
                    HISTORY,
                    entry.entry_id,
                    entry.name,
                    ", ".join(filter(None, said)),
                    entry.happened_on,
                ),
                (entry.series_id,),
                is_newest and entry.status is not Status.ENTERED_IN_ERROR,
            )


def _events(cursor: Cursor, patient_id: UUID) -> Iterable[Version]:
    for row in cursor.execute(LIST_EVENTS, [patient_id]).fetchall():
        key, series, severity, description, occurred_on, superseded_at, product, lot = row
        given = _given(product, lot) if product else ""
        name = f"{severity.capitalize()} adverse event"
        detail = "; ".join(filter(None, (description, given)))
        fact = Fact(Kind.ADVERSE_EVENT, EVENTS, key, name, detail, occurred_on)
        yield Version(fact, (series,), superseded_at is None)


def _items(cursor: Cursor, patient_id: UUID, days: Mapping[UUID, date | None]) -> Iterable[Version]:
    for row in cursor.execute(LIST_ITEMS, [patient_id, patient_id]).fetchall():
        key, series, product_id, group, product, lot, area, treated_on, superseded_at = row
        happened_on = treated_on or days.get(key)
        if group in INJECTED and happened_on is not None:
            fact = Fact(Kind.PRODUCT, ITEMS, key, _given(product, lot), area, happened_on)
            yield Version(fact, (series, product_id), superseded_at is None)


def _given(product: str, lot: str | None) -> str:
    return f"{product}, lot {lot}" if lot else f"{product}, lot not recorded"

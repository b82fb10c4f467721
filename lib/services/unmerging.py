"""Undoing a merge: both records as they were, with what was changed in them since.

The law is in `lib.domain.unmerging`. What cannot be undone is refused in plain words, whole:
nothing is ever half undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action
from lib.domain.merges import Identity
from lib.domain.unmerging import Parting, part
from lib.errors import MergeRefusedError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.merges import noting_refusal, used_grounds
from lib.services.merging import Detail, Grounds, event_of
from lib.store import consent_standing, follow_ups, media_shelf, merged_rows, merges
from lib.store.connection import Cursor, UnitOfWork
from lib.store.merged_rows import (
    ADDED,
    CHANGED,
    MOVED,
    PATIENT,
    REMOVED,
    MergedRow,
    Shape,
    Texts,
)
from lib.store.merges import Merge, Stamp

USUAL_REASON = "They are two persons"
NO_MERGE = "There is no merge at this address."
GONE = (
    "Part of what was moved has been disposed of since, so the two records cannot be what they "
    "were. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Undone:
    """An undone merge, and what somebody changed since, which therefore stays as it is.

    `kept` names a table and the column of a value, or no column for a row that the merge had added.
    """

    merge: Merge
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Why a merge is undone, and the grounds on which a restricted record is used (rule E1)."""

    reason: str = ""
    grounds: Grounds = field(default_factory=dict)


NOTHING_SAID = Said()


def undo(
    clinic: Clinic, actor: Actor, merge_id: UUID, *, now: datetime, said: Said = NOTHING_SAID
) -> Undone:
    """Undo a merge; asking again changes nothing and returns it.

    Raises `NotPermittedError`, `NotFoundError`, `GroundNeededError` for a restricted record without
    a ground, and `MergeRefusedError` when the records cannot be parted as they stand.
    """
    found = find(clinic, actor, merge_id)
    pair = found.survivor_id, found.absorbed_id

    def work(unit: UnitOfWork) -> Undone:
        done = _get(unit.cursor, merge_id)
        if done.undone_at is not None:
            return Undone(done)
        used = used_grounds(unit.cursor, pair[:1], said.grounds)
        kept = _Undoing(unit, done, Stamp(now, actor.person_id)).carry_out()
        words = said.reason.strip() or USUAL_REASON
        merges.update_undone(unit.cursor, merge_id, words, Stamp(now, actor.person_id))
        for one in pair:
            detail: Detail = {"merge": str(merge_id), "kept as changed since": len(kept)}
            unit.audit(actor, event_of(Action.MERGE_UNDONE, one, used, detail))
        return Undone(_get(unit.cursor, merge_id), tuple(kept))

    return noting_refusal(clinic, actor, pair, work)


def find(clinic: Clinic, actor: Actor, merge_id: UUID) -> Merge:
    """Return a merge. Raises `NotPermittedError` and `NotFoundError`."""
    authorise(clinic, actor, Permission.MERGE_RECORDS)
    with clinic.store.reading() as cursor:
        return _get(cursor, merge_id)


def refusal(clinic: Clinic, actor: Actor, merge_id: UUID) -> str | None:
    """Return why the merge cannot be undone as things stand, or None; changes nothing.

    Raises `NotPermittedError` and `NotFoundError`.
    """
    found = find(clinic, actor, merge_id)
    if found.undone_at is not None:
        return None
    with clinic.store.reading() as cursor:
        try:
            _check(cursor, found)
            noted = merged_rows.list_merged(cursor, merge_id)
            _parting(cursor, found, noted, merged_rows.moving(cursor))
        except MergeRefusedError as error:
            return error.message
    return None


def _get(cursor: Cursor, merge_id: UUID) -> Merge:
    found = merges.get_merge(cursor, merge_id)
    if found is None:
        raise NotFoundError(NO_MERGE)
    return found


def _check(cursor: Cursor, done: Merge) -> tuple[Identity, Identity]:
    """Return both rows, or refuse: a merge on top of this one must be undone first."""
    survivor = merges.get_identity(cursor, done.survivor_id)
    absorbed = merges.get_identity(cursor, done.absorbed_id)
    if survivor is None or absorbed is None:
        raise MergeRefusedError(GONE)
    on_top = merges.get_standing(cursor, done.survivor_id) or merges.get_later(cursor, done)
    if on_top is not None:
        message = (
            f"{on_top.absorbed_reference} was merged into {on_top.survivor_reference} after this. "
            "Undo that merge first, then this one."
        )
        raise MergeRefusedError(message)
    return survivor, absorbed


def _parting(
    cursor: Cursor, done: Merge, noted: Sequence[MergedRow], shapes: Sequence[Shape]
) -> Parting:
    """Return what goes back, or refuse where something is gone or tied to both records."""
    moved = {(row.table, row.key) for row in noted if row.act == MOVED}
    rows = merged_rows.list_rows(cursor, shapes, done.survivor_id)
    kept_tables = {shape.table for shape in shapes if shape.is_kept}
    missing = {place for place in moved if place[0] in kept_tables} - {row.place for row in rows}
    if missing:
        raise MergeRefusedError(GONE)
    parting = part(rows, moved.__contains__)
    if parting.tied:
        (one, other), *_ = parting.tied
        message = (
            f"Since the merge a row of one record ({_words(one)}) has been tied to one of the "
            f"other ({_words(other)}). Correct that first, then undo the merge."
        )
        raise MergeRefusedError(message)
    return parting


def _words(table: str) -> str:
    return table.replace("_", " ")


class _Undoing:
    """The undoing of one merge inside its transaction."""

    def __init__(self, unit: UnitOfWork, done: Merge, stamp: Stamp) -> None:
        self._cursor = unit.cursor
        self._merge = done
        self._stamp = stamp
        self._keys = merged_rows.primary_keys(unit.cursor)
        self._shapes = merged_rows.moving(unit.cursor)
        self._kept: list[tuple[str, str]] = []

    def carry_out(self) -> list[tuple[str, str]]:
        """Give everything back; return what stays because somebody changed it since."""
        cursor, done = self._cursor, self._merge
        _check(cursor, done)
        noted = merged_rows.list_merged(cursor, done.merge_id)
        parting = _parting(cursor, done, noted, self._shapes)
        values: Texts = {}
        for row in noted:
            if row.act == CHANGED:
                values |= self._restore(row)
            elif row.act == ADDED:
                self._take_away(row)
        self._move_back(parting)
        self._put_back([row for row in noted if row.act == REMOVED])
        reason = f"undone: merge {done.merge_id}"
        merges.update_patient(cursor, done.survivor_id, dict(values), self._stamp, reason)
        alone: dict[str, object] = {"merged_into_id": None}
        merges.update_patient(cursor, done.absorbed_id, alone, self._stamp, reason)
        follow_ups.refresh(cursor, (done.survivor_id, done.absorbed_id))
        media_shelf.touch_moved(cursor, (done.survivor_id, done.absorbed_id))
        consent_standing.refresh(cursor, (done.survivor_id, done.absorbed_id))
        return self._kept

    def _restore(self, row: MergedRow) -> Texts:
        """Set columns back that nobody changed since; those of the survivor's row are returned."""
        before, after = row.before or {}, row.after or {}
        key = self._keys[row.table], row.key
        now = merged_rows.get_texts(self._cursor, row.table, key, before)
        if now is None:
            return {}
        same = {name: value for name, value in before.items() if now[name] == after[name]}
        self._kept += [(row.table, name) for name in before if name not in same]
        if row.table == PATIENT and row.key == str(self._merge.survivor_id):
            return same
        if same:
            merged_rows.update_texts(self._cursor, row.table, key, same)
        return {}

    def _take_away(self, row: MergedRow) -> None:
        key = self._keys[row.table], row.key
        after = row.after or {}
        now = merged_rows.get_texts(self._cursor, row.table, key, after)
        if now == after:
            merged_rows.delete_row(self._cursor, row.table, key)
        elif now is not None:
            self._kept.append((row.table, ""))

    def _move_back(self, parting: Parting) -> None:
        keys: dict[str, list[str]] = {}
        for table, key in sorted(parting.back):
            keys.setdefault(table, []).append(key)
        for shape in self._shapes:
            merged_rows.move_back(
                self._cursor,
                shape,
                keys.get(shape.table, []),
                self._merge.survivor_id,
                self._merge.absorbed_id,
            )

    def _put_back(self, removed: list[MergedRow]) -> None:
        shapes = {shape.table: shape for shape in self._shapes}
        for row in removed:
            merged_rows.restore_removed(self._cursor, shapes[row.table], row)

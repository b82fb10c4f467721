"""Merging two records of one person: looking first, doing it, listing what was merged.

Undoing is in `lib.services.unmerging`. What moves is decided by the data map alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from lib.domain import merges as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.domain.merges import Asks, Caution, Identity, Side
from lib.domain.restriction import check_use
from lib.errors import GroundNeededError, InvalidInputError, MergeRefusedError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.merging import Grounds, Merging, Wanted, event_of, move
from lib.store import merged_rows, merges, records
from lib.store.connection import Cursor, UnitOfWork
from lib.store.merges import Merge

Result = TypeVar("Result")
PAGE = 50

SAME_RECORD = "These are one record already. Choose another one to merge it with."
NO_RECORD = "One of the two records does not exist. It may have been disposed of."
NO_GROUNDS: Grounds = {}


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of one table a merge would move, and how many the survivor has already."""

    table: str
    count: int
    there: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do. `usual` is whose value is kept where nobody chooses, by column."""

    survivor: Identity
    absorbed: Identity
    usual: dict[str, Side]
    moving: tuple[Moving, ...]
    cautions: tuple[Caution, ...]
    is_restricted: bool


def preview(
    clinic: Clinic,
    actor: Actor,
    pair: tuple[UUID, UUID],
    *,
    as_of: date,
    grounds: Grounds = NO_GROUNDS,
) -> Preview:
    """Return what merging the second record into the first would do; both are in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `InvalidInputError` for one and the same record,
    `MergeRefusedError` when either was merged already, and `GroundNeededError` (rule E1).
    """
    survivor_id, absorbed_id = pair
    authorise(clinic, actor, Permission.MERGE_RECORDS, patient_id=survivor_id)

    def work(unit: UnitOfWork) -> Preview:
        found = _usable(unit.cursor, survivor_id, absorbed_id, grounds)
        used = used_grounds(unit.cursor, pair, grounds)
        for one in pair:
            unit.audit(actor, event_of(Action.RECORD_VIEWED, one, used, {"section": "merge"}))
        return _preview(unit.cursor, *found, as_of)

    return noting_refusal(clinic, actor, pair, work)


def merge(clinic: Clinic, actor: Actor, wanted: Wanted, *, now: datetime, as_of: date) -> Merge:
    """Merge two records: all that hangs on the absorbed one moves, and its row says where to.

    Asking for the same `merge_id` again changes nothing and returns that merge. Raises what
    `preview` raises, and `InvalidInputError` for what was not confirmed (field `is_confirmed`) or
    has no reason (field `reason`).
    """
    pair = wanted.survivor_id, wanted.absorbed_id
    authorise(clinic, actor, Permission.MERGE_RECORDS, patient_id=wanted.survivor_id)

    def work(unit: UnitOfWork) -> Merge:
        done = merges.get_merge(unit.cursor, wanted.merge_id)
        if done is not None:
            return done
        found = _usable(unit.cursor, *pair, wanted.grounds)
        reason = _reason(unit.cursor, *found, wanted, as_of)
        used = replace(wanted, grounds=used_grounds(unit.cursor, pair, wanted.grounds))
        Merging(unit, actor, used, now).carry_out(*found, reason)
        return _known(unit.cursor, wanted.merge_id)

    merged = noting_refusal(clinic, actor, pair, work)
    _sweep(clinic, merged)
    return merged


def list_all(clinic: Clinic, actor: Actor, *, page: int = 0) -> tuple[list[Merge], int]:
    """Return a page (from 0) of all merges, the newest first, and how many there are.

    Both patients of each are in the trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.MERGE_RECORDS)

    def work(unit: UnitOfWork) -> tuple[list[Merge], int]:
        found = merges.list_merges(unit.cursor, limit=PAGE, offset=page * PAGE)
        ids = {str(one) for each in found for one in (each.survivor_id, each.absorbed_id)}
        listed = Event(Action.PATIENT_LISTED, detail={"list": "merges"})
        unit.audit_each(actor, listed, sorted(ids))
        return found, merges.count_merges(unit.cursor)

    return clinic.store.transact(work)


def of_patient(clinic: Clinic, actor: Actor, patient_id: UUID) -> list[Merge]:
    """Return the merges that a record took part in, the newest first; part of reading it.

    Those of the records that were merged into it follow theirs. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)
    found: dict[UUID, Merge] = {}
    waiting = [patient_id]
    with clinic.store.reading() as cursor:
        while waiting:
            one_id = waiting.pop()
            for one in merges.list_of_patient(cursor, one_id):
                is_new = one.merge_id not in found
                found[one.merge_id] = one
                if is_new and one.survivor_id == one_id and one.undone_at is None:
                    waiting.append(one.absorbed_id)
    return list(found.values())


def pair_of(clinic: Clinic, actor: Actor, pair_id: UUID) -> tuple[UUID, UUID]:
    """Return the records of a pair of possible duplicates, the one to survive first.

    That is the one registered first. Raises `NotPermittedError`, and `NotFoundError` for a pair
    that is not known.
    """
    authorise(clinic, actor, Permission.MERGE_RECORDS)
    with clinic.store.reading() as cursor:
        pair = merges.get_pair(cursor, pair_id)
        found = [merges.get_identity(cursor, one) for one in pair[:2]] if pair else []
    known = sorted(
        (one for one in found if one), key=lambda one: (one.registered_on, one.reference)
    )
    if len(known) != 2:  # noqa: PLR2004 - a pair
        raise NotFoundError(NO_RECORD)
    return known[0].patient_id, known[1].patient_id


def noting_refusal(
    clinic: Clinic, actor: Actor, pair: tuple[UUID, UUID], work: Callable[[UnitOfWork], Result]
) -> Result:
    """Run the work in a transaction; a refusal is written into the trail of both patients."""
    try:
        return clinic.store.transact(work)
    except (GroundNeededError, MergeRefusedError) as error:
        because = "restricted" if isinstance(error, GroundNeededError) else "merge"
        refused = Event(
            Action.REFUSED,
            outcome=Outcome.REFUSED,
            detail={"permission": Permission.MERGE_RECORDS.value, "because": because},
        )
        ids = [str(one) for one in pair]
        clinic.store.transact(lambda unit: unit.audit_each(actor, refused, ids))
        raise


def _usable(
    cursor: Cursor, survivor_id: UUID, absorbed_id: UUID, grounds: Grounds
) -> tuple[Identity, Identity]:
    if survivor_id == absorbed_id:
        raise InvalidInputError(SAME_RECORD)
    survivor = merges.get_identity(cursor, survivor_id)
    absorbed = merges.get_identity(cursor, absorbed_id)
    if survivor is None or absorbed is None:
        raise NotFoundError(NO_RECORD)
    for one in (survivor, absorbed):
        if one.merged_into_id is not None:
            raise MergeRefusedError(_merged_already(cursor, one))
    used_grounds(cursor, (survivor_id, absorbed_id), grounds)
    return survivor, absorbed


def used_grounds(cursor: Cursor, patient_ids: Iterable[UUID], grounds: Grounds) -> Grounds:
    """Return the grounds that are needed: those of restricted records (rule E1).

    Raises `GroundNeededError` where one is missing.
    """
    used = {}
    for patient_id in patient_ids:
        is_restricted = records.get_restriction(cursor, patient_id) is not None
        ground = grounds.get(patient_id)
        check_use(is_restricted=is_restricted, ground=ground)
        if is_restricted and ground is not None:
            used[patient_id] = ground
    return used


def _merged_already(cursor: Cursor, one: Identity) -> str:
    done = merges.get_standing(cursor, one.patient_id)
    into = f" into {done.survivor_reference}" if done else ""
    by = f" by {done.merged_by}" if done and done.merged_by else ""
    return (
        f"{one.reference} was merged{into} already{by}. Nothing was changed: "
        "open that record and look whether anything is left to do."
    )


def _preview(cursor: Cursor, survivor: Identity, absorbed: Identity, as_of: date) -> Preview:
    both = survivor.patient_id, absorbed.patient_id
    return Preview(
        survivor,
        absorbed,
        {
            column: rules.usual_side(column, survivor)
            for column in rules.differing(survivor, absorbed)
        },
        _moving(cursor, survivor.patient_id, absorbed.patient_id),
        _cautions(cursor, survivor, absorbed, as_of),
        any(records.get_restriction(cursor, one) for one in both),
    )


def _moving(cursor: Cursor, survivor_id: UUID, absorbed_id: UUID) -> tuple[Moving, ...]:
    found = [
        Moving(
            shape.table,
            merged_rows.count_rows(cursor, shape, absorbed_id),
            merged_rows.count_rows(cursor, shape, survivor_id),
        )
        for shape in merged_rows.moving(cursor)
    ]
    return tuple(one for one in found if one.count)


def _cautions(
    cursor: Cursor, survivor: Identity, absorbed: Identity, as_of: date
) -> tuple[Caution, ...]:
    systems = merges.list_shared_systems(cursor, survivor.patient_id, absorbed.patient_id)
    return tuple(rules.cautions(survivor, absorbed, systems, as_of))


def _reason(
    cursor: Cursor, survivor: Identity, absorbed: Identity, wanted: Wanted, as_of: date
) -> str:
    asked = {one.asks for one in _cautions(cursor, survivor, absorbed, as_of)}
    reason = wanted.reason.strip()
    if Asks.REASON in asked and not reason:
        message = "Say why these are one person although the records disagree."
        raise InvalidInputError(message, field="reason")
    if Asks.CONFIRMATION in asked and not wanted.is_confirmed:
        message = "Look at the warnings, then tick that you have."
        raise InvalidInputError(message, field="is_confirmed")
    return reason or rules.USUAL_REASON


def _known(cursor: Cursor, merge_id: UUID) -> Merge:
    found = merges.get_merge(cursor, merge_id)
    if found is None:
        raise NotFoundError(NO_RECORD)
    return found


def _sweep(clinic: Clinic, merged: Merge) -> None:
    """Move what somebody saved on the absorbed record while it was being merged."""
    if merged.undone_at is not None:
        return

    def work(unit: UnitOfWork) -> None:
        cursor = unit.cursor
        absorbed = merges.get_identity(cursor, merged.absorbed_id)
        if absorbed is None or absorbed.merged_into_id != merged.survivor_id:
            return
        for shape in merged_rows.moving(cursor):
            if merged_rows.count_rows(cursor, shape, merged.absorbed_id):
                move(cursor, shape, merged.merge_id, (merged.survivor_id, merged.absorbed_id))

    clinic.store.transact(work)

"""The review of records that may be one person: the queue, and what people decide of a pair."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.duplicates import Finding, PairState, describe, signs_from_json
from lib.errors import InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import duplicates as store
from lib.store import oversight, search
from lib.store.connection import Cursor, UnitOfWork
from lib.store.duplicates import Pair
from lib.store.search import ResultRow

PAGE = 20
SCREEN = "pages/records/duplicates.py"
NO_PAIR = "This pair is no longer here: a newer search has found otherwise."
SETTLED = "Somebody has merged these two records meanwhile. Undo the merge first."


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records: what its banner says, and the numbers other software gave it."""

    row: ResultRow
    external_ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with both records side by side, and the evidence in words."""

    pair: Pair
    one: Side
    other: Side
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of pairs, the most probable first; how many there are; when was searched last."""

    pairs: tuple[Compared, ...]
    count: int
    searched_at: datetime | None
    patients_searched: int


def queue(clinic: Clinic, actor: Actor, *, page: int = 0, limit: int = PAGE) -> Queue:
    """Return a page (from 0) of the pairs that wait for review.

    Every patient shown is in the audit trail. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.MERGE_RECORDS)

    def work(unit: UnitOfWork) -> Queue:
        cursor = unit.cursor
        pairs = _compared(cursor, store.list_open(cursor, limit=limit, offset=page * limit))
        listed = Event(Action.PATIENT_LISTED, detail={"list": "duplicates"})
        shown = (side.row.patient_id for pair in pairs for side in (pair.one, pair.other))
        unit.audit_each(actor, listed, [str(one) for one in dict.fromkeys(shown)])
        searched_at, patients = _last_search(cursor)
        return Queue(tuple(pairs), store.count_open(cursor), searched_at, patients)

    return clinic.store.transact(work)


def everything(clinic: Clinic, actor: Actor) -> Queue:
    """Return every open pair at once, as the console prints them. As `queue` otherwise."""
    with clinic.store.reading() as cursor:
        count = store.count_open(cursor)
    return queue(clinic, actor, limit=max(count, 1))


def decide_not_same(
    clinic: Clinic, actor: Actor, pair_id: UUID, *, now: datetime, reason: str | None = None
) -> Pair:
    """Remember that the two are different people; the pair is never offered again.

    Deciding so twice is deciding once. Raises `NotPermittedError`, `NotFoundError`, and
    `InvalidInputError` when the two have been merged.
    """
    return _decide(clinic, actor, pair_id, _Decision(PairState.NOT_SAME, now, reason))


def undo_decision(clinic: Clinic, actor: Actor, pair_id: UUID) -> Pair:
    """Put a pair back into the queue. Raises as `decide_not_same` does."""
    return _decide(clinic, actor, pair_id, _Decision(PairState.OPEN))


def home_items(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say how many pairs wait for review; counts only."""
    with clinic.store.reading() as cursor:
        count = store.count_open(cursor)
    if count:
        detail = "pairs of records that may be one person"
        yield HomeItem("Duplicates to review", count, detail, Urgency.DUE, SCREEN)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a pair becomes, when and why; an open pair has neither."""

    state: PairState
    decided_at: datetime | None = None
    reason: str | None = None


def _decide(clinic: Clinic, actor: Actor, pair_id: UUID, decision: _Decision) -> Pair:
    authorise(clinic, actor, Permission.MERGE_RECORDS)

    def work(unit: UnitOfWork) -> Pair:
        pair = store.get_pair(unit.cursor, pair_id)
        if pair is None:
            raise NotFoundError(NO_PAIR)
        if pair.state is PairState.MERGED:
            raise InvalidInputError(SETTLED, field="pair")
        if pair.state is decision.state:
            return pair
        by = actor.person_id if decision.decided_at else None
        decided = replace(
            pair, state=decision.state, decided_at=decision.decided_at, reason=decision.reason
        )
        store.update_decision(unit.cursor, decided, by)
        unit.audit(actor, *_decided(decided))
        return decided

    return clinic.store.transact(work)


def _decided(pair: Pair) -> Iterable[Event]:
    detail: dict[str, str | int | bool] = {"decision": pair.state.value.replace("_", " ")}
    for one in _both(pair):
        yield Event(Action.DUPLICATE_DECIDED, one, subject_id=pair.pair_id, detail=detail)


def _compared(cursor: Cursor, pairs: list[Pair]) -> list[Compared]:
    ids = list(dict.fromkeys(one for pair in pairs for one in _both(pair)))
    people = store.get_people(cursor, ids)
    rows = {row.patient_id: row for row in search.list_result_rows(cursor, ids)}
    numbers = store.get_external_ids(cursor, ids)
    return [
        Compared(
            pair,
            _side(rows[pair.patient_id], numbers),
            _side(rows[pair.other_patient_id], numbers),
            describe(
                signs_from_json(pair.evidence),
                people[pair.patient_id],
                people[pair.other_patient_id],
            ),
        )
        for pair in pairs
    ]


def _side(row: ResultRow, numbers: dict[UUID, list[tuple[str, str]]]) -> Side:
    return Side(row, tuple(numbers.get(row.patient_id, ())))


def _both(pair: Pair) -> tuple[UUID, UUID]:
    return pair.patient_id, pair.other_patient_id


def _last_search(cursor: Cursor) -> tuple[datetime | None, int]:
    last = oversight.get_last(cursor, Action.DUPLICATES_SEARCHED.value)
    if last is None:
        return None, 0
    return last[0], int(json.loads(last[1]).get("patients", 0))

"""Carrying out a merge inside its transaction: rows, names, pairs of duplicates, the trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import merges as rules
from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.merges import Identity, Side
from lib.domain.restriction import Ground
from lib.services.consent import following
from lib.store import consent_standing, follow_ups, media_shelf, merged_rows, merges
from lib.store.connection import Cursor, UnitOfWork
from lib.store.merged_rows import ADDED, CHANGED, PATIENT, MergedRow, Shape, Texts
from lib.store.merges import Pair, Stamp

Grounds = Mapping[UUID, Ground]
Detail = dict[str, str | int | bool]
MERGED, NOT_SAME, OPEN = "merged", "not_same", "open"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A merge as somebody asked for it; the form mints `merge_id` when it opens.

    `choices` says whose value is kept, by column; `is_confirmed` that what asks for it was ticked.
    """

    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    choices: Mapping[str, Side] = field(default_factory=dict)
    reason: str = ""
    is_confirmed: bool = False
    grounds: Grounds = field(default_factory=dict)


def event_of(action: Action, patient_id: UUID, grounds: Grounds, detail: Detail) -> Event:
    """Return an event on one patient, with the ground where one was needed."""
    ground = grounds.get(patient_id)
    return Event(
        action,
        patient_id=patient_id,
        ground=ground.value if ground else None,
        detail=detail,
    )


def move(cursor: Cursor, shape: Shape, merge_id: UUID, pair: tuple[UUID, UUID]) -> int:
    """Move one table's rows to the survivor (the first of the pair) and note which."""
    survivor_id, absorbed_id = pair
    rows = merged_rows.move_rows(cursor, shape, absorbed_id, survivor_id)
    merged_rows.insert_merged(cursor, merge_id, absorbed_id, rows)
    return len(rows)


class Merging:
    """One merge inside its transaction."""

    def __init__(self, unit: UnitOfWork, actor: Actor, wanted: Wanted, now: datetime) -> None:
        self._unit = unit
        self._cursor = unit.cursor
        self._actor = actor
        self._wanted = wanted
        self._stamp = Stamp(now, actor.person_id)

    def carry_out(self, survivor: Identity, absorbed: Identity, reason: str) -> None:
        """Do everything that the merge does, each row noted so that it can be undone."""
        cursor, wanted = self._cursor, self._wanted
        pair = survivor.patient_id, absorbed.patient_id
        merges.insert_merge(cursor, wanted.merge_id, pair, reason, self._stamp)
        values = rules.merged_values(survivor, absorbed, wanted.choices)
        moved = sum(
            move(cursor, shape, wanted.merge_id, pair) for shape in merged_rows.moving(cursor)
        )
        self._set_values(survivor, values)
        self._add_aliases(survivor, absorbed, values)
        self._lead_to_survivor(survivor, absorbed)
        self._settle_pairs(survivor, absorbed)
        follow_ups.refresh(cursor, pair)
        media_shelf.touch_moved(cursor, pair)
        consent_standing.refresh(cursor, pair)
        following.open_after_merge(self._unit, self._actor, survivor.patient_id, self._stamp.at)
        for one, part in ((survivor, "surviving"), (absorbed, "absorbed")):
            detail: Detail = {"merge": str(wanted.merge_id), "rows": moved, "record": part}
            event = event_of(Action.RECORDS_MERGED, one.patient_id, wanted.grounds, detail)
            self._unit.audit(self._actor, event)

    def _note(self, patient_id: UUID, *rows: MergedRow) -> None:
        merged_rows.insert_merged(self._cursor, self._wanted.merge_id, patient_id, rows)

    def _set_values(self, survivor: Identity, values: rules.Values) -> None:
        key = "patient_id", str(survivor.patient_id)
        before = merged_rows.get_texts(self._cursor, PATIENT, key, values) if values else None
        reason = f"merge {self._wanted.merge_id}"
        merges.update_patient(self._cursor, survivor.patient_id, values, self._stamp, reason)
        if before:
            after = merged_rows.get_texts(self._cursor, PATIENT, key, values)
            self._note(survivor.patient_id, MergedRow(PATIENT, key[1], CHANGED, before, after))

    def _add_aliases(self, survivor: Identity, absorbed: Identity, values: rules.Values) -> None:
        known = merges.list_names(self._cursor, survivor.patient_id)
        for name in rules.aliases(survivor, absorbed, values, known):
            name_id = uuid7s.uuid7()
            merges.insert_alias(self._cursor, name_id, survivor.patient_id, name, self._stamp)
            self._note_added("patient_name", "patient_name_id", name_id, survivor.patient_id)

    def _note_added(self, table: str, column: str, row_id: UUID | str, patient_id: UUID) -> None:
        key = column, str(row_id)
        columns = merged_rows.columns_of(table)
        after = merged_rows.get_texts(self._cursor, table, key, columns)
        self._note(patient_id, MergedRow(table, str(row_id), ADDED, after=after))

    def _lead_to_survivor(self, survivor: Identity, absorbed: Identity) -> None:
        """Let the absorbed record, and those that were merged into it before, lead there."""
        cursor = self._cursor
        for earlier in merges.list_absorbed(cursor, absorbed.patient_id):
            before: Texts = {"merged_into_id": str(absorbed.patient_id)}
            after: Texts = {"merged_into_id": str(survivor.patient_id)}
            merges.set_merged_into(cursor, UUID(earlier), survivor.patient_id)
            self._note(absorbed.patient_id, MergedRow(PATIENT, earlier, CHANGED, before, after))
        into: rules.Values = {"merged_into_id": survivor.patient_id}
        reason = f"merge {self._wanted.merge_id}"
        merges.update_patient(cursor, absorbed.patient_id, into, self._stamp, reason)

    def _settle_pairs(self, survivor: Identity, absorbed: Identity) -> None:
        """Close the pair of the two; what was found or decided of the absorbed one holds on."""
        known = {
            pair.other_than(survivor.patient_id): pair
            for pair in merges.list_pairs(self._cursor, survivor.patient_id)
        }
        for pair in merges.list_pairs(self._cursor, absorbed.patient_id):
            other = pair.other_than(absorbed.patient_id)
            if other == str(survivor.patient_id):
                self._decide_pair(pair, MERGED, self._stamp.at, str(self._stamp.by))
            elif other in known:
                if pair.state == NOT_SAME and known[other].state == OPEN:
                    self._decide_pair(known[other], NOT_SAME, pair.decided_at, pair.decided_by)
            elif pair.state in {OPEN, NOT_SAME}:
                self._carry_pair(pair, survivor.patient_id, other)

    def _decide_pair(
        self, pair: Pair, state: str, decided_at: datetime | None, decided_by: str | None
    ) -> None:
        key = "pair_id", pair.pair_id
        columns = "state", "decided_at", "decided_by"
        before = merged_rows.get_texts(self._cursor, "duplicate_pair", key, columns)
        said = dict(zip(columns, (state, _text(decided_at), decided_by), strict=True))
        merged_rows.update_texts(self._cursor, "duplicate_pair", key, said)
        after = merged_rows.get_texts(self._cursor, "duplicate_pair", key, columns)
        row = MergedRow("duplicate_pair", pair.pair_id, CHANGED, before, after)
        self._note(UUID(pair.patient_id), row)

    def _carry_pair(self, pair: Pair, survivor_id: UUID, other: str) -> None:
        one, two = sorted((str(survivor_id), other))
        carried = Pair(
            str(uuid7s.uuid7()),
            one,
            two,
            *(getattr(pair, name) for name in Pair.__slots__[3:]),
        )
        merges.insert_pair(self._cursor, carried)
        self._note_added("duplicate_pair", "pair_id", carried.pair_id, survivor_id)


def _text(value: datetime | None) -> str | None:
    return None if value is None else str(value)

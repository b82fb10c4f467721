"""Any sequence of merge, edit and undo leaves either the exact former state or a stated refusal.

The machine below keeps a model beside a real store: each row has a *home*, the record that it
belongs to when no merge stands. A row that is added to a record is at home there, unless it is a
later version (home is where its first version's is) or tied to another row (home is where that
one's is). The law, checked after every step:

- a row hangs on the live record that its home leads to, and says what was last written into it;
- a row that a merge put aside (a repeated number, a record opened twice) is there again after;
- an undo is refused exactly when a later merge is on top of it, or when a row of one home is tied
  to a row of the other; a refusal changes nothing;
- an undo without an edit since leaves every row of both patients as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lib.domain.access import Actor
from lib.domain.merges import Side
from lib.errors import MergeRefusedError
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.merging import Wanted
from tests.records import NOW, TODAY, add_patient, insert
from tests.services.test_merges import everything

PATIENTS = 3
NUMBERS = ("+447700900101", "+447700900102")
TITLES = ("Ms", "Dr", None)
# The key of each table and the columns that the machine writes.
TABLES = {
    "treatment": ("treatment_id", ("name", "version")),
    "treatment_item": ("treatment_item_id", ("area",)),
    "history_entry": ("entry_id", ("name", "version")),
    "adverse_event": ("adverse_event_id", ("description", "version")),
    "patient_phone": ("patient_phone_id", ("number", "valid_until", "is_preferred")),
    "patient_external_id": ("external_id", ("system",)),
    "recent_record": ("person_id", ()),
}
DATA = st.data()
picks = st.integers(0, 999)


@dataclass(slots=True)
class Known:
    """A row as the model has it. `put_aside` are the merges, by place, that hide it."""

    table: str
    key: str
    home: int
    said: dict[str, Any]
    series: str = ""
    ties: set[str] = field(default_factory=set)
    put_aside: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """A merge as the model has it; `unpreferred` are keys of phones, `title` before and after."""

    merge_id: UUID
    survivor: int
    absorbed: int
    title: tuple[str | None, str | None]
    unpreferred: list[str]
    before: dict[str, list[Any]]
    edits: int
    stands: bool = True


class MergeMachine(RuleBasedStateMachine):
    """Patients who are merged, edited and parted again, beside a model of what must be."""

    def __init__(self, clinic: Clinic, actor: Actor) -> None:
        super().__init__()
        self.clinic = clinic
        self.actor = actor
        self.rows: list[Known] = []
        self.done: list[Done] = []
        self.edits = 0
        self.minutes = 0

    @initialize()
    def patients(self) -> None:
        self.ids = [add_patient(self.clinic, given_names=f"Anna{n}") for n in range(PATIENTS)]
        self.titles: list[str | None] = ["Ms"] * PATIENTS
        for number in range(PATIENTS):
            self.add_treatment(number)
            self.add_phone(number, NUMBERS[0], is_preferred=True)
            self.retitle(number, TITLES[number])

    # What the model knows ------------------------------------------------------------------

    def live(self) -> list[int]:
        gone = {one.absorbed for one in self.done if one.stands}
        return [number for number in range(PATIENTS) if number not in gone]

    def leads_to(self, number: int, without: Done | None = None) -> int:
        for one in self.done:
            if one.stands and one is not without and one.absorbed == number:
                return self.leads_to(one.survivor, without)
        return number

    def at(self, number: int, table: str | None = None) -> list[Known]:
        """Return the rows that hang on a live record and are not put aside."""
        return [
            row
            for row in self.rows
            if self.leads_to(row.home) == number
            and not row.put_aside
            and table in {None, row.table}
        ]

    def pick_live(self, pick: int) -> int:
        live = self.live()
        return live[pick % len(live)]

    # Edits ---------------------------------------------------------------------------------

    def write(self, row: Known, at: int, **values: Any) -> None:  # noqa: ANN401
        column, said = TABLES[row.table]
        key = (
            UUID(row.key)
            if column.endswith("_id") and row.table != "patient_external_id"
            else row.key
        )
        given = {column: key, "patient_id": self.ids[at], **values}
        self.clinic.store.transact(lambda unit: insert(unit.cursor, row.table, **given))
        row.said = {name: given.get(name) for name in said}
        self.rows.append(row)
        self.edits += 1

    def add_treatment(self, pick: int) -> None:
        at, key = self.pick_live(pick), uuid7s.uuid7()
        usual = {"name": f"T{pick}", "version": 1, "series_id": key, "treated_on": TODAY}
        self.write(Known("treatment", str(key), at, {}, str(key)), at, recorded_at=NOW, **usual)
        item = Known("treatment_item", str(uuid7s.uuid7()), at, {}, ties={str(key)})
        self.write(
            item, at, treatment_id=key, product_id=uuid7s.uuid7(), area="forehead", unit="unit"
        )

    def add_history(self, pick: int) -> None:
        at, key = self.pick_live(pick), uuid7s.uuid7()
        self.write(
            Known("history_entry", str(key), at, {}, str(key)),
            at,
            series_id=key,
            version=1,
            kind="condition",
            name=f"H{pick}",
            status="active",
            source="patient",
            recorded_at=NOW,
        )

    def add_adverse_event(self, pick: int, other: int) -> None:
        at = self.pick_live(pick)
        treatments = self.at(at, "treatment") if other % 4 else []
        tied = treatments[other % len(treatments)] if treatments else None
        self.write_event(at, uuid7s.uuid7(), None, 1, tied)

    def write_event(
        self, at: int, key: UUID, series: Known | None, version: int, tied: Known | None
    ) -> None:
        home = series.home if series else tied.home if tied else at
        name = series.series if series else str(key)
        ties = {tied.key} if tied else set()
        self.write(
            Known("adverse_event", str(key), home, {}, name, ties),
            at,
            series_id=UUID(name),
            version=version,
            treatment_id=UUID(tied.key) if tied else None,
            occurred_on=TODAY,
            description=f"E{version}",
            severity="mild",
            is_reported=False,
            recorded_at=NOW,
        )

    def correct(self, pick: int, other: int) -> None:
        """Add a later version of something that has versions; an event may get another tie."""
        at = self.pick_live(pick)
        versioned = [row for row in self.at(at) if row.series]
        if not versioned:
            return
        row = versioned[pick % len(versioned)]
        version = 1 + max(one.said["version"] for one in self.rows if one.series == row.series)
        key = uuid7s.uuid7()
        if row.table == "adverse_event":
            treatments = self.at(at, "treatment")
            tied = treatments[other % len(treatments)] if treatments and other % 3 else None
            self.write_event(at, key, row, version, tied)
            return
        new = Known(row.table, str(key), row.home, {}, row.series)
        values: dict[str, Any] = {"name": f"V{version}", "version": version}
        if row.table == "treatment":
            values |= {"treated_on": TODAY}
        else:
            values |= {"kind": "condition", "status": "active", "source": "patient"}
        self.write(new, at, series_id=UUID(row.series), recorded_at=NOW, **values)

    def add_phone(self, pick: int, number: str, *, is_preferred: bool) -> None:
        at = self.pick_live(pick)
        self.write(
            Known("patient_phone", str(uuid7s.uuid7()), at, {}),
            at,
            number=number,
            number_as_given=number,
            kind="mobile",
            is_preferred=is_preferred,
            source="patient",
            recorded_at=NOW,
        )

    def end_phone(self, pick: int) -> None:
        phones = self.at(self.pick_live(pick), "patient_phone")
        if phones:
            row = phones[pick % len(phones)]
            row.said["valid_until"] = TODAY
            sql = "UPDATE patient_phone SET valid_until = ? WHERE patient_phone_id = ?"
            self.clinic.store.transact(lambda unit: unit.cursor.execute(sql, [TODAY, row.key]))
            self.edits += 1

    def add_number(self, pick: int) -> None:
        at, key = self.pick_live(pick), str(uuid7s.uuid7())
        self.write(Known("patient_external_id", key, at, {}), at, system="Old desk")

    def open_record(self, pick: int) -> None:
        at = self.pick_live(pick)
        if not self.at(at, "recent_record"):
            person = str(self.actor.person_id)
            self.write(Known("recent_record", person, at, {}), at, opened_at=NOW)

    def retitle(self, pick: int, title: str | None) -> None:
        at = self.pick_live(pick)
        self.titles[at] = title
        sql = "UPDATE patient SET title = ? WHERE patient_id = ?"
        self.clinic.store.transact(lambda unit: unit.cursor.execute(sql, [title, self.ids[at]]))
        self.edits += 1

    @rule(pick=picks, other=picks, number=st.sampled_from(NUMBERS), kind=st.integers(0, 5))
    def add(self, pick: int, other: int, number: str, kind: int) -> None:
        """Add something to a live record."""
        adding = (
            lambda: self.add_treatment(pick),
            lambda: self.add_history(pick),
            lambda: self.add_adverse_event(pick, other),
            lambda: self.add_phone(pick, number, is_preferred=other % 2 == 0),
            lambda: self.add_number(pick),
            lambda: self.open_record(pick),
        )
        adding[kind]()

    @rule(pick=picks, other=picks, title=st.sampled_from(TITLES), kind=st.integers(0, 3))
    def change(self, pick: int, other: int, title: str | None, kind: int) -> None:
        """Change something on a live record."""
        changing = (
            lambda: self.correct(pick, other),
            lambda: self.correct(pick, other),
            lambda: self.end_phone(pick),
            lambda: self.retitle(pick, title),
        )
        changing[kind]()

    # Merges --------------------------------------------------------------------------------

    @precondition(lambda self: len(self.live()) > 1)
    @rule(pick=picks, other=picks, side=st.sampled_from([Side.SURVIVOR, Side.ABSORBED]))
    def merge(self, pick: int, other: int, side: Side) -> None:
        live = self.live()
        survivor = live.pop(pick % len(live))
        absorbed = live[other % len(live)]
        merge_id, before = uuid7s.uuid7(), everything(self.clinic)
        self.minutes += 1
        merges.merge(
            self.clinic,
            self.actor,
            Wanted(merge_id, self.ids[survivor], self.ids[absorbed], {"title": side}, "one", True),
            now=NOW + timedelta(minutes=self.minutes),
            as_of=TODAY,
        )
        place, moved = len(self.done), self.at(absorbed)
        title = self.titles[survivor]
        if self.titles[absorbed] and side is Side.ABSORBED:
            self.titles[survivor] = self.titles[absorbed]
        self.put_aside(survivor, moved, place)
        unpreferred = self.unprefer(survivor, moved)
        titles = title, self.titles[survivor]
        self.done.append(
            Done(merge_id, survivor, absorbed, titles, unpreferred, before, self.edits)
        )

    def put_aside(self, survivor: int, moved: list[Known], place: int) -> None:
        there = {self.saying(row) for row in self.at(survivor)} - {None}
        for row in moved:
            if self.saying(row) in there:
                row.put_aside.append(place)

    @staticmethod
    def saying(row: Known) -> tuple[Any, ...] | None:
        if row.table == "patient_phone":
            return row.table, row.said["number"], row.said["valid_until"]
        return (row.table, row.key) if row.table == "recent_record" else None

    def unprefer(self, survivor: int, moved: list[Known]) -> list[str]:
        def counts(row: Known) -> bool:
            said = row.said
            return row.table == "patient_phone" and said["is_preferred"] and not said["valid_until"]

        if not any(counts(row) for row in self.at(survivor)):
            return []
        found = [row for row in moved if counts(row) and not row.put_aside]
        for row in found:
            row.said["is_preferred"] = False
        return [row.key for row in found]

    @precondition(lambda self: any(one.stands for one in self.done))
    @rule(pick=picks)
    def undo(self, pick: int) -> None:
        standing = [one for one in self.done if one.stands]
        one = standing[pick % len(standing)]
        before = everything(self.clinic)
        if self.must_refuse(one):
            with pytest.raises(MergeRefusedError):
                self.ask_undo(one)
            assert everything(self.clinic) == before
            return
        kept = self.ask_undo(one).kept
        one.stands = False
        self.model_undo(one)
        if one.edits == self.edits:
            assert (everything(self.clinic), kept) == (one.before, ())

    def ask_undo(self, one: Done) -> unmerging.Undone:
        now = NOW + timedelta(days=1)
        assert (unmerging.refusal(self.clinic, self.actor, one.merge_id) is not None) == (
            self.must_refuse(one)
        )
        return unmerging.undo(self.clinic, self.actor, one.merge_id, now=now)

    def must_refuse(self, one: Done) -> bool:
        place = self.done.index(one)
        on_top = any(
            later.stands and one.survivor in {later.survivor, later.absorbed}
            for later in self.done[place + 1 :]
        )
        sides = {row.key: self.leads_to(row.home, one) for row in self.at(one.survivor)}
        tied = any(
            sides[row.key] != sides[tie] for row in self.at(one.survivor) for tie in row.ties
        )
        return on_top or tied

    def model_undo(self, one: Done) -> None:
        place = self.done.index(one)
        before, after = one.title
        if self.titles[one.survivor] == after:
            self.titles[one.survivor] = before
        for row in self.rows:
            if row.key in one.unpreferred and row.table == "patient_phone":
                row.said["is_preferred"] = True
            if place in row.put_aside:
                row.put_aside.remove(place)
        self.edits += 1

    # The law -------------------------------------------------------------------------------

    @invariant()
    def every_row_is_where_it_belongs(self) -> None:
        if not hasattr(self, "ids"):
            return
        for table in TABLES:
            expected = {
                row.key: (self.ids[self.leads_to(row.home)], *row.said.values())
                for row in self.rows
                if row.table == table and not row.put_aside and table != "recent_record"
            }
            if table != "recent_record":
                assert dict(self.stored(table)) == expected
        opened = sorted(
            self.ids[self.leads_to(row.home)]
            for row in self.rows
            if row.table == "recent_record" and not row.put_aside
        )
        assert sorted(at for _, (at,) in self.stored("recent_record")) == opened

    @invariant()
    def a_patient_says_what_was_last_written(self) -> None:
        if not hasattr(self, "ids"):
            return
        with self.clinic.store.reading() as cursor:
            rows = dict(cursor.execute("SELECT patient_id, title FROM patient").fetchall())
            leads = dict(
                cursor.execute("SELECT patient_id, merged_into_id FROM patient").fetchall()
            )
            aliases = cursor.execute("SELECT count(*) FROM patient_name").fetchall()[0][0]
        assert [rows[one] for one in self.ids] == self.titles
        for number, one in enumerate(self.ids):
            end = self.leads_to(number)
            assert leads[one] == (None if end == number else self.ids[end])
        if not any(one.stands for one in self.done):
            assert aliases == 0

    def stored(self, table: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        key, said = TABLES[table]
        columns = ", ".join([f"CAST({key} AS VARCHAR)", "patient_id", *said])
        sql = f"SELECT {columns} FROM {table} WHERE patient_id IN (SELECT CAST(unnest(?) AS UUID))"  # noqa: S608
        with self.clinic.store.reading() as cursor:
            found = cursor.execute(sql, [[str(one) for one in self.ids]]).fetchall()
        for row in found:
            yield row[0], tuple(row[1:])

    def teardown(self) -> None:
        """Undo what can be undone, the last first; what stays is refused with a reason."""
        for one in reversed(self.done):
            if one.stands and not self.must_refuse(one):
                self.ask_undo(one)
                one.stands = False
                self.model_undo(one)
                self.every_row_is_where_it_belongs()
        if hasattr(self, "ids"):
            self.clinic.store.transact(lambda unit: self.clear(unit.cursor))

    def clear(self, cursor: Any) -> None:  # noqa: ANN401
        # Patients stay: a parent cannot go together with its children.
        for table in (*TABLES, "patient_name", "merged_row", "patient_merge"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def test_any_sequence_of_merge_edit_and_undo_keeps_the_law(clinic: Clinic, staff: Actor) -> None:
    run_state_machine_as_test(
        lambda: MergeMachine(clinic, staff),
        settings=settings(
            max_examples=25,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

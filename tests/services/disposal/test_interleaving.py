"""Whatever comes in whatever order: nothing goes while something stands against it, or too early.

A machine proposes, approves, runs, is interrupted, and meanwhile patients are treated, held,
restricted and booked, and time passes. A model beside it knows of each record when it might go.
"""

import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lib.domain.disposal import CaseState, ItemState
from lib.domain.retention import Facts, Hold, Status, disposition
from lib.errors import ClinicError
from lib.services.clinic import Clinic, open_clinic
from lib.services.disposal import cases, erasing, running
from lib.services.disposal.cases import Decision, Wanted
from lib.store import disposal_cases
from lib.store.disposal_cases import Case
from tests.conftest import settings_of
from tests.records import add_patient, restrict, write
from tests.services.conftest import PASSWORD
from tests.services.disposal.due import LAST_TREATED, hold, people, treat
from tests.services.disposal.left import holding

START = date(2022, 2, 25)
NAMES = ("Quillfeather", "Brackenbury", "Larkspur")
WHICH = st.sampled_from(range(len(NAMES)))


class Died(BaseException):
    """The process is gone at this point."""


class Disposals(RuleBasedStateMachine):
    """One clinic with a few records, each of which the model knows the facts of."""

    template: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.clinic: Clinic = open_clinic(settings_of(self.folder / "clinic"))
        self.today = START
        self.people = people(self.clinic)
        self.ids = [add_patient(self.clinic, family_name=one) for one in NAMES]
        for one in self.ids:
            treat(self.clinic, one)
        self.treated = dict.fromkeys(self.ids, LAST_TREATED)
        self.held: dict[UUID, list[UUID]] = {one: [] for one in self.ids}
        self.restricted: set[UUID] = set()
        self.booked: dict[UUID, date] = {}
        self.gone: set[UUID] = set()

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time()) + timedelta(hours=12)

    def may_go(self, patient_id: UUID) -> bool:
        holds = [Hold("legal_hold")] * len(self.held[patient_id])
        holds += [Hold("restriction")] * (patient_id in self.restricted)
        facts = Facts(
            born_on=date(1985, 8, 6),
            last_treated_on=self.treated[patient_id],
            next_appointment_on=self.booked.get(patient_id),
            holds=tuple(holds),
        )
        return disposition(facts, self.today).status is Status.DISPOSE_DUE

    def newest(self) -> Case | None:
        found = cases.list_cases(self.clinic, self.people.owner)
        open_ones = [one for one in found if one.state is not CaseState.DONE]
        return open_ones[0] if open_ones else None

    @rule(chosen=st.sets(WHICH, min_size=1))
    def propose(self, chosen: set[int]) -> None:
        ids = tuple(self.ids[one] for one in sorted(chosen))
        wanted = Wanted(uuid7s.uuid7(), ids)
        try:
            cases.propose(self.clinic, self.people.proposer, wanted, as_of=self.today, now=self.now)
        except ClinicError:
            return
        assert all(one not in self.gone and self.may_go(one) for one in ids)

    @rule(is_approved=st.booleans())
    def decide(self, is_approved: bool) -> None:  # noqa: FBT001 - what hypothesis draws
        case = self.newest()
        if case is None or case.state is not CaseState.PROPOSED:
            return
        decision = Decision(case.case_id, is_approved, "no", PASSWORD, case.proposed)
        cases.decide(self.clinic, self.people.approver, decision, now=self.now)
        if is_approved:
            cases.start(self.clinic, self.people.approver, case.case_id, now=self.now)

    @rule(which=WHICH)
    def place_hold(self, which: int) -> None:
        if self.ids[which] not in self.gone:
            self.held[self.ids[which]].append(hold(self.clinic, self.ids[which]))

    @rule(which=WHICH)
    def release_holds(self, which: int) -> None:
        for one in self.held[self.ids[which]]:
            self.change("UPDATE hold SET released_at = ? WHERE hold_id = ?", self.now, str(one))
        self.held[self.ids[which]] = []

    @rule(which=WHICH)
    def restrict(self, which: int) -> None:
        if self.ids[which] not in self.gone | self.restricted:
            restrict(self.clinic, self.ids[which])
            self.restricted.add(self.ids[which])

    @rule(which=WHICH)
    def lift(self, which: int) -> None:
        sql = "UPDATE restriction SET lifted_at = ? WHERE patient_id = ?"
        self.change(sql, self.now, str(self.ids[which]))
        self.restricted.discard(self.ids[which])

    @rule(which=WHICH, days=st.integers(0, 40))
    def book(self, which: int, days: int) -> None:
        key = self.ids[which]
        if key in self.gone:
            return
        starts_at = self.now + timedelta(days=days)
        write(
            self.clinic,
            "appointment",
            appointment_id=uuid7s.uuid7(),
            patient_id=key,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            status="booked",
            recorded_at=self.now,
        )
        self.booked[key] = max(starts_at.date(), self.booked.get(key, starts_at.date()))

    @rule(which=WHICH)
    def treat(self, which: int) -> None:
        key = self.ids[which]
        if key not in self.gone:
            treat(self.clinic, key, self.today)
            self.treated[key] = self.today

    @rule(days=st.sampled_from([1, 4, 30, 366 * 7]))
    def pass_time(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(where=st.sampled_from(["", "begin", "finish", "delete_patients"]))
    def run(self, where: str) -> None:
        """Carry out what is under way; it may die at a step, and then starts again at once."""
        case = self.newest()
        if case is None:
            return
        free = {one for one in self.ids if one not in self.gone and self.may_go(one)}
        self.run_once(case.case_id, where)
        self.check(free)
        self.run_once(case.case_id, "")
        self.check(free)

    def run_once(self, case_id: UUID, where: str) -> None:
        with pytest.MonkeyPatch.context() as patched:
            # What a rewrite and a proof do has tests of its own, and takes longest.
            patched.setattr(running, "_rewrite", _skip)
            if where:
                real = getattr(erasing, where)

                def dying(*args: object) -> None:
                    real(*args)
                    raise Died

                patched.setattr(erasing, where, dying)
            try:
                done = running.run(self.clinic, case_id, lambda: self.now)
            except Died:
                return
        assert done.fault is None

    def check(self, free: set[UUID]) -> None:
        """See that only what was free to go went, and that nothing of it is left."""
        with self.clinic.store.reading() as cursor:
            rows = cursor.execute("SELECT patient_id FROM patient").fetchall()
            treated = cursor.execute("SELECT DISTINCT patient_id FROM treatment").fetchall()
        there = {row[0] for row in rows}
        # Emptied, or wholly gone.
        went = set(self.ids) - {row[0] for row in treated} - self.gone
        assert went <= free
        self.gone |= set(self.ids) - there

    @invariant()
    def nothing_is_left_of_whoever_is_gone(self) -> None:
        if not getattr(self, "gone", None):
            return
        needles = [str(one) for one in self.gone]
        needles += [name for name, one in zip(NAMES, self.ids, strict=True) if one in self.gone]
        with self.clinic.store.reading() as cursor:
            assert holding(cursor, *needles) == []
            states = cursor.execute("SELECT state, patient_id FROM disposal_item").fetchall()
        assert all(key is None for state, key in states if state == ItemState.DISPOSED.value)

    @precondition(lambda self: hasattr(self, "clinic"))
    @invariant()
    def whoever_is_not_gone_is_whole(self) -> None:
        with self.clinic.store.reading() as cursor:
            items = {
                item.patient_id
                for case in disposal_cases.list_cases(cursor, 100)
                for item in disposal_cases.list_items(cursor, case.case_id, limit=9, offset=0)
                if item.state is ItemState.ERASING
            }
            treated = {
                row[0]
                for row in cursor.execute("SELECT DISTINCT patient_id FROM treatment").fetchall()
            }
        assert treated == set(self.ids) - self.gone - items

    def change(self, sql: str, *values: object) -> None:
        self.clinic.store.transact(lambda unit: unit.cursor.execute(sql, list(values)))

    def teardown(self) -> None:
        if hasattr(self, "clinic"):
            self.clinic.close()
            shutil.rmtree(self.folder)


def _skip(clinic: Clinic, case: Case, _: datetime) -> None:
    running._go_to(clinic, case, CaseState.PROVING)  # noqa: SLF001 - the step after it


def test_nothing_goes_while_something_stands_against_it(empty_template: Path) -> None:
    class Here(Disposals):
        template = empty_template.parent

    Here.TestCase.settings = settings(
        max_examples=6, stateful_step_count=14, suppress_health_check=list(HealthCheck)
    )
    Here.TestCase("runTest").runTest()

"""Whatever comes in whatever order: nothing goes while something stands against it, or too early.

A machine proposes, approves, runs, is interrupted, and meanwhile patients are treated, held,
restricted and booked, and time passes. A model beside it knows of each record when it might go.
"""

import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

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

# The first day on which the records may go.
START = date(2022, 3, 2)
NAMES = ("Quillfeather", "Brackenbury", "Larkspur")
WHICH = st.sampled_from(range(len(NAMES)))


class Died(BaseException):
    """The process is gone at this point."""


class Disposals:
    """One clinic with a few records, each of which the model knows the facts of."""

    def __init__(self, template: Path) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(template, self.folder, dirs_exist_ok=True)
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

    def propose(self, chosen: frozenset[int]) -> None:
        """Propose some records; an empty set stands for all that may go."""
        free = [one for one in self.ids if one not in self.gone and self.may_go(one)]
        ids = [self.ids[one] for one in sorted(chosen)] or free
        wanted = Wanted(uuid7s.uuid7(), tuple(ids))
        try:
            cases.propose(self.clinic, self.people.proposer, wanted, as_of=self.today, now=self.now)
        except ClinicError:
            return
        assert all(one not in self.gone and self.may_go(one) for one in ids)

    def send_back(self) -> None:
        self.decide(is_approved=False)

    def decide(self, *, is_approved: bool) -> None:
        case = self.newest()
        if case is None or case.state is not CaseState.PROPOSED:
            return
        decision = Decision(case.case_id, is_approved, "no", PASSWORD, case.proposed)
        cases.decide(self.clinic, self.people.approver, decision, now=self.now)
        if is_approved:
            cases.start(self.clinic, self.people.approver, case.case_id, now=self.now)

    def oppose(self, which: int, how: str) -> None:
        """Let something stand against a record's disposal, or start its clock again."""
        key = self.ids[which]
        if key not in self.gone:
            getattr(self, how)(key)

    def hold(self, key: UUID) -> None:
        self.held[key].append(hold(self.clinic, key))

    def restrict(self, key: UUID) -> None:
        restrict(self.clinic, key)
        self.restricted.add(key)

    def book(self, key: UUID) -> None:
        starts_at = self.now + timedelta(days=1)
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
        self.booked[key] = starts_at.date()

    def treat(self, key: UUID) -> None:
        treat(self.clinic, key, self.today)
        self.treated[key] = self.today

    def relent(self, which: int) -> None:
        """Release every hold of a record, and lift its restriction."""
        key = self.ids[which]
        self.change("UPDATE hold SET released_at = ? WHERE patient_id = ?", self.now, str(key))
        sql = "UPDATE restriction SET lifted_at = ? WHERE patient_id = ?"
        self.change(sql, self.now, str(key))
        self.held[key] = []
        self.restricted.discard(key)

    def pass_time(self, days: int) -> None:
        self.today += timedelta(days=days)

    def run(self, where: str) -> None:
        """Carry out what is under way; it may die at a step, and then starts again at once."""
        self.decide(is_approved=True)
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

    def nothing_is_left_of_whoever_is_gone(self) -> None:
        needles = [str(one) for one in self.gone]
        needles += [name for name, one in zip(NAMES, self.ids, strict=True) if one in self.gone]
        with self.clinic.store.reading() as cursor:
            assert holding(cursor, *needles) == []
            states = cursor.execute("SELECT state, patient_id FROM disposal_item").fetchall()
        assert all(key is None for state, key in states if state == ItemState.DISPOSED.value)

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

    def end(self) -> None:
        self.clinic.close()
        shutil.rmtree(self.folder)


def _skip(clinic: Clinic, case: Case, _: datetime) -> None:
    running._go_to(clinic, case, CaseState.PROVING)  # noqa: SLF001 - the step after it


ACTS = st.one_of(
    st.tuples(st.just("propose"), st.sampled_from([frozenset(), frozenset({0, 1})])),
    st.tuples(st.just("run"), st.sampled_from(["", "begin", "finish", "delete_patients"])),
    st.tuples(st.just("oppose"), WHICH, st.sampled_from(["hold", "restrict", "book", "treat"])),
    st.tuples(st.just("relent"), WHICH),
    st.tuples(st.just("pass_time"), st.sampled_from([1, 2, 366 * 7])),
    st.tuples(st.just("send_back")),
)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=2, max_size=9))
@example(acts=[("propose", frozenset()), ("oppose", 0, "hold"), ("run", "begin"), ("relent", 0)])
@example(acts=[("propose", frozenset()), ("oppose", 1, "treat"), ("run", "delete_patients")])
@example(acts=[("oppose", 0, "book"), ("pass_time", 2), ("propose", frozenset()), ("run", "")])
def test_nothing_goes_while_something_stands_against_it(
    empty_template: Path, acts: list[tuple[Any, ...]]
) -> None:
    there = Disposals(empty_template.parent)
    try:
        for name, *drawn in acts:
            getattr(there, name)(*drawn)
            there.whoever_is_not_gone_is_whole()
        there.nothing_is_left_of_whoever_is_gone()
    finally:
        there.end()

"""Appending to the trail: one entry or a hundred thousand, the same chain."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import audit
from lib.domain.access import Actor
from lib.domain.audit import Action, Entry, Event
from lib.services.clinic import Clinic
from lib.store.audit import COLUMNS, FEW_ENTRIES
from lib.store.connection import UnitOfWork

OPTIONAL_TEXT = st.none() | st.text(max_size=20)


def entries(clinic: Clinic) -> list[Entry]:
    with clinic.store.reading() as cursor:
        rows = cursor.execute(f"SELECT {COLUMNS} FROM audit_entry ORDER BY position").fetchall()  # noqa: S608 - constant
    return [Entry(*row) for row in rows]


def faults(found: list[Entry]) -> list[str]:
    previous = audit.GENESIS
    faulty = []
    for position, entry in enumerate(found):
        fault = audit.fault_of(entry, expected_position=position, expected_previous=previous)
        faulty.extend([fault] if fault else [])
        previous = entry.entry_hash
    return faulty


@pytest.mark.parametrize("count", [1, FEW_ENTRIES - 1, FEW_ENTRIES, 3 * FEW_ENTRIES])
def test_few_and_many_entries_form_one_unbroken_chain(
    clinic: Clinic, compliance: Actor, count: int
) -> None:
    patients = [str(uuid4()) for _ in range(count)]
    added = Event(Action.PATIENT_ADDED, detail={"import": "1"})
    done = Event(Action.IMPORT_DONE, subject_id=uuid4(), detail={"rows": count})
    before = len(entries(clinic))

    def work(unit: UnitOfWork) -> None:
        unit.audit_each(compliance, added, patients)
        unit.audit(compliance, done, Event(Action.SEARCHED, patient_id=UUID(patients[0])))

    clinic.store.transact(work)
    clinic.store.transact(work)
    found = entries(clinic)
    assert faults(found) == []
    assert before == 0
    assert [str(entry.patient_id) for entry in found[:count]] == patients
    assert [entry.action for entry in found[count : count + 2]] == [
        "import done",
        "searched patients",
    ]
    assert found[count].subject_id == done.subject_id
    assert len({entry.patient_salt for entry in found if entry.patient_id}) == 2 * count + 2


def test_an_act_on_no_patient_at_all_leaves_no_entry(clinic: Clinic, compliance: Actor) -> None:
    event = Event(Action.PATIENT_ADDED)
    clinic.store.transact(lambda unit: unit.audit_each(compliance, event, []))
    assert entries(clinic) == []


def test_work_that_fails_leaves_the_chain_where_it_was(clinic: Clinic, compliance: Actor) -> None:
    many = [str(uuid4()) for _ in range(2 * FEW_ENTRIES)]
    event = Event(Action.PATIENT_ADDED)

    def fail(unit: UnitOfWork) -> None:
        unit.audit_each(compliance, event, many)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clinic.store.transact(fail)
    clinic.store.transact(lambda unit: unit.audit_each(compliance, event, many))
    assert len(entries(clinic)) == 2 * FEW_ENTRIES
    assert faults(entries(clinic)) == []


@given(
    digest=st.none() | st.text(max_size=70) | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    address=OPTIONAL_TEXT,
    ground=OPTIONAL_TEXT,
    detail=st.text(max_size=30),
)
def test_what_is_hashed_is_the_plain_json_list_of_the_fields(
    digest: str | None, address: str | None, ground: str | None, detail: str
) -> None:
    entry = Entry(
        entry_id=UUID(int=1),
        chain_id=UUID(int=2),
        position=3,
        occurred_at=datetime(2026, 11, 1, 9, 30),  # noqa: DTZ001 - stored as UTC without a zone
        person_id=None,
        session_id=UUID(int=7),
        address=address,
        action="record viewed",
        outcome="done",
        patient_id=None,
        patient_salt=None,
        patient_digest=digest,
        subject_id=None,
        ground=ground,
        detail=detail,
        previous_hash=audit.GENESIS,
        entry_hash="",
    )
    covered = [
        *(str(UUID(int=1)), str(UUID(int=2)), 3, "2026-11-01T09:30:00", "None", str(UUID(int=7))),
        *(address, "record viewed", "done", digest, "None", ground, detail, audit.GENESIS),
    ]
    plain = json.dumps(covered, ensure_ascii=True, separators=(",", ":"))
    assert audit.hash_of(entry) == hashlib.sha256(plain.encode()).hexdigest()
    assert audit.hash_of(replace(entry, detail=detail + "x")) != audit.hash_of(entry)

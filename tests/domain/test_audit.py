"""The chain of the audit trail shows every change to it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from lib.domain import audit
from lib.domain.audit import Entry

CHAIN = UUID("01a20000-0000-7000-8000-0000000000aa")
PATIENT = UUID("01a20000-0000-7000-8000-0000000000bb")


def entry(position: int = 0, previous: str = audit.GENESIS) -> Entry:
    unsealed = Entry(
        entry_id=UUID(int=position + 1),
        chain_id=CHAIN,
        position=position,
        occurred_at=datetime(2026, 11, 1, 9, 30),  # noqa: DTZ001 - stored as UTC without a zone
        person_id=UUID(int=7),
        session_id=None,
        address="127.0.0.1",
        action="record viewed",
        outcome="done",
        patient_id=PATIENT,
        patient_salt="salt",
        patient_digest=audit.digest_of_patient("salt", PATIENT),
        subject_id=None,
        ground=None,
        detail="{}",
        previous_hash=previous,
        entry_hash="",
    )
    return replace(unsealed, entry_hash=audit.hash_of(unsealed))


def fault(checked: Entry, position: int = 0, previous: str = audit.GENESIS) -> str | None:
    return audit.fault_of(checked, expected_position=position, expected_previous=previous)


def test_an_untouched_entry_has_no_fault() -> None:
    assert fault(entry()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "record changed"},
        {"outcome": "refused"},
        {"occurred_at": datetime(2026, 11, 1, 9, 31)},  # noqa: DTZ001
        {"person_id": UUID(int=8)},
        {"session_id": UUID(int=9)},
        {"address": "10.0.0.1"},
        {"subject_id": UUID(int=3)},
        {"ground": "consent"},
        {"detail": '{"results": 3}'},
        {"entry_id": UUID(int=99)},
        {"chain_id": UUID(int=98)},
        {"patient_digest": "0"},
    ],
)
def test_any_changed_field_shows(change: dict[str, object]) -> None:
    assert fault(replace(entry(), **change)) == "entry 0 was changed"  # type: ignore[arg-type]


def test_a_removed_entry_shows() -> None:
    first = entry()
    assert fault(entry(2, first.entry_hash), 1, first.entry_hash) == "entry 1 is missing"


def test_an_entry_from_elsewhere_shows() -> None:
    expected = "entry 1 does not follow the one before it"
    assert fault(entry(1, "f" * 64), 1, entry().entry_hash) == expected


def test_another_patients_id_shows() -> None:
    expected = "entry 0 names another patient than was recorded"
    assert fault(replace(entry(), patient_id=UUID(int=5))) == expected
    assert fault(replace(entry(), patient_salt=None)) == expected


def test_an_entry_whose_patient_was_disposed_of_still_verifies() -> None:
    assert fault(replace(entry(), patient_id=None, patient_salt=None)) is None

"""SQL of follow-ups: who is due, and how the few open ones are kept beside the many."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import follow_ups
from lib.store.connection import UnitOfWork
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_patient,
    add_stock,
    add_treatment,
    correct_treatment,
    refresh_follow_ups,
    restrict,
    write,
)

FIRST, LAST = TODAY - timedelta(days=28), TODAY + timedelta(days=7)
TREATED_ON = TODAY - timedelta(days=30)


@pytest.fixture
def stock(clinic: Clinic) -> Stock:
    """Add what is treated with."""
    return add_stock(clinic)


def due(clinic: Clinic, stock: Stock, in_days: int, **patient: object) -> tuple[UUID, UUID]:
    """Add a patient who is due; return patient and treatment."""
    patient_id = add_patient(clinic, **{"last_seen_on": TREATED_ON, **patient})
    on = TODAY + timedelta(days=in_days)
    return patient_id, add_treatment(clinic, patient_id, stock, TREATED_ON, follow_up_due_on=on)


def book(clinic: Clinic, patient_id: UUID, in_days: int, status: str) -> None:
    starts_at = datetime.combine(TODAY + timedelta(days=in_days), time(10))
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        status=status,
        recorded_at=NOW,
    )
    refresh_follow_ups(clinic, patient_id)


def listed(clinic: Clinic) -> list[UUID]:
    with clinic.store.reading() as cursor:
        rows = follow_ups.list_follow_ups(cursor, FIRST, LAST, limit=50)
        count, _ = follow_ups.count_follow_ups(cursor, FIRST, LAST, TODAY)
    assert count == len(rows)
    return [row.patient_id for row in rows]


def test_the_longest_due_comes_first_and_both_ends_count(clinic: Clinic, stock: Stock) -> None:
    for in_days in (7, -28, 0, -29, 8):
        due(clinic, stock, in_days)
    with clinic.store.reading() as cursor:
        rows = follow_ups.list_follow_ups(cursor, FIRST, LAST, limit=50)
        counts = follow_ups.count_follow_ups(cursor, FIRST, LAST, TODAY)
    assert [(row.due_on - TODAY).days for row in rows] == [-28, 0, 7]
    assert counts == (3, 1)


def test_whoever_was_seen_since_is_left_out(clinic: Clinic, stock: Stock) -> None:
    due(clinic, stock, 0, last_seen_on=TREATED_ON + timedelta(days=1))
    assert listed(clinic) == []


def test_the_dead_and_the_restricted_are_left_out(clinic: Clinic, stock: Stock) -> None:
    due(clinic, stock, 0, deceased_on=TODAY)
    restrict(clinic, due(clinic, stock, 0)[0])
    assert listed(clinic) == []


def test_a_version_that_was_corrected_is_left_out(clinic: Clinic, stock: Stock) -> None:
    patient_id, treatment_id = due(clinic, stock, 0)
    correct_treatment(clinic, patient_id, stock, treatment_id, follow_up_due_on=None)
    assert listed(clinic) == []


@pytest.mark.parametrize(
    ("in_days", "status", "is_listed"),
    [
        (3, "booked", False),
        (-5, "attended", False),
        (-5, "missed", True),
        (3, "cancelled", True),
        (-35, "attended", True),
    ],
)
def test_a_time_booked_or_kept_since_settles_it(
    clinic: Clinic,
    stock: Stock,
    in_days: int,
    status: str,
    is_listed: bool,  # noqa: FBT001
) -> None:
    patient_id, _ = due(clinic, stock, 0)
    book(clinic, patient_id, in_days, status)
    assert listed(clinic) == ([patient_id] if is_listed else [])


def test_a_merged_record_is_left_out(clinic: Clinic, stock: Stock) -> None:
    due(clinic, stock, 0, merged_into_id=add_patient(clinic))
    assert listed(clinic) == []


def kept(clinic: Clinic) -> list[tuple[object, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute("SELECT * FROM follow_up ORDER BY treatment_id").fetchall()


def test_what_settles_itself_opens_again_when_the_booking_is_cancelled(
    clinic: Clinic, stock: Stock
) -> None:
    patient_id, _ = due(clinic, stock, 0)
    book(clinic, patient_id, 3, "booked")
    assert kept(clinic) == []
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE appointment SET status = 'cancelled'")
    )
    refresh_follow_ups(clinic, patient_id)
    assert listed(clinic) == [patient_id]


def test_refreshing_twice_changes_nothing(clinic: Clinic, stock: Stock) -> None:
    patient_id, _ = due(clinic, stock, 0)
    before = kept(clinic)
    refresh_follow_ups(clinic, patient_id)
    assert kept(clinic) == before != []


def spoil(clinic: Clinic) -> None:
    """Leave the table as it was before anything was treated, with one follow-up long settled."""

    def work(unit: UnitOfWork) -> None:
        unit.cursor.execute("DELETE FROM follow_up WHERE due_on <> ?", [TODAY])
        unit.cursor.execute("UPDATE patient SET last_seen_on = ? WHERE title = 'Dr'", [TODAY])

    clinic.store.transact(work)


@pytest.mark.parametrize("count", [2, follow_ups.FEW + 2])
def test_one_after_the_other_all_at_once_and_anew_come_to_the_same(
    clinic: Clinic, stock: Stock, count: int
) -> None:
    ids = [due(clinic, stock, number)[0] for number in range(count)]
    settled, _ = due(clinic, stock, 0, title="Dr")
    expected = [row for row in kept(clinic) if row[1] != settled]
    spoil(clinic)
    clinic.store.transact(lambda unit: follow_ups.refresh(unit.cursor, [*ids, settled]))
    assert kept(clinic) == expected
    spoil(clinic)
    clinic.store.transact(lambda unit: follow_ups.rebuild(unit.cursor))
    assert kept(clinic) == expected

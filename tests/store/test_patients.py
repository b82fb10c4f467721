"""Adding patients in bulk with what belongs to them, and the numbers of their references."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pyarrow as pa

from lib.domain.reference import references_of
from lib.services.clinic import Clinic
from lib.store import bulk, patients
from lib.store.patients import PatientRows

NOW = datetime(2026, 11, 23, 20, 0)  # noqa: DTZ001 - stored as UTC without a zone


def rows_for(numbers: range) -> PatientRows:
    count = len(numbers)
    ids = bulk.new_ids(count)
    return PatientRows(
        patient=pa.table(
            {
                "patient_id": ids,
                "reference": references_of(numbers),
                "given_names": ["Zoë"] * count,
                "family_name": ["O'Brien"] * count,
                "sex": ["not_known"] * count,
                "registered_on": [date(2026, 11, 23)] * count,
                "source": ["import"] * count,
                "version": [1] * count,
                "created_at": [NOW] * count,
                "changed_at": [NOW] * count,
            }
        ),
        patient_external_id=pa.table(
            {
                "system": ["import"] * count,
                "external_id": [str(n) for n in numbers],
                "patient_id": ids,
            }
        ),
        patient_phone=pa.table({"patient_id": pa.array([], pa.string())}),
    )


def test_numbers_start_at_one_and_are_never_given_twice(clinic: Clinic) -> None:
    taken = [
        clinic.store.transact(lambda unit: patients.take_numbers(unit.cursor, 3)) for _ in range(3)
    ]
    assert taken == [range(1, 4), range(4, 7), range(7, 10)]


def test_numbers_taken_at_once_by_several_are_all_different(clinic: Clinic) -> None:
    def take(_: int) -> range:
        return clinic.store.transact(lambda unit: patients.take_numbers(unit.cursor, 2))

    take(0)
    with ThreadPoolExecutor(3) as pool:
        taken = [number for numbers in pool.map(take, range(9)) for number in numbers]
    assert sorted(taken) == list(range(3, 21))


def test_patients_are_stored_with_what_belongs_to_them(clinic: Clinic) -> None:
    added = clinic.store.transact(
        lambda unit: patients.insert_patients(unit.cursor, rows_for(range(1, 4)))
    )
    with clinic.store.reading() as cursor:
        found = cursor.execute(
            "SELECT reference, given_names, family_name, external_id FROM patient "
            "JOIN patient_external_id USING (patient_id) ORDER BY reference"
        ).fetchall()
    assert added == 3
    assert found == [
        (reference, "Zoë", "O'Brien", str(number))
        for number, reference in zip(range(1, 4), references_of(range(1, 4)), strict=True)
    ]

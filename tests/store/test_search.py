"""SQL of patient lookup."""

from datetime import date, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import search
from lib.store.connection import UnitOfWork
from tests.search.people import change, now, register


def test_the_most_recent_patient_has_the_first_ordinal(clinic: Clinic) -> None:
    ids = register(
        clinic,
        {"family_name": "Never", "registered_on": date(2021, 1, 1)},
        {"family_name": "Lately", "last_seen_on": date(2026, 1, 1)},
        {"family_name": "Once", "last_seen_on": date(2020, 1, 1)},
    )
    with clinic.store.reading() as cursor:
        tables = search.get_search_tables(cursor)
    found = tables.patients.column("patient_id").to_pylist()
    assert found == [str(ids[place]) for place in (1, 0, 2)]


def test_everything_a_patient_is_found_by_carries_the_ordinal(clinic: Clinic) -> None:
    _, chosen = register(
        clinic,
        {"family_name": "Other", "phone": "+441", "email": "b@example.com"},
        {"family_name": "Hart", "former": "Stone", "phone": "+447700900417",
         "email": "A@Example.com", "postcode": "sw1a 1aa", "external_id": "C 1"},
    )  # fmt: skip
    with clinic.store.reading() as cursor:
        tables = search.get_search_tables(cursor, [str(chosen)])
    assert tables.patients.column("family_name").to_pylist() == ["Hart"]
    assert tables.former_names.to_pylist() == [
        {"ordinal": 0, "given_names": "", "family_name": "Stone"}
    ]
    assert tables.phones.to_pylist() == [
        {"ordinal": 0, "from_end": 714009007744000, "from_start": 447700900417000}
    ]
    assert tables.emails.to_pylist() == [{"ordinal": 0, "text": "a@example.com"}]
    assert tables.postcodes.to_pylist() == [{"ordinal": 0, "text": "SW1A1AA"}]
    assert tables.codes.to_pylist() == [{"ordinal": 0, "text": "c1"}]
    assert tables.references.column("ordinal").to_pylist() == [0]


def test_texts_are_sorted_byte_by_byte(clinic: Clinic) -> None:
    register(clinic, *({"external_id": code} for code in ("é", "b", "a-b", "ab", "B", "z")))
    with clinic.store.reading() as cursor:
        texts = search.get_search_tables(cursor).codes.column("text").to_pylist()
    assert texts == sorted(texts)


def test_the_fingerprint_differs_after_every_change(clinic: Clinic) -> None:
    since = now() - timedelta(minutes=1)
    seen = set()
    for step in range(3):
        with clinic.store.reading() as cursor:
            seen.add(search.get_fingerprint(cursor, since))
        if step == 0:
            (patient,) = register(clinic, {"family_name": "Hart"})
        else:
            change(clinic, patient, "note", f"{step}")
    assert len(seen) == 3


def test_what_changed_before_is_left_out(clinic: Clinic) -> None:
    old, new = register(clinic, {"changed_at": now() - timedelta(days=1)}, {})
    with clinic.store.reading() as cursor:
        changed = search.get_changed(cursor, now() - timedelta(minutes=1))
    assert changed.to_pylist() == [{"patient_id": str(new), "version": 1}]
    assert old != new


def test_rows_come_in_the_order_asked_for_without_who_is_not_on_file(clinic: Clinic) -> None:
    first, second = register(clinic, {"family_name": "A"}, {"family_name": "B", "external_id": "9"})
    with clinic.store.reading() as cursor:
        rows = search.list_result_rows(cursor, [second, UUID(int=1), first])
    assert [row.family_name for row in rows] == ["B", "A"]
    assert [row.external_id for row in rows] == ["9", None]


def test_a_row_tells_of_practitioner_and_restriction(clinic: Clinic) -> None:
    practitioner = uuid7s.uuid7()
    (patient,) = register(clinic, {"last_practitioner_id": str(practitioner)})

    def work(unit: UnitOfWork) -> None:
        unit.cursor.execute(
            "INSERT INTO practitioner (practitioner_id, display_name, profession, is_prescriber) "
            "VALUES (?, 'Nurse Joy', 'nurse', true)",
            [practitioner],
        )
        unit.cursor.execute(
            "INSERT INTO restriction (restriction_id, patient_id, reason, placed_at) "
            "VALUES (?, ?, 'accuracy contested', ?)",
            [uuid7s.uuid7(), patient, now()],
        )

    clinic.store.transact(work)
    with clinic.store.reading() as cursor:
        (row,) = search.list_result_rows(cursor, [patient])
    assert row.practitioner_name == "Nurse Joy"
    assert row.is_restricted

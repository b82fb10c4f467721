"""Patients put on file by the lookup's tests, as a person would type them in."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.domain.reference import reference_of
from lib.services.clinic import Clinic
from lib.store import bulk
from lib.store.connection import UnitOfWork
from lib.store.patients import take_numbers

TODAY = date(2026, 11, 23)
Row = dict[str, Any]


def now() -> datetime:
    """Return the time as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def register(clinic: Clinic, *people: Row) -> list[UUID]:
    """Put people on file and return their ids.

    Beside the columns of `patient` a person may have `former` (family name), `phone`, `email`,
    `postcode` and `external_id`.
    """
    ids = [uuid7s.uuid7() for _ in people]

    def work(unit: UnitOfWork) -> None:
        numbers = take_numbers(unit.cursor, len(people))
        patients = [
            _patient(patient_id, number, person)
            for patient_id, number, person in zip(ids, numbers, people, strict=True)
        ]
        bulk.insert_rows(unit.cursor, "patient", pa.Table.from_pylist(patients))
        for table, build in BELONGINGS.items():
            pairs = zip(ids, people, strict=True)
            rows = [row for patient_id, person in pairs if (row := build(patient_id, person))]
            if rows:
                bulk.insert_rows(unit.cursor, table, pa.Table.from_pylist(rows))

    clinic.store.transact(work)
    return ids


def change(clinic: Clinic, patient_id: UUID, column: str, value: object) -> None:
    """Change one column of a patient as a service would: newer version, newer time."""

    def work(unit: UnitOfWork) -> None:
        unit.cursor.execute(
            f"UPDATE patient SET {column} = ?, version = version + 1, changed_at = ? "  # noqa: S608
            "WHERE patient_id = ?",
            [value, now(), patient_id],
        )

    clinic.store.transact(work)


def _patient(patient_id: UUID, number: int, person: Row) -> Row:
    own = {name: value for name, value in person.items() if name not in EXTRAS}
    return {
        "patient_id": str(patient_id),
        "reference": reference_of(number),
        "given_names": "",
        "family_name": "",
        "preferred_name": None,
        "born_on": None,
        "deceased_on": None,
        "last_seen_on": None,
        "last_practitioner_id": None,
        "sex": "not_known",
        "registered_on": date(2020, 1, 1),
        "source": "patient",
        "version": 1,
        "created_at": now(),
        "changed_at": now(),
    } | own


EXTRAS = {"former", "phone", "email", "postcode", "external_id"}


def _recorded(patient_id: UUID, key: str, row: Row) -> Row:
    return row | {
        key: str(uuid7s.uuid7()),
        "patient_id": str(patient_id),
        "source": "patient",
        "recorded_at": now(),
    }


def _former(patient_id: UUID, person: Row) -> Row | None:
    if "former" not in person:
        return None
    named = {"kind": "former", "given_names": "", "family_name": person["former"]}
    return _recorded(patient_id, "patient_name_id", named)


def _phone(patient_id: UUID, person: Row) -> Row | None:
    if "phone" not in person:
        return None
    number = person["phone"]
    row = {"kind": "mobile", "number": number, "number_as_given": number, "is_preferred": True}
    return _recorded(patient_id, "patient_phone_id", row)


def _email(patient_id: UUID, person: Row) -> Row | None:
    if "email" not in person:
        return None
    row = {"email": person["email"], "is_preferred": True}
    return _recorded(patient_id, "patient_email_id", row)


def _address(patient_id: UUID, person: Row) -> Row | None:
    if "postcode" not in person:
        return None
    row = {"postcode": person["postcode"], "is_preferred": True}
    return _recorded(patient_id, "patient_address_id", row)


def _code(patient_id: UUID, person: Row) -> Row | None:
    if "external_id" not in person:
        return None
    return {
        "system": "old",
        "external_id": person["external_id"],
        "patient_id": str(patient_id),
    }


BELONGINGS = {
    "patient_name": _former,
    "patient_phone": _phone,
    "patient_email": _email,
    "patient_address": _address,
    "patient_external_id": _code,
}

"""Whole records for tests: one patient with everything that the screen can show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.reference import reference_of
from lib.services.clinic import Clinic
from lib.store import follow_ups, patients
from lib.store.connection import Cursor, UnitOfWork

TODAY = date(2026, 11, 23)
NOW = datetime.fromisoformat("2026-11-23T09:00")
EVIL_FAMILY = "<script>alert(1)</script>"
EVIL_GIVEN = "[x](http://evil.example)"
EVIL_PREFERRED = r"$\LaTeX$ :red[x] :smile:"


@dataclass(frozen=True, slots=True)
class Stock:
    """A practitioner, a prescriber, and a toxin and a serum with one lot each."""

    practitioner_id: UUID
    prescriber_id: UUID
    toxin_id: UUID
    toxin_lot_id: UUID
    serum_id: UUID


def insert(cursor: Cursor, table: str, **values: Any) -> None:  # noqa: ANN401 - any column
    """Insert one row; the values are bound, names are ours."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
        [str(value) if isinstance(value, UUID) else value for value in values.values()],
    )


def write(clinic: Clinic, table: str, **values: Any) -> None:  # noqa: ANN401
    """Insert one row in a transaction of its own."""
    clinic.store.transact(lambda unit: insert(unit.cursor, table, **values))


def add_patient(clinic: Clinic, **values: Any) -> UUID:  # noqa: ANN401
    """Add a patient; what is not given is plain."""
    patient_id = uuid7s.uuid7()

    def work(unit: UnitOfWork) -> None:
        number = patients.take_numbers(unit.cursor, 1)[0]
        usual = {
            "patient_id": patient_id,
            "reference": reference_of(number),
            "title": "Ms",
            "given_names": "Anna",
            "family_name": "Hart",
            "sex": "female",
            "born_on": date(1985, 8, 6),
            "registered_on": date(2018, 3, 12),
            "source": "patient",
            "version": 1,
            "created_at": NOW,
            "changed_at": NOW,
        }
        insert(unit.cursor, "patient", **{**usual, **values})

    clinic.store.transact(work)
    return patient_id


def add_stock(clinic: Clinic) -> Stock:
    """Add who treats and what with."""
    stock = Stock(*(uuid7s.uuid7() for _ in range(5)))
    names = ((stock.practitioner_id, "Pat Lee", False), (stock.prescriber_id, "Dr Kim Roe", True))
    for key, name, prescribes in names:
        write(
            clinic,
            "practitioner",
            practitioner_id=key,
            display_name=name,
            profession="nurse",
            is_prescriber=prescribes,
        )
    products = ((stock.toxin_id, "Velaxin", "toxin"), (stock.serum_id, "Glow serum", "skin_care"))
    for key, name, group in products:
        write(
            clinic,
            "product",
            product_id=key,
            name=name,
            product_group=group,
            unit="unit",
            is_prescription_only=group == "toxin",
            is_active=True,
        )
    write(
        clinic,
        "lot",
        lot_id=stock.toxin_lot_id,
        product_id=stock.toxin_id,
        lot_number="VX-1",
        expires_on=date(2027, 1, 30),
    )
    return stock


def add_treatment(
    clinic: Clinic,
    patient_id: UUID,
    stock: Stock,
    treated_on: date,
    **values: Any,  # noqa: ANN401
) -> UUID:
    """Add a treatment of the forehead with 20 units of the toxin."""
    treatment_id = uuid7s.uuid7()
    usual = {
        "treatment_id": treatment_id,
        "series_id": treatment_id,
        "version": 1,
        "patient_id": patient_id,
        "name": "Wrinkle relaxing",
        "treated_on": treated_on,
        "practitioner_id": stock.practitioner_id,
        "price_pence": 25_500,
        "recorded_at": NOW,
    }
    write(clinic, "treatment", **{**usual, **values})
    write(
        clinic,
        "treatment_item",
        treatment_item_id=uuid7s.uuid7(),
        treatment_id=treatment_id,
        patient_id=patient_id,
        product_id=stock.toxin_id,
        lot_id=stock.toxin_lot_id,
        area="forehead",
        dose=20,
        unit="unit",
    )
    refresh_follow_ups(clinic, patient_id)
    return treatment_id


def refresh_follow_ups(clinic: Clinic, patient_id: UUID) -> None:
    """Bring a patient's open follow-ups up to date, as every service does that changes one."""
    clinic.store.transact(lambda unit: follow_ups.refresh(unit.cursor, [patient_id]))


def correct_treatment(
    clinic: Clinic,
    patient_id: UUID,
    stock: Stock,
    old: UUID,
    **values: Any,  # noqa: ANN401
) -> UUID:
    """Replace a treatment by a second version."""
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE treatment SET superseded_at = ? WHERE treatment_id = ?", [NOW, str(old)]
        )
    )
    return add_treatment(
        clinic,
        patient_id,
        stock,
        **{
            "treated_on": TODAY - timedelta(days=30),
            "series_id": old,
            "version": 2,
            "correction_reason": "Dose mis-keyed",
            **values,
        },
    )


def add_history(clinic: Clinic, patient_id: UUID, kind: str, name: str, **values: Any) -> UUID:  # noqa: ANN401
    """Add an entry of the medical history; give `series_id` and `version` for a later version."""
    entry_id = uuid7s.uuid7()
    usual = {
        "entry_id": entry_id,
        "series_id": entry_id,
        "version": 1,
        "patient_id": patient_id,
        "kind": kind,
        "name": name,
        "status": "active",
        "source": "patient",
        "recorded_at": NOW,
    }
    write(clinic, "history_entry", **{**usual, **values})
    return entry_id


def restrict(clinic: Clinic, patient_id: UUID) -> None:
    """Restrict a record."""
    write(
        clinic,
        "restriction",
        restriction_id=uuid7s.uuid7(),
        patient_id=patient_id,
        reason="accuracy contested",
        placed_at=NOW,
    )


def audit_lines(clinic: Clinic) -> list[tuple[str, str, str | None, str | None, str]]:
    """Return action, outcome, patient, ground and detail of every entry, oldest first."""
    with clinic.store.reading() as cursor:
        return cursor.execute(
            "SELECT action, outcome, CAST(patient_id AS VARCHAR), ground, detail "
            "FROM audit_entry ORDER BY occurred_at, position"
        ).fetchall()

"""Merging two records and undoing it: what moves, what comes back, what is refused."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.merging import Wanted
from lib.store import merged_rows
from lib.store.merges import Merge
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    write,
)

# What a merge may not leave as it was: stamps, and versions and cases that are only ever appended.
STAMPS = {"version", "changed_at", "changed_by"}
APPENDED = {"patient_version", "patient_merge", "merged_row", "audit_entry"}


def wanted(survivor_id: UUID, absorbed_id: UUID, **values: Any) -> Wanted:  # noqa: ANN401
    usual = {"is_confirmed": True, "reason": "Same person"}
    return Wanted(uuid7s.uuid7(), survivor_id, absorbed_id, **{**usual, **values})


def merge(
    clinic: Clinic,
    actor: Actor,
    survivor_id: UUID,
    absorbed_id: UUID,
    minutes: int = 0,
    **values: Any,  # noqa: ANN401
) -> Merge:
    asked = wanted(survivor_id, absorbed_id, **values)
    return merges.merge(clinic, actor, asked, now=NOW + timedelta(minutes=minutes), as_of=TODAY)


def undo(clinic: Clinic, actor: Actor, merge_id: UUID) -> unmerging.Undone:
    return unmerging.undo(clinic, actor, merge_id, now=NOW + timedelta(hours=1))


def everything(clinic: Clinic) -> dict[str, list[Any]]:
    """Return every row of every table that reaches a patient, without stamps."""
    with clinic.store.reading() as cursor:
        return {
            table: sorted(rows_of(cursor, table))
            for table in merged_rows.data_map.tables_of_patient()
            if table not in APPENDED
        }


def rows_of(cursor: Any, table: str) -> Iterator[Any]:  # noqa: ANN401
    columns = [name for name in merged_rows.columns_of(table) if name not in STAMPS]
    for row in cursor.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall():  # noqa: S608
        yield tuple(str(value) for value in row)


def add_contacts(clinic: Clinic, patient_id: UUID, number: str) -> None:
    write(
        clinic,
        "patient_phone",
        patient_phone_id=uuid7s.uuid7(),
        patient_id=patient_id,
        kind="mobile",
        number=number,
        number_as_given=number,
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )


def add_recent(clinic: Clinic, person_id: UUID, patient_id: UUID) -> None:
    write(clinic, "recent_record", person_id=person_id, patient_id=patient_id, opened_at=NOW)


def test_a_merge_moves_everything_and_an_undo_gives_it_back(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    survivor_id = add_patient(clinic, title=None)
    absorbed_id = add_patient(clinic, given_names="Anne", preferred_name="Annie", note="Shy")
    for patient_id in (survivor_id, absorbed_id):
        add_treatment(clinic, patient_id, stock, TODAY)
        add_contacts(clinic, patient_id, "+447700900123")
        add_contacts(clinic, patient_id, f"+4477009001{patient_id.int % 90 + 10}")
        add_recent(clinic, staff.person_id, patient_id)
        add_history(clinic, patient_id, "allergy", "Latex")
    before = everything(clinic)
    done = merge(clinic, staff, survivor_id, absorbed_id)
    with clinic.store.reading() as cursor:
        assert [
            shape.table
            for shape in merged_rows.moving(cursor)
            if merged_rows.count_rows(cursor, shape, absorbed_id)
        ] == []
    assert undo(clinic, staff, done.merge_id).kept == ()
    assert everything(clinic) == before

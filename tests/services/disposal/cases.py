"""A case of disposal as it stands before its proof, made by hand: the act has its own tests."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import data_map
from lib.domain.data_map import OnDisposal
from lib.services.clinic import Clinic
from lib.services.disposal import identifiers
from lib.store.connection import Cursor
from tests.records import NOW, insert

SOMEBODY = UUID("01a20000-0000-7000-8000-000000000001")
ANOTHER = UUID("01a20000-0000-7000-8000-000000000002")


def collected_case(clinic: Clinic, patient_ids: Iterable[UUID]) -> UUID:
    """Make a case of records, and keep what each is known by; nothing goes yet."""
    case_id = uuid7s.uuid7()

    def work(cursor: Cursor) -> None:
        insert(
            cursor,
            "disposal_case",
            case_id=case_id,
            number="C-000001",
            method="erase",
            state="proving",
            as_of=date(2026, 11, 24),
            setting_version=0,
            proposed_at=NOW,
            proposed_by=SOMEBODY,
            decided_at=NOW,
            decided_by=ANOTHER,
            erased_at=NOW,
        )
        for number, patient_id in enumerate(patient_ids, 1):
            name = f"D-{number:06}"
            identifiers.keep(clinic, case_id, name, identifiers.collect(cursor, [patient_id]))
            insert(
                cursor,
                "disposal_item",
                disposal_item_id=uuid7s.uuid7(),
                case_id=case_id,
                number=name,
                state="disposed",
                is_partial=False,
                is_minor=False,
                basis="Last treated 22-Nov-2019 + 7 years (C1)",
                counts='{"identity": 3, "contact": 2}',
            )

    clinic.store.transact(lambda unit: work(unit.cursor))
    return case_id


def take_out(clinic: Clinic, patient_id: UUID, *, but: str = "") -> None:
    """Delete a record as plainly as can be, every table that reaches it but one."""

    def children(cursor: Cursor) -> None:
        for table in reversed(data_map.tables_of_patient()):
            columns = data_map.columns_of(table)
            if table in {"patient", but}:
                continue
            for reach in columns[0].reach:
                if columns[0].treatment.on_erase is OnDisposal.DELETE:
                    sql = f"DELETE FROM {table} WHERE {reach} = ?"  # noqa: S608
                else:
                    sql = f"UPDATE {table} SET {reach} = NULL WHERE {reach} = ?"  # noqa: S608
                cursor.execute(sql, [str(patient_id)])

    clinic.store.transact(lambda unit: children(unit.cursor))
    if not but:
        clinic.store.transact(
            lambda unit: unit.cursor.execute(
                "DELETE FROM patient WHERE patient_id = ?", [str(patient_id)]
            )
        )

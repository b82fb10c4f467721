"""The act: what goes, what stays, what is checked once more, and what is noted of it."""

from uuid import UUID

from lib.domain.access import Role
from lib.domain.disposal import CaseState, ItemState
from lib.services import audit
from lib.services.clinic import Clinic
from lib.services.disposal import cases, running
from lib.store.connection import Cursor
from lib.store.disposal_cases import Case
from tests.conftest import actor_with
from tests.records import NOW, add_history
from tests.services.disposal.due import due, people, started


def clock() -> object:
    return NOW


def items_of(clinic: Clinic, case: Case) -> list[tuple[ItemState, UUID | None, str | None]]:
    found = cases.open_case(clinic, actor_with(Role.COMPLIANCE), case.case_id).lines
    return [(one.item.state, one.item.patient_id, one.item.skipped_because) for one in found]


def holding(cursor: Cursor, *needles: str) -> list[tuple[str, str]]:
    """Return every table and column that holds one of the texts anywhere."""
    columns = cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_catalog = 'clinic' AND data_type IN ('UUID', 'VARCHAR')"
    ).fetchall()
    found = []
    for table, column in columns:
        for needle in needles:
            sql = f"SELECT count(*) FROM {table} WHERE contains(CAST({column} AS VARCHAR), ?)"  # noqa: S608 - the schema's names
            if cursor.execute(sql, [needle]).fetchall() != [(0,)]:
                found.append((table, column))
    return found


def test_a_record_goes_from_every_table_and_leaves_its_number(clinic: Clinic) -> None:
    known = people(clinic)
    patient_id = due(clinic, family_name="Quillfeather")
    other = due(clinic)
    add_history(clinic, patient_id, "allergy", "Latex")
    case = started(clinic, known, patient_id)
    done = running.run(clinic, case.case_id, lambda: NOW)
    assert (done.state, done.fault, done.disposed) == (CaseState.DONE, None, 1)
    with clinic.store.reading() as cursor:
        assert holding(cursor, str(patient_id), "Quillfeather", "Latex") == []
        assert cursor.execute("SELECT patient_id FROM patient").fetchall() == [(other,)]
    assert items_of(clinic, case) == [(ItemState.DISPOSED, None, None)]
    assert audit.verify(clinic, actor_with(Role.COMPLIANCE)).is_whole

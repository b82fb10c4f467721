"""What the tests of imports share: bringing a file in, and looking at what is stored then."""

from collections import Counter
from typing import Any

from lib.domain.access import Actor
from lib.domain.audit import Entry
from lib.imports.kinds import Kind
from lib.imports.report import ImportReport
from lib.services import imports
from lib.services.clinic import Clinic
from lib.services.imports import Order, Source
from lib.store.audit import COLUMNS

PARTIAL = Order(partial=True)
PATIENTS = (
    "id,first_name,last_name,dob,mobile,email\n"
    "1,Zoë,O'Brien,14/07/1985,07700 900123,zoe@example.com\n"
    "2,Ann,Lee,01/02/1980,,\n"
    "3,Ann,Lee,01/02/1980,,\n"
    "4,Kim,Young,25/12/2008,,\n"
)


def bring(
    clinic: Clinic, actor: Actor, kind: Kind, text: str, order: Order | None = None
) -> ImportReport:
    return imports.run(clinic, actor, Source(text.encode(), kind=kind), order or Order())


def rows(clinic: Clinic, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(sql, values).fetchall()


def everything(clinic: Clinic, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(rows(clinic, f"SELECT * FROM {table}"), key=str) for table in tables}  # noqa: S608


def entries(clinic: Clinic) -> list[Entry]:
    found = rows(clinic, f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position")  # noqa: S608
    return [Entry(*row) for row in found]


def actions(clinic: Clinic) -> Counter[str]:
    return Counter(entry.action for entry in entries(clinic))


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    """Return rows added, changed, unchanged, waiting and rejected."""
    return (
        report.added,
        report.changed,
        report.unchanged,
        report.waiting,
        report.rows_rejected,
    )


def patient_of(clinic: Clinic, external_id: str) -> Any:  # noqa: ANN401
    found = rows(
        clinic, "SELECT patient_id FROM patient_external_id WHERE external_id = ?", external_id
    )
    return found[0][0]

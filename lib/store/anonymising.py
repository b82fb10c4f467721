"""SQL of anonymising: what is read of a batch before it goes, and the counts that stay."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from lib.store.connection import Cursor
from lib.store.marks import batched, marks
from lib.store.rows import insert_rows

LIST_PATIENTS = """
    SELECT patient_id, sex, born_on FROM patient WHERE patient_id IN ({keys})
"""
LIST_POSTCODES = """
    SELECT patient_id, postcode FROM patient_address
    WHERE postcode IS NOT NULL AND patient_id IN ({keys})
    ORDER BY is_preferred, recorded_at, patient_address_id
"""
LIST_TREATMENTS = """
    SELECT t.patient_id, t.treated_on, product.product_group
    FROM treatment AS t
    LEFT JOIN treatment_item AS item ON item.treatment_id = t.treatment_id
    LEFT JOIN product ON product.product_id = item.product_id
    WHERE t.superseded_at IS NULL AND t.patient_id IN ({keys})
"""
LIST_EVENTS = """
    SELECT patient_id, severity FROM adverse_event
    WHERE superseded_at IS NULL AND patient_id IN ({keys})
"""
GET_COUNT = "SELECT patients FROM anonymised_count WHERE anonymised_count_id = ?"
ADD_TO_COUNT = """
    UPDATE anonymised_count SET patients = patients + ? WHERE anonymised_count_id = ?
"""
LIST_COUNTS = """
    SELECT table_name, first_value, second_value, third_value, sensitive_value, patients
    FROM anonymised_count
    ORDER BY table_name, first_value, second_value, third_value, sensitive_value
"""


def list_patients(
    cursor: Cursor, patient_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, str, date | None]]:
    """Give id, sex and date of birth."""
    yield from _rows(cursor, LIST_PATIENTS, patient_ids)


def list_postcodes(cursor: Cursor, patient_ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    """Give id and postcode, the one in use last."""
    yield from _rows(cursor, LIST_POSTCODES, patient_ids)


def list_treatments(
    cursor: Cursor, patient_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, date, str | None]]:
    """Give id, day and product group of everything that was used."""
    yield from _rows(cursor, LIST_TREATMENTS, patient_ids)


def list_events(cursor: Cursor, patient_ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    """Give id and severity of every adverse event."""
    yield from _rows(cursor, LIST_EVENTS, patient_ids)


def add_count(cursor: Cursor, key: UUID, values: Sequence[str | None], patients: int) -> None:
    """Add patients to a cell: table, three traits (None: it has fewer) and sensitive value."""
    if cursor.execute(GET_COUNT, [str(key)]).fetchone():
        cursor.execute(ADD_TO_COUNT, [patients, str(key)])
        return
    names = ("table_name", "first_value", "second_value", "third_value", "sensitive_value")
    row: dict[str, object] = {"anonymised_count_id": key, "patients": patients}
    insert_rows(cursor, "anonymised_count", [row | dict(zip(names, values, strict=True))])


def list_counts(cursor: Cursor) -> list[tuple[str, str, str | None, str | None, str, int]]:
    """Return every cell: table, traits, sensitive value, patients."""
    return cursor.execute(LIST_COUNTS).fetchall()


def _rows(cursor: Cursor, sql: str, patient_ids: Sequence[UUID]) -> Iterator[tuple]:  # type: ignore[type-arg]
    for part in batched([str(one) for one in patient_ids]):
        yield from cursor.execute(sql.format(keys=marks(part)), list(part)).fetchall()

"""Rows into our tables: bound values, names of ours only."""

from uuid import UUID

import pytest

from lib.services.clinic import Clinic
from lib.store.rows import insert_row, insert_rows

NAMES = [{"name": "a", "next_value": 1}, {"next_value": 2, "name": "b"}]


def counters(clinic: Clinic) -> list[tuple[str, int]]:
    with clinic.store.reading() as cursor:
        sql = "SELECT name, next_value FROM counter WHERE length(name) = 1 ORDER BY name"
        return cursor.execute(sql).fetchall()


def test_rows_go_in_together(clinic: Clinic) -> None:
    clinic.store.transact(lambda unit: insert_rows(unit.cursor, "counter", NAMES))
    assert counters(clinic) == [("a", 1), ("b", 2)]


def test_no_rows_are_no_statement(clinic: Clinic) -> None:
    clinic.store.transact(lambda unit: insert_rows(unit.cursor, "counter", []))
    assert counters(clinic) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [("counter; DROP TABLE person", NAMES[0]), ("counter", {"name) --": UUID(int=1)})],
)
def test_a_name_that_is_not_of_ours_in_form_is_refused(
    clinic: Clinic, table: str, row: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="not a name of ours"):
        clinic.store.transact(lambda unit: insert_row(unit.cursor, table, row))

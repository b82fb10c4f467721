"""Many rows and many keys at once."""

import time
from uuid import RFC_4122, UUID

import pyarrow as pa
import pytest

from lib.services.clinic import Clinic
from lib.store import bulk


def test_new_ids_are_distinct_ascending_version_seven() -> None:
    before = time.time_ns() // 1_000_000
    ids = bulk.new_ids(70_000).to_pylist()
    assert ids == sorted(set(ids))
    assert len(ids) == 70_000
    parsed = [UUID(text) for text in ids[::7_000]]
    assert {key.version for key in parsed} == {7}
    assert {key.variant for key in parsed} == {RFC_4122}
    assert all(before <= key.int >> 80 <= time.time_ns() // 1_000_000 for key in parsed)


def test_no_ids_are_an_empty_column() -> None:
    assert bulk.new_ids(0).to_pylist() == []


def test_two_calls_in_one_millisecond_never_give_the_same_id() -> None:
    ids = [key for _ in range(200) for key in bulk.new_ids(50).to_pylist()]
    assert len(set(ids)) == 10_000


def test_more_ids_than_text_can_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="too many ids"):
        bulk.new_ids(bulk.MOST_IDS + 1)


def test_rows_are_matched_by_column_name(clinic: Clinic) -> None:
    rows = pa.table({"next_value": [7, 8], "name": ["one", "two"]})
    inserted = clinic.store.transact(lambda unit: bulk.insert_rows(unit.cursor, "counter", rows))
    assert inserted == 2
    with clinic.store.reading() as cursor:
        found = cursor.execute("SELECT name, next_value FROM counter ORDER BY name").fetchall()
    assert found == [("one", 7), ("two", 8)]


def test_a_table_name_that_is_not_one_is_refused(clinic: Clinic) -> None:
    rows = pa.table({"name": ["x"]})
    with pytest.raises(ValueError, match="not a table name"):
        clinic.store.transact(lambda unit: bulk.insert_rows(unit.cursor, "a; DROP", rows))

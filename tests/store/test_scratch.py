"""The scratch database: in memory, and nowhere else."""

from pathlib import Path

import duckdb
import pytest

from lib.errors import StoreError
from lib.store.connection import StoreOptions
from lib.store.scratch import scratch

SMALL = StoreOptions(memory_limit="20MB", threads=1)


def test_what_is_put_in_is_gone_afterwards() -> None:
    with scratch(SMALL) as connection:
        connection.execute("CREATE TABLE person AS SELECT 1 AS ordinal")
    with scratch(SMALL) as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "attempt",
    [
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}' AS elsewhere",
        "SELECT * FROM read_csv('{file}')",
        "INSTALL httpfs",
        "SET temp_directory = '{file}'",
        "SET enable_external_access = true",
    ],
)
def test_nothing_reaches_the_disk_or_the_network(tmp_path: Path, attempt: str) -> None:
    file = tmp_path / "out"
    with scratch(SMALL) as connection, pytest.raises(duckdb.Error):
        connection.execute(attempt.format(file=file))
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_said_plainly_and_spills_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="not enough memory"),
        scratch(SMALL) as connection,
    ):
        connection.execute(
            "CREATE TABLE large AS SELECT hash(i), hash(i + 1) FROM range(20_000_000) AS r (i)"
        )
    assert list(tmp_path.iterdir()) == []


def test_python_variables_are_no_tables() -> None:
    people = [1, 2]
    with scratch(SMALL) as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM people")
    assert people == [1, 2]

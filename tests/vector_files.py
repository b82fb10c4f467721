"""The vector files: expected values that are tried as they stand, here or in another folder.

How to use it:

    @pytest.mark.parametrize("row", rows("consent.csv"))
    def test_the_state_is_what_was_written_down(row: Row) -> None: ...

Each row is one test, named by its first column and marked `vectors`, so `make vectors` runs it.
`CLINIC_VECTORS` names another folder of files with the same names and columns; a file that it does
not have is skipped by name. A file that is there and does not fit fails where it is collected.
"""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

SHIPPED = Path(__file__).parent / "vectors"
Row = dict[str, Any]


class VectorError(Exception):
    """A folder or a file of vectors that cannot be tried as it is."""


def rows(name: str) -> list[ParameterSet]:
    """Return one parameter a row of a file of vectors, or one that skips the file by its name.

    A row of a CSV file maps columns to text, one of a JSON file is an object as it stands there.
    Raises `VectorError` for a folder that is not there, and for a file without rows, with a row of
    another width, or without a column of the file of that name in `tests/vectors`.
    """
    folder = Path(os.environ.get("CLINIC_VECTORS") or SHIPPED)
    if not folder.is_dir():
        message = f"CLINIC_VECTORS names no folder: {folder}"
        raise VectorError(message)
    path = folder / name
    if not path.is_file():
        missing = pytest.mark.skip(reason=f"{name} is not in {folder}")
        return [pytest.param({}, id=name, marks=[pytest.mark.vectors, missing])]
    found = _read(path)
    _check_columns(path, found)
    return [pytest.param(row, id=_name_of(row), marks=pytest.mark.vectors) for row in found]


def _read(path: Path) -> list[Row]:
    text = path.read_text("utf-8-sig")
    found = json.loads(text) if path.suffix == ".json" else _csv(path, text)
    if not found:
        message = f"{path} has no rows"
        raise VectorError(message)
    return list(found)


def _csv(path: Path, text: str) -> list[Row]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    found = []
    for row in reader:
        if None in row or None in row.values():
            message = f"{path}, line {reader.line_num}: not as many fields as columns"
            raise VectorError(message)
        found.append(row)
    return found


def _check_columns(path: Path, found: list[Row]) -> None:
    shipped = SHIPPED / path.name
    if not shipped.is_file():
        return
    wanted = set(_read(shipped)[0])
    for number, row in enumerate(found, start=1):
        missing = sorted(wanted - set(row))
        if missing:
            message = f"{path}, row {number}: no column {', '.join(missing)}"
            raise VectorError(message)


def _name_of(row: Row) -> str:
    return str(next(iter(row.values())))

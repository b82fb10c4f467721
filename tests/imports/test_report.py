"""The rejected rows as a file that no spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.imports.report import neutral, rejected_as_csv
from lib.imports.table import RejectedRow


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_each_rejected_row_is_a_line() -> None:
    content = rejected_as_csv(
        [RejectedRow(3, "dob", "31/02/1980", "no date"), RejectedRow(4, "", "", "x")]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_back(content) == [
        ["Line", "Column", "Value", "Reason"],
        ["3", "dob", "31/02/1980", "no date"],
        ["4", "", "", "x"],
    ]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_text_on_the_way_out(cell: str) -> None:
    assert read_back(rejected_as_csv([RejectedRow(2, cell, cell, "x")]))[1][1:3] == [f"'{cell}"] * 2


@given(st.text(max_size=30))
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert not neutral(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(cell).removeprefix("'").lstrip("'") == cell.lstrip("'")


def test_half_a_character_does_not_break_the_file() -> None:
    assert rejected_as_csv([RejectedRow(2, "a", "\ud800", "x")]).endswith(b"?,x\r\n")

"""Regular CSV read in columns is what the csv module reads; irregular files are left to it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.imports import regular, text
from lib.imports.regular import Columns

CELLS = st.text(
    st.sampled_from([*"abZ0 =+-@'", "é", "Ł", "\u00a0", '"', ",", ";", "\n", "\r"]), max_size=6
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8)


def rows_of(columns: Columns) -> list[list[str]]:
    return [list(row) for row in zip(*(cells.to_pylist() for cells in columns.cells), strict=True)]


@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_read_in_columns_is_what_the_csv_module_reads(
    rows: list[list[str]],
    separator: str,
    newline: str,
    is_all_quoted: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if is_all_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=separator, lineterminator=newline, quoting=quoting)
    writer.writerows([["a", "b", "c"], *rows])
    content = buffer.getvalue()
    found = regular.read(content, separator, 1)
    records, lines = text._records(content, separator, 1)  # noqa: SLF001 - the reference
    if found is not None:
        assert found.header == records[0]
        assert rows_of(found) == records[1:]
        assert found.lines == lines[1:]


@given(st.text(st.sampled_from([*'ab,"\n\r ']), max_size=30))
def test_no_text_is_read_otherwise_than_the_csv_module_reads_it(content: str) -> None:
    found = regular.read(f"x,y\n{content}", ",", 1)
    if found is not None:
        records, lines = text._records(f"x,y\n{content}", ",", 1)  # noqa: SLF001
        assert (rows_of(found), found.lines) == (records[1:], lines[1:])


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1\n",
        "a,b\n1,2,3\n",
        "a,b\n1,2\n\n3,4\n",
        'a,b\n1,5" needle\n',
        'a,b\n1,"open\n',
        'a,b\n"x"y,2\n',
        "a,b\n1,2\r3,4\n",
        "a\n1\n",
        "a,b,\n1,2,\n",
        '"a\nb",c\n1,2\n',
        "a,b",
        "a,b\n",
        "",
    ],
)
def test_an_irregular_file_is_left(content: str) -> None:
    assert regular.read(content, ",", 1) is None


def test_a_separator_that_is_no_plain_character_is_left_too() -> None:
    assert regular.read("aéb\n1é2\n", "é", 1) is None


def test_lines_are_counted_over_cells_that_go_over_several() -> None:
    found = regular.read('a,b\n"one\ntwo",x\n1,2\n"p\r\nq","r\ns"\n3,4', ",", 2)
    assert found is not None
    assert found.lines == [3, 5, 6, 9]

"""Reading CSV in any encoding and with any separator, without losing or changing a cell."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.errors import ImportRefusedError
from lib.imports.source import MOST_BYTES, ReadOptions, read_table
from lib.imports.text import ENCODINGS, SEPARATORS, decode, separator_of

HEADER = ["given", "family", "note"]
MARKED = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte order mark",
    "utf-16": "UTF-16 little-endian",
    "utf-32": "UTF-32",
}


def as_csv(rows: list[list[str]], separator: str = ",", ends: str = "\r\n") -> str:
    buffer = io.StringIO(newline="")
    # Python's writer leaves a lone carriage return unquoted where lines end otherwise.
    quoting = csv.QUOTE_MINIMAL if ends == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(buffer, delimiter=separator, lineterminator=ends, quoting=quoting)
    writer.writerows(rows)
    return buffer.getvalue()


def in_1252(text: str) -> bool:
    try:
        return text.encode("cp1252").decode("cp1252") == text
    except UnicodeError:
        return False


CELLS = st.text(
    alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs", "Cc"))
    | st.sampled_from("\n\r\t,;|\"'=+-@ ÉßŁ你ñ"),
    max_size=12,
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), min_size=1, max_size=6)


@given(
    rows=ROWS,
    separator=st.sampled_from(sorted(SEPARATORS)),
    ends=st.sampled_from(["\r\n", "\n"]),
    encoding=st.sampled_from(sorted(MARKED)),
)
def test_every_table_survives_every_marked_encoding_and_separator(
    rows: list[list[str]], separator: str, ends: str, encoding: str
) -> None:
    table = read_table(as_csv([HEADER, *rows], separator, ends).encode(encoding))
    assert table.columns == tuple(HEADER)
    assert table.rows == rows
    assert table.found.encoding == MARKED[encoding]
    assert table.found.separator == SEPARATORS[separator]
    assert table.uneven == []


@given(rows=ROWS, encoding=st.sampled_from(sorted(ENCODINGS)))
def test_every_table_survives_an_encoding_that_the_person_names(
    rows: list[list[str]], encoding: str
) -> None:
    text = as_csv([HEADER, *rows])
    try:
        content = text.encode(ENCODINGS[encoding])
    except UnicodeEncodeError:
        assume(False)
    assert read_table(content, ReadOptions(encoding=encoding, separator=",")).rows == rows


def test_windows_1252_is_known_by_not_being_utf_8() -> None:
    text = as_csv([HEADER, ["Zoë", "O\u2019Brien", "10 €"]])
    table = read_table(text.encode("cp1252"))
    assert table.rows == [["Zoë", "O\u2019Brien", "10 €"]]
    assert table.found.encoding == "Windows-1252"


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-16-le", "UTF-16 little-endian"), ("utf-16-be", "UTF-16 big-endian")],
)
def test_utf_16_without_a_mark_is_known_by_its_zeros(codec: str, name: str) -> None:
    table = read_table(as_csv([HEADER, ["Zoë", "Łukasz", ""]]).encode(codec))
    assert table.rows == [["Zoë", "Łukasz", ""]]
    assert table.found.encoding == name


def test_bytes_that_no_encoding_has_are_refused_with_their_line() -> None:
    with pytest.raises(ImportRefusedError, match="line 2 holds bytes"):
        read_table(b"given,family,note\nA\x81,B,C\n")
    with pytest.raises(ImportRefusedError, match="cannot be read as UTF-16"):
        read_table(b"\xff\xfeg\x00i\x00\x00")


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    content = "\ufeffgiven,family\nA,B\n".encode()
    assert read_table(content, ReadOptions(encoding="UTF-8")).columns == ("given", "family")


def test_each_row_knows_the_line_it_begins_on() -> None:
    table = read_table(b'given,note\nA,"one\ntwo\nthree"\n\nB,x\n')
    assert table.rows == [["A", "one\ntwo\nthree"], ["B", "x"]]
    assert table.lines == [2, 6]


def test_excels_declaration_of_the_separator_is_obeyed() -> None:
    table = read_table(b"sep=;\r\ngiven;family\r\nA,1;B\r\n")
    assert (table.columns, table.rows, table.lines) == (("given", "family"), [["A,1", "B"]], [3])


def test_a_blank_after_each_comma_hides_no_quotation() -> None:
    assert read_table(b'given, note\nA, "x, y"\n').rows == [["A", "x, y"]]


def test_one_column_is_a_table_too() -> None:
    assert read_table(b"surname\nLee\n").rows == [["Lee"]]


def test_a_separator_that_only_notes_hold_is_not_taken() -> None:
    assert separator_of("a,b\n1,x;y;z\n2,p;q\n") == ","


def test_a_cell_of_any_length_is_kept_whole() -> None:
    long = "é" * 200_000
    assert read_table(as_csv([HEADER, ["A", "B", long]]).encode()).rows[0][2] == long


@pytest.mark.parametrize("cell", ["=1+1", "+44 7700 900123", "-5", "@home", "'=x", "007", "1e5"])
def test_cells_that_look_like_formulas_or_numbers_stay_text(cell: str) -> None:
    assert read_table(as_csv([HEADER, ["A", "B", cell]]).encode()).rows[0][2] == cell


def test_uneven_rows_are_set_apart_with_their_line() -> None:
    table = read_table(b"a,b\n1,2\n3\n4,5,6\n7,8,,\n")
    assert table.rows == [["1", "2"], ["7", "8"]]
    assert [(row.line, row.reason) for row in table.uneven] == [
        (3, "the row has 1 cells where the headings have 2"),
        (4, "the row has 3 cells where the headings have 2"),
    ]


def test_empty_rows_are_passed_over_and_told() -> None:
    table = read_table(b"a,b\n,\n1,2\n,\n")
    assert (table.rows, table.lines) == ([["1", "2"]], [3])
    assert table.warnings == ("2 empty rows were passed over.",)


def test_headings_that_are_missing_or_come_twice_are_numbered() -> None:
    table = read_table(b"phone,,phone,phone (2),\n1,2,3,4,\n")
    assert table.columns == ("phone", "Column 2", "phone (3)", "phone (2)")
    assert table.warnings == (
        "Column 2 is without a heading; it is shown as “Column 2”.",
        "Column 3 is called “phone” like another; it is shown as “phone (3)”.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"given,family\n", "no rows"),
        (b"given,family\n,\n", "no rows"),
        (b",,\n1,2,3\n", "no column headings"),
        (b'given,note\nA,"cut off', "begins on line 2 opens a quotation mark"),
        (b'given,note\nA,"x"y\nB,z\n', "line 2 has a quotation mark in the wrong place"),
        (b"given,family\nA\0,B\n", "Line 2 holds zero bytes"),
        (bytes(range(1, 9)) * 50, "not a table of text"),
        (b"%PDF-1.7\n", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old or password-protected Excel"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"<html><table>", "a web page"),
        (("x" + "," * 600 + "x\n1,2").encode(), "601 columns"),
    ],
)
def test_what_is_no_patient_list_is_refused_clearly(content: bytes, words: str) -> None:
    with pytest.raises(ImportRefusedError, match=words):
        read_table(content)


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="300 MB is the most"):
        read_table(b"a" * (MOST_BYTES + 1_000_000))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        table = read_table(content)
    except ImportRefusedError:
        return
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(table.rows) == len(table.lines)


@given(st.text(max_size=50).filter(in_1252))
def test_text_is_decoded_as_it_was_or_as_utf_8(text: str) -> None:
    content = text.encode("cp1252")
    found = decode(content, "Windows-1252")
    assert found.text == text

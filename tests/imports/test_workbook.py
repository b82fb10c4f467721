"""Reading XLSX: kinds of cells, damaged files, and files made to do harm."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import ImportRefusedError
from lib.imports import workbook
from lib.imports.source import ReadOptions, read_table

SHEET = "xl/worksheets/sheet1.xml"


def xlsx(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, part if info.filename == name else old.read(info))
        if name not in old.namelist():
            new.writestr(name, part)
    return buffer.getvalue()


def test_every_kind_of_cell_becomes_the_text_that_a_person_means() -> None:
    content = xlsx(
        [
            ["text", "whole", "real", "date", "moment", "yes", "time", "phone"],
            [
                "Zoë",
                42,
                1.5,
                date(1945, 7, 14),
                datetime(2020, 1, 2, 3, 4, 5),  # noqa: DTZ001 - Excel has no zones
                True,
                time(9, 30),
                7700900123,
            ],
        ]
    )
    assert read_table(content).rows == [
        ["Zoë", "42", "1.5", "1945-07-14", "2020-01-02 03:04:05", "TRUE", "09:30:00", "7700900123"]
    ]


TEXTS = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n"),
    min_size=1,
    max_size=20,
).filter(lambda text: not text.startswith("=") and "_x" not in text and not text.isspace())
# A cell of nothing but blanks is read as empty, which is what it is taken for anyway.


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_every_text_survives(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate([["given", "family"], *rows], start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value = text
            cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_table(buffer.getvalue()).rows == rows


def test_text_with_leading_zeros_and_formula_like_text_stay_as_they_are() -> None:
    content = xlsx([["phone", "note"], ["07700900123", "+44 1"], ["007", "@x"]])
    assert read_table(content).rows == [["07700900123", "+44 1"], ["007", "@x"]]


def test_rows_keep_the_numbers_that_excel_shows() -> None:
    content = xlsx([[None, None], ["given", "family"], ["A", "B"], [None, None], ["C", "D"]])
    table = read_table(content)
    assert (table.columns, table.lines) == (("given", "family"), [3, 5])


def test_a_cell_beyond_the_headings_sets_its_row_apart() -> None:
    table = read_table(xlsx([["given", "family"], ["A", "B"], ["C", "D", "stray"]]))
    assert table.rows == [["A", "B"]]
    assert [row.line for row in table.uneven] == [3]


def test_the_first_filled_sheet_is_read_and_the_others_are_told() -> None:
    content = xlsx([], Patients=[["family"], ["Lee"]], Staff=[["family"], ["Roe"]])
    table = read_table(content)
    assert table.rows == [["Lee"]]
    assert table.found.sheet == "Patients"
    assert table.found.sheets == ("Sheet", "Patients", "Staff")
    assert "“Staff”" in table.warnings[0]
    assert read_table(content, ReadOptions(sheet="Staff")).rows == [["Roe"]]


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="no sheet of that name"):
        read_table(xlsx([["a"], ["b"]]), ReadOptions(sheet="Other"))


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="workbook is empty"):
        read_table(xlsx([]))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(share: float) -> None:
    content = xlsx([["given", "family"], *([f"A{n}", f"B{n}"] for n in range(500))])
    with pytest.raises(ImportRefusedError, match="damaged or was cut off"):
        read_table(content[: int(len(content) * share)])


@pytest.mark.parametrize("seed", range(0, 100, 7))
def test_a_workbook_with_a_changed_byte_is_read_or_refused(seed: int) -> None:
    content = bytearray(xlsx([["given", "family"], *([f"A{n}", f"B{n}"] for n in range(50))]))
    content[len(content) * seed // 100] ^= 0x55
    try:
        table = read_table(bytes(content))
    except ImportRefusedError:
        return
    assert len(table.rows) == 50


def test_another_zip_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ImportRefusedError, match="damaged"):
        read_table(buffer.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    bomb = with_part(xlsx([["a"], ["b"]]), "xl/media/zeros.bin", bytes(60_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(ImportRefusedError, match="unpacks to far more"):
        read_table(bomb)


def test_a_sheet_that_spans_millions_of_empty_cells_is_refused() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(ImportRefusedError, match="unpacks to far more"):
        read_table(with_part(xlsx([["a"], ["b"]]), SHEET, sheet))


def test_xml_entities_are_refused() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    with pytest.raises(ImportRefusedError, match="unpacks to far more"):
        read_table(with_part(xlsx([["a"], ["b"]]), SHEET, sheet))


def test_an_archive_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_PARTS", 3)
    with pytest.raises(ImportRefusedError, match="unpacks to far more"):
        read_table(xlsx([["a"], ["b"]]))

"""Reading the first filled sheet of an XLSX workbook; refuses what could harm on opening."""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from lib.errors import ImportRefusedError
from lib.imports.table import Found, Table, assemble

Cell = int | float | str | bool | time | date | datetime | timedelta

MOST_UNPACKED_BYTES = 600_000_000
MOST_PACKING = 200
PACKING_MATTERS_ABOVE = 20_000_000
MOST_PARTS = 2_000
MOST_NAMED = 5
MOST_CELLS = 30_000_000
CHUNK = 1 << 20
# What zipfile raises on parts that end early, are encrypted, or use a method it does not know.
DAMAGE = (EOFError, NotImplementedError, RuntimeError, OSError, ValueError)

ROW_PLACE = re.compile(rb"<row [^>]*?\br=[\"']([0-9]{1,9})")
WIDE_CELL_PLACE = re.compile(rb"\br=[\"']([A-Z]{2,3})[0-9]")


def is_workbook(content: bytes) -> bool:
    """Tell whether the bytes begin as a ZIP archive does, which an XLSX file is."""
    return content.startswith(b"PK\x03\x04")


def read(content: bytes, *, sheet: str | None = None) -> Table:
    """Return the table on a workbook's sheet: the one named, else the first that is filled.

    Numbers become text as Excel would show them without a format, dates become ISO dates. Raises
    `ImportRefusedError` for a damaged workbook, one that unpacks to far too much, or no rows.
    """
    _check_archive(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [
            entry.name for entry in workbook.sheets_metadata if entry.typ is SheetTypeEnum.WorkSheet
        ]
        chosen = _chosen(workbook, names, sheet)
        values = chosen.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise _damaged() from error
    others = [name for name in names if name != chosen.name]
    warnings = [f"Only the sheet “{chosen.name}” is read, not {_listed(others)}."] if others else []
    return _table(values, Found("XLSX", sheet=chosen.name, sheets=tuple(names)), warnings)


def _chosen(workbook: CalamineWorkbook, names: list[str], wanted: str | None) -> CalamineSheet:
    if wanted is not None and wanted not in names:
        message = "The workbook has no sheet of that name."
        raise ImportRefusedError(message)
    for name in [wanted] if wanted else names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height:
            return sheet
    message = "The workbook is empty. Export it again, and check that it opens in a spreadsheet."
    raise ImportRefusedError(message)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:MOST_NAMED]) + " …" * (len(names) > MOST_NAMED)


def _table(values: list[list[Cell]], found: Found, warnings: list[str]) -> Table:
    texts = [[_text(cell) for cell in row] for row in values]
    start = next((number for number, row in enumerate(texts) if any(row)), 0)
    header = texts[start]
    width = max((place + 1 for place, name in enumerate(header) if name.strip()), default=0)
    filled = [(number, row) for number, row in enumerate(texts[start + 1 :], start + 2) if any(row)]
    # A sheet is as wide as its widest row: cells beyond the headings belong to no column.
    rows = [row[:width] if not any(row[width:]) else row for _, row in filled]
    return assemble(
        header[:width] or header, rows, [number for number, _ in filled], found, warnings
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        is_midnight = cell.time() == time(0)
        return cell.date().isoformat() if is_midnight else cell.isoformat(sep=" ")
    return str(cell)


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, len(content))
            for part in archive.infolist():
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, *DAMAGE) as error:
        raise _damaged() from error


def _check_size(archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > PACKING_MATTERS_ABOVE and unpacked > MOST_PACKING * packed
    if is_bomb or unpacked > MOST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
        raise _too_large()


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part as far as its declared size, which checks its sum; measure the sheets."""
    with archive.open(part) as stream:
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
            while stream.read(CHUNK):
                pass
            return
        _check_sheet(stream.read())


def _check_sheet(xml: bytes) -> None:
    """Refuse a sheet whose outermost cells span a rectangle too large to hold in memory."""
    rows = max((int(match) for match in ROW_PLACE.findall(xml)), default=1)
    wide = set(WIDE_CELL_PLACE.findall(xml))
    columns = max((_column_number(letters) for letters in wide), default=26)
    if rows * columns > MOST_CELLS or b"<!ENTITY" in xml:
        raise _too_large()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large() -> ImportRefusedError:
    message = (
        "The workbook unpacks to far more than a patient list needs, so it was not opened. Copy "
        "the list into a new workbook, or export it as CSV."
    )
    return ImportRefusedError(message)


def _damaged() -> ImportRefusedError:
    message = (
        "The workbook is damaged or was cut off: it cannot be opened whole. Export it again, or "
        "save it as CSV."
    )
    return ImportRefusedError(message)

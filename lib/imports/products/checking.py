"""Turning a table's text into checked values of products and lots; knows nothing of the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lib.domain import patient
from lib.domain.amounts import unit_of
from lib.domain.products import Group, group_of, lot_key, product_key
from lib.errors import InvalidInputError
from lib.imports.mapping import Mapping
from lib.imports.products.form import FORM, ProductField
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of a product and, where it has a number, of one of its lots."""

    line: int
    name: str
    group: Group | None
    manufacturer: str
    unit: str
    is_prescription_only: bool | None
    components: str
    lot_number: str
    expires_on: date | None
    received_on: date | None
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Entries:
    """The good rows, and the columns of the file that hold product and lot."""

    rows: list[Entry]
    name_column: str
    lot_column: str


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[Entries]:
    """Return what the rows say, and every fault; `tick` is told how many rows are done.

    Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(FORM, table.columns)
    reader = Reader(table, mapping, circumstances)
    columns = (
        table.lines,
        reader.text(ProductField.NAME),
        reader.single(ProductField.GROUP, group_of, None),
        reader.text(ProductField.MANUFACTURER),
        reader.single(ProductField.UNIT, unit_of, ""),
        reader.single(ProductField.IS_PRESCRIPTION_ONLY, patient.acceptance_of, None),
        _components(reader),
        reader.text(ProductField.LOT_NUMBER),
        reader.days_ahead(ProductField.EXPIRES_ON),
        reader.days(ProductField.RECEIVED_ON),
        reader.single(ProductField.QUANTITY, quantity_of, None),
    )
    tick(table.size)
    rows = [Entry(*row) for row in zip(*columns, strict=True)]
    name_column = mapping.of(ProductField.NAME)[0]
    lot_column = next(iter(mapping.of(ProductField.LOT_NUMBER)), name_column)
    for place, row in enumerate(rows):
        _check_row(reader, place, row, (name_column, lot_column))
    _check_twice(reader, rows, lot_column)
    good = Entries([rows[place] for place in reader.good], name_column, lot_column)
    return Checked(good, reader.faults, tuple(reader.warnings))


def quantity_of(text: str) -> int | None:
    """Return a whole number of pieces; None for nothing. Raises `InvalidInputError`."""
    if patient.is_nothing(text):
        return None
    whole = text.strip().removesuffix(".0").removesuffix(".00").replace(",", "")
    if not (whole.isascii() and whole.isdigit()) or int(whole) > MOST:
        message = "this is not a whole number of pieces"
        raise InvalidInputError(message, field="quantity")
    return int(whole)


def _components(reader: Reader) -> list[str]:
    """Return what a product contains, one a line, as it is stored."""
    cells = reader.text(ProductField.COMPONENTS)
    lines = {
        cell: "\n".join(part.strip() for part in cell.replace("\n", ";").split(";") if part.strip())
        for cell in set(cells)
    }
    return [lines[cell] for cell in cells]


def _check_row(reader: Reader, place: int, row: Entry, columns: tuple[str, str]) -> None:
    as_of = reader.circumstances.as_of
    if not row.name:
        reader.reject(place, columns[0], "", "the row names no product")
    if row.expires_on and not row.lot_number:
        reason = "the row has an expiry date but no lot number"
        reader.reject(place, columns[1], "", reason)
    if row.received_on and row.received_on > as_of:
        column = reader.mapping.of(ProductField.RECEIVED_ON)[0]
        reader.reject(place, column, str(row.received_on), "the day of receipt is in the future")


def _check_twice(reader: Reader, rows: list[Entry], lot_column: str) -> None:
    """Reject a row that speaks of the product alone, or the lot, of which an earlier row does."""
    first: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        key = (product_key(row.name), lot_key(row.lot_number))
        earlier = first.setdefault(key, place)
        if row.name and earlier != place:
            reason = f"line {rows[earlier].line} speaks of the same product and lot"
            reader.reject(place, lot_column, row.lot_number, reason)

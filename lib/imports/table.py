"""What every kind of file is read into: named columns of text, with the line each row began on."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
from pyarrow import compute

from lib.errors import ImportRefusedError

MOST_COLUMNS = 500
NO_ROWS = "The file has column headings but no rows. Export it again with its rows."


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One value, or one row as a whole, that cannot be taken in, and why.

    `line` counts as the person's editor or spreadsheet does, from 1, the header included.
    """

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the file turned out to be, in words for the screen."""

    form: str
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells as text, column by column; `lines` is where each row began.

    Each row has a cell for every column, or stands in `uneven`.
    """

    columns: tuple[str, ...]
    cells: Sequence[pa.Array]
    lines: list[int]
    found: Found
    uneven: list[RejectedRow] = field(default_factory=list)
    warnings: tuple[str, ...] = ()

    @classmethod
    def of_rows(
        cls,
        columns: tuple[str, ...],
        rows: Sequence[Sequence[str]],
        lines: list[int],
        found: Found,
    ) -> "Table":
        """Return the table of rows that are all as long as the header."""
        by_column = zip(*rows, strict=True) if rows else ([] for _ in columns)
        return cls(columns, [pa.array(cells, pa.string()) for cells in by_column], lines, found)

    @property
    def size(self) -> int:
        """Return how many even rows there are."""
        return len(self.lines)

    @property
    def rows(self) -> list[list[str]]:
        """Return the rows, cell by cell: for a look at some, not for a whole file."""
        return self.first(self.size)

    def first(self, count: int) -> list[list[str]]:
        """Return the first rows."""
        by_column = (cells.slice(0, count).to_pylist() for cells in self.cells)
        return [list(row) for row in zip(*by_column, strict=True)]


def assemble(
    header: Sequence[str],
    rows: Sequence[list[str]],
    lines: Sequence[int],
    found: Found,
    warnings: Sequence[str] = (),
) -> Table:
    """Return the table of a header and its rows; refuse what has no columns or no rows.

    A row shorter than the header, or longer by cells that are not empty, goes to `uneven`: which
    value belongs to which column is not ours to guess.
    """
    columns, renamed = _unique(_trimmed(header))
    filled = [place for place, row in enumerate(rows) if any(row)]
    empty = len(rows) - len(filled)
    if empty:
        rows, lines = [rows[place] for place in filled], [lines[place] for place in filled]
        renamed.append(_passed_over(empty))
    if not rows:
        raise ImportRefusedError(NO_ROWS)
    even, even_lines, uneven = _sift(rows, lines, len(columns))
    table = Table.of_rows(columns, even, even_lines, found)
    return replace(table, uneven=uneven, warnings=(*warnings, *renamed))


def assemble_columns(
    header: Sequence[str], cells: Sequence[pa.Array], lines: list[int], found: Found
) -> Table:
    """Return the table of a header and as many columns of cells; refuse what has no rows."""
    columns, renamed = _unique(_trimmed(header))
    lengths = [compute.binary_length(column) for column in cells]
    filled = functools.reduce(compute.or_, (compute.greater(length, 0) for length in lengths))
    empty = len(filled) - compute.sum(filled).as_py()
    if empty:
        cells = [column.filter(filled) for column in cells]
        lines = pa.array(lines).filter(filled).to_pylist()
        renamed.append(_passed_over(empty))
    if not lines:
        raise ImportRefusedError(NO_ROWS)
    return Table(columns, cells, lines, found, warnings=tuple(renamed))


def _passed_over(empty: int) -> str:
    return f"{empty} empty row{'s were' if empty > 1 else ' was'} passed over."


def _trimmed(header: Sequence[str]) -> list[str]:
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        message = "The first line has no column headings. Add them, or export the file again."
        raise ImportRefusedError(message)
    if len(names) > MOST_COLUMNS:
        message = f"The file has {len(names)} columns; {MOST_COLUMNS} is the most we read."
        raise ImportRefusedError(message)
    return names


def _unique(names: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Number the names that are missing or come twice, so that each column can be spoken of."""
    warnings = []
    taken = Counter(names)
    unique: list[str] = []
    for place, name in enumerate(names, start=1):
        candidate, number = name or f"Column {place}", 2
        while candidate in unique or (candidate != name and candidate in taken):
            candidate, number = f"{name or f'Column {place}'} ({number})", number + 1
        if candidate != name:
            shown = f"called “{name}” like another" if name else "without a heading"
            warnings.append(f"Column {place} is {shown}; it is shown as “{candidate}”.")
        unique.append(candidate)
    return tuple(unique), warnings


def _sift(
    rows: Sequence[list[str]], lines: Sequence[int], width: int
) -> tuple[list[list[str]], list[int], list[RejectedRow]]:
    even: list[list[str]] = []
    even_lines: list[int] = []
    uneven: list[RejectedRow] = []
    for row, line in zip(rows, lines, strict=True):
        if len(row) == width or (len(row) > width and not any(row[width:])):
            even.append(row[:width])
            even_lines.append(line)
        else:
            reason = f"the row has {len(row)} cells where the headings have {width}"
            uneven.append(RejectedRow(line, "", "", reason))
    return even, even_lines, uneven

"""What every kind of file is read into: named columns of text, with the line each row began on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lib.errors import ImportRefusedError

MOST_COLUMNS = 500


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
    """A file's rows as text. Each row has a cell for every column, or stands in `uneven`."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    found: Found
    uneven: list[RejectedRow] = field(default_factory=list)
    warnings: tuple[str, ...] = ()


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
        renamed.append(f"{empty} empty row{'s were' if empty > 1 else ' was'} passed over.")
    if not rows:
        message = "The file has column headings but no rows. Export it again with its patients."
        raise ImportRefusedError(message)
    width = len(columns)
    told = (*warnings, *renamed)
    if all(len(row) == width for row in rows):
        return Table(columns, list(rows), list(lines), found, warnings=told)
    even, even_lines, uneven = _sift(rows, lines, width)
    return Table(columns, even, even_lines, found, uneven, told)


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

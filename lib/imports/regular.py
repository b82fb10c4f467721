"""Reading regular CSV in columns, many times as fast as row by row; irregular files are left.

Regular is: every row has as many cells as the header, no empty line, and quotation marks only
around cells. There the result is that of the `csv` module; a property test compares the two.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

QUOTE = ord('"')
FEWEST_COLUMNS = 2
# A row may not be longer than that; longer ones are read the other way.
BLOCK_BYTES = 1 << 23


@dataclass(frozen=True, slots=True)
class Columns:
    """A header, the cells under each heading, and the line on which each row began."""

    header: list[str]
    cells: list[pa.Array]
    lines: list[int]


def read(text: str, separator: str, first_line: int) -> Columns | None:
    """Return the columns of a regular file, None for any other."""
    head, newline, _ = text.partition("\n")
    if not newline or not _is_regular(text, head, separator):
        return None
    try:
        header = next(csv.reader([head], delimiter=separator, strict=True))
    except csv.Error:
        return None
    if len(header) < FEWEST_COLUMNS or not header[-1].strip():
        return None
    cells = _cells(text, separator, len(header))
    if cells is None or not len(cells[0]):
        return None
    return Columns(header, cells, _lines(cells, first_line + 1, text.rstrip("\r\n").count("\n")))


def _is_regular(text: str, head: str, separator: str) -> bool:
    has_empty_line = "\n\n" in text or "\n\r\n" in text or not head.strip()
    if has_empty_line or head.count('"') % 2 or not separator.isascii():
        return False
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return False
    return '"' not in text or _is_well_quoted(text, separator)


def _is_well_quoted(text: str, separator: str) -> bool:
    """Tell whether every quotation mark opens or closes a whole cell, or is doubled inside one."""
    octets = np.frombuffer(f"\n{text}\n".encode(), dtype=np.uint8)
    marks = np.flatnonzero(octets == QUOTE)
    if len(marks) % 2:
        return False
    ends = [ord("\n"), ord(separator), QUOTE]
    before, after = octets[marks[0::2] - 1], octets[marks[1::2] + 1]
    return bool(np.isin(before, ends).all() and np.isin(after, [*ends, ord("\r")]).all())


def _cells(text: str, separator: str, width: int) -> list[pa.Array] | None:
    names = [f"c{place}" for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(text.encode()),
            arrow_csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, column_names=names, skip_rows=1
            ),
            arrow_csv.ParseOptions(delimiter=separator, newlines_in_values='"' in text),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    return [column.combine_chunks() for column in table.columns]


def _lines(cells: Sequence[pa.Array], first_line: int, breaks: int) -> list[int]:
    """Return the line on which each row began; `breaks` are the ends of lines before the last.

    There are more of them than rows where a cell in quotes goes over several lines.
    """
    count = len(cells[0])
    if breaks == count:
        return list(range(first_line, first_line + count))
    inside = compute.count_substring(cells[0], "\n")
    for column in cells[1:]:
        inside = compute.add(inside, compute.count_substring(column, "\n"))
    after = compute.cumulative_sum(compute.add(inside, 1)).to_pylist()
    return [first_line, *(first_line + passed for passed in after[:-1])]

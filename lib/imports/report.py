"""What is told of an import afterwards, and the rejected rows as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lib.imports.table import RejectedRow

# A cell that begins with one of these is run as a formula by Excel and its like (OWASP, CSV
# injection); an apostrophe before it makes it text again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = ("Line", "Column", "Value", "Reason")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. `rejected` has one entry for each fault, by line.

    `is_written` tells whether it was stored: not in a dry run, whose figures say what would be
    done; and not when a row was rejected without `partial`, when nothing is added or changed. In
    all other cases `rows_read` is `added + changed + unchanged + waiting + rows_rejected`, where
    `waiting` are rows that a person must tie to a patient first.
    """

    import_id: UUID | None
    rows_read: int
    added: int
    changed: int
    unchanged: int
    waiting: int
    rejected: tuple[RejectedRow, ...]
    unmapped: tuple[str, ...]
    warnings: tuple[str, ...]
    system: str
    is_dry_run: bool
    is_written: bool

    @property
    def rows_rejected(self) -> int:
        """Return how many rows have at least one fault."""
        return len({row.line for row in self.rejected})


def rejected_as_csv(rejected: Iterable[RejectedRow]) -> bytes:
    """Return the rejected rows as CSV that a spreadsheet opens safely: UTF-8 with its mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    for row in rejected:
        writer.writerow([row.line, *map(neutral, (row.column, row.value, row.reason))])
    return buffer.getvalue().encode("utf-8-sig", errors="replace")


def sample_as_csv(sample: Sequence[tuple[str, str]]) -> bytes:
    """Return headings with one invented row as CSV: UTF-8 with its mark."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(zip(*sample, strict=True))
    return buffer.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

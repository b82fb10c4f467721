"""Reading a table's mapped columns into values; each distinct cell is read once.

Knows nothing of what is stored already, nor what the fields mean.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

import pyarrow as pa

from lib.domain import dates, patient
from lib.errors import InvalidInputError
from lib.imports.fields import Field
from lib.imports.mapping import Mapping
from lib.imports.table import RejectedRow, Table

T = TypeVar("T")
Content = TypeVar("Content")
# How far in the future a date of two digits may lie where the future is meant, as an expiry is.
AHEAD = timedelta(days=20 * 365)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the reading depends on besides the file: the day, where the clinic is, and the time.

    `now` is UTC; without it nothing that has a time of day is in the future.
    """

    as_of: date
    region: str = "GB"
    timezone: str = "Europe/London"
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked(Generic[Content]):
    """The good rows of a table, the faults of the others, and what the person should know."""

    content: Content
    rejected: list[RejectedRow]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells(Sequence[str]):
    """One column: its different texts, without space around them, and which each row has."""

    texts: list[str]
    numbers: list[int]

    @classmethod
    def of(cls, column: pa.Array) -> "Cells":
        """Return the cells of a column as it was read."""
        encoded = column.dictionary_encode()
        texts = [text.strip() for text in encoded.dictionary.to_pylist()]
        return cls(texts, encoded.indices.to_pylist())

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - a slice gives several
        if isinstance(place, slice):
            return [self.texts[number] for number in self.numbers[place]]
        return self.texts[self.numbers[place]]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.numbers)


@dataclass(slots=True)
class Reader:
    """One reading of one table: collects faults and warnings as it goes.

    A row with any fault is `bad` as a whole. Cells are without space around them.
    """

    table: Table
    mapping: Mapping
    circumstances: Circumstances
    headed: frozenset[Field] = frozenset()
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    cells: dict[str, Cells] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column, cells in zip(self.table.columns, self.table.cells, strict=True):
            if column in self.mapping.columns:
                self.cells[column] = Cells.of(cells)

    @property
    def size(self) -> int:
        """Return how many rows there are."""
        return self.table.size

    @property
    def faults(self) -> list[RejectedRow]:
        """Return every fault by line, those of rows without the right number of cells included."""
        return sorted([*self.table.uneven, *self.rejected], key=lambda row: row.line)

    @property
    def good(self) -> list[int]:
        """Return the places of the rows without a fault."""
        return [place for place in range(self.size) if place not in self.bad]

    def reject(self, place: int, column: str, value: str, reason: str) -> None:
        """Note a fault of one row."""
        self.bad.add(place)
        self.rejected.append(RejectedRow(self.table.lines[place], column, value, reason))

    def read(self, column: str, parse: Callable[[str], T], spare: T) -> list[T]:
        """Return what `parse` makes of each cell; a cell it refuses rejects its row."""
        cells = self.cells[column]
        results: list[T] = []
        faults: dict[int, str] = {}
        for number, text in enumerate(cells.texts):
            try:
                results.append(parse(text))
            except InvalidInputError as error:
                results.append(spare)
                faults[number] = error.message
        if faults:
            for place, number in enumerate(cells.numbers):
                if number in faults:
                    self.reject(place, column, cells.texts[number], faults[number])
        return [results[number] for number in cells.numbers]

    def single(self, field_: Field, parse: Callable[[str], T], spare: T) -> list[T]:
        """Return what `parse` makes of the one column that fills a field; `spare` without one."""
        columns = self.mapping.of(field_)
        return self.read(columns[0], parse, spare) if columns else [spare] * self.size

    def text(self, field_: Field) -> list[str]:
        """Return a field's cells, several columns joined; `headed` ones by lines with headings."""
        columns = self.in_file_order(field_)
        if not columns:
            return [""] * self.size
        if len(columns) == 1:
            return list(self.cells[columns[0]])
        rows = zip(*(self.cells[column] for column in columns), strict=True)
        if field_ in self.headed:
            return [
                "\n".join(
                    f"{name}: {cell}" for name, cell in zip(columns, row, strict=True) if cell
                )
                for row in rows
            ]
        return [" ".join(filter(None, row)) for row in rows]

    def in_file_order(self, *fields: Field) -> list[str]:
        """Return the columns that fill any of the fields, in the order of the file."""
        wanted = set(self.mapping.of(*fields))
        return [column for column in self.table.columns if column in wanted]

    def days(self, field_: Field, latest: date | None = None) -> list[date | None]:
        """Return a column of dates, all read in one order; `latest` bounds years of two digits."""
        columns = self.mapping.of(field_)
        if not columns:
            return [None] * self.size
        latest = latest or self.circumstances.as_of
        evidence = dates.evidence_of(set(self.cells[columns[0]].texts))
        order = self.mapping.date_order or evidence.order
        self._warn_of_order(columns[0], evidence, order, latest.year)
        zone = self.circumstances.timezone

        def parse(cell: str) -> date | None:
            return None if patient.is_nothing(cell) else dates.date_of(cell, order, latest, zone)

        return self.read(columns[0], parse, None)

    def days_ahead(self, field_: Field) -> list[date | None]:
        """Return a column of dates that may lie in the future, as an expiry or a follow-up may."""
        return self.days(field_, self.circumstances.as_of + AHEAD)

    def moments(self, field_: Field) -> list[datetime | None]:
        """Return a column of moments in UTC, to the second; a day alone is its beginning."""
        columns = self.mapping.of(field_)
        if not columns:
            return [None] * self.size
        latest = self.circumstances.as_of
        evidence = dates.evidence_of(set(self.cells[columns[0]].texts))
        order = self.mapping.date_order or evidence.order
        self._warn_of_order(columns[0], evidence, order, latest.year)
        zone = self.circumstances.timezone

        def parse(cell: str) -> datetime | None:
            return None if patient.is_nothing(cell) else dates.moment_of(cell, order, latest, zone)

        return self.read(columns[0], parse, None)

    def _warn_of_order(
        self, column: str, evidence: dates.Evidence, order: dates.Order, year: int
    ) -> None:
        if evidence.two_digit_years:
            told = f"“{column}” has years of two digits; they are read as {year - 99} to {year}."
            self.warnings.append(told)
        if self.mapping.date_order:
            return
        if evidence.is_mixed:
            told = f"“{column}” has dates that fit only day first and others only month first."
            self.warnings.append(f"{told} It is read day first; set the order if that is wrong.")
        elif evidence.is_undecided:
            told = f"No date in “{column}” shows whether day or month comes first."
            self.warnings.append(f"{told} It is read day first; set the order if that is wrong.")
        elif order is dates.Order.MONTH_FIRST:
            self.warnings.append(f"“{column}” has the month first, and is read so.")

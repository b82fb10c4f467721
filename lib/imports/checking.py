"""Turning a table's text into checked values of patients; each distinct cell is read once.

Knows nothing of what is stored already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from lib.domain import dates, patient
from lib.domain.patient import Phone, PhoneKind
from lib.errors import InvalidInputError
from lib.imports.fields import ACCEPTANCES, LINES, PHONES, Field
from lib.imports.mapping import Mapping
from lib.imports.people import People, take
from lib.imports.table import RejectedRow, Table

T = TypeVar("T")

DATES = (Field.BORN_ON, Field.DECEASED_ON, Field.REGISTERED_ON)
# The column that a missing name is told of is the first of these that the file has.
NAME_FIELDS = (Field.FAMILY_NAME, Field.FULL_NAME, Field.GIVEN_NAMES)
# Joined by a line break, each with its heading, when several columns are taken for one field.
HEADED = frozenset({Field.NOTE, Field.ADJUSTMENT})
TEXTS = (
    *(Field.EXTERNAL_ID, Field.TITLE, Field.GIVEN_NAMES, Field.FAMILY_NAME, Field.PREFERRED_NAME),
    *(Field.FORMER_FAMILY_NAME, *LINES, Field.TOWN, Field.COUNTY, Field.COUNTRY),
    *(Field.HOW_WE_KNOW_THEM, Field.ADJUSTMENT, Field.NOTE),
)
KINDS = {
    Field.MOBILE_PHONE: PhoneKind.MOBILE,
    Field.HOME_PHONE: PhoneKind.HOME,
    Field.WORK_PHONE: PhoneKind.WORK,
    Field.OTHER_PHONE: None,
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the reading depends on besides the file: the day, and where the clinic is."""

    as_of: date
    region: str = "GB"
    timezone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows of a table, the faults of the others, and what the person should know."""

    people: People
    rejected: list[RejectedRow]
    warnings: tuple[str, ...]


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked:
    """Return the values that the mapped columns hold, and every fault with its line and column.

    A row with any fault is left out as a whole. `tick` is told how many rows are done.
    Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(table.columns)
    reader = _Reader(table, mapping, circumstances)
    total = len(table.rows)
    people = reader.people(lambda share: tick(int(share * total)))
    reader.check_rows(people)
    rejected = sorted([*table.uneven, *reader.rejected], key=lambda row: row.line)
    return Checked(_without(people, reader.bad), rejected, tuple(reader.warnings))


@dataclass(slots=True)
class _Reader:
    """One reading of one table: collects faults and warnings as it goes."""

    table: Table
    mapping: Mapping
    circumstances: Circumstances
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    cells: dict[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_column = zip(*self.table.rows, strict=True) if self.table.rows else iter(())
        for column, cells in zip(self.table.columns, by_column, strict=False):
            if column in self.mapping.columns:
                self.cells[column] = list(map(str.strip, cells))

    @property
    def size(self) -> int:
        return len(self.table.rows)

    def people(self, tick: Callable[[float], None]) -> People:
        texts = {field_: self.text(field_) for field_ in TEXTS}
        self.split_full_names(texts)
        tick(0.2)
        days = {field_: self.days(field_) for field_ in DATES}
        tick(0.4)
        phones = self.phones()
        tick(0.7)
        emails = self.emails()
        postcodes = self.postcodes(texts[Field.COUNTRY])
        tick(0.9)
        sexes = self.single(Field.SEX, lambda cell: patient.sex_of(cell).value, "not_known")
        acceptances = {
            field_: self.single(field_, patient.acceptance_of, None) for field_ in ACCEPTANCES
        }
        return People(
            lines=self.table.lines,
            texts=texts,
            postcodes=postcodes,
            sexes=sexes,
            dates=days,
            phones=phones,
            emails=emails,
            acceptances=acceptances,
        )

    def reject(self, place: int, column: str, value: str, reason: str) -> None:
        self.bad.add(place)
        self.rejected.append(RejectedRow(self.table.lines[place], column, value, reason))

    def read(self, column: str, parse: Callable[[str], T], spare: T) -> list[T]:
        """Return what `parse` makes of each cell; a cell it refuses rejects its row."""
        cells = self.cells[column]
        results: dict[str, T] = {}
        faults: dict[str, str] = {}
        for cell in set(cells):
            try:
                results[cell] = parse(cell)
            except InvalidInputError as error:
                results[cell] = spare
                faults[cell] = error.message
        if faults:
            for place, cell in enumerate(cells):
                if cell in faults:
                    self.reject(place, column, cell, faults[cell])
        return [results[cell] for cell in cells]

    def single(self, field_: Field, parse: Callable[[str], T], spare: T) -> list[T]:
        columns = self.mapping.of(field_)
        return self.read(columns[0], parse, spare) if columns else [spare] * self.size

    def text(self, field_: Field) -> list[str]:
        columns = self.in_file_order(field_)
        if not columns:
            return [""] * self.size
        if len(columns) == 1:
            return list(self.cells[columns[0]])
        rows = zip(*(self.cells[column] for column in columns), strict=True)
        if field_ in HEADED:
            return [
                "\n".join(
                    f"{name}: {cell}" for name, cell in zip(columns, row, strict=True) if cell
                )
                for row in rows
            ]
        return [" ".join(filter(None, row)) for row in rows]

    def in_file_order(self, *fields: Field) -> list[str]:
        wanted = set(self.mapping.of(*fields))
        return [column for column in self.table.columns if column in wanted]

    def split_full_names(self, texts: dict[Field, list[str]]) -> None:
        columns = self.mapping.of(Field.FULL_NAME)
        if not columns:
            return
        splits = self.read(columns[0], patient.split_name, patient.SplitName("", "", ""))
        parts = (Field.TITLE, Field.GIVEN_NAMES, Field.FAMILY_NAME)
        for field_, part in zip(parts, ("title", "given", "family"), strict=True):
            texts[field_] = [
                cell or getattr(split, part)
                for cell, split in zip(texts[field_], splits, strict=True)
            ]

    def days(self, field_: Field) -> list[date | None]:
        columns = self.mapping.of(field_)
        if not columns:
            return [None] * self.size
        evidence = dates.evidence_of(set(self.cells[columns[0]]))
        order = self.mapping.date_order or evidence.order
        self.warn_of_order(columns[0], evidence, order)
        as_of, zone = self.circumstances.as_of, self.circumstances.timezone

        def parse(cell: str) -> date | None:
            return None if patient.is_nothing(cell) else dates.date_of(cell, order, as_of, zone)

        return self.read(columns[0], parse, None)

    def warn_of_order(self, column: str, evidence: dates.Evidence, order: dates.Order) -> None:
        if evidence.two_digit_years:
            year = self.circumstances.as_of.year
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

    def phones(self) -> list[tuple[Phone, ...]]:
        region = self.circumstances.region
        found: list[list[tuple[Phone, ...]]] = []
        for column in self.in_file_order(*PHONES):
            kind = KINDS[self.mapping.columns[column]]

            def parse(cell: str, kind: PhoneKind | None = kind) -> tuple[Phone, ...]:
                return patient.phones_of(cell, kind, region) if cell else ()

            found.append(self.read(column, parse, ()))
        if len(found) == 1:
            return [row if len(row) < 2 else _distinct_phones(row) for row in found[0]]  # noqa: PLR2004
        rows = zip(*found, strict=True) if found else ((),) * self.size
        return [_distinct_phones([phone for cell in row for phone in cell]) for row in rows]

    def emails(self) -> list[tuple[str, ...]]:
        none: tuple[str, ...] = ()
        columns = self.in_file_order(Field.EMAIL)
        found = [self.read(column, patient.emails_of, none) for column in columns]
        if len(found) == 1:
            return found[0]
        rows = zip(*found, strict=True) if found else ((),) * self.size
        return [tuple(dict.fromkeys(value for cell in row for value in cell)) for row in rows]

    def postcodes(self, countries: list[str]) -> list[str]:
        columns = self.mapping.of(Field.POSTCODE)
        if not columns:
            return [""] * self.size
        pairs = list(zip(self.cells[columns[0]], countries, strict=True))
        known = {pair: patient.postcode_of(*pair) for pair in set(pairs)}
        return [known[pair] for pair in pairs]

    def check_rows(self, people: People) -> None:
        self.check_names(people)
        self.check_dates(people)
        self.check_ids(people)

    def check_names(self, people: People) -> None:
        columns = (self.mapping.of(field_) for field_ in NAME_FIELDS)
        column = next(found[0] for found in columns if found)
        given, family = people.texts[Field.GIVEN_NAMES], people.texts[Field.FAMILY_NAME]
        for place, (first, last) in enumerate(zip(given, family, strict=True)):
            if not first and not last:
                self.reject(place, column, "", "the row has neither a given nor a family name")

    def check_dates(self, people: People) -> None:
        if not self.mapping.of(*DATES):
            return
        days = zip(*(people.dates[field_] for field_ in DATES), strict=True)
        for place, (born, died, registered) in enumerate(days):
            fault = patient.fault_of_dates(born, died, registered, self.circumstances.as_of)
            if fault:
                column = self.mapping.of(Field[fault[0].upper()])[0]
                self.reject(place, column, self.cells[column][place], fault[1])

    def check_ids(self, people: People) -> None:
        """Reject every row whose id another row has too: which of them is right is not ours."""
        columns = self.mapping.of(Field.EXTERNAL_ID)
        if not columns:
            return
        places: dict[str, list[int]] = {}
        for place, external_id in enumerate(people.texts[Field.EXTERNAL_ID]):
            if external_id:
                places.setdefault(external_id, []).append(place)
        for external_id, sharing in places.items():
            for place in sharing if len(sharing) > 1 else ():
                other = next(one for one in sharing if one != place)
                reason = f"the same id is on line {people.lines[other]}"
                self.reject(place, columns[0], external_id, reason)


def _distinct_phones(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Keep the first of each number: mobile and home often hold the same one."""
    return tuple({phone.number: phone for phone in reversed(phones)}.values())[::-1]


def _without(people: People, bad: set[int]) -> People:
    if not bad:
        return people
    good = [place for place in range(len(people)) if place not in bad]
    return take(people, good)

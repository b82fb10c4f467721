"""Turning a table's text into checked entries of medical history; knows nothing of the store."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from lib.domain.history import Kind, Status
from lib.domain.history_words import (
    NO_ALLERGIES_NAME,
    is_no_allergies,
    kind_of,
    severity_of,
    source_of,
    status_of,
)
from lib.domain.search.folding import fold
from lib.imports import mentions
from lib.imports.history.form import FORM, HistoryField
from lib.imports.importing import SOURCE
from lib.imports.mapping import Mapping
from lib.imports.mentions import Rows
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table

HEADED = frozenset({HistoryField.DETAIL})


class Entry(NamedTuple):
    """What one row says; texts are empty where it says nothing."""

    line: int
    kind: Kind | None
    name: str
    severity: str | None
    status: Status
    started_on: date | None
    ended_on: date | None
    detail: str
    source: str
    source_detail: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what it is about, as it is compared with other entries of the patient."""
        return str(self.kind), fold(self.name) or self.name.casefold()


Entries = Rows[Entry]


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[Entries]:
    """Return the entries that the rows hold, and every fault; `tick` is told how far it is.

    Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(FORM, table.columns)
    reader = Reader(table, mapping, circumstances, HEADED)
    people = mentions.read(reader)
    tick(table.size // 2)
    rows = _rows(reader)
    for place, row in enumerate(rows):
        _check_row(reader, place, row)
    good = reader.good
    column = mapping.of(HistoryField.NAME)[0]
    content = Rows(people.take(good), [rows[place] for place in good], column)
    return Checked(content, reader.faults, tuple(reader.warnings))


def _rows(reader: Reader) -> list[Entry]:
    kinds = reader.single(HistoryField.KIND, kind_of, None)
    statuses = reader.single(HistoryField.STATUS, status_of, None)
    sources = reader.single(HistoryField.SOURCE, source_of, ("", ""))
    columns = (
        reader.table.lines,
        kinds,
        reader.text(HistoryField.NAME),
        reader.single(HistoryField.SEVERITY, severity_of, None),
        statuses,
        reader.days(HistoryField.STARTED_ON),
        reader.days_ahead(HistoryField.ENDED_ON),
        reader.text(HistoryField.DETAIL),
        [source or SOURCE for source, _ in sources],
        [words for _, words in sources],
    )
    as_of = reader.circumstances.as_of
    return [_as_stored(Entry(*row), as_of) for row in zip(*columns, strict=True)]


def _as_stored(row: Entry, as_of: date) -> Entry:
    """Say plainly that there are no known allergies, and what is over when it has ended."""
    ended = bool(row.ended_on and row.ended_on <= as_of)
    status = row.status or (Status.RESOLVED if ended else Status.ACTIVE)
    is_none = row.kind is Kind.ALLERGY and is_no_allergies(row.name)
    if is_none or row.kind is Kind.NO_KNOWN_ALLERGIES:
        kind, name = Kind.NO_KNOWN_ALLERGIES, NO_ALLERGIES_NAME
        return row._replace(kind=kind, name=name, severity=None, status=status)
    return row._replace(status=status)


def _check_row(reader: Reader, place: int, row: Entry) -> None:
    faults = (
        (HistoryField.KIND, row.kind is None, "the row does not say what kind of entry it is"),
        (HistoryField.NAME, not row.name, "the row does not say what the entry is about"),
        (
            HistoryField.STARTED_ON,
            bool(row.started_on and row.started_on > reader.circumstances.as_of),
            "it begins in the future",
        ),
        (
            HistoryField.ENDED_ON,
            bool(row.started_on and row.ended_on and row.ended_on < row.started_on),
            "it ends before it begins",
        ),
    )
    for field, is_fault, reason in faults:
        column = next(iter(reader.mapping.of(field)), "")
        if is_fault and place not in reader.bad:
            value = reader.cells[column][place] if column else ""
            reader.reject(place, column, value, reason)

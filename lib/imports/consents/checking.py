"""Turning a table's text into checked consents; knows neither the store nor the clinic's forms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lib.domain.consent import Channel, Decision
from lib.domain.consent_import import channels_of, decision_of, version_of
from lib.imports import mentions
from lib.imports.consents.form import FORM, ConsentField
from lib.imports.mapping import Mapping
from lib.imports.mentions import Mention, Mentions
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table

HEADED = frozenset({ConsentField.EVIDENCE})
LONGEST = 2_000
IN_FUTURE = "this moment has not come yet; give the time at which it reached the clinic"


class Consent(NamedTuple):
    """What one row says; texts are empty where it says nothing. `received_at` is UTC."""

    line: int
    purpose: str
    channels: tuple[Channel, ...]
    decision: Decision | None
    received_at: datetime | None
    form: str
    form_version: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Consents:
    """The good rows, and whom each speaks of."""

    mentions: Mentions
    rows: list[Consent]
    columns: dict[ConsentField, str]

    def mention_of(self, place: int) -> Mention:
        """Return whom a row speaks of."""
        return self.mentions.people[self.mentions.who[place]]


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[Consents]:
    """Return the consents that the rows hold, and every fault; `tick` is told how far it is.

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
    columns = {field: found[0] for field in ConsentField if (found := mapping.of(field))}
    content = Consents(people.take(good), [rows[place] for place in good], columns)
    return Checked(content, reader.faults, tuple(reader.warnings))


def _rows(reader: Reader) -> list[Consent]:
    no_channel: tuple[Channel, ...] = ()
    columns = (
        reader.table.lines,
        reader.text(ConsentField.PURPOSE),
        reader.single(ConsentField.CHANNEL, channels_of, no_channel),
        reader.single(ConsentField.DECISION, decision_of, None),
        reader.moments(ConsentField.RECEIVED_AT),
        reader.text(ConsentField.FORM),
        reader.single(ConsentField.FORM_VERSION, version_of, None),
        reader.text(ConsentField.EVIDENCE),
    )
    return [Consent(*row) for row in zip(*columns, strict=True)]


def _check_row(reader: Reader, place: int, row: Consent) -> None:
    if place in reader.bad:
        return
    now = reader.circumstances.now
    faults = (
        (ConsentField.PURPOSE, not row.purpose, "the row does not say what it is about"),
        (ConsentField.DECISION, row.decision is None, "the row does not say what was decided"),
        (ConsentField.RECEIVED_AT, row.received_at is None, "the row does not say when"),
        (
            ConsentField.RECEIVED_AT,
            bool(row.received_at and now and row.received_at > now),
            IN_FUTURE,
        ),
        (
            ConsentField.EVIDENCE,
            len(row.evidence) > LONGEST,
            f"say what shows it in {LONGEST:,} characters",
        ),
    )
    for field, is_fault, reason in faults:
        if is_fault and place not in reader.bad:
            column = reader.mapping.of(field)[0]
            reader.reject(place, column, reader.cells[column][place][:80], reason)

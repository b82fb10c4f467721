"""Turning a table's text into checked treatments: values, then the rows of each treatment together.

Knows nothing of what is stored already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.domain import patient
from lib.domain.amounts import Dose, dose_of, pence_of, unit_of
from lib.imports import mentions
from lib.imports.mapping import Mapping
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table
from lib.imports.treatments.columns import Items, Treatments
from lib.imports.treatments.form import FORM, TreatmentField

HEADED = frozenset({TreatmentField.NOTES})
BLANK = frozenset({None, ""})
MOST_ROWS = 100
NAME, DAY = TreatmentField.NAME, TreatmentField.TREATED_ON
NAMELESS = "the row says neither treatment nor product"
DATELESS = "the row has no date of treatment"
SPOILT = "another row of the same treatment was rejected"
# What a treatment has once; its rows may not disagree in it.
ONCE = (
    TreatmentField.TREATED_ON,
    TreatmentField.NAME,
    TreatmentField.PRACTITIONER,
    TreatmentField.PRESCRIBER,
    TreatmentField.PRICE,
    TreatmentField.FOLLOW_UP_DUE_ON,
    TreatmentField.AFTERCARE,
)


@dataclass(slots=True)
class _Sheet:
    """Every row's values before rows are brought together."""

    people: mentions.Mentions
    ids: list[str]
    once: dict[TreatmentField, list[Any]]
    notes: list[str]
    items: Items


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[Treatments]:
    """Return the treatments that the rows make up, and every fault with its line and column.

    A treatment of which any row has a fault is left out as a whole. `tick` is told how many rows
    are done. Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(FORM, table.columns)
    reader = Reader(table, mapping, circumstances, HEADED)
    total = table.size
    people = mentions.read(reader)
    tick(total // 3)
    sheet = _sheet(reader, people)
    tick(2 * total // 3)
    _check_days(reader, sheet.once[DAY])
    groups = _groups(sheet.ids)
    _bring_together(reader, sheet, groups)
    _complete(reader, sheet, groups)
    _spoil(reader, groups)
    content = _treatments(reader, sheet, groups)
    return Checked(content, reader.faults, tuple(reader.warnings))


def _sheet(reader: Reader, people: mentions.Mentions) -> _Sheet:
    def text(field: TreatmentField) -> list[str]:
        return reader.single(field, lambda cell: "" if patient.is_nothing(cell) else cell, "")

    doses = reader.single(TreatmentField.DOSE, dose_of, Dose(None, ""))
    units = reader.single(TreatmentField.UNIT, unit_of, "")
    return _Sheet(
        people,
        text(TreatmentField.EXTERNAL_ID),
        {
            TreatmentField.TREATED_ON: reader.days(TreatmentField.TREATED_ON),
            TreatmentField.NAME: text(TreatmentField.NAME),
            TreatmentField.PRACTITIONER: text(TreatmentField.PRACTITIONER),
            TreatmentField.PRESCRIBER: text(TreatmentField.PRESCRIBER),
            TreatmentField.PRICE: reader.single(TreatmentField.PRICE, pence_of, None),
            TreatmentField.FOLLOW_UP_DUE_ON: reader.days_ahead(TreatmentField.FOLLOW_UP_DUE_ON),
            TreatmentField.AFTERCARE: reader.single(
                TreatmentField.AFTERCARE, patient.acceptance_of, None
            ),
        },
        reader.text(TreatmentField.NOTES),
        Items(
            reader.table.lines,
            text(TreatmentField.PRODUCT),
            text(TreatmentField.LOT_NUMBER),
            reader.days_ahead(TreatmentField.EXPIRES_ON),
            text(TreatmentField.AREA),
            [dose.amount for dose in doses],
            [dose.unit or unit for dose, unit in zip(doses, units, strict=True)],
        ),
    )


def _check_days(reader: Reader, days: Sequence[date | None]) -> None:
    as_of = reader.circumstances.as_of
    column = reader.mapping.of(TreatmentField.TREATED_ON)[0]
    faults = {day: fault for day in set(days) if day and (fault := _fault_of_day(day, as_of))}
    for place, day in enumerate(days if faults else ()):
        if day in faults:
            reader.reject(place, column, reader.cells[column][place], faults[day])


def _fault_of_day(day: date, as_of: date) -> str:
    if day > as_of:
        return "the date of treatment is in the future"
    return "the date of treatment is before 1900" if day < patient.EARLIEST_BIRTH else ""


def _groups(ids: Sequence[str]) -> list[list[int]]:
    """Return the places of the rows of each treatment; a row without an id is one by itself."""
    first: dict[str, int] = {}
    groups: list[list[int]] = []
    for place, external_id in enumerate(ids):
        number = first.setdefault(external_id, len(groups)) if external_id else len(groups)
        if number == len(groups):
            groups.append([place])
        else:
            groups[number].append(place)
    return groups


def _bring_together(reader: Reader, sheet: _Sheet, groups: Sequence[Sequence[int]]) -> None:
    """Let a treatment's first row say what any of its rows does; reject those that disagree."""
    for head, *others in (group for group in groups if len(group) > 1):
        if len(others) >= MOST_ROWS:
            _reject_crowd(reader, sheet, [head, *others])
            continue
        for place in others:
            _agree(reader, sheet, head, place)
            if sheet.notes[place] not in sheet.notes[head]:
                sheet.notes[head] = _joined(sheet.notes[head], sheet.notes[place])


def _complete(reader: Reader, sheet: _Sheet, groups: Sequence[Sequence[int]]) -> None:
    """Name what has no name by its product, and a product of which only lot or dose is said.

    What then has no name or no date is rejected.
    """
    names, days, items = sheet.once[NAME], sheet.once[DAY], sheet.items
    columns = {field: next(iter(reader.mapping.of(field)), "") for field in (NAME, DAY)}
    for group in groups:
        head = group[0]
        if not names[head]:
            names[head] = next((items.products[row] for row in group if items.products[row]), "")
        for field, said, fault in ((NAME, names[head], NAMELESS), (DAY, days[head], DATELESS)):
            if not said and head not in reader.bad:
                reader.reject(head, columns[field], "", fault)
        for row in group:
            if not items.products[row]:
                _name_product(sheet, head, row)


def _name_product(sheet: _Sheet, head: int, row: int) -> None:
    items = sheet.items
    if items.lots[row] or items.doses[row] is not None:
        items.products[row] = sheet.once[NAME][head]
    elif items.areas[row]:
        sheet.notes[head] = _joined(sheet.notes[head], f"Area: {items.areas[row]}")
        items.areas[row] = ""


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _reject_crowd(reader: Reader, sheet: _Sheet, group: Sequence[int]) -> None:
    column = reader.mapping.of(TreatmentField.EXTERNAL_ID)[0]
    reason = f"{len(group):,} rows have this treatment id; {MOST_ROWS} are the most"
    for place in group:
        reader.reject(place, column, sheet.ids[place], reason)


def _agree(reader: Reader, sheet: _Sheet, head: int, place: int) -> None:
    line = reader.table.lines[head]
    if sheet.people.who[place] != sheet.people.who[head]:
        column = reader.in_file_order(*mentions.PersonField)[0]
        reason = f"line {line} names another patient for the same treatment"
        reader.reject(place, column, reader.cells[column][place], reason)
    for field in ONCE:
        column_values = sheet.once[field]
        said, before = column_values[place], column_values[head]
        if said in BLANK or said == before:
            continue
        if before in BLANK:
            column_values[head] = said
        else:
            column = reader.mapping.of(field)[0] if reader.mapping.of(field) else ""
            reason = f"line {line} says another {field.value} for the same treatment"
            value = reader.cells[column][place] if column else ""
            reader.reject(place, column, value, reason)


def _spoil(reader: Reader, groups: Sequence[Sequence[int]]) -> None:
    """Reject the good rows of a treatment that has a bad one: half a treatment misleads."""
    if not reader.bad:
        return
    column = next(iter(reader.mapping.of(TreatmentField.EXTERNAL_ID)), "")
    for group in groups:
        if len(group) > 1 and any(place in reader.bad for place in group):
            for place in group:
                if place not in reader.bad:
                    reader.reject(place, column, reader.cells[column][place], SPOILT)


def _treatments(reader: Reader, sheet: _Sheet, groups: Sequence[Sequence[int]]) -> Treatments:
    good = [group for group in groups if group[0] not in reader.bad] if reader.bad else list(groups)
    heads = [group[0] for group in good]

    def pick(column: Sequence[Any]) -> list[Any]:
        return [column[place] for place in heads]

    once = sheet.once
    return Treatments(
        mentions=sheet.people.take(heads),
        rows=good,
        ids=pick(sheet.ids),
        treated_on=pick(once[TreatmentField.TREATED_ON]),
        names=pick(once[TreatmentField.NAME]),
        practitioners=pick(once[TreatmentField.PRACTITIONER]),
        prescribers=pick(once[TreatmentField.PRESCRIBER]),
        prices=pick(once[TreatmentField.PRICE]),
        notes=pick(sheet.notes),
        follow_ups=pick(once[TreatmentField.FOLLOW_UP_DUE_ON]),
        aftercare=pick(once[TreatmentField.AFTERCARE]),
        items=sheet.items,
        id_column=next(iter(reader.mapping.of(TreatmentField.EXTERNAL_ID)), ""),
    )

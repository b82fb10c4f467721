"""Names, phone numbers and email addresses of whom a row speaks of, in columns."""

from collections.abc import Mapping, Sequence

from lib.domain import patient
from lib.domain.patient import Phone, PhoneKind, SplitName
from lib.imports.fields import Field
from lib.imports.reading import Reader


def split_names(reader: Reader, whole: Field, parts: Mapping[str, list[str]]) -> None:
    """Fill title, given and family names (`parts`, each one's column) from full names.

    What a column of its own says is kept.
    """
    columns = reader.mapping.of(whole)
    if not columns:
        return
    splits = reader.read(columns[0], patient.split_name, SplitName("", "", ""))
    for part, cells in parts.items():
        cells[:] = [cell or getattr(split, part) for cell, split in zip(cells, splits, strict=True)]


def phones(reader: Reader, kinds: Mapping[Field, PhoneKind | None]) -> list[tuple[Phone, ...]]:
    """Return every number of each row; `kinds` says where those of a field ring."""
    region = reader.circumstances.region
    found: list[list[tuple[Phone, ...]]] = []
    for column in reader.in_file_order(*kinds):
        kind = kinds[reader.mapping.columns[column]]

        def parse(cell: str, kind: PhoneKind | None = kind) -> tuple[Phone, ...]:
            return patient.phones_of(cell, kind, region) if cell else ()

        found.append(reader.read(column, parse, ()))
    if not found:
        return [()] * reader.size
    if len(found) == 1:
        return [row if len(row) < 2 else _distinct(row) for row in found[0]]  # noqa: PLR2004
    rows = zip(*found, strict=True)
    return [_distinct([phone for cell in row for phone in cell]) for row in rows]


def emails(reader: Reader, field: Field) -> list[tuple[str, ...]]:
    """Return every email address of each row."""
    none: tuple[str, ...] = ()
    columns = reader.in_file_order(field)
    found = [reader.read(column, patient.emails_of, none) for column in columns]
    if not found:
        return [none] * reader.size
    if len(found) == 1:
        return found[0]
    rows = zip(*found, strict=True)
    return [tuple(dict.fromkeys(value for cell in row for value in cell)) for row in rows]


def postcodes(reader: Reader, field: Field, countries: list[str]) -> list[str]:
    """Return the postcode of each row, a UK one in its usual form."""
    columns = reader.mapping.of(field)
    if not columns:
        return [""] * reader.size
    pairs = list(zip(reader.cells[columns[0]], countries, strict=True))
    known = {pair: patient.postcode_of(*pair) for pair in set(pairs)}
    return [known[pair] for pair in pairs]


def _distinct(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Keep the first of each number: mobile and home often hold the same one."""
    return tuple({phone.number: phone for phone in reversed(phones)}.values())[::-1]

"""Turning a manifest's text into checked rows; knows neither the store nor the files."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from lib.domain.media import Expression, Stage, View
from lib.domain.media_labels import LONGEST_AREA, LONGEST_NOTE
from lib.errors import InvalidInputError
from lib.imports import mentions
from lib.imports.mapping import Mapping
from lib.imports.media.form import FORM, MediaField
from lib.imports.mentions import Rows
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table

Word = TypeVar("Word", View, Expression, Stage)
# What other programs call the same.
OTHER_WORDS = {
    "frontal": "front",
    "left 45": "left oblique",
    "right 45": "right oblique",
    "left lateral": "left profile",
    "right lateral": "right profile",
    "at rest": "rest",
    "relaxed": "rest",
    "neutral": "rest",
    "smiling": "smile",
    "frowning": "frown",
    "pre": "before",
    "pre treatment": "before",
    "after": "immediately after",
    "post": "immediately after",
    "post treatment": "immediately after",
    "follow up": "review",
}


class Picture(NamedTuple):
    """What one row says of its file; texts are empty and words None where it says nothing."""

    line: int
    file: str
    treatment_id: str
    treated_on: date | None
    captured_on: date | None
    view: View | None
    expression: Expression | None
    stage: Stage | None
    area: str
    note: str


Pictures = Rows[Picture]


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[Pictures]:
    """Return what the rows say, and every fault; `tick` is told how far it is.

    Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(FORM, table.columns)
    reader = Reader(table, mapping, circumstances)
    people = mentions.read(reader)
    columns = (
        reader.table.lines,
        reader.text(MediaField.FILE),
        reader.text(MediaField.TREATMENT_ID),
        reader.days(MediaField.TREATED_ON),
        reader.days(MediaField.CAPTURED_ON),
        reader.single(MediaField.VIEW, lambda cell: word_of(View, cell), None),
        reader.single(MediaField.EXPRESSION, lambda cell: word_of(Expression, cell), None),
        reader.single(MediaField.STAGE, lambda cell: word_of(Stage, cell), None),
        reader.text(MediaField.AREA),
        reader.text(MediaField.NOTE),
    )
    rows = [Picture(*row) for row in zip(*columns, strict=True)]
    file_column = mapping.of(MediaField.FILE)[0]
    _check_rows(reader, rows, file_column)
    tick(table.size)
    good = reader.good
    content = Rows(people.take(good), [rows[place] for place in good], file_column)
    return Checked(content, reader.faults, tuple(reader.warnings))


def word_of(kind: type[Word], cell: str) -> Word | None:
    """Return the word that a cell means, None where it is empty.

    Raises `InvalidInputError` for any other.
    """
    plain = " ".join(cell.replace("_", " ").replace("-", " ").casefold().split())
    if not plain:
        return None
    said = OTHER_WORDS.get(plain, plain)
    for one in kind:
        if said == one.value.replace("-", " "):
            return one
    known = ", ".join(one.value for one in kind)
    message = f"this is none of: {known}"
    raise InvalidInputError(message)


def _check_rows(reader: Reader, rows: list[Picture], file_column: str) -> None:
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        if not row.file:
            reader.reject(place, file_column, "", "the row names no file")
        elif (earlier := first.setdefault(row.file, row.line)) != row.line:
            reader.reject(place, file_column, row.file, f"line {earlier} names the same file")
        for text, most, field in (
            (row.area, LONGEST_AREA, MediaField.AREA),
            (row.note, LONGEST_NOTE, MediaField.NOTE),
        ):
            if len(text) > most:
                column = reader.mapping.of(field)[0]
                reader.reject(place, column, text, f"it is longer than {most} characters")

"""Which column is which field: guessed, edited by a person, kept by name as JSON."""

import json
from collections import Counter
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field

from lib.domain.dates import Order
from lib.errors import InvalidInputError
from lib.imports.fields import Field
from lib.imports.forms import Form
from lib.imports.headings import guess


@dataclass(frozen=True, slots=True)
class Mapping:
    """The field of each column that is taken in; all others are left, and listed.

    `system` names the program whose ids the file carries, when the person says so. `date_order`
    overrides what each date column shows by itself.
    """

    columns: MappingOf[str, Field]
    system: str | None = None
    date_order: Order | None = None
    name: str | None = field(default=None, compare=False)

    @classmethod
    def guessed(cls, form: Form, columns: Sequence[str]) -> "Mapping":
        """Return the mapping that the headings suggest."""
        return cls(guess(form, columns))

    @classmethod
    def from_json(cls, form: Form, text: str, *, name: str | None = None) -> "Mapping":
        """Return a mapping from its JSON; `{"columns": {…}}`, or only the columns' object.

        Fields are given by their words (`date of birth`) or names (`BORN_ON`, `born_on`); null
        leaves a column out. Raises `InvalidInputError` for anything else.
        """
        try:
            parsed = json.loads(text)
        except ValueError as error:
            message = "The mapping is not JSON. Write {“columns”: {“Heading”: “field”}}."
            raise InvalidInputError(message, field="mapping") from error
        if not isinstance(parsed, dict):
            message = "The mapping is not an object of headings and fields."
            raise InvalidInputError(message, field="mapping")
        columns = parsed["columns"] if isinstance(parsed.get("columns"), dict) else parsed
        options = parsed if columns is not parsed else {}
        return cls(
            {heading: _field(form, value) for heading, value in columns.items() if value},
            system=_system(options.get("system")),
            date_order=_order(options.get("date_order")),
            name=name,
        )

    def to_json(self) -> str:
        """Return the mapping as JSON, as `from_json` reads it."""
        kept: dict[str, object] = {
            "columns": {column: field.value for column, field in self.columns.items()}
        }
        if self.system:
            kept["system"] = self.system
        if self.date_order:
            kept["date_order"] = self.date_order.value
        return json.dumps(kept, ensure_ascii=False)

    def of(self, *fields: Field) -> list[str]:
        """Return the columns that fill any of the fields, in the mapping's order."""
        return [column for column, field in self.columns.items() if field in fields]

    def unmapped(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the file's columns that are not taken in."""
        return tuple(column for column in columns if column not in self.columns)

    def check(self, form: Form, columns: Sequence[str]) -> None:
        """Raise `InvalidInputError` unless the mapping fits the file and fills what it must."""
        missing = [column for column in self.columns if column not in columns]
        if missing:
            message = f"The file has no column “{missing[0]}”, which the mapping names."
            raise InvalidInputError(message, field=missing[0])
        for field_, count in Counter(self.columns.values()).items():
            if count > 1 and field_ not in form.shared:
                message = f"{count} columns are said to be the {field_.value}; choose one of them."
                raise InvalidInputError(message, field=field_.value)
        lacking = form.lacks(set(self.columns.values()))
        if lacking:
            raise InvalidInputError(lacking.message, field=lacking.named.value)


def _field(form: Form, value: object) -> Field:
    words = str(value).strip().replace("_", " ").casefold()
    for candidate in form.fields:
        if words in {candidate.value.casefold(), candidate.name.replace("_", " ").casefold()}:
            return candidate
    known = ", ".join(candidate.value for candidate in form.fields)
    message = f"“{value}” is not a field we know. The fields are: {known}."
    raise InvalidInputError(message, field="mapping")


def _system(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _order(value: object) -> Order | None:
    if value in {None, "", "auto"}:
        return None
    try:
        return Order(str(value).replace("_", " "))
    except ValueError:
        message = "The date order is “day first” or “month first”."
        raise InvalidInputError(message, field="date_order") from None

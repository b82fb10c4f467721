"""The form of a kind of file: the columns it can have, their headings, and what it must have."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from lib.imports.fields import Field

Ways = tuple[tuple[Field, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Fields of which a mapping must fill at least one; `message` says what to do without."""

    fields: AbstractSet[Field]
    message: str
    named: Field


@dataclass(frozen=True)
class Form:
    """What the columns of one kind of file can be.

    `ways` gives for each field the headings it goes by, as patterns that a whole plain heading must
    match; the first are the surest. `shared` are fields that several columns may fill. A field in
    `gives_way` is not guessed where all the fields it stands for are. `sample` is an invented row.
    """

    fields: tuple[Field, ...]
    ways: Ways
    shared: AbstractSet[Field]
    needs: tuple[Need, ...]
    sample: Sequence[tuple[str, str]]
    gives_way: Mapping[Field, AbstractSet[Field]] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> tuple[tuple[Field, re.Pattern[str]], ...]:
        """Return every heading's pattern with its field, the surest first."""
        return tuple((field_, re.compile(way)) for field_, ways in self.ways for way in ways)

    def lacks(self, filled: AbstractSet[Field]) -> Need | None:
        """Return what a mapping that fills these fields has not, or None."""
        return next((need for need in self.needs if not need.fields & filled), None)

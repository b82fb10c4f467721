"""The checked values of a file's patients, in columns; knows neither the file nor the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from lib.domain.patient import Phone
from lib.imports.patients.fields import PatientField

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class People:
    """Checked values in columns of equal length, one place for each row that is good.

    Texts are without space around them and empty when there is none; all fields are present.
    """

    lines: list[int]
    texts: Mapping[PatientField, list[str]]
    postcodes: list[str]
    sexes: list[str]
    dates: Mapping[PatientField, list[date | None]]
    phones: list[tuple[Phone, ...]]
    emails: list[tuple[str, ...]]
    acceptances: Mapping[PatientField, list[bool | None]]

    def __len__(self) -> int:
        return len(self.lines)


def take(people: People, places: Sequence[int]) -> People:
    """Return only the rows at these places, in their order."""

    def pick(column: list[T]) -> list[T]:
        return [column[place] for place in places]

    return replace(
        people,
        lines=pick(people.lines),
        texts={name: pick(column) for name, column in people.texts.items()},
        postcodes=pick(people.postcodes),
        sexes=pick(people.sexes),
        dates={name: pick(column) for name, column in people.dates.items()},
        phones=pick(people.phones),
        emails=pick(people.emails),
        acceptances={name: pick(column) for name, column in people.acceptances.items()},
    )

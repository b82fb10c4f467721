"""What people say of a picture: when it was taken, of what, at which stage; pure.

A label is never overwritten: whoever changes it writes a new version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.media import CaptureSource, Expression, Stage, View

LONGEST_NOTE = 500
LONGEST_AREA = 80


class Field(StrEnum):
    """What a label says; the words are the columns'."""

    CAPTURED_ON = "captured_on"
    CAPTURED_AT = "captured_at"
    CAPTURE_SOURCE = "capture_source"
    TREATMENT = "treatment_series_id"
    VIEW = "view"
    EXPRESSION = "expression"
    STAGE = "stage"
    AREA = "area"
    PRACTITIONER = "practitioner_id"
    NOTE = "note"
    IS_GUESSED = "is_guessed"


# Saying one of these is what confirms a guess.
GUESSED = frozenset({Field.VIEW, Field.EXPRESSION, Field.STAGE})

Values = Mapping[Field, Any]


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of one picture. `captured_on` is the clinic's own day, `captured_at` in UTC.

    `is_guessed` tells that view and stage are the software's guess, which nobody has confirmed.
    """

    captured_on: date | None
    captured_at: datetime | None
    capture_source: CaptureSource
    treatment_series_id: UUID | None = None
    view: View | None = None
    expression: Expression | None = None
    stage: Stage | None = None
    area: str | None = None
    practitioner_id: UUID | None = None
    note: str | None = None
    is_guessed: bool = False


def values_of(label: Label) -> dict[Field, Any]:
    """Return everything that a label says, field by field."""
    return {field: getattr(label, field.value) for field in Field}


def changed(label: Label, values: Values, zone: ZoneInfo) -> Label:
    """Return the label with these values in place of its own.

    A date that a person sets is the person's; without a time, a time of another day falls away. A
    time alone sets the day in `zone`. View, expression or stage once said are no guess any more.
    """
    said = dict(values)
    if Field.CAPTURED_AT in said and Field.CAPTURED_ON not in said:
        said[Field.CAPTURED_ON] = local_day(said[Field.CAPTURED_AT], zone, label.captured_on)
    if Field.CAPTURED_ON in said:
        is_same_day = said[Field.CAPTURED_ON] == label.captured_on
        said.setdefault(Field.CAPTURED_AT, label.captured_at if is_same_day else None)
        said.setdefault(Field.CAPTURE_SOURCE, CaptureSource.PERSON)
    if GUESSED & said.keys():
        said.setdefault(Field.IS_GUESSED, False)
    for field in (Field.AREA, Field.NOTE):
        if field in said:
            said[field] = str(said[field] or "").strip() or None
    return replace(label, **{field.value: value for field, value in said.items()})


def local_day(moment: object, zone: ZoneInfo, otherwise: date | None) -> date | None:
    """Return the clinic's day of an instant (UTC without a zone), or `otherwise` without one."""
    if not isinstance(moment, datetime):
        return otherwise
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def faults(label: Label, born_on: date | None, today: date) -> Iterator[tuple[Field, str]]:
    """Give what is wrong with a label: the field and why, in words for the person."""
    captured_on = label.captured_on
    if captured_on is None:
        yield Field.CAPTURED_ON, "say on which day it was taken"
    elif (doubt := doubt_of(captured_on, born_on, today)) is not None:
        yield Field.CAPTURED_ON, doubt
    if label.area is not None and len(label.area) > LONGEST_AREA:
        yield Field.AREA, f"keep the area to {LONGEST_AREA} characters"
    if label.note is not None and len(label.note) > LONGEST_NOTE:
        yield Field.NOTE, f"keep the note to {LONGEST_NOTE} characters"


def doubt_of(captured_on: date, born_on: date | None, today: date) -> str | None:
    """Return why a day cannot be the one on which a picture was taken, or None."""
    if captured_on > today:
        return "the day is still to come"
    if born_on is not None and captured_on < born_on:
        return "the day is before the patient was born"
    return None

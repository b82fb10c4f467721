"""Vital interests: the least that is kept without end because it protects the patient (rule C7).

Pure. What is kept is chosen fact by fact; all else of the record, photographs included, goes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from lib.domain import formats
from lib.domain.history import Kind as HistoryKind
from lib.domain.retention import years_after
from lib.errors import InvalidInputError

# A policy default of rule C7.
REVIEW_YEARS: Final = 1
NOTHING_CHOSEN = "choose at least one fact that protects the patient"
NOT_THERE = "one of these is not in the record any more; load the page again"
# Without these nobody could tell whom the facts protect; nothing else of the identity is needed.
IDENTITY: Final[Mapping[str, str]] = {
    "given_names": "Given names",
    "family_name": "Family name",
    "born_on": "Date of birth",
    "reference": "Reference",
}


class Kind(StrEnum):
    """What kind of fact protects the patient; the words are those of the store."""

    ALLERGY = "allergy"
    ADVERSE_EVENT = "adverse_event"
    PRODUCT = "product"
    CONDITION = "condition"
    MEDICINE = "medicine"
    CONTRAINDICATION = "contraindication"


# One and several, as they are counted; in the order in which they are shown.
NOUNS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.ALLERGY: ("allergy", "allergies"),
    Kind.ADVERSE_EVENT: ("adverse event", "adverse events"),
    Kind.PRODUCT: ("product with its lot", "products with their lots"),
    Kind.CONDITION: ("condition", "conditions"),
    Kind.MEDICINE: ("medicine", "medicines"),
    Kind.CONTRAINDICATION: ("contraindication", "contraindications"),
}
OF_HISTORY: Final[Mapping[HistoryKind, Kind]] = {
    HistoryKind.ALLERGY: Kind.ALLERGY,
    HistoryKind.CONDITION: Kind.CONDITION,
    HistoryKind.MEDICINE: Kind.MEDICINE,
    HistoryKind.CONTRAINDICATION: Kind.CONTRAINDICATION,
}
# What is suggested when somebody begins to choose: the rule names them first.
SUGGESTED: Final = frozenset({Kind.ALLERGY, Kind.ADVERSE_EVENT, Kind.CONTRAINDICATION})


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a record that could be kept: the row it is in and how it reads.

    `happened_on` is the day by which it is placed in time.
    """

    kind: Kind
    table: str
    row_id: UUID
    name: str
    detail: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class NewVitalInterest:
    """What the form says; it made the id, so that marking it twice is once.

    `chosen` are the rows that are kept. The reason is the clinical one, and is kept with them.
    """

    vital_interest_id: UUID
    reason: str
    owner_id: UUID
    review_on: date
    chosen: tuple[UUID, ...]


def review_by_default(as_of: date) -> date:
    """Return when what is kept is looked at again: after a year (rule C7)."""
    return years_after(as_of, REVIEW_YEARS)


def chosen_of(facts: Iterable[Fact], row_ids: Iterable[UUID]) -> tuple[Fact, ...]:
    """Return the facts that were chosen, each once.

    Raises `InvalidInputError` where none is, or one is not there.
    """
    known = {one.row_id: one for one in facts}
    wanted = tuple(dict.fromkeys(row_ids))
    if not wanted:
        raise InvalidInputError(NOTHING_CHOSEN, field="chosen")
    if not known.keys() >= set(wanted):
        raise InvalidInputError(NOT_THERE, field="chosen")
    return tuple(known[one] for one in wanted)


def counted(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return what is kept, counted by kind: `2 allergies`, `1 product with its lot`."""
    found = list(kinds)
    return tuple(
        formats.counted(found.count(kind), *nouns) for kind, nouns in NOUNS.items() if kind in found
    )

"""What speaks against a treatment: the clinic's list held against a patient's history; pure.

A warning never forbids. It says what was found and where, what follows from it, and must be
answered with a reason before the treatment is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lib.domain.history import HistoryEntry, Kind, Status
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError

# Allergies are held against what is in the product instead: who is allergic to aspirin takes none.
LOOKED_THROUGH = (Kind.CONDITION, Kind.MEDICINE, Kind.CONTRAINDICATION)
SHORTEST_WORD = 3
LONGEST_NAME = 100
LONGEST_ADVICE = 500
ALLERGY_ADVICE = "Do not use this product unless somebody who may decide it has, and says why."


class Level(StrEnum):
    """How grave a warning is; STOP means that the usual answer is not to treat."""

    CAUTION = "caution"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Contraindication:
    """An entry of the clinic's list. `terms` are beginnings of words; no `groups` means all."""

    contraindication_id: UUID
    name: str
    terms: tuple[str, ...]
    groups: tuple[str, ...]
    level: Level
    advice: str
    is_active: bool
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TreatmentWarning:
    """Something found that speaks against a treatment.

    `key` names it the same way each time it is found. `entry_id` is the version of the history
    entry that it comes from, None where it comes from elsewhere.
    """

    key: str
    title: str
    level: Level
    advice: str
    source: str
    entry_id: UUID | None = None

    @property
    def words(self) -> str:
        """Return all of it as one text, as it is kept with the treatment."""
        return f"{self.title}. {self.source} {self.advice}"


def matching(
    listed: Iterable[Contraindication], history: Iterable[HistoryEntry], group: str
) -> list[TreatmentWarning]:
    """Return what on the list speaks against a product group, given the entries of a history."""
    active = [entry for entry in history if _counts(entry) and entry.kind in LOOKED_THROUGH]
    found = [
        _warning(one, entry)
        for one in listed
        if one.is_active and (not one.groups or group in one.groups)
        for entry in active
        if _is_named(one.terms, f"{entry.name} {entry.detail or ''}")
    ]
    return _gravest_first(found)


def allergies_to(
    components: Sequence[str], history: Iterable[HistoryEntry], product: str
) -> list[TreatmentWarning]:
    """Return a warning for each known allergy to the product or to something in it."""
    return [
        TreatmentWarning(
            key=f"allergy:{entry.series_id}",
            title=f"Allergy to something in {product}",
            level=Level.STOP,
            advice=ALLERGY_ADVICE,
            source=f"The history says: allergy to {entry.name}; the product holds {component}.",
            entry_id=entry.entry_id,
        )
        for entry in history
        if _counts(entry) and entry.kind is Kind.ALLERGY
        if (component := _component(entry.name, (*components, product))) is not None
    ]


def lines_of(text: str | None) -> tuple[str, ...]:
    """Return the lines of a stored list that hold anything."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def check(name: str, terms: Sequence[str], advice: str) -> None:
    """Raise `InvalidInputError` unless an entry of the list can find something and say it."""
    if not name.strip() or len(name) > LONGEST_NAME:
        message = f"give it a name of at most {LONGEST_NAME} characters"
        raise InvalidInputError(message, field="name")
    if not terms:
        message = "write at least one word to look for"
        raise InvalidInputError(message, field="terms")
    if any(len(fold(term)) < SHORTEST_WORD for term in terms):
        message = f"a word to look for has at least {SHORTEST_WORD} letters, or it finds too much"
        raise InvalidInputError(message, field="terms")
    if not advice.strip() or len(advice) > LONGEST_ADVICE:
        message = f"say what follows from it, in at most {LONGEST_ADVICE} characters"
        raise InvalidInputError(message, field="advice")


def _counts(entry: HistoryEntry) -> bool:
    return entry.status is Status.ACTIVE


def _warning(one: Contraindication, entry: HistoryEntry) -> TreatmentWarning:
    said = entry.kind.value.replace("_", " ")
    return TreatmentWarning(
        key=f"contraindication:{one.contraindication_id}:{entry.series_id}",
        title=one.name,
        level=one.level,
        advice=one.advice,
        source=f"The history says: {entry.name} ({said}).",
        entry_id=entry.entry_id,
    )


def _is_named(terms: Iterable[str], text: str) -> bool:
    words = f" {fold(text)}"
    return any(f" {folded}" in words for term in terms if (folded := fold(term)))


def _component(allergen: str, components: Iterable[str]) -> str | None:
    if len(fold(allergen)) < SHORTEST_WORD:
        return None
    for component in components:
        if _is_named((allergen,), component) or _is_named((component,), allergen):
            return component
    return None


def _gravest_first(found: Iterable[TreatmentWarning]) -> list[TreatmentWarning]:
    # One entry of the list speaks once for one entry of the history.
    unique = {warning.key: warning for warning in found}
    return sorted(unique.values(), key=lambda warning: warning.level is not Level.STOP)

"""What a search is narrowed by, and what it returns; the same on a screen and on the console."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What the results are narrowed to; the default narrows nothing. Days are inclusive."""

    practitioner_id: UUID | None = None
    last_seen_from: date | None = None
    last_seen_to: date | None = None
    include_deceased: bool = True


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One patient in a list of results, with what the row and its banner show, and why."""

    patient_id: UUID
    reference: str
    external_id: str | None
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    last_seen_on: date | None
    practitioner_name: str | None
    is_restricted: bool
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The hits, best first, and how long finding them took in the index (not the audit)."""

    results: tuple[SearchHit, ...]
    milliseconds: float
    kinds: str
    is_cut: bool = False

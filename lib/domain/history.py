"""Medical history: versions of entries, and what is known of allergies; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What an entry is about; the words are those of the store."""

    CONDITION = "condition"
    ALLERGY = "allergy"
    NO_KNOWN_ALLERGIES = "no_known_allergies"
    MEDICINE = "medicine"
    CONTRAINDICATION = "contraindication"


class Status(StrEnum):
    """How an entry stands; one made in error stays, marked, and counts for nothing."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    ENTERED_IN_ERROR = "entered_in_error"


class AllergyState(StrEnum):
    """What is known of allergies. "None known" means that somebody asked."""

    KNOWN = "known"
    NONE_KNOWN = "none known"
    NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of an entry. `recorded_by` is the name of a person with an account, if any."""

    entry_id: UUID
    series_id: UUID
    version: int
    kind: Kind
    name: str
    detail: str | None
    severity: str | None
    status: Status
    started_on: date | None
    ended_on: date | None
    source: str
    source_detail: str | None
    correction_reason: str | None
    recorded_at: datetime
    recorded_by: str | None

    @property
    def happened_on(self) -> date:
        """Return the day by which the entry is placed in time."""
        return self.started_on or self.recorded_at.date()


@dataclass(frozen=True, slots=True)
class Series:
    """An entry as it stands now, with the versions that it replaced, the newest first."""

    current: HistoryEntry
    earlier: tuple[HistoryEntry, ...]

    @property
    def is_active(self) -> bool:
        """Tell whether it counts today."""
        return self.current.status is Status.ACTIVE


def series_of(entries: Iterable[HistoryEntry]) -> list[Series]:
    """Return every series with its versions in order; what happened last comes first."""
    versions: dict[UUID, list[HistoryEntry]] = {}
    for entry in entries:
        versions.setdefault(entry.series_id, []).append(entry)
    found = []
    for series in versions.values():
        newest, *earlier = sorted(series, key=lambda entry: entry.version, reverse=True)
        found.append(Series(newest, tuple(earlier)))
    return sorted(
        found, key=lambda one: (one.current.happened_on, one.current.recorded_at), reverse=True
    )


def as_of(entries: Iterable[HistoryEntry], moment: datetime) -> list[Series]:
    """Return the history as it stood at a moment (UTC): what had been recorded by then, no more."""
    return series_of(entry for entry in entries if entry.recorded_at <= moment)


def versions(history: Iterable[Series]) -> list[HistoryEntry]:
    """Return every version of every entry; the history can be made again from them."""
    return [entry for one in history for entry in (one.current, *one.earlier)]


def is_same_thing(entry: HistoryEntry, kind: Kind, name: str) -> bool:
    """Tell whether an entry that counts today says the same already."""
    is_named = " ".join(entry.name.casefold().split()) == " ".join(name.casefold().split())
    return entry.status is Status.ACTIVE and entry.kind is kind and is_named


def last_confirmed_on(history: Iterable[Series], reviewed_on: Iterable[date]) -> date | None:
    """Return the day on which somebody last went through the history, or added to it."""
    days = [entry.recorded_at.date() for entry in versions(history)]
    return max((*days, *reviewed_on), default=None)


def active(history: Iterable[Series], kind: Kind) -> tuple[HistoryEntry, ...]:
    """Return the entries of one kind that count today."""
    return tuple(one.current for one in history if one.is_active and one.current.kind is kind)


def allergy_state(history: Sequence[Series]) -> AllergyState:
    """Return what is known of allergies; one known allergy outranks any "none known"."""
    if active(history, Kind.ALLERGY):
        return AllergyState.KNOWN
    if active(history, Kind.NO_KNOWN_ALLERGIES):
        return AllergyState.NONE_KNOWN
    return AllergyState.NOT_RECORDED

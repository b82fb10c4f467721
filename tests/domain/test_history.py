"""Versions of medical history, and what they say of allergies."""

from datetime import date, datetime
from uuid import UUID

import pytest

from lib.domain.history import AllergyState, HistoryEntry, Kind, Status, allergy_state, series_of

RECORDED = datetime.fromisoformat("2026-01-02T10:00")


def entry(
    number: int,
    kind: Kind = Kind.ALLERGY,
    status: Status = Status.ACTIVE,
    version: int = 1,
    started_on: date | None = None,
) -> HistoryEntry:
    return HistoryEntry(
        entry_id=UUID(int=number * 100 + version),
        series_id=UUID(int=number),
        version=version,
        kind=kind,
        name=f"thing {number}",
        detail=None,
        severity=None,
        status=status,
        started_on=started_on,
        ended_on=None,
        source="patient",
        source_detail=None,
        correction_reason=None,
        recorded_at=RECORDED,
        recorded_by=None,
    )


def test_the_newest_version_stands_and_the_others_follow_it() -> None:
    (series,) = series_of([entry(1, version=2), entry(1, version=3), entry(1, version=1)])
    assert series.current.version == 3
    assert [old.version for old in series.earlier] == [2, 1]


def test_what_happened_last_comes_first_by_start_or_else_by_recording() -> None:
    found = series_of(
        [
            entry(1, started_on=date(2020, 1, 1)),
            entry(2),
            entry(3, started_on=date(2026, 5, 1)),
        ]
    )
    assert [series.current.series_id.int for series in found] == [3, 2, 1]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], AllergyState.NOT_RECORDED),
        ([entry(1, Kind.CONDITION)], AllergyState.NOT_RECORDED),
        ([entry(1, Kind.NO_KNOWN_ALLERGIES)], AllergyState.NONE_KNOWN),
        ([entry(1), entry(2, Kind.NO_KNOWN_ALLERGIES)], AllergyState.KNOWN),
        ([entry(1, status=Status.ENTERED_IN_ERROR)], AllergyState.NOT_RECORDED),
        ([entry(1), entry(1, status=Status.RESOLVED, version=2)], AllergyState.NOT_RECORDED),
        (
            [entry(1, Kind.NO_KNOWN_ALLERGIES, Status.ENTERED_IN_ERROR)],
            AllergyState.NOT_RECORDED,
        ),
    ],
)
def test_none_known_is_said_only_where_somebody_asked_and_nothing_is_known(
    entries: list[HistoryEntry], expected: AllergyState
) -> None:
    assert allergy_state(series_of(entries)) is expected

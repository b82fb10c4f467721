"""Versions of medical history, and what they say of allergies."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.history import (
    AllergyState,
    HistoryEntry,
    Kind,
    Status,
    allergy_state,
    as_of,
    is_same_thing,
    last_confirmed_on,
    series_of,
    versions,
)

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


moments = st.integers(0, 20).map(lambda hours: RECORDED + timedelta(hours=hours))


@st.composite
def histories(draw: st.DrawFn) -> list[HistoryEntry]:
    """Return entries in versions, each recorded no earlier than the one before."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        times = sorted(draw(st.lists(moments, min_size=1, max_size=4)))
        found += [
            replace(entry(number, version=version), recorded_at=at)
            for version, at in enumerate(times, start=1)
        ]
    return found


@given(histories(), moments)
def test_the_history_as_of_a_moment_is_what_had_been_recorded_by_then(
    entries: list[HistoryEntry], moment: datetime
) -> None:
    found = as_of(entries, moment)
    assert sorted(versions(found), key=str) == sorted(
        (one for one in entries if one.recorded_at <= moment), key=str
    )
    for one in found:
        assert one.current.version == 1 + len(one.earlier)


@given(histories())
def test_the_versions_of_a_history_make_it_again(entries: list[HistoryEntry]) -> None:
    history = series_of(entries)
    assert series_of(versions(history)) == history
    assert as_of(entries, RECORDED + timedelta(days=2)) == history


@pytest.mark.parametrize(
    ("status", "kind", "name", "expected"),
    [
        (Status.ACTIVE, Kind.ALLERGY, " THING  1", True),
        (Status.ACTIVE, Kind.ALLERGY, "thing 2", False),
        (Status.ACTIVE, Kind.MEDICINE, "thing 1", False),
        (Status.RESOLVED, Kind.ALLERGY, "thing 1", False),
    ],
)
def test_an_entry_says_the_same_when_kind_and_name_do_and_it_counts(
    status: Status, kind: Kind, name: str, *, expected: bool
) -> None:
    assert is_same_thing(entry(1, status=status), kind, name) is expected


def test_a_history_is_confirmed_when_it_was_last_written_or_gone_through() -> None:
    history = series_of([entry(1)])
    assert last_confirmed_on([], []) is None
    assert last_confirmed_on(history, []) == date(2026, 1, 2)
    assert last_confirmed_on(history, [date(2026, 3, 1), date(2025, 1, 1)]) == date(2026, 3, 1)

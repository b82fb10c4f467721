"""An entry is read from its form, and what the form shows is read to the same entry again."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.history import HistoryEntry, Kind, Status
from lib.domain.history_form import SEVERITIES, EntryValues, read_entry, typed_of
from lib.domain.registration import Reading, Source

TODAY = date(2026, 11, 24)
days = st.none() | st.dates(date(1950, 1, 1), TODAY)
words = st.text("abc xyz", min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "a")


def read(kind: Kind = Kind.ALLERGY, **typed: object) -> tuple[EntryValues, dict[str, str]]:
    reading = Reading(typed)
    return read_entry(reading, kind, TODAY), reading.faults


def test_a_form_is_read() -> None:
    found, faults = read(
        name="Latex", severity="severe", started_on="1.7.2019", detail="Rash",
        source="professional", source_detail="GP letter",
    )  # fmt: skip
    assert faults == {}
    assert found == EntryValues(
        Kind.ALLERGY, "Latex", "Rash", "severe", Status.ACTIVE, date(2019, 7, 1), None,
        Source.PROFESSIONAL, "GP letter",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("name", {}, "say what it is"),
        ("severity", {"name": "x", "severity": "huge"}, "choose one"),
        ("status", {"name": "x", "status": "gone"}, "choose one"),
        ("started_on", {"name": "x", "started_on": "soon"}, "not a date"),
        ("started_on", {"name": "x", "started_on": "25/11/2026"}, "in the future"),
        ("ended_on", {"name": "x", "started_on": "2/1/2020", "ended_on": "1/1/2020"}, "before it"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    field: str, typed: dict[str, object], reason: str
) -> None:
    _, faults = read(**typed)
    assert list(faults) == [field]
    assert reason in faults[field]


def test_no_known_allergies_needs_no_words() -> None:
    found, faults = read(Kind.NO_KNOWN_ALLERGIES)
    assert (found.name, faults) == ("No known allergies", {})


@given(
    name=words,
    detail=st.none() | words,
    severity=st.none() | st.sampled_from(SEVERITIES),
    status=st.sampled_from(list(Status)),
    span=st.tuples(days, days),
    source=st.sampled_from(list(Source)),
    who=st.none() | words,
)
def test_any_version_can_be_reproduced_from_its_form(
    name: str,
    detail: str | None,
    severity: str | None,
    status: Status,
    span: tuple[date | None, date | None],
    source: Source,
    who: str | None,
) -> None:
    started, ended = span if None in span else sorted(span)  # type: ignore[type-var]
    entry = HistoryEntry(
        UUID(int=1), UUID(int=1), 1, Kind.CONDITION, name, detail, severity, status, started,
        ended, source.value, who, None, datetime(2026, 1, 1), None,  # noqa: DTZ001 - as stored
    )  # fmt: skip
    reading = Reading(typed_of(entry))
    values = read_entry(reading, Kind.CONDITION, TODAY)
    assert reading.faults == {}
    again = replace(entry, **{field: getattr(values, field) for field in values.__slots__})
    assert again == entry

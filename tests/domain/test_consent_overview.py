"""Counting consent across the clinic: the same as the rule, patient by patient."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.consent import ConsentEvent, Decision, FormVersion, State, Terms, Topic, state_of
from lib.domain.consent_overview import (
    Group,
    bounds_on,
    last_month_end,
    line_of,
    protected,
    soon_until,
    state_in,
    superseded_on,
)

LONDON = ZoneInfo("Europe/London")
EDUCATION = Topic("education")
FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 2500).map(lambda days: FIRST + timedelta(days=days))
NOON = 12


@st.composite
def forms(draw: st.DrawFn) -> dict[UUID, FormVersion]:
    """Draw up to three forms with up to four versions each, in force in the order of numbers."""
    found = {}
    for form in range(draw(st.integers(1, 3))):
        starts = sorted(draw(st.lists(DAYS, min_size=1, max_size=4, unique=True)))
        for number, start in enumerate(starts, start=1):
            key = UUID(int=form * 10 + number)
            in_force = draw(st.sampled_from((start, None))) if number == len(starts) else start
            material = draw(st.booleans())
            found[key] = FormVersion(key, UUID(int=1000 + form), number, material, in_force)
    return found


def event_of(group: Group) -> ConsentEvent:
    day = group.received_on or FIRST
    moment = datetime(day.year, day.month, day.day, NOON, tzinfo=UTC).replace(tzinfo=None)
    return ConsentEvent(UUID(int=1), group.decision, moment, group.form_version_id, UUID(int=2))


@given(st.data(), forms(), DAYS, st.sampled_from((None, 1, 6, 24)), st.sampled_from(list(Decision)))
def test_a_group_is_in_the_state_that_the_rule_gives_each_of_its_patients(
    data: st.DataObject,
    versions: dict[UUID, FormVersion],
    as_of: date,
    months: int | None,
    decision: Decision,
) -> None:
    in_force = [
        one for one in versions.values() if one.in_force_from and one.in_force_from <= as_of
    ]
    is_given = decision is Decision.GIVEN
    if is_given and not in_force:
        return
    version = data.draw(st.sampled_from(in_force)) if is_given else None
    received = as_of
    if version is not None and version.in_force_from is not None:
        received = data.draw(st.dates(version.in_force_from, as_of))
    key = version.form_version_id if version else None
    group = Group(EDUCATION, decision, received if is_given else None, key, 3)
    terms = Terms(versions, months, LONDON)
    bounds = bounds_on(superseded_on(versions.values(), as_of), months, as_of)
    standing = state_of([event_of(group)], terms, as_of)
    assert state_in(group, bounds) is standing.state
    if standing.superseded_by is not None and key is not None:
        assert bounds.superseded[key] == standing.superseded_by


GROUPS = (
    Group(EDUCATION, Decision.GIVEN, date(2026, 6, 1), UUID(int=2), 7),
    Group(EDUCATION, Decision.GIVEN, date(2024, 12, 10), UUID(int=2), 5),
    Group(EDUCATION, Decision.GIVEN, date(2024, 11, 23), UUID(int=2), 2),
    Group(EDUCATION, Decision.GIVEN, date(2026, 1, 1), UUID(int=1), 4),
    Group(EDUCATION, Decision.REFUSED, None, UUID(int=2), 3),
    Group(EDUCATION, Decision.WITHDRAWN, None, None, 1),
)
FORM = UUID(int=100)
VERSIONS = (
    FormVersion(UUID(int=1), FORM, 1, False, date(2020, 1, 1)),
    FormVersion(UUID(int=2), FORM, 2, True, date(2024, 1, 1)),
    FormVersion(UUID(int=3), FORM, 3, False, date(2026, 1, 1)),
)
TODAY = date(2026, 11, 23)


def test_a_line_counts_every_patient_once_and_says_what_is_ending_and_overtaken() -> None:
    bounds = bounds_on(superseded_on(VERSIONS, TODAY), 24, TODAY)
    line = line_of(EDUCATION, GROUPS, bounds, soon_until(24, TODAY), 30)
    assert line.states == {
        State.ACTIVE: 12,
        State.SUPERSEDED: 4,
        State.EXPIRED: 2,
        State.REFUSED: 3,
        State.WITHDRAWN: 1,
        State.NOT_ASKED: 8,
    }
    assert line.soon == {30: 5, 60: 5, 90: 5}
    assert [(one.version.number, one.patients) for one in line.renewals] == [(2, 4)]
    assert sum(line.states.values()) == 30


def test_a_consent_runs_out_on_the_day_after_its_last_and_not_before() -> None:
    received = date(2024, 12, 23)
    assert soon_until(24, TODAY, (30,)) == {30: received}
    assert soon_until(24, TODAY, (29,)) == {29: date(2024, 12, 22)}
    assert soon_until(None, TODAY) == {}


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (1_002, 1_000)]
)
def test_an_owners_figure_is_rounded_and_a_small_one_is_not_shown(
    count: int, shown: int | None
) -> None:
    assert protected(count) == shown


def test_the_month_before_ends_the_day_before_the_first() -> None:
    assert last_month_end(date(2026, 1, 31)) == date(2025, 12, 31)
    assert last_month_end(date(2024, 3, 1)) == date(2024, 2, 29)


@given(forms(), DAYS)
def test_only_a_newer_material_version_in_force_overtakes(
    versions: dict[UUID, FormVersion], as_of: date
) -> None:
    found = superseded_on(versions.values(), as_of)
    for key, newer in found.items():
        assert newer.form_id == versions[key].form_id
        assert newer.number > versions[key].number
        assert newer.is_material
        assert newer.in_force_from is not None
        assert newer.in_force_from <= as_of
    forms_of = Counter(one.form_id for one in versions.values())
    assert len(found) <= len(versions) - len(forms_of)

"""Consent month by month: the same as the rule at each month's end."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.consent import ConsentEvent, Decision, FormVersion, State, Terms, Topic, state_of
from lib.domain.consent_history import Spell, first_of, month_ends, month_of, overtaken_from

LONDON = ZoneInfo("Europe/London")
EDUCATION = Topic("education")
FORM = UUID(int=900)
VERSIONS = (
    FormVersion(UUID(int=1), FORM, 1, True, date(2019, 1, 1)),
    FormVersion(UUID(int=2), FORM, 2, True, date(2022, 2, 28)),
    FormVersion(UUID(int=3), FORM, 3, False, date(2023, 5, 17)),
    FormVersion(UUID(int=4), FORM, 4, True, date(2024, 3, 31)),
    FormVersion(UUID(int=5), FORM, 5, True, None),
)
FIRST = date(2020, 1, 1)
MONTHS = range(month_of(date(2020, 1, 1)), month_of(date(2025, 12, 1)) + 1)


@st.composite
def answers(draw: st.DrawFn) -> list[ConsentEvent]:
    """Draw what one patient said, at any time of any day, each grant on a wording in force."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        day = FIRST + timedelta(days=draw(st.integers(0, 2100)))
        decision = draw(st.sampled_from(list(Decision)))
        known = [one for one in VERSIONS if one.in_force_from and one.in_force_from <= day]
        version = draw(st.sampled_from(known)).form_version_id
        at = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), 30, tzinfo=LONDON)
        moment = at.astimezone(UTC).replace(tzinfo=None)
        is_given = decision is Decision.GIVEN
        key = UUID(int=100 + number)
        found.append(
            ConsentEvent(
                key, decision, moment, version if is_given else None, key if is_given else None
            )
        )
    return found


def spells_of(events: list[ConsentEvent], terms: Terms) -> list[Spell]:
    """Return the spells of one patient: what stood at each month's end, as the rule says."""
    found: list[Spell] = []
    last = None
    for month in MONTHS:
        end = first_of(month + 1) - timedelta(days=1)
        event = state_of(events, terms, end).event
        if event is not None and event != last:
            if found:
                old = found.pop()
                found.append(
                    Spell(EDUCATION, old.decision, old.form_version_id, old.began, month, 1)
                )
            found.append(Spell(EDUCATION, event.decision, event.form_version_id, month, None, 1))
            last = event
    return found


@settings(max_examples=40)
@given(st.lists(answers(), max_size=4), st.sampled_from((None, 1, 6, 24)))
def test_each_months_end_counts_what_the_rule_says(
    crowd: list[list[ConsentEvent]], months: int | None
) -> None:
    terms = Terms({one.form_version_id: one for one in VERSIONS}, months, LONDON)
    spells = [spell for events in crowd for spell in spells_of(events, terms)]
    found = month_ends(spells, MONTHS, months, overtaken_from(VERSIONS))
    for place, month in enumerate(MONTHS):
        end = first_of(month + 1) - timedelta(days=1)
        states = Counter(state_of(events, terms, end).state for events in crowd)
        assert {state: counts[place] for state, counts in found.items()} == {
            state: states[state] for state in State if state is not State.NOT_ASKED
        }


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2025, 1, 1), date(1999, 12, 31)])
def test_a_month_is_a_number_and_back(day: date) -> None:
    assert first_of(month_of(day)) == day.replace(day=1)


def test_a_version_is_overtaken_by_the_first_material_one_after_it() -> None:
    found = overtaken_from(VERSIONS)
    assert found == {
        UUID(int=1): month_of(date(2022, 2, 1)),
        UUID(int=2): month_of(date(2024, 3, 1)),
        UUID(int=3): month_of(date(2024, 3, 1)),
    }

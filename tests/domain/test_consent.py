"""The state of a consent: vectors, boundaries, and the laws of the rule on any sequence."""

from datetime import date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.consent import (
    LONDON,
    ConsentEvent,
    Decision,
    FormVersion,
    State,
    Terms,
    begin_of,
    day_of,
    last_expired,
    months_after,
    state_of,
    superseded_versions,
    superseding,
)
from tests.vector_files import Row, rows

FORM = UUID(int=1)
V1, V2, V3 = (UUID(int=number) for number in (11, 12, 13))
VERSIONS = {
    V1: FormVersion(V1, FORM, 1, is_material=True, in_force_from=date(2024, 1, 1)),
    V2: FormVersion(V2, FORM, 2, is_material=True, in_force_from=date(2026, 1, 1)),
    V3: FormVersion(V3, FORM, 3, is_material=False, in_force_from=date(2026, 7, 1)),
}
FORMS = {"v1": V1, "v2": V2, "v3": V3}
DECISIONS = {"G": Decision.GIVEN, "R": Decision.REFUSED, "W": Decision.WITHDRAWN}
TERMS = Terms(VERSIONS, 24, LONDON)


def event_of(text: str, number: int) -> ConsentEvent:
    """Return an event as a vector writes it; when it was keyed is left to one side."""
    at, decision, form, evidence, *_ = [*text.strip().split(";"), "", "", ""]
    received = datetime.fromisoformat(at).replace(tzinfo=None)
    shown = UUID(int=100 + number) if evidence else None
    known = FORMS.get(form, UUID(int=99)) if form else None
    return ConsentEvent(UUID(int=number), DECISIONS[decision], received, known, shown)


@pytest.mark.parametrize("row", rows("consent.csv"))
def test_the_state_is_what_was_written_down(row: Row) -> None:
    texts = [text for text in row["events"].split("|") if text.strip()]
    events = [event_of(text, number) for number, text in enumerate(texts, 1)]
    months = int(row["validity_months"]) if row["validity_months"] else None
    as_of = date.fromisoformat(row["as_of"])
    for keyed in permutations(events):
        found = state_of(keyed, Terms(VERSIONS, months, LONDON), as_of)
        assert found.state.name == row["state"]
        assert found.may_use is (row["may_use"] == "1")


def a_grant(at: str, form: UUID | None = V2) -> ConsentEvent:
    return ConsentEvent(
        UUID(int=1), Decision.GIVEN, datetime.fromisoformat(at), form, UUID(int=101)
    )


@pytest.mark.parametrize(
    ("received_at", "as_of", "state"),
    [
        # In summer London is an hour ahead: the day of the clinic begins at 23:00 UTC.
        ("2026-06-14T22:59:59", date(2026, 6, 14), State.ACTIVE),
        ("2026-06-14T23:00:00", date(2026, 6, 14), State.NOT_ASKED),
        ("2026-06-14T23:00:00", date(2026, 6, 15), State.ACTIVE),
        # Whoever agreed on the day on which the form came into force, from midnight on.
        ("2026-01-01T00:00:00", date(2026, 1, 1), State.ACTIVE),
        ("2025-12-31T23:59:59", date(2026, 1, 1), State.NOT_ASKED),
    ],
)
def test_days_begin_at_midnight_in_london(received_at: str, as_of: date, state: State) -> None:
    assert state_of([a_grant(received_at)], TERMS, as_of).state is state


@pytest.mark.parametrize(
    ("received_on", "months", "first_expired"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_validity_ends_where_a_month_has_no_such_day(
    received_on: date, months: int, first_expired: date
) -> None:
    terms = Terms({V1: VERSIONS[V1]}, months, LONDON)
    event = a_grant(f"{received_on}T12:00", V1)
    assert months_after(received_on, months) == first_expired
    last = state_of([event], terms, first_expired - timedelta(days=1))
    assert (last.state, last.expires_on) == (State.ACTIVE, first_expired)
    assert state_of([event], terms, first_expired).state is State.EXPIRED


def test_without_a_validity_what_was_given_holds() -> None:
    found = state_of([a_grant("2026-02-01T10:00")], Terms(VERSIONS, None, LONDON), date(2099, 1, 1))
    assert (found.state, found.expires_on) == (State.ACTIVE, None)


@pytest.mark.parametrize("form", [None, UUID(int=99)])
def test_a_grant_on_no_form_that_is_known_does_not_count(form: UUID | None) -> None:
    found = state_of([a_grant("2026-02-01T10:00", form)], TERMS, date(2026, 11, 23))
    assert (found.state, found.event) == (State.NOT_ASKED, None)


def test_a_form_that_is_still_being_written_does_not_count_nor_supersede() -> None:
    draft = FormVersion(UUID(int=14), FORM, 4, is_material=True, in_force_from=None)
    terms = Terms({**VERSIONS, draft.form_version_id: draft}, 24, LONDON)
    on_draft = a_grant("2026-02-01T10:00", draft.form_version_id)
    assert state_of([on_draft], terms, date(2026, 11, 23)).state is State.NOT_ASKED
    on_second = a_grant("2026-02-01T10:00")
    assert state_of([on_second], terms, date(2026, 11, 23)).state is State.ACTIVE


def test_a_superseded_consent_tells_the_version_that_asks_anew() -> None:
    found = state_of([a_grant("2025-02-01T10:00", V1)], TERMS, date(2026, 11, 23))
    assert (found.state, found.superseded_by) == (State.SUPERSEDED, VERSIONS[V2])
    before = state_of([a_grant("2025-02-01T10:00", V1)], TERMS, date(2025, 12, 31))
    assert before.state is State.ACTIVE


def test_what_is_without_a_form_is_superseded_by_none() -> None:
    event = ConsentEvent(UUID(int=1), Decision.REFUSED, datetime.fromisoformat("2026-02-01"))
    assert superseding(event, VERSIONS, date(2026, 11, 23)) is None


# Laws ---------------------------------------------------------------------------------------

days = st.dates(date(2023, 1, 1), date(2029, 12, 31))
ANNIVERSARIES = (date(2024, 2, 29), date(2026, 1, 1), date(2026, 3, 29), date(2026, 10, 25))
boundaries = st.sampled_from(ANNIVERSARIES) | days
times = st.sampled_from(["00:00:00", "00:59:59", "22:59:59", "23:00:00", "23:59:59", "12:00:00"])
moments = st.builds(lambda day, at: datetime.fromisoformat(f"{day}T{at}"), boundaries, times)
answers = st.tuples(
    st.sampled_from(list(Decision)),
    moments,
    st.sampled_from([None, V1, V2, V3, UUID(int=99)]),
    st.booleans(),
)
sequences = st.lists(answers, max_size=6).map(
    lambda said: [
        ConsentEvent(UUID(int=number), decision, at, form, UUID(int=500) if shown else None)
        for number, (decision, at, form, shown) in enumerate(said, 1)
    ]
)
validities = st.sampled_from([None, 1, 12, 24])


@given(sequences, validities, boundaries, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_of_keying_never_changes_a_state(
    events: list[ConsentEvent], months: int | None, as_of: date, random: object
) -> None:
    terms = Terms(VERSIONS, months, LONDON)
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    # Who keyed first has the lower id: that must decide nothing either.
    keyed_anew = [
        ConsentEvent(
            UUID(int=1000 + number),
            one.decision,
            one.received_at,
            one.form_version_id,
            one.evidence_id,
        )
        for number, one in enumerate(shuffled)
    ]
    expected = state_of(events, terms, as_of)
    found = state_of(keyed_anew, terms, as_of)
    assert state_of(shuffled, terms, as_of) == expected
    assert (found.state, found.expires_on, found.superseded_by) == (
        expected.state,
        expected.expires_on,
        expected.superseded_by,
    )


@given(sequences, validities, boundaries)
@settings(max_examples=150)
def test_nothing_is_active_without_a_valid_grant_after_every_withdrawal(
    events: list[ConsentEvent], months: int | None, as_of: date
) -> None:
    found = state_of(events, Terms(VERSIONS, months, LONDON), as_of)
    if not found.may_use:
        return
    assert found.event is not None
    granted = found.event
    assert granted.decision is Decision.GIVEN
    assert granted.evidence_id is not None
    assert granted.form_version_id is not None
    in_force_from = VERSIONS[granted.form_version_id].in_force_from
    assert in_force_from is not None
    assert in_force_from <= day_of(granted.received_at, LONDON) <= as_of
    taken_back = [
        one.received_at
        for one in events
        if one.decision is not Decision.GIVEN and day_of(one.received_at, LONDON) <= as_of
    ]
    assert all(at < granted.received_at for at in taken_back)


@given(sequences, moments, validities, st.integers(0, 2000))
@settings(max_examples=150)
def test_a_withdrawal_is_never_outlived_without_a_later_grant(
    events: list[ConsentEvent], at: datetime, months: int | None, days_on: int
) -> None:
    withdrawn = ConsentEvent(UUID(int=999), Decision.WITHDRAWN, at)
    earlier = [one for one in events if one.received_at <= at]
    as_of = day_of(at, LONDON) + timedelta(days=days_on)
    found = state_of([*earlier, withdrawn], Terms(VERSIONS, months, LONDON), as_of)
    assert found.state is State.WITHDRAWN


@given(days, st.sampled_from([1, 12, 24, 36]))
@settings(max_examples=150)
def test_the_last_expired_day_parts_what_expired_from_what_holds(as_of: date, months: int) -> None:
    last = last_expired(as_of, months)
    assert months_after(last, months) <= as_of < months_after(last + timedelta(days=1), months)


@given(days)
@settings(max_examples=60)
def test_a_day_begins_where_the_one_before_it_ends(day: date) -> None:
    begun = begin_of(day, LONDON)
    assert day_of(begun, LONDON) == day
    assert day_of(begun - timedelta(seconds=1), LONDON) == day - timedelta(days=1)


@given(boundaries)
@settings(max_examples=60)
def test_versions_are_superseded_as_events_on_them_are(as_of: date) -> None:
    gone = superseded_versions(VERSIONS, as_of)
    for key in VERSIONS:
        event = ConsentEvent(
            UUID(int=1), Decision.GIVEN, datetime.fromisoformat("2026-07-01T12:00"), key
        )
        assert (superseding(event, VERSIONS, as_of) is not None) is (key in gone)

"""What the synthetic patients agreed to: it follows the rules, and every state is there."""

from collections import Counter, defaultdict
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lib.demo.consent_forms import FORMS, topics_of
from lib.domain import consent
from lib.domain.consent import ConsentEvent, Decision, FormVersion, State, Terms, Topic
from tests.demo.conftest import AS_OF, Ask

LONDON = ZoneInfo("Europe/London")
Key = tuple[UUID, str, str]


@pytest.fixture(scope="module")
def events(ask: Ask) -> dict[Key, list[ConsentEvent]]:
    """Return the events of each patient, purpose and channel."""
    found: dict[Key, list[ConsentEvent]] = defaultdict(list)
    for patient_id, purpose, channel, event_id, decision, *rest in ask("""
        SELECT patient_id, purpose, channel, event_id, decision, received_at, form_version_id,
            evidence_id
        FROM consent_event
    """):
        event = ConsentEvent(event_id, Decision(decision), *rest)
        found[patient_id, purpose, channel].append(event)
    return found


@pytest.fixture(scope="module")
def terms(ask: Ask) -> dict[str, Terms]:
    """Return what states are worked out with, purpose by purpose."""
    versions = {
        row[0]: FormVersion(*row)
        for row in ask("""
            SELECT form_version_id, form_id, number, is_material, in_force_from
            FROM consent_form_version
        """)
    }
    months = ask("SELECT code, validity_months FROM consent_purpose")
    return {code: Terms(versions, validity, LONDON) for code, validity in months}


def test_every_grant_counts_and_so_has_evidence_and_a_form_in_force(
    events: dict[Key, list[ConsentEvent]], terms: dict[str, Terms]
) -> None:
    for (_, purpose, _), own in events.items():
        assert all(consent.counts(event, terms[purpose]) for event in own)


def test_what_is_kept_as_the_standing_is_what_the_rule_says(
    ask: Ask, events: dict[Key, list[ConsentEvent]], terms: dict[str, Terms]
) -> None:
    kept = ask("""
        SELECT patient_id, purpose, channel, event_id, decision, received_on, form_version_id
        FROM consent_standing
    """)
    # A merge works it out anew, which is tried where merges are.
    pairs = ask("SELECT patient_id, merged_into_id FROM patient WHERE merged_into_id NOT NULL")
    merged = {key for pair in pairs for key in pair}
    kept = [row for row in kept if row[0] not in merged]
    expected = set()
    for (patient_id, purpose, channel), own in events.items():
        if patient_id in merged:
            continue
        event = consent.deciding(own, terms[purpose], AS_OF)
        assert event is not None
        day = consent.day_of(event.received_at, LONDON)
        key = (patient_id, purpose, channel)
        expected.add((*key, event.event_id, event.decision, day, event.form_version_id))
    assert set(kept) == expected
    assert len(kept) == len(expected)


def test_every_state_is_there_to_be_seen_for_each_picture_purpose(
    events: dict[Key, list[ConsentEvent]], terms: dict[str, Terms]
) -> None:
    states: dict[str, Counter[State]] = defaultdict(Counter)
    for (_, purpose, _), own in events.items():
        states[purpose][consent.state_of(own, terms[purpose], AS_OF).state] += 1
    for purpose in (consent.EDUCATION, consent.SOCIAL_MEDIA, consent.THIRD_PARTY):
        assert set(states[purpose]) == set(State) - {State.NOT_ASKED}
    assert {State.ACTIVE, State.EXPIRED, State.WITHDRAWN} < set(states[consent.KEEPING_IN_TOUCH])


def test_some_patients_were_never_asked_and_nobody_says_anything_after_death(ask: Ask) -> None:
    never = """
        SELECT count(*) FROM patient WHERE patient_id NOT IN (SELECT patient_id FROM consent_event)
    """
    assert ask(never)[0][0] > 0
    after = """
        SELECT count(*) FROM consent_event JOIN patient USING (patient_id)
        WHERE received_at >= deceased_on
    """
    assert ask(after) == [(0,)]


def test_nothing_lies_in_the_future_or_was_keyed_before_it_came(ask: Ask) -> None:
    begin = datetime(AS_OF.year, AS_OF.month, AS_OF.day)  # noqa: DTZ001 - UTC, as stored
    assert ask("""
        SELECT max(received_at), max(recorded_at), bool_and(recorded_at >= received_at)
        FROM consent_event
    """)[0] < (begin, begin, True)  # fmt: skip
    assert ask("SELECT count(*) FROM consent_event WHERE recorded_at > received_at")[0][0] > 0


def test_evidence_is_of_the_same_patient(ask: Ask) -> None:
    assert ask("""
        SELECT count(*) FROM consent_event AS e JOIN consent_evidence AS v USING (evidence_id)
        WHERE e.patient_id <> v.patient_id
    """) == [(0,)]  # fmt: skip


def test_each_form_has_three_wordings_of_which_the_second_is_material(ask: Ask) -> None:
    found = ask("""
        SELECT f.name, v.number, v.is_material, v.in_force_from, v.text
        FROM consent_form_version AS v JOIN consent_form AS f USING (form_id) ORDER BY ALL
    """)
    by_form = defaultdict(list)
    for name, *rest in found:
        by_form[name].append(rest)
    assert set(by_form) == {form.name for form in FORMS}
    for rows in by_form.values():
        assert [row[:2] for row in rows] == [[1, False], [2, True], [3, False]]
        days: list[date] = [row[2] for row in rows]
        assert days == sorted(set(days))
        assert len({row[3] for row in rows}) == len(rows)


def test_together_the_forms_ask_for_every_purpose_once(ask: Ask) -> None:
    asked = [topic.purpose for form in FORMS for topic in topics_of(form)]
    assert set(asked) == {code for (code,) in ask("SELECT code FROM consent_purpose")}
    assert len(topics_of(FORMS[2])) == 6
    assert Topic(consent.KEEPING_IN_TOUCH, consent.Channel.EMAIL) in topics_of(FORMS[2])

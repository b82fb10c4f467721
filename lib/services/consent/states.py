"""How consent stands on a day: for one patient, or for many at once; reads only.

It knows neither actors nor the trail: whoever asks has authorised and notes the look.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from lib.domain.consent import (
    ConsentEvent,
    Standing,
    State,
    Terms,
    Topic,
    last_expired,
    state_of,
    superseded_versions,
)
from lib.services.clinic import Clinic
from lib.services.consent import purposes
from lib.store import consent_events, consent_standing, consent_states
from lib.store.connection import Cursor
from lib.store.consent_events import EventRow
from lib.store.consent_standing import Asked
from lib.store.consent_states import Counts, Day

# More than this and one look through the whole store is quicker than one by one.
FEW = 200
# One look through millions of rows takes half as long with two (see `Store.with_threads`).
THREADS = 2


def standings(cursor: Cursor, patient_id: UUID, as_of: date) -> dict[Topic, Standing]:
    """Return how every active purpose stands on a day, for each of its ways of contact.

    Of purposes that are no longer asked for, those are told on which something was said.
    """
    return standings_of(cursor, consent_events.list_events(cursor, patient_id), as_of)


def standings_of(cursor: Cursor, rows: Sequence[EventRow], as_of: date) -> dict[Topic, Standing]:
    """Return what `standings` does, from one patient's events."""
    versions = purposes.versions(cursor)
    said = by_topic(rows)
    return {
        topic: state_of(
            [row.event for row in said.get(topic, ())], purposes.terms_of(purpose, versions), as_of
        )
        for purpose in purposes.list_purposes(cursor)
        for topic in purposes.topics_of(purpose)
        if purpose.is_active or topic in said
    }


def standing(cursor: Cursor, patient_id: UUID, topic: Topic, as_of: date) -> Standing:
    """Return how one topic stands for one patient on a day."""
    rows = consent_events.list_events(cursor, patient_id)
    return state_of(_on(topic, rows), _terms(cursor, topic), as_of)


def standings_among(
    cursor: Cursor, patient_ids: Sequence[UUID], topics: Sequence[Topic], as_of: date
) -> dict[UUID, dict[Topic, Standing]]:
    """Return how a few topics stand for each of a few patients on a day."""
    events = consent_events.list_of_many(cursor, patient_ids)
    terms = {topic: _terms(cursor, topic) for topic in topics}
    return {
        key: {
            topic: state_of(_on(topic, events.get(key, ())), terms[topic], as_of)
            for topic in topics
        }
        for key in patient_ids
    }


def states_of(
    cursor: Cursor, patient_ids: Iterable[UUID], topic: Topic, as_of: date
) -> dict[UUID, State]:
    """Return how one topic stands for each of some patients on a day."""
    keys = list(dict.fromkeys(patient_ids))
    if len(keys) > FEW:
        return _states_of_many(cursor, keys, topic, as_of)
    events = consent_events.list_of_many(cursor, keys)
    terms = _terms(cursor, topic)
    return {key: state_of(_on(topic, events.get(key, ())), terms, as_of).state for key in keys}


def active_among(
    cursor: Cursor, patient_ids: Iterable[UUID], topic: Topic, as_of: date
) -> frozenset[UUID]:
    """Return those patients whose consent to a topic may be relied on (rule D3)."""
    keys = list(patient_ids)
    if len(keys) > FEW and not consent_standing.is_newer(cursor, topic, as_of):
        terms = _terms(cursor, topic)
        asked = Asked(topic, _expired(terms, as_of), superseded_versions(terms.versions, as_of))
        return consent_standing.list_active(cursor, asked).intersection(keys)
    states = states_of(cursor, keys, topic, as_of)
    return frozenset(key for key, state in states.items() if state is State.ACTIVE)


def day_on(cursor: Cursor, as_of: date) -> Day:
    """Return what the states of everybody on a day are worked out with."""
    validity = {one.code: one.validity_months for one in purposes.list_purposes(cursor)}
    return Day.of(as_of, purposes.versions(cursor), validity)


def count_everybody(clinic: Clinic, as_of: date) -> Counts:
    """Return how many patients stood how on every topic on a day, any day.

    Restricted and merged records are left out; who said nothing on a topic is not counted.
    """
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        return consent_states.count_states(cursor, day_on(cursor, as_of))


def by_topic(rows: Iterable[EventRow]) -> dict[Topic, list[EventRow]]:
    """Return events by what they are about."""
    found: dict[Topic, list[EventRow]] = {}
    for row in rows:
        found.setdefault(row.topic, []).append(row)
    return found


def _states_of_many(
    cursor: Cursor, keys: Sequence[UUID], topic: Topic, as_of: date
) -> dict[UUID, State]:
    found = consent_states.get_states(cursor, topic, day_on(cursor, as_of))
    return {key: found.get(key, State.NOT_ASKED) for key in keys}


def _expired(terms: Terms, as_of: date) -> date:
    """Return the last day whose grants have run out; long ago where none ever does."""
    months = terms.validity_months
    return last_expired(as_of, months) if months else date.min + timedelta(days=1)


def _terms(cursor: Cursor, topic: Topic) -> Terms:
    known = {one.code: one for one in purposes.list_purposes(cursor)}
    return purposes.terms_of(known.get(topic.purpose), purposes.versions(cursor))


def _on(topic: Topic, rows: Iterable[EventRow]) -> list[ConsentEvent]:
    return [row.event for row in rows if row.topic == topic]

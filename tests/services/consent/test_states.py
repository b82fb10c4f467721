"""The rule, the table of what stands, and the look at everybody at once always agree."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.consent import Channel, Decision, Route, State, Topic, state_of
from lib.services.clinic import Clinic, open_clinic
from lib.services.consent import purposes, states
from lib.settings import Settings
from lib.store import consent_events, consent_standing, consent_states
from lib.store.consent_events import EventRow
from lib.store.marks import MOST
from tests.consents import EDUCATION, add_form, add_version
from tests.records import NOW, TODAY, add_patient, restrict, write

TOPICS = (Topic("treatment"), EDUCATION, Topic("keeping in touch", Channel.SMS))
# 29 February, the turns of the clocks, and the days on which a form came into force.
DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2024-02-29", "2024-10-27", "2025-03-30", "2026-01-01", "2026-02-28", "2026-06-14")
)
TIMES = ("00:00:00", "22:59:59", "23:00:00", "23:59:59", "12:00:00")
moments = st.builds(
    lambda day, on, at: datetime.fromisoformat(f"{day + timedelta(days=on)}T{at}"),
    st.sampled_from(DAYS),
    st.integers(-1, 1),
    st.sampled_from(TIMES),
)
answers = st.tuples(
    st.sampled_from(TOPICS),
    st.sampled_from(list(Decision)),
    moments,
    st.integers(-1, 4),
    st.booleans(),
)


@dataclass
class Asked:
    """A clinic with forms, and everything that was said in it so far."""

    clinic: Clinic
    forms: list[UUID]
    said: dict[UUID, list[EventRow]] = field(default_factory=dict)

    def patient(self, said: list[tuple[Topic, Decision, datetime, int, bool]]) -> UUID:
        """Add a patient who said all of this, in this order of keying."""
        patient_id = add_patient(self.clinic)
        rows = [
            EventRow(
                event_id=uuid7s.uuid7(),
                patient_id=patient_id,
                topic=topic,
                decision=decision,
                received_at=at,
                route=Route.PAPER,
                form_version_id=self.forms[form] if form >= 0 else None,
                evidence_id=uuid7s.uuid7() if is_shown else None,
                note=None,
                recorded_at=NOW,
                recorded_by=None,
            )
            for topic, decision, at, form, is_shown in said
        ]

        def work(unit: object) -> None:
            cursor = unit.cursor  # type: ignore[attr-defined]
            consent_events.insert_events(cursor, rows)
            consent_standing.refresh(cursor, [patient_id])

        self.clinic.store.transact(work)
        self.said[patient_id] = rows
        return patient_id


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Open a clinic with two forms: three versions of one, a draft, and another's only one."""
    folder: Path = tmp_path_factory.mktemp("states")
    clinic = open_clinic(Settings(home=folder / "clinic", memory_limit="512MB", threads=1))
    form_id = add_form(clinic)
    versions = [
        add_version(clinic, date(2024, 2, 29), form_id=form_id),
        add_version(clinic, date(2025, 3, 30), form_id=form_id, number=2),
        add_version(clinic, date(2026, 1, 1), form_id=form_id, number=3, is_material=False),
        add_version(clinic, None, form_id=form_id, number=4),
        add_version(clinic, date(2024, 2, 29)),
    ]
    yield Asked(clinic, versions)
    clinic.close()


@given(st.lists(answers, max_size=6), st.sampled_from(DAYS), st.integers(-1, 1))
@settings(max_examples=25, deadline=None)
def test_the_rule_and_every_query_tell_the_same(
    asked: Asked,
    said: list[tuple[Topic, Decision, datetime, int, bool]],
    day: date,
    on: int,
) -> None:
    asked.patient(said)
    as_of = day + timedelta(days=on)
    with asked.clinic.store.reading() as cursor:
        versions = purposes.versions(cursor)
        known = {one.code: one for one in purposes.list_purposes(cursor)}
        expected = {
            topic: {
                patient_id: state_of(
                    [row.event for row in rows if row.topic == topic],
                    purposes.terms_of(known[topic.purpose], versions),
                    as_of,
                ).state
                for patient_id, rows in asked.said.items()
            }
            for topic in TOPICS
        }
        the_day = states.day_on(cursor, as_of)
        counted = consent_states.count_states(cursor, the_day)
        for topic, by_patient in expected.items():
            told = {key: one for key, one in by_patient.items() if one is not State.NOT_ASKED}
            assert states.states_of(cursor, asked.said, topic, as_of) == by_patient
            assert consent_states.get_states(cursor, topic, the_day) == told
            assert counted.get(topic, {}) == dict(Counter(told.values()))


@given(st.lists(answers, max_size=6))
@settings(max_examples=10, deadline=None)
def test_what_stands_is_what_decides_today(
    asked: Asked, said: list[tuple[Topic, Decision, datetime, int, bool]]
) -> None:
    patient_id = asked.patient(said)
    with asked.clinic.store.reading() as cursor:
        for topic in TOPICS:
            found = states.standing(cursor, patient_id, topic, TODAY)
            # As so many that the table of what stands is asked instead of the events.
            many = [patient_id, *(UUID(int=number) for number in range(states.FEW))]
            permitted = states.active_among(cursor, many, topic, TODAY)
            assert permitted == (frozenset([patient_id]) if found.may_use else frozenset())


def test_what_stands_is_the_same_made_anew_all_at_once(asked: Asked) -> None:
    sql = "SELECT * EXCLUDE (event_id) FROM consent_standing ORDER BY ALL"
    with asked.clinic.store.reading() as cursor:
        one_by_one = cursor.execute(sql).fetchall()
    asked.clinic.store.transact(lambda unit: consent_standing.rebuild(unit.cursor))
    with asked.clinic.store.reading() as cursor:
        assert (cursor.execute(sql).fetchall(), len(one_by_one) > 0) == (one_by_one, True)


def test_many_are_told_of_as_few_are(asked: Asked) -> None:
    chance = random.Random(7)  # noqa: S311 - drawn, not secret
    for _ in range(MOST + 10 - len(asked.said)):
        day = chance.choice(DAYS)
        moment = datetime.fromisoformat(f"{day}T{chance.choice(TIMES)}")
        decision = chance.choice(list(Decision))
        asked.patient([(EDUCATION, decision, moment, chance.randrange(5), True)])
    keys = list(asked.said)
    with asked.clinic.store.reading() as cursor:
        for as_of in DAYS:
            many = states.states_of(cursor, keys, EDUCATION, as_of)
            some = states.states_of(cursor, keys[: states.FEW], EDUCATION, as_of)
            assert {key: many[key] for key in some} == some
            active = states.active_among(cursor, keys, EDUCATION, as_of)
            assert active == {key for key, state in many.items() if state is State.ACTIVE}


def test_restricted_and_merged_records_are_not_counted(clinic: Clinic) -> None:
    asked = Asked(clinic, [add_version(clinic)])
    said = [(EDUCATION, Decision.REFUSED, NOW, -1, False)]
    one, _, other = (asked.patient(said) for _ in range(3))
    restrict(clinic, one)
    write_merged(clinic, other, one)
    with clinic.store.reading() as cursor:
        for as_of in (TODAY, TODAY + timedelta(days=1)):
            found = consent_states.count_states(cursor, states.day_on(cursor, as_of))
            assert found == {EDUCATION: {State.REFUSED: 1}}
    assert states.count_everybody(clinic, TODAY) == found


def write_merged(clinic: Clinic, patient_id: UUID, survivor_id: UUID) -> None:
    sql = "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [survivor_id, patient_id]))


def test_a_purpose_of_the_clinics_own_is_told_with_the_others(clinic: Clinic) -> None:
    own = Topic("newsletter on paper")
    write(
        clinic,
        "consent_purpose",
        code=own.purpose,
        name="Newsletter on paper",
        question="May we send you our newsletter?",
        has_channels=False,
        validity_months=12,
        position=9,
        is_active=True,
        version=1,
        changed_at=NOW,
    )
    asked = Asked(clinic, [add_version(clinic)])
    said = datetime.fromisoformat("2025-11-23T12:00")
    patient_id = asked.patient([(own, Decision.GIVEN, said, 0, True)])
    with clinic.store.reading() as cursor:
        held = states.standings(cursor, patient_id, TODAY - timedelta(days=1))
        told = states.standings(cursor, patient_id, TODAY)
    assert (held[own].state, told[own].state) == (State.ACTIVE, State.EXPIRED)
    assert told[own].expires_on == TODAY

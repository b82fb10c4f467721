"""The overview of consent: its counts, the lists behind them, asking, exporting, the trail."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.audit import Action
from lib.domain.consent import Channel, Decision, State, Topic
from lib.domain.consent_history import first_of, month_of
from lib.domain.consent_overview import ORDER, SOON, protected
from lib.errors import InvalidInputError, NotPermittedError
from lib.services.clinic import Clinic, open_clinic
from lib.services.consent import overview, overview_lists, past, purposes, reading, tasks
from lib.services.consent.overview import Wish
from lib.services.consent.overview_lists import Choice
from lib.settings import Settings
from lib.store import consent_standing, consent_tasks
from lib.store.connection import UnitOfWork
from tests.conftest import actor_with
from tests.consents import EDUCATION, add_version, give
from tests.records import NOW, TODAY, add_patient, insert, write

OFFICER = actor_with(Role.COMPLIANCE)
PATIENTS = 90
VISIT = datetime.fromisoformat("2026-11-26T10:00")


@dataclass(frozen=True, slots=True)
class Crowd:
    """A clinic with patients who said all sorts of things, and what is known of it."""

    clinic: Clinic
    patients: tuple[UUID, ...]
    restricted: UUID
    practitioner_id: UUID
    coming: frozenset[UUID]


def topics_in(clinic: Clinic) -> list[Topic]:
    with clinic.store.reading() as cursor:
        return [topic for _, topic in overview.catalogue(cursor).topics()]


def fill(clinic: Clinic) -> Crowd:
    """Draw a crowd: events of any age on any topic, on the wordings of the day, valid or not."""
    random = Random(5)  # noqa: S311 - the same crowd each time
    form_id = uuid7s.uuid7()
    first = add_version(clinic, date(2020, 1, 1), form_id=form_id, is_material=False)
    second = add_version(clinic, date(2024, 6, 1), form_id=form_id, number=2)
    add_version(clinic, None, form_id=form_id, number=3)
    practitioner = uuid7s.uuid7()
    write(
        clinic,
        "practitioner",
        practitioner_id=practitioner,
        display_name="Dr A",
        profession="doctor",
        is_prescriber=True,
    )
    patients = [
        add_patient(clinic, last_practitioner_id=practitioner if number % 3 == 0 else None)
        for number in range(PATIENTS)
    ]
    add_patient(clinic, deceased_on=date(2025, 1, 1))
    topics = topics_in(clinic)
    restricted = patients[4]
    coming = patients[10:20]

    def work(unit: UnitOfWork) -> None:
        for patient_id in patients:
            for topic in random.sample(topics, random.randrange(len(topics))):
                for _ in range(random.randrange(1, 4)):
                    _say(unit, random, (patient_id, topic), (first, second))
        consent_standing.refresh(unit.cursor, patients)
        insert(
            unit.cursor,
            "restriction",
            restriction_id=uuid7s.uuid7(),
            patient_id=restricted,
            reason="accuracy contested",
            placed_at=NOW,
        )
        for patient_id in coming:
            insert(
                unit.cursor,
                "appointment",
                appointment_id=uuid7s.uuid7(),
                patient_id=patient_id,
                starts_at=VISIT,
                ends_at=VISIT + timedelta(minutes=30),
                purpose="Review",
                status="booked",
                recorded_at=NOW,
            )

    clinic.store.transact(work)
    kept = tuple(one for one in patients if one != restricted)
    return Crowd(clinic, kept, restricted, practitioner, frozenset(coming))


def _say(
    unit: UnitOfWork, random: Random, about: tuple[UUID, Topic], versions: tuple[UUID, UUID]
) -> None:
    patient_id, topic = about
    decision = random.choices(list(Decision), (6, 2, 1))[0]
    received = NOW - timedelta(days=random.randrange(1200), hours=random.randrange(24))
    evidence = None
    if decision is Decision.GIVEN and random.random() < 0.9:
        evidence = uuid7s.uuid7()
        insert(
            unit.cursor,
            "consent_evidence",
            evidence_id=evidence,
            patient_id=patient_id,
            kind="note",
            recorded_at=NOW,
        )
    insert(
        unit.cursor,
        "consent_event",
        event_id=uuid7s.uuid7(),
        patient_id=patient_id,
        purpose=topic.purpose,
        channel=topic.channel or "",
        decision=decision.value,
        received_at=received.replace(microsecond=0),
        route="in person",
        form_version_id=random.choice(versions) if decision is Decision.GIVEN else None,
        evidence_id=evidence,
        recorded_at=NOW,
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    home_folder: Path = tmp_path_factory.mktemp("overview") / "clinic"
    opened = open_clinic(Settings(home=home_folder, memory_limit="512MB", threads=1))
    yield fill(opened)
    opened.close()


def expected(crowd: Crowd, topic: Topic, patients: tuple[UUID, ...]) -> dict[UUID, State]:
    with crowd.clinic.store.reading() as cursor:
        return reading.states_of(cursor, patients, topic, TODAY)


def test_the_counts_are_those_of_the_rule_patient_by_patient(crowd: Crowd) -> None:
    found = overview.overview(crowd.clinic, OFFICER, as_of=TODAY)
    assert found.patients == len(crowd.patients) == PATIENTS - 1
    assert [line.topic for line in found.lines] == topics_in(crowd.clinic)
    for line in found.lines:
        states = Counter(expected(crowd, line.topic, crowd.patients).values())
        assert line.states == {state: states[state] for state in ORDER}


@pytest.mark.parametrize("state", list(State))
def test_a_list_holds_exactly_those_whom_its_figure_counts(crowd: Crowd, state: State) -> None:
    for topic in (EDUCATION, Topic("treatment"), Topic("keeping in touch", Channel.SMS)):
        page = overview_lists.list_patients(
            crowd.clinic, OFFICER, Choice(topic, state), Wish(), as_of=TODAY
        )
        rule = expected(crowd, topic, crowd.patients)
        assert page.count == sum(one is state for one in rule.values())
        shown = {row.patient_id for row in page.rows}
        assert shown <= {key for key, one in rule.items() if one is state}
        assert len(shown) == min(page.count, overview_lists.PAGE)


@pytest.mark.parametrize("days", SOON)
def test_what_ends_soon_is_active_today_and_not_active_then(crowd: Crowd, days: int) -> None:
    found = overview.overview(crowd.clinic, OFFICER, as_of=TODAY)
    for line in found.lines:
        choice = Choice(line.topic, State.ACTIVE, days)
        page = overview_lists.list_patients(crowd.clinic, OFFICER, choice, Wish(), as_of=TODAY)
        assert page.count == line.soon.get(days, 0)
        with crowd.clinic.store.reading() as cursor:
            then = TODAY + timedelta(days=days)
            keys = [row.patient_id for row in page.rows]
            states = reading.states_of(cursor, keys, line.topic, then)
        assert set(states.values()) <= {State.EXPIRED}
    assert found.ending[days] == sum(line.soon.get(days, 0) for line in found.lines) > 0


def test_filters_narrow_counts_and_lists_alike(crowd: Crowd) -> None:
    wishes = {
        Wish(practitioner_id=crowd.practitioner_id): 30,
        Wish(booked_days=7): 10,
        Wish(booked_days=2): 0,
        Wish(treated_since=date(2020, 1, 1)): 0,
    }
    for wish, count in wishes.items():
        found = overview.overview(crowd.clinic, OFFICER, as_of=TODAY, wish=wish)
        assert found.patients == count
        line = next(one for one in found.lines if one.topic == EDUCATION)
        for state, patients in line.states.items():
            choice = Choice(EDUCATION, state)
            page = overview_lists.list_patients(crowd.clinic, OFFICER, choice, wish, as_of=TODAY)
            assert page.count == patients


def test_those_who_come_next_are_first_and_everybody_shown_is_in_the_trail(crowd: Crowd) -> None:
    with crowd.clinic.store.reading() as cursor:
        sql = "SELECT count(*) FROM audit_entry WHERE action = ?"
        (before,) = cursor.execute(sql, [Action.CONSENT_LISTED.value]).fetchall()[0]
        choice = Choice(EDUCATION, State.NOT_ASKED)
        page = overview_lists.list_patients(crowd.clinic, OFFICER, choice, Wish(), as_of=TODAY)
        (after,) = cursor.execute(sql, [Action.CONSENT_LISTED.value]).fetchall()[0]
    assert after - before == len(page.rows)
    visits = [row.next_visit_at for row in page.rows]
    coming = [one for one in visits if one]
    assert visits[: len(coming)] == coming == [VISIT] * len(coming)
    assert {row.patient_id for row in page.rows if row.next_visit_at} <= crowd.coming


def test_a_file_holds_the_list_and_no_formula_and_is_in_the_trail(crowd: Crowd) -> None:
    choice = Choice(EDUCATION, State.ACTIVE)
    evil = add_patient(crowd.clinic, family_name="=1+1", given_names="@SUM(A1)")
    give(crowd.clinic, actor_with(Role.STAFF), evil, _version(crowd.clinic))
    file = overview_lists.export(crowd.clinic, OFFICER, choice, Wish(), as_of=TODAY)
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    page = overview_lists.list_patients(crowd.clinic, OFFICER, choice, Wish(), as_of=TODAY)
    assert len(rows) == page.count
    assert {row["State"] for row in rows} == {"active"}
    named = [row for row in rows if "1+1" in row["Family name"]]
    assert [row["Family name"] for row in named] == ["'=1+1"]
    with crowd.clinic.store.reading() as cursor:
        sql = "SELECT count(*) FROM audit_entry WHERE action = ? AND patient_id IS NOT NULL"
        exported = cursor.execute(sql, [Action.CONSENT_EXPORTED.value]).fetchall()
    assert exported == [(len(rows),)]


def _version(clinic: Clinic) -> UUID:
    with clinic.store.reading() as cursor:
        versions = purposes.versions(cursor).values()
        return next(one.form_version_id for one in versions if one.number == 2)


def test_too_many_for_one_file_are_refused_with_what_to_do(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview_lists, "MOST_EXPORTED", 1)
    with pytest.raises(InvalidInputError, match="Narrow the list"):
        overview_lists.export(
            crowd.clinic, OFFICER, Choice(EDUCATION, State.NOT_ASKED), Wish(), as_of=TODAY
        )


def test_asking_opens_one_task_each_and_none_twice_and_can_be_taken_back(
    clinic: Clinic, compliance: Actor
) -> None:
    patients = [add_patient(clinic) for _ in range(3)]
    add_patient(clinic, deceased_on=date(2025, 1, 1))
    choice = Choice(EDUCATION, State.NOT_ASKED)
    first = overview_lists.ask(clinic, compliance, EDUCATION, patients[:1], now=NOW)
    assert (len(first.task_ids), first.already) == (1, 0)
    every = overview_lists.ask_all(clinic, compliance, choice, Wish(), as_of=TODAY, now=NOW)
    assert (len(every.task_ids), every.already) == (2, 1)
    page = overview_lists.list_patients(clinic, compliance, choice, Wish(), as_of=TODAY)
    assert [row.is_to_be_asked for row in page.rows] == [True] * 3
    assert tasks.take_back(clinic, compliance, every.task_ids, now=NOW) == 2
    assert tasks.take_back(clinic, compliance, every.task_ids, now=NOW) == 0
    with clinic.store.reading() as cursor:
        assert consent_tasks.list_asking(cursor, patients, EDUCATION) == {patients[0]}


def test_an_answer_closes_what_was_to_be_asked(clinic: Clinic, compliance: Actor) -> None:
    patient_id, form = add_patient(clinic), add_version(clinic)
    overview_lists.ask(clinic, compliance, EDUCATION, [patient_id], now=NOW)
    overview_lists.ask(clinic, compliance, Topic("social media"), [patient_id], now=NOW)
    give(clinic, compliance, patient_id, form)
    with clinic.store.reading() as cursor:
        found = {one.purpose: one.outcome for one in consent_tasks.list_of(cursor, patient_id)}
    assert found == {"education": "asked", "social media": None}


def test_nobody_chosen_is_said(clinic: Clinic, compliance: Actor) -> None:
    with pytest.raises(InvalidInputError, match="at least one"):
        overview_lists.ask(clinic, compliance, EDUCATION, [], now=NOW)


def test_staff_have_no_overview_and_an_owner_has_no_exact_figure(crowd: Crowd) -> None:
    choice = Choice(EDUCATION, State.ACTIVE)
    for role in (Role.STAFF, Role.OWNER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermittedError):
            overview.overview(crowd.clinic, actor_with(role), as_of=TODAY)
        with pytest.raises(NotPermittedError):
            overview_lists.export(crowd.clinic, actor_with(role), choice, Wish(), as_of=TODAY)
    with pytest.raises(NotPermittedError):
        overview_lists.list_patients(
            crowd.clinic, actor_with(Role.OWNER), choice, Wish(), as_of=TODAY
        )


def test_home_says_what_the_screen_counts(crowd: Crowd) -> None:
    found = {item.title: item for item in overview.home_items(crowd.clinic, OFFICER, TODAY)}
    shown = overview.overview(crowd.clinic, OFFICER, as_of=TODAY)
    assert found["Consents running out"].count == shown.ending[30]
    page = overview_lists.list_patients(
        crowd.clinic,
        OFFICER,
        Choice(Topic("treatment"), State.NOT_ASKED),
        Wish(booked_days=7),
        as_of=TODAY,
    )
    assert found["Coming, never asked"].count == page.count > 0
    assert list(overview.home_items(crowd.clinic, actor_with(Role.OWNER), TODAY)) == []


def test_the_past_counts_at_each_months_end_what_the_rule_says(crowd: Crowd) -> None:
    found = past.past(crowd.clinic, OFFICER, as_of=TODAY, patience=30)
    assert found is not None
    assert found.months[-1] == month_of(date(2026, 10, 1))
    for place in range(-1, -40, -6):
        end = first_of(found.months[place] + 1) - timedelta(days=1)
        for one in found.purposes:
            states: Counter[State] = Counter()
            with crowd.clinic.store.reading() as cursor:
                for topic in purposes.topics_of(one.purpose):
                    states.update(reading.states_of(cursor, crowd.patients, topic, end).values())
            counted = {state: counts[place] for state, counts in one.states.items()}
            assert counted == {state: states[state] for state in counted}


def test_an_owner_gets_the_same_rounded_and_not_anew_within_a_month(crowd: Crowd) -> None:
    owner = actor_with(Role.OWNER)
    found = past.outline(crowd.clinic, owner, as_of=TODAY, patience=30)
    assert found is not None
    assert found.as_of == date(2026, 10, 31)
    for topic, states in found.lines:
        with crowd.clinic.store.reading() as cursor:
            rule = reading.states_of(cursor, crowd.patients, topic, found.as_of)
        counted = Counter(rule.values())
        asked = {state: protected(counted[state]) for state in ORDER[:-1]}
        assert {state: states[state] for state in asked} == asked
    add_patient(crowd.clinic, registered_on=date(2020, 1, 1))
    assert past.outline(crowd.clinic, owner, as_of=TODAY) is found
    with pytest.raises(NotPermittedError):
        past.past(crowd.clinic, owner, as_of=TODAY)

"""Events of consent: what is written, what is refused at the door, and the trail."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.consent import Channel, Decision, Route, State, Topic
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotPermittedError,
    SavedAlreadyError,
)
from lib.services.clinic import Clinic
from lib.services.consent import checks, events, reading
from lib.services.consent.events import Receipt, Recorded, Said
from lib.store import consent_events
from tests.consents import (
    BY_EMAIL,
    EDUCATION,
    SOCIAL_MEDIA,
    add_evidence,
    add_version,
    answer,
    give,
    receipt,
    withdraw,
)
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict


def test_a_grant_and_its_withdrawal_stand_at_once(clinic: Clinic, staff: Actor) -> None:
    patient_id, form = add_patient(clinic), add_version(clinic)
    given = give(clinic, staff, patient_id, form)
    assert given.standings[EDUCATION].state is State.ACTIVE
    taken = withdraw(clinic, staff, patient_id)
    assert taken.standings[EDUCATION].state is State.WITHDRAWN
    with clinic.store.reading() as cursor:
        found = reading.states_of(cursor, [patient_id], EDUCATION, TODAY)
        before = reading.states_of(cursor, [patient_id], EDUCATION, TODAY - timedelta(days=1))
    assert (found, before) == (
        {patient_id: State.WITHDRAWN},
        {patient_id: State.NOT_ASKED},
    )


def test_a_record_that_is_opened_tells_everything(clinic: Clinic, staff: Actor) -> None:
    patient_id, form = add_patient(clinic), add_version(clinic)
    give(clinic, staff, patient_id, form, received_at=NOW - timedelta(days=30))
    withdraw(clinic, staff, patient_id)
    told = reading.open_consent(clinic, staff, patient_id, as_of=TODAY)
    assert [one.purpose.code for one in told.purposes][:3] == [
        "treatment",
        "record media",
        "education",
    ]
    (education,) = told.purposes[2].topics
    assert [one.row.decision.value for one in education.events] == ["withdrawn", "given"]
    assert [one.kind.value for one in told.tasks] == ["look at", "acknowledge"]


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    return add_patient(clinic)


def kept(clinic: Clinic) -> int:
    with clinic.store.reading() as cursor:
        return len(cursor.execute("SELECT event_id FROM consent_event").fetchall())


def refused(clinic: Clinic, actor: Actor, said: Receipt, *answers: Said) -> tuple[str, str | None]:
    """Return the sentence and the field of what the door says; nothing may have been written."""
    with pytest.raises(InvalidInputError) as raised:
        events.record(clinic, actor, said, answers)
    assert kept(clinic) == 0
    return raised.value.message, raised.value.field


GRANT = answer(EDUCATION, Decision.GIVEN)
NO = answer(EDUCATION, Decision.REFUSED)


def test_a_moment_that_has_not_come_is_refused_to_the_second(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = receipt(patient_id, received_at=NOW + timedelta(seconds=1))
    assert refused(clinic, staff, said, NO) == (checks.IN_FUTURE, "received_at")
    at_once = receipt(patient_id, received_at=NOW + timedelta(microseconds=900_000))
    events.record(clinic, staff, at_once, [NO])
    with clinic.store.reading() as cursor:
        (row,) = consent_events.list_events(cursor, patient_id)
    assert row.received_at == NOW


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (Topic("hair"), (checks.UNKNOWN, "purpose")),
        (Topic("keeping in touch"), (checks.CHANNEL_MISSING, "channel")),
        (Topic("education", Channel.SMS), (checks.CHANNEL_SUPERFLUOUS, "channel")),
    ],
)
def test_a_topic_that_is_none_of_the_clinics_is_refused(
    clinic: Clinic, staff: Actor, patient_id: UUID, topic: Topic, said: tuple[str, str]
) -> None:
    found = refused(clinic, staff, receipt(patient_id), answer(topic, Decision.REFUSED))
    assert found == said


def test_a_grant_says_what_it_lacks(clinic: Clinic, staff: Actor, patient_id: UUID) -> None:
    form, draft = add_version(clinic), add_version(clinic, None)
    late = add_version(clinic, TODAY + timedelta(days=1))
    other = add_version(clinic, purposes=("treatment",))
    shown = add_evidence(clinic, patient_id)
    elsewhere = add_evidence(clinic, add_patient(clinic))
    told = {
        "nothing": refused(clinic, staff, receipt(patient_id, form_version_id=form), GRANT),
        "elsewhere": refused(
            clinic,
            staff,
            receipt(patient_id, form_version_id=form, evidence_id=elsewhere),
            GRANT,
        ),
    }
    for name, version in (
        ("no form", None),
        ("unknown", uuid7s.uuid7()),
        ("draft", draft),
        ("late", late),
        ("other", other),
    ):
        said = receipt(patient_id, form_version_id=version, evidence_id=shown)
        told[name] = refused(clinic, staff, said, GRANT)
    in_force = (
        "this form came into force on 24-Nov-2026, after the day on which the patient agreed; "
        "choose the form of that day"
    )
    assert told == {
        "nothing": (checks.EVIDENCE_MISSING, "evidence_id"),
        "elsewhere": (checks.EVIDENCE_ELSEWHERE, "evidence_id"),
        "no form": (checks.FORM_MISSING, "form_version_id"),
        "unknown": (checks.FORM_UNKNOWN, "form_version_id"),
        "draft": (checks.FORM_NOT_READY, "form_version_id"),
        "late": (in_force, "form_version_id"),
        "other": (checks.FORM_ASKS_OTHERWISE, "form_version_id"),
    }


def test_a_refusal_or_withdrawal_needs_nothing_at_all(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    withdraw(clinic, staff, patient_id)
    answers = [answer(BY_EMAIL, Decision.REFUSED)]
    found = events.record(clinic, staff, receipt(patient_id), answers)
    assert found.standings[EDUCATION].state is State.WITHDRAWN
    assert found.standings[BY_EMAIL].state is State.REFUSED


def test_what_is_no_longer_asked_can_be_taken_back_but_not_given(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    form = add_version(clinic)
    sql = "UPDATE consent_purpose SET is_active = false WHERE code = 'education'"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql))
    shown = add_evidence(clinic, patient_id)
    said = receipt(patient_id, form_version_id=form, evidence_id=shown)
    assert refused(clinic, staff, said, GRANT) == (checks.NOT_ASKED_ANY_MORE, "purpose")
    taken = withdraw(clinic, staff, patient_id)
    assert taken.standings[EDUCATION].state is State.WITHDRAWN


def test_an_act_answers_something_once_and_in_few_words(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = receipt(patient_id)
    twice = answer(EDUCATION, Decision.WITHDRAWN)
    assert refused(clinic, staff, said) == (events.NOTHING_SAID, "decision")
    assert refused(clinic, staff, said, NO, twice) == (events.SAID_TWICE, "decision")
    long = receipt(patient_id, note="x" * (events.LONGEST + 1))
    assert refused(clinic, staff, long, NO) == (events.TOO_LONG, "note")


def test_saving_again_changes_nothing_and_something_else_is_refused(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = receipt(patient_id, note=" She rang. ")
    first = events.record(clinic, staff, said, [NO])
    before = audit_lines(clinic)
    later = receipt(
        patient_id, now=NOW + timedelta(minutes=5), received_at=said.received_at, note="She rang."
    )
    again = events.record(clinic, staff, later, [NO])
    assert (again.event_ids, again.task_ids) == (first.event_ids, ())
    assert (kept(clinic), audit_lines(clinic)) == (1, before)
    with pytest.raises(SavedAlreadyError):
        events.record(clinic, staff, said, [Said(NO.event_id, SOCIAL_MEDIA, NO.decision)])
    # One more answer with the same receipt is written; the one that was there is left alone.
    events.record(clinic, staff, said, [NO, answer(SOCIAL_MEDIA, Decision.REFUSED)])
    assert kept(clinic) == 2


def test_every_answer_of_an_act_is_in_the_trail_without_a_word_of_it(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    said = receipt(patient_id, route=Route.EMAIL, note="Her sister saw it")
    answers = [answer(BY_EMAIL, Decision.WITHDRAWN), answer(SOCIAL_MEDIA, Decision.REFUSED)]
    events.record(clinic, staff, said, answers)
    lines = audit_lines(clinic)
    assert [line[0] for line in lines] == [
        "consent withdrawn",
        "consent refused",
        "consent task opened",
    ]
    assert [json.loads(line[4]) for line in lines[:2]] == [
        {"purpose": "keeping in touch", "channel": "email", "route": "email"},
        {"purpose": "social media", "route": "email"},
    ]
    assert "sister" not in str(lines)


def test_a_restricted_record_needs_a_ground_and_the_attempt_is_noted(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        events.record(clinic, staff, receipt(patient_id), [NO])
    with pytest.raises(GroundNeededError):
        reading.open_consent(clinic, staff, patient_id, as_of=TODAY)
    ground = Ground.LEGAL_CLAIMS
    events.record(clinic, staff, receipt(patient_id, ground=ground), [NO])
    told = reading.open_consent(clinic, staff, patient_id, as_of=TODAY, ground=ground)
    assert told.ground is ground
    assert [(line[0], line[1], line[3]) for line in audit_lines(clinic)] == [
        ("refused", "refused", None),
        ("refused", "refused", None),
        ("consent refused", "done", "legal claims"),
        ("consent viewed", "done", "legal claims"),
    ]


def test_an_owner_may_not(clinic: Clinic, owner: Actor, patient_id: UUID) -> None:
    with pytest.raises(NotPermittedError):
        events.record(clinic, owner, receipt(patient_id), [NO])
    with pytest.raises(NotPermittedError):
        reading.open_consent(clinic, owner, patient_id, as_of=TODAY)


def test_two_people_at_once_leave_one_standing_for_a_topic(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    def said(minutes: int) -> Recorded:
        at = NOW - timedelta(minutes=minutes)
        decision = Decision.WITHDRAWN if minutes % 2 else Decision.REFUSED
        return events.record(
            clinic, staff, receipt(patient_id, received_at=at), [answer(EDUCATION, decision)]
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(said, range(8)))
    with clinic.store.reading() as cursor:
        stands = cursor.execute("SELECT decision FROM consent_standing").fetchall()
    assert (kept(clinic), stands) == (8, [("refused",)])


def test_what_a_restored_or_older_day_knew_is_told_without_what_came_later(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    form = add_version(clinic)
    give(clinic, staff, patient_id, form, received_at=NOW - timedelta(days=3))
    withdraw(clinic, staff, patient_id)
    before = reading.open_consent(clinic, staff, patient_id, as_of=TODAY - timedelta(days=1))
    (education,) = before.purposes[2].topics
    assert (education.standing.state, len(education.events)) == (State.ACTIVE, 2)

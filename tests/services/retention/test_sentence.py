"""Why is this still here: the sentence of one patient, from the store's own facts."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.audit import Action
from lib.domain.holds import NewHold
from lib.domain.restriction import Ground
from lib.domain.retention import Blocker, Status
from lib.domain.vital_interests import NewVitalInterest
from lib.errors import GroundNeededError, MergedError, NotPermittedError
from lib.services import records
from lib.services.retention import holds, schedule, sentence, vital_interests
from lib.services.retention.sentence import Explained
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
    write,
)
from tests.services.retention.conftest import Desk, merge

EXPIRED = date(2019, 11, 22)
ONE_DAY = timedelta(days=1)


def treat(desk: Desk, on: date = EXPIRED) -> None:
    add_treatment(desk.clinic, desk.patient_id, add_stock(desk.clinic), on)


def hold(desk: Desk, **values: Any) -> None:  # noqa: ANN401
    usual = {
        "hold_id": uuid7s.uuid7(),
        "kind": Blocker.OPEN_COMPLAINT,
        "reason": "A letter",
        "owner_id": desk.sam.person_id,
        "review_on": TODAY,
    }
    about = desk.about(ground=Ground.LEGAL_CLAIMS)
    holds.place(desk.clinic, desk.kim, about, NewHold(**{**usual, **values}))


def explain(desk: Desk, ground: Ground | None = None) -> Explained:
    return sentence.explain(desk.clinic, desk.sam, desk.about(ground=ground))


def test_the_sentence_gives_the_dates_the_rule_and_what_holds_the_record(desk: Desk) -> None:
    treat(desk)
    hold(desk)
    found = explain(desk)
    assert found.sentence == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; "
        "held back by an open complaint since 23-Nov-2026 (C6)."
    )
    assert (found.disposition.status, found.line) == (
        Status.BLOCKED,
        "Due since 23-Nov-2026, held back",
    )


def test_a_hold_shows_at_once_and_its_release_too(desk: Desk) -> None:
    treat(desk)
    before = explain(desk).disposition.status
    hold(desk)
    held = explain(desk)
    about = (desk.about(), held.holds[0].hold_id, "Settled")
    holds.release(desk.clinic, desk.kim, *about)
    after = explain(desk)
    assert [before, held.disposition.status, after.disposition.status] == [
        Status.DISPOSE_DUE,
        Status.BLOCKED,
        Status.DISPOSE_DUE,
    ]
    # The date of the schedule never moved.
    assert before is Status.DISPOSE_DUE
    assert held.disposition.retain_until == after.disposition.retain_until


def test_a_vital_interest_is_counted_in_the_sentence_and_told_fact_by_fact(desk: Desk) -> None:
    treat(desk)
    protect(desk)
    found = explain(desk)
    assert found.sentence == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; kept without end to "
        "protect the patient: 1 allergy (C7); all else may go from 23-Nov-2026 (C1)."
    )
    assert [one.name for one in found.kept] == ["Lidocaine"]
    assert (found.disposition.status, found.going.treatments) == (Status.PARTIAL, 1)
    with desk.clinic.store.reading() as cursor:
        assert sentence.of_patient(cursor, desk.patient_id, TODAY) == found.sentence


def test_looking_is_in_the_trail(desk: Desk) -> None:
    explain(desk)
    lines = [line for line in audit_lines(desk.clinic) if line[0] == Action.RETENTION_VIEWED]
    assert [line[2] for line in lines] == [str(desk.patient_id)]


def test_a_restricted_record_is_explained_on_a_ground(desk: Desk) -> None:
    restrict(desk.clinic, desk.patient_id)
    with pytest.raises(GroundNeededError):
        explain(desk)
    found = explain(desk, Ground.LEGAL_CLAIMS)
    assert [one.blocker for one in found.standing] == ["restriction"]


def test_a_merged_record_leads_to_its_survivor(desk: Desk) -> None:
    merge(desk, add_patient(desk.clinic), desk.patient_id)
    with pytest.raises(MergedError):
        explain(desk)


def test_the_record_says_until_when_it_is_kept(desk: Desk) -> None:
    treat(desk, date(2025, 11, 22))
    record = records.open_record(desk.clinic, desk.sam, desk.patient_id, as_of=TODAY)
    found = sentence.kept_until(desk.clinic, desk.sam, record, TODAY)
    assert (found.status, found.words) == (Status.RETAIN, "Kept until 22-Nov-2032")
    with pytest.raises(NotPermittedError):
        sentence.kept_until(desk.clinic, desk.olive, record, TODAY)


def visit(desk: Desk, on: date, status: str) -> None:
    begins = datetime.combine(on, time(10))
    write(
        desk.clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=desk.patient_id,
        starts_at=begins,
        ends_at=begins,
        status=status,
        recorded_at=NOW,
    )


def consult(desk: Desk, on: date) -> None:
    write(
        desk.clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        patient_id=desk.patient_id,
        consulted_on=on,
        outcome="proceed",
        recorded_at=NOW,
    )


def protect(desk: Desk) -> None:
    allergy = add_history(desk.clinic, desk.patient_id, "allergy", "Lidocaine")
    new = NewVitalInterest(uuid7s.uuid7(), "Anaphylaxis", desk.sam.person_id, TODAY, (allergy,))
    vital_interests.mark(desk.clinic, desk.sam, desk.about(), new)


def asked_for_a_price(desk: Desk) -> None:
    write(
        desk.clinic,
        "contact_log",
        contact_id=uuid7s.uuid7(),
        patient_id=desk.patient_id,
        channel="phone",
        contacted_on=date(2025, 3, 4),
        is_marketing=False,
        basis="CARE",
        recorded_at=NOW,
    )


@pytest.mark.parametrize(
    "lived",
    [
        lambda _: None,
        asked_for_a_price,
        treat,
        lambda desk: treat(desk, TODAY + ONE_DAY),
        lambda desk: (treat(desk), hold(desk)),
        lambda desk: (treat(desk), protect(desk)),
        lambda desk: (treat(desk), visit(desk, TODAY, "booked")),
        lambda desk: (consult(desk, date(2018, 1, 2)), visit(desk, date(2021, 3, 4), "attended")),
        lambda desk: (consult(desk, date(2018, 1, 2)), visit(desk, date(2021, 3, 4), "missed")),
        lambda desk: [visit(desk, date(2021, 3, 4), "attended") for _ in range(50)],
    ],
)
def test_what_the_record_says_is_what_the_schedule_says(
    desk: Desk, lived: Callable[[Desk], object]
) -> None:
    lived(desk)
    record = records.open_record(desk.clinic, desk.sam, desk.patient_id, as_of=TODAY)
    found = sentence.kept_until(desk.clinic, desk.sam, record, TODAY)
    whole = explain(desk)
    assert (found.status, found.words) == (whole.disposition.status, whole.line)


def block(desk: Desk, blocker: Blocker, patient_id: UUID, ends_on: date | None) -> None:
    """Let something stop the disposal of a record, whatever it is."""
    begins = datetime.combine(ends_on or TODAY, time(10))
    if blocker is Blocker.RESTRICTION:
        restrict(desk.clinic, patient_id)
    elif blocker is Blocker.FUTURE_APPOINTMENT:
        write(
            desk.clinic,
            "appointment",
            appointment_id=uuid7s.uuid7(),
            patient_id=patient_id,
            starts_at=begins,
            ends_at=begins,
            status="booked",
            recorded_at=NOW,
        )
    else:
        new = NewHold(uuid7s.uuid7(), blocker, "A letter", desk.kim.person_id, TODAY, ends_on)
        holds.place(desk.clinic, desk.kim, desk.about(patient_id), new)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocker=st.sampled_from([one for one in Blocker if one is not Blocker.OPEN_RIGHTS_REQUEST]),
    days=st.none() | st.integers(0, 40),
    looked=st.integers(0, 45),
)
def test_a_blocker_of_any_source_holds_a_due_record_back_to_the_end_of_its_last_day(
    desk: Desk, blocker: Blocker, days: int | None, looked: int
) -> None:
    patient_id = add_patient(desk.clinic)
    write(
        desk.clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        patient_id=patient_id,
        consulted_on=EXPIRED,
        outcome="proceed",
        recorded_at=NOW,
    )
    if blocker in {Blocker.EXTENSION, Blocker.FUTURE_APPOINTMENT}:
        days = days or 0
    elif blocker is Blocker.RESTRICTION:
        days = None
    block(desk, blocker, patient_id, None if days is None else TODAY + days * ONE_DAY)
    with desk.clinic.store.reading() as cursor:
        found = schedule.of_patient(cursor, patient_id, TODAY + looked * ONE_DAY)
    is_held = days is None or looked <= days
    assert found.disposition.status is (Status.BLOCKED if is_held else Status.DISPOSE_DUE)
    assert found.disposition.blockers == ((blocker.value,) if is_held else ())

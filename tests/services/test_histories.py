"""Histories to review: who is listed, in which order, and that counts and strip agree with it."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.summary import Key, State
from lib.errors import NotPermittedError
from lib.services import histories, summary
from lib.services.clinic import Clinic
from lib.services.home import Urgency
from tests.records import NOW, TODAY, add_history, add_patient, audit_lines, restrict, write

LONG_AGO = NOW - timedelta(days=366)


def book(clinic: Clinic, patient_id: UUID, starts_at: datetime, status: str = "booked") -> None:
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        status=status,
        recorded_at=NOW,
    )


def coming(clinic: Clinic, days: int, told_at: datetime | None = None, **values: object) -> UUID:
    """Add somebody with a visit booked in some days, whose history was last told at a moment."""
    patient_id = add_patient(clinic, **values)
    book(clinic, patient_id, NOW + timedelta(days=days))
    if told_at is not None:
        add_history(clinic, patient_id, "condition", "Asthma", recorded_at=told_at)
    return patient_id


def listed(clinic: Clinic, actor: Actor, page: int = 0) -> list[UUID]:
    return [
        row.patient_id for row in histories.list_due(clinic, actor, as_of=TODAY, page=page).rows
    ]


def test_whoever_comes_within_two_weeks_unconfirmed_is_listed_the_next_visit_first(
    clinic: Clinic, staff: Actor
) -> None:
    later, today = coming(clinic, 14), coming(clinic, 0, LONG_AGO)
    fresh, too_late, past = coming(clinic, 3, NOW), coming(clinic, 15), coming(clinic, -1)
    assert listed(clinic, staff) == [today, later]
    assert not {fresh, too_late, past} & set(listed(clinic, staff))


def test_a_review_confirms_as_an_entry_does(clinic: Clinic, staff: Actor) -> None:
    patient_id = coming(clinic, 3, LONG_AGO)
    write(
        clinic,
        "history_review",
        history_review_id=uuid7s.uuid7(),
        patient_id=patient_id,
        reviewed_on=TODAY,
        source="patient",
        recorded_at=NOW,
    )
    assert listed(clinic, staff) == []


def test_several_visits_are_one_line_and_cancelled_ones_none(clinic: Clinic, staff: Actor) -> None:
    patient_id, cancelled = coming(clinic, 5), add_patient(clinic)
    book(clinic, patient_id, NOW + timedelta(days=2))
    book(clinic, cancelled, NOW + timedelta(days=2), "cancelled")
    (row,) = histories.list_due(clinic, staff, as_of=TODAY).rows
    assert (row.patient_id, row.starts_at) == (patient_id, NOW + timedelta(days=2))


def test_a_restricted_record_is_not_listed_and_a_death_is_said(
    clinic: Clinic, staff: Actor
) -> None:
    restrict(clinic, coming(clinic, 3))
    dead = coming(clinic, 3, deceased_on=TODAY)
    (row,) = histories.list_due(clinic, staff, as_of=TODAY).rows
    assert (row.patient_id, row.deceased_on) == (dead, TODAY)


def test_today_is_the_clinics_day(clinic: Clinic, staff: Actor) -> None:
    # Half past eleven in the evening of the day before, by the clock of a server: in July the
    # clinic's day has begun already.
    patient_id = add_patient(clinic)
    book(clinic, patient_id, datetime.fromisoformat("2026-06-30T23:30"))
    found = histories.list_due(clinic, staff, as_of=date(2026, 7, 1))
    assert (found.count, found.today) == (1, 1)


def test_the_count_at_home_is_that_of_the_screen_and_of_the_strips(
    clinic: Clinic, staff: Actor
) -> None:
    people = [coming(clinic, 0), coming(clinic, 3, LONG_AGO), coming(clinic, 3, NOW)]
    found = histories.list_due(clinic, staff, as_of=TODAY)
    (item,) = histories.home_items(clinic, staff, TODAY)
    with clinic.store.reading() as cursor:
        strips = summary.items_for(cursor, people, TODAY)
    missing = [
        key
        for key, strip in strips.items()
        if any(one.key is Key.HISTORY and one.state is State.MISSING for one in strip)
    ]
    assert item.count == found.count == len(found.rows) == len(missing) == 2
    assert (item.detail, item.urgency) == ("1 come today, 1 in the 14 days after", Urgency.DUE)
    assert found.confirmed == {people[1]: LONG_AGO.date()}


def test_nobody_to_ask_is_no_matter(clinic: Clinic, staff: Actor) -> None:
    assert list(histories.home_items(clinic, staff, TODAY)) == []


def test_the_list_comes_in_pages_and_everybody_shown_is_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    everybody = {coming(clinic, 3) for _ in range(histories.PAGE + 1)}
    first, second = listed(clinic, staff), listed(clinic, staff, page=1)
    assert len(first) == histories.PAGE
    assert {*first, *second} == everybody
    lines = audit_lines(clinic)
    assert {line[0] for line in lines} == {"patient shown in a list"}
    assert {line[2] for line in lines} == {str(one) for one in everybody}


def test_an_owner_sees_none(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotPermittedError):
        histories.list_due(clinic, owner, as_of=TODAY)

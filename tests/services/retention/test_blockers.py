"""What stops a disposal is told in one place, and every user of it hears the same."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.retention import Blocker, Facts, Hold, Status, disposition
from lib.domain.retention_words import Phrase
from lib.errors import ConflictError
from lib.services.clinic import Clinic
from lib.services.retention import blockers
from lib.services.retention.blockers import Source, Standing
from lib.store import retention_blockers
from lib.store.connection import UnitOfWork
from tests.records import NOW, TODAY, add_patient, insert, restrict, write

SINCE = date(2026, 11, 3)
PLACED = datetime.fromisoformat("2026-11-03T08:00")
ONE_DAY = timedelta(days=1)


def hold(clinic: Clinic, patient_id: UUID, kind: str, **values: Any) -> UUID:  # noqa: ANN401
    hold_id = uuid7s.uuid7()
    usual = {
        "hold_id": hold_id,
        "patient_id": patient_id,
        "kind": kind,
        "reason": "a letter",
        "review_on": TODAY,
        "placed_at": PLACED,
        "version": 1,
        "changed_at": PLACED,
    }
    write(clinic, "hold", **{**usual, **values})
    return hold_id


def book(clinic: Clinic, patient_id: UUID, starts_at: str, status: str = "booked") -> None:
    begins = datetime.fromisoformat(starts_at)
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=begins,
        ends_at=begins + timedelta(minutes=30),
        status=status,
        recorded_at=PLACED,
    )


def standing(clinic: Clinic, patient_id: UUID, as_of: date = TODAY) -> tuple[Standing, ...]:
    with clinic.store.reading() as cursor:
        return blockers.standing(cursor, [patient_id], as_of).get(patient_id, ())


def names(clinic: Clinic, patient_id: UUID, as_of: date = TODAY) -> list[str]:
    return [one.blocker for one in standing(clinic, patient_id, as_of)]


def everybody(clinic: Clinic, as_of: date) -> set[tuple[UUID, str, date | None]]:
    """Return what the schedule over all patients would be held back by."""
    with clinic.store.reading() as cursor:
        sql = f"WITH {retention_blockers.ASKED} {retention_blockers.standing_select()}"
        rows = cursor.execute(sql, [as_of]).fetchall()
    return {(row[0], row[1], row[3]) for row in rows}


def test_nothing_stops_a_plain_record(clinic: Clinic) -> None:
    assert standing(clinic, add_patient(clinic)) == ()


@pytest.mark.parametrize("kind", ["legal_hold", "open_complaint", "open_debt", "extension"])
def test_a_hold_of_each_kind_stands_with_its_day(clinic: Clinic, kind: str) -> None:
    patient_id = add_patient(clinic)
    hold(clinic, patient_id, kind)
    assert [(one.blocker, one.since) for one in standing(clinic, patient_id)] == [(kind, SINCE)]


def test_a_released_hold_stops_nothing(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    hold(clinic, patient_id, "legal_hold", released_at=NOW)
    assert standing(clinic, patient_id) == ()


def test_a_hold_stands_to_the_end_of_its_last_day(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    hold(clinic, patient_id, "legal_hold", ends_on=TODAY)
    found = (names(clinic, patient_id, TODAY), names(clinic, patient_id, TODAY + ONE_DAY))
    assert found == (["legal_hold"], [])


def test_a_booked_appointment_stands_to_the_end_of_its_day_in_london(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    # Half past midnight in London, still the evening before in UTC.
    book(clinic, patient_id, "2027-06-30T23:30")
    days = [date(2027, 6, 30), date(2027, 7, 1), date(2027, 7, 2)]
    assert [names(clinic, patient_id, day) for day in days] == [
        ["future_appointment"],
        ["future_appointment"],
        [],
    ]
    assert standing(clinic, patient_id)[0].words == (
        "an appointment booked on 03-Nov-2026 for 01-Jul-2027"
    )


@pytest.mark.parametrize("status", ["attended", "cancelled", "missed"])
def test_an_appointment_that_is_not_booked_stops_nothing(clinic: Clinic, status: str) -> None:
    patient_id = add_patient(clinic)
    book(clinic, patient_id, "2027-06-30T10:00", status)
    assert standing(clinic, patient_id) == ()


def test_a_restriction_stands_until_it_is_lifted(clinic: Clinic) -> None:
    held, lifted = add_patient(clinic), add_patient(clinic)
    restrict(clinic, held)
    restrict(clinic, lifted)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE restriction SET lifted_at = ? WHERE patient_id = ?", [NOW, str(lifted)]
        )
    )
    assert (names(clinic, held), names(clinic, lifted)) == (["restriction"], [])


def test_all_blockers_are_listed_sorted_each_with_its_words(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    hold(clinic, patient_id, "open_debt")
    hold(clinic, patient_id, "legal_hold", ends_on=date(2027, 2, 1))
    book(clinic, patient_id, "2026-12-03T10:00")
    assert [one.words for one in standing(clinic, patient_id)] == [
        "an appointment booked on 03-Nov-2026 for 03-Dec-2026",
        "a legal hold since 03-Nov-2026 until 01-Feb-2027",
        "an open debt since 03-Nov-2026",
    ]


def test_the_schedule_over_everybody_hears_what_one_record_hears(clinic: Clinic) -> None:
    several = [add_patient(clinic) for _ in range(4)]
    hold(clinic, several[0], "legal_hold", ends_on=TODAY)
    hold(clinic, several[0], "open_debt", released_at=NOW)
    hold(clinic, several[1], "extension", ends_on=TODAY + ONE_DAY)
    book(clinic, several[2], "2026-11-23T09:30")
    restrict(clinic, several[2])
    for as_of in (TODAY - ONE_DAY, TODAY, TODAY + ONE_DAY, TODAY + 2 * ONE_DAY):
        with clinic.store.reading() as cursor:
            each = blockers.standing(cursor, several, as_of)
        told = {(key, one.blocker, one.ends_on) for key, held in each.items() for one in held}
        assert everybody(clinic, as_of) == told


@pytest.fixture
def rights_requests(monkeypatch: pytest.MonkeyPatch) -> Source:
    """Register what a later feature would: a table of ours stands in for its own."""
    source = Source(
        "reasonable_adjustment",
        {Blocker.OPEN_RIGHTS_REQUEST: Phrase("an open access request")},
        """
        SELECT patient_id, 'open_rights_request' AS blocker, recorded_at AS since_at,
            ended_on AS ends_on
        FROM {rows} WHERE need = 'request'
        """,
    )
    monkeypatch.setattr(retention_blockers, "_sources", [*retention_blockers.sources()])
    blockers.register(source)
    blockers.register(source)
    return source


def test_a_new_source_needs_one_registration_and_nothing_else(
    clinic: Clinic, rights_requests: Source
) -> None:
    patient_id = add_patient(clinic)
    write(
        clinic,
        "reasonable_adjustment",
        adjustment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        need="request",
        adjustment="none",
        has_consent_to_share=True,
        source="patient",
        recorded_at=PLACED,
    )
    assert standing(clinic, patient_id)[0].words == "an open access request since 03-Nov-2026"
    assert everybody(clinic, TODAY) == {(patient_id, "open_rights_request", None)}
    assert retention_blockers.sources().count(rights_requests) == 1


def test_what_stands_makes_the_rule_say_blocked(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    hold(clinic, patient_id, "extension", ends_on=TODAY)
    holds = blockers.holds_of(standing(clinic, patient_id))
    found = disposition(Facts(last_treated_on=date(2019, 1, 1), holds=holds), TODAY)
    assert (holds, found.status) == ((Hold("extension", TODAY),), Status.BLOCKED)


def test_a_blocker_nobody_registered_is_called_by_its_name() -> None:
    assert retention_blockers.phrase("open_matter") == Phrase("open matter")


def test_a_claim_makes_the_later_of_two_transactions_see_the_first(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    seen: list[list[str]] = []

    def disposal(unit: UnitOfWork) -> None:
        blockers.claim(unit.cursor, patient_id)
        found = blockers.standing(unit.cursor, [patient_id], TODAY)
        seen.append([one.blocker for one in found.get(patient_id, ())])
        if len(seen) == 1:
            # Meanwhile somebody else places a hold, and waits for nobody.
            with pytest.raises(ConflictError):
                clinic.store.transact(place)

    def place(unit: UnitOfWork) -> None:
        blockers.claim(unit.cursor, patient_id)
        insert(unit.cursor, "hold", **row)

    row = {
        "hold_id": uuid7s.uuid7(),
        "patient_id": patient_id,
        "kind": "legal_hold",
        "reason": "a letter",
        "review_on": TODAY,
        "placed_at": PLACED,
        "version": 1,
        "changed_at": PLACED,
    }
    clinic.store.transact(disposal)
    clinic.store.transact(place)
    clinic.store.transact(disposal)
    assert seen == [[], ["legal_hold"]]

"""From when to when clocks ran, read from real rows of every kind."""

from datetime import date, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.retention import Trigger
from lib.domain.returns import NEVER, Clock, Spells
from lib.services.clinic import Clinic
from lib.store import retention_forecast
from tests.records import NOW, TODAY, add_patient, write

JUNE_2019 = 2019 * 12 + 5


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    """Return somebody who enquired, was consulted, then treated twice."""
    key = add_patient(clinic)
    contacted(clinic, key, date(2019, 1, 10))
    consulted(clinic, key, date(2019, 6, 3))
    treated(clinic, key, date(2019, 6, 20))
    treated(clinic, key, date(2019, 6, 20))
    treated(clinic, key, date(2019, 9, 30))
    return key


def treated(clinic: Clinic, patient_id: UUID, on: date, **more: object) -> None:
    """Record that somebody was treated on a day."""
    key = uuid7s.uuid7()
    write(
        clinic, "treatment", treatment_id=key, series_id=key, version=1, patient_id=patient_id,
        name="Toxin", treated_on=on, recorded_at=NOW, **more,
    )  # fmt: skip


def consulted(clinic: Clinic, patient_id: UUID, on: date) -> None:
    """Record that somebody was consulted on a day."""
    write(
        clinic, "consultation", consultation_id=uuid7s.uuid7(), patient_id=patient_id,
        consulted_on=on, outcome="proceed", recorded_at=NOW,
    )  # fmt: skip


def attended(clinic: Clinic, patient_id: UUID, at: datetime, status: str = "attended") -> None:
    """Record an appointment that was attended, or not."""
    write(
        clinic, "appointment", appointment_id=uuid7s.uuid7(), patient_id=patient_id, starts_at=at,
        ends_at=at, status=status, recorded_at=NOW,
    )  # fmt: skip


def contacted(clinic: Clinic, patient_id: UUID, on: date, *, is_marketing: bool = False) -> None:
    """Record that somebody was in touch on a day."""
    write(
        clinic, "contact_log", contact_id=uuid7s.uuid7(), patient_id=patient_id, channel="phone",
        contacted_on=on, is_marketing=is_marketing, basis="CARE", recorded_at=NOW,
    )  # fmt: skip


def read(clinic: Clinic, trigger: Trigger = Trigger.TREATMENT) -> list[tuple[int, ...]]:
    """Return the spells as rows, months counted from June 2019."""
    with clinic.store.reading() as cursor:
        return rows_of(retention_forecast.count_spells(cursor, TODAY, trigger))


def rows_of(found: Spells) -> list[tuple[int, ...]]:
    """Return spells in order: clock, next clock, began, ended, whether later, patients."""
    ended = [None if one == NEVER else one - JUNE_2019 for one in found.ended.tolist()]
    columns = (found.clock, found.next_clock, found.began - JUNE_2019)
    rows = zip(
        *(one.tolist() for one in columns), ended, found.is_later.tolist(),
        found.patients.tolist(), strict=True,
    )  # fmt: skip
    return sorted(rows, key=lambda row: (row[2], row[0]))


def test_an_enquiry_a_consultation_and_treatments_run_one_after_the_other(
    clinic: Clinic, patient_id: UUID
) -> None:
    # Consulted and treated in one month, the month counts for the treatment; a day of two
    # treatments is one; the last of a month may go from the first of the next.
    assert patient_id
    assert read(clinic) == [
        (Clock.ENQUIRED, Clock.CONSULTED, -5, 0, False, 1),
        (Clock.ONCE, Clock.SEVERAL, 0, 4, False, 1),
        (Clock.SEVERAL, Clock.SEVERAL, 4, None, False, 1),
    ]


def test_a_visit_restarts_a_treated_clock_only_where_the_clinic_says_so(
    clinic: Clinic, patient_id: UUID
) -> None:
    attended(clinic, patient_id, datetime.fromisoformat("2020-06-15T23:30"))
    attended(clinic, patient_id, datetime.fromisoformat("2021-06-15T12:00"), "missed")
    contacted(clinic, patient_id, date(2021, 8, 1))
    treatment = read(clinic)
    assert treatment[-1] == (Clock.SEVERAL, Clock.SEVERAL, 4, None, False, 1)
    contact = read(clinic, Trigger.CLINICAL_CONTACT)
    assert contact[-2:] == [
        (Clock.SEVERAL, Clock.SEVERAL, 4, 12, True, 1),
        (Clock.SEVERAL, Clock.SEVERAL, 12, None, False, 1),
    ]


def test_what_is_superseded_marketing_merged_or_to_come_runs_no_clock(clinic: Clinic) -> None:
    one, merged = add_patient(clinic), add_patient(clinic, merged_into_id=uuid7s.uuid7())
    treated(clinic, one, date(2020, 1, 1), superseded_at=NOW)
    treated(clinic, one, date(2026, 11, 24))
    treated(clinic, merged, date(2020, 1, 1))
    contacted(clinic, one, date(2020, 1, 1), is_marketing=True)
    assert read(clinic) == []


def test_the_last_clock_of_somebody_who_died_is_that_of_nobody_who_comes_back(
    clinic: Clinic,
) -> None:
    one = add_patient(clinic, deceased_on=date(2022, 1, 1))
    treated(clinic, one, date(2019, 6, 1))
    treated(clinic, one, date(2019, 8, 7))
    assert read(clinic) == [
        (Clock.ONCE, Clock.SEVERAL, 0, 2, True, 1),
        (Clock.GONE, Clock.SEVERAL, 2, None, False, 1),
    ]


def test_a_very_large_clinic_is_read_by_a_share_of_its_patients(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [add_patient(clinic) for _ in range(24)]
    for key in keys:
        treated(clinic, key, date(2019, 6, 1))
    monkeypatch.setattr(retention_forecast, "WHOLE", 23)
    monkeypatch.setattr(retention_forecast, "MOST_READ", 12)
    below = sum(str(key)[-2:] < "80" for key in keys)
    assert sum(row[-1] for row in read(clinic)) == below
    monkeypatch.setattr(retention_forecast, "MOST_READ", 0)
    lowest = sum(str(key)[-2:] == "00" for key in keys)
    assert sum(row[-1] for row in read(clinic)) == lowest

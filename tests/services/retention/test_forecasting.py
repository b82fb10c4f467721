"""The forecast of a real clinic: who may see it, that it is of the schedule, and what is kept."""

from datetime import date
from uuid import UUID

import pytest

from lib.domain.access import Role
from lib.domain.retention import Setting
from lib.errors import NotPermittedError
from lib.services.clinic import Clinic
from lib.services.retention import forecasting, schedule
from lib.services.retention.forecasting import Forecast
from tests.conftest import actor_with
from tests.records import TODAY, add_patient
from tests.store.test_retention_forecast import treated

OWNER = actor_with(Role.OWNER)


@pytest.fixture
def treated_once(clinic: Clinic) -> UUID:
    """Return somebody whose record may go from July 2027."""
    forecasting.forget()
    key = add_patient(clinic)
    treated(clinic, key, date(2020, 7, 14))
    return key


def told(clinic: Clinic, setting: Setting | None = None) -> Forecast:
    """Return the forecast, however long it takes."""
    found = forecasting.forecast(clinic, OWNER, as_of=TODAY, setting=setting, patience=60)
    assert found is not None
    return found


def test_the_months_are_those_of_the_schedule(clinic: Clinic, treated_once: UUID) -> None:
    found = told(clinic)
    months = schedule.schedule(clinic, OWNER, as_of=TODAY).months
    assert treated_once
    assert [one.span.month for one in found.months] == [one.number for one in months]
    assert [one.span.scheduled for one in found.months] == [
        one.scheduled.records for one in found.months
    ]
    assert (found.whole.scheduled.records, found.whole.span.expected) == (1, 1)
    assert found.months[8].span.scheduled == 1


def test_other_settings_are_tried_and_nothing_is_saved(clinic: Clinic, treated_once: UUID) -> None:
    assert treated_once
    assert told(clinic, Setting(years=6)).whole.scheduled.records == 0
    assert told(clinic, Setting(years=8)).months[20].span.scheduled == 1
    assert told(clinic).setting == Setting()


def test_what_changes_is_worked_out_anew(clinic: Clinic, treated_once: UUID) -> None:
    assert told(clinic).months[8].span.scheduled == 1
    treated(clinic, treated_once, date(2026, 1, 14))
    # What took long is shown as it was meanwhile, and said to be old.
    found = told(clinic)
    assert found.is_old or [one.span.scheduled for one in found.months][74] == 1


def test_an_impatient_screen_is_told_that_it_is_being_worked_out(
    clinic: Clinic, treated_once: UUID
) -> None:
    assert treated_once
    assert forecasting.forecast(clinic, OWNER, as_of=TODAY, patience=0) is None
    assert told(clinic).whole.span.expected == 1


def test_whoever_may_not_see_what_expires_sees_no_forecast(clinic: Clinic) -> None:
    with pytest.raises(NotPermittedError):
        forecasting.forecast(clinic, actor_with(Role.STAFF), as_of=TODAY)


def test_of_the_last_day_of_a_month_a_day_is_left() -> None:
    assert forecasting._left(date(2026, 11, 30)) == pytest.approx(1 / 30)  # noqa: SLF001
    assert forecasting._left(date(2026, 11, 1)) == 1  # noqa: SLF001

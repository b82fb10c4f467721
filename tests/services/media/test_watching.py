"""Watching the lens: yes while consent holds, no at the next question, and nobody else's."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services.clinic import Clinic
from lib.services.media.watching import KEPT, PATH, Watches
from tests.consents import SOCIAL_MEDIA, add_version, give, withdraw
from tests.records import NOW, TODAY, add_patient


@pytest.fixture
def patient_id(clinic: Clinic, staff: Actor) -> UUID:
    patient_id = add_patient(clinic)
    give(clinic, staff, patient_id, add_version(clinic))
    return patient_id


def begin(watches: Watches, actor: Actor, *patients: UUID) -> str:
    address = watches.begin(actor, patients, Purpose.EDUCATION, now=NOW)
    return address.removeprefix(PATH)


def test_it_holds_until_consent_is_withdrawn(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    watches = Watches()
    token = begin(watches, staff, patient_id)
    asked = [watches.holds(clinic, staff, token, now=NOW, day=TODAY) for _ in range(2)]
    give(clinic, staff, add_patient(clinic), add_version(clinic), SOCIAL_MEDIA)
    asked.append(watches.holds(clinic, staff, token, now=NOW, day=TODAY))
    withdraw(clinic, staff, patient_id)
    asked.append(watches.holds(clinic, staff, token, now=NOW, day=TODAY))
    assert asked == [True, True, True, False]


def test_consent_that_runs_out_ends_at_midnight(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    watches = Watches()
    token = begin(watches, staff, patient_id)
    days = (TODAY, TODAY.replace(year=2028) - timedelta(days=1), TODAY.replace(year=2028))
    held = [watches.holds(clinic, staff, token, now=NOW, day=day) for day in days]
    assert held == [True, True, False]


def test_one_of_several_who_withdrew_ends_it_for_the_screen(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    watches = Watches()
    token = begin(watches, staff, patient_id, add_patient(clinic))
    assert watches.holds(clinic, staff, token, now=NOW, day=TODAY) is False


def test_the_same_screen_has_the_same_address_and_another_session_none(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    watches = Watches()
    token = begin(watches, staff, patient_id)
    assert begin(watches, staff, patient_id) == token
    other = replace(staff, session_id=uuid7s.uuid7())
    assert watches.holds(clinic, other, token, now=NOW, day=TODAY) is None
    assert str(patient_id) not in token


def test_what_nobody_asked_about_for_long_is_forgotten(
    clinic: Clinic, staff: Actor, patient_id: UUID
) -> None:
    watches = Watches()
    token = begin(watches, staff, patient_id)
    watches.begin(staff, [uuid7s.uuid7()], Purpose.EDUCATION, now=NOW + KEPT)
    assert watches.holds(clinic, staff, token, now=NOW + KEPT, day=TODAY) is None

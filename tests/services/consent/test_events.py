"""Events of consent: what is written, what is refused at the door, and the trail."""

from datetime import timedelta

from lib.domain.access import Actor
from lib.domain.consent import State
from lib.services.clinic import Clinic
from lib.services.consent import reading
from tests.consents import EDUCATION, add_version, give, withdraw
from tests.records import NOW, TODAY, add_patient


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

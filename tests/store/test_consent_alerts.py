"""What stands refused or withdrawn, for the alerts of a record."""

from uuid import UUID

from lib.domain.access import Actor
from lib.domain.consent import TREATMENT, Decision, Topic
from lib.services.clinic import Clinic
from lib.store import consent_alerts
from tests.consents import BY_EMAIL, EDUCATION, add_version, give, withdraw
from tests.records import add_patient


def ended(clinic: Clinic, patient_id: UUID) -> list[tuple[str, Decision]]:
    with clinic.store.reading() as cursor:
        found = consent_alerts.list_ended(cursor, patient_id)
    return [(one.name, one.decision) for one in found]


def test_what_ended_is_listed_treatment_first(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    give(clinic, staff, patient_id, add_version(clinic))
    assert ended(clinic, patient_id) == []
    for topic in (BY_EMAIL, Topic(TREATMENT)):
        withdraw(clinic, staff, patient_id, topic)
    assert ended(clinic, patient_id) == [
        ("Treatment", Decision.WITHDRAWN),
        ("Keeping in touch", Decision.WITHDRAWN),
    ]
    withdraw(clinic, staff, patient_id, EDUCATION)
    assert ended(clinic, patient_id)[1][0] == "Use for education"

"""Noting what a patient said by other ways than signing here: answers and evidence in one step."""

from collections.abc import Sequence

from lib.domain.access import Actor, Permission
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import events, evidence
from lib.services.consent.events import Receipt, Recorded, Said
from lib.services.consent.evidence import Attached
from lib.services.records import noting_refusal
from lib.store.connection import UnitOfWork


def note(
    clinic: Clinic,
    actor: Actor,
    receipt: Receipt,
    answers: Sequence[Said],
    attached: Attached | None = None,
) -> Recorded:
    """Write the answers, and what shows them where something does; all of it or nothing.

    Saving the same again changes nothing. Raises as `events.record` and `evidence.add_file` do.
    """
    if attached is None:
        return events.record(clinic, actor, receipt, answers)
    authorise(clinic, actor, Permission.RECORD_CONSENT, patient_id=receipt.patient_id)
    with evidence.placing(clinic, actor, attached) as placed:

        def work(unit: UnitOfWork) -> Recorded:
            placed.write(unit)
            return events.write(clinic, unit, actor, receipt, answers)

        return noting_refusal(clinic, actor, receipt.patient_id, work)

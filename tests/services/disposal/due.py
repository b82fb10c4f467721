"""Records that are due, people who dispose of them, and cases on their way, for tests."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.disposal import Method
from lib.services.clinic import Clinic
from lib.services.disposal import cases
from lib.services.disposal.cases import Decision, Wanted
from lib.store.disposal_cases import Case
from tests.records import NOW, TODAY, add_patient, write
from tests.services.conftest import PASSWORD, actor_of, add_person

LAST_TREATED = date(2015, 3, 1)


@dataclass(frozen=True, slots=True)
class People:
    """Two compliance officers, an owner and a member of staff, with accounts."""

    proposer: Actor
    approver: Actor
    owner: Actor
    staff: Actor


def people(clinic: Clinic) -> People:
    """Add the people."""
    given = {
        "proposer": Role.COMPLIANCE,
        "approver": Role.COMPLIANCE,
        "owner": Role.OWNER,
        "staff": Role.STAFF,
    }
    known = {name: add_person(clinic, name, role) for name, role in given.items()}
    return People(**{name: actor_of(clinic, one) for name, one in known.items()})


def treat(clinic: Clinic, patient_id: UUID, treated_on: date = LAST_TREATED, **values: Any) -> UUID:  # noqa: ANN401 - any column
    """Add a treatment."""
    key = uuid7s.uuid7()
    usual = {
        "treatment_id": key,
        "series_id": key,
        "version": 1,
        "patient_id": patient_id,
        "name": "Wrinkle relaxing",
        "treated_on": treated_on,
        "price_pence": 25_500,
        "recorded_at": NOW,
    }
    write(clinic, "treatment", **{**usual, **values})
    return key


def due(clinic: Clinic, **values: Any) -> UUID:  # noqa: ANN401 - any column
    """Add a patient whose record is due."""
    patient_id = add_patient(clinic, **values)
    treat(clinic, patient_id)
    return patient_id


def hold(clinic: Clinic, patient_id: UUID, **values: Any) -> UUID:  # noqa: ANN401 - any column
    """Hold a record back."""
    key = uuid7s.uuid7()
    usual = {
        "hold_id": key,
        "patient_id": patient_id,
        "kind": "legal_hold",
        "reason": "A claim was announced.",
        "review_on": TODAY + timedelta(days=90),
        "placed_at": NOW,
        "version": 1,
        "changed_at": NOW,
    }
    write(clinic, "hold", **{**usual, **values})
    return key


def propose(
    clinic: Clinic,
    actor: Actor,
    *patient_ids: UUID,
    method: Method = Method.ERASE,
    **more: Any,  # noqa: ANN401
) -> Case:
    """Propose a case."""
    wanted = Wanted(uuid7s.uuid7(), tuple(patient_ids), method, **more)
    return cases.propose(clinic, actor, wanted, as_of=TODAY, now=NOW)


def approve(clinic: Clinic, actor: Actor, case: Case) -> Case:
    """Approve a case with everything that is asked for."""
    decision = Decision(case.case_id, is_approved=True, password=PASSWORD, count=case.proposed)
    return cases.decide(clinic, actor, decision, now=NOW)


def started(
    clinic: Clinic, known: People, *patient_ids: UUID, confirmed: frozenset[UUID] = frozenset()
) -> Case:
    """Propose, approve and start a case."""
    proposed = propose(clinic, known.proposer, *patient_ids, confirmed=confirmed)
    case = approve(clinic, known.approver, proposed)
    return cases.start(clinic, known.approver, case.case_id, now=NOW)

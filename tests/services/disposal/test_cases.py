"""Cases of disposal: who may propose and decide, what may be in one, and what is told of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.disposal import CaseState, Method
from lib.errors import (
    ClinicError,
    DisposalRefusedError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SignInRefusedError,
)
from lib.services.clinic import Clinic
from lib.services.disposal import cases
from lib.services.disposal.cases import Decision, Wanted
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict
from tests.services.conftest import PASSWORD
from tests.services.disposal.due import approve, due, hold, people, propose, started, treat
from tests.services.disposal.vital import mark


def told(error: pytest.ExceptionInfo[ClinicError]) -> str:
    return error.value.message


def test_a_case_keeps_each_record_under_a_number_with_the_rules_words(clinic: Clinic) -> None:
    known = people(clinic)
    patient_id = due(clinic)
    case = propose(clinic, known.proposer, patient_id, note="Spring")
    assert (case.number, case.state, case.proposed, case.as_of) == (
        "C-000001",
        CaseState.PROPOSED,
        1,
        TODAY,
    )
    found = cases.open_case(clinic, known.approver, case.case_id)
    (line,) = found.lines
    assert line.item.number == "D-000001"
    assert line.item.retain_until == date(2022, 3, 1)
    assert line.item.basis == (
        "Last treated 01-Mar-2015 + 7 years (C1) = kept until 01-Mar-2022; "
        "the record may go from 02-Mar-2022 (C1)."
    )
    assert line.patient is not None
    assert line.patient.family_name == "Hart"
    assert [note.words for note in found.notes] == ["Proposed: 1 record, to be erased. Spring"]


def test_an_owner_is_told_numbers_and_no_patient(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    before = len(audit_lines(clinic))
    (line,) = cases.open_case(clinic, known.owner, case.case_id).lines
    assert (line.patient, line.item.patient_id, line.item.number) == (None, None, "D-000001")
    assert len(audit_lines(clinic)) == before


def test_whoever_is_named_is_in_the_trail_and_a_restricted_patient_is_not_named(
    clinic: Clinic,
) -> None:
    known = people(clinic)
    named, restricted = due(clinic), due(clinic)
    case = propose(clinic, known.proposer, named, restricted)
    restrict(clinic, restricted)
    found = cases.open_case(clinic, known.proposer, case.case_id)
    assert [line.patient is not None for line in found.lines] == [True, False]
    listed = [one[2] for one in audit_lines(clinic) if one[0].endswith("a list of retention")]
    assert listed == [str(named)]


def test_proposing_the_same_case_twice_is_once(clinic: Clinic) -> None:
    known = people(clinic)
    wanted = Wanted(uuid7s.uuid7(), (due(clinic),))
    first = cases.propose(clinic, known.proposer, wanted, as_of=TODAY, now=NOW)
    assert cases.propose(clinic, known.proposer, wanted, as_of=TODAY, now=NOW) == first
    assert cases.list_cases(clinic, known.owner) == [first]


@pytest.mark.parametrize("what", ["not due", "held", "minor", "no date", "merged", "unknown"])
def test_nothing_is_proposed_unless_every_record_may_go(clinic: Clinic, what: str) -> None:
    known = people(clinic)
    good, bad = due(clinic), add_patient(clinic, born_on=date(1980, 1, 1))
    if what == "not due":
        treat(clinic, bad, TODAY)
    elif what == "held":
        treat(clinic, bad)
        hold(clinic, bad)
    elif what == "minor":
        bad = due(clinic, born_on=date(1999, 1, 1))
    elif what == "merged":
        bad = due(clinic, merged_into_id=good)
    elif what == "unknown":
        bad = uuid7s.uuid7()
    reasons = {
        "not due": "it is not due: it is kept until 23-Nov-2033",
        "held": "it is held back by legal hold",
        "minor": "the patient was under 18: a person must look at it and confirm (rule C4)",
        "no date": (
            "it has no dated event to reckon from: a person must look at it and confirm (rule C2)"
        ),
        "merged": "it was merged into another record, which stands for both",
        "unknown": "there is no such record",
    }
    with pytest.raises(DisposalRefusedError) as error:
        propose(clinic, known.proposer, good, bad)
    assert told(error) == (
        f"1 of these records cannot go, so nothing was proposed. The first: {reasons[what]}."
    )
    assert cases.list_cases(clinic, known.owner) == []


def test_a_minors_record_goes_into_a_case_once_a_person_has_confirmed_it(clinic: Clinic) -> None:
    known = people(clinic)
    minor = due(clinic, born_on=date(1999, 1, 1))
    case = propose(clinic, known.proposer, minor, confirmed=frozenset({minor}))
    (line,) = cases.open_case(clinic, known.proposer, case.case_id).lines
    assert (line.item.is_minor, line.item.is_confirmed) == (True, True)


def test_what_protects_a_patient_outlives_a_date_that_is_gone(clinic: Clinic) -> None:
    known = people(clinic)
    patient_id = add_patient(clinic)
    mark(clinic, patient_id)
    with pytest.raises(DisposalRefusedError) as error:
        propose(clinic, known.proposer, patient_id, confirmed=frozenset({patient_id}))
    assert "release the vital interest first" in told(error)


def test_a_record_is_in_one_open_case_only(clinic: Clinic) -> None:
    known = people(clinic)
    patient_id = due(clinic)
    first = propose(clinic, known.proposer, patient_id)
    with pytest.raises(DisposalRefusedError) as error:
        propose(clinic, known.proposer, patient_id)
    assert told(error).endswith("The first: it is in case C-000001 already.")
    back = Decision(first.case_id, is_approved=False, note="Not now.")
    cases.decide(clinic, known.approver, back, now=NOW)
    assert propose(clinic, known.proposer, patient_id).number == "C-000002"


def test_a_case_has_a_size(clinic: Clinic) -> None:
    known = people(clinic)
    with pytest.raises(InvalidInputError):
        propose(clinic, known.proposer)
    with pytest.raises(DisposalRefusedError) as error:
        propose(clinic, known.proposer, *(uuid7s.uuid7() for _ in range(101)))
    assert told(error).startswith("That is 101 records. A case holds at most 100")
    with pytest.raises(DisposalRefusedError) as error:
        propose(clinic, known.proposer, due(clinic), method=Method.ANONYMISE)
    assert "fewer than 250 records" in told(error)


def test_nobody_approves_what_they_proposed(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    with pytest.raises(DisposalRefusedError) as error:
        approve(clinic, known.proposer, case)
    assert told(error) == cases.ANOTHER_PERSON
    assert not cases.can_decide(case, known.proposer)
    assert cases.can_decide(case, known.owner)


def test_approving_asks_for_the_count_and_the_password(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic), due(clinic))
    right = Decision(case.case_id, is_approved=True, password=PASSWORD, count=2)
    with pytest.raises(InvalidInputError) as error:
        cases.decide(clinic, known.owner, replace(right, count=3), now=NOW)
    assert error.value.field == "count"
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            cases.decide(clinic, known.owner, replace(right, password="no"), now=NOW)
    with pytest.raises(SignInRefusedError):
        cases.decide(clinic, known.owner, right, now=NOW)
    later = NOW + timedelta(minutes=30)
    approved = cases.decide(clinic, known.owner, right, now=later)
    assert (approved.state, approved.decider) == (CaseState.APPROVED, "Owner")
    assert cases.decide(clinic, known.owner, right, now=later) == approved


def test_sending_back_needs_a_reason_and_may_be_done_by_the_proposer(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    back = Decision(case.case_id, is_approved=False, note=" ")
    with pytest.raises(InvalidInputError) as error:
        cases.decide(clinic, known.proposer, back, now=NOW)
    assert error.value.field == "note"
    back = replace(back, note="One is missing.")
    returned = cases.decide(clinic, known.proposer, back, now=NOW)
    assert (returned.state, returned.decision_note) == (CaseState.SENT_BACK, "One is missing.")
    assert cases.decide(clinic, known.proposer, back, now=NOW) == returned
    with pytest.raises(DisposalRefusedError):
        approve(clinic, known.approver, case)


def test_of_two_who_approve_at_once_the_second_hears_that_it_was_decided(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    approve(clinic, known.approver, case)
    with pytest.raises(DisposalRefusedError) as error:
        approve(clinic, known.owner, case)
    assert told(error) == cases.NOT_WAITING


def test_a_case_starts_once_it_is_approved_and_only_once(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    with pytest.raises(DisposalRefusedError):
        cases.start(clinic, known.approver, case.case_id, now=NOW)
    with pytest.raises(DisposalRefusedError):
        cases.stop(clinic, known.approver, case.case_id, now=NOW)
    approve(clinic, known.approver, case)
    begun = cases.start(clinic, known.approver, case.case_id, now=NOW)
    assert (begun.state, begun.started_at) == (CaseState.ERASING, NOW)
    later = NOW + timedelta(minutes=1)
    assert cases.start(clinic, known.owner, case.case_id, now=later) == begun


def test_a_case_is_told_to_stop_and_to_go_on(clinic: Clinic) -> None:
    known = people(clinic)
    case = started(clinic, known, due(clinic))
    for _ in range(2):
        cases.stop(clinic, known.owner, case.case_id, now=NOW)
    assert cases.progress(clinic, known.owner, case.case_id).is_stopped
    cases.start(clinic, known.owner, case.case_id, now=NOW)
    far = cases.progress(clinic, known.owner, case.case_id)
    assert (far.is_stopped, far.done, far.total) == (False, 0, 1)
    notes = [one.words for one in cases.open_case(clinic, known.owner, case.case_id).notes]
    assert notes == [
        "Proposed: 1 record, to be erased.",
        "Approved: 1 record.",
        "Started.",
        "Told to stop after the records at hand.",
        "Told to go on.",
    ]


def test_staff_have_no_part_in_it(clinic: Clinic) -> None:
    known = people(clinic)
    case = propose(clinic, known.proposer, due(clinic))
    acts = (
        lambda: propose(clinic, known.staff, due(clinic)),
        lambda: approve(clinic, known.staff, case),
        lambda: cases.start(clinic, known.staff, case.case_id, now=NOW),
        lambda: cases.stop(clinic, known.staff, case.case_id, now=NOW),
        lambda: cases.list_cases(clinic, known.staff),
        lambda: cases.open_case(clinic, known.staff, case.case_id),
        lambda: cases.progress(clinic, known.staff, case.case_id),
        lambda: propose(clinic, known.owner, due(clinic)),
    )
    for act in acts:
        with pytest.raises(NotPermittedError):
            act()


def test_a_case_that_is_not_there_is_told_of(clinic: Clinic) -> None:
    known = people(clinic)
    with pytest.raises(NotFoundError):
        cases.open_case(clinic, known.owner, uuid7s.uuid7())

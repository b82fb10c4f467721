"""Leaving a record out of a case before it is decided."""

import pytest

from lib.domain.disposal import ItemState
from lib.errors import (
    DisposalRefusedError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
)
from lib.services.clinic import Clinic
from lib.services.disposal import cases
from lib.services.disposal.leaving_out import leave_out
from lib.store.disposal_cases import Case, Item
from tests.records import NOW
from tests.services.conftest import actions
from tests.services.disposal.due import People, approve, due, people, propose

WHY = "Came in this morning."


@pytest.fixture
def known(clinic: Clinic) -> People:
    return people(clinic)


@pytest.fixture
def case(clinic: Clinic, known: People) -> Case:
    return propose(clinic, known.proposer, due(clinic), due(clinic))


def items(clinic: Clinic, known: People, case: Case) -> list[Item]:
    return [one.item for one in cases.open_case(clinic, known.proposer, case.case_id).lines]


def test_a_record_that_is_left_out_stays_and_can_be_proposed_again(
    clinic: Clinic, known: People, case: Case
) -> None:
    first, second = items(clinic, known, case)
    left = leave_out(clinic, known.proposer, first.item_id, WHY, now=NOW)
    assert left.state is ItemState.SKIPPED
    assert left.skipped_because == "Came in this morning"
    again = leave_out(clinic, known.proposer, first.item_id, "Otherwise", now=NOW)
    assert again == left
    opened = cases.open_case(clinic, known.owner, case.case_id)
    assert (opened.case.records, opened.case.skipped) == (1, 1)
    assert opened.notes[-1].words == f"{first.number} left out: Came in this morning"
    assert [one for one, _ in actions(clinic)].count("disposal skipped") == 1
    assert first.patient_id is not None
    assert propose(clinic, known.proposer, first.patient_id).records == 1
    assert second.state is ItemState.PROPOSED


def test_nothing_is_left_out_without_a_reason_or_once_the_case_is_decided(
    clinic: Clinic, known: People, case: Case
) -> None:
    first, second = items(clinic, known, case)
    for why, problem in (("  ", "say why"), ("x" * 501, "500 characters")):
        with pytest.raises(InvalidInputError, match=problem):
            leave_out(clinic, known.proposer, first.item_id, why, now=NOW)
    with pytest.raises(NotPermittedError):
        leave_out(clinic, known.owner, first.item_id, WHY, now=NOW)
    with pytest.raises(NotFoundError):
        leave_out(clinic, known.proposer, case.case_id, WHY, now=NOW)
    approve(clinic, known.approver, case)
    with pytest.raises(DisposalRefusedError, match="does not wait for a decision"):
        leave_out(clinic, known.proposer, second.item_id, WHY, now=NOW)

"""Who is told under which number a record was disposed of."""

from lib.services.clinic import Clinic
from lib.services.disposal import cases, gone, running
from tests.services.disposal.due import due, people, started


def test_those_who_see_disposals_are_told_the_number_and_nobody_else(clinic: Clinic) -> None:
    known = people(clinic)
    patient_id, other = due(clinic), due(clinic)
    case = started(clinic, known, patient_id)
    running.run(clinic, case.case_id)
    (line,) = cases.open_case(clinic, known.owner, case.case_id).lines
    assert gone.number_of(clinic, known.proposer, patient_id) == line.item.number
    assert gone.number_of(clinic, known.staff, patient_id) is None
    assert gone.number_of(clinic, known.proposer, other) is None

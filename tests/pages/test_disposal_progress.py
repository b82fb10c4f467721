"""A disposal on the screen once it is approved: its steps, stopping it, and its certificate."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.services import records
from lib.services.clinic import Clinic
from lib.services.disposal import cases, running
from lib.store import disposal_cases
from lib.store.disposal_cases import Case
from tests.pages.components import blocks, given
from tests.pages.conftest import OpenPage
from tests.records import TODAY
from tests.services.conftest import PASSWORD
from tests.services.disposal.due import People, due, people, propose, started

STOP = "Stop after the records at hand"


@pytest.fixture
def known(running_clinic: Clinic) -> People:
    return people(running_clinic)


@pytest.fixture
def case(clinic: Clinic, known: People) -> Case:
    """Two records whose disposal was started, and of which none is gone yet."""
    return started(clinic, known, due(clinic), due(clinic))


def steps(screen: AppTest) -> list[tuple[str, str, str]]:
    (data,) = given(screen)["desk_steps"]
    return [(one["title"], one["stage"], one["note"]) for one in data["steps"]]


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def titled(screen: AppTest, title: str) -> dict[str, Any]:
    return next(block for block in blocks(screen) if block.get("title") == title)


def test_a_disposal_under_way_shows_its_steps_and_can_be_stopped_and_go_on(
    clinic: Clinic, known: People, case: Case, open_page_of: OpenPage
) -> None:
    query = {"case": str(case.case_id)}
    screen = open_page_of("disposal", known.owner.person_id, query)
    assert not screen.exception
    assert [stage for _, stage, _ in steps(screen)] == ["done", "now", "next", "next", "next"]
    assert steps(screen)[1][2] == "0 of 2 records"
    press(screen, STOP)
    assert not screen.exception
    assert [stage for _, stage, _ in steps(screen)][:2] == ["done", "stopped"]
    assert cases.progress(clinic, known.owner, case.case_id).is_stopped
    press(screen, "Go on")
    running.end(clinic)
    assert not screen.exception
    assert not cases.progress(clinic, known.owner, case.case_id).is_stopped


def test_why_it_cannot_go_on_is_told_with_what_to_do(
    clinic: Clinic, known: People, case: Case, open_page_of: OpenPage
) -> None:
    fault = "The disk refused."
    clinic.store.transact(lambda unit: disposal_cases.set_fault(unit.cursor, case.case_id, fault))
    query = {"case": str(case.case_id)}
    screen = open_page_of("disposal", known.owner.person_id, query)
    notices = [one for block in blocks(screen) for one in block.get("notices", [])]
    assert [(one["title"], one["lines"]) for one in notices] == [
        ("It cannot go on by itself", [fault])
    ]
    assert "Try again" in [one.label for one in screen.button]


def test_a_finished_case_shows_its_certificate_and_the_ways_to_its_files(
    clinic: Clinic, known: People, case: Case, open_page_of: OpenPage
) -> None:
    running.run(clinic, case.case_id)
    query = {"case": str(case.case_id)}
    screen = open_page_of("disposal", known.owner.person_id, query)
    assert not screen.exception
    assert [stage for _, stage, _ in steps(screen)] == ["done"] * 5
    assert steps(screen)[1][2] == "2 gone"
    assert f"Certificate of disposal {case.number}" in [one.value for one in screen.subheader]
    assert "D-000001 to D-000002" in json.dumps(blocks(screen))
    rules = [row[1] for row in titled(screen, "What remains, and by which rule")["rows"]]
    assert "C10" in rules
    pdf, file = [one.proto.url for one in screen.get("link_button")]
    assert pdf == f"/print/certificate/{case.case_id}.pdf"
    assert file.startswith("/downloads/")
    (row,) = titled(open_page_of("disposals", known.owner.person_id), "Finished cases")["rows"]
    assert (row[0]["text"], row[1]["word"]) == (case.number, "Done and proved")
    assert row[5]["text"] == "Certificate"


def test_approving_begins_it_at_once_and_a_second_click_changes_nothing(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    case = propose(clinic, known.proposer, due(clinic))
    screen = open_page_of("disposal", known.owner.person_id, {"case": str(case.case_id)})
    screen.text_input[0].input("1")
    screen.text_input[1].input(PASSWORD)
    press(screen, "Approve, and erase 1 record")
    assert not screen.exception
    running.end(clinic)
    stands = cases.open_case(clinic, known.owner, case.case_id).case
    assert (stands.decided_by, stands.started_by) == (known.owner.person_id,) * 2


def test_the_address_of_a_record_that_is_gone_says_its_number_to_those_who_may_know(
    clinic: Clinic, known: People, open_page_of: OpenPage
) -> None:
    patient_id = due(clinic)
    records.open_record(clinic, known.staff, patient_id, as_of=TODAY)
    running.run(clinic, started(clinic, known, patient_id).case_id)
    query = {"id": str(patient_id)}
    screen = open_page_of("patient", known.proposer.person_id, query)
    assert not screen.exception
    assert screen.title[0].value == "Disposed of"
    assert "under number **D-000001**" in screen.markdown[-1].value
    other = open_page_of("patient", known.staff.person_id, query)
    assert other.title[0].value == "Not found"
    trail = open_page_of("audit", known.proposer.person_id, {"disposal": "D-000001"})
    assert not trail.exception
    rows = [row for block in blocks(trail) for row in block["rows"]]
    assert {(row[2]["text"], row[2]["note"]) for row in rows} == {("D-000001", "Disposed of")}
    assert "Record viewed" in {row[1]["text"] for row in rows}

"""The audit screen: for the compliance officer only, with what happened and proof of it."""

from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.audit import Action, Event, Outcome
from lib.services.clinic import Clinic
from tests import records
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage


def actions(screen: AppTest) -> list[str]:
    """Return what the table of entries says was done, from the newest."""
    return [row[1]["text"] for block in blocks(screen) for row in block["rows"]]


def test_the_compliance_officer_sees_what_happened(clinic: Clinic, open_page: OpenPage) -> None:
    clinic.store.transact(lambda unit: unit.audit(None, Event(Action.DEMO_BUILT)))
    screen = open_page("audit", Role.COMPLIANCE)
    assert not screen.exception
    assert screen.title[0].value == "Audit trail"
    assert "Synthetic clinic built" in actions(screen)


@pytest.mark.parametrize("role", [Role.STAFF, Role.OWNER, Role.ADMINISTRATOR])
def test_nobody_else_does_and_the_try_is_in_the_trail(
    clinic: Clinic, open_page: OpenPage, role: Role
) -> None:
    screen = open_page("audit", role)
    assert not screen.exception
    assert actions(screen) == []
    assert screen.title[0].value == "Not permitted"
    with clinic.store.reading() as cursor:
        refused = cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE outcome = 'refused'"
        ).fetchone()
    assert refused is not None
    assert refused[0] >= 1


def test_an_unknown_reference_says_what_to_check(open_page: OpenPage) -> None:
    screen = open_page("audit", Role.COMPLIANCE)
    screen.text_input[0].input("J99999Z").run()
    assert not screen.exception
    assert "Check its digits" in screen.warning[0].value
    assert actions(screen) == []


def test_a_filter_that_nothing_matches_says_how_to_go_on(open_page: OpenPage) -> None:
    screen = open_page("audit", Role.COMPLIANCE)
    screen.selectbox[1].select(Action.RECOVERY_CODE_USED).run()
    assert not screen.exception
    assert "Widen the time" in screen.info[0].value


def test_pages_lead_to_older_entries_and_back(clinic: Clinic, open_page: OpenPage) -> None:
    events = [Event(Action.RECORD_VIEWED, patient_id=uuid4()) for _ in range(60)]
    clinic.store.transact(lambda unit: unit.audit(None, *events))
    screen = open_page("audit", Role.COMPLIANCE)
    screen.selectbox[1].select(Action.RECORD_VIEWED).run()
    assert len(actions(screen)) == 50
    next(button for button in screen.button if button.label == "Older").click().run()
    assert len(actions(screen)) == 10
    next(button for button in screen.button if button.label == "Newer").click().run()
    assert len(actions(screen)) == 50


def test_verifying_says_that_the_trail_is_whole_or_that_it_is_not(
    clinic: Clinic, open_page: OpenPage
) -> None:
    screen = open_page("audit", Role.COMPLIANCE)
    screen.button[0].click().run()
    assert "The trail is whole" in screen.success[0].value
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE audit_entry SET ground = 'x' WHERE position = 1")
    )
    screen.button[0].click().run()
    assert "not the one that was written" in screen.error[0].value


def test_an_export_is_offered_at_an_address_of_its_own(clinic: Clinic, open_page: OpenPage) -> None:
    clinic.store.transact(lambda unit: unit.audit(None, Event(Action.DEMO_BUILT)))
    screen = open_page("audit", Role.COMPLIANCE)
    label = "Make a CSV of these entries"
    next(button for button in screen.button if button.label == label).click().run()
    assert not screen.exception
    assert screen.get("link_button")[0].proto.url.startswith("/downloads/")


def test_a_patients_reference_leads_to_the_record_and_the_ground_is_told(
    clinic: Clinic, open_page: OpenPage
) -> None:
    known = records.add_patient(clinic)
    event = Event(
        Action.RECORD_VIEWED,
        patient_id=known,
        ground="legal claims",
        outcome=Outcome.REFUSED,
        detail={"treatments": 3, "dry run": True, "file": "ab" * 32},
    )
    clinic.store.transact(lambda unit: unit.audit(None, event))
    screen = open_page("audit", Role.COMPLIANCE)
    row = next(
        row
        for block in blocks(screen)
        for row in block["rows"]
        if row[1]["text"] == "Record viewed"
    )
    told = "Ground legal claims · Dry run yes · File abababababab… · Treatments 3 · Entry "
    assert row[1]["note"].startswith(told)
    assert row[2]["href"] == f"/patient?id={known}"
    assert row[3]["text"] == "System"
    assert row[4]["word"] == "Refused"

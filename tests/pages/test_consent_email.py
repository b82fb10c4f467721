"""A withdrawal by email on the screen: the file, whose it is, what it ends."""

from datetime import date
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.domain.reference import reference_of
from lib.imports import emails as reading
from lib.services import sessions
from lib.services.clinic import Clinic
from lib.services.consent import waiting
from lib.ui import clock
from lib.ui.keys import Keys
from tests.in_touch import add_email
from tests.pages.components import given
from tests.pages.conftest import OpenPage
from tests.records import NOW, add_patient

EMAIL = b"""\
From: Anna Hart <anna@example.org>
Subject: Newsletter
Date: Mon, 23 Nov 2026 08:15:00 +0000

Please stop emailing me. <b>Thanks</b> [x](http://evil.example)
"""
EVENTS = "SELECT purpose, channel, decision, route, received_at FROM consent_event"


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    """Add a patient who is reached at the sender's address."""
    added = add_patient(clinic)
    add_email(clinic, added, "Anna@Example.org")
    return added


def dropped(open_page: OpenPage, clinic: Clinic, content: bytes = EMAIL, **query: str) -> AppTest:
    screen = open_page("consent-email", Role.STAFF, query=query)
    live = sessions.by_id(clinic, UUID(screen.user["session_id"]), now=clock.now())
    assert live is not None
    arriving = waiting.begin(clinic, live.actor, len(content), now=clock.now())
    arriving.take(content)
    found = arriving.finish(now=clock.now())
    sent = {"token": "0", "evidence": str(found.evidence_id), "kind": "email", "bytes": 1}
    screen.session_state[Keys.CONSENT_EMAIL_FILE] = {"file": sent}
    screen.run()
    assert not screen.exception
    return screen


def press(screen: AppTest, label: str) -> AppTest:
    next(one for one in screen.button if one.label == label).click()
    screen.run()
    assert not screen.exception
    return screen


def errors(screen: AppTest) -> list[str]:
    """Return the errors that are shown, without the marks that keep them from being Markdown."""
    return [one.value.replace("\\", "") for one in screen.error]


def test_the_empty_screen_says_how_to_begin(open_page: OpenPage) -> None:
    screen = open_page("consent-email", Role.STAFF)
    assert [one.value for one in screen.title] == ["Withdrawal by email"]
    assert any("Nothing happens before you confirm" in one.value for one in screen.markdown)


def test_an_email_is_matched_by_its_sender_and_withdraws_what_a_person_confirms(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen = dropped(open_page, clinic)
    assert "<b>Thanks</b> [x](http://evil.example)" in screen.text[0].value
    press(screen, f"It is {reference_of(1)}")
    (proposed,) = screen.checkbox
    assert proposed.label.replace("\\", "") == "Keeping in touch by email (not asked)"
    assert proposed.value
    assert any("“Please stop emailing me”" in one.value for one in screen.caption)
    press(screen, "Withdraw consent")
    with clinic.store.reading() as cursor:
        assert cursor.execute(EVENTS).fetchall() == [
            ("keeping in touch", "email", "withdrawn", "email", NOW.replace(hour=8, minute=15))
        ]
        kept = cursor.execute("SELECT patient_id, kind, sha256 FROM consent_evidence").fetchall()
    assert kept[0][:2] == (patient_id, "email")


def test_a_sender_whom_nobody_knows_is_found_by_name_and_warned_of(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    stranger = EMAIL.replace(b"anna@example.org", b"anna@elsewhere.example")
    screen = dropped(open_page, clinic, stranger, id=str(patient_id))
    assert any("not in this record" in one.value for one in screen.warning)


def test_nothing_ticked_withdraws_nothing(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen = dropped(open_page, clinic, id=str(patient_id))
    screen.checkbox[0].uncheck()
    press(screen, "Withdraw consent")
    assert errors(screen) == ["Say what the patient decided."]
    with clinic.store.reading() as cursor:
        assert cursor.execute(EVENTS).fetchall() == []
        assert cursor.execute("SELECT count(*) FROM consent_evidence").fetchone() == (0,)


def test_an_email_that_cannot_be_read_is_refused_and_another_can_be_chosen(
    open_page: OpenPage, clinic: Clinic
) -> None:
    screen = dropped(open_page, clinic, b'From: "\n\nStop.')
    assert errors(screen) == [reading.NO_EMAIL]
    assert len(given(screen)["desk_evidence"]) == 1


def test_another_email_begins_anew(open_page: OpenPage, clinic: Clinic, patient_id: UUID) -> None:
    screen = dropped(open_page, clinic, id=str(patient_id))
    press(screen, "Another email")
    assert given(screen)["desk_evidence"][0]["token"] == "1"


def test_an_email_without_a_time_asks_for_it(
    open_page: OpenPage, clinic: Clinic, patient_id: UUID
) -> None:
    screen = dropped(open_page, clinic, EMAIL.replace(b"Date:", b"X-Date:"), id=str(patient_id))
    press(screen, "Withdraw consent")
    assert errors(screen) == ["Say when it reached the clinic."]
    screen.date_input[0].set_value(date(2026, 11, 20))
    screen.time_input[0].set_value(NOW.time())
    press(screen, "Withdraw consent")
    assert not screen.error

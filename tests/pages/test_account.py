"""The account page: what everybody does with their own account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lib.auth import tokens
from lib.domain.access import Role
from lib.services import running
from lib.services.clinic import Clinic
from lib.store import sessions
from lib.store.sessions import NewSession
from lib.ui.account import browser_of
from lib.ui.keys import Keys
from tests.pages.conftest import PATIENCE_SECONDS, ROOT
from tests.services.conftest import PASSWORD, Known, add_person, enrolled

NEW = "violet kettle orbit saddle"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def open_session(clinic: Clinic, known: Known) -> UUID:
    new = NewSession(
        tokens.hash_token(tokens.new_token()),
        known.person_id,
        now() + timedelta(hours=1),
        "192.0.2.7",
        FIREFOX,
    )
    return clinic.store.transact(lambda unit: sessions.insert_session(unit.cursor, new, now=now()))


@pytest.fixture
def sam(running_clinic: Clinic) -> Known:
    """Return somebody with a second factor."""
    added = add_person(running_clinic, "sam", Role.STAFF)
    return enrolled(running_clinic, added, now() - timedelta(hours=1))


@pytest.fixture
def screen(running_clinic: Clinic, sam: Known) -> AppTest:
    """Open the page as them, who are signed in elsewhere too."""
    open_session(running_clinic, sam)
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    opened.user = {"session_id": str(open_session(running_clinic, sam)), "visit": ""}
    opened._page_hash = calc_hash("account")  # noqa: SLF001
    return opened.run()


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def field(screen: AppTest, label: str, value: str) -> None:
    next(one for one in screen.text_input if one.label == label).set_value(value)


def test_the_page_says_how_the_account_is_protected(screen: AppTest) -> None:
    captions = " ".join(one.value for one in screen.caption)
    assert "10 recovery codes left" in captions
    sessions_shown = [one.value for one in screen.markdown if "Firefox on Windows" in one.value]
    assert len(sessions_shown) == 2
    assert "This one" in sessions_shown[0] + sessions_shown[1]
    assert not screen.exception


def test_a_password_is_changed(screen: AppTest) -> None:
    field(screen, "Present password", PASSWORD)
    field(screen, "New password", NEW)
    field(screen, "New password once more", NEW)
    press(screen, "Change password")
    assert "changed" in screen.success[0].value


def test_a_wrong_present_password_is_refused(screen: AppTest) -> None:
    field(screen, "Present password", "wrong")
    field(screen, "New password", NEW)
    field(screen, "New password once more", NEW)
    press(screen, "Change password")
    assert "present password" in screen.error[0].value


def test_new_recovery_codes_need_the_password(screen: AppTest) -> None:
    press(screen, "Make new recovery codes")
    assert "present password" in screen.error[0].value
    field(screen, "Your password, to make sure that it is you", PASSWORD)
    press(screen, "Make new recovery codes")
    assert len(screen.session_state[Keys.ACCOUNT_CODES]) == 10
    press(screen, "I have kept them")
    assert Keys.ACCOUNT_CODES not in screen.session_state


def test_the_second_factor_moves_to_another_phone(screen: AppTest) -> None:
    field(screen, "Your password, to make sure that it is you", PASSWORD)
    press(screen, "Move to another phone")
    field(screen, "Code from your app", "000000")
    press(screen, "Set up")
    assert "does not fit" in screen.error[0].value
    secret = screen.session_state[Keys.ACCOUNT_ENROLMENT]
    field(screen, "Code from your app", pyotp.TOTP(secret).now())
    press(screen, "Set up")
    assert len(screen.session_state[Keys.ACCOUNT_CODES]) == 10
    assert Keys.ACCOUNT_ENROLMENT not in screen.session_state


def test_moving_can_be_given_up(screen: AppTest) -> None:
    field(screen, "Your password, to make sure that it is you", PASSWORD)
    press(screen, "Move to another phone")
    press(screen, "Keep the phone I have")
    assert "Move to another phone" in [one.label for one in screen.button]


def test_another_session_is_ended_from_here(screen: AppTest) -> None:
    press(screen, "End it")
    assert "End it" not in [one.label for one in screen.button]
    assert any("signed out" in one.value for one in screen.caption)


def test_signing_out_everywhere_ends_this_session_too(
    screen: AppTest, running_clinic: Clinic, sam: Known
) -> None:
    press(screen, "Sign out everywhere")
    with running_clinic.store.reading() as cursor:
        own = sessions.list_sessions_of(cursor, sam.person_id, limit=10)
    assert {one.ended_because for one in own} == {"signed out everywhere"}


def test_the_synthetic_clinic_says_that_it_does_without(
    screen: AppTest, running_clinic: Clinic
) -> None:
    running.use(replace(running_clinic, is_demo=True))
    screen.run()
    assert any("does without" in one.value for one in screen.caption)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        (None, "A browser on an unknown system"),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str | None, words: str) -> None:
    assert browser_of(agent) == words

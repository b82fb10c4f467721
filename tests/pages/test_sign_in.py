"""The screens before the desk: door, second factor, first password, first run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from lib.auth import tokens
from lib.demo import accounts as demo
from lib.domain.access import Role
from lib.services import first_run, running
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.ui.keys import Keys
from tests.pages.conftest import PATIENCE_SECONDS, ROOT, sign_in_as
from tests.services.conftest import PASSWORD, Known, add_person, enrolled

NEW = "violet kettle orbit saddle"


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture
def door(running_clinic: Clinic) -> AppTest:
    """Give the app to somebody who is not signed in."""
    assert running_clinic
    screen = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    screen.user = {"session_id": "", "visit": "browser"}
    return screen


@pytest.fixture
def sam(running_clinic: Clinic) -> Known:
    """Return somebody with a second factor, set up an hour ago."""
    added = add_person(running_clinic, "sam", Role.STAFF)
    return enrolled(running_clinic, added, now() - timedelta(hours=1))


def type_password(screen: AppTest, username: str, password: str) -> AppTest:
    screen.text_input[0].set_value(username)
    screen.text_input[1].set_value(password)
    return screen.button[0].click().run()


def button(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def errors(screen: AppTest) -> list[str]:
    return [error.value for error in screen.error]


def headings(screen: AppTest) -> list[str]:
    return [one.value for one in [*screen.title, *screen.subheader]]


@pytest.mark.usefixtures("sam")
def test_the_door_shows_no_accounts_in_a_real_clinic(door: AppTest) -> None:
    door.run()
    assert headings(door) == ["Juno Desk", "Sign in"]
    assert [one.label for one in door.button] == ["Sign in"]
    assert not door.exception


@pytest.mark.usefixtures("sam")
def test_a_wrong_password_says_so_once(door: AppTest) -> None:
    type_password(door.run(), "sam", "wrong")
    assert "not right" in errors(door)[0]
    assert errors(door.run()) == []


def test_the_right_password_asks_for_the_code(door: AppTest, sam: Known) -> None:
    type_password(door.run(), "Sam ", PASSWORD)
    assert headings(door) == ["Juno Desk", "Second factor"]
    door.text_input[0].set_value("000000")
    assert "not right" in errors(button(door, "Continue"))[0]
    door.text_input[0].set_value(pyotp.TOTP(sam.secret or "").now())
    button(door, "Continue")
    assert not door.exception
    assert Keys.STAGE not in door.session_state


def test_only_the_hash_of_the_ticket_is_kept(
    door: AppTest, sam: Known, running_clinic: Clinic
) -> None:
    type_password(door.run(), "sam", PASSWORD)
    door.text_input[0].set_value(sam.codes[0])
    button(door, "Continue")
    with running_clinic.store.reading() as cursor:
        kept = cursor.execute("SELECT ticket_hash, person_id FROM sign_in_ticket").fetchall()
    assert [row[1] for row in kept] == [sam.person_id]
    assert len(kept[0][0]) == len(tokens.hash_token(""))


@pytest.mark.usefixtures("sam")
def test_starting_again_forgets_the_stage(door: AppTest) -> None:
    type_password(door.run(), "sam", PASSWORD)
    button(door, "Start again")
    assert "Sign in" in headings(door)
    assert Keys.STAGE not in door.session_state


@pytest.mark.usefixtures("sam")
def test_a_stage_left_too_long_goes_back_to_the_door(door: AppTest) -> None:
    type_password(door.run(), "sam", PASSWORD)
    old = door.session_state[Keys.STAGE]
    door.session_state[Keys.STAGE] = replace(old, started_at=now() - timedelta(hours=1))
    door.text_input[0].set_value("123456")
    assert "too long" in errors(button(door, "Continue"))[0]


def test_somebody_disabled_half_way_is_sent_back(
    door: AppTest, sam: Known, running_clinic: Clinic
) -> None:
    type_password(door.run(), "sam", PASSWORD)
    running_clinic.store.transact(
        lambda unit: people.update_disabled(unit.cursor, sam.person_id, is_disabled=True)
    )
    assert "cannot sign in" in errors(door.run())[0]
    assert "Sign in" in headings(door)


def test_a_first_password_is_changed_and_a_second_factor_set_up(
    door: AppTest, running_clinic: Clinic
) -> None:
    add_person(running_clinic, "kim", Role.STAFF, must_change=True)
    type_password(door.run(), "kim", PASSWORD)
    assert "Choose your password" in headings(door)
    for new, again, problem in ((NEW, NEW + "x", "differ"), ("short", "short", "at least 12")):
        door.text_input[0].set_value(new)
        door.text_input[1].set_value(again)
        assert problem in errors(button(door, "Keep this password"))[0]
    door.text_input[0].set_value(NEW)
    door.text_input[1].set_value(NEW)
    button(door, "Keep this password")
    assert "Set up your second factor" in headings(door)

    door.text_input[0].set_value("000000")
    assert "does not fit" in errors(button(door, "Set up"))[0]
    door.text_input[0].set_value(pyotp.TOTP(door.session_state[Keys.ENROLMENT]).now())
    button(door, "Set up")
    assert "Keep your recovery codes" in headings(door)
    assert len(door.session_state[Keys.NEW_RECOVERY_CODES]) == 10
    button(door, "I have kept them")
    assert Keys.STAGE not in door.session_state
    assert not door.exception


def test_an_empty_clinic_opens_on_the_first_run(door: AppTest, running_clinic: Clinic) -> None:
    code = first_run.new_code(running_clinic, now=now())
    door.run()
    assert headings(door) == ["Juno Desk", "Set up your clinic"]
    values = [code, "Juno Aesthetics", "Alex Murray", "alex", NEW, NEW + "x"]
    for field, value in zip(door.text_input, values, strict=True):
        field.set_value(value)
    assert "differ" in errors(button(door, "Set up the clinic"))[0]
    door.text_input[5].set_value(NEW)
    door.text_input[0].set_value("aaaa-aaaa")
    assert "set-up code" in errors(button(door, "Set up the clinic"))[0]
    door.text_input[0].set_value(code)
    button(door, "Set up the clinic")
    assert headings(door) == ["Juno Desk", "Set up your second factor"]
    assert "Juno Aesthetics" in [one.value for one in door.caption]


def test_the_synthetic_clinic_lists_its_accounts_and_lets_one_in(
    door: AppTest, running_clinic: Clinic
) -> None:
    running.use(replace(running_clinic, is_demo=True))
    for account in demo.ACCOUNTS:
        add_person(running_clinic, account.username, *account.roles)
    door.run()
    assert demo.PASSWORD in door.markdown[0].value
    # These accounts have another password here than in the synthetic clinic.
    staff = next(one for one in door.button if demo.STAFF.display_name in one.label)
    assert "not right" in errors(staff.click().run())[0]
    type_password(door, demo.STAFF.username, PASSWORD)
    assert Keys.STAGE not in door.session_state
    assert not door.exception


def test_a_session_that_ended_shows_the_door(door: AppTest, running_clinic: Clinic) -> None:
    session_id = sign_in_as(running_clinic, Role.STAFF)
    door.user = {"session_id": str(session_id), "visit": ""}
    assert "Sign out" in [one.label for one in door.run().button]
    running_clinic.store.transact(
        lambda unit: sessions.update_ended(unit.cursor, [session_id], "signed out", now=now())
    )
    assert "Sign in" in headings(door.run())


def test_signing_out_ends_the_session(door: AppTest, running_clinic: Clinic) -> None:
    session_id = sign_in_as(running_clinic, Role.STAFF)
    door.user = {"session_id": str(session_id), "visit": ""}
    button(door.run(), "Sign out")
    with running_clinic.store.reading() as cursor:
        ended = sessions.get_session(cursor, session_id)
    assert ended is not None
    assert ended.ended_because == "signed out"
    assert "Sign in" in headings(door.run())

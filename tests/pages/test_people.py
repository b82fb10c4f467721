"""The people screen: what an administrator sees and does there."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.sessions import NewSession
from lib.ui.keys import Keys
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage
from tests.services.conftest import Known, add_person, enrolled


@pytest.fixture
def sam(running_clinic: Clinic) -> Known:
    """Return a member of staff with a second factor and an open session."""
    return enrolled(running_clinic, add_person(running_clinic, "sam", Role.STAFF))


@pytest.fixture
def screen(open_page: OpenPage, sam: Known) -> AppTest:
    """Open the screen as an administrator, with one other person there."""
    assert sam
    return open_page("people", Role.ADMINISTRATOR)


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


def labels(screen: AppTest) -> list[str]:
    return [one.label for one in screen.button]


def texts(screen: AppTest) -> str:
    return " ".join(one.value for one in screen.markdown)


def roles_of(clinic: Clinic, sam: Known) -> frozenset[Role]:
    with clinic.store.reading() as cursor:
        return people.list_roles(cursor, sam.person_id)


def test_everybody_is_listed_with_state_and_roles(screen: AppTest) -> None:
    shown = texts(screen)
    assert "**Sam**" in shown
    assert "● Active" in shown
    assert "has second factor" in shown
    assert "Administrator" in shown
    assert not screen.exception


def test_a_row_opens_and_closes(screen: AppTest) -> None:
    assert "Change roles" not in labels(screen)
    press(screen, "Manage sam")
    assert {"Change roles", "Give a new password", "Disable"} <= set(labels(screen))
    press(screen, "Close sam")
    assert "Change roles" not in labels(screen)


def in_dialog(screen: AppTest, draw: str, username: str = "") -> AppTest:
    """Open one of the screen's dialogs by itself, as the same person.

    AppTest runs the whole script where a browser runs the dialog's fragment, and the dialog would
    be gone: here the script is the dialog.
    """

    def script(draw: str, username: str) -> None:  # pragma: no cover - runs as a script
        from lib.services import people as service  # noqa: PLC0415 - a script of its own
        from lib.ui import clock, people, session  # noqa: PLC0415

        actor = session.require()
        listed = service.list_people(session.clinic(), actor, now=clock.now())
        chosen = [person for person in listed if person.username == username]
        getattr(people, draw)(*chosen)

    kwargs = {"draw": draw, "username": username}
    dialog = AppTest.from_function(script, default_timeout=PATIENCE_SECONDS, kwargs=kwargs)
    dialog.user = dict(screen.user)
    return dialog.run()


def fill_invitation(dialog: AppTest, *values: str) -> AppTest:
    for field, value in zip(dialog.text_input, values, strict=True):
        field.set_value(value)
    return press(dialog, "Invite")


def test_somebody_is_invited_and_the_password_is_shown_once(screen: AppTest) -> None:
    dialog = fill_invitation(in_dialog(screen, "invite"), "Kim O'Neil", "kim", "")
    first = dialog.session_state[Keys.PEOPLE_FIRST_PASSWORD]
    screen.session_state[Keys.PEOPLE_FIRST_PASSWORD] = first
    screen.run()
    assert first.password in [one.value for one in screen.code]
    assert "◔ Invited" in texts(screen)
    press(screen, "I have handed it over")
    assert not screen.code


def test_an_invitation_that_will_not_do_says_why(screen: AppTest) -> None:
    dialog = fill_invitation(in_dialog(screen, "invite"), "Sam Again", "SAM", "")
    assert "already" in dialog.error[0].value


def test_disabling_asks_first_and_can_be_undone(screen: AppTest) -> None:
    dialog = in_dialog(screen, "confirm_disable", "sam")
    assert "● Active" in texts(screen.run())
    press(dialog, "Disable Sam")
    press(screen, "Manage sam")
    assert "✕ Disabled" in texts(screen)
    screen.session_state[Keys.PEOPLE_UNDO] = dialog.session_state[Keys.PEOPLE_UNDO]
    press(screen.run(), "Enable again")
    assert "✕ Disabled" not in texts(screen)
    assert "Enable again" not in labels(screen)


def test_a_disabled_account_is_enabled_from_its_row(screen: AppTest) -> None:
    press(in_dialog(screen, "confirm_disable", "sam"), "Disable Sam")
    press(screen, "Manage sam")
    press(screen, "Enable")
    assert "✕ Disabled" not in texts(screen)


def test_roles_change_and_change_back(screen: AppTest, sam: Known, running_clinic: Clinic) -> None:
    dialog = in_dialog(screen, "change_roles", "sam")
    next(one for one in dialog.checkbox if one.label == "Owner").check()
    press(dialog, "Change these roles")
    assert roles_of(running_clinic, sam) == {Role.STAFF, Role.OWNER}
    screen.session_state[Keys.PEOPLE_UNDO] = dialog.session_state[Keys.PEOPLE_UNDO]
    press(screen.run(), "Undo")
    assert roles_of(running_clinic, sam) == {Role.STAFF}


def test_the_last_administrator_cannot_lose_the_role(screen: AppTest) -> None:
    dialog = in_dialog(screen, "change_roles", "tester-1")
    for one in dialog.checkbox:
        one.set_value(one.label == "Staff")
    press(dialog, "Change these roles")
    assert "last administrator" in dialog.error[0].value


def test_a_new_password_is_handed_over_in_the_row(screen: AppTest) -> None:
    dialog = press(in_dialog(screen, "confirm_password_reset", "sam"), "Give a new password")
    first = dialog.session_state[Keys.PEOPLE_FIRST_PASSWORD]
    assert first.username == "sam"
    screen.session_state[Keys.PEOPLE_FIRST_PASSWORD] = first
    press(screen.run(), "Manage sam")
    assert first.password in [one.value for one in screen.code]


def test_a_second_factor_is_reset(screen: AppTest, sam: Known, running_clinic: Clinic) -> None:
    press(in_dialog(screen, "confirm_factor_reset", "sam"), "Reset the second factor")
    with running_clinic.store.reading() as cursor:
        person = people.get_person(cursor, sam.person_id)
    assert person is not None
    assert not person.has_second_factor


@pytest.mark.parametrize(
    ("opener", "inside"),
    [
        ("Change roles", "Change these roles"),
        ("Give a new password", "Give a new password"),
        ("Reset second factor", "Reset the second factor"),
        ("Disable", "Disable Sam"),
    ],
)
def test_each_act_asks_first(screen: AppTest, opener: str, inside: str) -> None:
    press(screen, "Manage sam")
    press(screen, opener)
    assert inside in labels(screen)


def test_sessions_are_ended(screen: AppTest, sam: Known, running_clinic: Clinic) -> None:
    at = datetime.now(UTC).replace(tzinfo=None)
    opened = NewSession("hash", sam.person_id, at + timedelta(hours=1), None, None)
    running_clinic.store.transact(lambda unit: sessions.insert_session(unit.cursor, opened, now=at))
    press(screen, "Manage sam")
    assert texts(screen).count("1 open session") == 2
    press(screen, "End sessions")
    assert texts(screen).count("1 open session") == 1

"""`python -m lib user`: looking after accounts when nobody can sign in."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from lib.console.user import app
from lib.domain.access import Role
from lib.services import people, sign_in
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.services.conftest import VISITOR, add_person, enrolled


@pytest.fixture
def home(settings: Settings) -> str:
    """Make a clinic with an administrator and a member of staff; return its home."""
    clinic = open_clinic(settings)
    add_person(clinic, "alex", Role.ADMINISTRATOR)
    enrolled(clinic, add_person(clinic, "sam", Role.STAFF))
    clinic.close()
    return str(settings.home)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def fail(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def listed(home: str) -> dict[str, dict[str, object]]:
    rows = json.loads(run("list", "--home", home, "--json"))
    return {str(row["username"]): row for row in rows}


def reopened(settings: Settings) -> Clinic:
    return open_clinic(settings)


def test_everybody_is_listed(home: str) -> None:
    assert listed(home)["sam"] == {
        "username": "sam",
        "name": "Sam",
        "state": "Active",
        "roles": ["staff"],
        "has_second_factor": True,
        "last_sign_in_at": None,
        "open_sessions": 0,
    }
    assert "alex" in run("list", "--home", home)


def test_somebody_added_signs_in_with_the_password_printed(home: str, settings: Settings) -> None:
    roles = ("--role", "staff", "--role", "owner")
    added = json.loads(run("add", "Kim", "--home", home, "--name", "Kim O'Neil", *roles, "--json"))
    assert listed(home)["kim"]["roles"] == ["owner", "staff"]
    clinic = reopened(settings)
    now = datetime.now(UTC).replace(tzinfo=None)
    stage = sign_in.check_password(clinic, "kim", added["first_password"], VISITOR, now=now)
    clinic.close()
    assert stage.username == "kim"


def test_without_json_the_password_is_in_a_sentence(home: str) -> None:
    said = run("add", "kim", "--home", home, "--name", "Kim", "--role", "staff")
    assert "First password of kim: " in said


def test_an_account_is_shut_and_opened(home: str) -> None:
    assert run("disable", "sam", "--home", home) == "sam is disabled.\n"
    assert listed(home)["sam"]["state"] == "Disabled"
    done = json.loads(run("enable", "SAM", "--home", home, "--json"))
    assert done == {"username": "sam", "done": "enabled"}
    assert listed(home)["sam"]["state"] == "Active"


def test_the_last_administrator_stays(home: str) -> None:
    assert "last administrator" in fail("disable", "alex", "--home", home)


def test_a_reset_can_take_the_second_factor_too(home: str) -> None:
    run("reset", "sam", "--home", home)
    assert listed(home)["sam"]["has_second_factor"] is True
    run("reset", "sam", "--home", home, "--second-factor")
    assert listed(home)["sam"]["has_second_factor"] is False


def test_somebody_unknown_is_named(home: str) -> None:
    assert "Nobody here has the username nobody" in fail("enable", "nobody", "--home", home)


def test_what_the_console_did_is_in_the_trail(home: str, settings: Settings) -> None:
    run("disable", "sam", "--home", home)
    clinic = reopened(settings)
    with clinic.store.reading() as cursor:
        entry = cursor.execute(
            "SELECT action, address FROM audit_entry ORDER BY occurred_at DESC LIMIT 1"
        ).fetchone()
    clinic.close()
    assert entry == ("person disabled", "console")


def test_the_states_are_words(home: str) -> None:
    assert {row["state"] for row in listed(home).values()} <= {one.value for one in people.State}

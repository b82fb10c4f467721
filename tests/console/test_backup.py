"""`backup` and `restore` on the console."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lib import __main__ as console
from lib.services.backups import swapping
from lib.services.clinic import Clinic, open_clinic
from tests.conftest import settings_of
from tests.records import add_patient
from tests.services.backups.conftest import add_pictures, flip

console._register()  # noqa: SLF001 - as `main` does
RUNNER = CliRunner()


def run(*words: object) -> Result:
    return RUNNER.invoke(console.app, [str(word) for word in words])


@pytest.fixture
def home(clinic: Clinic) -> Path:
    """Return the home of a closed clinic with one patient who has pictures."""
    add_pictures(clinic, add_patient(clinic))
    clinic.close()
    return clinic.home


def test_a_backup_is_made_listed_checked_and_restored(home: Path) -> None:
    assert "There is no back-up" in run("backup", "--home", home, "--list").output
    assert run("backup", "--home", home, "--check").exit_code == 1
    made = run("backup", "--home", home)
    assert made.exit_code == 0
    assert "is sound: 5 files" in made.output
    checked = run("backup", "--home", home, "--check")
    assert checked.exit_code == 0
    assert "The mirror of 1 media key agrees." in checked.output
    (listed,) = json.loads(run("backup", "--home", home, "--list", "--json").output)
    assert (listed["state"], listed["is_there"], listed["is_overdue"]) == ("checked", True, False)
    assert "checked" in run("backup", "--home", home, "--list").output
    restored = run("restore", Path(listed["place"]).name, "--home", home)
    assert restored.exit_code == 0
    assert "is as it was on" in restored.output
    assert "0 later disposals repeated" in restored.output
    assert "enter them again" in restored.output
    assert "is kept in" in restored.output


def test_json_says_the_same(home: Path) -> None:
    made = json.loads(run("backup", "--home", home, "--json").output)
    assert made["is_sound"] is True
    assert made["copied_bytes"] == made["size"]
    checked = json.loads(run("backup", "--home", home, "--check", "--json").output)
    assert checked["keys"]["is_agreed"] is True
    shutil.rmtree(home)
    restored = json.loads(run("restore", made["place"], "--home", home, "--json").output)
    assert restored["former"] is None
    assert restored["lost"] is None
    assert restored["disposals_repeated"] == 0
    said = run("restore", made["place"], "--home", home).output
    assert "the audit trail" in said


def test_a_damaged_backup_ends_with_status_1_and_says_why(home: Path) -> None:
    made = json.loads(run("backup", "--home", home, "--json").output)
    flip(Path(made["place"]) / "home" / "clinic.duckdb")
    checked = run("backup", "--home", home, "--check")
    assert checked.exit_code == 1
    assert "is no good" in checked.output
    assert "is not what was written" in run("backup", "--home", home, "--list").output
    restored = run("restore", made["place"], "--home", home)
    assert restored.exit_code == 1
    assert "Nothing was changed" in restored.output


def test_keys_that_differ_are_told(home: Path) -> None:
    run("backup", "--home", home)
    mirror = home.parent / "clinic.keys.mirror" / "media"
    next(mirror.glob("*.key")).write_bytes(b"another")
    checked = run("backup", "--home", home, "--check")
    assert checked.exit_code == 1
    assert "does not agree" in checked.output


def test_a_server_that_has_the_store_is_named(clinic: Clinic, tmp_path: Path) -> None:
    found = run("backup", "--home", clinic.home)
    assert found.exit_code == 1
    assert "is open in" in found.output
    assert run("restore", tmp_path, "--home", clinic.home).exit_code == 1


def test_going_on_and_undoing_say_where_the_clinic_is(home: Path) -> None:
    assert "Name the back-up" in run("restore", "--home", home).output
    assert "Nothing of a restore is left" in run("restore", "--home", home, "--finish").output
    undone = run("restore", "--home", home, "--undo")
    assert undone.exit_code == 1
    assert "no unfinished restore" in undone.output
    swapping.building_of(home).mkdir()
    assert "before it was whole" in run("restore", "--home", home, "--finish", "--json").output
    swapping.building_of(home).mkdir()
    assert "before it was whole" in run("backup", "--home", home, "--list").output
    open_clinic(settings_of(home)).close()

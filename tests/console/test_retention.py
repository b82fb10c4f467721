"""`retention` on the console."""

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lib.console.retention import retention
from lib.services.clinic import open_clinic
from tests.conftest import settings_of
from tests.records import add_patient, add_stock, add_treatment
from tests.templates import copy_of

app = typer.Typer()
app.command()(retention)


@pytest.fixture
def home(tmp_path: Path, empty_template: Path) -> Path:
    """Return the home of a clinic, closed: one patient last treated in May 2018, one never."""
    copy_of(empty_template, tmp_path)
    clinic = open_clinic(settings_of(tmp_path / "clinic"))
    treated, _ = add_patient(clinic), add_patient(clinic)
    add_treatment(clinic, treated, add_stock(clinic), date(2018, 5, 2))
    clinic.close()
    return tmp_path / "clinic"


def run(*arguments: object) -> tuple[int, str]:
    """Run the command; return its status and all that it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_json_counts_by_state_and_month(home: Path) -> None:
    status, output = run("--home", home, "--as-of", "2025-05-02", "--json")
    found = json.loads(output)
    assert status == 0
    assert found["counts"]["RETAIN"]["records"] == found["counts"]["REVIEW"]["records"] == 1
    assert found["months"][0] == {
        "month": "2025-05",
        "records": 1,
        "pictures": 0,
        "bytes": 0,
        "by_state": {"DISPOSE_DUE": 1, "PARTIAL": 0, "BLOCKED": 0},
    }
    # Its last day is the day itself: a day later it may go.
    later = json.loads(run("--home", home, "--as-of", "2025-05-03", "--json")[1])
    assert later["counts"]["DISPOSE_DUE"]["records"] == 1


def test_without_json_it_is_read_by_people(home: Path) -> None:
    status, output = run("--home", home)
    assert status == 0
    assert "DISPOSE_DUE" in output
    assert "later" in output


def test_one_patient_is_told_with_the_sentence(home: Path) -> None:
    given = ("--home", home, "--patient", "j00001q", "--as-of", "2026-01-01")
    status, output = run(*given, "--json")
    found = json.loads(output) if status == 0 else output
    assert (status, found["state"], found["retain_until"]) == (0, "DISPOSE_DUE", "2025-05-02")
    assert run(*given) == (0, found["sentence"] + "\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "yesterday"), "yesterday is not a day. Write it as 2026-11-24.\n"),
        (("--patient", "J00001A"), "Nobody has this reference or id. Look at it again"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    home: Path, arguments: tuple[str, ...], said: str
) -> None:
    status, output = run("--home", home, *arguments)
    assert status == 1
    assert output.startswith(said)
    assert output.count("\n") == 1


def test_a_folder_without_a_clinic_is_said(tmp_path: Path) -> None:
    status, output = run("--home", tmp_path)
    assert status == 1
    assert "There is no clinic" in output

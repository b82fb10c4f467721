"""`python -m lib demo`: what it prints, how it exits."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from lib.console.demo import demo
from lib.demo.accounts import PASSWORD
from lib.services.clinic import open_clinic
from lib.settings import Settings

app = typer.Typer()
app.command()(demo)
run = CliRunner()
ARGUMENTS = ["--patients", "40", "--seed", "3", "--as-of", "2026-11-20"]


def test_it_builds_a_clinic_and_names_who_can_sign_in(tmp_path: Path) -> None:
    result = run.invoke(app, ["--home", str(tmp_path / "c"), *ARGUMENTS])
    assert result.exit_code == 0
    assert "is ready: 40 patients" in result.output
    assert "staff, compliance, owner, admin, manager" in result.output
    assert PASSWORD in result.output


def test_json_says_what_was_built(tmp_path: Path) -> None:
    home = tmp_path / "c"
    result = run.invoke(app, ["--home", str(home), *ARGUMENTS, "--json"])
    said = json.loads(result.stdout)
    assert said["rows"].pop("patient") == 40
    assert said == {
        "home": str(home),
        "is_new": True,
        "patients": 40,
        "seed": 3,
        "as_of": "2026-11-20",
        "rows": said["rows"],
    }


def test_a_second_time_it_says_that_nothing_was_changed(tmp_path: Path) -> None:
    arguments = ["--home", str(tmp_path / "c"), *ARGUMENTS]
    run.invoke(app, arguments)
    result = run.invoke(app, arguments)
    assert result.exit_code == 0
    assert "is there already; nothing was changed" in result.output


def test_a_real_clinic_is_refused_with_one_line(tmp_path: Path) -> None:
    open_clinic(Settings(home=tmp_path / "c")).close()
    result = run.invoke(app, ["--home", str(tmp_path / "c"), *ARGUMENTS])
    assert result.exit_code == 1
    assert "not synthetic" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_without_a_day_the_clinic_ends_today(tmp_path: Path) -> None:
    home = tmp_path / "c"
    result = run.invoke(app, ["--home", str(home), "--patients", "5", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["as_of"] == json.loads((home / "DEMO").read_text())["as_of"]

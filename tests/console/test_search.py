"""`search` on the console."""

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lib.console.search import search
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.search.people import register

app = typer.Typer()
app.command()(search)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home of a clinic with two patients, closed."""
    clinic = open_clinic(Settings(home=tmp_path / "clinic"))
    register(
        clinic,
        {"given_names": "Ann", "family_name": "Hart", "born_on": date(1980, 2, 1),
         "external_id": "C7"},
        {"given_names": "Bob", "family_name": "Hart", "deceased_on": date(2020, 1, 1)},
    )  # fmt: skip
    clinic.close()
    return tmp_path / "clinic"


def run(*arguments: object) -> tuple[int, str]:
    """Run the command; return its status and all that it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_a_search_prints_who_was_found_and_why(home: Path) -> None:
    status, output = run("ann hart", "--home", home)
    assert status == 0
    assert "HART, Ann  Born 01-Feb-1980  [given name Ann; family name Hart]" in output


def test_the_deceased_are_marked(home: Path) -> None:
    assert "HART, Bob  Born Not known (deceased)" in run("bob", "--home", home)[1]


def test_json_has_everything_a_program_needs(home: Path) -> None:
    status, output = run("ann", "--home", home, "--json")
    found = json.loads(output)
    assert status == 0
    assert found["query"] == "ann"
    assert found["milliseconds"] >= 0
    (result,) = found["results"]
    assert set(result) == {"patient_id", "reference", "external_id", "score", "why"}
    assert result["external_id"] == "C7"


def test_a_file_of_queries_gives_a_line_for_each(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("ann\nnobody\n\nhart 1980\n", "utf-8")
    status, output = run("--queries", file, "--home", home)
    lines = [json.loads(line) for line in output.splitlines()]
    assert status == 0
    assert [line["query"] for line in lines] == ["ann", "nobody", "", "hart 1980"]
    assert [len(line["results"]) for line in lines] == [1, 0, 0, 2]


def test_the_search_is_in_the_audit_trail_as_the_console(home: Path) -> None:
    run("ann", "--home", home)
    clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        entries = cursor.execute("SELECT action, address FROM audit_entry").fetchall()
    clinic.close()
    assert ("patient shown in search", "console") in entries


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give either"),
        (("ann", "--queries", "x"), "Give either"),
        (("--queries", "/nowhere/at/all"), "There is no file"),
    ],
)
def test_a_wrong_call_ends_with_one_clear_line(
    home: Path, arguments: tuple[str, ...], message: str
) -> None:
    status, output = run(*arguments, "--home", home)
    assert status == 1
    assert output.startswith(message)
    assert len(output.splitlines()) == 1


def test_a_file_that_is_not_text_is_refused(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.bin"
    file.write_bytes(b"\xff\xfe\x00\x81")
    assert run("--queries", file, "--home", home)[0] == 1


def test_a_home_without_a_clinic_is_refused(tmp_path: Path) -> None:
    status, output = run("ann", "--home", tmp_path / "nothing")
    assert status == 1
    assert "There is no clinic in" in output

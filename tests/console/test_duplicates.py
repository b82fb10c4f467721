"""`duplicates` on the console, and how much of Febrl's corrupted people it finds."""

import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lib.console.duplicates import duplicates
from lib.console.opening import console_actor
from lib.services import imports
from lib.services.clinic import open_clinic
from lib.services.imports import Order, Source
from lib.settings import Settings

DATA = Path(__file__).resolve().parents[1] / "data"
app = typer.Typer()
app.command()(duplicates)


def run(*arguments: object) -> tuple[int, str]:
    """Run the command; return its status and all that it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def imported(home: Path, name: str) -> Path:
    """Return the home of a clinic whose patients are a Febrl file."""
    clinic = open_clinic(Settings(home=home))
    content = (DATA / f"{name}.csv").read_bytes()
    imports.run(clinic, console_actor(), Source(content), Order(partial=True))
    clinic.close()
    return home


def on_file(home: Path) -> list[str]:
    clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        rows = cursor.execute("SELECT external_id FROM patient_external_id").fetchall()
    clinic.close()
    return [number for (number,) in rows]


def test_febrl2_is_found_by_its_external_ids(tmp_path: Path) -> None:
    """The clinic's promise: 97 % of the pairs, of whole clusters too, and 99 % of them right."""
    home = imported(tmp_path / "clinic", "febrl2")
    groups = defaultdict(list)
    for number in sorted(on_file(home)):
        groups[number.split("-")[1]].append(number)
    truth = {pair for group in groups.values() for pair in combinations(group, 2)}
    status, output = run("--home", home, "--json")
    assert status == 0
    listed = {tuple(sorted(pair["external_ids"])) for pair in json.loads(output)["pairs"]}
    assert len(listed & truth) / len(truth) >= 0.985
    assert len(listed & truth) / len(listed) >= 0.995


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a clinic with Febrl's first file."""
    return imported(tmp_path_factory.mktemp("febrl1") / "clinic", "febrl1")


def test_json_has_both_records_the_probability_and_the_evidence(home: Path) -> None:
    status, output = run("--home", home, "--json")
    told = json.loads(output)
    assert status == 0
    assert told["patients"] == 997
    first = told["pairs"][0]
    assert set(first) == {
        "pair_id", "probability", "state", "external_ids", "patients", "evidence",
    }  # fmt: skip
    assert first["state"] == "open"
    assert 0.5 <= first["probability"] < 1
    one, _ = first["patients"]
    assert set(one) == {"patient_id", "reference", "external_ids"}
    assert one["external_ids"] == [{"system": "import", "external_id": first["external_ids"][0]}]
    assert {"compared", "agreement", "reason", "weight"} == set(first["evidence"][0])
    chances = [pair["probability"] for pair in told["pairs"]]
    assert chances == sorted(chances, reverse=True)


def test_people_get_counts_and_the_first_pairs(home: Path) -> None:
    status, output = run("--home", home)
    lines = output.splitlines()
    assert status == 0
    assert lines[0].startswith("Compared 997 records in ")
    assert "to review, 0 of them new." in lines[0]
    assert len(lines) == 52
    assert "--json gives all of them" in lines[-1]


def test_a_folder_without_a_clinic_is_an_error(tmp_path: Path) -> None:
    status, output = run("--home", tmp_path / "nowhere")
    assert status == 1
    assert "There is no clinic in" in output

"""`python -m lib import DIR --kind media` as a person types it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lib.console.import_ import import_
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.pictures import jpeg
from tests.records import add_patient, write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home of a clinic with one patient, whose id elsewhere is 7."""
    folder = tmp_path / "clinic"
    clinic = open_clinic(Settings(home=folder))
    key = add_patient(clinic)
    write(clinic, "patient_external_id", system="old", external_id="7", patient_id=key)
    clinic.close()
    return folder


def run(home: Path, text: str, *options: str) -> Result:
    folder = home.parent / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / "one.jpg").write_bytes(jpeg(1))
    (folder / "manifest.csv").write_text(text, "utf-8")
    app = typer.Typer()
    app.command()(import_)
    return CliRunner().invoke(app, [str(folder), "--home", str(home), "--kind", "media", *options])


def test_a_folder_is_brought_in_and_told_and_again_adds_nothing(home: Path) -> None:
    done = run(home, "file,patient id\none.jpg,7\n")
    assert done.exit_code == 0
    assert "Read 1 rows. Were added 1, changed 0, unchanged 0, rejected 0." in done.stdout
    again = run(home, "file,patient id\none.jpg,7\n")
    assert "Were added 0, changed 0, unchanged 1, rejected 0." in again.stdout


def test_a_picture_of_nobody_who_is_certain_is_put_to_review(home: Path) -> None:
    done = run(home, "file,patient name\none.jpg,Jo Stranger\n")
    assert done.exit_code == 0
    assert "Were added 0, changed 0, unchanged 0, rejected 0, put to review 1." in done.stdout
    assert (
        "Note: Pictures of nobody who is surely one patient; see Import review: 1." in done.stdout
    )
    told = json.loads(run(home, "file,patient name\none.jpg,Jo Stranger\n", "--json").stdout)
    assert (told["waiting"], told["added"], told["written"]) == (1, 0, True)


def test_rejected_rows_end_with_a_line_and_a_status(home: Path) -> None:
    done = run(home, "file,patient id\none.jpg,7\ntwo.jpg,7\n")
    assert done.exit_code == 1
    assert "Line 3, file: there is no such file in the folder." in done.stdout
    assert done.stderr.startswith("The file was refused and nothing was changed: 1 row rejected.")
    partly = run(home, "file,patient id\none.jpg,7\ntwo.jpg,7\n", "--partial", "--json")
    told = json.loads(partly.stdout)
    assert (told["added"], told["rows_rejected"], told["written"]) == (1, 1, True)


def test_a_damaged_file_leaves_the_others_in_and_says_so(home: Path) -> None:
    folder = home.parent / "pictures"
    folder.mkdir()
    (folder / "bad.jpg").write_bytes(jpeg(2)[:9_000])
    done = run(home, "file,patient id\none.jpg,7\nbad.jpg,7\n")
    assert done.exit_code == 1
    assert done.stderr.startswith("The others are in: 1 row rejected.")


def test_a_mapping_says_which_column_is_which(home: Path) -> None:
    mapping = home.parent / "mapping.json"
    mapping.write_text(json.dumps({"Bild": "file", "Wer": "patient's id in the other system"}))
    done = run(home, "Bild,Wer\none.jpg,7\n", "--mapping", str(mapping), "--dry-run")
    assert "Would be added 1" in done.stdout


def test_a_folder_without_a_manifest_is_refused_in_one_line(home: Path) -> None:
    app = typer.Typer()
    app.command()(import_)
    options = [str(home.parent), "--home", str(home), "--kind", "media"]
    done = CliRunner().invoke(app, options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no manifest.csv in ")

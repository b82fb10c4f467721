"""`python -m lib import` as a person types it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lib.console.import_ import import_
from lib.services.clinic import open_clinic
from lib.settings import Settings

GOOD = "id,first_name,last_name,mobile\n1,Zoë,O'Brien,07700 900123\n2,Ann,Lee,\n"
BAD = GOOD + "3,Bob,Roe,12\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home of an empty clinic that nobody has open."""
    folder = tmp_path / "clinic"
    open_clinic(Settings(home=folder)).close()
    return folder


def run(home: Path, text: str, *options: str) -> Result:
    file = home.parent / "patients.csv"
    file.write_text(text, encoding="utf-8")
    app = typer.Typer()
    app.command()(import_)
    return CliRunner().invoke(app, [str(file), "--home", str(home), "--kind", "patients", *options])


def test_a_good_file_is_imported_and_told(home: Path) -> None:
    done = run(home, GOOD)
    assert done.exit_code == 0
    assert "Read 2 rows. Were added 2, changed 0, unchanged 0, rejected 0." in done.stdout


def test_json_tells_everything(home: Path) -> None:
    told = json.loads(run(home, BAD, "--partial", "--json").stdout)
    assert (told["rows_read"], told["added"], told["rows_rejected"]) == (3, 2, 1)
    assert told["rejected"] == [
        {
            "line": 4,
            "column": "mobile",
            "value": "12",
            "reason": "this is not a phone number that can be dialled",
        }
    ]
    assert told["written"]
    assert json.loads(run(home, BAD, "--partial", "--json").stdout)["unchanged"] == 2


def test_a_rejected_row_refuses_the_file_with_one_line_and_a_status(home: Path) -> None:
    done = run(home, BAD)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "1 row rejected" in done.stderr
    assert "Line 4, mobile" in done.stdout
    assert "Were added 0" in done.stdout


def test_consents_are_brought_in_with_every_refusal_told(home: Path) -> None:
    run(home, GOOD)
    text = (
        "patient id,purpose,channel,decision,date,form,evidence\n"
        "1,Marketing,sms,opt out,03/02/2025,,\n"
        "2,Marketing,sms,opt in,03/02/2025,Keeping in touch,\n"
    )
    told = json.loads(run(home, text, "--kind", "consents", "--partial", "--json").stdout)
    assert (told["added"], told["rows_rejected"]) == (1, 1)
    assert told["rejected"][0]["column"] == "evidence"


def test_a_dry_run_stores_nothing(home: Path) -> None:
    assert "Would be added 2" in run(home, GOOD, "--dry-run").stdout
    assert json.loads(run(home, GOOD, "--dry-run", "--json").stdout)["added"] == 2


def test_a_mapping_file_says_which_column_is_what(home: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"columns": {"Nachname": "family name"}}', encoding="utf-8")
    done = run(home, "Nachname,Farbe\nLee,rot\n", "--mapping", str(mapping))
    assert done.exit_code == 0
    assert "Columns not taken in: Farbe." in done.stdout


@pytest.mark.parametrize(
    ("text", "words"), [("", "empty"), ("colour\nred\n", "No column holds a name")]
)
def test_what_cannot_be_imported_ends_with_one_clear_line(
    home: Path, text: str, words: str
) -> None:
    done = run(home, text)
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_told(home: Path) -> None:
    app = typer.Typer()
    app.command()(import_)
    done = CliRunner().invoke(app, ["nowhere.csv", "--home", str(home)])
    assert (done.exit_code, "cannot be read" in done.stderr) == (1, True)


def test_warnings_and_many_faults_are_summed_up(home: Path) -> None:
    lines = "".join(f"{number},A,B,12\n" for number in range(30))
    done = run(home, "id,first_name,last_name,mobile\n,,,\n" + lines, "--partial")
    assert "Note: 1 empty row was passed over." in done.stdout
    assert "… and 10 more" in done.stdout


def test_on_a_terminal_a_bar_shows_the_progress(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(GOOD, encoding="utf-8")
    code = "import typer; from lib.console.import_ import import_; typer.run(import_)"
    main, end = pty.openpty()
    command = [sys.executable, "-c", code, str(file), "--home", str(home)]
    done = subprocess.run(command, stderr=end, stdout=subprocess.PIPE, check=False, text=True)
    os.close(end)
    shown = os.read(main, 65536).decode("utf-8", "replace")
    os.close(main)
    assert done.returncode == 0
    assert "added 2" in done.stdout
    assert "patients" in shown or "trail" in shown or "file" in shown


def test_each_kind_is_imported_and_what_waits_is_told(home: Path, tmp_path: Path) -> None:
    run(home, GOOD)
    app = typer.Typer()
    app.command()(import_)
    files = {
        "products": "product,category,lot\nVelaxin,toxin,V1\n",
        "treatments": "client id,date,treatment,product\n1,25/10/2025,Botox,Velaxin\n"
        "77,26/10/2025,Botox,Velaxin\n",
        "history": "client id,kind,entry\n1,allergy,Latex\n",
    }
    for kind, text in files.items():
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        options = ["--home", str(home), "--kind", kind]
        told = CliRunner().invoke(app, [str(file), *options, "--dry-run"])
        assert told.exit_code == 0
        done = json.loads(CliRunner().invoke(app, [str(file), *options, "--json"]).stdout)
        assert (done["added"], done["written"]) == (1, True)
        assert done["waiting"] == (1 if kind == "treatments" else 0)
    told = CliRunner().invoke(
        app, [str(tmp_path / "treatments.csv"), *options[:2], "--kind", "treatments"]
    )
    assert "unchanged 1, rejected 0, put to review 1." in told.stdout


def test_a_mapping_is_of_its_kind(home: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"Was": "date of treatment"}', encoding="utf-8")
    assert "not a field we know" in run(home, GOOD, "--mapping", str(mapping)).stderr

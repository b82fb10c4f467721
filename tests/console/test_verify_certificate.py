"""`verify --certificate`: one certificate of disposal, alone or against its clinic."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lib.console.verify import verify
from lib.domain.access import Role
from lib.services.clinic import open_clinic
from lib.services.disposal import certificates
from tests.conftest import actor_with, settings_of
from tests.records import NOW
from tests.services.disposal import known as someone
from tests.services.disposal.cases import collected_case, take_out
from tests.templates import copy_of

app = typer.Typer()
app.command()(verify)


@pytest.fixture
def issued(tmp_path: Path, empty_template: Path) -> tuple[Path, Path]:
    """Return a closed clinic that has issued a certificate, and the file of it."""
    home = copy_of(empty_template, tmp_path)
    clinic = open_clinic(settings_of(home))
    known = someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id)
    certificates.issue(clinic, case_id, now=NOW)
    file = tmp_path / "certificate.json"
    file.write_bytes(certificates.download(clinic, actor_with(Role.OWNER), case_id).content)
    clinic.close()
    return home, file


def run(*arguments: object) -> tuple[int, str]:
    """Run the command; return its status and all that it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_a_certificate_is_whole_alone_and_against_its_clinic(issued: tuple[Path, Path]) -> None:
    home, file = issued

    alone, against = run("--certificate", file), run("--certificate", file, "--home", home)

    assert (alone[0], against[0]) == (0, 0)
    assert "Certificate C-000001 is whole" in alone[1]
    assert "the one that this clinic keeps" in against[1]
    status, said = run("--home", home, "--json")
    assert (status, json.loads(said)["certificates"]) == (
        0,
        {"certificates": 1, "faults": [], "is_whole": True},
    )
    assert "Every certificate of disposal is the one that was signed." in run("--home", home)[1]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_one_changed_figure_ends_with_status_1(issued: tuple[Path, Path], form: list[str]) -> None:
    _, file = issued
    kept = json.loads(file.read_text("utf-8"))
    kept["certificate"]["items"] = ["D-000001", "D-000002"]
    file.write_text(json.dumps(kept), "utf-8")

    status, said = run("--certificate", file, *form)

    assert status == 1
    assert "its content is not the one that its hash was made of" in said
    assert len(said.strip().splitlines()) == 1


def test_a_file_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7")

    assert run("--certificate", file) == (
        1,
        f"The file {file} cannot be read as a certificate: it is not a certificate of disposal.\n",
    )


def test_a_certificate_changed_in_the_store_is_told(issued: tuple[Path, Path]) -> None:
    home, file = issued
    clinic = open_clinic(settings_of(home))
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE disposal_certificate SET content = '{}'")
    )
    clinic.close()

    assert run("--certificate", file, "--home", home)[0] == 1
    status, said = run("--home", home)
    assert status == 1
    assert "FAULT: certificate C-000001: its content is not the one" in said


def test_without_a_home_or_a_file_it_says_what_is_needed() -> None:
    status, said = run()

    assert status == 2
    assert "--certificate" in said

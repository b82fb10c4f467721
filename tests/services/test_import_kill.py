"""A killed import leaves the old state or the new one, never a part (kill -9, repeated)."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lib.domain import audit
from lib.domain.audit import Entry
from lib.imports.kinds import Kind
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store.audit import COLUMNS

ROWS = 3_000
CHILD = """
import sys
from pathlib import Path
from lib.console.opening import console_actor
from lib.services.clinic import open_clinic
from lib.services.imports import Kind, Order, Source, run
from lib.settings import Settings

clinic = open_clinic(Settings(home=Path(sys.argv[1])))
source = Source(Path(sys.argv[2]).read_bytes(), kind=Kind(sys.argv[3]))
run(clinic, console_actor(), source, Order(), lambda told: print(told.stage, flush=True))
print("acknowledged", flush=True)
sys.stdin.read()
"""
CHECKING, COMPARING, ADDING = (
    "Checking values",
    "Comparing with the patients we have",
    "Adding patients",
)
TRAIL, ACKNOWLEDGED = "Writing the audit trail", "acknowledged"
# The word after which the process is killed, and how long it is let go on first.
KILLS = [
    *((CHECKING, 0.0), (COMPARING, 0.0), (ADDING, 0.0), (ADDING, 0.03), (ADDING, 0.1)),
    *((TRAIL, 0.0), (TRAIL, 0.02), (TRAIL, 0.05), (TRAIL, 0.1), (TRAIL, 0.2)),
    (ACKNOWLEDGED, 0.0),
]


TABLES = {
    Kind.PATIENTS: (
        *("patient", "patient_phone", "patient_email", "patient_external_id", "import_row"),
    ),
    Kind.TREATMENTS: ("treatment", "treatment_item", "treatment_external_id"),
}
ADDED = {Kind.PATIENTS: "patient added", Kind.TREATMENTS: "treatment added"}
ADDING_TREATMENTS = "Adding treatments"
TREATMENT_KILLS = [
    *((COMPARING, 0.0), (ADDING_TREATMENTS, 0.0), (ADDING_TREATMENTS, 0.03)),
    *((ADDING_TREATMENTS, 0.1), (TRAIL, 0.0), (TRAIL, 0.03), (TRAIL, 0.1), (ACKNOWLEDGED, 0.0)),
]


def write_file(file: Path, batch: int) -> None:
    lines = (
        f"{batch}-{number},Ann,Lee {number},07700 9{number:05},a{number}@example.com"
        for number in range(ROWS)
    )
    file.write_text("id,first_name,last_name,mobile,email\n" + "\n".join(lines) + "\n", "utf-8")


def killed_import(home: Path, file: Path, kind: Kind, word: str, delay: float) -> bool:
    """Start an import in another process, kill it, and tell whether it was acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), str(file), kind.value],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said = ""
    for line in child.stdout:
        said = line.strip()
        if said == word:
            break
    assert said == word
    with suppress(subprocess.TimeoutExpired):
        child.wait(delay)
    child.kill()
    rest = child.stdout.read()
    child.wait()
    return ACKNOWLEDGED in (said, *rest.split("\n"))


def state(home: Path, kind: Kind) -> dict[str, Any]:
    clinic = open_clinic(Settings(home=home))
    try:
        with clinic.store.reading() as cursor:
            counts = {
                table: cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
                for table in TABLES[kind]
            }
            runs = cursor.execute(
                "SELECT sum(rows_added) FROM import_run WHERE kind = ?", [kind.value]
            ).fetchall()[0][0]
            found = cursor.execute(
                f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position"  # noqa: S608
            ).fetchall()
    finally:
        clinic.close()
    entries = [Entry(*row) for row in found]
    added = sum(entry.action == ADDED[kind] for entry in entries)
    return {**counts, "runs": int(runs or 0), "added": added, "faults": faults(entries)}


def faults(entries: list[Entry]) -> list[str]:
    found, chain, previous, position = [], None, audit.GENESIS, 0
    for entry in entries:
        if entry.chain_id != chain:
            chain, previous, position = entry.chain_id, audit.GENESIS, 0
        fault = audit.fault_of(entry, expected_position=position, expected_previous=previous)
        found.extend([fault] if fault else [])
        previous, position = entry.entry_hash, position + 1
    return found


@pytest.mark.slow
def test_a_killed_import_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    home, file = tmp_path / "clinic", tmp_path / "patients.csv"
    open_clinic(Settings(home=home)).close()
    before = 0
    outcomes = set()
    for batch, (word, delay) in enumerate(KILLS):
        write_file(file, batch)
        is_acknowledged = killed_import(home, file, Kind.PATIENTS, word, delay)
        found = state(home, Kind.PATIENTS)
        patients = found["patient"]
        assert patients in {before, before + ROWS}
        assert not is_acknowledged or patients == before + ROWS
        assert found == {**dict.fromkeys(found, patients), "faults": []}
        outcomes.add(patients > before)
        before = patients
    assert outcomes == {True, False}


def write_treatments(file: Path, batch: int) -> None:
    """Write one treatment with a lot of its own for each patient of the first batch."""
    lines = (
        f"0-{number},Ann,Lee {number},{batch}-{number},25/10/2025,Peel,Serum,L{batch},face,1 ml"
        for number in range(ROWS)
    )
    header = "patient id,first name,surname,treatment id,date,treatment,product,lot,area,dose\n"
    file.write_text(header + "\n".join(lines) + "\n", "utf-8")


@pytest.mark.slow
def test_a_killed_import_of_treatments_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    home, file = tmp_path / "clinic", tmp_path / "file.csv"
    open_clinic(Settings(home=home)).close()
    write_file(file, 0)
    assert killed_import(home, file, Kind.PATIENTS, ACKNOWLEDGED, 0.0)
    before = 0
    outcomes = set()
    for batch, (word, delay) in enumerate(TREATMENT_KILLS):
        write_treatments(file, batch)
        is_acknowledged = killed_import(home, file, Kind.TREATMENTS, word, delay)
        found = state(home, Kind.TREATMENTS)
        treatments = found["treatment"]
        assert treatments in {before, before + ROWS}
        assert not is_acknowledged or treatments == before + ROWS
        assert found == {**dict.fromkeys(found, treatments), "faults": []}
        outcomes.add(treatments > before)
        before = treatments
    assert outcomes == {True, False}

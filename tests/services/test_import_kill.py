"""A killed import leaves the old state or the new one, never a part (kill -9, repeated)."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lib.domain import audit
from lib.domain.audit import Entry
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store.audit import COLUMNS

ROWS = 3_000
CHILD = """
import sys
from pathlib import Path
from lib.console.opening import console_actor
from lib.services.clinic import open_clinic
from lib.services.imports import Order, Source, run
from lib.settings import Settings

clinic = open_clinic(Settings(home=Path(sys.argv[1])))
source = Source(Path(sys.argv[2]).read_bytes())
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


def write_file(file: Path, batch: int) -> None:
    lines = (
        f"{batch}-{number},Ann,Lee {number},07700 9{number:05},a{number}@example.com"
        for number in range(ROWS)
    )
    file.write_text("id,first_name,last_name,mobile,email\n" + "\n".join(lines) + "\n", "utf-8")


def killed_import(home: Path, file: Path, word: str, delay: float) -> bool:
    """Start an import in another process, kill it, and tell whether it was acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), str(file)],
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


def state(home: Path) -> dict[str, Any]:
    clinic = open_clinic(Settings(home=home))
    try:
        with clinic.store.reading() as cursor:
            tables = (
                "patient",
                "patient_phone",
                "patient_email",
                "patient_external_id",
                "import_row",
            )
            counts = {
                table: cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
                for table in tables
            }
            runs = cursor.execute("SELECT sum(rows_added) FROM import_run").fetchall()[0][0]
            found = cursor.execute(
                f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position"  # noqa: S608
            ).fetchall()
    finally:
        clinic.close()
    entries = [Entry(*row) for row in found]
    added = sum(entry.action == "patient added" for entry in entries)
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
        is_acknowledged = killed_import(home, file, word, delay)
        found = state(home)
        patients = found["patient"]
        assert patients in {before, before + ROWS}
        assert not is_acknowledged or patients == before + ROWS
        assert found == {**dict.fromkeys(found, patients), "faults": []}
        outcomes.add(patients > before)
        before = patients
    assert outcomes == {True, False}

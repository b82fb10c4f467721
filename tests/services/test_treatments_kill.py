"""A process killed while it saves leaves each treatment whole or not at all (kill -9, repeated)."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lib.domain.audit import Entry
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from lib.store.audit import COLUMNS
from tests.records import add_patient, add_stock
from tests.services.test_import_kill import faults

CHILD = """
import sys
from pathlib import Path
import uuid_utils.compat as uuid7s
from uuid import UUID
from lib.services import treatments
from lib.services.clinic import open_clinic
from lib.services.treatments import NewTreatment
from lib.settings import Settings
from tests.conftest import actor_with
from lib.domain.access import Role
from tests.records import NOW, TODAY, Stock
from tests.services.test_treatments import typed

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
stock, patient_id = Stock(*map(UUID, sys.argv[2:7])), UUID(sys.argv[7])
print("ready", flush=True)
while True:
    wanted = NewTreatment(uuid7s.uuid7(), patient_id, typed(stock))
    treatments.record(clinic, actor_with(Role.STAFF), wanted, now=NOW, as_of=TODAY)
    print(wanted.treatment_id, flush=True)
"""
KILLS = (0.05, 0.11, 0.23, 0.31, 0.42)
WHOLE = """
SELECT CAST(t.treatment_id AS VARCHAR), count(DISTINCT i.treatment_item_id),
    count(DISTINCT p.treatment_point_id)
FROM treatment AS t
LEFT JOIN treatment_item AS i ON i.treatment_id = t.treatment_id
LEFT JOIN treatment_point AS p ON p.treatment_id = t.treatment_id
GROUP BY t.treatment_id
"""


def killed(arguments: list[str], delay: float) -> list[str]:
    """Let another process save treatments, kill it, and return what it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "ready"
    first = child.stdout.readline()
    # Then at any point of the ones that follow.
    time.sleep(delay)
    child.kill()
    rest = first + child.stdout.read()
    child.wait()
    # The last line may have been cut off.
    return [line for line in rest.split("\n")[:-1] if line]


def state(clinic: Clinic) -> tuple[dict[str, tuple[int, int]], list[Entry]]:
    with clinic.store.reading() as cursor:
        rows = {key: (items, points) for key, items, points in cursor.execute(WHOLE).fetchall()}
        sql = f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position"  # noqa: S608
        return rows, [Entry(*row) for row in cursor.execute(sql).fetchall()]


@pytest.mark.slow
def test_a_treatment_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    home = tmp_path / "clinic"
    clinic = open_clinic(Settings(home=home, threads=1))
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    clinic.close()
    keys = [str(getattr(stock, name)) for name in stock.__slots__]
    acknowledged: list[str] = []
    for delay in KILLS:
        acknowledged += killed([str(home), *keys, str(patient_id)], delay)
        clinic = open_clinic(Settings(home=home, threads=1))
        rows, entries = state(clinic)
        clinic.close()
        assert set(acknowledged) <= set(rows)
        assert set(rows.values()) <= {(2, 5)}
        added = [entry for entry in entries if entry.action == "treatment added"]
        assert {str(entry.subject_id) for entry in added} == set(rows)
        assert faults(entries) == []
    assert acknowledged

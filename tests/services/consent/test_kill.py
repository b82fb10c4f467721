"""A withdrawal that was acknowledged is there whole after kill -9; none is there in part."""

import subprocess
import sys
from pathlib import Path

import pytest

from lib.domain.audit import Entry
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store.audit import COLUMNS
from tests.services.test_import_kill import faults

KILLS = 3
ROUNDS = 5
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import uuid_utils.compat as uuid7s
from lib.domain.consent import Decision
from lib.services.clinic import open_clinic
from lib.services.consent import events
from lib.settings import Settings
from tests.conftest import Role, actor_with
from tests.consents import BY_EMAIL, EDUCATION, answer, receipt
from tests.records import add_patient

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
actor = actor_with(Role.STAFF)
while True:
    now = datetime.now(UTC).replace(tzinfo=None)
    said = receipt(add_patient(clinic), now=now)
    answers = [answer(topic, Decision.WITHDRAWN) for topic in (EDUCATION, BY_EMAIL)]
    events.record(clinic, actor, said, answers)
    print(said.patient_id, flush=True)
"""
# Two events, what stands of them and one letter belong together, or there is none of them.
TOGETHER = """
SELECT CAST(e.patient_id AS VARCHAR), count(*), max(s.number), max(t.number)
FROM consent_event AS e
LEFT JOIN (
    SELECT patient_id, count(*) AS number FROM consent_standing GROUP BY patient_id
) AS s ON s.patient_id = e.patient_id
LEFT JOIN (
    SELECT patient_id, count(*) AS number FROM consent_task GROUP BY patient_id
) AS t ON t.patient_id = e.patient_id
GROUP BY e.patient_id
"""
COUNTS = "SELECT (SELECT count(*) FROM consent_standing), (SELECT count(*) FROM consent_task)"


def killed(home: Path) -> set[str]:
    """Withdraw in another process until it is killed; return who was acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [next(child.stdout) for _ in range(ROUNDS)]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    return {line.strip() for line in said if line.endswith("\n")}


@pytest.mark.slow
def test_no_withdrawal_is_there_in_part(tmp_path: Path) -> None:
    home = tmp_path / "clinic"
    open_clinic(Settings(home=home)).close()
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        acknowledged |= killed(home)
        clinic = open_clinic(Settings(home=home, threads=1))
        with clinic.store.reading() as cursor:
            found = cursor.execute(TOGETHER).fetchall()
            counts = cursor.execute(COUNTS).fetchall()
            sql = f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position"  # noqa: S608
            trail = [Entry(*row) for row in cursor.execute(sql).fetchall()]
        clinic.close()
        assert acknowledged <= {row[0] for row in found}
        assert {row[1:] for row in found} == {(2, 2, 1)}
        assert counts == [(2 * len(found), len(found))]
        withdrawn = sum(entry.action == "consent withdrawn" for entry in trail)
        assert (withdrawn, faults(trail)) == (2 * len(found), [])

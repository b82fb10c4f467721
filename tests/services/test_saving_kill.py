"""What a save acknowledged is there after kill -9, whole, and no save is there in part."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib.domain.audit import Entry
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store.audit import COLUMNS
from tests.services.test_import_kill import faults

KILLS = 6
# How many acknowledged rounds are waited for before the process is killed, in its next round.
ROUNDS = 4
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import uuid_utils.compat as uuid7s
from lib.domain.details import typed_of
from lib.domain.history import Kind
from lib.services import details, drafts, history, registration
from lib.services.clinic import open_clinic
from lib.services.details import About, Change
from lib.services.drafts import Form, Subject
from lib.services.history import NewEntry
from lib.services.registration import Wanted
from lib.settings import Settings
from tests.conftest import Role, actor_with

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
actor = actor_with(Role.STAFF)
while True:
    now = datetime.now(UTC).replace(tzinfo=None)
    on = now.date()
    typed = {"family_name": "Hart", "given_names": "Anna", "phones": "07700 900123"}
    drafts.keep(clinic, actor, Subject(Form.REGISTER), typed, now=now)
    wanted = Wanted(uuid7s.uuid7(), typed)
    saved = registration.register(clinic, actor, wanted, now=now, as_of=on)
    print(f"patient {saved.patient_id}", flush=True)
    entry = NewEntry(uuid7s.uuid7(), saved.patient_id, Kind.ALLERGY, {"name": "Latex"})
    history.add(clinic, actor, entry, now=now, as_of=on)
    print(f"entry {entry.entry_id}", flush=True)
    about = About(saved.patient_id, now, on)
    (version,) = details.overview(clinic, actor, about).versions
    base = typed_of(version)
    changed = Change(base, {**base, "family_name": "Okafor"}, "married", version.version)
    details.change(clinic, actor, about, changed)
    print(f"version {saved.patient_id}", flush=True)
"""
KEPT = {
    "patient": "SELECT CAST(patient_id AS VARCHAR) FROM patient",
    "entry": "SELECT CAST(entry_id AS VARCHAR) FROM history_entry",
    "version": "SELECT CAST(patient_id AS VARCHAR) FROM patient_version",
}
# Rows that must come together, each in the one transaction of its save.
WHOLE = {
    "a patient without the number that was saved with it": """
        SELECT count(*) FROM patient AS p
        WHERE NOT EXISTS (SELECT 1 FROM patient_phone AS n WHERE n.patient_id = p.patient_id)
    """,
    "a former name without its version": """
        SELECT count(*) FROM patient_name AS n
        WHERE NOT EXISTS (SELECT 1 FROM patient_version AS v WHERE v.patient_id = n.patient_id)
    """,
    "a new name without its version": """
        SELECT count(*) FROM patient AS p
        WHERE (p.family_name = 'Okafor') <> EXISTS (
            SELECT 1 FROM patient_version AS v WHERE v.patient_id = p.patient_id
        )
    """,
}


def killed_saves(home: Path) -> dict[str, set[str]]:
    """Save in another process until it is killed; return what it had acknowledged, by kind."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [next(child.stdout) for _ in range(ROUNDS * len(KEPT))]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    found: dict[str, set[str]] = {kind: set() for kind in KEPT}
    # A line that the kill cut off acknowledges nothing.
    for kind, key in (line.split() for line in said if line.endswith("\n")):
        found[kind].add(key)
    return found


def state(home: Path) -> dict[str, Any]:
    clinic = open_clinic(Settings(home=home, threads=1))
    try:
        with clinic.store.reading() as cursor:
            kept = {
                kind: {row[0] for row in cursor.execute(sql).fetchall()}
                for kind, sql in KEPT.items()
            }
            torn = {name: cursor.execute(sql).fetchall() for name, sql in WHOLE.items()}
            sql = f"SELECT {COLUMNS} FROM audit_entry ORDER BY chain_id, position"  # noqa: S608
            trail = [Entry(*row) for row in cursor.execute(sql).fetchall()]
    finally:
        clinic.close()
    added = sum(entry.action == "patient added" for entry in trail)
    return {"kept": kept, "torn": torn, "added": added, "faults": faults(trail)}


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    home = tmp_path / "clinic"
    open_clinic(Settings(home=home)).close()
    acknowledged: dict[str, set[str]] = {kind: set() for kind in KEPT}
    for _ in range(KILLS):
        for kind, keys in killed_saves(home).items():
            acknowledged[kind] |= keys
        found = state(home)
        lost = {kind: acknowledged[kind] - found["kept"][kind] for kind in KEPT}
        assert lost == {kind: set() for kind in KEPT}
        assert found["torn"] == {name: [(0,)] for name in WHOLE}
        # Each save is in the trail exactly when it is in the store.
        assert (found["added"], found["faults"]) == (len(found["kept"]["patient"]), [])

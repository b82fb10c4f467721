"""A signature that was acknowledged is there after kill -9, whole, and none is there in part."""

import subprocess
import sys
from pathlib import Path

from lib.domain.access import Actor
from lib.media.evidence import EvidenceFiles
from lib.services.clinic import open_clinic
from lib.services.consent import evidence, verifying
from lib.settings import Settings
from lib.store import consent_captures, consent_evidence

ROUNDS = 6
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import uuid_utils.compat as uuid7s
from lib.services.clinic import open_clinic
from lib.services.consent import capturing, evidence
from lib.settings import Settings
from tests.conftest import Role, actor_with
from tests.records import add_patient
from tests.services.consent.test_capturing import signing, version
from tests.services.consent.test_evidence import attached, upload

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
actor, patient_id, form = actor_with(Role.STAFF), add_patient(clinic), version(clinic)
while True:
    now = datetime.now(UTC).replace(tzinfo=None)
    key = capturing.capture(clinic, actor, signing(patient_id, form), now=now)
    print(f"signed {key}", flush=True)
    key = upload(clinic, actor, b"From: a@example.com\\r\\n\\r\\nPlease stop.\\r\\n")
    evidence.add_file(clinic, actor, attached(key, patient_id))
    print(f"file {key}", flush=True)
"""


def test_what_was_signed_and_attached_survives_a_kill_whole(
    tmp_path: Path, compliance: Actor
) -> None:
    home = tmp_path / "clinic"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [next(child.stdout) for _ in range(2 * ROUNDS + 1)]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    told = [line.split() for line in said if line.endswith("\n")]
    clinic = open_clinic(Settings(home=home, threads=1))
    try:
        evidence.sweep(clinic)
        with clinic.store.reading() as cursor:
            signed = {str(key) for key in consent_captures.list_capture_ids(cursor)}
            files = {str(key) for key in consent_evidence.list_files(cursor)}
        placed = {str(key) for key in EvidenceFiles(home).placed()}
        found = verifying.verify(clinic, compliance)
    finally:
        clinic.close()
    assert {key for kind, key in told if kind == "signed"} <= signed
    assert {key for kind, key in told if kind == "file"} <= files
    assert (placed, found.faults) == (files, ())

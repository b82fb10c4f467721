"""A clinic of a million patients with their consents; built once from a smaller one, over and over.

Each copy has ids of its own. Tables that no overview of consent reads are not copied.
"""

import shutil
from pathlib import Path

from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.bench.clinics import MILLION, bench_home

PART = 200_000
TWINS = "CREATE TEMP TABLE twin AS SELECT patient_id AS old, gen_random_uuid() AS new FROM patient"
# By table: its own key, if it has one that may not be there twice.
COPIED = {
    "patient": "p.reference || '+{number}' AS reference",
    "restriction": "gen_random_uuid() AS restriction_id",
    "treatment": "gen_random_uuid() AS treatment_id",
    "appointment": "gen_random_uuid() AS appointment_id",
    "consent_event": "gen_random_uuid() AS event_id",
    "consent_standing": "p.event_id AS event_id",
}
COPY = """
INSERT INTO {table}
SELECT p.* REPLACE (twin.new AS patient_id, {own}) FROM {table} AS p
JOIN twin ON twin.old = p.patient_id
"""


def consent_clinic(patients: int = MILLION) -> Clinic:
    """Return a clinic of so many patients with consents, open; it is built where there is none."""
    small = bench_home(PART)
    home = small.parent / f"clinic-consent-{patients}"
    if not (home / "DONE").exists():
        _build(home, small, patients)
    return open_clinic(Settings(home=home))


def _build(home: Path, small: Path, patients: int) -> None:
    for suffix in ("", ".keys"):
        target = home.with_name(home.name + suffix)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(small.with_name(small.name + suffix), target)
    clinic = open_clinic(Settings(home=home))
    with clinic.store.with_threads(2), clinic.store.reading() as cursor:
        cursor.execute(TWINS)
        for number in range(1, patients // PART):
            if number > 1:
                cursor.execute("UPDATE twin SET new = gen_random_uuid()")
            for table, own in COPIED.items():
                cursor.execute(COPY.format(table=table, own=own.format(number=number)))
    clinic.close()
    (home / "DONE").touch()

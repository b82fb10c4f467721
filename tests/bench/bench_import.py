"""How many rows a second an import takes in, everything included: audit, digests, indexes.

Each figure is of a process of its own and an empty, encrypted clinic; the rows are synthetic. The
second figure is the same file again, the third the same people with other phone numbers. Treatments
are five rows for each of those patients, by id: first, again, and PostgreSQL beside them.
"""

import csv
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lib.console.opening import console_actor
from lib.imports.kinds import Kind
from lib.services import imports
from lib.services.clinic import Clinic, open_clinic
from lib.services.imports import Order, Source
from lib.settings import Settings
from tests.bench.import_treatments import peer, treatment_file

ROWS = 100_000
REPEATS = 3
HEADER = (
    *("id", "title", "first_name", "last_name", "preferred_first_name", "date_of_birth", "sex"),
    *("email", "address_1", "address_2", "city", "state", "post_code", "country", "mobile"),
    *("home_phone", "accepted_email_marketing", "accepted_sms_marketing", "referral_source"),
    "notes",
)
GIVEN = ("Zoë", "Anne-Marie", "Sarah", "Olivia", "José", "Fatima", "Wei", "Siân", "Róisín", "Priya")
FAMILY = ("O'Brien", "Smith", "García", "Jones", "Taylor", "Khan", "van der Berg", "Müller")


def patient_file(rows: int, area: str = "77") -> bytes:
    """Return a CSV file of synthetic people, the same each time; `area` begins their mobiles."""
    drawn = random.Random(7)  # noqa: S311 - people, not secrets
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    writer.writerows(_person(drawn, number, area) for number in range(rows))
    return buffer.getvalue().encode()


def _person(drawn: random.Random, number: int, area: str) -> list[object]:
    given = drawn.choice(GIVEN) + drawn.choice("abcdefghij")
    family = drawn.choice(FAMILY) + str(number % 5_000)
    born = f"{drawn.randint(1, 28):02}/{drawn.randint(1, 12):02}/{drawn.randint(1940, 2006)}"
    postcode = f"LS{drawn.randint(1, 29)} {drawn.randint(1, 9)}{drawn.choice('ABDEF')}B"
    landline = f"0113 {drawn.randint(2_000_000, 4_999_999)}" if number % 3 == 0 else ""
    return [
        *(number, "Ms", given, family, "", born, drawn.choice("FM"), f"p{number}@example.com"),
        *(f"{drawn.randint(1, 200)} High Street", "", "Leeds", "West Yorkshire", postcode),
        *("United Kingdom", f"0{area}{number:08}", landline, drawn.choice(["true", "false", ""])),
        *(drawn.choice(["true", "false"]), drawn.choice(["Google", "Friend", ""])),
        "Prefers mornings" if number % 4 == 0 else "",
    ]


def timed(clinic: Clinic, content: bytes, kind: Kind = Kind.PATIENTS) -> dict[str, float]:
    """Import and return the seconds it took, the processor's seconds, and rows a second."""
    began, worked = time.perf_counter(), time.process_time()
    report = imports.run(clinic, console_actor(), Source(content, kind=kind), Order())
    seconds = time.perf_counter() - began
    return {
        "rows": report.rows_read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "seconds": round(seconds, 3),
        "processor_seconds": round(time.process_time() - worked, 3),
        "rows_per_second": round(report.rows_read / seconds),
    }


def measure() -> dict[str, dict[str, float]]:
    """Return the figures of one empty clinic: first import, the same again, changed phones."""
    first, changed = patient_file(ROWS), patient_file(ROWS, "78")
    with tempfile.TemporaryDirectory() as folder:
        clinic = open_clinic(Settings(home=Path(folder) / "clinic"))
        try:
            return {
                "first": timed(clinic, first),
                "again": timed(clinic, first),
                "changed": timed(clinic, changed),
            }
        finally:
            clinic.close()


def measure_treatments() -> dict[str, dict[str, float]]:
    """Return the figures of one clinic of patients: first import, the same again, the peer."""
    content = treatment_file(ROWS)
    with tempfile.TemporaryDirectory() as folder:
        clinic = open_clinic(Settings(home=Path(folder) / "clinic"))
        try:
            imports.run(clinic, console_actor(), Source(patient_file(ROWS)), Order())
            return {
                "first": timed(clinic, content, Kind.TREATMENTS),
                "again": timed(clinic, content, Kind.TREATMENTS),
                "postgres_copy_without_checks": peer(clinic),
            }
        finally:
            clinic.close()


MEASURES = {"patients": (measure, 20_000), "treatments": (measure_treatments, 50_000)}


def main() -> None:
    """Print the median of several processes as JSON; name a kind to measure only that."""
    if sys.argv[1:2] == ["once"]:
        print(json.dumps(MEASURES[sys.argv[2]][0]()))  # noqa: T201
        return
    figures = {kind: _repeated(kind) for kind in sys.argv[1:] or MEASURES}
    print(json.dumps(figures, indent=2))  # noqa: T201


def _repeated(kind: str) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.bench.bench_import", "once", kind]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        for _ in range(REPEATS)
    ]
    medians = {
        what: statistics.median(run[what]["rows_per_second"] for run in runs) for what in runs[0]
    }
    return {"rows_per_second": medians, "target": MEASURES[kind][1], "runs": runs}


if __name__ == "__main__":
    main()

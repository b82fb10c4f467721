"""A file of treatments, the same each time, and PostgreSQL taking in the rows that come of it.

The peer gets the finished rows by COPY into the same tables with the same keys, foreign keys and
checks, with fsync off: it reads no clinic's file, checks no value, ties nobody to a patient, keeps
no digest of a row and writes no audit trail. It is the floor of what storing the rows costs.
"""

import csv
import io
import random
import time
from collections.abc import Iterator

from lib.services.clinic import Clinic
from lib.store import migrations
from tests.bench.search_peers import in_postgres, running_postgres

HEADER = (
    *("patient id", "treatment id", "date", "treatment", "practitioner", "prescriber", "product"),
    *("batch number", "area", "dose", "price", "notes", "follow-up due", "aftercare given"),
)
ROWS_EACH = 5
TWO_AREAS_SHARE = 0.2
PRODUCTS = ("Velaxin 100", "Hyalis Soft", "Renuvia", "Serenox")
AREAS = ("forehead", "glabella", "crow's feet", "lips", "chin", "neck")
NOTES = ("", "", "No bruising, happy", "Slight swelling, ice; to call if worse")
# Parents first.
TABLES = (
    *("patient", "practitioner", "product", "lot"),
    *("treatment", "treatment_item", "treatment_external_id"),
)
COUNTED = TABLES[4:]


def treatment_file(patients: int, dose: int = 20) -> bytes:
    """Return a CSV file of five rows a patient, a fifth of the treatments with two areas."""
    drawn = random.Random(3)  # noqa: S311 - treatments, not secrets
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    written = number = 0
    while written < ROWS_EACH * patients:
        number += 1
        for row in _treatment(drawn, number, patients, dose):
            writer.writerow(row)
            written += 1
    return buffer.getvalue().encode()


def _treatment(
    drawn: random.Random, number: int, patients: int, dose: int
) -> Iterator[tuple[object, ...]]:
    day = f"{drawn.randint(1, 28):02}/{drawn.randint(1, 12):02}"
    year = drawn.randint(2012, 2025)
    head = (drawn.randrange(patients), number, f"{day}/{year}", "Wrinkle relaxing")
    staff = (drawn.choice(("Pat Lee", "Kim Roe", "Jo Poe")), "Dr Kim Roe")
    product, lot = drawn.choice(PRODUCTS), f"L{drawn.randrange(400)}"
    rest = (drawn.randint(100, 400), drawn.choice(NOTES), f"{day}/{year + 1}", "yes")
    areas = drawn.sample(AREAS, 2 if drawn.random() < TWO_AREAS_SHARE else 1)
    for area in areas:
        yield (*head, *staff, product, lot, area, f"{drawn.randint(1, 20) + dose} units", *rest)


def peer(clinic: Clinic) -> dict[str, float]:
    """Return how long PostgreSQL takes for the treatments that the clinic holds now."""
    content = {table: _as_csv(clinic, table) for table in TABLES}
    with running_postgres() as connection:
        for _, _, sql in migrations.available():
            connection.execute(in_postgres(sql))
        began, rows = 0.0, 0
        for table, (columns, text, count) in content.items():
            if table == COUNTED[0]:
                began = time.perf_counter()
            into = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)"
            with connection.cursor().copy(into) as copy:  # type: ignore[arg-type]
                copy.write(text)
            rows += count if table in COUNTED else 0
        seconds = time.perf_counter() - began
    items = content["treatment_item"][2]
    return {
        "stored_rows": rows,
        "seconds": round(seconds, 3),
        "rows_per_second": round(items / seconds),
    }


def _as_csv(clinic: Clinic, table: str) -> tuple[str, bytes, int]:
    with clinic.store.reading() as cursor:
        found = cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        columns = ", ".join(column[0] for column in found.description or ())
        rows = found.fetchall()
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return columns, buffer.getvalue().encode(), len(rows)

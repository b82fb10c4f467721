"""How long a record with 500 treatments takes to open, and the strips of a page of results.

A million patients. The service with its audit entry, the rerun as a client sees it, and the same
reads, by the same code, in PostgreSQL.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.services import home, oversight, records, summary
from lib.services.clinic import Clinic, open_clinic
from lib.services.records import read
from lib.settings import Settings
from lib.store.connection import Cursor, UnitOfWork
from tests.bench.bench_server import after_a_pause, cookie_of, figures, one_person, start
from tests.bench.clinics import bench_home
from tests.bench.desk_client import DeskClient, Run
from tests.bench.record_peer import records_in_postgres

TREATMENTS = 500
ITEMS = 2
OPENINGS = 200
RESULTS = 12
SEED = 7
BUSIEST = """
SELECT patient_id, count(*) FROM treatment WHERE superseded_at IS NULL
GROUP BY patient_id ORDER BY count(*) DESC, patient_id LIMIT 1
"""
SAMPLE = """
SELECT patient_id FROM patient
WHERE patient_id IN (SELECT patient_id FROM patient USING SAMPLE 2000 ROWS (reservoir, 7))
  AND patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
ORDER BY patient_id
"""


def patient_with_many(clinic: Clinic) -> UUID:
    """Return a patient with 500 treatments, giving the busiest one as many as are lacking."""
    with clinic.store.reading() as cursor:
        patient_id, count = cursor.execute(BUSIEST).fetchall()[0]
    clinic.store.transact(lambda unit: _add(unit, patient_id, TREATMENTS - count))
    return UUID(str(patient_id))


def _add(unit: UnitOfWork, patient_id: UUID, lacking: int) -> None:
    treatment = _row(unit.cursor, "treatment", patient_id)
    item = _row(unit.cursor, "treatment_item", patient_id)
    for number in range(lacking):
        treatment_id = uuid7s.uuid7()
        treated_on = date(2014, 1, 6) + timedelta(days=9 * number)
        keys = {"treatment_id": treatment_id, "series_id": treatment_id}
        _insert(unit.cursor, "treatment", {**treatment, **keys, "treated_on": treated_on})
        for _ in range(ITEMS):
            own = {"treatment_item_id": uuid7s.uuid7(), "treatment_id": treatment_id}
            _insert(unit.cursor, "treatment_item", {**item, **own})


def _row(cursor: Cursor, table: str, patient_id: UUID) -> dict[str, Any]:
    sql = f"SELECT * FROM {table} WHERE patient_id = ? LIMIT 1"  # noqa: S608 - our own tables
    found = cursor.execute(sql, [patient_id])
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _insert(cursor: Cursor, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own tables
    cursor.execute(sql, list(row.values()))


def measured(times: int, work: Callable[[int], object]) -> dict[str, float | int]:
    """Return how long the work takes, in milliseconds; the first ones only warm it up."""
    found = []
    for number in range(-5, times):
        begun = time.perf_counter()
        work(number)
        if number >= 0:
            found.append((time.perf_counter() - begun) * 1000)
    return figures(found)


def in_the_store(clinic: Clinic, patient_id: UUID, others: list[UUID]) -> dict[str, object]:
    """Measure opening the record, the strips of results and what the home page asks for."""
    actor, today = accounts.MANAGER.actor(), date.today()  # noqa: DTZ011 - the clinic is here
    oversight.register_all()

    def strips(number: int) -> None:
        some = [others[(number * RESULTS + place) % len(others)] for place in range(RESULTS)]
        with clinic.store.reading() as cursor:
            summary.items_for(cursor, some, today)

    return {
        "open_500_with_audit": measured(
            OPENINGS, lambda _: records.open_record(clinic, actor, patient_id, as_of=today)
        ),
        "open_anybody_with_audit": measured(
            OPENINGS,
            lambda number: records.open_record(clinic, actor, others[number], as_of=today),
        ),
        "strips_of_12_results": measured(OPENINGS, strips),
        "home_items": measured(40, lambda _: home.items(clinic, actor, today)),
    }


def reads(cursor: Any, patient_id: UUID, others: list[UUID]) -> dict[str, object]:  # noqa: ANN401
    """Measure the reads alone, without audit, in whichever database the cursor speaks to."""
    today = date.today()  # noqa: DTZ011

    def one(patient: UUID) -> None:
        read(cursor, patient, as_of=today, ground=None)

    return {
        "read_500": measured(OPENINGS, lambda _: one(patient_id)),
        "read_anybody": measured(OPENINGS, lambda number: one(others[number])),
    }


def as_a_client(home_folder: Path, patient_id: UUID) -> dict[str, object]:
    """Measure the rerun that opens the record, on a real server."""

    async def look(client: DeskClient) -> list[Run]:
        address = f"id={patient_id}"
        return [await after_a_pause(client.open("patient", address)) for _ in range(OPENINGS)]

    with tempfile.TemporaryDirectory() as folder:
        server, _ = start(home_folder, Path(folder) / "server.log")
        try:
            cookie = cookie_of(server, accounts.STAFF.username)
            runs = asyncio.run(one_person(server, cookie, look))
        finally:
            server.stop()
    return figures([run.milliseconds for run in runs[5:]])


def main() -> int:
    """Print the figures as JSON."""
    home_folder = bench_home()
    clinic = open_clinic(Settings(home=home_folder, threads=1))
    patient_id = patient_with_many(clinic)
    with clinic.store.reading() as cursor:
        others = [row[0] for row in cursor.execute(SAMPLE).fetchall()]
        found = in_the_store(clinic, patient_id, others)
        here = reads(cursor, patient_id, others)
        with records_in_postgres(cursor) as peer:
            there = reads(peer, patient_id, others)
    clinic.close()
    report = {
        "treatments": TREATMENTS,
        "service": found,
        "reads_here": here,
        "reads_in_postgresql": there,
        "rerun_500_as_a_client": as_a_client(home_folder, patient_id),
    }
    print(json.dumps(report))  # noqa: T201 - this is what a benchmark is for
    return 0


if __name__ == "__main__":
    sys.exit(main())

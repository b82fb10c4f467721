"""The schedule of a million patients: counted for any day, listed, and the page's rerun.

The service is measured in this process, the page as a client of the real server. `--peer` copies
what the schedule reads into PostgreSQL and asks it with the same statement.
"""

import asyncio
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from lib.demo import accounts
from lib.demo.accounts import COMPLIANCE
from lib.domain.retention import Setting, Status
from lib.domain.retention_schedule import month_of
from lib.services.clinic import Clinic, open_clinic
from lib.services.retention import counting, lists, schedule, settings
from lib.settings import Settings
from lib.store import retention
from lib.store.retention import Sought
from tests.bench.bench_consent_overview import once
from tests.bench.bench_recall import timed
from tests.bench.bench_server import after_a_pause, cookie_of, figures, one_person
from tests.bench.clinics import bench_home
from tests.bench.desk_client import DeskClient, Run
from tests.bench.record_peer import copy_table
from tests.bench.search_peers import running_postgres
from tests.e2e import server as servers
from tests.e2e.server import Server

TODAY = date(2026, 11, 24)
DAYS = {"today": TODAY, "five years ago": date(2021, 11, 24), "in seven years": date(2033, 11, 24)}
TIMES = 50
# What the schedule reads.
TABLES = (
    *("patient", "treatment", "consultation", "appointment", "contact_log", "hold", "restriction"),
    *("vital_interest", "media_item", "media_rendition", "consent_evidence"),
)


def service(clinic: Clinic) -> dict[str, Any]:
    """Measure what the page asks for, in this process."""
    actor = COMPLIANCE.actor()
    found: dict[str, Any] = {}

    def count(day: date) -> object:
        counting.forget()
        return schedule.schedule(clinic, actor, as_of=day)

    for name, day in DAYS.items():
        found[f"count, {name}"] = timed(lambda day=day: count(day))  # type: ignore[misc]
    found["counted before"] = timed(lambda: schedule.schedule(clinic, actor, as_of=TODAY))
    month = month_of(date(2029, 5, 1))
    for name, sought in {
        "due": Sought(Status.DISPOSE_DUE),
        "a month": Sought(Status.RETAIN, None, month, month),
    }.items():
        found[f"list of {name}, cold"] = once(
            lambda sought=sought: lists.list_due(clinic, actor, sought, as_of=TODAY)  # type: ignore[misc]
        )
        found[f"list of {name}"] = timed(
            lambda sought=sought: lists.list_due(clinic, actor, sought, as_of=TODAY)  # type: ignore[misc]
        )
    found["preview of other settings"] = once(
        lambda: settings.preview(clinic, actor, Setting(years=6), as_of=TODAY)
    )
    return found


async def rerun(server: Server, cookie: str) -> dict[str, float | int]:
    """Measure the page as a client sees it, once everything is counted."""

    async def look(client: DeskClient) -> list[Run]:
        for _ in range(5):
            await after_a_pause(client.open("retention"))
            await asyncio.sleep(2)
        return [await after_a_pause(client.open("retention")) for _ in range(TIMES)]

    runs = await one_person(server, cookie, look)
    return figures([run.milliseconds for run in runs])


def peer(clinic: Clinic) -> dict[str, Any]:
    """Ask PostgreSQL with the same statement; it has what the schedule reads, and nothing else."""
    with clinic.store.reading() as cursor, running_postgres() as connection:
        for table in TABLES:
            copy_table(cursor, connection, table)
        connection.execute("VACUUM ANALYZE")
        named = retention.COUNT_GROUPS.format(stated=retention.stated())
        sql = retention.PARAMETER.sub(r"%(\1)s", named)
        return {
            f"count, {name}": once(
                lambda day=day: connection.execute(  # type: ignore[misc]
                    sql, retention.bound(day, Setting())
                ).fetchall()
            )
            for name, day in DAYS.items()
        }


def main() -> int:
    """Print the figures as JSON."""
    home = bench_home()
    clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        rows = {
            table: cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
            for table in TABLES
        }
    found: dict[str, Any] = {"rows": rows, "service": service(clinic)}
    if "--peer" in sys.argv:
        found["PostgreSQL"] = peer(clinic)
    clinic.close()
    with tempfile.TemporaryDirectory() as folder:
        server = servers.start(home, Path(folder) / "server.log")
        try:
            cookie = cookie_of(server, accounts.COMPLIANCE.username)
            found["rerun of the page"] = asyncio.run(rerun(server, cookie))
        finally:
            server.stop()
    print(json.dumps(found))  # noqa: T201 - this is what a benchmark is for
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long it takes to tell how consent stands: for a million patients, and for one.

Eight million events, drawn with all that makes a state: every purpose and way of contact, two forms
whose wording changed, refusals and withdrawals, grants that ran out. As of the last day, and as of
days further back, for any of which the question may be asked. PostgreSQL answers the very same
statements over the same rows in the same run.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, cast
from uuid import UUID

import numpy as np
import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.domain.consent import Decision, Topic
from lib.domain.reference import reference_of
from lib.services.clinic import Clinic, open_clinic
from lib.services.consent import purposes, reading, states
from lib.settings import Settings
from lib.store import bulk, consent_standing, consent_states
from lib.store.connection import Cursor, UnitOfWork
from lib.store.rows import insert_row
from tests.bench.bench_server import figures
from tests.bench.clinics import MILLION, ROOT
from tests.bench.record_peer import PeerCursor, copy_table
from tests.bench.search_peers import running_postgres

EVENTS = 8 * MILLION
BATCH = MILLION
SEED = 7
FIRST, LAST = date(2019, 1, 1), date(2026, 10, 31)
SHARES = (0.74, 0.14, 0.12)
WORDINGS = (
    (date(2018, 1, 1), True),
    (date(2022, 5, 1), True),
    (date(2025, 3, 1), False),
    (date(2026, 6, 1), True),
)
FORMS = 2
# How far back the question is asked, in days from the last.
BACK = (0, 30, 365, 730, 1460, 2200)
TIMES = 5
ONE_BY_ONE = 200
WARM_UP = 10
ACTOR = accounts.MANAGER.actor()
INDEXED = {"consent_event": "patient_id", "consent_standing": "patient_id"}
TABLES = (
    *("patient", "restriction", "consent_purpose", "consent_form_version", "consent_event"),
    "consent_standing",
)
Vector = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What events are drawn from: patients' ids, topics, and versions with their first days."""

    patients: pa.Array
    topics: list[Topic]
    versions: list[list[UUID]]


def home_of() -> Path:
    """Return where the clinic lies; it is built when it is not there."""
    folder = Path(os.environ.get("CLINIC_BENCH", ROOT / "data" / "bench"))
    return folder / f"consents-{EVENTS}"


def opened() -> Clinic:
    """Open the clinic, which is drawn first when it is not there."""
    home = home_of()
    is_there = (home / "clinic.duckdb").exists()
    clinic = open_clinic(Settings(home=home, threads=1))
    if not is_there:
        _build(clinic)
    return clinic


def _build(clinic: Clinic) -> None:
    patients = bulk.new_ids(MILLION)
    clinic.store.transact(lambda unit: _add_patients(unit, patients))
    versions = clinic.store.transact(_add_forms)
    with clinic.store.reading() as cursor:
        known = purposes.list_purposes(cursor)
    topics = [topic for one in known for topic in purposes.topics_of(one)]
    drawing = Drawing(patients, topics, versions)
    random = np.random.default_rng(SEED)
    span = (LAST - FIRST).days * 86_400
    seconds = np.sort(random.integers(0, span, EVENTS))
    for begun in range(0, EVENTS, BATCH):
        rows = _events(random, drawing, seconds[begun : begun + BATCH])
        clinic.store.transact(
            lambda unit, rows=rows: bulk.insert_rows(unit.cursor, "consent_event", rows)
        )
    clinic.store.transact(lambda unit: consent_standing.rebuild(unit.cursor))


def _add_patients(unit: UnitOfWork, patients: pa.Array) -> None:
    count = len(patients)
    at = pa.array(np.full(count, np.datetime64(FIRST, "us")))
    plain = {"given_names": "Anna", "family_name": "Hart", "sex": "female", "source": "patient"}
    columns = {
        "patient_id": patients,
        "reference": pa.array([reference_of(number) for number in range(count)]),
        "registered_on": at.cast(pa.date32()),
        "version": pa.array(np.ones(count, dtype=np.int32)),
        "created_at": at,
        "changed_at": at,
        **{name: pa.array([value]).take(_zeros(count)) for name, value in plain.items()},
    }
    bulk.insert_rows(unit.cursor, "patient", pa.table(columns))


def _add_forms(unit: UnitOfWork) -> list[list[UUID]]:
    found = []
    at = datetime.combine(FIRST, datetime.min.time())
    for form in range(FORMS):
        form_id, versions = uuid7s.uuid7(), []
        for number, (day, is_material) in enumerate(WORDINGS, 1):
            versions.append(uuid7s.uuid7())
            row = {
                "form_version_id": versions[-1],
                "form_id": form_id,
                "number": number,
                "text": f"Form {form}",
                "is_material": is_material,
                "in_force_from": day,
                "version": 1,
                "recorded_at": at,
            }
            insert_row(unit.cursor, "consent_form_version", row)
        found.append(versions)
    return found


def _events(random: np.random.Generator, drawing: Drawing, seconds: Vector) -> pa.Table:
    count = len(seconds)
    topic = random.integers(0, len(drawing.topics), count)
    decision = random.choice(len(Decision), count, p=SHARES)
    moments = np.datetime64(FIRST, "s") + seconds.astype("timedelta64[s]")
    days = np.array([day for day, _ in WORDINGS], dtype="datetime64[D]")
    # The wording of the day, as London counts days: an hour on is never the day before.
    version = np.searchsorted(
        days, (moments - np.timedelta64(2, "h")).astype("datetime64[D]"), "right"
    )
    form = topic % FORMS
    flat = [str(key) for versions in drawing.versions for key in versions]
    place = form * len(WORDINGS) + np.maximum(version - 1, 0)
    is_given = decision == 0
    given = pa.array(np.where(is_given, place, -1), mask=~is_given)
    at = pa.array(moments.astype("datetime64[us]"))
    return pa.table(
        {
            "event_id": bulk.new_ids(count),
            "patient_id": drawing.patients.take(
                pa.array(random.integers(0, len(drawing.patients), count))
            ),
            "purpose": pa.array([one.purpose for one in drawing.topics]).take(pa.array(topic)),
            "channel": pa.array([one.channel or "" for one in drawing.topics]).take(
                pa.array(topic)
            ),
            "decision": pa.array([one.value for one in Decision]).take(pa.array(decision)),
            "received_at": at,
            "route": pa.array(["in person"]).take(_zeros(count)),
            "form_version_id": pa.array(flat).take(given),
            "evidence_id": pa.array(flat).take(given),
            "recorded_at": at,
        }
    )


def _zeros(count: int) -> pa.Array:
    return pa.array(np.zeros(count, dtype=np.int64))


@contextmanager
def in_postgres(clinic: Clinic) -> Iterator[PeerCursor]:
    """Give a cursor on a PostgreSQL that holds the same rows with the same indexes."""
    with running_postgres() as connection:
        with clinic.store.reading() as cursor:
            for table in TABLES:
                copy_table(cursor, connection, table)
        for table, column in INDEXED.items():
            connection.execute(f"CREATE INDEX ON {table} ({column})")
        connection.execute("VACUUM ANALYZE")
        yield PeerCursor(connection)


def seconds_of(act: Callable[[], object]) -> dict[str, float | int]:
    """Return the median and the longest of a few times that something takes."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return {"p50_s": round(median(found), 3), "max_s": round(max(found), 3), "n": TIMES}


def days() -> list[date]:
    """Return the days as of which the question is asked."""
    return [LAST - timedelta(days=back) for back in BACK]


def everybody(clinic: Clinic) -> dict[str, Any]:
    """Return how long the states of all patients on all topics take, by day."""
    return {
        str(day): seconds_of(lambda day=day: states.count_everybody(clinic, day)) for day in days()
    }


def everybody_in(peer: PeerCursor) -> dict[str, Any]:
    """Return the same for PostgreSQL, which is asked the same statements."""
    cursor = cast("Cursor", peer)
    return {
        str(day): seconds_of(
            lambda day=day: consent_states.count_states(cursor, states.day_on(cursor, day))
        )
        for day in days()
    }


def milliseconds(act: Callable[[UUID], object], patients: list[UUID]) -> dict[str, float | int]:
    """Return how long something takes, one patient after the other."""
    found = []
    for patient_id in patients:
        begun = time.perf_counter()
        act(patient_id)
        found.append((time.perf_counter() - begun) * 1000)
    return figures(found[WARM_UP:])


def one(clinic: Clinic, patients: list[UUID]) -> dict[str, Any]:
    """Return how long one patient takes: the states alone, and the screen's read with its entry."""
    with clinic.store.reading() as cursor:
        told = milliseconds(lambda key: states.standings(cursor, key, LAST), patients)
    service = milliseconds(
        lambda key: reading.open_consent(clinic, ACTOR, key, as_of=LAST), patients
    )
    return {"states": told, "opened": service}


def main() -> int:
    """Print the figures as JSON."""
    clinic = opened()
    with clinic.store.reading() as cursor:
        count = bulk.count_rows(cursor, "consent_event")
        sample = "SELECT patient_id FROM patient USING SAMPLE 210 ROWS (reservoir, 7)"
        patients = [row[0] for row in cursor.execute(sample).fetchall()][: ONE_BY_ONE + WARM_UP]
        stands = bulk.count_rows(cursor, "consent_standing")
        known = bulk.count_rows(cursor, "patient")
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "patients": known,
        "events": count,
        "standing": stands,
        "everybody": everybody(clinic),
        "one": one(clinic, patients),
    }
    ours = {str(day): states.count_everybody(clinic, day) for day in days()}
    with in_postgres(clinic) as peer:
        cursor = cast("Cursor", peer)
        theirs = {
            str(day): consent_states.count_states(cursor, states.day_on(cursor, day))
            for day in days()
        }
        found["postgres"] = {
            "everybody": everybody_in(peer),
            "one": milliseconds(lambda key: states.standings(cursor, key, LAST), patients),
            "says_the_same": ours == theirs,
        }
    clinic.close()
    print(json.dumps(found, indent=2))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

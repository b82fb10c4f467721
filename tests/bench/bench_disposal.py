"""A thousand records with ten pictures each, disposed of in a clinic of a million, step by step.

Through the services: the case, the erasing, the rewrite of the store, the proof. Somebody opens
records all the while. Beside it PostgreSQL deletes the same rows by the same key and writes its
tables anew with VACUUM FULL (without log, foreign keys and audit, which spares it work).

What is disposed of is gone: CLINIC_BENCH names a folder with a copy. `--patients N` takes a smaller
clinic, `--records N` fewer records, `--alone` leaves PostgreSQL out.
"""

import argparse
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.domain.disposal import RUNNING_STATES, CaseState
from lib.domain.retention_settings import Chosen
from lib.errors import StoreBusyError
from lib.services import records
from lib.services.clinic import Clinic, open_clinic
from lib.services.disposal import cases, running
from lib.services.disposal.cases import Decision, Wanted
from lib.services.retention import schedule, settings
from lib.settings import Settings
from lib.store import bulk, media_shelf, retention_settings
from lib.store.connection import UnitOfWork
from lib.store.retention_settings import Version
from lib.store.rows import insert_rows
from tests.bench.bench_server import figures
from tests.bench.clinics import MILLION, bench_home
from tests.bench.record_peer import TABLES, records_in_postgres

PICTURES = 10
FILES = {"original": 60_000, "preview": 20_000, "thumbnail": 4_000}
SAMPLE = """
SELECT patient_id FROM patient WHERE merged_into_id IS NULL AND patient_id NOT IN (
    SELECT patient_id FROM restriction WHERE lifted_at IS NULL
) ORDER BY hash(patient_id) LIMIT 500
"""
PAUSE_SECONDS = 0.1


@dataclass
class Looking:
    """Somebody who opens one record after another, and how long each took."""

    clinic: Clinic
    patient_ids: Sequence[UUID]
    step: str = "before"
    _times: dict[str, list[float]] = field(default_factory=dict)
    _refused: int = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Open records until the work within is done."""
        stop = threading.Event()
        thread = threading.Thread(target=self._look, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _look(self, stop: threading.Event) -> None:
        actor, today, number = accounts.STAFF.actor(), datetime.now(UTC).date(), 0
        while not stop.wait(PAUSE_SECONDS):
            step, begun = self.step, time.perf_counter()
            patient_id = self.patient_ids[number % len(self.patient_ids)]
            try:
                records.open_record(self.clinic, actor, patient_id, as_of=today)
            except StoreBusyError:
                self._refused += 1
            self._times.setdefault(step, []).append((time.perf_counter() - begun) * 1000)
            number += 1

    def report(self) -> dict[str, object]:
        """Return the figures of each step, with the longest wait."""
        found: dict[str, object] = {
            step: {**figures(times), "max_ms": round(max(times), 1)}
            for step, times in self._times.items()
        }
        return {**found, "refused": self._refused}


def add_pictures(clinic: Clinic, patient_ids: Sequence[UUID]) -> None:
    """Give each patient a key and ten pictures: rows, and files of noise really sealed."""
    now = datetime.now(UTC).replace(tzinfo=None)
    keys = {patient_id: clinic.media.keys.make() for patient_id in patient_ids}
    owners = [patient_id for patient_id in patient_ids for _ in range(PICTURES)]
    media_ids = bulk.new_ids(len(owners)).to_pylist()

    def work(unit: UnitOfWork) -> None:
        made = [{"key_id": keys[one], "patient_id": one, "made_at": now} for one in patient_ids]
        insert_rows(unit.cursor, "media_key", made)
        bulk.insert_rows(unit.cursor, "media_item", _items(media_ids, owners, keys, now))
        bulk.insert_rows(unit.cursor, "media_label", _labels(media_ids, owners, now))
        for name in ("preview", "thumbnail"):
            bulk.insert_rows(unit.cursor, "media_rendition", _renditions(media_ids, owners, name))
        media_shelf.touch(unit.cursor, patient_ids)

    clinic.store.transact(work)
    for media_id, owner in zip(media_ids, owners, strict=True):
        for name, size in FILES.items():
            with clinic.media.sealed(UUID(media_id), name, keys[owner]).writer() as writer:
                writer.write(bytes(size))


def _items(
    media_ids: Sequence[str], owners: Sequence[UUID], keys: dict[UUID, UUID], now: datetime
) -> pa.Table:
    return _table(
        len(owners),
        media_id=media_ids,
        patient_id=[str(one) for one in owners],
        key_id=[str(keys[one]) for one in owners],
        digest=media_ids,
        batch_id=media_ids,
        kind="photograph",
        format="JPEG",
        bytes=FILES["original"],
        width=6000,
        height=4000,
        recorded_at=now,
    )


def _labels(media_ids: Sequence[str], owners: Sequence[UUID], now: datetime) -> pa.Table:
    return _table(
        len(owners),
        label_id=bulk.new_ids(len(owners)).to_pylist(),
        media_id=media_ids,
        patient_id=[str(one) for one in owners],
        version=1,
        captured_on=date(2015, 3, 2),
        captured_at=datetime(2015, 3, 2, 10),  # noqa: DTZ001 - UTC, as the store keeps it
        capture_source="file",
        is_guessed=False,
        recorded_at=now,
    )


def _renditions(media_ids: Sequence[str], owners: Sequence[UUID], name: str) -> pa.Table:
    return _table(
        len(owners),
        media_id=media_ids,
        name=name,
        patient_id=[str(one) for one in owners],
        media_type="image/webp",
        width=320,
        height=240,
        bytes=FILES[name],
    )


def _table(count: int, **columns: Any) -> pa.Table:  # noqa: ANN401
    return pa.table(
        {
            name: value if isinstance(value, list) else [value] * count
            for name, value in columns.items()
        }
    )


def allow(clinic: Clinic, count: int, now: datetime) -> None:
    """Let a case hold so many records."""

    def work(unit: UnitOfWork) -> None:
        there = settings.current(unit.cursor)
        chosen = Chosen(there.setting, max(count, there.case_limit))
        kept = Version(uuid7s.uuid7(), there.version + 1, chosen, "Benchmark.", now, None)
        retention_settings.insert_version(unit.cursor, kept, accounts.COMPLIANCE.person_id)

    clinic.store.transact(work)


def approved(clinic: Clinic, patient_ids: Sequence[UUID], now: datetime) -> UUID:
    """Propose a case, have somebody else approve it, and start it."""
    case_id, proposer = uuid7s.uuid7(), accounts.COMPLIANCE.actor()
    wanted = Wanted(case_id, tuple(patient_ids), confirmed=frozenset(patient_ids))
    cases.propose(clinic, proposer, wanted, as_of=now.date(), now=now)
    approver = accounts.MANAGER.actor()
    decision = Decision(
        case_id, is_approved=True, password=accounts.PASSWORD, count=len(patient_ids)
    )
    cases.decide(clinic, approver, decision, now=now)
    cases.start(clinic, approver, case_id, now=now)
    return case_id


def carried_out(clinic: Clinic, case_id: UUID, looking: Looking) -> dict[str, float]:
    """Run the case; return the seconds of each of its steps."""
    marks: list[tuple[CaseState, float]] = []

    def clock() -> datetime:
        with clinic.store.reading() as cursor:
            state = cases.get(cursor, case_id).state
        marks.append((state, time.perf_counter()))
        looking.step = state.value
        return datetime.now(UTC).replace(tzinfo=None)

    case = running.run(clinic, case_id, clock)
    marks.append((case.state, time.perf_counter()))
    seconds = {state.value: 0.0 for state in RUNNING_STATES}
    for (state, begun), (_, ended) in pairwise(marks):
        seconds[state.value] += ended - begun
    return {name: round(value, 1) for name, value in seconds.items()} | {
        "disposed": case.disposed,
        "skipped": case.skipped,
        "is_done": case.state is CaseState.DONE,
    }


def in_postgresql(clinic: Clinic, patient_ids: Sequence[UUID]) -> dict[str, float]:
    """Delete the same patients' rows there, and write every table anew."""
    keys = [str(one) for one in patient_ids]
    tables = [name for name, indexed in TABLES.items() if "patient_id" in indexed]
    with clinic.store.reading() as cursor, records_in_postgres(cursor) as peer:
        begun = time.perf_counter()
        for name in tables:
            peer.execute(f"DELETE FROM {name} WHERE patient_id = ANY(?::uuid[])", [keys])  # noqa: S608
        deleted = time.perf_counter()
        for name in tables:
            peer.execute(f"VACUUM FULL {name}")
        ended = time.perf_counter()
    return {"delete": round(deleted - begun, 1), "vacuum_full": round(ended - deleted, 1)}


def timed(seconds: dict[str, float], name: str, begun: float) -> float:
    """Note how long something took; return the time now."""
    now = time.perf_counter()
    seconds[name] = round(now - begun, 1)
    return now


def main() -> None:
    """Print the figures as JSON."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--patients", type=int, default=MILLION)
    reader.add_argument("--records", type=int, default=1000)
    reader.add_argument("--alone", action="store_true")
    wanted = reader.parse_args()
    clinic = open_clinic(Settings(home=bench_home(wanted.patients)))
    now, seconds = datetime.now(UTC).replace(tzinfo=None), dict[str, float]()
    with clinic.store.reading() as cursor:
        due = schedule.due_ids(cursor, now.date(), wanted.records)
        sample = [row[0] for row in cursor.execute(SAMPLE).fetchall()]
    looking = Looking(clinic, [one for one in sample if one not in set(due)])
    there = {} if wanted.alone else in_postgresql(clinic, due)
    add_pictures(clinic, due)
    allow(clinic, len(due), now)
    before = clinic.store.path.stat().st_size
    with looking.at_work():
        begun = time.perf_counter()
        case_id = approved(clinic, due, now)
        begun = timed(seconds, "propose_approve_start", begun)
        steps = carried_out(clinic, case_id, looking)
        timed(seconds, "carried_out", begun)
    report = {
        "records": len(due),
        "pictures": len(due) * PICTURES,
        "seconds": {**seconds, **steps},
        "store_bytes": [before, clinic.store.path.stat().st_size],
        "opening_a_record_meanwhile": looking.report(),
        "postgresql": there,
    }
    clinic.close()
    print(json.dumps(report))  # noqa: T201 - this is what a benchmark is for


if __name__ == "__main__":
    main()

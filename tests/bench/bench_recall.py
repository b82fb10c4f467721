"""From a lot or a product to everybody treated with it, and the follow-ups that are due.

Ten million treatments. The service with its audit entries, then its reads alone, and the same reads
by the same SQL in PostgreSQL with an index on lot and product. CLINIC_BENCH names the folder of the
clinics; recalls are opened in a clinic of one's own, so name a copy where others use it too.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.services import follow_ups, recalls
from lib.services.clinic import Clinic, open_clinic
from lib.services.recalls import PAGE, THREADS, NewRecall
from lib.settings import Settings
from lib.store import recalls as store
from lib.store.connection import Cursor
from lib.store.recalls import Recall
from tests.bench.bench_server import figures
from tests.bench.clinics import bench_home
from tests.bench.record_peer import PeerCursor, copy_table
from tests.bench.search_peers import running_postgres

TIMES = 20
PEER_TABLES = (
    *("patient", "patient_phone", "patient_email", "restriction", "practitioner", "lot"),
    *("treatment", "treatment_item", "adverse_event"),
)
PEER_INDEXES = {
    "patient": ("patient_id",),
    "patient_phone": ("patient_id",),
    "patient_email": ("patient_id",),
    "restriction": ("patient_id",),
    "lot": ("lot_id",),
    "treatment": ("treatment_id", "patient_id"),
    "treatment_item": ("lot_id", "product_id", "patient_id", "treatment_id"),
    "adverse_event": ("patient_id",),
}
LIST_LOTS = """
SELECT lot_id, product_id, count(*) FROM treatment_item WHERE lot_id IS NOT NULL
GROUP BY lot_id, product_id ORDER BY count(*), lot_id
"""
LIST_PRODUCTS = """
SELECT CAST(NULL AS UUID), product_id, count(*) FROM treatment_item
GROUP BY product_id ORDER BY count(*), product_id
"""
# PostgreSQL is quicker asking of each treatment, by its key.
PEER_TREATED = """
SELECT CAST(treated.patient_id AS VARCHAR) FROM (
    SELECT DISTINCT i.patient_id FROM treatment_item AS i
    WHERE i.{} = ? AND NOT EXISTS (
        SELECT 1 FROM treatment AS t
        WHERE t.treatment_id = i.treatment_id AND t.superseded_at IS NOT NULL
    )
) AS treated
ORDER BY treated.patient_id
"""
COUNTS = ("patient", "treatment", "treatment_item", "follow_up")


def subjects(cursor: Cursor) -> dict[str, tuple[UUID | None, UUID, int]]:
    """Return what is recalled: a lot and a product of middle size, and the largest of each."""
    lots = cursor.execute(LIST_LOTS).fetchall()
    products = cursor.execute(LIST_PRODUCTS).fetchall()
    return {
        "lot, median": lots[len(lots) // 2],
        "lot, largest": lots[-1],
        "product, median": products[len(products) // 2],
        "product, largest": products[-1],
    }


def timed(act: Callable[[], object]) -> dict[str, float | int]:
    """Return how long it takes, the first time not counted; and this process's own work for it.

    The second tells a slow query from a machine that others keep busy.
    """
    act()
    found, worked = [], time.process_time()
    for _ in range(TIMES):
        begun = time.perf_counter()
        act()
        found.append((time.perf_counter() - begun) * 1000)
    own = (time.process_time() - worked) * 1000 / TIMES
    return {**figures(found), "own_cpu_ms": round(own, 1)}


def opened(clinic: Clinic, lot_id: UUID | None, product_id: UUID) -> Recall:
    """Open a recall of a lot or a product."""
    now = datetime.now(UTC).replace(tzinfo=None)
    wanted = NewRecall(uuid7s.uuid7(), product_id, lot_id, "Benchmark", is_withdrawn=False)
    return recalls.open_recall(clinic, accounts.STAFF.actor(), wanted, now=now, as_of=now.date())


def reads(cursor: Any, recall: Recall, treated: Callable[[], list[str]]) -> int:  # noqa: ANN401
    """Read what a recall's first page shows; return how many patients there are in all."""
    everybody = treated()
    shown = everybody[:PAGE]
    store.list_patients(cursor, shown)
    store.list_uses(cursor, recall, shown)
    store.count_adverse_events(cursor, recall, shown)
    return len(everybody)


def in_peer(peer: PeerCursor, recall: Recall) -> int:
    """Read the same in PostgreSQL."""
    sql = PEER_TREATED.format("lot_id" if recall.lot_id else "product_id")
    key = recall.lot_id or recall.product_id
    return reads(peer, recall, lambda: [row[0] for row in peer.execute(sql, [key]).fetchall()])


@contextmanager
def peer_of(cursor: Cursor) -> Iterator[PeerCursor]:
    """Fill a PostgreSQL of its own with what a recall reads."""
    with running_postgres() as connection:
        for table in PEER_TABLES:
            copy_table(cursor, connection, table)
            for column in PEER_INDEXES.get(table, ()):
                connection.execute(f"CREATE INDEX ON {table} ({column})")
        connection.execute("VACUUM ANALYZE")
        yield PeerCursor(connection)


def measured(clinic: Clinic, recall: Recall, items: int) -> dict[str, Any]:
    """Return the figures of one recall here."""
    actor = accounts.STAFF.actor()
    found = {"items": items, "patients": recalls.page_of(clinic, actor, recall.recall_id).patients}
    service = timed(lambda: recalls.page_of(clinic, actor, recall.recall_id))
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        alone = timed(
            lambda: reads(cursor, recall, lambda: store.list_treated(cursor, recall).to_pylist())
        )
    return {**found, "service": service, "reads": alone}


def main() -> None:
    """Print the figures as JSON."""
    clinic = open_clinic(Settings(home=bench_home()))
    actor, today = accounts.STAFF.actor(), _as_of(clinic)
    with clinic.store.reading() as cursor:
        chosen = subjects(cursor)
        rows = {table: _count(cursor, table) for table in COUNTS}
    here: dict[str, Any] = {}
    opening = {
        name: opened(clinic, lot_id, product_id) for name, (lot_id, product_id, _) in chosen.items()
    }
    for name, recall in opening.items():
        here[name] = measured(clinic, recall, chosen[name][2])
    due = {
        "home": timed(lambda: list(follow_ups.home_items(clinic, actor, today))),
        "page": timed(lambda: follow_ups.list_due(clinic, actor, as_of=today)),
    }
    if "--alone" not in sys.argv:
        with clinic.store.reading() as cursor, peer_of(cursor) as peer:
            for name, recall in opening.items():
                here[name]["reads_in_postgresql"] = _in_peer(peer, recall)
    clinic.close()
    print(json.dumps({"rows": rows, "recalls": here, "follow_ups": due}))  # noqa: T201


def _in_peer(peer: PeerCursor, recall: Recall) -> dict[str, float | int]:
    return timed(lambda: in_peer(peer, recall))


def _count(cursor: Cursor, table: str) -> int:
    return int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608


def _as_of(clinic: Clinic) -> date:
    # The day on which the clinic was built, so that follow-ups are due about then.
    with clinic.store.reading() as cursor:
        ((day,),) = cursor.execute("SELECT max(treated_on) FROM treatment").fetchall()
    return date.fromisoformat(str(day))


if __name__ == "__main__":
    main()

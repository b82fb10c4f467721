"""Consent across the clinic at a million patients: counting it, the page's rerun, lists, the past.

`cold` is the first count of a server; what follows finds it counted.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from lib.demo.accounts import COMPLIANCE
from lib.domain.consent import EDUCATION, KEEPING_IN_TOUCH, Channel, State, Topic
from lib.services.clinic import Clinic
from lib.services.consent import overview, overview_lists, past
from lib.services.consent.overview import Wish
from lib.services.consent.overview_lists import Choice
from lib.ui.consent import overview as screen
from tests.bench.bench_recall import timed
from tests.bench.consent_clinic import consent_clinic

COUNTS = ("patient", "consent_event", "consent_standing")
LISTS = {
    "never asked": Choice(Topic(EDUCATION), State.NOT_ASKED),
    "superseded": Choice(Topic(EDUCATION), State.SUPERSEDED),
    "active, ends in 30 days": Choice(Topic(KEEPING_IN_TOUCH, Channel.EMAIL), State.ACTIVE, 30),
}
WISHES = {
    "coming within 7 days": Wish(booked_days=7),
    "treated since 2025": Wish(treated_since=date(2025, 1, 1)),
}


def once(act: Callable[[], object]) -> dict[str, float]:
    """Return how long it takes the first time, and this process's own work for it."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    took, own = time.perf_counter() - begun, time.process_time() - worked
    return {"ms": round(took * 1000, 1), "own_cpu_ms": round(own * 1000, 1)}


def measured(clinic: Clinic, as_of: date) -> dict[str, Any]:
    """Return the figures of the overview here."""
    actor = COMPLIANCE.actor()

    def look(wish: Wish | None = None) -> object:
        return overview.overview(clinic, actor, as_of=as_of, wish=wish)

    def rerun() -> object:
        # What the page does beside the browser: the figures, the table, the past.
        found = overview.overview(clinic, actor, as_of=as_of)
        screen.matrix(found, None, Wish())
        return past.past(clinic, actor, as_of=as_of, patience=0)

    figures: dict[str, Any] = {"cold count": once(look)}
    figures["service, counted before"] = timed(look)
    figures["cold past"] = once(lambda: past.past(clinic, actor, as_of=as_of, patience=600))
    figures["rerun of the page"] = timed(rerun)
    for name, wish in WISHES.items():
        figures[f"cold count, {name}"] = once(lambda wish=wish: look(wish))  # type: ignore[misc]
    for name, choice in LISTS.items():
        figures[f"list, {name}"] = timed(
            lambda choice=choice: overview_lists.list_patients(  # type: ignore[misc]
                clinic, actor, choice, Wish(), as_of=as_of
            )
        )
    return figures


def main() -> None:
    """Print the figures as JSON."""
    clinic = consent_clinic()
    with clinic.store.reading() as cursor:
        rows = {table: _ask(cursor, f"SELECT count(*) FROM {table}") for table in COUNTS}  # noqa: S608
        as_of = _ask(cursor, "SELECT CAST(max(received_at) AS DATE) FROM consent_event")
    found = measured(clinic, date.fromisoformat(str(as_of)))
    clinic.close()
    print(json.dumps({"rows": rows, **found}))  # noqa: T201


def _ask(cursor: Any, sql: str) -> Any:  # noqa: ANN401 - whatever the query gives
    return cursor.execute(sql).fetchall()[0][0]


if __name__ == "__main__":
    main()

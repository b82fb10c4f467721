"""Lookup at a million patients, beside PostgreSQL pg_trgm and SQLite FTS5 on the same people.

Prints JSON. `--patients N` for another size, `--alone` to leave out the two peers.
"""

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lib.console.opening import console_actor
from lib.domain.search.folding import fold
from lib.search.index import LiveIndex
from lib.services import search as service
from lib.services.clinic import Clinic
from tests.bench import search_peers
from tests.bench.search_people import FILES, fill, made
from tests.bench.search_queries import Asked, asked, febrl_asked, people_of

SEED = 7
PER_KIND = 100
PEERS_PER_KIND = 15
FEBRL_FOR_PEERS = 60
SLIPS = {"misspelt", "both names misspelt", "phonetic twin", *FILES}
Search = Callable[[Asked], list[str]]


def main() -> None:
    """Run the bench and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=1_000_000)
    arguments.add_argument("--alone", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        report = run(Path(folder) / "clinic", chosen.patients, is_alone=chosen.alone)
    print(json.dumps(report, indent=2, ensure_ascii=False))  # noqa: T201


def run(home: Path, patients: int, *, is_alone: bool) -> dict[str, Any]:
    """Return the figures of a clinic of that size made in `home`."""
    _say(f"making {patients} people")
    tables, originals = made(patients, SEED)
    queries = asked(people_of(tables), PER_KIND, SEED)
    for name in FILES:
        queries += febrl_asked(name, originals[name])
    clinic = fill(home, tables)
    # The lists of people that the bench itself keeps must not slow the index's garbage collection.
    gc.collect()
    gc.freeze()
    try:
        report = _ours(clinic, queries)
        chosen = _sample(queries)
        if not is_alone:
            report["side by side"] = _side_by_side(clinic, tables, chosen)
    finally:
        clinic.close()
    return report


def _ours(clinic: Clinic, queries: list[Asked]) -> dict[str, Any]:
    started = time.perf_counter()
    index = clinic.search
    index.wait_ready(600)
    seconds = time.perf_counter() - started
    actor = console_actor()
    for query in queries[:: max(len(queries) // 50, 1)]:
        index.search(query.text)
    _say("asking the index")

    def audited(query: Asked) -> list[str]:
        found = service.search(clinic, actor, query.text)
        return [str(hit.patient_id) for hit in found.results]

    figures = _figures(queries, lambda query: _ids(index, query.text))
    febrl = [query for query in queries if query.kind in FILES]
    return {
        "patients": index.size,
        "distinct name words": index.words,
        "seconds to build the index": round(seconds, 2),
        "in the store": figures,
        "febrl together": _figures(febrl, lambda query: _ids(index, query.text))["all"],
        "service with audit": _figures(_sample(queries), audited)["all"],
    }


def _ids(index: LiveIndex, text: str) -> list[str]:
    return [str(match.patient_id) for match in index.search(text)]


def _side_by_side(
    clinic: Clinic, tables: dict[str, pa.Table], queries: list[Asked]
) -> dict[str, Any]:
    ids, rows = _contents(tables)
    found = _figures(queries, lambda query: _ids(clinic.search, query.text))
    report: dict[str, Any] = {"ours": {"": found["all"] | {"slips in first 10": _slips(found)}}}
    for name, opened in (("pg_trgm", search_peers.postgres), ("fts5", search_peers.sqlite)):
        _say(f"filling {name}")
        with opened(rows) as ways:
            report[name] = {}
            gc.freeze()
            for way, ask in ways.items():
                _say(f"asking {name}: {way}")
                found = _figures(queries, _named(ask, ids))
                report[name][way] = found["all"] | {"slips in first 10": _slips(found)}
    return report | _ratio(report)


def _named(ask: search_peers.Ask, ids: list[str]) -> Search:
    return lambda query: [ids[number] for number in ask(query.plain)]


def _slips(found: dict[str, dict[str, float]]) -> float:
    return found["with a slip"]["in first 10"]


def _ratio(report: dict[str, Any]) -> dict[str, Any]:
    """Compare with each peer's best way: the one that finds most, and of equals the fastest."""
    ours = report["ours"][""]
    best = {
        name: min(report[name].items(), key=lambda way: (-way[1]["in first 10"], way[1]["p95 ms"]))
        for name in ("pg_trgm", "fts5")
    }
    faster = min(best, key=lambda name: best[name][1]["p95 ms"])
    fastest = min(way["p95 ms"] for name in best for way in report[name].values())
    return {
        "best way of each": {name: way for name, (way, _) in best.items()},
        "faster peer": faster,
        "times faster at p95": round(best[faster][1]["p95 ms"] / ours["p95 ms"], 1),
        "times faster than the fastest way of any": round(fastest / ours["p95 ms"], 1),
        "recall no lower": all(
            ours["in first 10"] >= way["in first 10"] for _, way in best.values()
        ),
    }


def _contents(tables: dict[str, pa.Table]) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the ids, and for each patient's number one text with all that is searched for."""
    more: dict[str, list[str]] = defaultdict(list)
    names = tables["patient_name"]
    for key, given, family in zip(*_columns(names, "given_names", "family_name"), strict=True):
        more[key].append(fold(f"{given} {family}"))
    for table, column in (("patient_phone", "number"), ("patient_email", "email")):
        for key, value in zip(*_columns(tables[table], column), strict=True):
            more[key].append(value.lower())
    for key, value in zip(*_columns(tables["patient_address"], "postcode"), strict=True):
        more[key].append((value or "").replace(" ", "").lower())
    ids: list[str] = []
    rows: list[tuple[int, str]] = []
    patient = tables["patient"]
    shown = ("given_names", "family_name", "preferred_name", "born_on", "reference")
    for key, given, family, preferred, born, reference in zip(
        *_columns(patient, *shown), strict=True
    ):
        own = fold(f"{given} {family} {preferred or ''}")
        dated = f"{born:%Y%m%d}" if born else ""
        rows.append((len(ids), " ".join([own, dated, reference.lower(), *more[key]])))
        ids.append(key)
    return ids, rows


def _columns(table: pa.Table, *names: str) -> Iterable[list[Any]]:
    return [table.column(name).to_pylist() for name in ("patient_id", *names)]


def _figures(queries: list[Asked], search: Search) -> dict[str, dict[str, float]]:
    """Return times and recall by kind of query, of all, and of those with a slip."""
    measured: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for query in queries:
        started = time.perf_counter()
        found = search(query)
        milliseconds = (time.perf_counter() - started) * 1000
        place = found.index(query.patient_id) + 1 if query.patient_id in found else 0
        groups = [query.kind, "all", *(["with a slip"] if query.kind in SLIPS else [])]
        for group in groups:
            measured[group].append((milliseconds, place))
    return {group: _summary(times) for group, times in measured.items()}


def _summary(measured: list[tuple[float, int]]) -> dict[str, float]:
    times = np.array([milliseconds for milliseconds, _ in measured])
    return {
        "queries": len(measured),
        "p50 ms": round(float(np.percentile(times, 50)), 2),
        "p95 ms": round(float(np.percentile(times, 95)), 2),
        "in first 10": round(sum(place > 0 for _, place in measured) / len(measured), 4),
        "first": round(sum(place == 1 for _, place in measured) / len(measured), 4),
    }


def _sample(queries: list[Asked]) -> list[Asked]:
    by_kind: dict[str, list[Asked]] = defaultdict(list)
    for query in queries:
        by_kind[query.kind].append(query)
    chance = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    chosen = []
    for kind, found in by_kind.items():
        count = FEBRL_FOR_PEERS if kind in FILES else PEERS_PER_KIND
        chosen += chance.sample(found, min(count, len(found)))
    return chosen


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

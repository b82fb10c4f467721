"""Finding records that are one person's: how many of them, how surely, in how many seconds.

Febrl's files go through the real import and the real command; the large clinic is the synthetic
one, whose second records are made on purpose (and twins and namesakes beside them). PostgreSQL is
asked for the same people in the same run. Prints JSON; `--patients N` for another size.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from lib.demo import crowd, likeness
from lib.demo.calendar import calendar
from lib.demo.clinic import recipe_of
from lib.demo.people import BATCH
from lib.domain.duplicates import Person
from lib.domain.search.folding import fold
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from lib.store import duplicates as store
from tests.bench import duplicate_peers
from tests.bench.clinics import ROOT, bench_home
from tests.bench.duplicate_peers import Pairs, Row

DATA = ROOT / "tests" / "data"
FILES = ("febrl1", "febrl2")
PATIENTS = 100_000
COMMAND = (sys.executable, "-m", "lib")


def main() -> None:
    """Run the bench and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=PATIENTS)
    chosen = arguments.parse_args()
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="bench-duplicates-") as folder:
        for name in FILES:
            report[name] = febrl(Path(folder) / name, name)
    report["synthetic clinic"] = synthetic(chosen.patients)
    print(json.dumps(report, indent=2))  # noqa: T201


def febrl(home: Path, name: str) -> dict[str, Any]:
    """Return what is found in a Febrl file that was imported and searched from the console."""
    _run("init", "--home", home)
    file = DATA / f"{name}.csv"
    imported = _run(*("import", file, "--kind", "patients", "--partial", "--json", "--home", home))
    found, cost = _searched(home)
    numbers, people = _on_file(home)
    in_file = [line.split(",")[0].strip() for line in file.read_text("utf-8").splitlines()[1:]]
    truth = _same_person(numbers)
    return {
        "rows": imported["rows_read"],
        "rows_rejected": imported["rows_rejected"],
        "pairs": len(truth),
        **measured(found, truth),
        "recall_of_the_whole_file": _share(found & truth, _same_person(in_file)),
        **cost,
        "PostgreSQL": peers(numbers, people, truth),
    }


def synthetic(patients: int) -> dict[str, Any]:
    """Return what is found in the synthetic clinic, and who is taken for one person wrongly."""
    home = bench_home(patients)
    found, cost = _searched(home)
    numbers, people = _on_file(home)
    alike = resembling(home)
    on_file = set(numbers)
    truth = {pair for pair in alike["second records"] if set(pair) <= on_file}
    return {
        "patients": patients,
        "pairs": len(truth),
        **measured(found, truth),
        "twins_listed": [len(found & alike["twins"]), len(alike["twins"])],
        "namesakes_listed": [len(found & alike["namesakes"]), len(alike["namesakes"])],
        **cost,
        "PostgreSQL": peers(numbers, people, truth),
    }


def measured(found: Pairs, truth: Pairs) -> dict[str, Any]:
    """Return how many pairs are listed, the share of the true ones, and of those listed."""
    return {
        "listed": len(found),
        "recall": _share(found & truth, truth),
        "precision": _share(found & truth, found),
    }


def peers(numbers: list[str], people: list[Person], truth: Pairs) -> dict[str, Any]:
    """Return what PostgreSQL finds among the same people, by the way it is asked."""
    rows = [_row(number, person) for number, person in zip(numbers, people, strict=True)]
    return {
        way: {**measured(told[1], truth), "seconds": round(told[0], 2)}
        if told
        else f"not done within {duplicate_peers.LONGEST_SECONDS} seconds"
        for way, told in duplicate_peers.found(rows).items()
    }


def resembling(home: Path) -> dict[str, Pairs]:
    """Return whom the builder of a synthetic clinic made alike, by their external ids."""
    recipe = recipe_of(home)
    if recipe is None:
        message = f"{home} holds no synthetic clinic"
        raise ValueError(message)
    days = calendar(np.datetime64(recipe.as_of).astype(object))
    told: dict[str, Pairs] = {"second records": set(), "twins": set(), "namesakes": set()}
    for start in range(0, recipe.patients, BATCH):
        random = np.random.default_rng([recipe.seed, start])
        numbers = range(start + 1, min(start + BATCH, recipe.patients) + 1)
        drawn = crowd.draw(random, numbers, recipe.patients, days)
        found = likeness.confuse(random, drawn)
        told["second records"] |= _ids(start, found.duplicates, found.originals)
        told["twins"] |= _ids(start, found.twins, found.twins - 1)
        told["namesakes"] |= _ids(start, found.namesakes, found.namesakes - 1)
    return told


def _ids(start: int, ones: Iterable[int], others: Iterable[int]) -> Pairs:
    named = [
        (f"C{start + 1 + int(one):07d}", f"C{start + 1 + int(other):07d}")
        for one, other in zip(ones, others, strict=True)
    ]
    return {(min(pair), max(pair)) for pair in named}


def _run(*words: object) -> Any:  # noqa: ANN401 - what the command prints as JSON
    done = subprocess.run(
        [*COMMAND, *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout) if "--json" in words else done.stdout


def _searched(home: Path) -> tuple[Pairs, dict[str, Any]]:
    """Return the pairs that the command lists, with its seconds and its memory."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "duplicates", "--home", str(home), "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    output = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        message = f"the command ended with {status}"
        raise RuntimeError(message)
    told = json.loads(output)
    pairs = {(min(ids), max(ids)) for ids in (pair["external_ids"] for pair in told["pairs"])}
    return pairs, {
        "pairs_compared": told["pairs_compared"],
        "seconds": round(seconds, 2),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 2),
        "most_memory_mb": used.ru_maxrss // 1024,
    }


def _on_file(home: Path) -> tuple[list[str], list[Person]]:
    """Return the external id and what is compared of everybody who may be."""
    clinic: Clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        people = store.list_people(cursor, include_deceased=True)
        ids = store.get_external_ids(cursor, people)  # type: ignore[arg-type]
    clinic.close()
    numbers = {str(key): rows[0][1] for key, rows in ids.items()}
    return [numbers[key] for key in people], list(people.values())


def _row(number: str, person: Person) -> Row:
    home = person.homes[0] if person.homes else None
    return Row(
        number,
        fold(f"{person.given_names} {person.family_name}"),
        person.born_on,
        fold(" ".join(home.lines)) if home else "",
        fold(f"{home.town or ''} {home.postcode or ''}") if home else "",
    )


def _same_person(numbers: Iterable[str]) -> Pairs:
    groups = defaultdict(list)
    for number in sorted(numbers):
        groups[number.split("-")[1]].append(number)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def _share(part: Pairs, whole: Pairs) -> float:
    return round(len(part) / len(whole), 4) if whole else 0.0


if __name__ == "__main__":
    main()

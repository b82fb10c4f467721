"""The list of short forms of given names, read once from data/reference."""

import csv
from functools import cache
from pathlib import Path

from lib.domain.search.folding import fold

FILE = Path(__file__).parents[2] / "data" / "reference" / "nicknames.csv"


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Return for each folded given name the names that people use for it, in both directions.

    Two short forms of the same name are not each other's: Beth is not Liz.
    """
    found: dict[str, set[str]] = {}
    with FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            name = fold(row["name"])
            for short in map(fold, row["short_forms"].split("|")):
                found.setdefault(name, set()).add(short)
                found.setdefault(short, set()).add(name)
    return {name: frozenset(others - {name}) for name, others in found.items()}

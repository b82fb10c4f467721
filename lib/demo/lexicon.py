"""The tracked lists of names and places that synthetic people are drawn from; draws nothing."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from lib.demo.columns import Floats, Texts

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
# Frequent names follow Zipf's law; the shift flattens the very top, as in UK registers.
ZIPF_EXPONENT = 0.85
ZIPF_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Words:
    """One list: each word for a man and for a woman, and both in the language's own script."""

    male: Texts
    female: Texts
    male_script: Texts
    female_script: Texts
    weights: Floats

    def __len__(self) -> int:
        """Return how many words the list has."""
        return len(self.male)


@dataclass(frozen=True, slots=True)
class Places:
    """Towns with county, postcode districts, weight and a drama range of the telephone network."""

    town: Texts
    county: Texts
    districts: list[list[str]]
    weights: Floats
    dialling: Texts


@cache
def names() -> dict[tuple[str, str], Words]:
    """Return every list of names by culture and part, most frequent first."""
    with (REFERENCE / "demo_names.csv").open(encoding="utf-8", newline="") as file:
        return {(row["culture"], row["part"]): _words(row["words"]) for row in csv.DictReader(file)}


@cache
def places() -> Places:
    """Return the towns that patients live in."""
    with (REFERENCE / "demo_places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Places(
        town=_column([row["town"] for row in rows]),
        county=_column([row["county"] or None for row in rows]),
        districts=[row["districts"].split("|") for row in rows],
        weights=np.array([float(row["weight"]) for row in rows]),
        dialling=_column([f"{row['dialling']} {row['drama']}" for row in rows]),
    )


def _words(field: str) -> Words:
    pairs = [word.partition(":") for word in field.split("|")]
    spellings = [spelling.partition("/") for spelling, _, _ in pairs]
    scripts = [script.partition("/") for _, _, script in pairs]
    ranks = np.arange(len(pairs), dtype=np.float64) + ZIPF_SHIFT
    return Words(
        male=_column([male for male, _, _ in spellings]),
        female=_column([female or male for male, _, female in spellings]),
        male_script=_column([male or None for male, _, _ in scripts]),
        female_script=_column([female or male or None for male, _, female in scripts]),
        weights=1.0 / ranks**ZIPF_EXPONENT,
    )


def _column(values: list[str] | list[str | None]) -> Texts:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column


@cache
def short_forms() -> dict[str, str]:
    """Return the everyday short form of given names that have one."""
    words = names()["english", "short"]
    return dict(zip(words.male, words.male_script, strict=True))

"""One person against a few records: the same comparisons and weights as the search, in one query.

Splink is made for many pairs and takes a third of a second for one; here the levels of the same
comparisons are asked for directly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lib.domain.duplicates import UNKNOWN, Person, Sign
from lib.linkage.comparisons import COMPARISONS, Comparison
from lib.linkage.engine import RAREST, SMALLEST_SAMPLE
from lib.linkage.model import Gammas, Model, against_relatives, chance_of_same, probability
from lib.linkage.people import Features, features, table
from lib.store.connection import Cursor


def _case(one: Comparison) -> str:
    last = len(one.levels) - 1
    cases = [
        f"WHEN {level.sql} THEN {last - place}"
        for place, level in enumerate(one.levels)
        if level.sql
    ]
    return f"CASE WHEN {one.unknown} THEN -1 {' '.join(cases)} ELSE 0 END"


LEVELS = f"""
SELECT {", ".join(_case(one) for one in COMPARISONS)} FROM one_person, other_people
ORDER BY ordinal_r
"""  # noqa: S608 - our own comparisons


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a pair is judged by: the model, the patients there are, how many bear the names."""

    model: Model
    patients: int
    bearers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probable it is that a record is the person's, with the signs."""

    probability: float
    signs: tuple[Sign, ...]


def compare(
    cursor: Cursor, one: Person, others: Sequence[Person], around: Surroundings
) -> list[Likeness]:
    """Return how alike a person and each of the records are, in the order given.

    `around.bearers` has the number of patients who bear the person's given names and family name,
    by the name of the comparison.
    """
    if not others:
        return []
    gammas = _gammas(cursor, features(one), [features(other) for other in others])
    weights = np.array([[_weight(*pair, around) for pair in _pairs(row)] for row in gammas])
    prior = chance_of_same(around.model, around.patients + 1)
    total = weights.sum(axis=1) + math.log2(prior / (1 - prior))
    chances = probability(total, against_relatives(around.model, gammas))
    return [
        Likeness(float(chance), _signs(row, weighed))
        for chance, row, weighed in zip(chances, gammas, weights, strict=True)
    ]


def _gammas(cursor: Cursor, one: Features, others: Sequence[Features]) -> Gammas:
    cursor.register("one_person", _sided([one], "l"))
    cursor.register("other_people", _sided(others, "r"))
    try:
        return np.array(cursor.execute(LEVELS).fetchall(), np.int64)
    finally:
        cursor.unregister("one_person")
        cursor.unregister("other_people")


def _sided(people: Sequence[Features], side: str) -> pa.Table:
    columns = table(people)
    return columns.rename_columns([f"{name}_{side}" for name in columns.column_names])


def _pairs(row: Sequence[int]) -> list[tuple[Comparison, int]]:
    return list(zip(COMPARISONS, row, strict=True))


def _weight(one: Comparison, number: int, around: Surroundings) -> float:
    if number < 0 or one.level(number).is_neutral:
        return 0.0
    u = around.model.u[one.name][number]
    if one.frequent and number == len(one.levels) - 1:
        others = max(around.bearers.get(one.name, 1) - 1, 0)
        u = max(others / (around.patients + SMALLEST_SAMPLE), RAREST)
    return math.log2(around.model.m[one.name][number] / u)


def _signs(row: Sequence[int], weights: Sequence[float]) -> tuple[Sign, ...]:
    return tuple(
        Sign(one.name, one.level(number).name if number >= 0 else UNKNOWN, float(weight))
        for (one, number), weight in zip(_pairs(row), weights, strict=True)
    )

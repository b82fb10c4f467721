"""The search as a whole: from everybody's records to the pairs that may be one person.

Pairs that only hang together through a third record are listed as well: whoever sees that A is B
and B is C wants to see A and C.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from lib.domain.duplicates import BY_A_THIRD, THRESHOLD, UNKNOWN, Person, Sign
from lib.linkage.comparisons import COMPARISONS
from lib.linkage.engine import Engine, Scored
from lib.linkage.model import Floats, Model, against_relatives, prior_model, probability
from lib.linkage.people import Features, common_contacts, features
from lib.linkage.training import of_strangers, train
from lib.store.connection import StoreOptions
from lib.store.scratch import scratch

# Below so many bits nothing that is learned afterwards brings a pair over the threshold.
LEAST_BITS = -10.0
# Two pairs must each be as sure before a third record ties their ends together.
SURE = 0.9
# More records than this are not one person's; they are a fault of the data, and stay apart.
MOST_OF_ONE = 12
# Nothing that is inferred from records is certain.
MOST_SURE = 0.999999
FEATURES_AT_A_TIME = 5_000
# More patients than this share so much that fewer of them can be compared with each other.
LARGE = 200_000

Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records that are probably one person's, by their ids, with the signs."""

    one: str
    other: str
    probability: float
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the pairs, how many were compared, and the model that it learned."""

    pairs: tuple[Likely, ...]
    compared: int
    model: Model


def find_pairs(
    people: Mapping[str, Person], options: StoreOptions, watch: Watch, least: float = THRESHOLD
) -> Found:
    """Return the pairs that are one person's with at least that probability.

    `watch(stage, done, of)` hears how far it is, and may raise to stop. The same records give the
    same pairs. Raises `StoreError` when they do not fit into the memory.
    """
    ids = list(people)
    if len(ids) < 2:  # noqa: PLR2004 - a pair needs two
        return Found((), 0, prior_model())
    with scratch(options) as connection:
        engine = Engine(connection, _prepared(people, watch), is_large=len(ids) > LARGE)
        watch("Finding records that resemble each other", 0, 0)
        compared = engine.meet()
        drawn = engine.drawn()
        first = engine.score(
            of_strangers(drawn), LEAST_BITS, lambda done, of: watch("Comparing pairs", done, of)
        )
        watch("Weighing what was found", 0, 0)
        model = train(len(ids), drawn, first.candidates())
        pairs = _pairs(engine, first, model, least)
    return Found(tuple(_named(ids, pairs)), compared, model)


def _prepared(people: Mapping[str, Person], watch: Watch) -> Iterator[list[Features]]:
    common = common_contacts(people.values())
    waiting = iter(people.values())
    for done in range(0, len(people), FEATURES_AT_A_TIME):
        watch("Preparing the records", done, len(people))
        yield [features(person, common) for person in islice(waiting, FEATURES_AT_A_TIME)]


def _pairs(
    engine: Engine, first: Scored, model: Model, least: float
) -> dict[tuple[int, int], tuple[float, tuple[Sign, ...]]]:
    scored = engine.score_only(first.pairs(), model)
    chances = _chances(scored, model)
    found = {
        (int(scored.one[row]), int(scored.other[row])): (float(chances[row]), signs_of(scored, row))
        for row in np.flatnonzero(chances >= least).tolist()
    }
    tied = _tied(found)
    if tied:
        further = engine.score_only(list(tied), model)
        for row, pair in enumerate(further.pairs()):
            third = Sign(BY_A_THIRD, "same", _bits(tied[pair]))
            found[pair] = (tied[pair], (*signs_of(further, row), third))
    return found


def _chances(scored: Scored, model: Model) -> Floats:
    return probability(scored.total, against_relatives(model, scored.gammas))


def signs_of(scored: Scored, row: int) -> tuple[Sign, ...]:
    """Return what was compared of a pair: the level of each comparison and its weight."""
    return tuple(
        Sign(
            one.name,
            one.level(number).name if number >= 0 else UNKNOWN,
            float(scored.weights[row, place]) if number >= 0 else 0.0,
        )
        for place, one in enumerate(COMPARISONS)
        for number in (int(scored.gammas[row, place]),)
    )


def _tied(
    found: Mapping[tuple[int, int], tuple[float, tuple[Sign, ...]]],
) -> dict[tuple[int, int], float]:
    """Return the pairs that surely resemble one record both, with the chance of the way there."""
    sure: dict[int, dict[int, float]] = defaultdict(dict)
    for (one, other), (chance, _) in found.items():
        if chance >= SURE:
            sure[one][other] = sure[other][one] = chance
    tied: dict[tuple[int, int], float] = {}
    for members in _groups(sure):
        ways = _ways(members, sure)
        tied |= {pair: chance for pair, chance in ways.items() if pair not in found}
    return dict(sorted(tied.items()))


def _groups(sure: Mapping[int, Mapping[int, float]]) -> Iterator[list[int]]:
    seen: set[int] = set()
    for start in sorted(sure):
        if start in seen:
            continue
        members, waiting = {start}, [start]
        while waiting:
            new = set(sure[waiting.pop()]) - members
            members |= new
            waiting.extend(new)
        seen |= members
        if 2 < len(members) <= MOST_OF_ONE:  # noqa: PLR2004 - two have no third
            yield sorted(members)


def _ways(
    members: Sequence[int], sure: Mapping[int, Mapping[int, float]]
) -> dict[tuple[int, int], float]:
    """Return the surest way between every two of a group (Floyd and Warshall)."""
    ways = {(a, b): sure[a].get(b, 0.0) for a in members for b in members if a != b}
    for through in members:
        for (a, b), known in list(ways.items()):
            if through not in {a, b}:
                ways[a, b] = max(known, ways[a, through] * ways[through, b])
    return {(a, b): ways[a, b] for a, b in combinations(members, 2)}


def _bits(chance: float) -> float:
    return float(np.log2(chance / (1 - chance))) if 0 < chance < 1 else 0.0


def _named(
    ids: Sequence[str], pairs: Mapping[tuple[int, int], tuple[float, tuple[Sign, ...]]]
) -> Iterator[Likely]:
    for (one, other), (chance, signs) in pairs.items():
        small, large = sorted((ids[one], ids[other]))
        yield Likely(small, large, min(round(chance, 6), MOST_SURE), signs)

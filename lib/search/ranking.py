"""Choosing and ordering the patients whom a query fits best; exact before fuzzy, always.

Two passes. The first is coarse and looks at everybody at once: one byte a patient adds up what the
tokens count for. The second looks closely at the few dozen that lead, word by word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from lib.domain.search import likelihood
from lib.domain.search.dialling import Locale
from lib.domain.search.query import Query
from lib.search.details import Match, Typed, closely
from lib.search.expansion import Bytes, Expansion, Expansions, Searched
from lib.search.plans import plans
from lib.search.shard import MOST_WORDS
from lib.search.sources import Source

Ordinals = npt.NDArray[np.int64]
# How many leaders of the coarse pass are looked at closely, for each result asked for.
CLOSE_LOOKS = 4
# A result that explains less than this part of what the best one does is not worth showing.
WORTH_SHOWING = 0.35
MOST_UNITS = 240
# More leaders than this are told apart by counting how many reach a value, not one by one.
MANY = 5_000
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the query; `prior` (nats) is how much less likely it is than the plain."""

    expansions: list[Expansion]
    prior: float

    def weight(self) -> float:
        """Return what fitting everything exactly counts for, the prior left out."""
        return sum(expansion.weight for expansion in self.expansions)


class Searcher:
    """One search over some shards; keeps what its plans share."""

    def __init__(self, searched: list[Searched], limit: int, locale: Locale) -> None:
        self.searched = searched
        self.limit = limit
        self.looks = CLOSE_LOOKS * limit
        self.expansions = Expansions(searched, locale)

    def find(self, query: Query) -> list[Match]:
        """Return the best matches for the query, the best first."""
        made = [
            Reading(
                [self.expansions.of(token) for token in plan],
                likelihood.READ_OTHERWISE if plan != query.tokens else 0.0,
            )
            for plan in plans(query.tokens, self.expansions)
        ]
        exact = [match for match in self._best(made, is_exact=True) if match.is_exact]
        if len(exact) >= self.limit:
            return _scored(exact[: self.limit], made)
        self.expansions.add_fuzzy(one.token for reading in made for one in reading.expansions)
        found = _merged([*exact, *self._best(made, is_exact=False)])
        return _scored(_worth_showing(found)[: self.limit], made)

    def _best(self, made: list[Reading], *, is_exact: bool) -> list[Match]:
        """Return the leaders of all readings in all shards, looked at closely, the best first."""
        heaviest = max((reading.weight() for reading in made), default=1.0)
        unit = heaviest / MOST_UNITS
        leaders = [
            (value + reading.prior / unit, number, place, ordinal)
            for number, reading in enumerate(made)
            for place in range(len(self.searched))
            for ordinal, value in self._leaders(reading.expansions, place, unit, is_exact=is_exact)
        ]
        leaders.sort(key=lambda leader: -leader[0])
        chosen: dict[tuple[int, int], list[int]] = {}
        for _, number, place, ordinal in leaders[: self.looks]:
            chosen.setdefault((number, place), []).append(ordinal)
        return _merged(
            match
            for (number, place), ordinals in chosen.items()
            for match in self._close_look(made[number], place, ordinals)
        )

    def _leaders(
        self, plan: list[Expansion], place: int, unit: float, *, is_exact: bool
    ) -> list[tuple[int, int]]:
        """Return the ordinals that lead in one shard, with the units that they add up to."""
        fitting = [expansion for expansion in plan if expansion.senses[place]]
        if not fitting or (is_exact and len(fitting) < len(plan)):
            return []
        part = self.searched[place]
        total = np.zeros(part.shard.size, np.uint8)
        may_be_found = part.allowed
        for number, expansion in enumerate(fitting):
            values = expansion.values(place, unit)
            if expansion.token.word and expansion.token in [one.token for one in fitting[:number]]:
                values *= expansion.is_twice(place)
            total += values
            if is_exact:
                fits = values > 0
                may_be_found = fits if may_be_found is None else may_be_found & fits
        if may_be_found is not None:
            total *= may_be_found
        has_names = any(expansion.token.word for expansion in plan)
        cost = _cost_of_a_name(unit) if has_names else 0
        return highest(total, part.shard.names.current_words, cost, self.looks)

    def _close_look(self, reading: Reading, place: int, ordinals: list[int]) -> Iterator[Match]:
        typed = [Typed(one.token, one.weight, one.fit) for one in reading.expansions]
        senses = [_senses(expansion, place, ordinals) for expansion in reading.expansions]
        for row, ordinal in enumerate(ordinals):
            found = [(one, column[row]) for one, column in zip(typed, senses, strict=True)]
            yield closely(self.searched[place].shard, ordinal, found).read_with(reading.prior)


def _cost_of_a_name(unit: float) -> int:
    """Return what each of a record's names counts against it, in units."""
    return min(round(-likelihood.UNTYPED_NAME / unit), MOST_UNITS // (2 * MOST_WORDS))


def _senses(expansion: Expansion, place: int, ordinals: list[int]) -> list[Source | None]:
    codes = expansion.codes(place)[ordinals].tolist()
    return [expansion.senses[place][code - 1] if code else None for code in codes]


def highest(total: Bytes, words: Bytes, cost: int, count: int) -> list[tuple[int, int]]:
    """Return who has the highest totals, less the cost of each name; of equals the first."""
    floor = max(int(WORTH_SHOWING * int(total.max(initial=0))) - cost * MOST_WORDS, 1)
    leading = total >= floor
    if np.count_nonzero(leading) > MANY:
        total = _less(total, words * np.uint8(cost))
        found = _of_many(total, count)
        values = total[found].astype(np.int64)
    else:
        found = np.flatnonzero(leading)
        values = total[found].astype(np.int64) - words[found].astype(np.int64) * cost
    best = np.argsort(-values, kind="stable")[:count]
    return list(zip(found[best].tolist(), values[best].tolist(), strict=True))


def _less(total: Bytes, cost: Bytes) -> Bytes:
    """Return the totals less the cost; whoever had any keeps at least 1."""
    return np.asarray((np.maximum(total, cost + np.uint8(1)) - cost) * (total > 0), np.uint8)


def _of_many(total: Bytes, count: int) -> Ordinals:
    """Return about `count` ordinals with the highest totals above 0; of equals the first."""
    low, high = 1, MOST_UNITS + 1
    while high - low > 1:  # the highest value that at least `count` reach
        middle = (low + high) // 2
        if np.count_nonzero(total >= middle) >= count:
            low = middle
        else:
            high = middle
    above = np.flatnonzero(total > low)
    return np.concatenate([above, *_first(total, low, count - len(above))])


def _first(total: Bytes, value: int, count: int) -> Iterator[Ordinals]:
    """Give the first `count` ordinals with exactly this total."""
    for start in range(0, len(total), CHUNK):
        if count <= 0:
            return
        found = np.flatnonzero(total[start : start + CHUNK] == value)[:count] + start
        count -= len(found)
        yield found


def _merged(matches: Iterable[Match]) -> list[Match]:
    """Return the best match of each patient who fits anything, the best first."""
    best: dict[UUID, Match] = {}
    for match in matches:
        other = best.get(match.patient_id)
        if match.why and (other is None or match.key() < other.key()):
            best[match.patient_id] = match
    return sorted(best.values(), key=Match.key)


def _scored(found: list[Match], made: list[Reading]) -> list[Match]:
    """Return the matches with their scores: the share of what was typed that each explains."""
    most = max(
        [reading.weight() for reading in made[:1]] + [one.evidence for one in found], default=1.0
    )
    return [match.scored(most) for match in found]


def _worth_showing(found: list[Match]) -> list[Match]:
    enough = WORTH_SHOWING * max((match.evidence for match in found), default=0.0)
    return [match for match in found if match.is_exact or match.evidence >= enough]

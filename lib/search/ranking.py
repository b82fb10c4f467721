"""Choosing and ordering the patients whom a query fits best; exact before fuzzy, always.

Two passes. The first is coarse and looks at everybody at once: per token one byte a patient says
in which sense it fits. The second looks closely at the few dozen that lead, word by word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from lib.domain.search import likelihood
from lib.domain.search.query import Query, Token
from lib.search import sources
from lib.search.details import Match, Reading, closely
from lib.search.shard import Shard
from lib.search.sources import Source, WordFit

Ordinals = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
MOST_SENSES = 254
# How many leaders of the coarse pass are looked at closely, for each result asked for.
CLOSE_LOOKS = 4
FEWEST_CLOSE_LOOKS = 40
# A result that explains less than this part of what the best one does is not worth showing.
WORTH_SHOWING = 0.35
SHORTEST_SPLIT = 6
SHORTEST_HALF = 3


@dataclass(frozen=True, slots=True)
class Searched:
    """A shard, and which of its patients may be found (None: all of them)."""

    shard: Shard
    allowed: npt.NDArray[np.bool_] | None = None


@dataclass(slots=True)
class Expansion:
    """One token with whom it fits in each shard; the fuzzy part is added when it is needed."""

    token: Token
    by_shard: list[list[Source]]
    fit: WordFit
    patients: int
    is_fuzzy: bool = False
    weight: float = 0.0
    codes: dict[int, Codes] = field(default_factory=dict)

    def has_exact(self) -> bool:
        """Tell whether anybody fits the token exactly."""
        return any(source.is_exact for shard in self.by_shard for source in shard)

    def weigh(self) -> None:
        """Set what the token counts for, from how many it fits by chance."""
        chance = sum(
            len(source.ordinals) * np.exp(source.nats)
            for shard in self.by_shard
            for source in shard
        )
        self.weight = likelihood.weight(float(chance), self.patients)
        self.codes = {}


class Searcher:
    """One search over some shards; keeps what its plans share."""

    def __init__(self, searched: list[Searched], limit: int, today: date) -> None:
        self.searched = searched
        self.limit = limit
        self.today = today
        self.looks = max(FEWEST_CLOSE_LOOKS, CLOSE_LOOKS * limit)
        self.patients = sum(part.shard.size for part in searched)
        self.expansions: dict[Token, Expansion] = {}

    def find(self, query: Query) -> list[Match]:
        """Return the best matches for the query, the best first."""
        plans = list(self._plans(query.tokens))
        exact = self._merged(self._exact_matches(plan) for plan in plans)
        exact = [match for match in exact if match.is_exact]
        if len(exact) >= self.limit:
            return exact[: self.limit]
        for plan in plans:
            self._add_fuzzy(plan)
        found = self._merged([exact, *(self._fuzzy_matches(plan) for plan in plans)])
        return _worth_showing(found)[: self.limit]

    def _plans(self, tokens: tuple[Token, ...]) -> Iterator[list[Expansion]]:
        """Give the ways to read the query: as it stands, and with parts split or joined."""
        for reading in dict.fromkeys([tokens, *self._other_readings(tokens)]):
            plan = [self._expand(token) for token in reading]
            if plan:
                yield plan

    def _other_readings(self, tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
        for place, token in enumerate(tokens):
            before, after = tokens[:place], tokens[place + 1 :]
            if token.parts:
                yield (*before, *token.parts, *after)
            if halves := self._halves(token):
                yield (*before, *halves, *after)
            if after and (joined := self._joined(token, after[0])):
                yield (*before, joined, *after[1:])

    def _joined(self, first: Token, second: Token) -> Token | None:
        """Return two name words as one (`o brien`), if that could help."""
        if not (_is_name(first) and _is_name(second)):
            return None
        joined = Token(first.text + second.text, word=first.word + second.word)
        both_known = self._is_word(first.word) and self._is_word(second.word)
        return joined if not both_known or self._expand(joined).has_exact() else None

    def _halves(self, token: Token) -> tuple[Token, Token] | None:
        """Return a name that nobody has as the two names that it runs together (`maryanne`)."""
        word = token.word
        if not _is_name(token) or len(word) < SHORTEST_SPLIT or self._expand(token).has_exact():
            return None
        for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
            if self._is_word(word[:cut]) and self._is_word(word[cut:]):
                return Token(word[:cut], word=word[:cut]), Token(word[cut:], word=word[cut:])
        return None

    def _is_word(self, word: str) -> bool:
        return any(part.shard.names.vocabulary.exact(word) is not None for part in self.searched)

    def _expand(self, token: Token) -> Expansion:
        if token not in self.expansions:
            by_shard = [sources.exact(part.shard, token) for part in self.searched]
            made = Expansion(token, by_shard, WordFit(token.word), self.patients)
            made.weigh()
            self.expansions[token] = made
        return self.expansions[token]

    def _add_fuzzy(self, plan: list[Expansion]) -> None:
        for expansion in plan:
            if expansion.is_fuzzy:
                continue
            for part, found in zip(self.searched, expansion.by_shard, strict=True):
                found.extend(sources.fuzzy(part.shard, expansion.token, expansion.fit, self.today))
            expansion.is_fuzzy = True
            expansion.weigh()
            for part, found in zip(self.searched, expansion.by_shard, strict=True):
                found.extend(sources.absent(part.shard, expansion.token, expansion.weight))

    def _exact_matches(self, plan: list[Expansion]) -> Iterator[Match]:
        for place, part in enumerate(self.searched):
            if all(expansion.by_shard[place] for expansion in plan):
                codes = [_codes(expansion, place, part.shard) for expansion in plan]
                rarest = min(range(len(plan)), key=lambda token: _reach(plan[token], place))
                found = np.flatnonzero(codes[rarest])
                for others in codes:
                    found = found[others[found] > 0]
                yield from self._close_look(plan, place, found)

    def _fuzzy_matches(self, plan: list[Expansion]) -> Iterator[Match]:
        for place, part in enumerate(self.searched):
            total = np.zeros(part.shard.size, np.uint16)
            for expansion in plan:
                if expansion.by_shard[place]:
                    codes = _codes(expansion, place, part.shard)
                    total += _values(expansion, place)[codes]
            highest = int(total.max(initial=0))
            found = np.flatnonzero(total > WORTH_SHOWING * highest)
            yield from self._close_look(plan, place, found)

    def _close_look(self, plan: list[Expansion], place: int, found: Ordinals) -> Iterator[Match]:
        part = self.searched[place]
        if part.allowed is not None:
            found = found[part.allowed[found]]
        values = np.zeros(len(found), np.int64)
        for expansion in plan:
            if expansion.by_shard[place]:
                codes = _codes(expansion, place, part.shard)
                values += _values(expansion, place)[codes[found]]
        leaders = _first(found, values, self.looks)
        readings = [self._reading(expansion, place, leaders) for expansion in plan]
        for row, ordinal in enumerate(leaders.tolist()):
            yield closely(
                part.shard, ordinal, [(reading, codes[row]) for reading, codes in readings]
            )

    def _reading(
        self, expansion: Expansion, place: int, leaders: Ordinals
    ) -> tuple[Reading, list[Source | None]]:
        found = _ascending(expansion.by_shard[place])
        part = self.searched[place]
        codes = _codes(expansion, place, part.shard)[leaders] if found else np.zeros(len(leaders))
        senses = [found[int(code) - 1] if code else None for code in codes.tolist()]
        return Reading(expansion.token, expansion.weight, expansion.fit), senses

    def _merged(self, matches: Iterable[Iterable[Match]]) -> list[Match]:
        best: dict[object, Match] = {}
        for group in matches:
            for match in group:
                if not match.why:
                    continue
                if match.patient_id not in best or match.key() < best[match.patient_id].key():
                    best[match.patient_id] = match
        return sorted(best.values(), key=Match.key)


def _codes(expansion: Expansion, place: int, shard: Shard) -> Codes:
    """Return for every patient of the shard in which sense the token fits: 0 for none."""
    if place not in expansion.codes:
        codes = np.zeros(shard.size, np.uint8)
        for number, source in enumerate(_ascending(expansion.by_shard[place]), start=1):
            codes[source.ordinals] = number
        expansion.codes[place] = codes
    return expansion.codes[place]


def _values(expansion: Expansion, place: int) -> npt.NDArray[np.uint16]:
    """Return what each sense counts for, in hundredths of a nat; never nothing."""
    nats = [source.nats + expansion.weight for source in _ascending(expansion.by_shard[place])]
    return np.array([0, *(max(1, round(100 * value)) for value in nats)], dtype=np.uint16)


def _ascending(found: list[Source]) -> list[Source]:
    """Return the senses, the best last, so that it overwrites the others."""
    return sorted(found, key=lambda source: source.nats)[-MOST_SENSES:]


def _reach(expansion: Expansion, place: int) -> int:
    return sum(len(source.ordinals) for source in expansion.by_shard[place])


def _first(found: Ordinals, values: npt.NDArray[np.int64], count: int) -> Ordinals:
    """Return the `count` with the highest values; of equal ones the first."""
    if len(found) <= count:
        return found
    least = np.partition(values, -count)[-count]
    above = np.flatnonzero(values > least)
    equal = np.flatnonzero(values == least)[: count - len(above)]
    leaders: Ordinals = found[np.concatenate([above, equal])]
    return leaders


def _is_name(token: Token) -> bool:
    return token.kinds() == ("word",)


def _worth_showing(found: list[Match]) -> list[Match]:
    if not found:
        return []
    enough = WORTH_SHOWING * max(match.evidence for match in found)
    return [match for match in found if match.is_exact or match.evidence >= enough]

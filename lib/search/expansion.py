"""Whom one typed token fits, in every shard: one byte a patient, made once for all plans."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lib.domain.search import likelihood
from lib.domain.search.dialling import Locale
from lib.domain.search.folding import forms
from lib.domain.search.query import Token
from lib.search import sources
from lib.search.keys import NOBODY, Ordinals
from lib.search.shard import Shard
from lib.search.sources import Source, WordFit

Bytes = npt.NDArray[np.uint8]
MOST_SENSES = 255
# So many people, about, have a rare name or a birthday in common in a large clinic.
FEW = 100


@dataclass(frozen=True, slots=True)
class Searched:
    """A shard, and which of its patients may be found (None: all of them)."""

    shard: Shard
    allowed: npt.NDArray[np.bool_] | None = None

    def size(self) -> int:
        """Return how many patients may be found."""
        return self.shard.size if self.allowed is None else int(np.count_nonzero(self.allowed))

    def count(self, ordinals: Ordinals) -> int:
        """Return how many of these may be found."""
        if self.allowed is None:
            return len(ordinals)
        return int(np.count_nonzero(self.allowed[ordinals]))


@dataclass(slots=True)
class Expansion:
    """One token with its senses in each shard; those by a slip are added when they are needed.

    `weight` (nats) is what fitting the token exactly counts for.
    """

    token: Token
    searched: list[Searched]
    senses: list[list[Source]]
    fit: WordFit
    weight: float = 0.0
    _codes: dict[int, Bytes] = field(default_factory=dict)

    def fits_anybody(self) -> bool:
        """Tell whether there is any patient whom the token fits."""
        return any(self.senses)

    def codes(self, place: int) -> Bytes:
        """Return for each patient of a shard the number of the best sense, from 1; 0 for none."""
        if place not in self._codes:
            codes = np.zeros(self.searched[place].shard.size, np.uint8)
            for number, sense in enumerate(self.senses[place], start=1):
                codes[sense.ordinals] = number
            self._codes[place] = codes
        return self._codes[place]

    def values(self, place: int, unit: float) -> Bytes:
        """Return for each patient of a shard what the token counts for, in units; 0 for none."""
        values = np.zeros(self.searched[place].shard.size, np.uint8)
        for sense in self.senses[place]:
            values[sense.ordinals] = max(1, math.floor((sense.nats + self.weight) / unit))
        return values

    def is_twice(self, place: int) -> npt.NDArray[np.bool_]:
        """Return for each patient of a shard whether two present names have the word."""
        shard = self.searched[place].shard
        found = np.zeros(shard.size, np.bool_)
        found[shard.names.with_word_twice(self.token.word)] = True
        return found

    def add_fuzzy(self, locale: Locale) -> None:
        """Add the senses in which the token fits by a slip."""
        for part, senses in zip(self.searched, self.senses, strict=True):
            senses.extend(sources.fuzzy(part.shard, self.token, self.fit, locale))
        self.weigh()
        for part, senses in zip(self.searched, self.senses, strict=True):
            senses.extend(sources.absent(part.shard, self.token, self.weight))
        self._sort()

    def add_resembling(self, named: list[list[tuple[str, int]]]) -> None:
        """Add the sense in which the word only resembles a name.

        `named` has for each shard the folded words and ordinals of those whom something else fits.
        """
        if not self.token.word:
            return
        self.fit.resembling = likelihood.RESEMBLING - self.weight
        for few, senses in zip(named, self.senses, strict=True):
            senses.extend(sources.resembling(few, self.token, self.weight))
        self._sort()

    def few(self, place: int) -> Ordinals:
        """Return who in a shard fits the token exactly in a sense in which only a few do."""
        found = [
            sense.ordinals
            for sense in self.senses[place]
            if sense.is_exact and len(sense.ordinals) <= FEW
        ]
        return np.concatenate(found) if found else NOBODY

    def weigh(self) -> None:
        """Set the weight from the number of patients whom the token fits by chance."""
        chance = sum(
            part.count(sense.ordinals) * math.exp(sense.nats)
            for part, senses in zip(self.searched, self.senses, strict=True)
            for sense in senses
        )
        patients = sum(part.size() for part in self.searched)
        is_unused = any(reading.figures for reading in self.token.born) and not any(
            sense.is_exact for senses in self.senses for sense in senses
        )
        self.weight = likelihood.weight(
            chance, patients, is_name=bool(self.token.word), is_unused_date=is_unused
        )
        self._sort()

    def _sort(self) -> None:
        # The best sense comes last, and overwrites the others where several fit.
        for senses in self.senses:
            senses.sort(key=lambda sense: sense.nats)
            del senses[:-MOST_SENSES]
        self._codes.clear()


class Expansions:
    """The expansions of one search, each made once."""

    def __init__(self, searched: list[Searched], locale: Locale) -> None:
        self.searched = searched
        self.locale = locale
        self._made: dict[Token, Expansion] = {}

    def of(self, token: Token) -> Expansion:
        """Return whom the token fits exactly."""
        if token not in self._made:
            dialling = self.locale.dialling
            senses = [sources.exact(part.shard, token, dialling) for part in self.searched]
            made = Expansion(token, self.searched, senses, WordFit(token.word))
            made.weigh()
            self._made[token] = made
        return self._made[token]

    def add_fuzzy(self, tokens: Iterable[Token]) -> None:
        """Add whom the tokens fit by a slip and, where there are several, by mere resemblance."""
        chosen = [self.of(token) for token in dict.fromkeys(tokens)]
        for expansion in chosen:
            expansion.add_fuzzy(self.locale)
        if len(chosen) > 1:
            named = [self._named(place, chosen) for place in range(len(self.searched))]
            for expansion in chosen:
                expansion.add_resembling(named)

    def _named(self, place: int, chosen: list[Expansion]) -> list[tuple[str, int]]:
        """Return the folded name words of the few whom any token fits exactly."""
        names = self.searched[place].shard.names
        few = np.unique(np.concatenate([expansion.few(place) for expansion in chosen]))
        return [
            (form, ordinal)
            for ordinal in few.tolist()
            for written, _ in names.of_patient(ordinal)
            for form in forms(written)
        ]

    def is_word(self, word: str) -> bool:
        """Tell whether any patient's name has the word."""
        return any(part.shard.names.vocabulary.exact(word) is not None for part in self.searched)

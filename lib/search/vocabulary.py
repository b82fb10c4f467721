"""The distinct name words of an index shard, and which of them a typed word may mean.

A misspelt word is found by comparing sets of letters and letter pairs, kept as bits, with all
words at once; only the few that could be near enough are measured letter by letter. That needs
no index of its own: at 300,000 words it takes about half a millisecond.
"""

from bisect import bisect_left
from dataclasses import dataclass

import jellyfish
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

Bits = npt.NDArray[np.uint64]
WordIds = npt.NDArray[np.int64]
LONGEST_COMPARED = 24
SHORTEST_FUZZY = 3
SHORTEST_TWO_EDITS = 5
PAIRS_PER_EDIT = 6  # a swap of two letters changes three letter pairs, on either side


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words in order; a word's number is its place."""

    words: list[str]
    letters: npt.NDArray[np.uint32]
    pairs: Bits
    lengths: npt.NDArray[np.int8]
    sounds: Bits
    sound_order: WordIds

    @classmethod
    def of(cls, words: list[str]) -> "Vocabulary":
        """Take distinct folded words in order."""
        letters, pairs = _bits(words)
        sounds = np.fromiter((_sound(word) for word in words), np.uint64, len(words))
        order = np.argsort(sounds, kind="stable")
        lengths = np.fromiter((min(len(word), 127) for word in words), np.int8, len(words))
        return cls(words, letters, pairs, lengths, sounds[order], order)

    def exact(self, word: str) -> int | None:
        """Return the word's number, or None."""
        place = bisect_left(self.words, word)
        return place if place < len(self.words) and self.words[place] == word else None

    def prefix(self, start: str) -> tuple[int, int]:
        """Return the half-open range of the words that start so."""
        low = bisect_left(self.words, start)
        return low, bisect_left(self.words, start + "\x7f", low)

    def near(self, word: str) -> list[tuple[int, int]]:
        """Return the number and edit distance (1 or 2) of the words that `word` may misspell.

        Who slips twice has at least the first letter right.
        """
        furthest = most_edits(word)
        if not furthest:
            return []
        close = self._may_be_near(word, 1, (0, len(self.words)))
        if furthest > 1:
            twice = self._may_be_near(word, furthest, self.prefix(word[0]))
            close = np.union1d(close, twice)
        distances = _distances(word, [self.words[place] for place in close.tolist()], furthest)
        first = np.array([self.words[place][0] == word[0] for place in close.tolist()], np.bool_)
        chosen = (distances == 1) | ((distances == furthest) & first)
        return list(zip(close[chosen].tolist(), distances[chosen].tolist(), strict=True))

    def near_prefix(self, start: str) -> list[int]:
        """Return the words whose beginning is one edit away from `start`, two letters alike."""
        if len(start) < SHORTEST_TWO_EDITS:
            return []
        low, end = self.prefix(start[:2])
        letters, pairs = _bits([start])
        lacking = np.bitwise_count(letters[0] & ~self.letters[low:end])
        unlike = np.bitwise_count(pairs[0] & ~self.pairs[low:end])
        longer = self.lengths[low:end] > len(start) + 1
        places = np.flatnonzero(longer & (lacking <= 1) & (unlike <= PAIRS_PER_EDIT // 2)) + low
        words = [self.words[place] for place in places.tolist()]
        near = np.zeros(len(words), np.bool_)
        for length in (len(start) - 1, len(start), len(start) + 1):
            near |= _distances(start, [word[:length] for word in words], 1) <= 1
        starting = set(range(*self.prefix(start)))
        return [place for place in places[near].tolist() if place not in starting]

    def sounding(self, word: str) -> list[int]:
        """Return the words that sound like `word` (same metaphone code), itself left out."""
        sound = np.uint64(_sound(word))
        low, end = np.searchsorted(self.sounds, sound), np.searchsorted(self.sounds, sound, "right")
        if not sound:
            return []
        return [place for place in self.sound_order[low:end].tolist() if self.words[place] != word]

    def _may_be_near(self, word: str, edits: int, within: tuple[int, int]) -> WordIds:
        """Return the words in a range that so many edits could reach, and a few more."""
        low, end = within
        letters, pairs = _bits([word])
        unlike = np.bitwise_count(self.letters[low:end] ^ letters[0])
        places = np.flatnonzero(unlike <= 2 * edits) + low
        near = np.bitwise_count(self.pairs[places] ^ pairs[0]) <= PAIRS_PER_EDIT * edits
        near &= np.abs(self.lengths[places] - min(len(word), 127)) <= edits
        found: WordIds = places[near]
        return found


def most_edits(word: str) -> int:
    """Return how many slips are forgiven in a word of this length; none beside figures."""
    if len(word) < SHORTEST_FUZZY or not word.isalpha():
        return 0
    return 1 if len(word) < SHORTEST_TWO_EDITS else 2


def _distances(word: str, texts: list[str], furthest: int) -> npt.NDArray[np.uint8]:
    if not texts:
        return np.zeros(0, np.uint8)
    found = cdist([word], texts, scorer=OSA.distance, score_cutoff=furthest, dtype=np.uint8)
    return np.asarray(found[0], dtype=np.uint8)


def _sound(word: str) -> int:
    """Return the word's metaphone code as a number that is the same in every run; 0 for none."""
    code = jellyfish.metaphone(word)[:8] if word.isalpha() else ""
    return int.from_bytes(code.encode("ascii", "replace"), "big")


def _bits(words: list[str]) -> tuple[npt.NDArray[np.uint32], Bits]:
    """Return for each word the set of its letters and of its letter pairs, as bits."""
    if not words:
        return np.zeros(0, np.uint32), np.zeros(0, np.uint64)
    packed = np.array([word[:LONGEST_COMPARED] for word in words], dtype=f"S{LONGEST_COMPARED}")
    codes = packed.view(np.uint8).reshape(len(words), LONGEST_COMPARED).astype(np.uint64)
    one = np.uint64(1)
    single = np.where(codes > 0, one << (codes % np.uint64(32)), np.uint64(0))
    mixed = (codes[:, :-1] * np.uint64(31) + codes[:, 1:]) % np.uint64(61)
    double = np.where(codes[:, 1:] > 0, one << mixed, np.uint64(0))
    letters = np.bitwise_or.reduce(single, axis=1).astype(np.uint32)
    return letters, np.bitwise_or.reduce(double, axis=1)

"""Sorted keys of an index shard: texts, numbers and days, each looked up as a range."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ordinals = npt.NDArray[np.int32]
PHONE_DIGITS = 15
AFTER_ANY_TEXT = "\U0010ffff"
NOBODY: Ordinals = np.zeros(0, np.int32)


class _Texts:
    """An Arrow array as a sequence of str, so that `bisect` can search it."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, place: int) -> str:
        return str(self.texts[place].as_py())


@dataclass(frozen=True, slots=True)
class SortedTexts:
    """Texts in byte order with the ordinal of each one's patient."""

    texts: _Texts
    ordinals: Ordinals

    @classmethod
    def of(cls, table: pa.Table) -> "SortedTexts":
        """Take a table with columns `text` (sorted) and `ordinal`."""
        return cls(_Texts(table.column("text").combine_chunks()), int32s(table, "ordinal"))

    def equal_to(self, text: str) -> Ordinals:
        """Return the patients who have exactly this text."""
        return self._between(text, text + "\0")

    def starting_with(self, text: str) -> Ordinals:
        """Return the patients who have a text that starts so."""
        return self._between(text, text + AFTER_ANY_TEXT)

    def _between(self, first: str, end: str) -> Ordinals:
        low = bisect_left(self.texts, first)
        return self.ordinals[low : bisect_left(self.texts, end, low)]


@dataclass(frozen=True, slots=True)
class SortedNumbers:
    """Whole numbers in order (days, or a phone's digits) with the ordinal of each one's patient."""

    numbers: npt.NDArray[np.int64]
    ordinals: Ordinals

    @classmethod
    def of(cls, numbers: npt.NDArray[np.int64], ordinals: Ordinals) -> "SortedNumbers":
        """Take numbers in any order."""
        order = np.argsort(numbers, kind="stable")
        return cls(numbers[order], ordinals[order])

    def between(self, lows: list[int], ends: list[int]) -> Ordinals:
        """Return the patients with a number in any of the half-open ranges."""
        firsts = np.searchsorted(self.numbers, np.asarray(lows, dtype=np.int64))
        afters = np.searchsorted(self.numbers, np.asarray(ends, dtype=np.int64))
        return gather(self.ordinals, firsts, afters)

    def starting_with(self, digits: str) -> Ordinals:
        """Return the patients with a number of 15 digits that starts so."""
        scale = 10 ** (PHONE_DIGITS - len(digits))
        low = int(digits) * scale
        return self.between([low], [low + scale])


def gather(
    values: npt.NDArray[np.int32], firsts: npt.NDArray[np.int64], afters: npt.NDArray[np.int64]
) -> Ordinals:
    """Return the concatenation of `values[first:after]` for every pair."""
    if len(firsts) == 1:
        return values[int(firsts[0]) : int(afters[0])]
    lengths = afters - firsts
    ends = np.cumsum(lengths)
    if not len(ends) or not ends[-1]:
        return NOBODY
    starts = np.repeat(firsts - (ends - lengths), lengths)
    gathered: Ordinals = values[starts + np.arange(ends[-1])]
    return gathered


def int32s(table: pa.Table, column: str) -> Ordinals:
    """Return a column without NULLs as 32-bit numbers."""
    return np.asarray(table.column(column).to_numpy(), dtype=np.int32)

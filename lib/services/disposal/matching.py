"""One pass over text or bytes that stops at everything that is looked for (Aho and Corasick, 1975).

It takes whatever it is given: a column's values, a file's bytes, a folder's names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

import ahocorasick

from lib.domain.folded import BETWEEN, fold
from lib.domain.identifiers import Kind
from lib.domain.sought import FEWEST_PHONE_DIGITS, Sought, is_found_at, needles_of

# A number as it may be spaced; what is found is compared with whole numbers.
SPACED = re.compile(r"\d[\d ().]{7,18}\d")
NOT_DIGITS = re.compile(r"\D+")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
BITS = 128
RAW_BYTES = 16
NOTHING = "\x00"
WIDE = ("utf-16-le", "utf-16-be")


class Matcher:
    """Looks for one case's identifiers; made once, used for everything that is left."""

    def __init__(self, sought: Sought, ids: Iterable[UUID]) -> None:
        self._sought = sought
        self._words = _automaton((needle, needle) for needle in needles_of(sought))
        self._raw = _automaton((form, form) for one in ids for form in raw_forms(one))

    def in_values(self, values: Iterable[str]) -> Counter[Kind]:
        """Return how often each kind of identifier stands in these values, of one column say."""
        text = BETWEEN.join(values)
        if "\\u" in text:
            # What was written as JSON may have its letters by number.
            text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        return self._in_folded(fold(text))

    def in_bytes(self, content: bytes) -> Counter[Kind]:
        """Return how often each kind stands in bytes: as text in three encodings, ids as bytes."""
        found = self.in_values([content.decode(errors="replace")])
        if b"\x00" in content:
            for encoding in WIDE:
                found += self.in_values([content.decode(encoding, errors="replace")])
        found[Kind.ROW_ID] += sum(1 for _ in self._raw.iter(content.decode("latin-1")))
        return +found

    def _in_folded(self, text: str) -> Counter[Kind]:
        found: Counter[Kind] = Counter()
        for last, needle in self._words.iter(text):
            kind = is_found_at(self._sought, text, needle, last + 1)
            if kind is not None:
                found[kind] += 1
        found.update(self._spaced_numbers(text))
        return found

    def _spaced_numbers(self, text: str) -> Iterator[Kind]:
        if not self._sought.numbers:
            return
        for found in SPACED.finditer(text):
            # What has no space in it was looked for as it is.
            if found[0].isdigit():
                continue
            digits = NOT_DIGITS.sub("", found[0])
            if len(digits) >= FEWEST_PHONE_DIGITS and digits in self._sought.numbers:
                yield Kind.PHONE


def raw_forms(one: UUID) -> tuple[str, str]:
    """Return an id's 16 bytes, a character each: in the order it is read in, and in DuckDB's.

    DuckDB keeps it as a signed number of 128 bits, the sign turned, the lowest byte first.
    """
    turned = one.int ^ (1 << (BITS - 1))
    return one.bytes.decode("latin-1"), turned.to_bytes(RAW_BYTES, "little").decode("latin-1")


def _automaton(pairs: Iterable[tuple[str, str]]) -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for needle, value in pairs:
        made.add_word(needle, value)
    if not len(made):
        # One that knows nothing cannot be asked.
        made.add_word(NOTHING * RAW_BYTES * 2, "")
    made.make_automaton()
    return made

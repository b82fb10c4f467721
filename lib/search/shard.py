"""One immutable part of the index: arrays that answer "who has this?" by ordinal.

An ordinal is a patient's place in the shard, the most recently seen or registered first. Knows
the store's tables as Arrow, not SQL; nothing of it is ever written to disk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.domain.search.folding import forms
from lib.search.keys import NOBODY, Ordinals, SortedNumbers, SortedTexts, gather, int32s
from lib.search.vocabulary import Vocabulary
from lib.store.search import SearchTables

EPOCH = date(1970, 1, 1)
UNKNOWN_DAY = -(2**31)
MOST_WORDS = 6
Report = Callable[[float], None]


class Field(IntEnum):
    """Where on the record a name word stands."""

    GIVEN = 0
    FAMILY = 1
    PREFERRED = 2
    FORMER_GIVEN = 3
    FORMER_FAMILY = 4


FIELDS = tuple(Field)


@dataclass(frozen=True, slots=True)
class Names:
    """Name words both ways: from a word to patients, and from a patient to words as written."""

    vocabulary: Vocabulary
    word_starts: npt.NDArray[np.int64]
    word_ordinals: Ordinals
    written: list[str]
    patient_starts: npt.NDArray[np.int64]
    patient_written: npt.NDArray[np.int32]
    patient_fields: npt.NDArray[np.uint8]
    current_words: npt.NDArray[np.uint8]
    twice: npt.NDArray[np.int64]

    def with_word_twice(self, word: str) -> Ordinals:
        """Return the patients of whose present names two have the word (`Fraser Fraser`)."""
        number = self.vocabulary.exact(word)
        if number is None:
            return NOBODY
        count = len(self.current_words)
        low, end = np.searchsorted(self.twice, [number * count, (number + 1) * count])
        return (self.twice[low:end] - number * count).astype(np.int32)

    def count_bearers(self, word: str) -> int:
        """Return how many patients have the folded word in any name."""
        number = self.vocabulary.exact(word)
        return 0 if number is None else len(self.with_word(number))

    def with_word(self, number: int) -> Ordinals:
        """Return the patients who have the word."""
        return self.with_words_between(number, number + 1)

    def with_words_between(self, low: int, end: int) -> Ordinals:
        """Return the patients who have any word in the range; one may come twice."""
        return self.word_ordinals[self.word_starts[low] : self.word_starts[end]]

    def with_any(self, numbers: list[int]) -> Ordinals:
        """Return the patients who have any of the words; one may come twice."""
        chosen = np.array(numbers, dtype=np.int64)
        return gather(self.word_ordinals, self.word_starts[chosen], self.word_starts[chosen + 1])

    def of_patient(self, ordinal: int) -> list[tuple[str, Field]]:
        """Return the patient's name words as they are written, with where each stands."""
        low, end = int(self.patient_starts[ordinal]), int(self.patient_starts[ordinal + 1])
        return [
            (self.written[code], FIELDS[field])
            for code, field in zip(
                self.patient_written[low:end].tolist(),
                self.patient_fields[low:end].tolist(),
                strict=True,
            )
        ]


@dataclass(frozen=True, slots=True)
class Shard:
    """Everything the index knows of a set of patients."""

    ids: npt.NDArray[np.uint64]
    id_order: npt.NDArray[np.int64]
    versions: npt.NDArray[np.int32]
    born: npt.NDArray[np.int32]
    last_seen: npt.NDArray[np.int32]
    recent: npt.NDArray[np.int32]
    practitioners: npt.NDArray[np.int32]
    practitioner_ids: list[str]
    is_deceased: npt.NDArray[np.bool_]
    names: Names
    born_days: SortedNumbers
    born_unknown: Ordinals
    phones_from_end: SortedNumbers
    phones_from_start: SortedNumbers
    emails: SortedTexts
    postcodes: SortedTexts
    references: SortedTexts
    codes: SortedTexts

    @property
    def size(self) -> int:
        """Return the number of patients."""
        return len(self.ids)

    def patient_id(self, ordinal: int) -> UUID:
        """Return the id of the patient at this place."""
        return UUID(bytes=self.ids[ordinal].astype(">u8").tobytes())

    def find(self, ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Return the ordinal of each id (two columns of 64 bits), or -1."""
        if not self.size:
            return np.full(len(ids), -1, np.int64)
        last_halves = self.ids[self.id_order, 1]
        places = np.minimum(np.searchsorted(last_halves, ids[:, 1]), self.size - 1)
        ordinals = self.id_order[places]
        return np.where((self.ids[ordinals] == ids).all(axis=1), ordinals, -1)


def build(tables: SearchTables, report: Report = lambda _: None) -> Shard:
    """Build a shard; `report` is told the part that is done (0 to 1)."""
    patients = tables.patients
    ids = id_numbers(patients.column("patient_id"))
    born = _days(patients, "born_on")
    practitioners = patients.column("practitioner_id").combine_chunks().dictionary_encode()
    names = _names(tables)
    report(0.8)
    known = np.flatnonzero(born != UNKNOWN_DAY)
    phones = int32s(tables.phones, "ordinal")
    return Shard(
        ids=ids,
        id_order=np.argsort(ids[:, 1], kind="stable"),
        versions=int32s(patients, "version"),
        born=born,
        last_seen=_days(patients, "last_seen_on"),
        recent=_days(patients, "recent_on"),
        practitioners=pc.fill_null(practitioners.indices, -1).to_numpy(zero_copy_only=False),
        practitioner_ids=practitioners.dictionary.to_pylist(),
        is_deceased=patients.column("is_deceased").to_numpy(),
        names=names,
        born_days=SortedNumbers.of(born[known].astype(np.int64), known.astype(np.int32)),
        born_unknown=np.flatnonzero(born == UNKNOWN_DAY).astype(np.int32),
        phones_from_end=SortedNumbers.of(tables.phones.column("from_end").to_numpy(), phones),
        phones_from_start=SortedNumbers.of(tables.phones.column("from_start").to_numpy(), phones),
        emails=SortedTexts.of(tables.emails),
        postcodes=SortedTexts.of(tables.postcodes),
        references=SortedTexts.of(tables.references),
        codes=SortedTexts.of(tables.codes),
    )


def id_numbers(texts: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """Return UUIDs in their written form as two columns of 64 bits."""
    joined = "".join(texts.to_pylist()).replace("-", "")
    raw = np.frombuffer(bytes.fromhex(joined), dtype=">u8")
    return raw.astype(np.uint64).reshape(-1, 2)


def day_number(day: date) -> int:
    """Return the days since 1970, as the index counts them."""
    return (day - EPOCH).days


def _days(patients: pa.Table, column: str) -> npt.NDArray[np.int32]:
    days = patients.column(column).cast(pa.date32()).cast(pa.int32())
    return np.asarray(pc.fill_null(days, UNKNOWN_DAY).to_numpy(), dtype=np.int32)


def _names(tables: SearchTables) -> Names:
    written, ordinals, fields = _written_words(tables)
    codes = written.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    by_patient = np.argsort(ordinals, kind="stable")
    count = tables.patients.num_rows
    is_current = (fields == Field.GIVEN) | (fields == Field.FAMILY)
    current = np.bincount(ordinals[is_current], minlength=count)
    spellings = written.dictionary.to_pylist()
    words, forms_starts, forms_words = _vocabulary(spellings)
    lengths = np.diff(forms_starts)[codes]
    word_numbers = gather(forms_words, forms_starts[codes], forms_starts[codes + 1])
    pairs = word_numbers.astype(np.int64) * max(count, 1) + np.repeat(ordinals, lengths)
    twice = _repeated(pairs[np.repeat(is_current, lengths)])
    numbers, word_ordinals = np.divmod(_distinct(pairs), max(count, 1))
    return Names(
        vocabulary=Vocabulary.of(words),
        word_starts=np.searchsorted(numbers, np.arange(len(words) + 1)),
        word_ordinals=word_ordinals.astype(np.int32),
        written=spellings,
        patient_starts=np.searchsorted(ordinals[by_patient], np.arange(count + 1)),
        patient_written=codes[by_patient].astype(np.int32),
        patient_fields=fields[by_patient],
        current_words=np.minimum(current, MOST_WORDS).astype(np.uint8),
        twice=twice,
    )


def _distinct(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers in order, each once (np.unique hashes first, ten times slower here)."""
    numbers.sort()
    is_first = np.ones(len(numbers), np.bool_)
    is_first[1:] = numbers[1:] != numbers[:-1]
    distinct: npt.NDArray[np.int64] = numbers[is_first]
    return distinct


def _repeated(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers that come more than once, in order."""
    numbers.sort()
    return _distinct(numbers[1:][numbers[1:] == numbers[:-1]])


def _written_words(
    tables: SearchTables,
) -> tuple[pa.DictionaryArray, npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return every name word as written, with its patient's ordinal and its field."""
    everyone = np.arange(tables.patients.num_rows)
    former = int32s(tables.former_names, "ordinal").astype(np.int64)
    columns = (
        (tables.patients.column("given_names"), everyone, Field.GIVEN),
        (tables.patients.column("family_name"), everyone, Field.FAMILY),
        (tables.patients.column("preferred_name"), everyone, Field.PREFERRED),
        (tables.former_names.column("given_names"), former, Field.FORMER_GIVEN),
        (tables.former_names.column("family_name"), former, Field.FORMER_FAMILY),
    )
    words, ordinals, fields = [], [], []
    for column, owners, field in columns:
        split = pc.utf8_split_whitespace(column.combine_chunks())
        found = split.flatten()
        is_word = pc.not_equal(found, "")
        words.append(found.filter(is_word))
        parents = pc.list_parent_indices(split).filter(is_word)
        ordinals.append(owners[parents.to_numpy(zero_copy_only=False)])
        fields.append(np.full(len(words[-1]), field, np.uint8))
    encoded = pa.concat_arrays(words).dictionary_encode()
    return encoded, np.concatenate(ordinals), np.concatenate(fields)


def _vocabulary(
    written: list[str],
) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the sorted folded words, and for each written word the numbers of its forms."""
    found = [forms(word) for word in written]
    words = sorted({word for word_forms in found for word in word_forms})
    numbers = {word: number for number, word in enumerate(words)}
    starts = np.zeros(len(written) + 1, np.int64)
    np.cumsum([len(word_forms) for word_forms in found], out=starts[1:])
    flat = [numbers[word] for word_forms in found for word in word_forms]
    return words, starts, np.array(flat, dtype=np.int32)

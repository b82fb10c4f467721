"""Sorted keys looked up as ranges."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lib.search.keys import SortedNumbers, SortedTexts


def texts(*values: str) -> SortedTexts:
    """Return the texts, each belonging to the patient of its place."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    table = {"ordinal": pa.array(order, pa.int32()), "text": [values[place] for place in order]}
    return SortedTexts.of(pa.table(table))


def test_a_text_is_found_whole_and_by_its_beginning() -> None:
    keys = texts("ab", "abc", "b", "ab")
    assert sorted(keys.equal_to("ab")) == [0, 3]
    assert sorted(keys.starting_with("ab")) == [0, 1, 3]
    assert list(keys.equal_to("zz")) == []


@given(st.lists(st.text(min_size=1, max_size=5), max_size=20), st.text(min_size=1, max_size=3))
def test_every_text_with_the_beginning_is_found_and_no_other(values: list[str], start: str) -> None:
    encodable = [value for value in values if value.isprintable()]
    found = set(texts(*encodable).starting_with(start).tolist())
    assert found == {place for place, value in enumerate(encodable) if value.startswith(start)}


@given(st.lists(st.text("0123456789", min_size=3, max_size=15), max_size=20))
def test_a_number_is_found_by_its_first_digits(numbers: list[str]) -> None:
    padded = np.array([int(number.ljust(15, "0")) for number in numbers], dtype=np.int64)
    keys = SortedNumbers.of(padded, np.arange(len(numbers), dtype=np.int32))
    for place, number in enumerate(numbers):
        assert place in keys.starting_with(number[:3])


def test_several_ranges_are_answered_at_once() -> None:
    keys = SortedNumbers.of(np.array([5, 1, 9, 3]), np.arange(4, dtype=np.int32))
    assert sorted(keys.between([1, 9], [4, 10])) == [1, 2, 3]
    assert list(keys.between([], [])) == []
    assert list(keys.between([6, 7], [7, 8])) == []

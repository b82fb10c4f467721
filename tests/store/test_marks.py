"""Placeholders for lists of keys."""

from hypothesis import given
from hypothesis import strategies as st

from lib.store.marks import batched, marks


@given(st.lists(st.integers()), st.integers(1, 5))
def test_the_groups_together_are_the_keys_and_none_is_too_large(keys: list[int], size: int) -> None:
    groups = list(batched(keys, size))
    assert [key for group in groups for key in group] == keys
    assert all(0 < len(group) <= size for group in groups)


@given(st.lists(st.text(), min_size=1, max_size=9))
def test_there_is_a_mark_for_each_key_and_nothing_of_the_key(keys: list[str]) -> None:
    assert marks(keys).split(", ") == ["?"] * len(keys)

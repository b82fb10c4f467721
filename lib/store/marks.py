"""Placeholders for a list of keys: DuckDB uses an index for `IN (?, ?)`, not for a subquery.

Only question marks are ever put into SQL this way; the keys themselves are bound.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Key = TypeVar("Key")
# More than this and an index no longer pays.
MOST = 200


def marks(keys: Sequence[object]) -> str:
    """Return a question mark for each key, with commas between."""
    return ", ".join("?" * len(keys))


def batched(keys: Sequence[Key], size: int = MOST) -> Iterator[Sequence[Key]]:
    """Return the keys in groups small enough for one query each."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]

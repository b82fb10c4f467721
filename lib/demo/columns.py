"""Columns of many rows at once: dates, instants, words, keys; refuses to know what they mean.

Days are int64 days since 1970-01-01, instants int64 seconds since then (UTC), absent is `ABSENT`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Random = np.random.Generator

ABSENT = -(10**9)
DAY_SECONDS = 86_400
UUID_TEXT = 36
HEX = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2").view(np.uint8).reshape(256, 2)
# Where the sixteen bytes stand in 8-4-4-4-12.
PLACES = (0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34)
DASHES = (8, 13, 18, 23)


def uuids(random: Random, at: Ints) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return one UUIDv7 a row, as Arrow text, dated `at` (seconds) and otherwise drawn."""
    rows = len(at)
    raw = np.empty((rows, 16), dtype=np.uint8)
    milliseconds = (at * 1000 + random.integers(0, 1000, rows)).astype(">u8")
    raw[:, :6] = milliseconds.view(np.uint8).reshape(rows, 8)[:, 2:]
    raw[:, 6:] = np.frombuffer(random.bytes(rows * 10), dtype=np.uint8).reshape(rows, 10)
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x70
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    return _as_text(raw)


def _as_text(raw: npt.NDArray[np.uint8]) -> Any:  # noqa: ANN401
    rows = len(raw)
    text = np.full((rows, UUID_TEXT), ord("-"), dtype=np.uint8)
    for byte, place in enumerate(PLACES):
        text[:, place : place + 2] = HEX[raw[:, byte]]
    offsets = np.arange(rows + 1, dtype=np.int32) * UUID_TEXT
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text))


def dates(days: Ints) -> Any:  # noqa: ANN401
    """Return an Arrow column of dates; absent days are null."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=days == ABSENT).cast(pa.date32())


def instants(seconds: Ints) -> Any:  # noqa: ANN401
    """Return an Arrow column of timestamps; absent instants are null."""
    whole = pa.array(seconds * 1_000_000, pa.int64(), mask=seconds == ABSENT)
    return whole.cast(pa.timestamp("us"))


def coded(codes: Ints, words: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the word of each code as an Arrow dictionary column; a negative code is null."""
    indices = pa.array(np.maximum(codes, 0).astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def texts(values: Texts) -> Any:  # noqa: ANN401
    """Return an Arrow column of text; None is null."""
    return pa.array(values, pa.string())


def same(value: object, rows: int, kind: Any = None) -> Any:  # noqa: ANN401
    """Return an Arrow column that says the same in every row; None needs a `kind`."""
    return pa.repeat(pa.scalar(value, kind), rows)


def pick(column: Any, rows: Ints) -> Any:  # noqa: ANN401
    """Return the chosen rows of an Arrow column; a negative row is null."""
    return pc.take(column, pa.array(np.maximum(rows, 0), mask=rows < 0))


def weighted(random: Random, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Return `size` codes drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, random.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64)


def chance(random: Random, share: float, size: int) -> Flags:
    """Return `size` yes-or-noes, yes with probability `share`."""
    return random.random(size) < share


def places(counts: Ints) -> Ints:
    """Return the position of each element in its own group: 0 to count - 1, group after group."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts, counts)


def moments(random: Random, days: Ints, first_hour: int = 9, hours: int = 9) -> Ints:
    """Return an instant within the opening hours of each day."""
    return days * DAY_SECONDS + random.integers(
        first_hour * 3600, (first_hour + hours) * 3600, len(days)
    )

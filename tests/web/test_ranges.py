"""The bytes that a request asks for: every header that could be, against what the standard says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.web.ranges import UnsatisfiableError, parse

SIZE = st.integers(1, 10_000)
BYTE = st.integers(0, 12_000)


@given(SIZE, BYTE, BYTE)
def test_a_range_lies_within_the_file_and_begins_where_it_was_asked(
    size: int, first: int, last: int
) -> None:
    header = f"bytes={first}-{last}"
    if last < first:
        assert parse(header, size) is None
    elif first >= size:
        with pytest.raises(UnsatisfiableError):
            parse(header, size)
    else:
        assert parse(header, size) == range(first, min(last, size - 1) + 1)


@given(SIZE, BYTE)
def test_an_open_range_goes_to_the_end(size: int, first: int) -> None:
    if first >= size:
        with pytest.raises(UnsatisfiableError):
            parse(f"bytes={first}-", size)
    else:
        assert parse(f"bytes={first}-", size) == range(first, size)


@given(SIZE, st.integers(1, 12_000))
def test_a_suffix_is_the_last_so_many_bytes(size: int, length: int) -> None:
    assert parse(f"bytes=-{length}", size) == range(max(0, size - length), size)


@given(st.text(max_size=30), st.integers(0, 100))
def test_no_header_breaks_it(header: str, size: int) -> None:
    try:
        found = parse(header, size)
    except UnsatisfiableError:
        return
    assert found is None or (0 <= found.start < found.stop <= size)


def test_none_is_the_whole() -> None:
    assert parse(None, 10) is None
    assert parse(" BYTES=0-4 ", 10) == range(5)
    assert parse("bytes=1 2-5", 10) is None
    assert parse(f"bytes=0-{'9' * 5000}", 10) is None

"""Boxes are found where they are, whatever their lengths claim."""

import io
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.media import boxes
from lib.media.boxes import Box


def found(content: bytes) -> list[Box]:
    return list(boxes.top(cast("io.RawIOBase", io.BytesIO(content)), len(content)))


def test_boxes_are_listed_with_lengths_of_either_width_or_to_the_end() -> None:
    content = b"\0\0\0\x0cftypabcd" + b"\0\0\0\x01mdat" + (20).to_bytes(8) + b"wxyz"
    content += b"\0\0\0\0free" + b"to the end"
    assert found(content) == [Box(b"ftyp", 0, 12), Box(b"mdat", 12, 32), Box(b"free", 32, 50)]


def test_a_box_may_claim_to_end_after_the_file_does() -> None:
    assert found(b"\0\0\x10\0moovab") == [Box(b"moov", 0, 4096)]


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\0\0\0\x07free", b"\0\0\0\x01mdat\0\0"])
def test_a_length_shorter_than_its_own_header_ends_the_list(content: bytes) -> None:
    assert found(content) == []


def test_what_is_inside_is_reached_by_kinds() -> None:
    content = (
        b"\0\0\0\x15trak" + b"\0\0\0\x0dmdia" + b"first" + b"\0\0\0\x09free!" + b"\0\0\0\x08trak"
    )
    assert [bytes(one) for one in boxes.inner(memoryview(content), b"trak", b"mdia")] == [b"first"]
    assert list(boxes.inner(memoryview(b"\0\0\0\x01trak"), b"trak")) == []


@given(content=st.binary(max_size=200))
def test_no_bytes_make_the_search_fail_or_run_on(content: bytes) -> None:
    file = cast("io.RawIOBase", io.BytesIO(content))
    assert len(found(content)) <= len(content) // 8
    assert len(list(boxes.inner(memoryview(content), b"moov", b"trak"))) <= len(content)
    assert boxes.is_segment_cut(file, len(content)) in {True, False}
    assert boxes.is_segment_cut(file, 0) in {True, False}
    assert boxes.is_chunk_cut(content) in {True, False}


@pytest.mark.parametrize(
    ("length", "is_cut"), [(b"\x85", True), (b"\x84", False), (b"\xff", False), (b"\0", False)]
)
def test_a_segment_is_cut_where_it_claims_more_than_there_is(length: bytes, is_cut: bool) -> None:  # noqa: FBT001
    content = boxes.EBML + b"\x82ab" + boxes.SEGMENT + length + b"1234"
    file = cast("io.RawIOBase", io.BytesIO(content))
    assert boxes.is_segment_cut(file, len(content)) == is_cut

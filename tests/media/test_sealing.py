"""A sealed file reads like the plain one, and nothing else than what was written is ever read."""

import io
import os
import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import (
    MediaKeyMissingError,
    SealedFileAlteredError,
    SealedFileCutError,
    SealedFileError,
    SealedFileKeyError,
    SealedFileMissingError,
    SealedFileMovedError,
    SealedFileNewerError,
)
from lib.media.sealing import (
    FRAME_BYTES,
    HEADER,
    MARK,
    SEALED_FRAME_BYTES,
    TAG_BYTES,
    SealedFile,
    SealedReader,
    SealedWriter,
)
from tests.media.conftest import Seal, plain

FOUR_FRAMES = secrets.token_bytes(3 * FRAME_BYTES + 1000)
AROUND_A_FRAME = (0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES)
REUSED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STEPS = st.lists(
    st.tuples(
        st.integers(-10, len(FOUR_FRAMES) + 10) | st.sampled_from(AROUND_A_FRAME),
        st.sampled_from([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END]),
        st.integers(0, 2 * FRAME_BYTES + 5),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> SealedFile:
    file = SealedFile(
        tmp_path_factory.mktemp("sealed") / "a", secrets.token_bytes(32), "a/original"
    )
    with file.writer() as writer:
        writer.write(FOUR_FRAMES)
    return file


@pytest.mark.parametrize("length", AROUND_A_FRAME)
def test_what_was_sealed_is_read_again_whatever_its_length(seal: Seal, length: int) -> None:
    file = seal(FOUR_FRAMES[:length])
    assert plain(file) == FOUR_FRAMES[:length]
    with file.reader() as reader:
        assert reader.size == length


@REUSED
@given(pieces=st.lists(st.integers(0, 2 * FRAME_BYTES + 3), max_size=6))
def test_it_does_not_matter_in_what_pieces_a_file_was_written(
    tmp_path: Path, pieces: list[int]
) -> None:
    file = SealedFile(tmp_path / "pieces", b"k" * 32, "a/original")
    source = io.BytesIO(FOUR_FRAMES)
    with file.writer() as writer:
        written = sum(writer.write(source.read(length)) for length in pieces)
        assert writer.tell() == written
    assert plain(file) == FOUR_FRAMES[:written]


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_any_seeking_and_reading_gives_the_plain_bytes(
    shared: SealedFile, steps: list[tuple[int, int, int]]
) -> None:
    peer = io.BytesIO(FOUR_FRAMES)
    with shared.reader() as reader:
        for offset, whence, length in steps:
            base = {os.SEEK_SET: 0, os.SEEK_CUR: peer.tell(), os.SEEK_END: len(FOUR_FRAMES)}
            if base[whence] + offset < 0:
                with pytest.raises(ValueError, match="before"):
                    reader.seek(offset, whence)
                continue
            assert reader.seek(offset, whence) == peer.seek(offset, whence)
            assert reader.read(length) == peer.read(length)
            assert reader.tell() == peer.tell()


@settings(max_examples=60, deadline=None)
@given(start=st.integers(-5, len(FOUR_FRAMES) + 5), length=st.integers(-5, len(FOUR_FRAMES) + 5))
def test_a_range_comes_in_pieces_no_larger_than_a_frame(
    shared: SealedFile, start: int, length: int
) -> None:
    with shared.reader() as reader:
        pieces = list(reader.chunks(start, start + length))
    assert b"".join(pieces) == FOUR_FRAMES[max(0, start) : max(0, start + length)]
    assert all(0 < len(piece) <= FRAME_BYTES for piece in pieces)


@REUSED
@given(place=st.integers(0, HEADER.size + 2 * SEALED_FRAME_BYTES + 500), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(seal: Seal, place: int, bit: int) -> None:
    file = seal(FOUR_FRAMES[: 2 * FRAME_BYTES + 1000])
    content = bytearray(file.path.read_bytes())
    content[place] ^= 1 << bit
    file.path.write_bytes(content)
    with pytest.raises(SealedFileError):
        plain(file)


@REUSED
@given(length=st.integers(0, HEADER.size + 2 * SEALED_FRAME_BYTES + 1000 + TAG_BYTES - 1))
def test_any_cut_is_refused(seal: Seal, length: int) -> None:
    file = seal(FOUR_FRAMES[: 2 * FRAME_BYTES + 1000])
    os.truncate(file.path, length)
    with pytest.raises(SealedFileError):
        plain(file)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_cut_between_frames_is_called_a_cut(seal: Seal, frames: int) -> None:
    file = seal(FOUR_FRAMES)
    os.truncate(file.path, HEADER.size + frames * SEALED_FRAME_BYTES)
    with pytest.raises(SealedFileCutError):
        file.reader()


@pytest.mark.parametrize("length", [len(MARK) + 3, HEADER.size, HEADER.size + TAG_BYTES - 1])
def test_a_file_that_ends_in_its_header_is_called_a_cut(seal: Seal, length: int) -> None:
    file = seal(b"")
    os.truncate(file.path, length)
    with pytest.raises(SealedFileCutError):
        file.reader()


def test_frames_that_changed_places_are_told_from_changed_bytes(seal: Seal) -> None:
    file = seal(FOUR_FRAMES)
    content = file.path.read_bytes()
    first, second = (HEADER.size + number * SEALED_FRAME_BYTES for number in (0, 1))
    end = second + SEALED_FRAME_BYTES
    file.path.write_bytes(
        content[:first] + content[second:end] + content[first:second] + content[end:]
    )
    with pytest.raises(SealedFileAlteredError, match="order"):
        plain(file)


def test_a_frame_of_another_file_of_the_same_patient_is_refused(seal: Seal) -> None:
    file, other = seal(FOUR_FRAMES), seal(FOUR_FRAMES)
    content, foreign = bytearray(file.path.read_bytes()), other.path.read_bytes()
    place = slice(HEADER.size, HEADER.size + SEALED_FRAME_BYTES)
    content[place] = foreign[place]
    file.path.write_bytes(content)
    with pytest.raises(SealedFileAlteredError, match="changed"):
        plain(file)


def test_a_last_frame_that_was_added_is_refused(seal: Seal) -> None:
    file = seal(FOUR_FRAMES)
    content = file.path.read_bytes()
    file.path.write_bytes(content + content[-1016:])
    with pytest.raises(SealedFileError):
        file.reader()


def test_a_file_in_the_place_of_another_is_refused(seal: Seal) -> None:
    first, second = seal(b"one"), seal(b"two")
    second.path.replace(first.path)
    with pytest.raises(SealedFileMovedError):
        first.reader()


def test_another_key_is_told_from_a_missing_one(seal: Seal) -> None:
    file = seal(b"content")
    with pytest.raises(SealedFileKeyError):
        SealedReader(file.path, b"x" * 32, file.name)
    with pytest.raises(MediaKeyMissingError):
        SealedReader(file.path, b"", file.name)


def test_a_newer_version_and_what_was_never_sealed_are_told_apart(seal: Seal) -> None:
    file = seal(b"content")
    content = bytearray(file.path.read_bytes())
    content[len(MARK)] = 2
    file.path.write_bytes(content)
    with pytest.raises(SealedFileNewerError):
        file.reader()
    file.path.write_bytes(b"\xff\xd8\xff plain")
    with pytest.raises(SealedFileAlteredError):
        file.reader()


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SealedFileMissingError):
        SealedFile(tmp_path / "none", b"k" * 32, "a/original").reader()


def test_a_file_that_shrinks_while_it_is_open_is_called_a_cut(seal: Seal) -> None:
    file = seal(FOUR_FRAMES)
    with file.reader() as reader:
        os.truncate(file.path, HEADER.size + 10)
        with pytest.raises(SealedFileCutError):
            reader.readall()


def test_two_files_of_the_same_content_have_nothing_in_common(seal: Seal) -> None:
    first, second = (seal(b"\0" * 1000).path.read_bytes() for _ in range(2))
    start = len(MARK) + 1
    common = sum(a == b for a, b in zip(first[start:], second[start:], strict=True))
    assert common < len(first) / 10


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "deep" / "er" / "a", b"k" * 32, "a/original")

    def interrupted() -> None:
        with file.writer() as writer:
            writer.write(FOUR_FRAMES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(file.path.parent.iterdir()) == []
    writer = file.writer()
    writer.write(FOUR_FRAMES)
    writer.close()
    assert list(file.path.parent.iterdir()) == []


def test_a_writer_that_is_done_takes_no_more(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path / "a", b"k" * 32, "a/original")
    assert (writer.write(b"abc"), writer.seal()) == (3, 3)
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")
    writer.close()
    with SealedReader(tmp_path / "a", b"k" * 32, "a/original") as reader:
        assert (reader.read(), reader.readable(), reader.seekable()) == (b"abc", True, True)


def test_what_an_interrupted_writer_left_is_replaced(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "a", b"k" * 32, "a/original")
    file.path.write_bytes(b"half a file")
    with file.writer() as writer:
        writer.write(b"whole")
    assert plain(file) == b"whole"


def test_files_and_folders_are_for_the_clinics_account_alone(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "media" / "ab" / "a", b"k" * 32, "a/original")
    with file.writer() as writer:
        writer.write(b"x")
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (file.path, *list(file.path.parents)[:2])]
    assert modes == [0o600, 0o700, 0o700]


def test_no_key_shows_where_a_sealed_file_is_printed(seal: Seal, key: bytes) -> None:
    assert repr(key) not in repr(seal(b"x"))

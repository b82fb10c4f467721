"""Every kind of video gets a poster and a stream that starts at once, seeks, and says nothing."""

import io
import os
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lib.domain.media import Kind, Rendition
from lib.errors import MediaRefusedError, SealedFileAlteredError
from lib.media import boxes, faststart, preparing, videos
from lib.media.faststart import Draft, PatchedReader, reordered
from lib.media.prepared import Format, Made
from lib.media.sealing import FRAME_BYTES, SealedFile
from tests.media.conftest import CORPUS, Prepare, Seal, plain

FACTS = {
    "video.mp4": (Format.MP4, 320, 240, 2000),
    "dated.mov": (Format.MOV, 320, 240, 2000),
    "turned.mov": (Format.MOV, 240, 320, 2000),
    "fragmented.mp4": (Format.MP4, 320, 240, 2133),
    "fade.mp4": (Format.MP4, 320, 240, 3000),
    "hevc.mov": (Format.MOV, 320, 240, 2000),
    "prores.mov": (Format.MOV, 160, 120, 400),
    "vp9.webm": (Format.WEBM, 320, 240, 1008),
    "vp8-recorded.webm": (Format.WEBM, 320, 240, 1000),
    "wide.mp4": (Format.MP4, 360, 120, 1000),
}
PLANTED = (b"PLANTED", b"51.5", b"creation", b"Lavf", b"x264", b"quicktime")


def streamed(source: SealedFile) -> tuple[Made, bytes]:
    target = SealedFile(source.path.with_suffix(".stream"), source.key, "x/stream")
    made = preparing.stream(source, target)
    return made, plain(target)


def shown(content: bytes) -> tuple[list[float], np.ndarray]:
    """Return the times of all frames, and the first frame as it is stored."""
    with av.open(io.BytesIO(content)) as container:
        frames = list(container.decode(video=0))
    return [float(frame.time or 0) for frame in frames], frames[0].to_ndarray(format="rgb24")


@pytest.mark.parametrize(("name", "facts"), FACTS.items())
def test_a_video_says_what_it_is(
    prepare: Prepare, name: str, facts: tuple[Format, int, int, int]
) -> None:
    found, renditions = prepare((CORPUS / name).read_bytes())
    assert found.kind == Kind.VIDEO
    assert (found.format, found.width, found.height, found.duration_ms) == facts
    assert found.likeness is None
    with Image.open(io.BytesIO(renditions[Rendition.PREVIEW])) as poster:
        assert poster.size == facts[1:3]


@pytest.mark.parametrize(("name", "facts"), FACTS.items())
def test_a_stream_is_h264_and_aac_with_its_index_first(
    seal: Seal, name: str, facts: tuple[Format, int, int, int]
) -> None:
    made, content = streamed(seal((CORPUS / name).read_bytes()))
    assert (made.name, made.media_type) == (Rendition.STREAM, "video/mp4")
    assert (made.width, made.height, made.bytes) == (*facts[1:3], len(content))
    kinds = [box.kind for box in boxes.top(io.BytesIO(content), len(content))]  # type: ignore[arg-type]
    assert kinds[:2] == [b"ftyp", b"moov"]
    with av.open(io.BytesIO(content)) as container:
        picture = container.streams.video[0]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert {sound.codec_context.name for sound in container.streams.audio} <= {"aac"}
        assert len(container.streams) <= 2
        length = (container.duration or 0) / 1000
    assert abs(length - facts[3]) <= 150


@pytest.mark.parametrize("name", FACTS)
def test_a_stream_keeps_every_frame_at_its_time(seal: Seal, name: str) -> None:
    content = (CORPUS / name).read_bytes()
    made, made_first = shown(streamed(seal(content))[1])
    times, first = shown(content)
    assert len(made) == len(times)
    steps = [(one - made[0]) - (other - times[0]) for one, other in zip(made, times, strict=True)]
    assert max(abs(step) for step in steps) < 0.01
    if first.shape == made_first.shape:
        assert np.abs(first.astype(int) - made_first.astype(int)).mean() < 12


@pytest.mark.parametrize("name", ["video.mp4", "dated.mov", "hevc.mov", "vp9.webm"])
def test_nothing_but_picture_and_sound_reaches_a_stream(seal: Seal, name: str) -> None:
    _, content = streamed(seal((CORPUS / name).read_bytes()))
    index = next(box for box in boxes.top(io.BytesIO(content), len(content)) if box.kind == b"moov")  # type: ignore[arg-type]
    # The encoder of the source's sound signs in the sound itself: that is not ours to change.
    places = content[: index.stop]
    assert [mark for mark in PLANTED if mark in places] == []
    # The muxer writes a list of descriptions all the same: an empty one.
    assert places.count(b"ilst") == places.count(b"\0\0\0\x08ilst") == 1
    assert b"PLANTED" not in content
    # What is copied loses the messages between its pictures, which cameras fill with all sorts.
    assert (b"x264 - core" in content) == (name in {"hevc.mov", "vp9.webm"})
    with av.open(io.BytesIO(content)) as container:
        assert set(container.metadata) <= {"major_brand", "minor_version", "compatible_brands"}


def test_a_turned_video_stays_turned(prepare: Prepare, seal: Seal) -> None:
    content = (CORPUS / "turned.mov").read_bytes()
    _, renditions = prepare(content)
    with Image.open(io.BytesIO(renditions[Rendition.PREVIEW])) as poster:
        upright = np.asarray(poster.rotate(-90, expand=True)).astype(int)
    assert np.abs(upright - shown(content)[1]).mean() < 12
    for source in (seal(content), seal(transcoded_turned())):
        _, stream = streamed(source)
        with av.open(io.BytesIO(stream)) as container:
            assert next(container.decode(video=0)).rotation == 90


def transcoded_turned() -> bytes:
    """Return a turned video that no browser plays as it is."""
    content = io.BytesIO()
    with av.open(content, "w", format="mov") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return content.getvalue()


def test_the_date_is_local_with_an_offset_or_utc(prepare: Prepare) -> None:
    found, _ = prepare((CORPUS / "dated.mov").read_bytes())
    assert (found.taken_at, found.offset_minutes) == (datetime(2024, 7, 14, 10, 20, 30), 60)  # noqa: DTZ001
    found, _ = prepare((CORPUS / "video.mp4").read_bytes())
    assert (found.taken_at, found.offset_minutes) == (datetime(2024, 7, 14, 9, 20, 30), 0)  # noqa: DTZ001
    found, _ = prepare((CORPUS / "turned.mov").read_bytes())
    assert (found.taken_at, found.offset_minutes) == (None, None)


def test_the_poster_passes_over_a_black_beginning(prepare: Prepare) -> None:
    _, renditions = prepare((CORPUS / "fade.mp4").read_bytes())
    with Image.open(io.BytesIO(renditions[Rendition.THUMBNAIL])) as poster:
        assert np.asarray(poster).std() > 40


@pytest.mark.parametrize(
    ("name", "sentence"), [("keyless.mp4", videos.NO_KEY_FRAME), ("sound.mp4", videos.NO_PICTURE)]
)
def test_a_video_without_a_picture_to_begin_with_is_refused(
    prepare: Prepare, seal: Seal, name: str, sentence: str
) -> None:
    content = (CORPUS / name).read_bytes()
    with pytest.raises(MediaRefusedError) as refused:
        prepare(content)
    assert refused.value.message == sentence
    with pytest.raises(MediaRefusedError):
        streamed(seal(content))


def test_a_stream_that_fails_leaves_nothing(seal: Seal, tmp_path: Path) -> None:
    source = seal((CORPUS / "keyless.mp4").read_bytes())
    with pytest.raises(MediaRefusedError):
        streamed(source)
    assert list(tmp_path.iterdir()) == [source.path]


def test_nothing_unsealed_lies_on_the_disk_while_a_stream_is_made(
    seal: Seal, tmp_path: Path
) -> None:
    streamed(seal((CORPUS / "vp9.webm").read_bytes()))
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert [name for name, content in written.items() if b"moov" in content[:500]] == []
    assert set(written) == {"0.original", "0.stream"}


def test_a_video_whose_seal_is_broken_is_told_to_be_altered(seal: Seal) -> None:
    file = seal((CORPUS / "video.mp4").read_bytes() + b"\0" * 3 * FRAME_BYTES)
    content = bytearray(file.path.read_bytes())
    content[FRAME_BYTES // 2] ^= 1
    file.path.write_bytes(content)
    with pytest.raises(SealedFileAlteredError):
        preparing.prepare(file, {})
    with pytest.raises(SealedFileAlteredError):
        streamed(file)


def test_a_video_that_is_too_large_is_refused_before_it_is_read(
    seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = seal((CORPUS / "video.mp4").read_bytes())
    monkeypatch.setattr(videos, "MAX_BYTES", 1000)
    with pytest.raises(MediaRefusedError) as refused:
        preparing.prepare(file, {})
    assert refused.value.message == videos.TOO_LARGE


def test_a_picture_larger_than_8k_is_refused(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    file = seal((CORPUS / "video.mp4").read_bytes())
    monkeypatch.setattr(videos, "MAX_PIXELS", 1000)
    with pytest.raises(MediaRefusedError) as refused:
        preparing.prepare(file, {})
    assert refused.value.message == videos.TOO_WIDE


def test_slow_motion_is_streamed_at_sixty_frames_a_second_at_most(seal: Seal) -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=240)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(120):
            pixels = np.full((48, 64, 3), number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    times, _ = shown(streamed(seal(content.getvalue()))[1])
    assert 25 <= len(times) <= 31
    assert min(later - sooner for sooner, later in pairwise(times)) >= 0.015


def test_a_larger_video_is_made_smaller(seal: Seal) -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="mov") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 2560, 1438, "yuv420p"
        for _ in range(3):
            pixels = np.zeros((1438, 2560, 3), np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    made, _ = streamed(seal(content.getvalue()))
    assert (made.width, made.height) == (1280, 720)


def test_the_length_of_a_recording_that_does_not_say_it_is_counted(
    prepare: Prepare, seal: Seal
) -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="webm", options={"live": "1"}) as output:
        stream = output.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(20):
            pixels = np.full((48, 64, 3), number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    assert prepare(content.getvalue())[0].duration_ms == pytest.approx(2000, abs=101)
    times, _ = shown(streamed(seal(content.getvalue()))[1])
    assert len(times) == 20


def test_a_long_video_of_one_key_frame_goes_in(prepare: Prepare) -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=30, options={"g": "9999", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(videos.MOST_POSTER_PACKETS + 100):
            pixels = np.full((48, 64, 3), number % 200, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    found, renditions = prepare(content.getvalue())
    assert (found.width, found.height) == (64, 48)
    assert len(renditions) == 2


def test_a_still_picture_that_claims_to_be_a_video_is_refused(prepare: Prepare) -> None:
    content = (CORPUS / "plain.avif").read_bytes()
    size = int.from_bytes(content[:4])
    film = content[:8] + b"qt  " + content[12:16] + b"qt  " * ((size - 16) // 4) + content[size:]
    with pytest.raises(MediaRefusedError) as refused:
        prepare(film)
    assert refused.value.message == videos.BROKEN


def test_a_video_of_a_codec_that_nobody_knows_is_refused(prepare: Prepare) -> None:
    content = (CORPUS / "video.mp4").read_bytes().replace(b"avc1", b"zzzz")
    with pytest.raises(MediaRefusedError) as refused:
        prepare(content)
    assert refused.value.message == videos.NO_PICTURE


def test_a_video_with_damaged_frames_goes_in_as_players_show_it(
    prepare: Prepare, seal: Seal
) -> None:
    content = bytearray((CORPUS / "vp9.webm").read_bytes())
    for place in range(12_000, 16_000, 7):
        content[place] ^= 0x55
    assert prepare(bytes(content))[0].width == 320
    times, _ = shown(streamed(seal(bytes(content)))[1])
    assert len(times) >= 5


def test_what_a_muxer_rewrites_is_laid_over_what_was_sealed(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "draft", b"k" * 32, "x")
    with file.writer() as writer:
        draft = Draft(writer)
        draft.write(b"0123456789" * 50_000)
        draft.seek(FRAME_BYTES - 2)
        draft.write(b"abcd")
        draft.seek(-3, os.SEEK_END)
        draft.write(b"endmore")
        assert (draft.tell(), draft.seekable(), draft.writable()) == (500_004, True, True)
        draft.seek(10, os.SEEK_CUR)
        with pytest.raises(ValueError, match="front to back"):
            draft.write(b"a gap")
    wanted = bytearray(b"0123456789" * 50_000 + b"more")
    wanted[FRAME_BYTES - 2 : FRAME_BYTES + 2] = b"abcd"
    wanted[499_997:500_000] = b"end"
    with file.reader() as reader:
        patched = PatchedReader(reader, draft.patches)
        assert patched.readable()
        assert patched.read(500_004) == wanted
        patched.seek(FRAME_BYTES - 1)
        assert patched.read(2) == b"bc"


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x08ftyp", b"\0\0\0\x08moov\0\0\0\x08ftyp"])
def test_a_draft_without_an_index_is_not_reordered(tmp_path: Path, content: bytes) -> None:
    file = SealedFile(tmp_path / "draft", b"k" * 32, "x")
    with file.writer() as writer:
        writer.write(content)
    with file.reader() as reader, pytest.raises(ValueError, match="index"):
        list(reordered(PatchedReader(reader, [])))


def test_offsets_of_both_widths_are_moved() -> None:
    def box(kind: bytes, *contents: bytes) -> bytes:
        body = b"".join(contents)
        return (8 + len(body)).to_bytes(4) + kind + body

    def index(narrow: tuple[int, ...], wide: tuple[int, ...]) -> bytes:
        tables = (
            box(b"stco", bytes(4), len(narrow).to_bytes(4), *(at.to_bytes(4) for at in narrow)),
            box(b"co64", bytes(4), len(wide).to_bytes(4), *(at.to_bytes(8) for at in wide)),
        )
        tracks = (box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table)))) for table in tables)
        return box(b"moov", *tracks)

    moved = faststart.moved(index((100, 2000), (2**33,)), 500)
    assert moved == index((600, 2500), (2**33 + 500,))

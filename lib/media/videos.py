"""Looking into a video: its facts and its poster; makes and keeps no files."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from lib.errors import MediaRefusedError
from lib.media import boxes, hdr, taken
from lib.media.prepared import Format, Taken
from lib.media.sealing import FRAME_BYTES, SealedReader

MAX_BYTES = 500 * 1000 * 1000
# 8K, which no clinic's camera goes beyond.
MAX_PIXELS = 8192 * 4320
TOO_LARGE = "This video has more than 500 MB. Cut it, or save it smaller, and bring that in."
TOO_WIDE = "This video's picture is larger than 8K. Save it smaller and bring that in."
BROKEN = "This video cannot be read: the file is damaged. Copy it from the camera or phone again."
INCOMPLETE = "The end of this video is missing. Copy it from the camera or phone again."
NO_PICTURE = "There is no moving picture in this file. Bring in a video that has one."
NO_KEY_FRAME = "No picture of this video can be shown: it lacks its first one. Copy it again."

# FFmpeg is told what a file is, so that no playlist or other format of its many is ever tried.
DEMUXERS = {Format.MP4: "mov", Format.MOV: "mov", Format.WEBM: "matroska"}
FAULTS = (av.error.FFmpegError, ValueError, OverflowError, ZeroDivisionError)
# How far into a video a poster is looked for: black and white-out beginnings are passed over. Only
# key frames are decoded, of which cameras write one a second or two.
MOST_POSTER_FRAMES = 30
MOST_POSTER_PACKETS = 1_000
LEAST_CONTRAST = 12.0
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Video:
    """What a video is: the upright size of its picture, its length, its poster."""

    poster: Image.Image
    width: int
    height: int
    duration_ms: int
    taken: Taken | None


@contextmanager
def opened(reader: SealedReader, found: Format) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a sealed video and give its container and picture.

    Raises `MediaRefusedError` for what is too large, cut, broken or without a picture.
    """
    _refuse_size(reader, found)
    reader.seek(0)
    try:
        with av.open(
            reader,
            "r",
            format=DEMUXERS[found],
            metadata_errors="replace",
            buffer_size=FRAME_BYTES,
            io_open=_refuse_other_files,
        ) as container:
            yield container, _picture(container)
    except FAULTS as error:
        raise MediaRefusedError(BROKEN) from error


def look(reader: SealedReader, found: Format, longer_side: int) -> Video:
    """Return a video's facts and its poster, upright, its longer side at most so many pixels."""
    with opened(reader, found) as (container, stream):
        stream.codec_context.skip_frame = "NONKEY"
        frame = _poster_frame(container, stream)
        poster = picture_of(frame, stream, longer_side)
        width, height = shown_size(stream, quarter_turns(frame))
        length = _duration_ms(container, stream)
        return Video(poster, width, height, length, taken.of_video(_metadata(container, stream)))


def quarter_turns(frame: VideoFrame) -> int:
    """Return by how many quarters the frame is turned anticlockwise to be upright."""
    return round(frame.rotation / 90) % 4


def display_matrix(frame: VideoFrame) -> list[int] | None:
    """Return how the frame is turned and flipped to be shown, as containers write it."""
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    return None if data is None else list(memoryview(bytes(data)).cast("i"))


def shown_size(stream: VideoStream, turns: int) -> tuple[int, int]:
    """Return width and height as they are shown: with square pixels, and upright."""
    shape = stream.sample_aspect_ratio or Fraction(1)
    is_odd = not Fraction(1, 4) <= shape <= 4  # noqa: PLR2004 - no camera's pixels are flatter
    width = stream.width if is_odd else max(1, round(stream.width * shape))
    return (stream.height, width) if turns % 2 else (width, stream.height)


def picture_of(frame: VideoFrame, stream: VideoStream, longer_side: int) -> Image.Image:
    """Return a frame as an upright picture in sRGB."""
    turns = quarter_turns(frame)
    size = shown_size(stream, turns)
    scale = min(1.0, longer_side / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    flat = (height, width) if turns % 2 else (width, height)
    picture: Image.Image = frame.reformat(*flat, format="rgb24").to_image()  # type: ignore[no-untyped-call]
    if frame.color_trc in hdr.TRANSFERS:
        picture = hdr.to_sdr(picture, frame.color_trc)
    return picture.rotate(90 * turns, expand=True)


def _refuse_size(reader: SealedReader, found: Format) -> None:
    if reader.size > MAX_BYTES:
        raise MediaRefusedError(TOO_LARGE)
    if found is Format.WEBM:
        is_cut, is_video = boxes.is_segment_cut(reader, reader.size), True
    else:
        inside = list(boxes.top(reader, reader.size))
        is_cut = bool(inside) and inside[-1].stop > reader.size
        # FFmpeg also reads still pictures from files of boxes: a video has an index.
        is_video = any(box.kind == b"moov" for box in inside)
    if is_cut:
        raise MediaRefusedError(INCOMPLETE)
    if not is_video:
        raise MediaRefusedError(BROKEN)


def _refuse_other_files(*_: Any) -> NoReturn:  # noqa: ANN401 - whatever FFmpeg asks for
    raise MediaRefusedError(BROKEN)


def _picture(container: InputContainer) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    # A stream whose codec nobody knows has no context, and so no size.
    if not streams or not streams[0].codec_context or not streams[0].width * streams[0].height:
        raise MediaRefusedError(NO_PICTURE)
    if streams[0].width * streams[0].height > MAX_PIXELS:
        raise MediaRefusedError(TOO_WIDE)
    return streams[0]


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Return the first frame that can be shown; raises `MediaRefusedError` where none can."""
    for frame in _frames(container, stream):
        return frame
    raise MediaRefusedError(NO_KEY_FRAME)


def _poster_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Return the first frame on which something can be seen, else the first of all."""
    first = None
    for number, frame in enumerate(_frames(container, stream)):
        first = first or frame
        if _contrast(frame) >= LEAST_CONTRAST:
            return frame
        if number >= MOST_POSTER_FRAMES:
            break
    if first is None:
        raise MediaRefusedError(NO_KEY_FRAME)
    return first


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield frames from the first key frame on, passing over packets that are damaged."""
    has_begun = False
    for packet in itertools.islice(container.demux(stream), MOST_POSTER_PACKETS):
        has_begun = has_begun or packet.is_keyframe
        if has_begun:
            yield from decoded(packet)
    # A video of one key frame alone: the decoder still waits for what might come before it.
    with suppress(av.error.FFmpegError):
        yield from stream.codec_context.decode(None)


def decoded(packet: Any) -> list[Any]:  # noqa: ANN401 - a packet and frames of sound or picture
    """Return the frames of one packet; none where it is damaged, as players do."""
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def _contrast(frame: VideoFrame) -> float:
    small = frame.reformat(64, 64, format="gray").to_ndarray()
    return float(np.std(small))


def _duration_ms(container: InputContainer, stream: VideoStream) -> int:
    """Return the length; recordings of a browser do not say it, their packets do."""
    if container.duration:
        return round(container.duration * MILLISECONDS / av.time_base)
    container.seek(0)
    ends = [
        (packet.pts + (packet.duration or 0)) * packet.time_base
        for packet in container.demux(stream)
        if packet.pts is not None
    ]
    return round(max(ends, default=Fraction(0)) * MILLISECONDS)


def _metadata(container: InputContainer, stream: VideoStream) -> dict[str, str]:
    return {**stream.metadata, **container.metadata}

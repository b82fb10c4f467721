"""A long video for benchmarks: two seconds of noise, encoded once and repeated packet by packet."""

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

WIDTH, HEIGHT, GRAIN = 1280, 720, 4
RATE, FRAMES = 25, 50
OPTIONS = {"preset": "ultrafast", "bf": "0", "b": "40M"}


def write(path: Path, size: int) -> float:
    """Write an MP4 (H.264, index first) of about so many bytes; return its seconds."""
    source = _noise()
    with (
        av.open(source) as template,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as output,
    ):
        track = output.add_stream_from_template(template.streams.video[0])
        read = [packet for packet in template.demux(video=0) if packet.size]
        step = round(Fraction(FRAMES, RATE) / read[0].time_base)
        repeats = max(1, round(size / sum(packet.size for packet in read)))
        for turn in range(repeats):
            for packet in read:
                output.mux(_moved(packet, turn * step, track))
    return repeats * FRAMES / RATE


def _moved(packet: Packet, by: int, track: VideoStream) -> Packet:
    copy = Packet(bytes(packet))
    copy.pts, copy.dts = (packet.pts or 0) + by, (packet.dts or 0) + by
    copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, track
    return copy


def _noise() -> io.BytesIO:
    held = io.BytesIO()
    drawn = np.random.default_rng(7)
    with av.open(held, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=RATE, options=OPTIONS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(FRAMES):
            size = (HEIGHT // GRAIN, WIDTH // GRAIN, 3)
            pixels = drawn.integers(0, 255, size, dtype=np.uint8)
            pixels = pixels.repeat(GRAIN, axis=0).repeat(GRAIN, axis=1)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    held.seek(0)
    return held

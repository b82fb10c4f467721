"""Short films of a drawn face: smiling, frowning, turning the head; with the hush of a room."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from lib.demo.pictures import portrait
from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.drawing import Shot, stand_of
from lib.demo.pictures.face import Face
from lib.demo.pictures.moment import Look, Skin
from lib.demo.pictures.sitter import Sitter

SIZE = (480, 640)
RATE = 12
SECONDS = 3
SOUND_RATE = 48_000
SOUND_FRAME = 1024
HUSH = 0.003


class Scene(StrEnum):
    """What happens in a film."""

    EXPRESSIONS = "expressions"
    TURNING = "turning"


class Container(StrEnum):
    """How a film is kept: MP4 as telephones write it, MOV as older cameras do, WebM."""

    MP4 = "mp4"
    MOV = "mov"
    WEBM = "webm"


CODECS = {
    Container.MP4: ("libx264", "aac"),
    Container.MOV: ("libx265", "aac"),
    Container.WEBM: ("libvpx-vp9", "libopus"),
}
SPEEDS = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


@dataclass(frozen=True, slots=True)
class Film:
    """One film: who, with what can be seen of treatments, doing what, since when (UTC)."""

    person: Sitter
    skin: Skin
    scene: Scene
    taken_at: datetime
    container: Container = Container.MP4


def film(wanted: Film) -> bytes:
    """Return the film as a file."""
    out = io.BytesIO()
    video_codec, sound_codec = CODECS[wanted.container]
    with av.open(out, "w", format=wanted.container.value) as container:
        container.metadata["creation_time"] = f"{wanted.taken_at:%Y-%m-%dT%H:%M:%S}.000000Z"
        options = SPEEDS[video_codec]
        video = cast("VideoStream", container.add_stream(video_codec, rate=RATE, options=options))
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        sound = cast("AudioStream", container.add_stream(sound_codec, rate=SOUND_RATE))
        for image in _pictures(wanted):
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode())
        for noise in _hush():
            container.mux(sound.encode(noise))
        container.mux(sound.encode())
    return out.getvalue()


def _pictures(wanted: Film) -> Iterator[Image.Image]:
    stand = stand_of(Shot(size=SIZE))
    for number in range(RATE * SECONDS):
        look, turn = _at(wanted.scene, number / (RATE * SECONDS - 1))
        sheet = Sheet(SIZE, stand, wanted.person.wall)
        portrait.draw(sheet, Face(wanted.person, look, wanted.skin, turn))
        yield sheet.image


def _at(scene: Scene, share: float) -> tuple[Look, float]:
    """Return what the face does, and how far it is turned, at that share of the film."""
    if scene is Scene.TURNING:
        return Look(closed=_blink(share)), 0.5 - 0.5 * math.cos(2 * math.pi * share)
    swing = math.sin(math.pi * ((3 * share) % 1.0)) ** 1.5
    act = min(2, int(3 * share))
    raised, frown, smile = (swing if act == place else 0.0 for place in range(3))
    return Look(smile=smile, frown=frown, raised=raised, closed=_blink(share)), 0.0


def _blink(share: float) -> float:
    return max(0.0, 1 - abs(share - 0.34) * 24)


def _hush() -> Iterator[av.AudioFrame]:
    random = np.random.default_rng(5)
    for number in range(SOUND_RATE * SECONDS // SOUND_FRAME):
        noise = random.normal(0, HUSH, (1, SOUND_FRAME)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(noise, format="fltp", layout="mono")
        frame.sample_rate = SOUND_RATE
        frame.pts = number * SOUND_FRAME
        frame.time_base = Fraction(1, SOUND_RATE)
        yield frame

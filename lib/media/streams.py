"""Making of a video what a browser can play and seek in: MP4 with H.264 and AAC, nothing else.

What is so already is copied, packet by packet; everything else is encoded anew. Only pictures and
sound are taken along: no place, no date, no camera, no subtitles, no data.
"""

from fractions import Fraction
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.bitstream import BitStreamFilterContext
from av.codec.context import ThreadType
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from lib.domain.media import Rendition
from lib.media import hdr, videos
from lib.media.faststart import Draft, PatchedReader, reordered
from lib.media.prepared import Format, Made
from lib.media.sealing import FRAME_BYTES, SealedFile, SealedReader

MEDIA_TYPE = "video/mp4"
LONGER_SIDE = 1280
# What browsers decode everywhere, by the hardware where there is any.
MOST_COPIED_PIXELS = 4096 * 2304
PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High", "Progressive High"})
FORMATS = frozenset({"yuv420p", "yuvj420p"})
TICKS = 90_000
# What FFmpeg calls the colours of ordinary screens, in each of three properties.
BT709 = 1
FRAMES_A_SECOND = 30
MOST_FRAMES_A_SECOND = 60
SOUND_RATE = 48_000
SOUND_FRAME = 1024
SOUND_BITS = 128_000
PICTURE_OPTIONS = {"preset": "veryfast", "crf": "23", "threads": "2"}
# Bit-exact leaves the name and version of the software out.
CONTAINER_OPTIONS = {"fflags": "+bitexact"}


def make(source: SealedFile, found: Format, target: SealedFile) -> Made:
    """Write the stream of a sealed video, sealed; its index comes first.

    Nothing unsealed touches the disk: the muxer's draft is sealed beside the target. Raises
    `MediaRefusedError`.
    """
    draft = SealedFile(
        target.path.with_name(f"{target.path.name}.draft"), target.key, f"{target.name}.draft"
    )
    try:
        with source.reader() as reader, draft.writer() as writer:
            sink = Draft(writer)
            size = _muxed(reader, found, sink)
        with draft.reader() as written, target.writer() as writer:
            for chunk in reordered(PatchedReader(written, sink.patches)):
                writer.write(chunk)
    finally:
        draft.path.unlink(missing_ok=True)
    return Made(Rendition.STREAM, MEDIA_TYPE, *size, writer.size)


def _muxed(reader: SealedReader, found: Format, sink: Draft) -> tuple[int, int]:
    """Write the draft; return width and height as they are shown."""
    with (
        videos.opened(reader, found) as (container, picture),
        av.open(
            sink, "w", format="mp4", options=CONTAINER_OPTIONS, buffer_size=FRAME_BYTES
        ) as output,
    ):
        picture.thread_type = ThreadType.AUTO
        frame = videos.first_frame(container, picture)
        container.seek(0)
        size = videos.shown_size(picture, videos.quarter_turns(frame))
        track: _Track
        if _is_playable(picture):
            track = _Copied(output, picture)
        else:
            size = _scaled(size)
            track = _Picture(output, picture, size, videos.quarter_turns(frame))
        matrix = videos.display_matrix(frame)
        if matrix:
            track.stream.set_display_matrix(matrix)
        tracks = {picture.index: track, **_sound_track(container, output)}
        _carry_over(container, tracks)
        return size


def _carry_over(container: InputContainer, tracks: dict[int, "_Track"]) -> None:
    streams = [container.streams[index] for index in tracks]
    for packet in container.demux(*streams):
        # The last packet of a stream is empty: decoders then give what they still hold back.
        tracks[packet.stream_index].take(packet)
    for track in tracks.values():
        track.end()


def _is_playable(picture: VideoStream) -> bool:
    """Tell whether browsers play the picture as it is."""
    context = picture.codec_context
    return (
        context.name == "h264"
        and context.pix_fmt in FORMATS
        and str(picture.profile) in PROFILES
        and picture.width * picture.height <= MOST_COPIED_PIXELS
    )


def _sound_track(container: InputContainer, output: OutputContainer) -> dict[int, "_Track"]:
    """Return the first sound by its number; none where there is none that can be decoded."""
    for sound in container.streams.audio[:1]:
        if sound.codec_context is not None and sound.codec_context.sample_rate:
            is_playable = sound.codec_context.name == "aac" and sound.profile == "LC"
            return {sound.index: _Copied(output, sound) if is_playable else _Sound(output)}
    return {}


def _scaled(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size whose longer side is at most `LONGER_SIDE`; both are even, as H.264 wants."""
    scale = min(1.0, LONGER_SIDE / max(size))
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    return width, height


class _Track:
    """One stream of the output, and how packets of the input get into it."""

    stream: Any

    def __init__(self, output: OutputContainer) -> None:
        self._output = output

    def take(self, packet: "Packet[Stream]") -> None:
        """Take in a packet of the input."""
        raise NotImplementedError

    def end(self) -> None:
        """Write what is still held back."""
        raise NotImplementedError


class _Copied(_Track):
    """Packets as they are, without the messages that cameras hide between pictures (SEI)."""

    def __init__(self, output: OutputContainer, template: Stream) -> None:
        super().__init__(output)
        self.stream = output.add_stream_from_template(template)
        self.stream.metadata.clear()
        is_picture = template.type == "video"
        self._filter = (
            BitStreamFilterContext("filter_units=remove_types=6", template, self.stream)
            if is_picture
            else None
        )

    def take(self, packet: "Packet[Stream]") -> None:
        if packet.dts is None:
            return
        for each in self._filter.filter(packet) if self._filter else [packet]:
            each.stream = self.stream
            self._output.mux(each)

    def end(self) -> None:
        for each in self._filter.filter(None) if self._filter else []:
            each.stream = self.stream
            self._output.mux(each)


class _Picture(_Track):
    """A picture of any kind encoded anew as H.264, at the times at which it was shown."""

    def __init__(
        self, output: OutputContainer, source: VideoStream, size: tuple[int, int], turns: int
    ) -> None:
        super().__init__(output)
        rate = min(source.average_rate or FRAMES_A_SECOND, MOST_FRAMES_A_SECOND)
        rate = Fraction(max(rate, 1)).limit_denominator(1001)
        self.stream = output.add_stream("libx264", rate=rate, options=PICTURE_OPTIONS)
        self.stream.width, self.stream.height = size[::-1] if turns % 2 else size
        self.stream.pix_fmt = "yuv420p"
        self.stream.codec_context.time_base = Fraction(1, TICKS)
        self.stream.codec_context.gop_size = round(2 * rate)
        context = source.codec_context
        width, height = self.stream.width, self.stream.height
        is_hdr = context.color_trc in hdr.TRANSFERS and source.time_base
        self._to_sdr = (
            hdr.ToSdr(context.color_trc, width, height, source.time_base) if is_hdr else None
        )
        for said in ("color_primaries", "color_trc", "colorspace", "color_range"):
            told = BT709 if is_hdr and said != "color_range" else getattr(context, said)
            setattr(self.stream.codec_context, said, told)
        self._last = -TICKS * 3600
        self._least_step = TICKS // (MOST_FRAMES_A_SECOND + 1)

    def take(self, packet: "Packet[Stream]") -> None:
        for frame in videos.decoded(packet):
            self._encode(frame)

    def end(self) -> None:
        self._output.mux(self.stream.encode(None))

    def _encode(self, frame: VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None:
            return
        at = round(frame.pts * Fraction(frame.time_base) * TICKS)
        if at - self._last < self._least_step:
            # Slow motion: what no screen would show is left out.
            return
        self._last = at
        if self._to_sdr:
            made = self._to_sdr.convert(frame)
        else:
            made = frame.reformat(self.stream.width, self.stream.height, format="yuv420p")
        made.pts, made.time_base = at, Fraction(1, TICKS)
        made.pict_type = PictureType.NONE
        self._output.mux(self.stream.encode(made))


class _Sound(_Track):
    """Sound of any kind encoded anew as AAC in stereo."""

    def __init__(self, output: OutputContainer) -> None:
        super().__init__(output)
        self.stream = output.add_stream("aac", rate=SOUND_RATE)
        self.stream.codec_context.bit_rate = SOUND_BITS
        self.stream.codec_context.layout = "stereo"
        self._resampler = av.AudioResampler("fltp", "stereo", SOUND_RATE, SOUND_FRAME)

    def take(self, packet: "Packet[Stream]") -> None:
        for frame in videos.decoded(packet):
            self._encode(frame)

    def end(self) -> None:
        self._encode(None)
        self._output.mux(self.stream.encode(None))

    def _encode(self, frame: AudioFrame | None) -> None:
        for made in self._resampler.resample(frame):
            self._output.mux(self.stream.encode(made))

"""Pictures of high dynamic range, as telephones film them, to what an ordinary screen shows.

HLG and PQ as in ITU-R BT.2100: to light, its white of 203 cd/m² (BT.2408) to full white, what is
brighter eased into the last fifth, BT.2020's primaries to sRGB's.
"""

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.floating[Any]]

PQ = 16
HLG = 18
TRANSFERS = frozenset({PQ, HLG})
WHITE_NITS = 203.0
HLG_PEAK_NITS = 1000.0
PQ_PEAK_NITS = 10_000.0
KNEE = 0.8
TABLE_POINTS = 33
# Red, green and blue of ten bits, in planes: what the table is looked up with.
PLANES = "gbrp10le"
LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)
TO_SRGB = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)


def to_sdr(picture: Image.Image, transfer: int) -> Image.Image:
    """Return an RGB picture, coded as PQ or HLG over BT.2020, as sRGB."""
    shown = _shown(np.asarray(picture, np.float32) / 255, transfer)
    return Image.fromarray(np.rint(shown * 255).astype(np.uint8))


def _shown(coded: Light, transfer: int) -> Light:
    light = (_hlg(coded) if transfer == HLG else _pq(coded)) / WHITE_NITS
    eased = light * _easing(light @ LUMINANCE)[..., None]
    return _srgb(np.clip(eased @ TO_SRGB.T, 0, 1))


def _hlg(coded: Light) -> Light:
    """Return the light of a screen of 1,000 cd/m² in cd/m²."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)  # noqa: PLR2004
    seen: Light = scene * (scene @ LUMINANCE)[..., None] ** 0.2 * HLG_PEAK_NITS
    return seen


def _pq(coded: Light) -> Light:
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = coded ** (1 / m2)
    seen: Light = (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * PQ_PEAK_NITS
    return seen


def _easing(luminance: Light) -> Light:
    """Return by what the light is lessened, so that highlights keep their shape below white."""
    over = np.maximum(luminance - KNEE, 0)
    eased = np.minimum(luminance, KNEE) + (1 - KNEE) * (1 - np.exp(-over / (1 - KNEE)))
    factor: Light = eased / np.maximum(luminance, 1e-6)
    return factor


def _srgb(light: Light) -> Light:
    coded: Light = np.where(
        light <= 0.0031308,  # noqa: PLR2004 - IEC 61966-2-1
        light * 12.92,
        1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055,
    )
    return coded


def table(transfer: int) -> str:
    """Return the same as a table (.cube) by which FFmpeg converts frames quickly."""
    steps = np.linspace(0, 1, TABLE_POINTS, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    coded = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    rows = "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in _shown(coded, transfer))
    return f"LUT_3D_SIZE {TABLE_POINTS}\n{rows}\n"


class ToSdr:
    """Converts the frames of one video."""

    def __init__(self, transfer: int, width: int, height: int, time_base: Fraction | None) -> None:
        self._size = (width, height)
        self._graph = av.filter.Graph()
        self._source = self._graph.add_buffer(
            width=width, height=height, format=av.VideoFormat(PLANES), time_base=time_base
        )
        self._sink = self._graph.add("buffersink")
        with tempfile.TemporaryDirectory() as folder:
            # It is read once, here; nothing of the video is in it.
            file = Path(folder) / "table.cube"
            file.write_text(table(transfer), "ascii")
            lookup = self._graph.add("lut3d", f"file={file.as_posix()}")
            self._source.link_to(lookup)
            lookup.link_to(self._sink)
            self._graph.configure()

    def convert(self, frame: VideoFrame) -> VideoFrame:
        """Return the frame in the size and colours of the stream."""
        self._source.push(frame.reformat(*self._size, format=PLANES))
        shown: Any = self._sink.pull()
        made: VideoFrame = shown.reformat(format="yuv420p", dst_colorspace="ITU709")
        return made

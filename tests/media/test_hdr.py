"""Pictures of high dynamic range look on an ordinary screen as they were meant to."""

import io

import av
import numpy as np
import pytest
from PIL import Image

from lib.domain.media import Rendition
from lib.media import hdr, preparing
from lib.media.sealing import SealedFile
from tests.media.conftest import CORPUS, Prepare, Seal, plain

SKIN = np.array([200, 120, 80])


def coded(rgb: tuple[int, int, int], transfer: int) -> tuple[int, int, int]:
    """Return an sRGB colour as HLG or PQ has it: what the camera does, so the way back."""
    value = np.array(rgb) / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    nits = np.linalg.inv(hdr.TO_SRGB) @ light * hdr.WHITE_NITS
    if transfer == hdr.PQ:
        part = (nits / 10_000) ** 0.1593017578125
        signal = ((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375
    else:
        shown = nits / 1000
        scene = shown * (shown @ hdr.LUMINANCE) ** (1 / 1.2 - 1)
        over = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        signal = np.where(scene <= 1 / 12, np.sqrt(3 * scene), over)
    red, green, blue = (round(float(one) * 255) for one in signal)
    return red, green, blue


@pytest.mark.parametrize("transfer", [hdr.HLG, hdr.PQ])
@pytest.mark.parametrize(
    "rgb", [(200, 120, 80), (225, 180, 160), (90, 60, 50), (128, 128, 128), (30, 40, 180)]
)
def test_colours_of_an_ordinary_scene_come_back(transfer: int, rgb: tuple[int, int, int]) -> None:
    picture = Image.new("RGB", (2, 2), coded(rgb, transfer))
    found = np.asarray(hdr.to_sdr(picture, transfer))[0, 0].astype(int)
    assert np.abs(found - rgb).max() <= 5


@pytest.mark.parametrize("transfer", [hdr.HLG, hdr.PQ])
def test_highlights_keep_their_order_below_white(transfer: int) -> None:
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, axis=2))
    shown = np.asarray(hdr.to_sdr(ramp, transfer))[0, :, 0].astype(int)
    assert (np.diff(shown) >= 0).all()
    assert (shown[0], shown[-1]) == (0, 255)


def test_a_video_of_high_dynamic_range_has_a_true_poster_and_stream(
    prepare: Prepare, seal: Seal
) -> None:
    content = (CORPUS / "hlg.mov").read_bytes()
    _, renditions = prepare(content)
    with Image.open(io.BytesIO(renditions[Rendition.PREVIEW])) as poster:
        assert np.abs(np.asarray(poster)[90, 160].astype(int) - SKIN).max() <= 6
    source = seal(content)
    target = SealedFile(source.path.with_suffix(".stream"), source.key, "x/stream")
    preparing.stream(source, target)
    with av.open(io.BytesIO(plain(target))) as container:
        picture = container.streams.video[0].codec_context
        assert (picture.color_trc, picture.color_primaries, picture.colorspace) == (1, 1, 1)
        frames = list(container.decode(video=0))
    assert len(frames) == 10
    shown = frames[5].to_ndarray(format="rgb24")[90, 160].astype(int)
    assert np.abs(shown - SKIN).max() <= 8

"""A browser plays a stream out of a sealed file and seeks in it, fetching only what it needs."""

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lib.media import preparing
from lib.media.sealing import SealedFile

SECONDS = 60
PAGE = b"<!doctype html><title>Stream</title><video src='/stream' muted></video>"
SEEK = """
async ([video, at]) => {
    const done = new Promise((yes, no) => { video.onseeked = yes; video.onerror = no; });
    // A seek can be over before its frame is there to be drawn.
    const shown = new Promise((yes) => {
        const look = (_, frame) => Math.abs(frame.mediaTime - at) < 0.5
            ? yes() : video.requestVideoFrameCallback(look);
        video.requestVideoFrameCallback(look);
    });
    video.currentTime = at;
    await Promise.all([done, shown]);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    const pixel = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
    return [video.currentTime, pixel.data[0], canvas.width, canvas.height];
}
"""
PLAY = """
async (video) => {
    const begun = video.currentTime;
    await video.play();
    await new Promise((yes) => { video.ontimeupdate = () => video.currentTime > begun && yes(); });
    video.pause();
    return video.duration;
}
"""


def darkening(path: Path, codec: str) -> None:
    """Write a turned video of a minute that gets lighter second by second, over much noise."""
    drawn = np.random.default_rng(7)
    with av.open(str(path), "w", format="mov") as output:
        stream = output.add_stream(codec, rate=5, options={"b": "4M", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.set_display_rotation(90)
        for number in range(SECONDS * 5):
            pixels = drawn.integers(0, 255, (240, 320, 3), dtype=np.uint8)
            pixels[80:160, 80:240] = number // 5 * 4
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))


class Ranges(BaseHTTPRequestHandler):
    """Answers with the byte range asked for, straight out of a sealed file."""

    protocol_version = "HTTP/1.1"
    file: SealedFile
    begun: list[int]

    def do_GET(self) -> None:
        if self.path != "/stream":
            self._begin(HTTPStatus.OK, "text/html", len(PAGE))
            self.wfile.write(PAGE)
            return
        with self.file.reader() as reader:
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
            start, stop = (int(asked[1]), int(asked[2] or reader.size - 1) + 1) if asked else (0, 0)
            self._begin(HTTPStatus.PARTIAL_CONTENT, "video/mp4", stop - start, start, reader.size)
            self.begun.append(start)
            with suppress(ConnectionError):  # A browser that seeks hangs up.
                for chunk in reader.chunks(start, stop):
                    self.wfile.write(chunk)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _begin(
        self, status: HTTPStatus, kind: str, length: int, start: int = 0, size: int = 0
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        if status is HTTPStatus.PARTIAL_CONTENT:
            self.send_header("Content-Range", f"bytes {start}-{start + length - 1}/{size}")
        self.end_headers()


@pytest.fixture(params=["libx264", "mpeg4"], ids=["copied", "encoded anew"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, list[int], int]]:
    """Serve the stream of such a video; give its address, where answers began, and its size."""
    darkening(tmp_path / "plain.mov", request.param)
    source, target = (
        SealedFile(tmp_path / name, secrets.token_bytes(32), f"x/{name}")
        for name in ("a", "stream")
    )
    with source.writer() as writer:
        writer.write((tmp_path / "plain.mov").read_bytes())
    made = preparing.stream(source, target)
    handler = type("Handler", (Ranges,), {"file": target, "begun": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", handler.begun, made.bytes
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(chromium_browser: Browser) -> Iterator[Page]:
    """Give a page of its own."""
    opened = chromium_browser.new_page()
    yield opened
    opened.close()


@pytest.mark.browser
def test_a_browser_seeks_in_a_stream_and_fetches_only_what_it_needs(
    page: Page, served: tuple[str, list[int], int]
) -> None:
    address, begun, size = served
    page.goto(address)
    video = page.locator("video").element_handle()
    page.wait_for_function("video => video.readyState >= 2", arg=video)
    for second in (55, 10, 40):
        at, light, width, height = page.evaluate(SEEK, [video, second + 0.5])
        assert at == pytest.approx(second + 0.5)
        assert light == pytest.approx(second * 4, abs=12)
        assert (width, height) == (240, 320)
    assert page.evaluate(PLAY, video) == pytest.approx(SECONDS, abs=0.3)
    # What lies before the place that was sought is not fetched to get there.
    assert begun[0] == 0
    assert max(begun) > size * 0.8

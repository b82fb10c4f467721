"""What a gallery costs: a page of a patient with thousands of pictures, its thumbnails, a video.

The clinic has two hundred thousand pictures of others. The service is measured in this process, the
rerun as a client of the real server, thumbnails and video in a real browser; beside them, in the
same run, the same files from a plain static file server that checks and unseals nothing. `--quick`
does less of everything.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from lib.demo import accounts
from lib.domain.media import Purpose, Rendition
from lib.services.clinic import Clinic, open_clinic
from lib.services.media import gallery, serving
from lib.services.media.gallery import PAGE, Filters
from lib.settings import Settings
from lib.store.media_shelf import shelves
from tests.bench import long_video, pictures, static_peer
from tests.bench.bench_server import after_a_pause, cookie_of, figures, one_person
from tests.bench.clinics import bench_home
from tests.bench.desk_client import DeskClient, Run
from tests.bench.pictures import Chosen
from tests.bench.static_peer import Peer
from tests.e2e import browser as chromium
from tests.e2e import server as servers
from tests.e2e.server import Server

IS_QUICK = "--quick" in sys.argv
PATIENTS = 2_000 if IS_QUICK else 20_000
CROWD = 20_000 if IS_QUICK else 200_000
MANY = 5_000
TIMES = 30 if IS_QUICK else 200
ROUNDS = 3 if IS_QUICK else 8
VIDEO_BYTES = (50 if IS_QUICK else 500) * 1000 * 1000
MIB = 1024 * 1024
TODAY = date(2026, 11, 24)
# Tall enough for sixty thumbnails: what is lazy is wanted at once.
WINDOW = {"width": 1440, "height": 8000}
FETCH_ALL = """
async (addresses) => {
    const begun = performance.now();
    await Promise.all(addresses.map((address) => {
        const picture = new Image();
        picture.src = address;
        return picture.decode();
    }));
    return performance.now() - begun;
}
"""
# From the first request for a thumbnail until the last one has come and is decoded.
DRAWN = """
async (count) => {
    const within = (root) => [...root.querySelectorAll("*")].flatMap(
        (one) => one.shadowRoot ? [one, ...within(one.shadowRoot)] : [one]);
    const all = () => within(document).filter(
        (one) => one.tagName === "IMG" && one.src.includes("/thumbnail"));
    const ends = performance.now() + 30000;
    const isDrawn = (one) => one.complete && one.naturalWidth > 0;
    while (performance.now() < ends && !(all().length >= count && all().every(isDrawn)))
        await new Promise((again) => setTimeout(again, 5));
    const drawn = all().filter(isDrawn).length;
    if (drawn < count) throw new Error(`only ${drawn} of ${all().length} thumbnails were drawn`);
    await Promise.all(all().map((one) => one.decode()));
    const asked = performance.getEntriesByType("resource").filter(
        (one) => one.name.includes("/thumbnail"));
    return performance.now() - Math.min(...asked.map((one) => one.startTime));
}
"""
PLAY = """
async ([address, at]) => {
    const video = document.createElement("video");
    video.muted = true;
    video.preload = "auto";
    document.body.append(video);
    const till = (event) => new Promise((yes, no) => {
        video.addEventListener(event, yes, { once: true });
        video.addEventListener("error", () => no(video.error.message), { once: true });
    });
    const begun = performance.now();
    video.src = address;
    await till("loadeddata");
    const first = performance.now() - begun;
    const asked = performance.now();
    video.currentTime = at;
    await till("seeked");
    const sought = performance.now() - asked;
    video.removeAttribute("src");
    video.load();
    video.remove();
    return [first, sought];
}
"""


@dataclass(frozen=True, slots=True)
class Laid:
    """What lies in the clinic and, plain, in the peer's folder."""

    chosen: Chosen
    shown: tuple[UUID, ...]
    video_id: UUID
    seconds: float

    def thumbnails(self) -> list[str]:
        """Return the addresses of the first page's thumbnails."""
        return [serving.address(one, Rendition.THUMBNAIL, Purpose.RECORD) for one in self.shown]


def copied_home(folder: Path) -> Path:
    """Copy the synthetic clinic with its keys, because pictures are added to it."""
    home = bench_home(PATIENTS)
    for part in home.parent.glob(f"{home.name}*"):
        shutil.copytree(part, folder / part.name)
    return folder / home.name


def lay(clinic: Clinic, plain: Path) -> Laid:
    """Add the pictures, the first page's thumbnails and the video; the same, plain, beside them."""
    chosen = pictures.fill(clinic, CROWD, MANY)
    page = _page(clinic, chosen)
    shown = tuple(one.media_id for one in page.pictures)
    plain.mkdir()
    for media_id, content in zip(
        shown, pictures.seal_thumbnails(clinic, chosen, shown), strict=True
    ):
        (plain / f"{media_id}.webp").write_bytes(content)
    seconds = long_video.write(plain / "video.mp4", VIDEO_BYTES)
    video_id = pictures.add_video(clinic, chosen, plain / "video.mp4")
    return Laid(chosen, shown, video_id, seconds)


def _page(clinic: Clinic, chosen: Chosen, filters: Filters | None = None) -> gallery.Page:
    return gallery.page_of(
        clinic,
        accounts.COMPLIANCE.actor(),
        chosen.patient_id,
        filters or Filters(),
        Purpose.RECORD,
        0,
        as_of=TODAY,
    )


def times(work: Callable[[], object], count: int) -> dict[str, float | int]:
    """Return how long the work takes."""
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return figures(taken)


def service(clinic: Clinic, chosen: Chosen) -> dict[str, object]:
    """Measure the reads, each with its entry in the trail."""

    def cold() -> None:
        shelves.forget()
        _page(clinic, chosen)

    everybody = accounts.COMPLIANCE.actor()
    return {
        "page_after_a_change": times(cold, TIMES // 4),
        "page": times(lambda: _page(clinic, chosen), TIMES),
        "page_of_one_area": times(lambda: _page(clinic, chosen, Filters(area="lips")), TIMES),
        "page_of_the_clinic": times(
            lambda: gallery.clinic_page(
                clinic, everybody, Filters(), Purpose.RECORD, 0, as_of=TODAY
            ),
            ROUNDS,
        ),
    }


async def rerun(server: Server, cookie: str, patient_id: UUID) -> dict[str, float | int]:
    """Measure opening the gallery as a client sees it."""

    async def look(client: DeskClient) -> list[Run]:
        query = f"id={patient_id}"
        return [await after_a_pause(client.open("photographs", query)) for _ in range(TIMES)]

    runs = await one_person(server, cookie, look)
    return figures([run.milliseconds for run in runs[1:]])


def in_browser(server: Server, cookie: str, peer: Peer, laid: Laid) -> dict[str, object]:
    """Measure thumbnails and video, ours and the peer's, each round in a browser that is new."""
    files = [f"/files/{one}.webp" for one in laid.shown]
    gallery_path = f"/photographs?id={laid.chosen.patient_id}"
    video = serving.address(laid.video_id, Rendition.STREAM, Purpose.RECORD)
    at = laid.seconds * 0.8
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )

        def each(url: str, measure: Callable[[Page], float]) -> list[float]:
            return [_in_new(browser, (server.url, cookie), url, measure) for _ in range(ROUNDS)]

        desk, bare = server.url + gallery_path, server.url + "/health"
        ours, theirs = [video, at], ["/files/video.mp4", at]
        found = {
            "thumbnails_drawn": each(desk, lambda page: page.evaluate(DRAWN, PAGE)),
            "thumbnails": each(bare, lambda page: page.evaluate(FETCH_ALL, laid.thumbnails())),
            "thumbnails_peer": each(peer.url, lambda page: page.evaluate(FETCH_ALL, files)),
            "first_frame": each(bare, lambda page: page.evaluate(PLAY, ours)[0]),
            "seek": each(bare, lambda page: page.evaluate(PLAY, ours)[1]),
            "first_frame_peer": each(peer.url, lambda page: page.evaluate(PLAY, theirs)[0]),
            "seek_peer": each(peer.url, lambda page: page.evaluate(PLAY, theirs)[1]),
        }
        browser.close()
    return {name: figures(taken) for name, taken in found.items()}


def _in_new(
    browser: Browser, signed_in: tuple[str, str], url: str, measure: Callable[[Page], float]
) -> float:
    """Measure once in a browser that has nothing in its cache."""
    server, cookie = signed_in
    context = browser.new_context(viewport=WINDOW)
    for pair in cookie.split("; "):
        name, _, value = pair.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": server}])
    page = context.new_page()
    page.goto(url)
    taken = measure(page)
    context.close()
    return taken


def memory(server: Server, cookie: str, laid: Laid) -> dict[str, float]:
    """Measure by how much the server grows at most while two fetch all of the video at once."""
    before = _resident(server, "VmRSS")
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    address = server.url + serving.address(laid.video_id, Rendition.STREAM, Purpose.RECORD)

    async def fetch() -> int:
        taken = 0
        async with (
            httpx.AsyncClient(timeout=120) as client,
            client.stream("GET", address, headers={"cookie": cookie}) as answer,
        ):
            async for chunk in answer.aiter_raw(MIB):
                taken += len(chunk)
        return taken

    async def both() -> list[int]:
        return await asyncio.gather(fetch(), fetch())

    begun = time.perf_counter()
    taken = asyncio.run(both())
    seconds = time.perf_counter() - begun
    return {
        "before_mib": round(before / MIB, 1),
        "grown_by_mib": round((_resident(server, "VmHWM") - before) / MIB, 1),
        "served_mib": round(sum(taken) / MIB, 1),
        "mib_a_second": round(sum(taken) / MIB / seconds, 1),
    }


def _resident(server: Server, name: str) -> int:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def measure(folder: Path) -> dict[str, object]:
    """Lay everything out in a folder and measure all of it."""
    home = copied_home(folder)
    clinic = open_clinic(Settings(home=home))
    laid = lay(clinic, folder / "plain")
    served = service(clinic, laid.chosen)
    clinic.close()
    peer = static_peer.start(folder / "plain")
    server = servers.start(home, folder / "server.log")
    try:
        cookie = cookie_of(server, accounts.COMPLIANCE.username)
        return {
            "pictures": {"of_the_patient": MANY, "of_others": CROWD},
            "service": served,
            "rerun": asyncio.run(rerun(server, cookie, laid.chosen.patient_id)),
            "browser": in_browser(server, cookie, peer, laid),
            "memory": memory(server, cookie, laid),
        }
    finally:
        server.stop()
        peer.stop()


def main() -> int:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder))))  # noqa: T201 - this is what a benchmark is for
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the files of photographs and video cost: bringing in, unsealing, memory, streams.

Ingest is everything from the bytes of an upload to rows, audit entries and sealed files in their
place, of several photographs for one patient; and without the record, sealing and the workers
alone. Beside them, in the same run, on the same cores and files, the work that nobody can avoid:
decoding each once with libjpeg-turbo and encoding its two renditions. Unsealing is measured on one
core beside bare AES-256-GCM. Memory is the highest of a process of its own. `--quick` does less of
everything.
"""

import io
import json
import multiprocessing
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image

from lib.domain.access import Role
from lib.domain.media import Rendition
from lib.media import preparing
from lib.media.sealing import FRAME_BYTES, SealedFile
from lib.media.workers import Workers
from lib.services.clinic import open_clinic
from lib.services.media.arrivals import Outcome
from lib.settings import Settings
from tests.conftest import actor_with
from tests.records import add_patient
from tests.services.media.conftest import bring

IS_QUICK = "--quick" in sys.argv
CORES = 2
PHOTOGRAPHS = 4 if IS_QUICK else 12
REPEATS = 2 if IS_QUICK else 5
LARGE_BYTES = (64 if IS_QUICK else 500) * 1000 * 1000
KEY = secrets.token_bytes(32)
STILLS = (Rendition.THUMBNAIL, Rendition.PREVIEW)
ENCODINGS = {
    Rendition.THUMBNAIL: ((320, 213), {"quality": 80}),
    Rendition.PREVIEW: ((1600, 1067), {"quality": 85, "subsampling": "4:4:4"}),
}


def photograph(seed: int) -> bytes:
    """Return a JPEG of 24 megapixels with shapes of all sizes and the noise of a sensor."""
    drawn = np.random.default_rng(seed)
    total = np.zeros((4000, 6000, 3), np.float32)
    for cells in (5, 20, 80, 320):
        small = drawn.integers(0, 256, (cells * 2 // 3 + 1, cells, 3), dtype=np.uint8)
        layer = Image.fromarray(small).resize((6000, 4000), Image.Resampling.BICUBIC)
        total += np.asarray(layer, np.float32) / (4 * cells**0.3)
    total += drawn.normal(0, 4, (4000, 6000, 1)).astype(np.float32)
    content = io.BytesIO()
    Image.fromarray(total.clip(0, 255).astype(np.uint8)).save(content, "JPEG", quality=92)
    return content.getvalue()


def unavoidable(path: str) -> float:
    """Decode one photograph and encode two renditions of noise; return the seconds it took."""
    began = time.perf_counter()
    with Image.open(path) as picture:
        picture.load()
        for size, how in ENCODINGS.values():
            picture.crop((0, 0, *size)).save(io.BytesIO(), "JPEG", **how)
    return time.perf_counter() - began


def sealed(folder: Path, number: int, content: bytes) -> tuple[SealedFile, dict[Rendition, Any]]:
    """Seal one original; return it with the places of its renditions."""
    files = {
        name: SealedFile(folder / f"{number}.{name}", KEY, f"{number}/{name}") for name in STILLS
    }
    source = SealedFile(folder / f"{number}.original", KEY, f"{number}/original")
    with source.writer() as writer:
        writer.write(content)
    return source, files


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def ingest() -> dict[str, object]:
    """Measure bringing in, beside what cannot be avoided, turn by turn on warm processes."""
    with scratch() as folder:
        paths = [folder / f"{number}.jpg" for number in range(PHOTOGRAPHS)]
        for number, path in enumerate(paths):
            path.write_bytes(photograph(number))
        contents = [path.read_bytes() for path in paths]
        clinic = open_clinic(Settings(home=folder / "clinic"))
        clinic = replace(clinic, media=replace(clinic.media, workers=Workers(count=CORES)))
        actor = actor_with(Role.STAFF)

        def bring_in(number: int) -> None:
            clinic.media.workers.prepare(*sealed(folder, number, contents[number]))

        def record() -> None:
            # Of a patient who has a file already it is refused: each time it is somebody else.
            entries = bring(clinic, actor, add_patient(clinic), *contents)
            if {entry.outcome for entry in entries} != {Outcome.IN}:
                message = "a photograph was refused: what was measured is not bringing in"
                raise RuntimeError(message)

        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(CORES, spawn) as peers, ThreadPoolExecutor(CORES) as hands:
            began = time.perf_counter()
            bring_in(0)
            first = time.perf_counter() - began
            list(hands.map(bring_in, range(min(CORES, PHOTOGRAPHS))))
            list(peers.map(unavoidable, map(str, paths[:CORES])))
            record()
            theirs, bare, ours = [], [], []
            for _ in range(REPEATS):
                theirs.append(timed(lambda: list(peers.map(unavoidable, map(str, paths)))))
                bare.append(timed(lambda: list(hands.map(bring_in, range(PHOTOGRAPHS)))))
                ours.append(timed(record))
        clinic.close()
    return {
        "photographs": PHOTOGRAPHS,
        "megabytes_each": round(statistics.mean(map(len, contents)) / 1e6, 1),
        "cores": CORES,
        "seconds": round(statistics.median(ours), 3),
        "unavoidable_seconds": round(statistics.median(theirs), 3),
        "without_the_record_seconds": round(statistics.median(bare), 3),
        "ratio": ratio(ours, theirs),
        "without_the_record_ratio": ratio(bare, theirs),
        "photographs_per_second": round(PHOTOGRAPHS / statistics.median(ours), 1),
        "first_with_starting_a_worker_seconds": round(first, 3),
    }


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of how many times as long ours took, turn by turn."""
    found = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return round(found, 2)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that something took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def unsealing() -> dict[str, float]:
    """Measure reading a large sealed file from the system's cache, and bare AES-256-GCM."""
    with scratch() as folder:
        file = SealedFile(folder / "large", KEY, "large")
        block = secrets.token_bytes(8 * FRAME_BYTES)
        with file.writer() as writer:
            while writer.size < LARGE_BYTES:
                writer.write(block)
        buffer = memoryview(bytearray(8 * FRAME_BYTES))

        def into() -> None:
            with file.reader() as reader:
                while reader.readinto(buffer):
                    pass

        def chunks() -> None:
            with file.reader() as reader:
                for _ in reader.chunks(0, reader.size):
                    pass

        cipher, nonce = AESGCM(KEY), bytes(12)
        frame = cipher.encrypt(nonce, block[:FRAME_BYTES], b"")

        def bare() -> None:
            for _ in range(writer.size // FRAME_BYTES):
                cipher.decrypt_into(nonce, frame, b"", buffer[:FRAME_BYTES])

        size = writer.size / 1e9
        found = {
            name: round(size / min(timed(work) for _ in range(REPEATS + 1)), 2)
            for name, work in (("into_a_buffer", into), ("in_chunks", chunks), ("bare_aes", bare))
        }
    return {"megabytes": round(size * 1000), **{f"{name}_gb_s": v for name, v in found.items()}}


def footprint(what: str, path: Path) -> dict[str, float]:
    """Run one of `PROCESSES` on a plain file in a process of its own; return its figures."""
    command = [sys.executable, "-m", "tests.bench.bench_media", what, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def peak_megabytes() -> float:
    """Return the most memory that this process ever had, not counting who started it."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024, 1)


def reading(path: Path) -> dict[str, float]:
    """Read a sealed file as a server does, range by range."""
    with SealedFile(path, bytes(32), "bench").reader() as reader:
        before = peak_megabytes()
        for _ in reader.chunks(0, reader.size):
            pass
    return {
        "megabytes": round(reader.size / 1e6),
        "grew_by_megabytes": round(peak_megabytes() - before, 1),
    }


def preparing_one(path: Path) -> dict[str, float]:
    """Prepare a photograph."""
    source = SealedFile(path, bytes(32), "bench")
    seconds = timed(lambda: preparing.prepare(source, {}))
    return {"seconds": round(seconds, 3), "peak_megabytes": peak_megabytes()}


def streaming(path: Path) -> dict[str, float]:
    """Make the stream of a video, then open it and decode its first frame."""
    source = SealedFile(path, bytes(32), "bench")
    target = SealedFile(path.with_suffix(".stream"), bytes(32), "stream")
    looking = timed(lambda: preparing.prepare(source, {}))
    making = timed(lambda: preparing.stream(source, target))
    peak = peak_megabytes()

    def first_frame() -> None:
        with target.reader() as reader, av.open(reader, "r", format="mov") as container:
            next(container.decode(video=0))

    return {
        "megabytes": round(path.stat().st_size / 1e6),
        "preparing_seconds": round(looking, 3),
        "stream_seconds": round(making, 3),
        "first_frame_of_the_stream_ms": round(timed(first_frame) * 1000, 1),
        "peak_megabytes": peak,
    }


PROCESSES = {"reading": reading, "preparing": preparing_one, "streaming": streaming}


def video() -> bytes:
    """Return an H.264 video of noise, its pictures repeated until it is large."""
    drawn = np.random.default_rng(3)
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.codec_context.gop_size = 30
        stream.codec_context.max_b_frames = 0
        packets = []
        for _ in range(30):
            pixels = drawn.integers(0, 255, (1080, 1920, 3), dtype=np.uint8)
            packets += stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24"))
        packets += stream.encode(None)
        copies = [(bytes(packet), packet.is_keyframe) for packet in packets]
        round_bytes = sum(len(data) for data, _ in copies)
        for number in range(len(copies) * (LARGE_BYTES // round_bytes)):
            data, is_key = copies[number % len(copies)]
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, 30)
            packet.pts = packet.dts = number
            packet.is_keyframe = is_key
            output.mux(packet)
    return content.getvalue()


def memory() -> dict[str, object]:
    """Measure what processes hold while they read, prepare and make streams."""
    found: dict[str, object] = {}
    with scratch() as folder:
        for name, what, content in (
            ("server_reading_a_large_file", "reading", lambda: bytes(LARGE_BYTES)),
            ("worker_with_24_megapixels", "preparing", lambda: photograph(0)),
            ("worker_with_100_megapixels", "preparing", hundred_megapixels),
            ("worker_with_a_large_video", "streaming", video),
        ):
            file = SealedFile(folder / name, bytes(32), "bench")
            with file.writer() as writer:
                writer.write(content())
            found[name] = footprint(what, file.path)
            file.path.unlink()
    return found


def hundred_megapixels() -> bytes:
    """Return a PNG of as many pixels as may be."""
    content = io.BytesIO()
    Image.radial_gradient("L").resize((10_000, 10_000)).convert("RGB").save(
        content, "PNG", compress_level=1
    )
    return content.getvalue()


def main() -> None:
    """Print the figures, or those of one process."""
    if len(sys.argv) > 2:
        print(json.dumps(PROCESSES[sys.argv[1]](Path(sys.argv[2]))))  # noqa: T201
        return
    print(json.dumps({"ingest": ingest(), "unsealing": unsealing(), "memory": memory()}))  # noqa: T201


if __name__ == "__main__":
    main()

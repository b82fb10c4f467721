"""Workers prepare files side by side, and outlive a file that breaks one of them."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from pebble import ProcessPool
from PIL import Image

from lib.domain.media import Kind, Rendition
from lib.errors import MediaRefusedError, SealedFileKeyError, SealedFileMissingError
from lib.media import workers as subject
from lib.media.prepared import Format
from lib.media.sealing import SealedFile
from lib.media.workers import Limits, Workers
from tests.media.conftest import CORPUS, Seal, plain
from tests.media.test_hostile import png, rows

MIB = 1024 * 1024
PLAIN = (CORPUS / "plain.jpg").read_bytes()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(count=2)
    yield made
    made.close()


def targets_of(source: SealedFile) -> dict[Rendition, SealedFile]:
    names = (Rendition.THUMBNAIL, Rendition.PREVIEW)
    paths = (source.path.with_suffix(f".{name}") for name in names)
    files = (SealedFile(path, source.key, f"x/{path.suffix}") for path in paths)
    return dict(zip(names, files, strict=True))


def fall_dead() -> None:
    """Do what a decoder does that a file has broken."""
    os._exit(11)


def stumble() -> None:
    """Raise what nobody foresaw."""
    message = "a fault of a decoder"
    raise LookupError(message)


def fall_asleep() -> None:
    """Do what takes far too long."""
    time.sleep(50)


def run_out_of_disk() -> None:
    """Raise what is no fault of the file."""
    raise OSError(28, "No space left on device")


def test_a_photograph_is_prepared_and_its_renditions_are_sealed(
    workers: Workers, seal: Seal
) -> None:
    source = seal(PLAIN)
    targets = targets_of(source)
    prepared = workers.prepare(source, targets)
    assert (prepared.kind, prepared.format) == (Kind.PHOTOGRAPH, Format.JPEG)
    with Image.open(io.BytesIO(plain(targets[Rendition.PREVIEW]))) as preview:
        assert preview.size == (240, 160)


def test_a_stream_is_made(workers: Workers, seal: Seal) -> None:
    source = seal((CORPUS / "vp9.webm").read_bytes())
    target = SealedFile(source.path.with_suffix(".stream"), source.key, "x/stream")
    assert workers.stream(source, target).bytes == len(plain(target))


def test_files_are_worked_on_side_by_side(workers: Workers, seal: Seal) -> None:
    sources = [seal(PLAIN) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda source: workers.prepare(source, targets_of(source)), sources))
    assert {prepared.digest for prepared in done} == {done[0].digest}


def test_why_a_file_is_refused_or_unreadable_reaches_who_asked(
    workers: Workers, seal: Seal, tmp_path: Path
) -> None:
    with pytest.raises(MediaRefusedError, match="not a photograph"):
        workers.prepare(seal(b"Dear clinic"), {})
    with pytest.raises(SealedFileMissingError):
        workers.prepare(SealedFile(tmp_path / "none", b"k" * 32, "x"), {})
    source = seal(PLAIN)
    with pytest.raises(SealedFileKeyError):
        workers.prepare(SealedFile(source.path, b"k" * 32, source.name), {})


def test_a_file_that_kills_its_worker_is_refused_and_the_next_goes_in(
    workers: Workers, seal: Seal
) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        workers._run("prepare", 60, fall_dead)  # noqa: SLF001 - no file is known that does it
    assert refused.value.message == subject.BROKE
    assert workers.prepare(seal(PLAIN), {}).width == 240


def test_a_fault_that_nobody_foresaw_is_the_files_but_a_full_disk_is_not(
    workers: Workers, seal: Seal
) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        workers._run("prepare", 60, stumble)  # noqa: SLF001 - as above
    assert refused.value.message == subject.BROKE
    with pytest.raises(OSError, match="No space"):
        workers._run("prepare", 60, run_out_of_disk)  # noqa: SLF001 - as above
    assert workers.prepare(seal(PLAIN), {}).width == 240


def main_file() -> str | None:
    return getattr(sys.modules["__main__"], "__file__", None)


def test_a_file_that_takes_too_long_or_too_much_is_refused_and_the_next_goes_in(
    seal: Seal,
) -> None:
    large = seal(png(10_000, 10_000, (b"IDAT", rows(10_000, 10_000))))
    slow, small = Limits(prepare_seconds=0.05), Limits(memory_bytes=500 * MIB)
    for limits, sentence in ((slow, subject.TOO_LONG), (small, subject.TOO_MUCH)):
        workers = Workers(count=1, limits=limits)
        try:
            with pytest.raises(MediaRefusedError) as refused:
                workers.prepare(large, {})
            assert refused.value.message == sentence
            if limits is small:
                assert workers.prepare(seal(PLAIN), {}).width == 240
        finally:
            workers.close()


def test_a_process_begins_with_nothing_of_the_program_that_starts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As Streamlit leaves it: a main module that no other process could run.
    main = ModuleType("__main__")
    main.__file__ = "/nowhere/app.py"
    monkeypatch.setitem(sys.modules, "__main__", main)
    pool = ProcessPool(max_workers=1, context=subject._Context())  # noqa: SLF001 - what a pool gets
    try:
        assert pool.schedule(main_file).result(30) is None
    finally:
        pool.stop()
        pool.join()


def test_no_process_starts_before_it_is_needed_and_none_is_left(seal: Seal) -> None:
    workers = Workers(count=1)
    workers.close()
    workers.prepare(seal(PLAIN), {})
    (pool,) = workers._pools.values()  # noqa: SLF001 - the process is what this is about
    workers.close()
    assert not pool.active
    workers.prepare(seal(PLAIN), {})
    workers.close()


def test_who_waits_for_a_worker_is_told_that_the_clinic_closes() -> None:
    workers = Workers(count=1)
    with ThreadPoolExecutor(3) as hands:
        waiting = [hands.submit(workers._run, "stream", 60, fall_asleep) for _ in range(3)]  # noqa: SLF001 - as above
        while len(workers._waited_for) < len(waiting):  # noqa: SLF001 - there is nothing else to wait for
            time.sleep(0.01)
        workers.close()
        told = {type(one.exception(timeout=30)) for one in waiting}
        workers.close()
    assert told == {MediaRefusedError}


def test_the_server_never_loads_a_decoder() -> None:
    code = (
        "import sys, lib.media.vault; print([m for m in ('PIL', 'av', 'pillow_heif') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

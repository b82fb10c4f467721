"""Worker processes that open what may be hostile, with limits of memory and time.

A file that breaks its worker is refused; the next file gets a new one. A worker is given a file's
path and key, never the master key, and writes nothing that is not sealed.
"""

import logging
import os
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TookTooLongError
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from lib.domain.media import Rendition
from lib.errors import ClinicError, MediaRefusedError
from lib.media.prepared import Made, Prepared
from lib.media.sealing import SealedFile

try:
    import resource
except ImportError:  # pragma: no cover - Windows has no such limits
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Result = TypeVar("Result")

MIB = 1024 * 1024
# People who wait for a page come before a video that is made in the background.
STREAM_NICENESS = 10
TOO_LONG = "Looking into this file took too long. Save it in another format and bring that in."
TOO_MUCH = "This file needs too much memory to open. Save a smaller copy and bring that in."
STOPPED = "The server is being stopped. Bring this file in again in a moment."
BROKE = "This file could not be opened: it may be damaged. Copy it from the camera again."


class MediaProcess(SpawnProcess):
    """A process that begins with nothing of the program that starts it.

    Otherwise a new process runs that program's main module again, which for the server is the whole
    app: slow, large, and nothing that should lie beside what may be hostile.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: ANN401, N802 - as the library names and types it
        _beginning.is_bare = True
        try:
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001
        finally:
            _beginning.is_bare = False


class _Context(SpawnContext):
    Process = MediaProcess


_beginning = threading.local()
_preparation_of = spawn.get_preparation_data


def _bare_preparation(name: str) -> dict[str, Any]:
    """Return what a new process is told to begin with; ours no main module."""
    said: dict[str, Any] = _preparation_of(name)
    if getattr(_beginning, "is_bare", False):
        said.pop("init_main_from_name", None)
        said.pop("init_main_from_path", None)
    return said


# The only way that is safe beside other threads, and the same on every system.
spawn.get_preparation_data = _bare_preparation


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take of a worker."""

    memory_bytes: int = 3 * 1024 * MIB
    prepare_seconds: float = 120
    stream_seconds: float = 3600


class Workers:
    """Two sets of processes, each started when first needed: one prepares, one makes streams.

    Streams have a process of their own, so that a long video never holds up photographs.
    """

    def __init__(self, count: int | None = None, limits: Limits | None = None) -> None:
        self.count = count or max(1, os.cpu_count() or 1)
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._pools: dict[str, ProcessPool] = {}
        # A pool that is stopped leaves those who wait for it waiting: they are told one by one.
        self._waited_for: set[Future[Any]] = set()

    def prepare(self, source: SealedFile, targets: Mapping[Rendition, SealedFile]) -> Prepared:
        """Look into an original and write its thumbnail and preview; waits until it is done.

        Raises `MediaRefusedError` with a sentence of this file, or a `SealedFileError`. Called from
        several threads, files are worked on side by side.
        """
        seconds = self.limits.prepare_seconds
        return self._run("prepare", seconds, _prepare, source, dict(targets))

    def stream(self, source: SealedFile, target: SealedFile) -> Made:
        """Write a video as one that a browser can play and seek in; waits until it is done.

        Raises `MediaRefusedError` with a sentence of this file, or a `SealedFileError`.
        """
        return self._run("stream", self.limits.stream_seconds, _stream, source, target)

    def close(self) -> None:
        """End every process, whatever it is at; who waits for one is told so."""
        with self._lock:
            for future in self._waited_for:
                future.cancel()
            for pool in self._pools.values():
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join()
            self._pools.clear()

    def _run(
        self,
        name: str,
        seconds: float,
        work: Callable[Given, Result],
        *args: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        with self._lock:
            future = self._pool(name).schedule(work, args=args, kwargs=named, timeout=seconds)
            self._waited_for.add(future)
        try:
            result: Result = future.result()
        except TookTooLongError as error:
            raise MediaRefusedError(TOO_LONG) from error
        except MemoryError as error:
            raise MediaRefusedError(TOO_MUCH) from error
        except ProcessExpired as error:
            raise MediaRefusedError(BROKE) from error
        except CancelledError as error:
            raise MediaRefusedError(STOPPED) from error
        except (ClinicError, OSError):
            raise
        except Exception as error:
            # A file may bring out faults of decoders that nobody knows yet: it alone is refused.
            log.exception("A worker could not open a file.")
            raise MediaRefusedError(BROKE) from error
        finally:
            with self._lock:
                self._waited_for.discard(future)
        return result

    def _pool(self, name: str) -> ProcessPool:
        if name not in self._pools:
            self._pools[name] = ProcessPool(
                max_workers=self.count if name == "prepare" else 1,
                initializer=_limit,
                initargs=(self.limits.memory_bytes,),
                context=_Context(),
            )
        return self._pools[name]


def _limit(memory_bytes: int) -> None:
    """Bound this process's memory, where the system can, and keep its decoders' remarks quiet."""
    warnings.simplefilter("ignore")
    if resource is not None:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _prepare(source: SealedFile, targets: Mapping[Rendition, SealedFile]) -> Prepared:
    # Decoders are loaded in the workers alone: the server never has them in its memory.
    from lib.media import preparing  # noqa: PLC0415

    return preparing.prepare(source, targets)


def _stream(source: SealedFile, target: SealedFile) -> Made:
    from lib.media import preparing  # noqa: PLC0415 - as above

    with suppress(OSError, AttributeError):
        os.nice(STREAM_NICENESS)
    return preparing.stream(source, target)

"""Videos being made playable, one after the other, in a thread beside the screens.

What is still to be made is known from the store alone, so a restart goes on where it stopped.
"""

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path

from lib.domain.media import Rendition
from lib.errors import MediaRefusedError, MediaSpaceError, SealedFileError
from lib.media.files import ORIGINAL
from lib.media.prepared import Made
from lib.services.clinic import Clinic
from lib.services.media.uploads import NO_SPACE
from lib.store import media_items
from lib.store.media_items import Pending

BROKEN = "This video could not be made playable. Its original is kept as it came."
log = logging.getLogger(__name__)
_lock = threading.Lock()


@dataclass(slots=True)
class _Work:
    """The thread that is at it for one clinic, and whether it is to begin no further video."""

    thread: threading.Thread
    is_stopping: threading.Event = field(default_factory=threading.Event)


_at_work: dict[Path, _Work] = {}


def wake(clinic: Clinic) -> None:
    """Begin to make what is to be made; a thread that is at it already goes on."""
    with _lock:
        if clinic.home in _at_work:
            return
        thread = threading.Thread(target=_work, args=(clinic,), name="streams", daemon=True)
        _at_work[clinic.home] = _Work(thread)
        thread.start()


def stop(clinic: Clinic) -> None:
    """Begin no further video, break off the one being made, and wait until that is so."""
    with _lock:
        work = _at_work.get(clinic.home)
    if work is not None:
        work.is_stopping.set()
        clinic.media.close()
        work.thread.join()


def finish(clinic: Clinic) -> None:
    """Wait until everything that is being made has been made."""
    with _lock:
        work = _at_work.get(clinic.home)
    if work is not None:
        work.thread.join()


def make_all(clinic: Clinic) -> int:
    """Make every stream that is still to be made; return how many were looked at.

    Raises `MediaSpaceError` where the disk takes no more.
    """
    count = 0
    while (found := _next(clinic)) is not None:
        _make(clinic, found)
        count += 1
    return count


def _next(clinic: Clinic) -> Pending | None:
    """Return what is to be made next; a thread that finds nothing is at it no more.

    Under the lock of `wake`, so that a video that comes in meanwhile is seen or wakes another.
    """
    with _lock:
        with clinic.store.reading() as cursor:
            found = media_items.next_pending(cursor)
        work = _at_work.get(clinic.home)
        is_mine = work is not None and work.thread is threading.current_thread()
        if is_mine and (found is None or _is_stopping(clinic)):
            del _at_work[clinic.home]
            return None
        return found


def _is_stopping(clinic: Clinic) -> bool:
    work = _at_work.get(clinic.home)
    return work is not None and work.is_stopping.is_set()


def _work(clinic: Clinic) -> None:
    try:
        make_all(clinic)
    except Exception:
        # A thread has no caller to tell; what is left is made after the next start.
        log.exception("Videos could not be made playable.")
        with _lock:
            _at_work.pop(clinic.home, None)


def _make(clinic: Clinic, pending: Pending) -> None:
    try:
        made = _stream(clinic, pending)
    except OSError as error:
        # No fault of the video: it stays to be made.
        raise MediaSpaceError(NO_SPACE) from error
    except Exception as error:  # noqa: BLE001 - whatever a hostile video provokes is its fault
        # A worker that was ended with the server says nothing about its video.
        if not _is_stopping(clinic):
            _note_fault(clinic, pending, error)
        return
    size = (made.width, made.height, made.bytes)
    clinic.store.transact(
        lambda unit: media_items.update_made(unit.cursor, pending.media_id, made.media_type, size)
    )


def _stream(clinic: Clinic, pending: Pending) -> Made:
    files, key = clinic.media.files, clinic.media.keys.get(pending.key_id)
    source = files.sealed(pending.media_id, ORIGINAL, key)
    target = files.incoming(pending.media_id, Rendition.STREAM.value, key)
    made = clinic.media.workers.stream(source, target)
    files.settle(pending.media_id)
    return made


def _note_fault(clinic: Clinic, pending: Pending, error: Exception) -> None:
    fault = BROKEN
    if isinstance(error, MediaRefusedError | SealedFileError):
        fault = error.message
    else:
        log.error("A video could not be made playable.", exc_info=error)
    clinic.store.transact(
        lambda unit: media_items.update_fault(unit.cursor, pending.media_id, fault)
    )

"""Videos being made playable, one after the other, in a thread beside the screens.

What is still to be made is known from the store alone, so a restart goes on where it stopped.
"""

import logging
import threading

from lib.domain.media import Rendition
from lib.errors import ClinicError, MediaRefusedError, SealedFileError
from lib.media.files import ORIGINAL
from lib.media.prepared import Made
from lib.services.clinic import Clinic
from lib.store import media_items
from lib.store.media_items import Pending

BROKEN = "This video could not be made playable. Its original is kept as it came."
log = logging.getLogger(__name__)
_lock = threading.Lock()
# The one at work, and whether it was woken since it last looked.
_threads: list[threading.Thread] = []
_is_stopping = threading.Event()


def wake(clinic: Clinic) -> None:
    """Begin to make what is to be made; a thread that is at it already goes on."""
    with _lock:
        if _threads and _threads[0].is_alive():
            return
        _is_stopping.clear()
        thread = threading.Thread(target=_work, args=(clinic,), name="streams", daemon=True)
        _threads[:] = [thread]
        thread.start()


def stop() -> None:
    """Begin no further video, and wait for the one that is being made; its worker ends first."""
    _is_stopping.set()
    for thread in list(_threads):
        thread.join()


def make_all(clinic: Clinic) -> int:
    """Make every stream that is still to be made; return how many were."""
    count = 0
    while not _is_stopping.is_set() and (found := _next(clinic)) is not None:
        _make(clinic, found)
        count += 1
    return count


def _next(clinic: Clinic) -> Pending | None:
    # Under the lock of `wake`, so that a video which comes in meanwhile is seen or wakes another.
    with _lock, clinic.store.reading() as cursor:
        found = media_items.next_pending(cursor)
        if found is None and threading.current_thread() in _threads:
            _threads.clear()
        return found


def _work(clinic: Clinic) -> None:
    try:
        make_all(clinic)
    except Exception:
        # A thread has no caller to tell; what is left is made after the next start.
        log.exception("Videos could not be made playable.")


def _make(clinic: Clinic, pending: Pending) -> None:
    try:
        made = _stream(clinic, pending)
    except (MediaRefusedError, SealedFileError) as error:
        _note_fault(clinic, pending, error.message)
    except ClinicError:
        raise
    except Exception:
        if _is_stopping.is_set():
            return
        log.exception("A video could not be made playable.")
        _note_fault(clinic, pending, BROKEN)
    else:
        size = (made.width, made.height, made.bytes)
        clinic.store.transact(
            lambda unit: media_items.update_made(
                unit.cursor, pending.media_id, made.media_type, size
            )
        )


def _stream(clinic: Clinic, pending: Pending) -> Made:
    files, key = clinic.media.files, clinic.media.keys.get(pending.key_id)
    source = files.sealed(pending.media_id, ORIGINAL, key)
    target = files.incoming(pending.media_id, Rendition.STREAM.value, key)
    made = clinic.media.workers.stream(source, target)
    files.settle(pending.media_id)
    return made


def _note_fault(clinic: Clinic, pending: Pending, fault: str) -> None:
    clinic.media.files.incoming_folder.joinpath(
        f"{pending.media_id}.{Rendition.STREAM.value}"
    ).unlink(missing_ok=True)
    clinic.store.transact(
        lambda unit: media_items.update_fault(unit.cursor, pending.media_id, fault)
    )

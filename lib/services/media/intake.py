"""From sealed files that came in to items in the record, for services that have authorised it.

Worker first, then files in their place, then rows with their audit in one transaction. A mark in
the folder of incoming files says what is on its way, so that after a crash the next start knows
what to remove (`sweep`), and removes nothing else.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from lib.domain.media import Kind, Rendition
from lib.errors import ClinicError, MediaRefusedError, MediaSpaceError, SealedFileError
from lib.media.digests import digest
from lib.media.files import ORIGINAL
from lib.media.prepared import Prepared
from lib.media.sealing import FRAME_BYTES, SealedFile, SealedReader
from lib.services.clinic import Clinic
from lib.services.media import sealing_keys, streams
from lib.services.media.arrivals import Arrival, Batch, Entry, Outcome, Ready
from lib.services.media.intake_rows import Writing
from lib.services.media.uploads import NO_SPACE
from lib.store import media_items
from lib.store.connection import UnitOfWork

# What is to be written together with the rows of a batch, once it is known what became of each.
Also = Callable[[UnitOfWork, Sequence[Entry]], None]
TARGETS = (Rendition.THUMBNAIL, Rendition.PREVIEW)
MARK = ".taking"
BROKEN = "This file could not be opened. Copy it from the camera or phone again."
log = logging.getLogger(__name__)


def seal(
    clinic: Clinic, media_id: UUID, key_id: UUID, opened: Callable[[], BinaryIO | SealedReader]
) -> None:
    """Seal what a file holds among the incoming ones, piece by piece. Raises `MediaSpaceError`."""
    key = clinic.media.keys.get(key_id)
    try:
        with (
            opened() as source,
            clinic.media.files.incoming(media_id, ORIGINAL, key).writer() as target,
        ):
            while piece := source.read(FRAME_BYTES):
                target.write(piece)
    except OSError as error:
        raise MediaSpaceError(NO_SPACE) from error


def bring_in(
    clinic: Clinic,
    batch: Batch,
    arrivals: Sequence[Arrival],
    *,
    now: datetime,
    also: Also | None = None,
) -> list[Entry]:
    """Bring files into the record; return what became of each. Of what is refused nothing stays.

    `also` writes in the same transaction, unless no file could be opened. Raises the store's errors
    and `MediaSpaceError`, after removing the files that were to go in.
    """
    if not arrivals:
        return []
    keys = _keys(clinic, batch.patient_id)
    with ThreadPoolExecutor(clinic.media.workers.count) as pool:
        looked = list(pool.map(lambda one: _prepared(clinic, one, keys), arrivals))
    entries = [one for one in looked if isinstance(one, Entry)]
    for entry in entries:
        clinic.media.files.remove(entry.media_id)
    ready = [one for one in looked if isinstance(one, Ready)]
    return entries + _put_in(clinic, Writing(clinic, batch, ready, now), also)


def mark_of(clinic: Clinic, media_id: UUID) -> Path:
    """Return the empty file that says that an item is on its way into the store."""
    return clinic.media.files.incoming_folder / f"{media_id}{MARK}"


def _prepared(clinic: Clinic, arrival: Arrival, keys: Sequence[UUID]) -> Ready | Entry:
    """Let a worker look into a file and make its renditions; a bad one gets its sentence."""
    files, media_id = clinic.media.files, arrival.media_id
    try:
        key = clinic.media.keys.get(arrival.key_id)
        source = files.incoming(media_id, ORIGINAL, key)
        targets = {name: files.incoming(media_id, name, key) for name in TARGETS}
        prepared = clinic.media.workers.prepare(source, targets)
        return Ready(arrival, prepared, _digests(clinic, prepared, source, keys))
    except (MediaRefusedError, SealedFileError) as error:
        return Entry(media_id, Outcome.REFUSED, error.message)
    except OSError:
        log.exception("A picture's renditions could not be kept.")
        return Entry(media_id, Outcome.REFUSED, NO_SPACE)
    except Exception:
        # Whatever a hostile file provokes concerns that file; the log says what it was.
        log.exception("A picture could not be prepared.")
        return Entry(media_id, Outcome.REFUSED, BROKEN)


def _keys(clinic: Clinic, patient_id: UUID) -> list[UUID]:
    with clinic.store.reading() as cursor:
        return media_items.list_keys(cursor, patient_id)


def _digests(
    clinic: Clinic, prepared: Prepared, source: SealedFile, keys: Sequence[UUID]
) -> frozenset[str]:
    """Return the file's digests: keyed with its own key, and with those of merged records."""
    others = [key for key_id in keys if (key := clinic.media.keys.get(key_id)) != source.key]
    if not others:
        return frozenset({prepared.digest})
    with source.reader() as reader:
        return frozenset({prepared.digest, *(digest(reader, key) for key in others)})


def _put_in(clinic: Clinic, writing: Writing, also: Also | None) -> list[Entry]:
    if not writing.ready:
        return []
    keys = [one.arrival.media_id for one in writing.ready]

    def work(unit: UnitOfWork) -> list[Entry]:
        entries = writing.work(unit)
        if also is not None:
            also(unit, entries)
        return entries

    try:
        for key in keys:
            mark_of(clinic, key).touch(mode=0o600)
            clinic.media.files.settle(key)
        entries = clinic.store.transact(work)
    except OSError as error:
        raise MediaSpaceError(NO_SPACE) from error
    finally:
        _clear(clinic, keys)
    sealing_keys.forget(writing.batch.patient_id)
    if any(one.prepared.kind is Kind.VIDEO for one in writing.ready):
        streams.wake(clinic)
    return entries


def _clear(clinic: Clinic, keys: Sequence[UUID]) -> None:
    """Remove the files of whatever is not in the store now; the store alone says what is."""
    try:
        with clinic.store.reading() as cursor:
            there = media_items.list_there(cursor, keys)
    except ClinicError:
        # The marks stay, and the next start clears up.
        return
    for key in keys:
        if key not in there:
            clinic.media.files.remove(key)
        mark_of(clinic, key).unlink(missing_ok=True)

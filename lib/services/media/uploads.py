"""Files that are being uploaded: sealed while they stream in, kept for an hour until taken in.

An upload belongs to one person in one session, and lives in this process only; what a restart
leaves of it is swept away.
"""

import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.media import Kind
from lib.domain.restriction import Ground
from lib.errors import MediaRefusedError, MediaSpaceError
from lib.media import probing
from lib.media.files import ORIGINAL
from lib.media.sealing import SealedFile, SealedWriter
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import sealing_keys
from lib.services.records import noting_refusal, usable

Result = TypeVar("Result")

PATH = "/media-upload/"
MEGABYTE = 1_000_000
MOST_OF_VIDEO = 500 * MEGABYTE
MOST_OF_PICTURE = 200 * MEGABYTE
MOST = {Kind.VIDEO: MOST_OF_VIDEO, Kind.PHOTOGRAPH: MOST_OF_PICTURE}
KEPT = timedelta(hours=1)
# More than anybody brings in at once; fewer than would fill a disk.
MOST_WAITING = 200
TOO_MANY = "Too many files are waiting to be taken in. Wait a moment, then try again."
TOO_LARGE_PICTURE = "This picture has more than 200 MB. Save a smaller copy and bring that in."
TOO_LARGE_VIDEO = "This file has more than 500 MB. Cut the video shorter and bring that in."
OTHER_LENGTH = "The file did not arrive whole. Try again."
ENDED = "This upload has ended. Choose the file again."
NO_SPACE = "The file could not be kept: the clinic's disk is full or cannot be written to."


@dataclass(slots=True, eq=False)
class Upload:
    """A file that arrived whole and waits to be taken in; `upload_id` becomes the item's id.

    `refusal` is why it was not taken in, when it was tried. One at a time holds `lock`.
    """

    upload_id: UUID
    owner: tuple[UUID, UUID | None]
    patient_id: UUID
    key_id: UUID
    bytes: int
    ends_at: datetime
    refusal: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is about to be sent: for whom, how many bytes, on which ground if restricted."""

    patient_id: UUID
    bytes: int
    ground: Ground | None = None


class Arriving:
    """One file that is being sent: give it piece by piece, then finish it, or abandon it."""

    def __init__(self, upload: Upload, target: SealedFile) -> None:
        self._upload = upload
        self._head = b""
        self._received = 0
        self._writer: SealedWriter = _keeping(target.writer)

    def take(self, piece: bytes) -> None:
        """Seal the next piece.

        Raises `MediaRefusedError` for what is no picture, too large or longer than was said, and
        `MediaSpaceError`; nothing of the file is left then.
        """
        try:
            self._look(piece)
            _keeping(lambda: self._writer.write(piece))
        except BaseException:
            self.abandon()
            raise

    def finish(self, *, now: datetime) -> Upload:
        """See the file on disk and keep it until it is taken in; raises as `take` does."""
        try:
            self._judge()
            _check_whole(self._received, self._upload.bytes)
            _keeping(self._writer.seal)
        except BaseException:
            self.abandon()
            raise
        self._upload.ends_at = now + KEPT
        with _lock:
            _waiting[self._upload.upload_id] = self._upload
            _arriving.discard(self._upload.upload_id)
        return self._upload

    def abandon(self) -> None:
        """Remove what arrived; again changes nothing."""
        with _lock:
            _arriving.discard(self._upload.upload_id)
        with suppress(OSError):
            self._writer.close()

    def _look(self, piece: bytes) -> None:
        """Judge the beginning as soon as there is enough of it, so that no time is wasted."""
        self._received += len(piece)
        if self._received > self._upload.bytes:
            raise MediaRefusedError(OTHER_LENGTH)
        if len(self._head) < probing.HEAD_BYTES:
            self._head += piece[: probing.HEAD_BYTES - len(self._head)]
            if len(self._head) == probing.HEAD_BYTES:
                self._judge()

    def _judge(self) -> None:
        kind = probing.format_of(self._head).kind
        if self._upload.bytes > MOST[kind]:
            raise MediaRefusedError(
                TOO_LARGE_VIDEO if kind is Kind.VIDEO else TOO_LARGE_PICTURE,
            )


_lock = threading.Lock()
_waiting: dict[UUID, Upload] = {}
_arriving: set[UUID] = set()


def begin(clinic: Clinic, actor: Actor, announced: Announced, *, now: datetime) -> Arriving:
    """Begin to receive a file for a patient.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1),
    `MediaRefusedError` for a size that cannot be, and `MediaSpaceError`.
    """
    patient_id, ground = announced.patient_id, announced.ground
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)
    if announced.bytes > MOST_OF_VIDEO:
        raise MediaRefusedError(TOO_LARGE_VIDEO)
    if announced.bytes == 0:
        raise MediaRefusedError(probing.EMPTY)
    noting_refusal(clinic, actor, patient_id, lambda unit: usable(unit.cursor, patient_id, ground))
    forget_old(clinic, now=now)
    key_id = sealing_keys.key_for(clinic, patient_id)
    upload = Upload(
        uuid7s.uuid7(), owner_of(actor), patient_id, key_id, announced.bytes, now + KEPT
    )
    return _receive(clinic, upload)


def _receive(clinic: Clinic, upload: Upload) -> Arriving:
    with _lock:
        mine = sum(one.owner == upload.owner for one in _waiting.values())
        if mine + len(_arriving) >= MOST_WAITING:
            raise MediaRefusedError(TOO_MANY)
        _arriving.add(upload.upload_id)
    try:
        key = clinic.media.keys.get(upload.key_id)
        return Arriving(upload, clinic.media.files.incoming(upload.upload_id, ORIGINAL, key))
    except BaseException:
        with _lock:
            _arriving.discard(upload.upload_id)
        raise


def find(owner: tuple[UUID, UUID | None], patient_id: UUID, upload_id: UUID) -> Upload | None:
    """Return an upload of this person and session for this patient, or None."""
    with _lock:
        found = _waiting.get(upload_id)
    is_theirs = found is not None and (found.owner, found.patient_id) == (owner, patient_id)
    return found if is_theirs else None


def settle(upload: Upload, refusal: str | None) -> None:
    """Forget an upload that has its place now; of one that was refused remember why."""
    upload.refusal = refusal
    if refusal is None:
        with _lock:
            _waiting.pop(upload.upload_id, None)


def cancel(clinic: Clinic, actor: Actor, patient_id: UUID, upload_id: UUID) -> None:
    """Remove an upload that is not wanted after all; one that ended already changes nothing."""
    found = find(owner_of(actor), patient_id, upload_id)
    if found is not None:
        with found.lock:
            _forget(clinic, [found])


def forget_old(clinic: Clinic, *, now: datetime) -> None:
    """Remove every upload that nobody took in within its hour."""
    with _lock:
        old = [one for one in _waiting.values() if one.ends_at <= now]
    # What is being taken in at this moment is let be.
    free = [one for one in old if one.lock.acquire(blocking=False)]
    try:
        _forget(clinic, free)
    finally:
        for one in free:
            one.lock.release()


def forget_patients(clinic: Clinic, patient_ids: Collection[UUID]) -> None:
    """Remove every upload for these patients: their records are gone."""
    with _lock:
        theirs = [one for one in _waiting.values() if one.patient_id in patient_ids]
    for one in theirs:
        with one.lock:
            _forget(clinic, [one])


def owner_of(actor: Actor) -> tuple[UUID, UUID | None]:
    """Return whose an upload is: the person in this session."""
    return actor.person_id, actor.session_id


def _forget(clinic: Clinic, uploads: list[Upload]) -> None:
    with _lock:
        # What was taken in meanwhile has its place, and stays.
        waiting = [one for one in uploads if _waiting.pop(one.upload_id, None)]
    for one in waiting:
        one.refusal = one.refusal or ENDED
        clinic.media.files.remove(one.upload_id)


def _check_whole(received: int, announced: int) -> None:
    if received != announced:
        raise MediaRefusedError(OTHER_LENGTH)


def _keeping(act: Callable[[], Result]) -> Result:
    """Do something to a file; say in words for the person that the disk does not let it."""
    try:
        return act()
    except OSError as error:
        raise MediaSpaceError(NO_SPACE) from error

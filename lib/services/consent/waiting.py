"""Files that were uploaded as evidence and wait to be kept, for an hour, until a form is saved.

They are sealed while they stream in, with a key that lives in this process alone: what a restart
leaves of them cannot be read, and is swept away. Whose record they belong to is said when they are
kept, so that an email may come in before anybody knows from whom it is.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import consent_papers
from lib.domain.access import Actor, Permission
from lib.domain.consent_papers import FIELD, Sort
from lib.errors import InvalidInputError, MediaRefusedError, MediaSpaceError, NotFoundError
from lib.media import photographs
from lib.media.evidence import EvidenceFiles
from lib.media.sealing import KEY_BYTES, SealedFile
from lib.services.authority import authorise
from lib.services.clinic import Clinic

Result = TypeVar("Result")

PATH = "/consent-evidence/"
# Where a file is sent to.
NEW = f"{PATH}new"
KEPT = timedelta(hours=1)
# More than anybody attaches at once; fewer than would fill a disk.
MOST_WAITING = 20
TOO_MANY = "Too many files are waiting to be kept. Save the forms that are open, then try again."
OTHER_LENGTH = "The file did not arrive whole. Try again."
ENDED = "The file was uploaded more than an hour ago, or the server was restarted. Choose it again."
NO_SPACE = "The file could not be kept: the clinic's disk is full or cannot be written to."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that arrived whole; `evidence_id` becomes the evidence's id."""

    evidence_id: UUID
    owner: tuple[UUID, UUID | None]
    sort: Sort
    bytes: int
    sha256: str
    ends_at: datetime
    file: SealedFile = field(repr=False)


class Arriving:
    """One file that is being sent: give it piece by piece, then finish it, or abandon it."""

    def __init__(self, clinic: Clinic, actor: Actor, announced: int) -> None:
        self.evidence_id: UUID = uuid7s.uuid7()
        self._clinic = clinic
        self._owner = owner_of(actor)
        self._announced = announced
        self._received = 0
        self._head = b""
        self._digest = hashlib.sha256()
        files = EvidenceFiles(clinic.home)
        self._file = files.incoming(self.evidence_id, secrets.token_bytes(KEY_BYTES))
        self._writer = keeping(self._file.writer)

    def take(self, piece: bytes) -> None:
        """Seal the next piece.

        Raises `InvalidInputError` for what is none of our kinds or longer than was said, and
        `MediaSpaceError`; nothing of the file is left then.
        """
        try:
            self._look(piece)
            self._digest.update(piece)
            keeping(lambda: self._writer.write(piece))
        except BaseException:
            self.abandon()
            raise

    def finish(self, *, now: datetime) -> Waiting:
        """Judge the whole file and keep it until it is wanted; raises as `take` does."""
        try:
            _check_whole(self._received, self._announced)
            keeping(self._writer.seal)
            sort = self._judge()
        except BaseException:
            self.abandon()
            raise
        found = Waiting(
            self.evidence_id,
            self._owner,
            sort,
            self._received,
            self._digest.hexdigest(),
            now + KEPT,
            self._file,
        )
        with _lock:
            _waiting[self.evidence_id] = found
            _arriving.discard(self.evidence_id)
        return found

    def abandon(self) -> None:
        """Remove what arrived, unless it was finished; again changes nothing."""
        with _lock:
            _arriving.discard(self.evidence_id)
            is_finished = self.evidence_id in _waiting
        with suppress(OSError):
            self._writer.close()
            if not is_finished:
                EvidenceFiles(self._clinic.home).remove_incoming(self.evidence_id)

    def _look(self, piece: bytes) -> None:
        """Judge the beginning as soon as there is enough of it, so that no time is wasted."""
        self._received += len(piece)
        if self._received > self._announced:
            raise InvalidInputError(OTHER_LENGTH, field=FIELD)
        wanted = consent_papers.HEAD_BYTES
        if len(self._head) < wanted:
            self._head += piece[: wanted - len(self._head)]
            if len(self._head) == wanted:
                consent_papers.begins_as(self._head)

    def _judge(self) -> Sort:
        with self._file.reader() as reader:
            sort = consent_papers.sort_of(reader.readall())
        if sort.is_picture:
            _check_opens(self._clinic, self._file)
        return sort


_lock = threading.Lock()
_waiting: dict[UUID, Waiting] = {}
_arriving: set[UUID] = set()


def begin(clinic: Clinic, actor: Actor, announced: int, *, now: datetime) -> Arriving:
    """Begin to receive a file of so many bytes.

    Raises `NotPermittedError`, `InvalidInputError` for a size that cannot be, and
    `MediaSpaceError`.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    if announced > consent_papers.MOST_BYTES:
        raise InvalidInputError(consent_papers.TOO_LARGE, field=FIELD)
    if announced == 0:
        raise InvalidInputError(consent_papers.EMPTY, field=FIELD)
    forget_old(clinic, now=now)
    with _lock:
        mine = sum(one.owner == owner_of(actor) for one in _waiting.values())
        if mine + len(_arriving) >= MOST_WAITING:
            raise InvalidInputError(TOO_MANY, field=FIELD)
    arriving = Arriving(clinic, actor, announced)
    with _lock:
        _arriving.add(arriving.evidence_id)
    return arriving


def find(actor: Actor, evidence_id: UUID) -> Waiting:
    """Return a file of this person and session. Raises `NotFoundError` where it ended."""
    with _lock:
        found = _waiting.get(evidence_id)
    if found is None or found.owner != owner_of(actor):
        raise NotFoundError(ENDED)
    return found


def content(clinic: Clinic, actor: Actor, evidence_id: UUID) -> bytes:
    """Return a waiting file's bytes to a service that reads it, as an email is read.

    Raises `NotPermittedError` and `NotFoundError`.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT)
    with find(actor, evidence_id).file.reader() as reader:
        return reader.readall()


def cancel(clinic: Clinic, actor: Actor, evidence_id: UUID) -> None:
    """Remove a file that is not wanted after all; one that ended already changes nothing."""
    with suppress(NotFoundError):
        forget(clinic, find(actor, evidence_id))


def forget(clinic: Clinic, waiting: Waiting) -> None:
    """Remove what waited: it is kept, or not wanted."""
    with _lock:
        _waiting.pop(waiting.evidence_id, None)
    with suppress(OSError):
        EvidenceFiles(clinic.home).remove_incoming(waiting.evidence_id)


def forget_old(clinic: Clinic, *, now: datetime) -> None:
    """Remove every file that nobody kept within its hour."""
    with _lock:
        old = [one for one in _waiting.values() if one.ends_at <= now]
    for one in old:
        forget(clinic, one)


def owner_of(actor: Actor) -> tuple[UUID, UUID | None]:
    """Return whose a waiting file is: the person in this session."""
    return actor.person_id, actor.session_id


def keeping(act: Callable[[], Result]) -> Result:
    """Do something to a file; say in words for the person that the disk does not let it."""
    try:
        return act()
    except OSError as error:
        raise MediaSpaceError(NO_SPACE) from error


def _check_whole(received: int, announced: int) -> None:
    if received != announced:
        raise InvalidInputError(OTHER_LENGTH, field=FIELD)


def _check_opens(clinic: Clinic, file: SealedFile) -> None:
    """Let a worker open a picture, so that what is kept as evidence can be looked at later."""
    try:
        clinic.media.workers.prepare(file, {})
    except MediaRefusedError as error:
        # A scanner writes several pages into one TIFF, and that is well.
        if error.message != photographs.SEVERAL:
            raise InvalidInputError(error.message, field=FIELD) from error

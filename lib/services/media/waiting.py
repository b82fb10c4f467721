"""Pictures of a manifest whose patient a person must say: kept sealed, and brought in at that word.

A row alone would lose the picture: who decides sits at a screen, later, and the folder may be gone
by then. So its file is taken in at once and sealed, under a key of its own that is nobody's: no
gallery, no address and no patient's key reaches it. At the decision it is sealed anew under the
patient's key and its own key is deleted, so that disposing of that patient's keys reaches it like
every other picture, and no second copy can be opened.

File and key go by one id, which is the `external_id` of the row in the review.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.errors import ClinicError, InvalidInputError, MediaRefusedError
from lib.imports import mentions
from lib.imports.digests import PART, digests_of
from lib.imports.importing import Writer
from lib.imports.media.plan import Placed, Unplaced, said_of
from lib.imports.reviewing import OPEN, Queue, Waiting
from lib.media.digests import digest
from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic
from lib.services.media import intake, sealing_keys
from lib.services.media.arrivals import Arrival, Batch, Entry, Outcome
from lib.services.records import usable
from lib.store import import_reviews
from lib.store.connection import UnitOfWork
from lib.store.import_reviews import Review

KIND = "media"
Row = TypeVar("Row", bound=Placed | Unplaced)
Tied = tuple[Review, Placed]
Settle = Callable[[UnitOfWork, Review], None]


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A row of a manifest with its file."""

    said: Row
    file: Path

    def opened(self) -> BinaryIO:
        """Return the file, open for reading."""
        return self.file.open("rb")


@dataclass(slots=True)
class Kept:
    """How many rows wait, how many were decided on before, and why files cannot be kept."""

    waiting: int = 0
    decided: int = 0
    refused: list[tuple[Found[Unplaced], str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who chose which patient, and when (UTC)."""

    actor: Actor
    patient_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the pictures of one folder wait; `system` is that of its ids."""

    clinic: Clinic
    writer: Writer
    system: str

    def look(self, found: Sequence[Found[Unplaced]]) -> Kept:
        """Say which rows would wait, and change nothing."""
        known = self._queue(self._marks(found)).known.values()
        decided = sum(state != OPEN for _, state in known)
        return Kept(len(found) - decided, decided)

    def keep(self, found: Sequence[Found[Unplaced]]) -> Kept:
        """Keep what is new, each row with its file; a row that was decided on does not come back.

        Raises `MediaSpaceError`, `MediaKeyKeepingError` and the store's errors; what was kept until
        then stays, and the same folder again goes on from there.
        """
        marks = self._marks(found)
        known = self._queue(marks).known
        new = [place for place in range(len(found)) if place not in known]
        with ThreadPoolExecutor(self.clinic.media.workers.count) as pool:
            faults = list(pool.map(lambda place: self._keep(found[place], marks[place]), new))
        refused = [(found[place], fault) for place, fault in zip(new, faults, strict=True) if fault]
        decided = sum(state != OPEN for _, state in known.values())
        return Kept(len(found) - decided - len(refused), decided, refused)

    def let_go(self, found: Sequence[Found[Placed]]) -> None:
        """Close what waited of rows that have their patient now, and drop its sealed copies."""
        if not list_files(self.clinic):
            return
        queue = self._queue(self._marks(found))
        for place, (review_id, state) in queue.known.items():
            if state == OPEN:
                queue.settled[review_id] = str(found[place].said.patient_id)

        def work(unit: UnitOfWork) -> None:
            queue.write(unit.cursor, self.clinic.master_key, self.writer)

        with self.clinic.store.reading() as cursor:
            waited = [import_reviews.get_review(cursor, UUID(key)) for key in queue.settled]
        files = [file_of(one) for one in waited if one]
        _mark(self.clinic, files)
        try:
            self.clinic.store.transact(work)
        finally:
            _clear(self.clinic, files)

    def _keep(self, one: Found[Unplaced], row_digest: str) -> str | None:
        """Seal a file and write its row; return why it cannot be kept, or None."""
        clinic = self.clinic
        file_id = clinic.media.keys.make()
        try:
            intake.seal(clinic, file_id, file_id, one.opened)
            # Opened now, so that whoever brings the folder hears of a damaged file.
            source = clinic.media.files.incoming(file_id, ORIGINAL, clinic.media.keys.get(file_id))
            clinic.media.workers.prepare(source, {})
            _mark(clinic, [file_id])
            clinic.media.files.settle(file_id)
            clinic.store.transact(lambda unit: self._write(unit, one.said, row_digest, file_id))
        except MediaRefusedError as error:
            return error.message
        finally:
            _clear(clinic, [file_id])
        return None

    def _write(self, unit: UnitOfWork, said: Unplaced, row_digest: str, file_id: UUID) -> None:
        words, line = [said_of(said)], said.row.line
        waiting = Waiting(line, words, said.mention, said.candidates, row_digest, str(file_id))
        queue = Queue(KIND, self.system, new=[waiting])
        queue.write(unit.cursor, self.clinic.master_key, self.writer)

    def _queue(self, marks: Sequence[str]) -> Queue:
        with self.clinic.store.reading() as cursor:
            return Queue.of(cursor, KIND, self.system, marks)

    def _marks(self, found: Sequence[Found[Row]]) -> list[str]:
        """Return what each row is known by: what it says and what is in its file.

        Two folders may say the same of two pictures: cameras begin to count from one again.
        """
        key = self.clinic.master_key
        people = [mentions.text_of(one.said.mention) for one in found]
        rows = [PART.join(said_of(one.said).values()) for one in found]
        files = [_digest(one.file, key) for one in found]
        return digests_of([people, rows, files], key, f"{KIND}{PART}{self.system}")


def file_of(review: Review) -> UUID:
    """Return the id of the sealed file, and of its key, that a row of the review waits with."""
    return UUID(review.external_id)


def list_files(clinic: Clinic) -> set[UUID]:
    """Return every file that waits, or was set aside and may be taken up again."""
    with clinic.store.reading() as cursor:
        return {UUID(one) for one in import_reviews.list_kept(cursor, KIND)}


def bring_in(clinic: Clinic, tied: Sequence[Tied], chosen: Chosen, settle: Settle) -> None:
    """Bring pictures that wait into a patient's record; `settle` notes each in that transaction.

    One that the record has already is settled too. Raises `InvalidInputError` with the line of one
    that cannot be opened any more, after the others are in; `GroundNeededError` (rule E1),
    `SealedFileError`, `MediaSpaceError` and the store's errors.
    """
    with clinic.store.reading() as cursor:
        patient, _ = usable(cursor, chosen.patient_id, None)
    for import_id in dict.fromkeys(review.import_id for review, _ in tied):
        batch = Batch(import_id, chosen.patient_id, patient.born_on, chosen.actor)
        some = [(review, said) for review, said in tied if review.import_id == import_id]
        _bring_in(clinic, batch, some, (chosen.at, settle))


def refused(review: Review, reason: str) -> InvalidInputError:
    """Return the error that says which row of a file a patient's record cannot take, and why."""
    why = reason.removesuffix(".")
    return InvalidInputError(f"Line {review.line} cannot be taken in for this patient: {why}.")


def _bring_in(
    clinic: Clinic, batch: Batch, tied: Sequence[Tied], act: tuple[datetime, Settle]
) -> None:
    now, settle = act
    key_id = sealing_keys.key_for(clinic, batch.patient_id)
    by_id: dict[UUID, Review] = {uuid7s.uuid7(): review for review, _ in tied}
    arrivals = [
        Arrival(media_id, key_id, said.said)
        for media_id, (_, said) in zip(by_id, tied, strict=True)
    ]
    files = [file_of(review) for review, _ in tied]

    def also(unit: UnitOfWork, entries: Sequence[Entry]) -> None:
        for entry in filter(_is_in, entries):
            settle(unit, by_id[entry.media_id])

    _mark(clinic, files)
    try:
        for media_id, file_id in zip(by_id, files, strict=True):
            source = clinic.media.sealed(file_id, ORIGINAL, file_id)
            intake.seal(clinic, media_id, key_id, source.reader)
        entries = intake.bring_in(clinic, batch, arrivals, now=now, also=also)
    finally:
        _clear(clinic, files)
    for entry in entries:
        if not _is_in(entry):
            raise refused(by_id[entry.media_id], entry.sentence or intake.BROKEN)


def _is_in(entry: Entry) -> bool:
    return entry.outcome is Outcome.IN or entry.is_there


def _mark(clinic: Clinic, files: Sequence[UUID]) -> None:
    """Mark files whose place is about to change, for the next start after a crash."""
    for file_id in files:
        intake.mark_of(clinic, file_id).touch(mode=0o600)


def _clear(clinic: Clinic, files: Sequence[UUID]) -> None:
    """Drop, with their keys, the files that wait no more; the store alone says which those are."""
    try:
        kept = list_files(clinic)
    except ClinicError:
        # The marks stay, and the next start clears up.
        return
    for file_id in files:
        if file_id not in kept:
            drop(clinic, file_id)
        intake.mark_of(clinic, file_id).unlink(missing_ok=True)


def drop(clinic: Clinic, file_id: UUID) -> None:
    """Make a sealed copy unreadable wherever it lies, and remove it."""
    clinic.media.keys.delete(file_id)
    clinic.media.files.remove(file_id)


def _digest(file: Path, key: bytes) -> str:
    with file.open("rb", buffering=0) as handle:
        return digest(handle, key)

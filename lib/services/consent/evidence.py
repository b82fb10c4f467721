"""What shows a consent: a note of what was said, or a file sealed with the patient's own key.

A file goes to its place first and its row is written with the events it shows, in one transaction.
A mark says what is on its way, so that after a crash the next start knows what to remove.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import EvidenceKind
from lib.domain.restriction import Ground
from lib.errors import (
    ClinicError,
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    SavedAlreadyError,
)
from lib.media.evidence import EvidenceFiles, seal_again
from lib.media.sealing import SealedReader
from lib.services import correcting
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import waiting
from lib.services.consent.waiting import Waiting
from lib.services.media import sealing_keys
from lib.services.records import noting_refusal, usable
from lib.store import consent_evidence, media_items, printing
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_evidence import EvidenceRow

LONGEST = 4_000
NOTHING = "There is no evidence at this address. It may have been disposed of."
NOTE_MISSING = "write down what was said, by whom and how: this note is all that shows it"
TOO_LONG = "say it in 4,000 characters"
GROUND_NEEDED = (
    "This record is restricted: it may only be stored. Open its consent and name the ground on "
    "which you use it."
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached to a record: its id, a note or a file that waits, or both.

    Of a file the id is that of the upload; of a note alone the form mints it.
    """

    evidence_id: UUID
    patient_id: UUID
    now: datetime
    note: str = ""
    has_file: bool = False
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Evidence whose file, if it has one, is in its place and whose row may be written."""

    actor: Actor
    attached: Attached
    row: EvidenceRow

    def write(self, unit: UnitOfWork) -> UUID:
        """Write the row with its entry in the trail, within another's work; return its id.

        The same again changes nothing. Raises `SavedAlreadyError`, and as `usable` does.
        """
        cursor, row = unit.cursor, self.row
        _, restriction = usable(cursor, row.patient_id, self.attached.ground)
        saved = consent_evidence.get_evidence(cursor, row.evidence_id)
        if saved is not None:
            _check_same(saved, row)
            return row.evidence_id
        if row.key_id is not None:
            media_items.insert_key(cursor, row.key_id, row.patient_id, self.attached.now)
        consent_evidence.insert_evidence(cursor, row)
        ground = self.attached.ground if restriction else None
        unit.audit(self.actor, _event(Action.CONSENT_EVIDENCE_ADDED, row, ground))
        return row.evidence_id


@dataclass(frozen=True, slots=True)
class Opened:
    """Evidence that is open for reading. Whoever reads it closes it.

    `filename` says nothing of whose it is.
    """

    reader: SealedReader
    media_type: str
    filename: str


def add_note(clinic: Clinic, actor: Actor, attached: Attached) -> UUID:
    """Keep a note of what was said on the telephone, in a letter or in person; return its id.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1),
    `InvalidInputError` and `SavedAlreadyError`.
    """
    return _add(clinic, actor, attached)


def add_file(clinic: Clinic, actor: Actor, attached: Attached) -> UUID:
    """Keep a file that was uploaded, sealed with the patient's key; return its id.

    Raises as `add_note` does, `MediaSpaceError`, and `NotFoundError` where the upload ended.
    """
    return _add(clinic, actor, attached)


def _add(clinic: Clinic, actor: Actor, attached: Attached) -> UUID:
    with placing(clinic, actor, attached) as placed:
        return noting_refusal(clinic, actor, attached.patient_id, placed.write)


@contextmanager
def placing(clinic: Clinic, actor: Actor, attached: Attached) -> Iterator[Placed]:
    """Bring evidence to its place, for a block that writes its row in a transaction of its own.

    Where the row is not in the store at the end of the block, the file is removed, and waits on.
    Raises as `add_file` does.
    """
    authorise(clinic, actor, Permission.RECORD_CONSENT, patient_id=attached.patient_id)
    note = attached.note.strip()
    if len(note) > LONGEST:
        raise InvalidInputError(TOO_LONG, field="note")
    if not attached.has_file:
        if not note:
            raise InvalidInputError(NOTE_MISSING, field="note")
        yield Placed(actor, attached, _row_of_note(actor, attached))
        return
    saved = _saved(clinic, actor, attached)
    if saved is not None:
        yield Placed(actor, attached, saved)
        return
    found = waiting.find(actor, attached.evidence_id)
    key_id = sealing_keys.key_for(clinic, attached.patient_id)
    try:
        _place(clinic, found, key_id)
        yield Placed(actor, attached, _row_of_file(actor, attached, found, key_id))
    finally:
        _settle(clinic, found, attached.patient_id)


def open_file(clinic: Clinic, actor: Actor, evidence_id: UUID) -> Opened:
    """Return a file that shows a consent, open for reading; each time is in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1), and a
    `SealedFileError` where it cannot be read.
    """
    with clinic.store.reading() as cursor:
        known = consent_evidence.get_evidence(cursor, evidence_id)
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=known.patient_id if known else None)
    if known is None:
        raise NotFoundError(NOTHING)

    def work(unit: UnitOfWork) -> EvidenceRow:
        row = consent_evidence.get_evidence(unit.cursor, evidence_id)
        if row is None:
            raise NotFoundError(NOTHING)
        ground = _ground(unit.cursor, actor, row.patient_id)
        _, restriction = usable(unit.cursor, row.patient_id, ground)
        unit.audit(
            actor, _event(Action.CONSENT_EVIDENCE_VIEWED, row, ground if restriction else None)
        )
        return row

    row = _noting(clinic, actor, known.patient_id, work)
    if row.key_id is None or row.media_type is None:
        raise NotFoundError(NOTHING)
    key = clinic.media.keys.get(row.key_id)
    reader = EvidenceFiles(clinic.home).sealed(evidence_id, key).reader()
    ending = (row.filename or "").rpartition(".")[2] or "bin"
    return Opened(reader, row.media_type, f"evidence-{evidence_id.hex[-8:]}.{ending}")


def sweep(clinic: Clinic) -> int:
    """At the server's start, remove what an interruption left; return how many files that were.

    Nothing may be coming in. A file in place without a row and without a mark (as after a store was
    restored from an older back-up) is counted in the log and kept.
    """
    files = EvidenceFiles(clinic.home)
    with clinic.store.reading() as cursor:
        there = consent_evidence.list_files(cursor)
    removed = 0
    for path in sorted(files.arriving()):
        evidence_id = _id(path.stem)
        if path == files.mark_of(evidence_id) and evidence_id not in there:
            files.path_of(evidence_id).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        removed += 1
    placed = set(files.placed())
    if placed != there:
        told = "Evidence of consent: %d files have no row, %d rows lack their file."
        log.warning(told, len(placed - there), len(there - placed))
    return removed


def is_whole(clinic: Clinic, row: EvidenceRow) -> bool:
    """Tell whether a file's bytes are still those that came in; raises a `SealedFileError`."""
    if row.key_id is None:
        return True
    key = clinic.media.keys.get(row.key_id)
    digest = hashlib.sha256()
    with EvidenceFiles(clinic.home).sealed(row.evidence_id, key).reader() as reader:
        for piece in reader.chunks(0, reader.size):
            digest.update(piece)
    return digest.hexdigest() == row.sha256


def _place(clinic: Clinic, found: Waiting, key_id: UUID) -> None:
    files = EvidenceFiles(clinic.home)
    target = files.sealed(found.evidence_id, clinic.media.keys.get(key_id))
    waiting.keeping(lambda: files.mark_of(found.evidence_id).touch(mode=0o600))
    waiting.keeping(lambda: seal_again(found.file, target))


def _settle(clinic: Clinic, found: Waiting, patient_id: UUID) -> None:
    """Remove the file unless the store says that it is kept; the store alone says what is."""
    files = EvidenceFiles(clinic.home)
    try:
        with clinic.store.reading() as cursor:
            is_kept = consent_evidence.get_evidence(cursor, found.evidence_id) is not None
    except ClinicError:
        # The mark stays, and the next start clears up.
        return
    if is_kept:
        sealing_keys.forget(patient_id)
        waiting.forget(clinic, found)
    else:
        files.path_of(found.evidence_id).unlink(missing_ok=True)
    files.mark_of(found.evidence_id).unlink(missing_ok=True)


def _saved(clinic: Clinic, actor: Actor, attached: Attached) -> EvidenceRow | None:
    """Return what was saved under this id by a first click, for the record that is meant."""
    with clinic.store.reading() as cursor:
        row = consent_evidence.get_evidence(cursor, attached.evidence_id)
    if row is None:
        return None
    meant = attached.patient_id, actor.person_id, attached.note.strip() or None
    if (row.patient_id, row.recorded_by, row.note) != meant:
        raise SavedAlreadyError(correcting.SAVED_ALREADY)
    return row


def _row_of_note(actor: Actor, attached: Attached) -> EvidenceRow:
    return EvidenceRow(
        evidence_id=attached.evidence_id,
        patient_id=attached.patient_id,
        kind=EvidenceKind.NOTE,
        note=attached.note.strip(),
        filename=None,
        media_type=None,
        bytes=None,
        sha256=None,
        key_id=None,
        recorded_at=attached.now,
        recorded_by=actor.person_id,
    )


def _row_of_file(actor: Actor, attached: Attached, found: Waiting, key_id: UUID) -> EvidenceRow:
    return EvidenceRow(
        evidence_id=attached.evidence_id,
        patient_id=attached.patient_id,
        kind=found.sort.kind,
        note=attached.note.strip() or None,
        filename=found.sort.filename,
        media_type=found.sort.media_type,
        bytes=found.bytes,
        sha256=found.sha256,
        key_id=key_id,
        recorded_at=attached.now,
        recorded_by=actor.person_id,
    )


def _check_same(saved: EvidenceRow, row: EvidenceRow) -> None:
    """Raise `SavedAlreadyError` where what has this id says something else."""
    if (saved.patient_id, saved.kind, saved.note, saved.sha256) != (
        row.patient_id,
        row.kind,
        row.note,
        row.sha256,
    ):
        raise SavedAlreadyError(correcting.SAVED_ALREADY)


def _event(action: Action, row: EvidenceRow, ground: Ground | None) -> Event:
    return Event(
        action,
        patient_id=row.patient_id,
        subject_id=row.evidence_id,
        ground=ground.value if ground else None,
        detail={"kind": row.kind.value, "file": row.has_file},
    )


def _noting(
    clinic: Clinic, actor: Actor, patient_id: UUID, work: Callable[[UnitOfWork], EvidenceRow]
) -> EvidenceRow:
    try:
        return noting_refusal(clinic, actor, patient_id, work)
    except GroundNeededError as error:
        raise GroundNeededError(GROUND_NEEDED) from error


def _ground(cursor: Cursor, actor: Actor, patient_id: UUID) -> Ground | None:
    """Return the ground that this session named when it opened a restricted record."""
    if actor.session_id is None:
        return None
    named = printing.get_ground(cursor, patient_id, actor.session_id)
    return Ground(named) if named else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)

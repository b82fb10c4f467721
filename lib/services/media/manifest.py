"""Bringing in a folder of photographs with a manifest: checked as a whole, then patient by patient.

A row that has no place refuses the whole, unless the good rows are wanted. What only opening a
file shows refuses that file alone. A row whose patient is not certain waits for a person, its file
sealed (`waiting`). The same folder again adds nothing.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import ImportRefusedError, MediaRefusedError
from lib.imports.importing import Stamp, Terms, Writer
from lib.imports.mapping import Mapping
from lib.imports.media.checking import check
from lib.imports.media.form import FORM
from lib.imports.media.plan import Placed, Unplaced, plan
from lib.imports.reading import Circumstances
from lib.imports.report import ImportReport
from lib.imports.source import read_table
from lib.imports.table import RejectedRow
from lib.media import probing
from lib.media.digests import digest
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress, Watcher
from lib.services.media import intake, sealing_keys, uploads, waiting
from lib.services.media.arrivals import Arrival, Batch
from lib.services.media.arrivals import Outcome as Became
from lib.services.media.waiting import Found, Kept, Row, Shelf
from lib.services.records import usable
from lib.store import imports as store
from lib.store import media_items
from lib.store.connection import UnitOfWork
from lib.store.imports import ImportRun

KIND = waiting.KIND
MANIFEST = "manifest.csv"
WAITS = "Pictures of nobody who is surely one patient; see Import review"
NO_MANIFEST = (
    "There is no manifest.csv in {}. It has a row for each file: file, patient id, and what is "
    "known of treatment, date, view, stage and area."
)
OUTSIDE = "the file is not in the folder of the manifest"
MISSING = "there is no such file in the folder"
# So many files of a patient are in hand at once.
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a manifest, as the person at the console names it."""

    path: Path

    def file_of(self, name: str) -> Path | None:
        """Return a file in the folder, or None for a name that leads out of it."""
        root = self.path.resolve()
        file = (root / name.replace("\\", "/")).resolve()
        return file if file.is_relative_to(root) and file != root else None

    def manifest(self) -> bytes:
        """Return the manifest's bytes. Raises `ImportRefusedError` without one."""
        try:
            return (self.path / MANIFEST).read_bytes()
        except OSError as error:
            raise ImportRefusedError(NO_MANIFEST.format(self.path)) from error


def run(
    clinic: Clinic, actor: Actor, folder: Folder, order: Order, watch: Watcher | None = None
) -> ImportReport:
    """Bring in the files that a folder's manifest names; return what was done.

    Raises `NotPermittedError`, `ImportRefusedError`, `InvalidInputError` for a mapping that does
    not fit, `MediaSpaceError` and the store's errors.
    """
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    authorise(clinic, actor, Permission.ADD_MEDIA)
    told = watch or (lambda _: None)
    content = folder.manifest()
    table = read_table(content)
    mapping = order.mapping or Mapping.guessed(FORM, table.columns)
    as_of = datetime.now(ZoneInfo(clinic.settings.timezone)).date()
    checked = check(table, mapping, Circumstances(as_of), lambda _: None)
    told(Progress("Comparing with the patients we have", 0, table.size))
    with clinic.store.reading() as cursor:
        made = plan(cursor, checked.content, Terms(clinic.master_key, mapping, as_of))
    task = _Task(clinic, actor, folder, told, _now())
    task.rejected += [*checked.rejected, *made.rejected]
    task.column = checked.content.column
    ready, unplaced = list(task.present(made.placed)), list(task.present(made.unplaced))
    is_written = not order.dry_run and (order.partial or not task.rejected)
    if is_written:
        task.bring_in(ready)
        task.keep(made.system, ready, unplaced)
    else:
        task.look(ready)
        task.look_at_unplaced(made.system, unplaced)
    is_refused = not order.dry_run and not is_written
    report = ImportReport(
        import_id=task.import_id if is_written else None,
        rows_read=table.size + len(table.uneven),
        added=0 if is_refused else task.added,
        changed=0,
        unchanged=task.unchanged,
        waiting=0 if is_refused else task.waiting,
        rejected=tuple(sorted(task.rejected, key=lambda row: row.line)),
        unmapped=mapping.unmapped(table.columns),
        warnings=(*table.warnings, *checked.warnings, *made.warnings, *task.warnings),
        system=made.system,
        is_dry_run=order.dry_run,
        is_written=is_written,
    )
    _note(task, report, hashlib.sha256(content).hexdigest(), is_partial=order.partial)
    return report


@dataclass(slots=True)
class _Task:
    """One folder being brought in, and what became of its rows so far."""

    clinic: Clinic
    actor: Actor
    folder: Folder
    told: Watcher
    started_at: datetime
    import_id: UUID = field(default_factory=uuid7s.uuid7)
    rejected: list[RejectedRow] = field(default_factory=list)
    column: str = ""
    added: int = 0
    unchanged: int = 0
    waiting: int = 0

    def present(self, rows: Sequence[Row]) -> Iterator[Found[Row]]:
        """Give the rows whose files are there and may be what they should."""
        for one in rows:
            file = self.folder.file_of(one.row.file)
            fault = OUTSIDE if file is None else _fault_of(file)
            if fault or file is None:
                self.reject(one, fault or "")
            else:
                yield Found(one, file)

    def reject(self, one: Placed | Unplaced, reason: str) -> None:
        """Note why a row's file cannot be taken."""
        self.rejected.append(RejectedRow(one.row.line, self.column, one.row.file, reason))

    def look(self, found: Sequence[Found[Placed]]) -> None:
        """Count what is new and what is there, and change nothing."""
        for patient_id, some in _by_patient(found):
            known = _Known.of(self.clinic, patient_id)
            there = sum(known.has(one.file) for one in some)
            self.unchanged += there
            self.added += len(some) - there

    def bring_in(self, found: Sequence[Found[Placed]]) -> None:
        """Bring the files in, patient by patient."""
        done = 0
        for patient_id, every in _by_patient(found):
            for start in range(0, len(every), MOST_AT_ONCE):
                some = every[start : start + MOST_AT_ONCE]
                self.told(Progress("Bringing files in", done, len(found)))
                self._bring_in(patient_id, some)
                done += len(some)

    def look_at_unplaced(self, system: str, found: Sequence[Found[Unplaced]]) -> None:
        """Count what would wait for a person."""
        self._count(self._shelf(system).look(found))

    def keep(
        self, system: str, placed: Sequence[Found[Placed]], unplaced: Sequence[Found[Unplaced]]
    ) -> None:
        """Keep what must wait for a person, and let go of what waited and is placed now."""
        shelf = self._shelf(system)
        for start in range(0, len(unplaced), MOST_AT_ONCE):
            self.told(Progress("Keeping what waits for review", start, len(unplaced)))
            self._count(shelf.keep(unplaced[start : start + MOST_AT_ONCE]))
        shelf.let_go(placed)

    def _shelf(self, system: str) -> Shelf:
        stamp = Stamp(self.started_at, self.started_at.date(), self.actor.person_id)
        writer = Writer(self.actor, stamp, self.import_id, lambda _: None)
        return Shelf(self.clinic, writer, system)

    def _count(self, kept: Kept) -> None:
        self.waiting += kept.waiting
        self.unchanged += kept.decided
        for one, reason in kept.refused:
            self.reject(one.said, _as_reason(reason))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the person should know of the rows that wait."""
        return (f"{WAITS}: {self.waiting:,}.",) if self.waiting else ()

    def _bring_in(self, patient_id: UUID, found: Sequence[Found[Placed]]) -> None:
        known = _Known.of(self.clinic, patient_id)
        new = [one for one in found if not known.has(one.file)]
        self.unchanged += len(found) - len(new)
        if not new:
            return
        key_id = sealing_keys.key_for(self.clinic, patient_id)
        by_id = {uuid7s.uuid7(): one for one in new}
        for media_id, one in by_id.items():
            intake.seal(self.clinic, media_id, key_id, one.opened)
        with self.clinic.store.reading() as cursor:
            patient, _ = usable(cursor, patient_id, None)
        batch = Batch(self.import_id, patient_id, patient.born_on, self.actor)
        arrivals = [Arrival(key, key_id, one.said.said) for key, one in by_id.items()]
        for entry in intake.bring_in(self.clinic, batch, arrivals, now=_now()):
            if entry.outcome is Became.IN:
                self.added += 1
            elif entry.is_there:
                self.unchanged += 1
            else:
                self.reject(by_id[entry.media_id].said, _as_reason(entry.sentence or ""))


@dataclass(frozen=True, slots=True)
class _Known:
    """What a patient has already, told by digests under each of their keys."""

    keys: tuple[bytes, ...]
    digests: frozenset[str]

    @classmethod
    def of(cls, clinic: Clinic, patient_id: UUID) -> "_Known":
        with clinic.store.reading() as cursor:
            keys = media_items.list_keys(cursor, patient_id)
            digests = frozenset(media_items.list_digests(cursor, patient_id))
        return cls(tuple(clinic.media.keys.get(key) for key in keys), digests)

    def has(self, file: Path) -> bool:
        """Tell whether the record has this very file."""
        for key in self.keys:
            with file.open("rb", buffering=0) as handle:
                if digest(handle, key) in self.digests:
                    return True
        return False


def _by_patient(found: Sequence[Found[Placed]]) -> Iterator[tuple[UUID, list[Found[Placed]]]]:
    ordered = sorted(found, key=lambda one: (one.said.patient_id, one.said.row.line))
    for patient_id, some in groupby(ordered, key=lambda one: one.said.patient_id):
        yield patient_id, list(some)


def _fault_of(file: Path) -> str | None:
    """Return why a file cannot be what it should be, as far as its size and beginning tell."""
    try:
        with file.open("rb") as handle:
            size = file.stat().st_size
            kind = probing.format_of(handle.read(probing.HEAD_BYTES)).kind
    except OSError:
        return MISSING
    except MediaRefusedError as error:
        return _as_reason(error.message)
    return None if size <= uploads.MOST[kind] else "the file is too large"


def _note(task: _Task, report: ImportReport, sha256: str, *, is_partial: bool) -> None:
    """Keep the record of this import, and its entry in the trail: counts and no value."""
    is_refused = not report.is_written and not report.is_dry_run
    event = Event(
        Action.IMPORT_PREVIEWED if report.is_dry_run else Action.IMPORT_DONE,
        subject_id=report.import_id,
        outcome=Outcome.REFUSED if is_refused else Outcome.DONE,
        detail={
            "kind": KIND,
            "file": sha256,
            "dry_run": report.is_dry_run,
            "read": report.rows_read,
            "added": report.added,
            "unchanged": report.unchanged,
            "waiting": report.waiting,
            "rejected": report.rows_rejected,
        },
    )
    kept = ImportRun(
        import_id=task.import_id,
        kind=KIND,
        file_sha256=sha256,
        is_partial=is_partial,
        started_at=task.started_at,
        finished_at=_now(),
        person_id=task.actor.person_id,
        rows_read=report.rows_read,
        rows_added=report.added,
        rows_changed=0,
        rows_unchanged=report.unchanged,
        rows_rejected=report.rows_rejected,
    )

    def work(unit: UnitOfWork) -> None:
        if report.is_written:
            store.insert_run(unit.cursor, kept)
        unit.audit(task.actor, event)

    task.clinic.store.transact(work)


def _as_reason(sentence: str) -> str:
    """Return a sentence as the reason that a report's line ends with."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

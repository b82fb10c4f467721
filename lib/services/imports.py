"""Bringing a clinic's records in from a file: looking first, then all rows or none.

The file's bytes are held only while this runs; nothing of it is kept but what is stored.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import ImportRefusedError, InvalidInputError
from lib.imports.importing import Importer, Plan, Stamp, Terms, Writer
from lib.imports.kinds import IMPORTERS, Kind
from lib.imports.mapping import Mapping
from lib.imports.reading import Checked, Circumstances
from lib.imports.report import ImportReport
from lib.imports.source import ReadOptions, read_table
from lib.imports.table import Found, Table
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import imported
from lib.services.garbage import collection_paused
from lib.store import imports as store
from lib.store.connection import UnitOfWork
from lib.store.imports import ImportRun

SAMPLES = 5
LOOKED_AT = 500
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was brought: its bytes, and how to read it where that is guessed wrongly."""

    content: bytes = field(repr=False)
    options: ReadOptions = field(default_factory=ReadOptions)
    kind: Kind = Kind.PATIENTS

    @property
    def sha256(self) -> str:
        """Return the file's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def importer(self) -> Importer[Any, Any]:
        """Return who imports files of this kind."""
        return IMPORTERS[self.kind]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file turned out to be, before anything is done with it."""

    found: Found
    columns: tuple[str, ...]
    rows: int
    mapping: Mapping
    samples: dict[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    unmapped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with a file. Without a mapping, the headings are guessed."""

    mapping: Mapping | None = None
    dry_run: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: what it is doing, and rows done of rows in all."""

    stage: str
    done: int
    total: int


Watcher = Callable[[Progress], None]


def preview(clinic: Clinic, actor: Actor, source: Source) -> Preview:
    """Return what is in a file, with sample values, and what its columns seem to be.

    Raises `NotPermittedError`, or `ImportRefusedError` when it is no table.
    """
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    table = _read(clinic, actor, source)
    mapping = Mapping.guessed(source.importer.form, table.columns)
    detail: dict[str, str | int | bool] = {
        "file": source.sha256,
        "rows": table.size + len(table.uneven),
        "columns": len(table.columns),
    }
    event = Event(Action.IMPORT_PREVIEWED, detail=detail)
    clinic.store.transact(lambda unit: unit.audit(actor, event))
    return Preview(
        found=table.found,
        columns=table.columns,
        rows=table.size + len(table.uneven),
        mapping=mapping,
        samples=_samples(table),
        warnings=table.warnings,
        unmapped=mapping.unmapped(table.columns),
    )


def run(
    clinic: Clinic, actor: Actor, source: Source, order: Order, watch: Watcher | None = None
) -> ImportReport:
    """Import a file's rows, all or none unless `order.partial`; return what was done.

    Everything, with one audit event for each patient, is one transaction. `watch` is told of the
    progress and may raise `ImportCancelledError` until it is committed. Raises `NotPermittedError`,
    `ImportRefusedError` for a file that is no table, `InvalidInputError` for a mapping that does
    not fit it.
    """
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    with collection_paused():
        return _run(clinic, actor, source, order, watch or (lambda _: None))


def _run(clinic: Clinic, actor: Actor, source: Source, order: Order, told: Watcher) -> ImportReport:
    told(Progress("Reading the file", 0, 0))
    table = _read(clinic, actor, source)
    total = table.size
    importer = source.importer
    mapping = order.mapping or Mapping.guessed(importer.form, table.columns)
    circumstances = _circumstances(clinic)
    started_at = _now()
    checked = importer.check(
        table, mapping, circumstances, lambda done: told(Progress("Checking values", done, total))
    )
    stamp = Stamp(started_at, circumstances.as_of, actor.person_id)
    writer = Writer(actor, stamp, uuid7s.uuid7(), lambda stage: told(Progress(stage, total, total)))
    task = _Task(clinic, source, order, mapping, table, checked, writer)
    with clinic.store.with_threads(1):
        return clinic.store.transact(task.work)


@dataclass(frozen=True, slots=True)
class _Task:
    """One import whose values are checked: the part that runs in the transaction."""

    clinic: Clinic
    source: Source
    order: Order
    mapping: Mapping
    table: Table
    checked: Checked[Any]
    writer: Writer

    def work(self, unit: UnitOfWork) -> ImportReport:
        """Compare with the store and, unless it is a dry run or refused, write."""
        self.writer.tick("Comparing with the patients we have")
        importer = self.source.importer
        terms = Terms(self.clinic.master_key, self.mapping, self.writer.stamp.as_of)
        made = importer.plan(unit.cursor, self.checked.content, terms)
        report = self.report(made)
        if report.is_written:
            importer.carry_out(unit, made, self.writer)
            imported.follow(self.clinic, unit, made, self.writer)
            self.writer.tick("Writing the audit trail")
            store.insert_run(unit.cursor, self.as_run(report))
        unit.audit(self.writer.actor, self.event(report))
        return report

    def report(self, made: Plan) -> ImportReport:
        """Return what the plan does."""
        faults = [*self.checked.rejected, *made.rejected]
        is_written = not self.order.dry_run and (not faults or self.order.partial)
        is_refused = not self.order.dry_run and not is_written
        return ImportReport(
            import_id=self.writer.import_id if is_written else None,
            rows_read=self.table.size + len(self.table.uneven),
            added=0 if is_refused else made.added,
            changed=0 if is_refused else made.changed,
            unchanged=made.unchanged,
            waiting=0 if is_refused else made.waiting,
            rejected=tuple(sorted(faults, key=lambda row: row.line)),
            unmapped=self.mapping.unmapped(self.table.columns),
            warnings=(*self.table.warnings, *self.checked.warnings, *made.warnings),
            system=made.system,
            is_dry_run=self.order.dry_run,
            is_written=is_written,
        )

    def as_run(self, report: ImportReport) -> ImportRun:
        """Return the record that is kept of this import."""
        return ImportRun(
            import_id=self.writer.import_id,
            kind=self.source.kind.value,
            file_sha256=self.source.sha256,
            is_partial=self.order.partial,
            started_at=self.writer.stamp.at,
            finished_at=_now(),
            person_id=self.writer.stamp.person_id,
            rows_read=report.rows_read,
            rows_added=report.added,
            rows_changed=report.changed,
            rows_unchanged=report.unchanged,
            rows_rejected=report.rows_rejected,
        )

    def event(self, report: ImportReport) -> Event:
        """Return the entry for the trail: counts and the file's digest, no value."""
        is_refused = not report.is_written and not report.is_dry_run
        return Event(
            Action.IMPORT_PREVIEWED if report.is_dry_run else Action.IMPORT_DONE,
            subject_id=report.import_id,
            outcome=Outcome.REFUSED if is_refused else Outcome.DONE,
            detail={
                "kind": self.source.kind.value,
                "file": self.source.sha256,
                "dry_run": report.is_dry_run,
                "read": report.rows_read,
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "waiting": report.waiting,
                "rejected": report.rows_rejected,
            },
        )


def history(clinic: Clinic, actor: Actor) -> list[tuple[ImportRun, str | None]]:
    """Return the imports that were done, newest first, with who did them; counts only."""
    authorise(clinic, actor, Permission.VIEW_CLINIC)
    with clinic.store.reading() as cursor:
        return store.list_runs(cursor)


def mappings(clinic: Clinic, actor: Actor, kind: Kind = Kind.PATIENTS) -> dict[str, Mapping]:
    """Return the saved mappings by name."""
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    with clinic.store.reading() as cursor:
        saved = store.list_mappings(cursor, kind.value)
    form = IMPORTERS[kind].form
    return {name: Mapping.from_json(form, text, name=name) for name, text in saved.items()}


def save_mapping(
    clinic: Clinic, actor: Actor, name: str, mapping: Mapping, kind: Kind = Kind.PATIENTS
) -> None:
    """Keep a mapping under a name for the next file of its kind; raise `InvalidInputError`."""
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME:
        message = f"Give the mapping a name of 1 to {LONGEST_NAME} characters."
        raise InvalidInputError(message, field="name")

    def work(unit: UnitOfWork) -> None:
        saved = (_now(), actor.person_id)
        store.insert_mapping(unit.cursor, plain, kind.value, mapping.to_json(), saved=saved)
        detail: dict[str, str | int | bool] = {"columns": len(mapping.columns)}
        unit.audit(actor, Event(Action.MAPPING_SAVED, detail=detail))

    clinic.store.transact(work)


def remove_mapping(clinic: Clinic, actor: Actor, name: str, kind: Kind = Kind.PATIENTS) -> None:
    """Forget a saved mapping; one that is not there is forgotten already."""
    authorise(clinic, actor, Permission.IMPORT_RECORDS)

    def work(unit: UnitOfWork) -> None:
        store.delete_mapping(unit.cursor, kind.value, name)
        unit.audit(actor, Event(Action.MAPPING_REMOVED))

    clinic.store.transact(work)


def _read(clinic: Clinic, actor: Actor, source: Source) -> Table:
    try:
        return read_table(source.content, source.options)
    except ImportRefusedError:
        detail: dict[str, str | int | bool] = {"file": source.sha256}
        refusal = Event(Action.IMPORT_DONE, outcome=Outcome.REFUSED, detail=detail)
        clinic.store.transact(lambda unit: unit.audit(actor, refusal))
        raise


def _samples(table: Table) -> dict[str, tuple[str, ...]]:
    """Return the first few different values of each column."""
    samples: dict[str, dict[str, None]] = {column: {} for column in table.columns}
    for row in table.first(LOOKED_AT):
        for column, cell in zip(table.columns, row, strict=True):
            if cell.strip() and len(samples[column]) < SAMPLES:
                samples[column][cell.strip()] = None
    return {column: tuple(values) for column, values in samples.items()}


def _circumstances(clinic: Clinic) -> Circumstances:
    zone = clinic.settings.timezone
    today = datetime.now(ZoneInfo(zone)).date()
    return Circumstances(today, clinic.settings.phone_region, zone, _now())


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

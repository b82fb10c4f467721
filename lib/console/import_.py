"""`import`: bring a file's rows in from the command line, all of them or none."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from lib.console.opening import console_actor, open_for_console
from lib.errors import ClinicError
from lib.imports.kinds import IMPORTERS, Kind
from lib.imports.mapping import Mapping
from lib.imports.media.form import FORM
from lib.imports.report import ImportReport
from lib.services import imports
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress, Source, Watcher
from lib.services.media import manifest, streams, sweep
from lib.services.media.manifest import Folder

MOST_SHOWN = 20


class What(StrEnum):
    """What is brought in: a file of one kind, or a folder of photographs with its manifest."""

    PATIENTS = Kind.PATIENTS
    PRODUCTS = Kind.PRODUCTS
    TREATMENTS = Kind.TREATMENTS
    HISTORY = Kind.HISTORY
    CONSENTS = Kind.CONSENTS
    MEDIA = manifest.KIND


def import_(  # noqa: PLR0913, PLR0917 - the options of a command are its parameters
    file: Annotated[
        Path,
        typer.Argument(help="The CSV or XLSX file; for media the folder with its manifest.csv."),
    ],
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    kind: Annotated[What, typer.Option(help="What the file holds.")] = What.PATIENTS,
    mapping: Annotated[
        Path | None, typer.Option(help="A JSON file that says which column is which field.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,  # noqa: FBT002
    partial: Annotated[bool, typer.Option(help="Keep the good rows of a file.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Import FILE: all rows, or none when one is rejected, unless --partial is given.

    A photograph that cannot be opened is refused alone; the others go in.
    """
    with open_for_console(home) as clinic, _watching(silent=as_json) as watch:
        order = Order(_mapping(kind, mapping), dry_run=dry_run, partial=partial)
        if kind is What.MEDIA:
            report = _bring_in_media(clinic, file, order, watch)
        else:
            source = Source(_content(file), kind=Kind(kind.value))
            report = imports.run(clinic, console_actor(), source, order, watch)
    if as_json:
        typer.echo(json.dumps(as_dict(report), ensure_ascii=False))
    else:
        _print(report)
    if report.rejected and not partial:
        rows = f"{report.rows_rejected} row{'s' if report.rows_rejected > 1 else ''}"
        typer.echo(_refusal(report, rows), err=True)
        raise typer.Exit(1)


def _refusal(report: ImportReport, rows: str) -> str:
    if report.is_written:
        return f"The others are in: {rows} rejected. Correct them, then import the folder again."
    refused = "would be refused" if report.is_dry_run else "was refused and nothing was changed"
    return (
        f"The file {refused}: {rows} rejected. Correct them, or keep the good rows with --partial."
    )


def _bring_in_media(
    clinic: Clinic, folder: Path, order: Order, watch: Watcher | None
) -> ImportReport:
    """Bring a folder in, and make its videos playable; nothing else can be coming in meanwhile."""
    if not order.dry_run:
        sweep.sweep(clinic)
    report = manifest.run(clinic, console_actor(), Folder(folder), order, watch)
    if report.is_written:
        if watch is not None:
            watch(Progress("Making videos playable", 0, 0))
        streams.make_all(clinic)
    return report


def as_dict(report: ImportReport) -> dict[str, Any]:
    """Return the report as it is printed with --json."""
    return {
        "import_id": str(report.import_id) if report.import_id else None,
        "rows_read": report.rows_read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "waiting": report.waiting,
        "rows_rejected": report.rows_rejected,
        "rejected": [asdict(row) for row in report.rejected],
        "unmapped_columns": list(report.unmapped),
        "warnings": list(report.warnings),
        "system": report.system,
        "dry_run": report.is_dry_run,
        "written": report.is_written,
    }


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"The file {file} cannot be read. Check its name and who may read it."
        raise ClinicError(message) from error


def _mapping(kind: What, file: Path | None) -> Mapping | None:
    if file is None:
        return None
    form = FORM if kind is What.MEDIA else IMPORTERS[Kind(kind.value)].form
    text = _content(file).decode("utf-8-sig", errors="replace")
    return Mapping.from_json(form, text, name=file.stem)


@contextmanager
def _watching(*, silent: bool) -> Iterator[Callable[[Progress], None] | None]:
    if silent or not sys.stderr.isatty():
        yield None
        return
    words = TextColumn("{task.description}")
    columns = (words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading the file", total=None)
        yield lambda told: bar.update(
            task, description=told.stage, completed=told.done, total=told.total or None
        )


def _print(report: ImportReport) -> None:
    verb = "Would be" if report.is_dry_run else "Were"
    waiting = f", put to review {report.waiting}" if report.waiting else ""
    typer.echo(
        f"Read {report.rows_read} rows. {verb} added {report.added}, changed {report.changed}, "
        f"unchanged {report.unchanged}, rejected {report.rows_rejected}{waiting}."
    )
    if report.unmapped:
        typer.echo(f"Columns not taken in: {', '.join(report.unmapped)}.")
    for warning in report.warnings:
        typer.echo(f"Note: {warning}")
    for row in report.rejected[:MOST_SHOWN]:
        column = f", {row.column}" if row.column else ""
        typer.echo(f"Line {row.line}{column}: {row.reason}.")
    if len(report.rejected) > MOST_SHOWN:
        typer.echo(f"… and {len(report.rejected) - MOST_SHOWN} more; --json gives all of them.")

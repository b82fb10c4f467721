"""`duplicates`: find records that may be one person, keep the pairs for review, and list them."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from lib.console.opening import console_actor, open_for_console
from lib.domain.duplicates import Agreement, Finding
from lib.services import duplicate_search
from lib.services import duplicates as service
from lib.services.duplicate_search import Progress, Searched
from lib.services.duplicates import Compared, Queue, Side

MOST_SHOWN = 50


def duplicates(
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Search the clinic for records that may be one person, and list every pair to review."""
    with open_for_console(home) as clinic:
        actor = console_actor()
        with _watching(silent=as_json) as watch:
            searched = duplicate_search.run(clinic, actor, watch=watch)
        found = service.everything(clinic, actor)
    if as_json:
        typer.echo(json.dumps(as_dict(searched, found), ensure_ascii=False))
    else:
        _print(searched, found)


def as_dict(searched: Searched, found: Queue) -> dict[str, Any]:
    """Return the pairs as they are printed with --json."""
    return {
        "patients": searched.patients,
        "pairs_compared": searched.compared,
        "new": searched.kept.new,
        "not_the_same_person": searched.kept.settled,
        "pairs": [_pair(one) for one in found.pairs],
    }


def _pair(one: Compared) -> dict[str, Any]:
    return {
        "pair_id": str(one.pair.pair_id),
        "probability": one.pair.probability,
        "state": one.pair.state.value,
        "external_ids": [_first_number(one.one), _first_number(one.other)],
        "patients": [_side(one.one), _side(one.other)],
        "evidence": [_finding(finding) for finding in one.findings],
    }


def _first_number(side: Side) -> str | None:
    return side.external_ids[0][1] if side.external_ids else None


def _side(side: Side) -> dict[str, Any]:
    return {
        "patient_id": str(side.row.patient_id),
        "reference": side.row.reference,
        "external_ids": [
            {"system": system, "external_id": number} for system, number in side.external_ids
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "compared": finding.label,
        "agreement": finding.agreement.value,
        "reason": finding.reason,
        "weight": round(finding.weight, 2),
    }


@contextmanager
def _watching(*, silent: bool) -> Iterator[Callable[[Progress], None] | None]:
    if silent or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading the records", total=None)
        yield lambda told: bar.update(
            task, description=told.stage, completed=told.done, total=told.total or None
        )


def _print(searched: Searched, found: Queue) -> None:
    pairs = "pair" if found.count == 1 else "pairs"
    typer.echo(
        f"Compared {searched.patients:,} records in {searched.compared:,} pairs. "
        f"{found.count:,} {pairs} to review, {searched.kept.new:,} of them new."
    )
    for one in found.pairs[:MOST_SHOWN]:
        agreeing = [
            finding.reason
            for finding in one.findings
            if finding.agreement in {Agreement.AGREES, Agreement.SIMILAR}
        ]
        typer.echo(
            f"{one.pair.probability:6.1%}  {_name(one.one)}  and  {_name(one.other)}  "
            f"[{'; '.join(agreeing)}]"
        )
    if found.count > MOST_SHOWN:
        typer.echo(f"… and {found.count - MOST_SHOWN:,} more; --json gives all of them.")


def _name(side: Side) -> str:
    numbers = ", ".join(number for _, number in side.external_ids)
    return f"{side.row.reference} ({numbers})" if numbers else side.row.reference

"""`verify`: check that the audit trail is the one that was written."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from lib.console.opening import console_actor, open_for_console
from lib.services import audit
from lib.services.audit import Verification
from lib.services.clinic import Clinic


def verify(
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Check every entry of the audit trail and every anchor; status 1 when one is wrong."""
    with open_for_console(home) as clinic:
        found = _verify(clinic)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "is_whole": found.is_whole}))
    else:
        _print(found)
    if not found.is_whole:
        raise typer.Exit(1)


def _verify(clinic: Clinic) -> Verification:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("Verifying the audit trail", total=None)
        return audit.verify(
            clinic,
            console_actor(),
            lambda done, total: bars.update(bar, completed=done, total=total),
        )


def _print(found: Verification) -> None:
    typer.echo(
        f"Read {found.entries:,} entries in {found.chains:,} chains and {found.anchors:,} anchors."
    )
    for fault in found.faults:
        typer.echo(f"FAULT: {fault}", err=True)
    if found.is_whole:
        typer.echo("The audit trail is whole.")
    else:
        typer.echo("The audit trail is not the one that was written.", err=True)

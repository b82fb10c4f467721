"""`verify`: check that the audit trail and the signed consents are those that were written."""

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
from lib.services.consent import verifying
from lib.services.consent.verifying import Checked


def verify(
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Check the audit trail, its anchors and every signed consent; status 1 when one is wrong."""
    with open_for_console(home) as clinic:
        found = _verify(clinic)
        consents = _verify_consents(clinic)
    is_whole = found.is_whole and consents.is_whole
    if as_json:
        consent = {**asdict(consents), "is_whole": consents.is_whole}
        typer.echo(json.dumps({**asdict(found), "is_whole": is_whole, "consent": consent}))
    else:
        _print(found)
        _print_consents(consents)
    if not is_whole:
        raise typer.Exit(1)


def _verify(clinic: Clinic) -> Verification:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("Verifying the audit trail", total=None)
        return audit.verify(
            clinic,
            console_actor(),
            lambda done, total: bars.update(bar, completed=done, total=total),
        )


def _verify_consents(clinic: Clinic) -> Checked:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("Verifying signed consents", total=None)
        return verifying.verify(
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


def _print_consents(found: Checked) -> None:
    typer.echo(f"Read {found.captures:,} signed consents and {found.files:,} files of evidence.")
    for fault in found.faults:
        typer.echo(f"FAULT: {fault}", err=True)
    if found.is_whole:
        typer.echo("Every signed consent is the one that was signed.")
    else:
        typer.echo("A signed consent or its evidence is not what it was.", err=True)

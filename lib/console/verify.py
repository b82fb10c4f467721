"""`verify`: check that trail, signed consents and certificates are those that were written."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from lib.console.certificate import verify_certificate
from lib.console.opening import console_actor, open_for_console
from lib.services import audit
from lib.services.audit import Verification
from lib.services.clinic import Clinic
from lib.services.consent import verifying
from lib.services.consent.verifying import Checked
from lib.services.disposal import certificates

NEITHER = "Name the clinic's folder with --home, or a file with --certificate, or both."


def verify(
    home: Annotated[
        Path | None, typer.Option(help="The folder that holds the clinic's store.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="A certificate of disposal (JSON) to check alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Check the audit trail, its anchors, every signed consent and every certificate of disposal.

    With --certificate only that file is checked, against the clinic where --home names one. The
    status is 1 when anything is wrong.
    """
    if certificate is not None:
        verify_certificate(certificate, home, as_json=as_json)
        return
    if home is None:
        raise typer.BadParameter(NEITHER)
    with open_for_console(home) as clinic:
        found = _verify(clinic)
        consents = _verify_consents(clinic)
        certified = certificates.verify(clinic)
    is_whole = found.is_whole and consents.is_whole and certified.is_whole
    if as_json:
        parts = {
            name: {**asdict(one), "is_whole": one.is_whole}
            for name, one in (("consent", consents), ("certificates", certified))
        }
        typer.echo(json.dumps({**asdict(found), "is_whole": is_whole, **parts}))
    else:
        _print(found)
        _print_consents(consents)
        _print_certificates(certified)
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


def _print_certificates(found: certificates.Checked) -> None:
    typer.echo(f"Read {found.certificates:,} certificates of disposal.")
    for fault in found.faults:
        typer.echo(f"FAULT: {fault}", err=True)
    if found.is_whole:
        typer.echo("Every certificate of disposal is the one that was signed.")
    else:
        typer.echo("A certificate of disposal is not what it was.", err=True)

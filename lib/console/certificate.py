"""Checking one certificate of disposal in a file, alone or against the clinic that issued it."""

import json
from pathlib import Path

import typer

from lib.console.opening import open_for_console
from lib.domain.certificates import Signed, certificate_in
from lib.errors import ClinicError
from lib.services.disposal import certificates


def verify_certificate(file: Path, home: Path | None, *, as_json: bool) -> None:
    """Say whether a certificate is whole; one clear line and status 1 where it is not."""
    try:
        signed = certificates.read_file(file)
    except ClinicError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    fault = _fault(signed, home)
    if as_json:
        typer.echo(json.dumps(_said(signed, fault, is_compared=home is not None)))
    elif fault is None:
        typer.echo(_whole(signed, is_compared=home is not None))
    else:
        typer.echo(f"FAULT: the certificate in {file} is not good: {fault}.", err=True)
    if fault:
        raise typer.Exit(1)


def _fault(signed: Signed, home: Path | None) -> str | None:
    if home is None:
        return certificates.fault_of(signed)
    with open_for_console(home) as clinic:
        return certificates.fault_of(signed, clinic)


def _whole(signed: Signed, *, is_compared: bool) -> str:
    number = certificate_in(signed.content)["number"]
    where = (
        "and is the one that this clinic keeps"
        if is_compared
        else "with the key below; give --home to see that the key is the clinic's"
    )
    return f"Certificate {number} is whole: hash and signature fit, {where}.\n{signed.public_key}"


def _said(signed: Signed, fault: str | None, *, is_compared: bool) -> dict[str, object]:
    return {
        "is_whole": fault is None,
        "fault": fault,
        "sha256": signed.digest,
        "public_key": signed.public_key,
        "is_compared_with_clinic": is_compared,
    }

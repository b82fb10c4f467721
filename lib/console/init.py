"""`init`: make an empty clinic, ready for its first-run screen."""

import json
from pathlib import Path
from typing import Annotated

import typer

from lib.errors import ClinicError
from lib.services.clinic import exists, open_clinic
from lib.settings import Settings
from lib.store.keys import default_key_file


def init(
    home: Annotated[Path, typer.Option(help="The folder that will hold the clinic's store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Make an empty, encrypted clinic in HOME and its master key beside it."""
    settings = Settings(home=home)
    if exists(settings):
        typer.echo(f"There is a clinic in {home} already; nothing was changed.", err=True)
        raise typer.Exit(1)
    try:
        open_clinic(settings).close()
    except ClinicError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    key_file = settings.key_file or default_key_file(home)
    if as_json:
        typer.echo(json.dumps({"home": str(home), "key_file": str(key_file)}))
        return
    typer.echo(f"The clinic in {home} is ready. Keep a copy of {key_file} in a safe place:")
    typer.echo("without it nobody, and no back-up, can open the store.")
    typer.echo(f"Start it with: CLINIC_HOME={home} make run")

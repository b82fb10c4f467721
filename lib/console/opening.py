"""How every console command opens a clinic, and as whom it acts."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import typer

from lib.domain.access import Actor, Role
from lib.errors import ClinicError, NotFoundError
from lib.services.backups import swapping
from lib.services.clinic import Clinic, exists, open_clinic
from lib.settings import Settings

# One fixed person stands for whoever may read the clinic's files on this machine.
CONSOLE_ID = UUID("00000000-0000-7000-8000-000000000001")


def console_actor() -> Actor:
    """Return the person that console commands act as; the account on the machine is their name."""
    return Actor(
        person_id=CONSOLE_ID,
        username="console",
        display_name=f"Console ({getpass.getuser()})",
        roles=frozenset(Role),
        address="console",
    )


@contextmanager
def open_for_console(home: Path) -> Iterator[Clinic]:
    """Open the clinic in `home` and close it afterwards.

    A `ClinicError` inside ends the command with status 1 and its message as the one line.
    """
    try:
        settings = Settings(home=home)
        # Before it is looked for: a restore that was killed may have moved it.
        told = swapping.settle(home)
        if told:
            typer.echo(told, err=True)
        if not exists(settings):
            message = (
                f"There is no clinic in {home}. Make one with: python -m lib init --home {home}"
            )
            raise NotFoundError(message)
        clinic = open_clinic(settings)
        try:
            yield clinic
        finally:
            clinic.close()
    except ClinicError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error

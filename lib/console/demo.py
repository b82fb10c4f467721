"""`demo`: build the synthetic clinic, and say who can sign in to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from lib.demo import accounts
from lib.demo.clinic import MOST_PATIENTS, Built, Progress, build
from lib.demo.sittings import MOST, count_for
from lib.errors import ClinicError
from lib.settings import Settings

DEFAULT_PATIENTS = 2_000
# Below this, and without pictures, a build is over before a bar could be read.
BAR_FROM = 20_000


def demo(  # noqa: PLR0913, PLR0917 - the options of a command are its parameters
    home: Annotated[Path, typer.Option(help="The folder that will hold the clinic.")],
    patients: Annotated[
        int, typer.Option(min=1, max=MOST_PATIENTS, help="How many patients.")
    ] = DEFAULT_PATIENTS,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clinic.")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day; today if absent.")
    ] = None,
    pictures: Annotated[
        int, typer.Option(min=0, max=MOST, help="How many patients have photographs at most.")
    ] = MOST,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Build a synthetic clinic in HOME: twelve years of invented patients and treatments."""
    day = (as_of or datetime.now(UTC)).date()
    try:
        is_short = patients < BAR_FROM and not count_for(patients, pictures)
        with _bar(hidden=as_json or is_short) as progress:
            settings = Settings(home=home)
            built = build(settings, patients, seed, day, progress, pictured=pictures)
    except ClinicError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    _report(home, built, as_json=as_json)


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Progress]:
    """Show a bar for each stage, so that nobody waits before a full one."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), disable=hidden) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of)
            bars.update(tasks[stage], completed=done)

        yield progress


def _report(home: Path, built: Built, *, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "home": str(home),
                    "is_new": built.is_new,
                    "patients": built.recipe.patients,
                    "seed": built.recipe.seed,
                    "as_of": built.recipe.as_of,
                    "rows": built.rows,
                }
            )
        )
        return
    if not built.is_new:
        typer.echo(f"The synthetic clinic in {home} is there already; nothing was changed.")
        return
    typer.echo(
        f"The synthetic clinic in {home} is ready: {built.rows['patient']:,} patients, "
        f"{built.rows['treatment']:,} treatments, {built.rows.get('media_item', 0):,} photographs "
        "and videos."
    )
    names = ", ".join(account.username for account in accounts.ACCOUNTS)
    typer.echo(f"Sign in as {names}; the password is {accounts.PASSWORD}")

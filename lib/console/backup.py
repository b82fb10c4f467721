"""`backup`: make a back-up and check it, check the last one again, or list them all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from lib.console.opening import console_actor, open_for_console
from lib.domain import formats
from lib.domain.backups import BackupState
from lib.errors import BackupError
from lib.services.backups import checking, doing, listing, mirror, places
from lib.services.backups.checking import Checked
from lib.services.backups.listing import Listed, Overview
from lib.services.backups.making import Order
from lib.services.backups.mirror import Agreement
from lib.services.backups.turns import Progress, Watch, nobody
from lib.services.clinic import Clinic

Home = Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")]


def backup(
    home: Home,
    to: Annotated[Path | None, typer.Option(help="The folder to put it in.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Check the last one again.")] = False,  # noqa: FBT002
    list_: Annotated[bool, typer.Option("--list", help="List what there is.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Make a back-up, check it by restoring it into a scratch folder, and let old ones go."""
    with open_for_console(home) as clinic, watching(silent=as_json) as watch:
        if list_:
            said, is_good = _listed(clinic, as_json=as_json), True
        elif check:
            said, is_good = _checked(clinic, watch, as_json=as_json)
        else:
            said, is_good = _made(clinic, to, watch, as_json=as_json)
    typer.echo(said)
    if not is_good:
        raise typer.Exit(1)


@contextmanager
def watching(*, silent: bool) -> Iterator[Watch]:
    """Draw a bar on the console while something is done; none where JSON is wanted."""
    if silent:
        yield nobody
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Bar(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("Beginning", total=None)

        def show(told: Progress) -> None:
            bar.update(task, description=told.stage, completed=told.done, total=told.total or None)

        yield show


def _made(clinic: Clinic, to: Path | None, watch: Watch, *, as_json: bool) -> tuple[str, bool]:
    order = Order(doing.utc_now(), folder=to)
    done = doing.run(clinic, console_actor(), order, watch=watch)
    said = {**_as_dict(done.checked), "copied_bytes": done.made.copied}
    said["removed"] = [str(place) for place in done.removed]
    if as_json:
        return json.dumps(said), done.checked.is_sound
    lines = [_in_words(done.checked)]
    lines += [f"Removed {place.name}, which was past its day." for place in done.removed]
    return "\n".join(lines), done.checked.is_sound


def _checked(clinic: Clinic, watch: Watch, *, as_json: bool) -> tuple[str, bool]:
    actor, now = console_actor(), doing.utc_now()
    known = listing.overview(clinic, actor, now=now)
    last = next((one.row for one in known.backups if one.is_there), None)
    if last is None:
        message = f"There is no back-up in {known.folder}. Make one: leave --check out."
        raise BackupError(message)
    found = checking.check(clinic, actor, last.backup_id, now=now, watch=watch)
    keys = mirror.compare(clinic, actor)
    is_good = found.is_sound and keys.is_agreed
    if as_json:
        said = {**_as_dict(found), "keys": _keys_as_dict(keys)}
        return json.dumps(said), is_good
    return f"{_in_words(found)}\n{keys_in_words(keys)}", is_good


def _listed(clinic: Clinic, *, as_json: bool) -> str:
    known = listing.overview(clinic, console_actor(), now=doing.utc_now())
    if as_json:
        return json.dumps([_row(one) for one in known.backups])
    return "\n".join(_lines(clinic, known)) or f"There is no back-up in {known.folder} yet."


def _lines(clinic: Clinic, known: Overview) -> Iterator[str]:
    zone = listing.zone_of(clinic)
    for one in known.backups:
        row = one.row
        state = row.state.value
        if not one.is_there and row.state is not BackupState.REMOVED:
            state = f"{state}, not there"
        size = places.size_in_words(row.bytes or 0)
        line = (
            f"{formats.moment(row.started_at, zone)}  {state:<10} {size:>9}  "
            f"until {formats.day(row.ends_on)}  {row.place}"
        )
        yield f"{line}\n    {row.fault}" if row.fault else line


def _row(one: Listed) -> dict[str, Any]:
    said = {**asdict(one.row), "is_there": one.is_there, "is_overdue": one.is_overdue}
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _as_dict(found: Checked) -> dict[str, Any]:
    said = {name: _plain(value) for name, value in asdict(found).items()}
    return {**said, "is_sound": found.is_sound}


def _keys_as_dict(keys: Agreement) -> dict[str, Any]:
    said = {name: _plain(value) for name, value in asdict(keys).items()}
    return {**said, "is_agreed": keys.is_agreed}


def _in_words(found: Checked) -> str:
    if found.fault:
        return f"{found.place} is no good. {found.fault}"
    return (
        f"{found.place} is sound: {formats.counted(found.files, 'file')}, "
        f"{places.size_in_words(found.size)}; its store was opened, and "
        f"{formats.counted(found.opened, 'picture')} of it with their keys."
    )


def keys_in_words(keys: Agreement) -> str:
    """Say whether the mirror of the media keys agrees, and what the person keeps themselves."""
    own = "The master key is in no back-up and has no mirror: keep a copy of it somewhere safe."
    if keys.is_agreed:
        return f"The mirror of {formats.counted(keys.keys, 'media key')} agrees. {own}"
    return (
        f"The mirror of the media keys does not agree: {keys.only_here:,} are missing in "
        f"{keys.mirror}, {keys.only_there:,} in {keys.folder}, {keys.different:,} differ. Stop and "
        f"start the clinic to put that right. {own}"
    )

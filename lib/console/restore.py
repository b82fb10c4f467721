"""`restore`: put a clinic back to one of its back-ups, or go on with a restore, or undo one."""

import json
from pathlib import Path
from typing import Annotated

import typer

from lib.console.backup import watching
from lib.console.opening import console_actor
from lib.domain import formats
from lib.domain.audit import Action
from lib.errors import ClinicError, RestoreError
from lib.services.backups import doing, listing, places, restoring, swapping
from lib.services.backups.restoring import Restored
from lib.services.backups.turns import Watch
from lib.settings import Settings

WITHDRAWN = {Action.CONSENT_WITHDRAWN.value, Action.CONSENT_REFUSED.value}
MOST_NAMED = 8


def restore(
    home: Annotated[Path, typer.Option(help="The folder that holds, or held, the clinic's store.")],
    backup: Annotated[
        Path | None, typer.Argument(help="The back-up: its folder, or its name in HOME.backups.")
    ] = None,
    finish: Annotated[bool, typer.Option("--finish", help="Go on with a restore.")] = False,  # noqa: FBT002
    undo: Annotated[bool, typer.Option("--undo", help="Undo one that is not ready.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Put the clinic in HOME back to BACKUP; what was there is set aside. No server may run."""
    settings = Settings(home=home)
    try:
        with watching(silent=as_json) as watch:
            said = _do(settings, backup, watch, finish=finish, undo=undo, as_json=as_json)
    except ClinicError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(places.in_words(error, home.parent), err=True)
        raise typer.Exit(1) from error
    typer.echo(said)


def _do(  # noqa: PLR0913 - the command's own options
    settings: Settings,
    backup: Path | None,
    watch: Watch,
    *,
    finish: bool,
    undo: bool,
    as_json: bool,
) -> str:
    if undo:
        swapping.undo(settings.home)
        said = f"The clinic in {settings.home} is as it was before the restore."
        return json.dumps({"said": said}) if as_json else said
    if finish:
        said = restoring.finish(settings, watch=watch)
        return json.dumps({"said": said}) if as_json else said
    if backup is None:
        message = "Name the back-up to restore. List them with: backup --list --home HOME"
        raise RestoreError(message)
    done = restoring.restore(
        settings, console_actor(), _found(settings, backup), now=doing.utc_now(), watch=watch
    )
    return _as_json(done) if as_json else "\n".join(_lines(settings, done))


def _found(settings: Settings, backup: Path) -> Path:
    """Return the folder that is meant by a path, or by a name in the clinic's folder."""
    inside = places.folder_of(settings) / backup
    return inside if not backup.exists() and inside.exists() else backup


def _as_json(done: Restored) -> str:
    return json.dumps(
        {
            "place": str(done.place),
            "copied_at": done.copied_at.isoformat(),
            "former": str(done.former) if done.former else None,
            "lost": dict(done.lost) if done.lost is not None else None,
            "entries_lost": done.entries_lost,
            "disposals_repeated": done.replayed,
        }
    )


def _lines(settings: Settings, done: Restored) -> list[str]:
    zone = listing.zone_in(settings)
    moment = formats.moment(done.copied_at, zone)
    lines = [
        f"The clinic in {settings.home} is as it was on {moment}. Everybody has to sign in again.",
        f"{formats.counted(done.replayed, 'later disposal')} repeated, and proved to be gone.",
        _lost_in_words(done),
    ]
    if done.former:
        lines.append(
            f"The clinic as it was before is kept in {done.former} for "
            f"{settings.backup_days} days and then removed like a back-up."
        )
    return lines


def _lost_in_words(done: Restored) -> str:
    """Say what is not there any more, and what a person has to do about it."""
    again = (
        "Withdrawals of consent since then are lost with the rest: enter them again before "
        "anything is sent or shown."
    )
    if done.lost is None:
        least = formats.counted(done.entries_lost, "entry", "entries")
        return (
            "What was done after the back-up is lost, and the store before it could not be opened "
            f"to say what: at least {least} of the audit trail. {again}"
        )
    if not done.lost:
        return "Nothing had been done since the back-up was made."
    withdrawn = sum(count for action, count in done.lost.items() if action in WITHDRAWN)
    total = formats.counted(sum(done.lost.values()), "entry", "entries")
    largest = sorted(done.lost.items(), key=lambda one: -one[1])[:MOST_NAMED]
    named = ", ".join(f"{action} ({count:,})" for action, count in largest)
    withdrawals = formats.counted(withdrawn, "withdrawal or refusal", "withdrawals and refusals")
    return (
        f"What was done after the back-up is lost: {total} of the audit trail, among them "
        f"{named}; {withdrawals} of consent. {again}"
    )

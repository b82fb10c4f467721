"""`user`: look after accounts from the command line, when nobody can sign in to do it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from lib.console.opening import console_actor, open_for_console
from lib.domain.access import Actor, Role
from lib.domain.sign_in import normal_username
from lib.errors import NotFoundError
from lib.services import people
from lib.services.clinic import Clinic
from lib.services.people import FirstPassword, Invitation, Listed

Result = TypeVar("Result")
app = typer.Typer(no_args_is_help=True, help="List, add, disable, enable and reset accounts.")

Home = Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Username = Annotated[str, typer.Argument(help="Whose account.")]
SecondFactorToo = Annotated[bool, typer.Option(help="Take the second factor away as well.")]
Roles = Annotated[list[Role], typer.Option("--role", help="A role; give it again for more.")]


@app.command("list")
def list_(home: Home, *, as_json: AsJson = False) -> None:
    """List everybody with an account."""
    with open_for_console(home) as clinic:
        rows = [_row(one) for one in people.list_people(clinic, console_actor(), now=_now())]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(f"{row['username']:<24}{row['state']:<22}{', '.join(row['roles'])}")


@app.command()
def add(
    username: Username,
    home: Home,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")],
    role: Roles,
    *,
    as_json: AsJson = False,
) -> None:
    """Add somebody and print the password for their first sign-in."""
    invitation = Invitation(username, name, None, frozenset(role))
    with open_for_console(home) as clinic:
        first = people.invite(clinic, console_actor(), invitation, now=_now())
    _print_first(first, as_json=as_json)


@app.command()
def disable(username: Username, home: Home, *, as_json: AsJson = False) -> None:
    """Shut an account and end its sessions."""
    _change(home, username, _disable)
    _print_done(username, "disabled", as_json=as_json)


@app.command()
def enable(username: Username, home: Home, *, as_json: AsJson = False) -> None:
    """Open a shut account again."""
    _change(home, username, people.enable)
    _print_done(username, "enabled", as_json=as_json)


@app.command()
def reset(
    username: Username,
    home: Home,
    *,
    second_factor: SecondFactorToo = False,
    as_json: AsJson = False,
) -> None:
    """Give a new first password; a lock-out of the account ends with it."""

    def act(clinic: Clinic, actor: Actor, person_id: UUID) -> FirstPassword:
        if second_factor:
            people.reset_second_factor(clinic, actor, person_id, now=_now())
        return people.reset_password(clinic, actor, person_id, now=_now())

    _print_first(_change(home, username, act), as_json=as_json)


def _disable(clinic: Clinic, actor: Actor, person_id: UUID) -> None:
    people.disable(clinic, actor, person_id, now=_now())


def _change(home: Path, username: str, act: Callable[[Clinic, Actor, UUID], Result]) -> Result:
    with open_for_console(home) as clinic:
        actor = console_actor()
        wanted = normal_username(username)
        for person in people.list_people(clinic, actor, now=_now()):
            if person.username == wanted:
                return act(clinic, actor, person.person_id)
        message = f"Nobody here has the username {wanted}."
        raise NotFoundError(message)


def _print_first(first: FirstPassword, *, as_json: bool) -> None:
    expires_on = first.expires_at.date().isoformat()
    if as_json:
        found = {"username": first.username, "first_password": first.password}
        typer.echo(json.dumps({**found, "expires_on": expires_on}))
        return
    typer.echo(f"First password of {first.username}: {first.password}")
    typer.echo(f"It works once, until {expires_on}, and has to be changed at the first sign-in.")


def _print_done(username: str, done: str, *, as_json: bool) -> None:
    name = normal_username(username)
    typer.echo(json.dumps({"username": name, "done": done}) if as_json else f"{name} is {done}.")


def _row(person: Listed) -> dict[str, Any]:
    seen = person.last_sign_in_at
    return {
        "username": person.username,
        "name": person.display_name,
        "state": person.state.value,
        "roles": sorted(role.value for role in person.roles),
        "has_second_factor": person.has_second_factor,
        "last_sign_in_at": seen.isoformat() if seen else None,
        "open_sessions": person.open_sessions,
    }


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

"""`search`: find patients from the command line, one search or a file of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.console.opening import console_actor, open_for_console
from lib.domain.search.results import SearchHit, SearchResults
from lib.services import search as service
from lib.services.clinic import Clinic


def search(
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    text: Annotated[str | None, typer.Argument(help="What is known of the patient.")] = None,
    queries: Annotated[
        Path | None,
        typer.Option(help="A file of searches, one a line; prints a JSON line for each."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most results to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Find patients by any part of what is known: name, date of birth, phone, postcode."""
    if (text is None) == (queries is None):
        typer.echo("Give either what to search for, or --queries FILE.", err=True)
        raise typer.Exit(1)
    lines = [text] if text is not None else _lines(queries)
    with open_for_console(home) as clinic:
        for line, found in _found(clinic, lines, limit):
            if as_json or queries:
                typer.echo(json.dumps(_as_json(line, found), ensure_ascii=False))
            else:
                _print(found)


def _lines(queries: Path | None) -> list[str]:
    if queries is None or not queries.is_file():
        typer.echo(f"There is no file {queries}.", err=True)
        raise typer.Exit(1)
    try:
        text = queries.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        typer.echo(f"{queries} is not text in UTF-8.", err=True)
        raise typer.Exit(1) from error
    return text.splitlines()


def _found(clinic: Clinic, lines: list[str], limit: int) -> Iterator[tuple[str, SearchResults]]:
    actor = console_actor()
    clinic.search.wait_ready()
    for line in lines:
        yield line, service.search(clinic, actor, line, limit=limit)


def _as_json(query: str, found: SearchResults) -> dict[str, Any]:
    return {
        "query": query,
        "milliseconds": found.milliseconds,
        "results": [
            {
                "patient_id": str(hit.patient_id),
                "reference": hit.reference,
                "external_id": hit.external_id,
                "score": hit.score,
                "why": list(hit.why),
            }
            for hit in found.results
        ],
    }


def _print(found: SearchResults) -> None:
    if not found.results:
        typer.echo("Nobody found. Try fewer words, or only the beginning of a name.")
    for hit in found.results:
        typer.echo(_line(hit))


def _line(hit: SearchHit) -> str:
    born = f"{hit.born_on:%d-%b-%Y}" if hit.born_on else "Not known"
    marks = " (deceased)" if hit.deceased_on else ""
    marks += " (restricted)" if hit.is_restricted else ""
    name = f"{hit.family_name.upper()}, {hit.given_names}"
    return f"{hit.reference}  {name}  Born {born}{marks}  [{'; '.join(hit.why)}]"

"""`retention`: what expires when, counted by state and month, or why one record is kept."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.console.opening import console_actor, open_for_console
from lib.domain import formats
from lib.domain.consent import LONDON
from lib.domain.retention import Status
from lib.domain.retention_schedule import Heap, first_of
from lib.errors import InvalidInputError
from lib.services.retention import lists, schedule
from lib.services.retention.lists import Line
from lib.services.retention.schedule import Schedule

NO_DATE = "{text} is not a day. Write it as 2026-11-24."


def retention(
    home: Annotated[Path, typer.Option(help="The folder that holds the clinic's store.")],
    as_of: Annotated[
        str | None, typer.Option(help="The day, as 2026-11-24; today where it is left out.")
    ] = None,
    patient: Annotated[
        str | None, typer.Option(help="One patient, by reference or id: why the record is kept.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Say what is due, what is held back, and what falls due in the seven years ahead."""
    with open_for_console(home) as clinic:
        day = _day(as_of)
        actor = console_actor()
        if patient is None:
            found = schedule.schedule(clinic, actor, as_of=day)
            typer.echo(json.dumps(_counts(found)) if as_json else _printed(found))
        else:
            line = lists.find(clinic, actor, patient, as_of=day)
            told = _told(line, day)
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else told["sentence"])


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).astimezone(LONDON).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(NO_DATE.format(text=text)) from error


def _counts(found: Schedule) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "setting_version": found.settings.version,
        "counts": {one.value: _heap(heap) for one, heap in found.counts_by_status.items()},
        "months": [
            {
                "month": f"{first_of(month.number):%Y-%m}",
                **_heap(month.whole),
                "by_state": _records(month.heaps),
            }
            for month in found.months
        ],
        "later": _heap(found.later),
    }


def _heap(heap: Heap) -> dict[str, int]:
    return {"records": heap.records, "pictures": heap.pictures, "bytes": heap.bytes}


def _records(heaps: Mapping[Status, Heap]) -> dict[str, int]:
    return {status.value: heap.records for status, heap in heaps.items()}


def _printed(found: Schedule) -> str:
    lines = [f"The schedule of {formats.day(found.as_of)}:"]
    lines += [
        f"{status.value:<12}{heap.records:>12,} records {heap.pictures:>12,} pictures"
        for status, heap in found.counts_by_status.items()
    ]
    years: dict[int, int] = {}
    for month in found.months:
        year = first_of(month.number).year
        years[year] = years.get(year, 0) + month.whole.records
    lines += [f"{year} {count:>19,} reach their date" for year, count in years.items()]
    return "\n".join([*lines, f"later {found.later.records:>18,}"])


def _told(line: Line, as_of: date) -> dict[str, Any]:
    said = line.told.disposition
    return {
        "patient_id": str(line.patient_id),
        "reference": line.told.known.reference,
        "as_of": as_of.isoformat(),
        "state": said.status.value,
        "basis": said.basis.value,
        "retain_until": said.retain_until.isoformat() if said.retain_until else None,
        "dispose_from": said.dispose_from.isoformat() if said.dispose_from else None,
        "blockers": list(said.blockers),
        "was_minor": said.was_minor,
        "sentence": line.told.sentence,
    }

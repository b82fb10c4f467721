"""An entry of the medical history as a form shows it and as it is read from there; pure."""

from dataclasses import dataclass
from datetime import date

from lib.domain import formats
from lib.domain.dates import Order, date_of
from lib.domain.history import HistoryEntry, Kind, Status
from lib.domain.registration import Reading, Source
from lib.errors import InvalidInputError

SEVERITIES = ("mild", "moderate", "severe")
# In the order of the form; a correction may change every field but the kind.
FIELDS = (
    *("name", "severity", "status", "started_on", "ended_on", "detail", "source"),
    "source_detail",
)
NO_KNOWN_ALLERGIES = "No known allergies"
MUST_SAY_WHAT = "say what it is"


@dataclass(frozen=True, slots=True)
class EntryValues:
    """What an entry says, apart from who recorded it and when."""

    kind: Kind
    name: str
    detail: str | None
    severity: str | None
    status: Status
    started_on: date | None
    ended_on: date | None
    source: Source
    source_detail: str | None


def read_entry(reading: Reading, kind: Kind, as_of: date) -> EntryValues:
    """Return what the form says; what cannot be is in the reading's faults."""
    found = EntryValues(
        kind=kind,
        name=NO_KNOWN_ALLERGIES if kind is Kind.NO_KNOWN_ALLERGIES else reading.text("name"),
        detail=reading.maybe("detail"),
        severity=_severity(reading),
        status=_status(reading),
        started_on=reading.value("started_on", lambda text: _past_day(text, as_of), None),
        ended_on=reading.value("ended_on", lambda text: _past_day(text, as_of), None),
        source=Source(reading.one_of("source", Source, Source.PATIENT)),
        source_detail=reading.maybe("source_detail"),
    )
    if not found.name:
        reading.faults["name"] = MUST_SAY_WHAT
    if found.started_on and found.ended_on and found.ended_on < found.started_on:
        reading.faults["ended_on"] = "this is before it began"
    return found


def typed_of(entry: HistoryEntry) -> dict[str, object]:
    """Return an entry as the form that corrects it shows it; reading that gives the entry again."""
    return {
        "name": entry.name,
        "severity": entry.severity or "",
        "status": entry.status.value,
        "started_on": formats.day(entry.started_on, ""),
        "ended_on": formats.day(entry.ended_on, ""),
        "detail": entry.detail or "",
        "source": entry.source,
        "source_detail": entry.source_detail or "",
    }


def _severity(reading: Reading) -> str | None:
    given = reading.text("severity")
    if given and given not in SEVERITIES:
        reading.faults["severity"] = "choose one of the list"
    return given if given in SEVERITIES else None


def _status(reading: Reading) -> Status:
    given = reading.text("status") or Status.ACTIVE.value
    if given not in set(Status):
        reading.faults["status"] = "choose one of the list"
        return Status.ACTIVE
    return Status(given)


def _past_day(text: str, as_of: date) -> date:
    found = date_of(text, Order.DAY_FIRST, as_of)
    if found > as_of:
        message = "this is in the future"
        raise InvalidInputError(message)
    return found

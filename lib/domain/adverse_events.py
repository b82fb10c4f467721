"""Adverse events: what is recorded of one, and what a form says of it; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from lib.domain import formats
from lib.domain.dates import Order, date_of
from lib.domain.registration import Reading

FIELDS = (
    *("occurred_on", "description", "severity", "action_taken", "is_reported", "reported_on"),
    "vial",
)
LONGEST_TEXT = 4_000


class Severity(StrEnum):
    """How grave it was; the words are those of the store."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """What went wrong, how badly, what was done, and whether it was reported to anybody.

    It belongs to a treatment, and through that to a product and a lot, as far as that is known.
    """

    occurred_on: date
    description: str
    severity: Severity
    action_taken: str | None
    is_reported: bool
    reported_on: date | None
    treatment_id: UUID | None = None
    product_id: UUID | None = None
    lot_id: UUID | None = None


def read_event(reading: Reading, as_of: date, treated_on: date | None) -> AdverseEvent | None:
    """Return what the form says, None where it is no event yet; the faults are in the reading.

    `treated_on` is the day of the treatment that it is linked to.
    """
    occurred_on = reading.value("occurred_on", lambda text: _day(text, as_of), None)
    reported_on = reading.value("reported_on", lambda text: _day(text, as_of), None)
    description, action = _words(reading, "description"), _words(reading, "action_taken")
    severity = str(reading.typed.get("severity") or "")
    is_reported = bool(reading.typed.get("is_reported"))
    _check_days(reading, (occurred_on, treated_on), reported_on if is_reported else None, as_of)
    if not description:
        reading.faults.setdefault("description", "say what happened")
    if severity not in set(Severity):
        reading.faults["severity"] = "say how bad it was"
    if reading.faults or occurred_on is None:
        return None
    product_id, lot_id = vial_of(str(reading.typed.get("vial") or ""))
    return AdverseEvent(
        occurred_on=occurred_on,
        description=description,
        severity=Severity(severity),
        action_taken=action or None,
        is_reported=is_reported,
        reported_on=reported_on if is_reported else None,
        product_id=product_id,
        lot_id=lot_id,
    )


def typed_of(event: AdverseEvent) -> dict[str, object]:
    """Return an event as the form that corrects it shows it."""
    return {
        "occurred_on": formats.day(event.occurred_on),
        "description": event.description,
        "severity": event.severity.value,
        "action_taken": event.action_taken or "",
        "is_reported": event.is_reported,
        "reported_on": formats.day(event.reported_on, ""),
        "vial": vial_text(event.product_id, event.lot_id),
    }


def vial_text(product_id: UUID | None, lot_id: UUID | None) -> str:
    """Return product and lot as one value of a form."""
    return f"{product_id or ''}/{lot_id or ''}"


def vial_of(text: str) -> tuple[UUID | None, UUID | None]:
    """Return the product and the lot that a value of a form names."""
    product, _, lot = text.partition("/")
    return _id(product), _id(lot)


def _check_days(
    reading: Reading, days: tuple[date | None, date | None], reported_on: date | None, as_of: date
) -> None:
    occurred_on, treated_on = days
    if occurred_on is None:
        reading.faults.setdefault("occurred_on", "say on which day it happened")
        return
    if occurred_on > as_of:
        reading.faults["occurred_on"] = "this day is in the future"
    if treated_on is not None and occurred_on < treated_on:
        reading.faults["occurred_on"] = "this is before the treatment"
    if reported_on is not None and not occurred_on <= reported_on <= as_of:
        reading.faults["reported_on"] = "it was reported between the event and today"


def _words(reading: Reading, name: str) -> str:
    given = str(reading.typed.get(name) or "").strip()
    if len(given) > LONGEST_TEXT:
        reading.faults[name] = f"this is longer than {LONGEST_TEXT:,} characters"
    return given


def _day(text: str, latest: date) -> date:
    return date_of(text, Order.DAY_FIRST, latest)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

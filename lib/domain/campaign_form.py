"""The form of a campaign: what is typed, read as the message and whom it is for; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.campaigns import Audience, postcode_start
from lib.domain.consent import Channel
from lib.domain.dates import Order, date_of
from lib.domain.marketing import Message
from lib.domain.registration import Reading

NAME_IT = "give it a name, such as the month and what it is about"
SAY_WHAT = "say what the message is, in a sentence or as its text"
BACKWARDS = "this day is before the first"
TEXTS = ("name", "text", "seen_from", "seen_until", "practitioner_id", "town", "postcode")
NEW: dict[str, object] = {
    **dict.fromkeys((*TEXTS, "product_group"), ""),
    "channel": Channel.EMAIL.value,
    # Nothing that the law asks is taken for granted.
    "is_similar_service": False,
    "has_opt_out": False,
    "uses_health_data": False,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says; `faults` has the reason of each field that could not be."""

    name: str
    text: str
    message: Message
    audience: Audience
    faults: Mapping[str, str]


def read(typed: Mapping[str, object], as_of: date) -> Draft:
    """Return what the form says. A list chosen by treatment uses health data, ticked or not."""
    reading = Reading(typed)
    audience = _audience(reading, as_of)
    message = Message(
        Channel(str(typed["channel"])),
        has_opt_out=bool(typed["has_opt_out"]),
        is_similar_service=bool(typed["is_similar_service"]),
        uses_health_data=bool(typed["uses_health_data"]) or audience.uses_health_data,
    )
    name, text = reading.text("name"), str(typed.get("text") or "").strip()
    faults = {
        **({} if name else {"name": NAME_IT}),
        **({} if text else {"text": SAY_WHAT}),
        **reading.faults,
    }
    return Draft(name, text, message, audience, faults)


def _audience(reading: Reading, as_of: date) -> Audience:
    seen_from, seen_until = (
        reading.value(name, lambda text: date_of(text, Order.DAY_FIRST, as_of), None)
        for name in ("seen_from", "seen_until")
    )
    if seen_from and seen_until and seen_until < seen_from:
        reading.faults["seen_until"] = BACKWARDS
    practitioner = reading.text("practitioner_id")
    return Audience(
        seen_from=seen_from,
        seen_until=seen_until,
        practitioner_id=UUID(practitioner) if practitioner else None,
        town=reading.text("town"),
        postcode=postcode_start(reading.text("postcode")),
        product_group=reading.text("product_group"),
    )

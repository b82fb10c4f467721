"""Lots in the cupboard: how one stands on a day, and what the barcode on a pack says; pure."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lib.errors import InvalidInputError

# A policy of ours: what expires within this many days is used first, or sent back.
SOON_DAYS = 60
LONGEST_LOT_NUMBER = 60
# GS1 General Specifications: the application identifiers of item, expiry, and lot.
BRACKETED = re.compile(r"\((\d{2})\)([^(]*)")
GROUP_SEPARATOR = "\x1d"
STARTS = ("(01)", "(17)", "(10)", "]d2", "]C1", "]Q3", GROUP_SEPARATOR)
FIXED = {"01": 14, "11": 6, "13": 6, "15": 6, "17": 6}
LAST_CENTURY_FROM = 51


class LotState(StrEnum):
    """How a lot stands on a day; the words are those of the screen."""

    IN_DATE = "in date"
    EXPIRES_SOON = "expires soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NO_DATE = "no expiry recorded"


@dataclass(frozen=True, slots=True)
class Barcode:
    """What a pack's barcode says; None for what it leaves out."""

    gtin: str | None
    expires_on: date | None
    lot_number: str | None


def state_of(expires_on: date | None, withdrawn_on: date | None, as_of: date) -> LotState:
    """Return how a lot stands on a day; its last day is still in date."""
    if withdrawn_on is not None and withdrawn_on <= as_of:
        return LotState.WITHDRAWN
    if expires_on is None:
        return LotState.NO_DATE
    if expires_on < as_of:
        return LotState.EXPIRED
    return LotState.EXPIRES_SOON if expires_on <= soon(as_of) else LotState.IN_DATE


def soon(as_of: date) -> date:
    """Return the last day of what counts as soon."""
    return as_of + timedelta(days=SOON_DAYS)


def is_barcode(text: str) -> bool:
    """Tell whether a scanner typed this, and not a person."""
    squeezed = text.strip()
    is_marked = squeezed.startswith(STARTS)
    return is_marked or bool(re.match(r"01\d{14}(10|11|13|15|17|21)", squeezed))


def barcode_of(text: str) -> Barcode:
    """Return what a GS1 barcode says, with brackets or as a scanner types it.

    Raises `InvalidInputError` when it cannot be read, or a check digit does not fit.
    """
    squeezed = text.strip()
    found = dict(BRACKETED.findall(squeezed)) if "(" in squeezed else _elements(squeezed)
    gtin, expiry = found.get("01"), found.get("17")
    if not found or (gtin is not None and not _is_gtin(gtin)):
        raise _unreadable()
    lot = (found.get("10") or "").strip() or None
    return Barcode(gtin, _expiry(expiry) if expiry else None, lot)


def _elements(text: str) -> dict[str, str]:
    """Return the parts of a barcode without brackets: fixed lengths, or up to the separator."""
    rest = re.sub(r"^(\]d2|\]C1|\]Q3|\x1d)", "", text)
    found = {}
    while rest:
        key, rest = rest[:2], rest[2:].lstrip(GROUP_SEPARATOR)
        length = FIXED.get(key)
        if length is None:
            value, _, rest = rest.partition(GROUP_SEPARATOR)
        else:
            value, rest = rest[:length], rest[length:].lstrip(GROUP_SEPARATOR)
        if not key.isdigit() or not value:
            raise _unreadable()
        found[key] = value
    return found


def _is_gtin(text: str) -> bool:
    if len(text) != FIXED["01"] or not text.isdigit():
        return False
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(text[:-1]))
    return (10 - weighted % 10) % 10 == int(text[-1])


def _expiry(text: str) -> date:
    """Return the date YYMMDD; day 00 is the month's last (GS1 General Specifications, 3.4.7)."""
    if not re.fullmatch(r"\d{6}", text):
        raise _unreadable()
    short, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year = (1900 if short >= LAST_CENTURY_FROM else 2000) + short
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _unreadable() from error


def _unreadable() -> InvalidInputError:
    message = "this barcode cannot be read; scan it again, or type the lot number and expiry"
    return InvalidInputError(message, field="lot_number")

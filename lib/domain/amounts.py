"""Doses and prices as people and programs write them; pure.

A value that breaks its rule raises `InvalidInputError`, whose message never repeats the value.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from lib.domain.patient import is_nothing
from lib.errors import InvalidInputError

MOST = Decimal("999999.999")
PLACES = 3
LONGEST_UNIT = 20
# One word for each unit, that of the store.
UNITS = {
    **dict.fromkeys(("u", "iu", "i.u.", "ui", "unit", "units", "units."), "unit"),
    **dict.fromkeys(("ml", "mls", "ml.", "cc", "millilitre", "millilitres"), "ml"),
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("g", "gr", "gram", "grams"), "g"),
    **dict.fromkeys(("syringe", "syringes", "syr"), "syringe"),
    **dict.fromkeys(("vial", "vials"), "vial"),
    **dict.fromkeys(("session", "sessions"), "session"),
}
AMOUNT = r"[0-9]+(?:[.,][0-9]+)?"
DOSE = re.compile(rf"(?:([0-9]+)\s*[x×*]\s*)?({AMOUNT})\s*([^\d\s][^\d]*)?")  # noqa: RUF001
# A comma before three digits may part thousands or decimals, so nobody can say what is meant.
UNCLEAR = re.compile(r"[0-9]+,[0-9]{3}")
PRICE = re.compile(r"[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:[.,][0-9]{1,2})?")
CURRENCY = re.compile(r"^(?:£|GBP)\s*|\s*(?:£|GBP)$", re.IGNORECASE)
MOST_PENCE = 10**9


class Dose(NamedTuple):
    """How much, if it was said, and of what unit; the unit is empty when it was not said."""

    amount: Decimal | None
    unit: str


def unit_of(text: str) -> str:
    """Return the stored word for a unit: `IU` and `units` are `unit`; others stay as they are."""
    plain = " ".join(text.split()).casefold()
    if len(plain) > LONGEST_UNIT:
        message = "this is too long for a unit; write it like ml or units"
        raise InvalidInputError(message, field="unit")
    return UNITS.get(plain, plain)


def dose_of(text: str) -> Dose:
    """Return the dose that `20 units`, `1.0 ml`, `0,5ml`, `2 x 1 ml` or `20` means."""
    given = text.strip()
    if is_nothing(given):
        return Dose(None, "")
    match = DOSE.fullmatch(given)
    message = "this is not a dose; write it like 20 units or 1.0 ml"
    if match is None or UNCLEAR.search(match[2]):
        raise InvalidInputError(message, field="dose")
    amount = Decimal(match[2].replace(",", ".")) * int(match[1] or 1)
    is_exact = amount == round(amount, PLACES)
    if not 0 < amount <= MOST or not is_exact:
        raise InvalidInputError(message, field="dose")
    return Dose(amount, unit_of(match[3] or ""))


def pence_of(text: str) -> int | None:
    """Return a price in pence: `£1,250.00`, `1250`, `120,50`, `GBP 99.5`; None for nothing."""
    given = text.strip()
    if is_nothing(given):
        return None
    plain = CURRENCY.sub("", given)
    message = "this is not a price; write it like 250.00"
    if not PRICE.fullmatch(plain):
        raise InvalidInputError(message, field="price")
    is_decimal_comma = re.fullmatch(r"[0-9]+,[0-9]{1,2}", plain)
    figures = plain.replace(",", "." if is_decimal_comma else "").replace(" ", "")
    pence = int(Decimal(figures) * 100)
    if pence > MOST_PENCE:
        raise InvalidInputError(message, field="price")
    return pence

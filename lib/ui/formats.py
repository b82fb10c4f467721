"""How dates, times, money, names and numbers are written on every screen (NHS CUI).

The words are those of the domain; what is added here is the clock of the clinic.
"""

from datetime import datetime

from lib.domain import formats
from lib.domain.formats import (
    MONTHS,
    NONE,
    NOT_KNOWN,
    SEXES,
    age,
    born,
    counted,
    day,
    died,
    dose,
    figure,
    money,
    name,
    phone,
    sex,
    words,
)
from lib.ui import clock

__all__ = [
    "MONTHS",
    "NONE",
    "NOT_KNOWN",
    "SEXES",
    "age",
    "born",
    "counted",
    "day",
    "died",
    "dose",
    "figure",
    "moment",
    "moment_to_second",
    "money",
    "name",
    "phone",
    "sex",
    "words",
]


def moment(value: datetime | None, absent: str = NONE) -> str:
    """Return a stored moment on the clinic's clock, like `22-Nov-2026 14:05`."""
    return formats.moment(value, clock.zone(), absent)


def moment_to_second(value: datetime) -> str:
    """Return a stored moment on the clinic's clock, like `22-Nov-2026 14:05:09`."""
    return f"{moment(value)}:{value:%S}"

"""Reading a date of birth in any common form, and the dates it may have been mistyped from.

Pure: two-digit years need `today`, because nobody is born after it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Hamming

from lib.domain.dates import MONTHS

OLDEST_YEAR = 1880
MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
GAP = r"[\s\-/.,]*"
ORDINAL = r"(?:st|nd|rd|th)?(?:\s+of)?"
YEAR = r"'?(?P<year>\d{4}|\d{2})"
DAY = r"(?P<day>\d{1,2})"
IN_WORDS = tuple(
    re.compile(rf"(?<![^\s,;]){pattern}(?![^\s,;])", re.IGNORECASE)
    for pattern in (
        rf"{DAY}{ORDINAL}{GAP}{MONTH}{GAP}{YEAR}",
        rf"{MONTH}{GAP}{DAY}{ORDINAL}[\s\-/.,]+{YEAR}",
        rf"(?P<year>\d{{4}}){GAP}{MONTH}{GAP}{DAY}",
        rf"{MONTH}{GAP}'?(?P<year>\d{{4}})",
        rf"{DAY}{ORDINAL}{GAP}{MONTH}",
        rf"{MONTH}{GAP}{DAY}{ORDINAL}",
    )
)
IN_FIGURES = re.compile(
    r"(?<![^\s,;])(?P<a>\d{1,4})(?P<gap>[/.\-]|\s)(?P<b>\d{1,2})(?P=gap)(?P<c>\d{1,4})(?![^\s,;])"
)
TWO_FIGURES = re.compile(r"(?<![^\s,;])(?P<a>\d{1,4})[/.\-](?P<b>\d{1,4})(?![^\s,;])")


class Nearness(StrEnum):
    """How a typed date of birth differs from the one on the record."""

    SWAPPED = "day and month swapped"
    TRANSPOSED = "two figures swapped"
    ONE_FIGURE = "one figure different"
    OTHER_DAY = "another day of that month"
    OTHER_MONTH = "another month"
    OTHER_YEAR = "another year"
    TWO_FIGURES = "two figures different"


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of what was typed: the inclusive spans of days that it may stand for.

    `figures` is the whole date as YYYYMMDD, also when no such day exists (a slip of the finger);
    empty for a part of a date. `rank` is 0 for the likeliest meaning.
    """

    spans: tuple[tuple[date, date], ...]
    figures: str = ""
    rank: int = 0


def whole(day: int, month: int, year: str, today: date) -> list[Reading]:
    """Return the readings of a day, a month and a year of two or four figures."""
    readings = []
    for full_year in years_of(year, today):
        figures = f"{full_year:04d}{month:02d}{day:02d}"
        born = _of(figures, today)
        readings.append(Reading(((born, born),) if born else (), figures))
    return readings


def years_of(text: str, today: date) -> list[int]:
    """Return the years that two or four figures may mean, none of them in the future."""
    if len(text) == len("1945"):
        return [int(text)] if OLDEST_YEAR <= int(text) <= today.year else []
    this_century = today.year - today.year % 100 + int(text)
    return [year for year in (this_century, this_century - 100) if year <= today.year]


def of_words(match: re.Match[str], today: date) -> tuple[Reading, ...]:
    """Return the readings of a date with its month in letters (`14 July 1945`, `Jul 1945`)."""
    parts = match.groupdict()
    month = MONTHS[parts["month"].lower()]
    day, year = parts.get("day"), parts.get("year")
    if day and year:
        return _ranked(whole(int(day), month, year, today))
    if day:
        return _ranked([_birthday(int(day), month, today)])
    return _ranked([_month_of(int(year or 0), month, today)])


def of_figures(first: str, second: str, third: str, today: date) -> tuple[Reading, ...]:
    """Return the readings of three groups of figures: UK order, then ISO, then US order."""
    a, b, c = int(first), int(second), int(third)
    readings: list[Reading] = []
    if len(first) == len("1945"):
        readings += whole(c, b, first, today)
    elif len(third) in {2, 4}:
        readings += whole(a, b, third, today)
        if a != b:
            readings += whole(b, a, third, today)
        if len(first) == len(third) == len("45"):
            readings += whole(c, b, first, today)
    return _ranked(readings)


def of_two_figures(first: str, second: str, today: date) -> tuple[Reading, ...]:
    """Return the readings of `7/1945`, `1945-07` or `14/7`."""
    if len(second) == len("1945"):
        return _ranked([_month_of(int(second), int(first), today)])
    if len(first) == len("1945"):
        return _ranked([_month_of(int(first), int(second), today)])
    if len(first) > 2 or len(second) > 2:  # noqa: PLR2004 - a day or month has two figures
        return ()
    return _ranked([_birthday(int(first), int(second), today)])


def of_digits(digits: str, today: date) -> tuple[Reading, ...]:
    """Return the readings of figures without separators: 8 (either end), 6, or a year of 4."""
    if len(digits) == len("19450714"):
        readings = whole(int(digits[6:]), int(digits[4:6]), digits[:4], today)
        readings += whole(int(digits[:2]), int(digits[2:4]), digits[4:], today)
        return _ranked(readings)
    if len(digits) == len("140745"):
        # Six figures are as likely the end of a phone: only real days count.
        pairs = of_figures(digits[:2], digits[2:4], digits[4:], today)
        return tuple(reading for reading in pairs if reading.spans)
    if len(digits) == len("1945"):
        return _ranked([_span(year, 1, year, 12) for year in years_of(digits, today)])
    return ()


def near(figures: str, today: date) -> dict[Nearness, frozenset[date]]:
    """Return the real dates that `figures` (YYYYMMDD) may have been mistyped from, by slip.

    Each date is given once, under the likeliest slip.
    """
    found: dict[Nearness, frozenset[date]] = {}
    seen = {_of(figures, today)}
    for nearness, texts in _slips(figures):
        dates = {born for text in texts if (born := _of(text, today))} - seen
        seen |= dates
        found[nearness] = frozenset(born for born in dates if born)
    other_years = _same_day_of_any_year(figures[4:], today) - seen
    two_figures = _two_figures_away(figures, today) - seen - other_years
    return found | {Nearness.OTHER_YEAR: other_years, Nearness.TWO_FIGURES: two_figures}


@lru_cache(maxsize=512)
def _same_day_of_any_year(month_and_day: str, today: date) -> frozenset[date]:
    years = range(today.year - 105, today.year + 1)
    return frozenset(born for year in years if (born := _of(f"{year}{month_and_day}", today)))


def _two_figures_away(figures: str, today: date) -> frozenset[date]:
    """Return the dates with one figure different in two of year, month and day.

    Two figures different in the same one of them are another year, month or day anyway.
    """
    years = _one_figure_away(figures[:4], range(OLDEST_YEAR, today.year + 1))
    months = _one_figure_away(figures[4:6], range(1, 13))
    days = _one_figure_away(figures[6:], range(1, 32))
    year, month, day = int(figures[:4]), int(figures[4:6]), int(figures[6:])
    chosen = (
        *product(years, months, [day]),
        *product(years, [month], days),
        *product([year], months, days),
    )
    return frozenset(born for parts in chosen if (born := _real(*parts, today)))


@lru_cache(maxsize=512)
def _one_figure_away(figures: str, numbers: range) -> tuple[int, ...]:
    return tuple(
        number for number in numbers if Hamming.distance(figures, f"{number:0{len(figures)}d}") == 1
    )


def _slips(figures: str) -> list[tuple[Nearness, list[str]]]:
    year, month, day = figures[:4], figures[4:6], figures[6:]
    swapped = [figures[:i] + figures[i + 1] + figures[i] + figures[i + 2 :] for i in range(7)]
    changed = [
        figures[:i] + digit + figures[i + 1 :] for i in range(2, 8) for digit in "0123456789"
    ]
    other_century = [f"{century}{figures[2:]}" for century in ("19", "20")]
    return [
        (Nearness.SWAPPED, [year + day + month]),
        (Nearness.TRANSPOSED, swapped),
        (Nearness.ONE_FIGURE, changed + other_century),
        (Nearness.OTHER_MONTH, [f"{year}{m:02d}{day}" for m in range(1, 13)]),
        (Nearness.OTHER_DAY, [f"{year}{month}{d:02d}" for d in range(1, 32)]),
    ]


def _of(figures: str, today: date) -> date | None:
    return _real(int(figures[:4]), int(figures[4:6]), int(figures[6:]), today)


def _real(year: int, month: int, day: int, today: date) -> date | None:
    try:
        born = date(year, month, day)
    except ValueError:
        return None
    return born if date(OLDEST_YEAR, 1, 1) <= born <= today else None


def _ranked(readings: list[Reading]) -> tuple[Reading, ...]:
    """Number the readings, those with a real date first, each meaning once."""
    distinct = dict.fromkeys(sorted(readings, key=lambda reading: not reading.spans))
    return tuple(
        Reading(reading.spans, reading.figures, rank) for rank, reading in enumerate(distinct)
    )


def _month_of(year: int, month: int, today: date) -> Reading:
    if not (OLDEST_YEAR <= year <= today.year and 1 <= month <= 12):  # noqa: PLR2004 - months
        return Reading(())
    return _span(year, month, year, month)


def _span(first_year: int, first_month: int, last_year: int, last_month: int) -> Reading:
    after = date(last_year + last_month // 12, last_month % 12 + 1, 1)
    return Reading(((date(first_year, first_month, 1), after - timedelta(days=1)),))


def _birthday(day: int, month: int, today: date) -> Reading:
    born = (_real(y, month, day, today) for y in range(today.year - 115, today.year))
    return Reading(tuple((one, one) for one in born if one))

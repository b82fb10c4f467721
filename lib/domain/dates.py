"""Reading dates as people and programs write them, day first or month first; pure, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib.errors import InvalidInputError

LAST_MONTH = 12
FEWEST_YEARS = 1850
MOST_YEARS = 2200
# Day 1 of Excel's calendar is 1 January 1900, and it believes in 29 February 1900 (day 60): from
# day 61 on, day 0 is 30 December 1899.
EXCEL_DAY_ZERO = date(1899, 12, 30)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}

TIME_OF_DAY = re.compile(
    r"[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(?:([ap])\.?m)?", re.IGNORECASE
)
ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
DAY_MONTH_NAME = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[-/. ,]*([a-z]{3,9})[-/. ,]*(\d{4}|\d{2})"
)
MONTH_NAME_DAY = re.compile(r"([a-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4})")
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")


class Order(StrEnum):
    """Which of two figures is the day, in a date like 03/04/1985."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the dates of one column say of their order: how many can only be read one way."""

    only_day_first: int = 0
    only_month_first: int = 0
    either: int = 0
    two_digit_years: int = 0

    @property
    def order(self) -> Order:
        """Return the order to read the column in: as in Britain, unless all speak against it."""
        is_american = self.only_month_first and not self.only_day_first
        return Order.MONTH_FIRST if is_american else Order.DAY_FIRST

    @property
    def is_undecided(self) -> bool:
        """Tell whether dates could be read both ways and no other date of the column decides."""
        return bool(self.either) and not (self.only_day_first or self.only_month_first)

    @property
    def is_mixed(self) -> bool:
        """Tell whether some dates can only be day first and others only month first."""
        return bool(self.only_day_first and self.only_month_first)


def evidence_of(texts: Iterable[str]) -> Evidence:
    """Return what the dates in `texts` say of their order."""
    day_first = month_first = either = two_digit = 0
    for text in texts:
        match = YEAR_LAST.fullmatch(_without_time(text))
        if match is None:
            continue
        first, second = int(match[1]), int(match[2])
        two_digit += len(match[3]) == len("yy")
        day_first += first > LAST_MONTH >= second
        month_first += second > LAST_MONTH >= first
        either += first <= LAST_MONTH and second <= LAST_MONTH and first != second
    return Evidence(day_first, month_first, either, two_digit)


def date_of(text: str, order: Order, latest: date, zone: str = "Europe/London") -> date:
    """Return the date that `text` means.

    ISO, 14/7/1945, 14.07.45, 14 July 1945, 19450714, 14071945, Excel's day numbers, each with a
    time of day or without; a time with a zone gives the day in `zone`. Two-digit years are the last
    ones not after `latest`. Raises `InvalidInputError` when it is no date that exists.
    """
    squeezed = text.strip()
    if ZONED.fullmatch(squeezed):
        return _zoned(squeezed, zone)
    plain = _without_time(squeezed).lower()
    return _numeric(plain, order, latest) or _named(plain, latest) or _digits(plain)


def moment_of(text: str, order: Order, latest: date, zone: str = "Europe/London") -> datetime:
    """Return the moment that `text` means, in UTC to the second; a day alone is its beginning.

    A time without a zone is one in `zone`. Raises `InvalidInputError` as `date_of` does, and where
    the time is none.
    """
    squeezed = text.strip()
    if ZONED.fullmatch(squeezed):
        return _in_utc(_zoned_moment(squeezed))
    day = date_of(squeezed, order, latest, zone)
    told = squeezed[len(_without_time(squeezed)) :]
    return _in_utc(datetime.combine(day, _time(told)).replace(tzinfo=ZoneInfo(zone)))


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _time(told: str) -> time:
    if not told:
        return time()
    match = CLOCK.search(told)
    if match is None:
        raise _refusal()
    hour, half = int(match[1]), (match[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError as error:
        raise _refusal() from error


def _zoned(text: str, zone: str) -> date:
    return _zoned_moment(text).astimezone(ZoneInfo(zone)).date()


def _zoned_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _refusal() from error


def _without_time(text: str) -> str:
    found = TIME_OF_DAY.search(text) if ":" in text else None
    return text[: found.start()] if found and found.end() == len(text) else text


def _numeric(text: str, order: Order, latest: date) -> date | None:
    if match := YEAR_FIRST.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
        return _in_century(match[3], month, day, latest)
    return None


def _named(text: str, latest: date) -> date | None:
    if match := DAY_MONTH_NAME.fullmatch(text):
        return _in_century(match[3], MONTHS.get(match[2], 0), int(match[1]), latest)
    if match := MONTH_NAME_DAY.fullmatch(text):
        return _date(int(match[3]), MONTHS.get(match[1], 0), int(match[2]))
    return None


def _digits(text: str) -> date:
    if match := EIGHT_DIGITS.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        if FEWEST_YEARS <= year <= MOST_YEARS and month <= LAST_MONTH:
            return _date(year, month, day)
        return _date(int(text[4:]), int(text[2:4]), int(text[:2]))
    match = SERIAL.fullmatch(text)
    if match is None:
        raise _refusal()
    serial = int(match[1])
    if FEWEST_YEARS <= serial <= MOST_YEARS:
        message = "this is a year, not a date"
        raise InvalidInputError(message)
    return EXCEL_DAY_ZERO + timedelta(days=serial)


def _in_century(year: str, month: int, day: int, latest: date) -> date:
    if len(year) == len("yyyy"):
        return _date(int(year), month, day)
    found = _date(latest.year - latest.year % 100 + int(year), month, day, spare_year=-100)
    return found if found <= latest else _date(found.year - 100, month, day)


def _date(year: int, month: int, day: int, *, spare_year: int = 0) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        if spare_year:
            # 29 February may exist in the century before only.
            return _date(year + spare_year, month, day)
        raise _refusal() from error


def _refusal() -> InvalidInputError:
    return InvalidInputError("this is not a date that exists; write it like 14/07/1945")

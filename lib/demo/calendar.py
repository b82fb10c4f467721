"""When the clinic is open, busy and growing: the calendar that every synthetic date comes from.

A patient's rhythm is kept in *busy time*, in which a quiet day is short and a closed one has no
length; turned into dates it shows seasons, Sundays and lockdowns without any rule about them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from lib.demo.columns import DAY_SECONDS, Floats, Ints

YEARS = 12
EPOCH = date(1970, 1, 1)
AHEAD_DAYS = 200
# January is quiet; May to July prepares for summer, November and December for Christmas.
MONTHS = (0.70, 0.85, 0.98, 1.00, 1.14, 1.20, 1.05, 0.84, 0.95, 1.04, 1.26, 1.22)
WEEKDAYS = (0.8, 1.0, 1.1, 1.3, 1.25, 1.05, 0.0)
CLOSED = frozenset({(1, 1), (12, 25), (12, 26), (12, 31)})
# Close-contact services in England: closed, closed again, closed a third time.
LOCKDOWNS = (
    (date(2020, 3, 23), date(2020, 7, 12)),
    (date(2020, 11, 5), date(2020, 12, 1)),
    (date(2021, 1, 5), date(2021, 4, 11)),
)
# Five times as many newcomers a day at the end as at the beginning.
GROWTH = 5.0
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Twelve years up to `as_of` and half a year beyond; days since 1970."""

    first: int
    as_of: int
    busy: Floats
    newcomers: Floats
    offsets: Ints

    def busy_time(self, days: Ints) -> Floats:
        """Return the busy time at the opening of each day."""
        return np.asarray(self.busy[np.clip(days - self.first, 0, len(self.busy) - 1)])

    def day_at(self, busy_time: Floats) -> Ints:
        """Return the open day on which each busy time falls."""
        found = np.searchsorted(self.busy, busy_time, side="right") - 1
        return self.first + np.minimum(found, len(self.busy) - 2)

    def open_on_or_after(self, days: Ints) -> Ints:
        """Return each day, or the next open one when the clinic is closed."""
        return self.day_at(self.busy_time(days))

    def joined_on(self, quantiles: Floats) -> Ints:
        """Return the day by which that share of all newcomers had come."""
        found = np.searchsorted(self.newcomers, quantiles, side="right") - 1
        return self.first + np.minimum(found, len(self.newcomers) - 2)

    def in_utc(self, local: Ints) -> Ints:
        """Return London wall-clock seconds as UTC seconds."""
        days = local // DAY_SECONDS
        return local - self.offsets[np.clip(days - self.first, 0, len(self.offsets) - 1)]


def calendar(as_of: date) -> Calendar:
    """Return the calendar of the twelve years up to `as_of`."""
    first = as_of - timedelta(days=round(YEARS * 365.25))
    span = [first + timedelta(days=day) for day in range((as_of - first).days + AHEAD_DAYS)]
    weights = np.array([_weight(day) for day in span])
    grown = weights * GROWTH ** (np.arange(len(span)) / ((as_of - first).days))
    arriving = np.concatenate(([0.0], np.cumsum(grown[: (as_of - first).days])))
    return Calendar(
        first=day_number(first),
        as_of=day_number(as_of),
        busy=np.concatenate(([0.0], np.cumsum(weights))),
        newcomers=arriving / arriving[-1],
        offsets=np.array([_offset(day) for day in span], dtype=np.int64),
    )


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to `day`."""
    return (day - EPOCH).days


def years_after(days: Ints, years: int) -> Ints:
    """Return the same date `years` later; 29 February becomes 1 March in common years."""
    stamps = days.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    within = (stamps - months.astype("datetime64[D]")).astype(np.int64)
    later = (months + np.timedelta64(12 * years, "M")).astype("datetime64[D]").astype(np.int64)
    return np.asarray(later + within)


def months_of(days: Ints) -> Ints:
    """Return the running month of each day, counted from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _weight(day: date) -> float:
    if (day.month, day.day) in CLOSED:
        return 0.0
    if any(first <= day <= last for first, last in LOCKDOWNS):
        return 0.0
    return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]


def _offset(day: date) -> int:
    noon = datetime.combine(day, time(12), tzinfo=LONDON).utcoffset()
    return int(noon.total_seconds()) if noon else 0

"""The schedule of a whole clinic, counted: what is due, what falls due in which month; pure.

It reckons what happens if nobody returns. What is expected is another matter, and told apart.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lib.domain.formats import MONTHS, MONTHS_IN_YEAR
from lib.domain.retention import Basis, Status

YEARS_AHEAD = 7
MONTHS_AHEAD = YEARS_AHEAD * MONTHS_IN_YEAR
# What becomes of a record when its date has passed, in the order of a stack and of a table.
FATES = (Status.DISPOSE_DUE, Status.PARTIAL, Status.BLOCKED)


@dataclass(frozen=True, slots=True)
class Group:
    """Records that the schedule says the same of, and what would go with them.

    `month` counts months from the year 0 and is that of the first day on which they may go;
    `status_then` is what they are on that day, or on the schedule's day where that is later.
    """

    status: Status
    status_then: Status
    month: int | None
    basis: Basis
    was_minor: bool
    records: int
    pictures: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Heap:
    """So many records, and what would go with them."""

    records: int = 0
    pictures: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """What reaches the end of its time in a month, by what becomes of it then."""

    number: int
    heaps: Mapping[Status, Heap]

    @property
    def whole(self) -> Heap:
        """Return all of it, whatever becomes of it."""
        return added(self.heaps.values())


def month_of(day: date) -> int:
    """Return the number of a day's month, as groups count them."""
    return day.year * MONTHS_IN_YEAR + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month."""
    return date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)


def month_name(month: int) -> str:
    """Return how a month is written: `Mar 2027`."""
    return f"{MONTHS[month % MONTHS_IN_YEAR]} {month // MONTHS_IN_YEAR}"


def added(heaps: Iterable[Heap]) -> Heap:
    """Return heaps put together."""
    found = tuple(heaps)
    return Heap(
        sum(one.records for one in found),
        sum(one.pictures for one in found),
        sum(one.bytes for one in found),
    )


def heap_of(groups: Iterable[Group], fits: Callable[[Group], bool] = lambda _: True) -> Heap:
    """Return the groups that fit, put together."""
    return added(Heap(one.records, one.pictures, one.bytes) for one in groups if fits(one))


def by_status(groups: Iterable[Group]) -> dict[Status, Heap]:
    """Return what is in each state on the schedule's day; every state has its figure."""
    found = tuple(groups)
    return {
        status: heap_of(found, lambda one, status=status: one.status is status)  # type: ignore[misc]
        for status in Status
    }


def months_of(groups: Iterable[Group], as_of: date, count: int = MONTHS_AHEAD) -> tuple[Month, ...]:
    """Return the months from that of a day on, with what is kept until then and no longer."""
    first = month_of(as_of)
    found: dict[tuple[int, Status], list[Group]] = {}
    for one in groups:
        if one.status is Status.RETAIN and one.month is not None:
            found.setdefault((one.month, one.status_then), []).append(one)
    return tuple(
        Month(month, {fate: heap_of(found.get((month, fate), ())) for fate in FATES})
        for month in range(first, first + count)
    )


def later_of(groups: Iterable[Group], as_of: date, count: int = MONTHS_AHEAD) -> Heap:
    """Return what is kept beyond the months ahead."""
    end = month_of(as_of) + count
    return heap_of(groups, lambda one: one.month is not None and one.month >= end)

"""Which rows go back when a merge is undone; pure, and it knows no table by name.

The law. A row that the merge moved goes back, with whatever was changed in it since. A row that
was added to the survivor since stays there, unless it is part of something that goes back: a later
version goes where its series' first version goes, and what is tied to such a row goes with it. When
a tie would then lead from one record into the other, nothing is undone: that is refused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

# A column and the id in it, by which other rows may be tied to this one.
Thing = tuple[str, str]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that hangs on the survivor: its table, its key there, and how it is tied to others.

    `things` are what others may name (its own id, its series), `ties` what it names itself. Rows of
    one table with one `series` are versions of one thing, the smallest `version` being the first.
    """

    table: str
    key: str
    things: frozenset[Thing] = frozenset()
    ties: frozenset[Thing] = frozenset()
    series: str | None = None
    version: int = 1

    @property
    def place(self) -> Place:
        """Return table and key."""
        return self.table, self.key


@dataclass(frozen=True, slots=True)
class Parting:
    """How the survivor's rows part: what goes back, and the tables of rows tied across the cut."""

    back: frozenset[Place]
    tied: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Unit:
    """Rows that never part: the versions of one series, or one row."""

    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """Return the version that the others follow."""
        return min(self.rows, key=lambda row: row.version)

    @property
    def things(self) -> set[Thing]:
        """Return everything by which another row may be tied to this."""
        return {thing for row in self.rows for thing in row.things}


def part(rows: Iterable[Row], is_moved: Callable[[Place], bool]) -> Parting:
    """Return how the rows that hang on the survivor part when a merge is undone.

    `is_moved` tells whether the merge brought a row here.
    """
    units = _units(rows)
    tied_to: dict[Thing, list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        for thing in unit.first.ties:
            tied_to[thing].append(number)
    back = {
        number for number, unit in enumerate(units) if any(is_moved(row.place) for row in unit.rows)
    }
    waiting = list(back)
    while waiting:
        for thing in units[waiting.pop()].things:
            fresh = [number for number in tied_to.get(thing, ()) if number not in back]
            back.update(fresh)
            waiting += fresh
    places = frozenset(row.place for number in back for row in units[number].rows)
    return Parting(places, _tied(units, back))


def _units(rows: Iterable[Row]) -> list[_Unit]:
    units: dict[tuple[str, str, bool], _Unit] = defaultdict(_Unit)
    for row in rows:
        name = row.key if row.series is None else row.series
        units[row.table, name, row.series is None].rows.append(row)
    return list(units.values())


def _tied(units: list[_Unit], back: set[int]) -> tuple[tuple[str, str], ...]:
    """Return the tables (of the row and of what it names) of every tie across the cut."""
    owners = {
        thing: (number, unit.rows[0].table)
        for number, unit in enumerate(units)
        for thing in unit.things
    }
    found = set()
    for number, unit in enumerate(units):
        for row in unit.rows:
            for thing in row.ties:
                owner, table = owners.get(thing, (number, row.table))
                if (owner in back) != (number in back):
                    found.add((row.table, table))
    return tuple(sorted(found))

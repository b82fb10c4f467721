"""When each synthetic patient came and what for: rhythms in busy time, cut at the end of a stay."""

from dataclasses import dataclass

import numpy as np

from lib.demo.calendar import Calendar
from lib.demo.catalogue import CORRECTION, FILLER, PROGRAMMES, PROTOCOLS, TOXIN
from lib.demo.columns import ABSENT, Flags, Floats, Ints, Random, chance, places, weighted
from lib.demo.crowd import CONSULTED, ENQUIRED, TURNED_AWAY, YEAR_DAYS, Crowd, adult_on
from lib.demo.scene import Scene
from lib.demo.stock import Stock

# By programme: share of patients, days between visits, how even the rhythm is, longest stay.
SHARES = (0.64, 0.48, 0.21, 0.18, 0.22, 0.14)
RHYTHMS = (116.0, 345.0, 140.0, 45.0, 110.0, 42.0)
EVENNESS = (30.0, 24.0, 8.0, 6.0, 3.0, 8.0)
LONGEST = (9999.0, 9999.0, 1400.0, 260.0, 1500.0, 320.0)
# One in six comes once; the rest stay for years, some for good.
ONCE_SHARE = 0.16
STAY_YEARS = 11.5
MOST_VISITS = 60
ROUNDING = 1e-6
COMBINED_DAYS = 24
COMBINED_SHARE = 0.6
SAME_AGAIN_SHARE = 0.7
DISSOLVED_SHARE = 0.012
RETURN_AS_ADULT_SHARE = 0.25
# A key that sorts by patient, then by day.
SPAN = 100_000


@dataclass(frozen=True, slots=True)
class Visits:
    """Treatments to be given, ordered by patient and day; `row` is the patient's in its crowd."""

    row: Ints
    day: Ints
    programme: Ints
    protocol: Ints
    is_first: Flags

    def __len__(self) -> int:
        """Return how many treatments there are."""
        return len(self.row)

    def at(self, chosen: Ints) -> "Visits":
        """Return the chosen visits."""
        return Visits(
            self.row[chosen],
            self.day[chosen],
            self.programme[chosen],
            self.protocol[chosen],
            self.is_first[chosen],
        )


def visits(random: Random, crowd: Crowd, scene: Scene) -> Visits:
    """Return every treatment of a crowd; none before 18, after a death, or from `as_of` on."""
    calendar = scene.calendar
    begin, end = _stays(random, crowd, calendar)
    row, programme = _programmes(random, crowd, begin < end)
    start = _starts(random, row, begin, end)
    row, programme, day = _rhythm(random, calendar, (row, programme, start), end)
    row, programme, day = _combined(random, row, programme, day)
    row, programme, day = _with_corrections(random, crowd, calendar, (row, programme, day))
    fits = (day < _last_days(crowd, row)) & (day >= adult_on(crowd)[row])
    row, programme, day = row[fits], programme[fits], day[fits]
    order = np.lexsort((programme, day, row))
    return _with_protocols(
        random, (row[order], day[order], programme[order]), len(crowd), scene.stock
    )


def _stays(random: Random, crowd: Crowd, calendar: Calendar) -> tuple[Floats, Floats]:
    """Return the busy time of each patient's first possible treatment and end of stay."""
    rows = len(crowd)
    first = crowd.registered + (random.exponential(9.0, rows)).astype(np.int64)
    minor = crowd.kind == TURNED_AWAY
    comes_back = minor & chance(random, RETURN_AS_ADULT_SHARE, rows)
    grown_up = adult_on(crowd) + random.integers(20, 500, rows)
    first = np.where(minor, grown_up, first)
    stay = random.exponential(STAY_YEARS * YEAR_DAYS, rows) * (0.4 + 1.2 * crowd.loyalty)
    stay = np.where(crowd.loyalty < ONCE_SHARE, 1.0, stay)
    none = (crowd.kind == ENQUIRED) | (crowd.kind == CONSULTED) | (minor & ~comes_back)
    last = np.where(crowd.died == ABSENT, calendar.as_of, crowd.died)
    begin = calendar.busy_time(first)
    end = np.minimum(begin + stay, calendar.busy_time(np.minimum(last, calendar.as_of)))
    return begin, np.where(none | (first >= last), begin - 1, end)


def _last_days(crowd: Crowd, row: Ints) -> Ints:
    died = crowd.died[row]
    return np.where(died == ABSENT, crowd.as_of, np.minimum(died, crowd.as_of))


def _programmes(random: Random, crowd: Crowd, treated: Flags) -> tuple[Ints, Ints]:
    wanted = random.random((len(crowd), len(SHARES))) < np.array(SHARES)
    # Everybody who is treated came for something.
    without = ~wanted.any(axis=1)
    wanted[without, weighted(random, SHARES, int(without.sum()))] = True
    wanted &= treated[:, None]
    row, programme = np.nonzero(wanted)
    return row.astype(np.int64), programme.astype(np.int64)


def _starts(random: Random, row: Ints, begin: Floats, end: Floats) -> Floats:
    """The first programme begins at once, the others some way into the stay."""
    first = np.ones(len(row), dtype=np.bool_)
    first[1:] = row[1:] != row[:-1]
    later = random.beta(0.8, 2.2, len(row)) * np.maximum(end - begin, 0.0)[row]
    return begin[row] + np.where(first | chance(random, 0.3, len(row)), 0.0, later)


def _rhythm(
    random: Random, calendar: Calendar, begun: tuple[Ints, Ints, Floats], end: Floats
) -> tuple[Ints, Ints, Ints]:
    row, programme, start = begun
    own = np.array(RHYTHMS)[programme] * random.gamma(40.0, 1 / 40.0, len(row))
    until = np.minimum(end[row], start + np.array(LONGEST)[programme])
    counts = np.clip((until - start) / own * 1.35 + 3, 1, MOST_VISITS).astype(np.int64)
    turn = places(counts)
    each = np.repeat(np.arange(len(row)), counts)
    even = np.array(EVENNESS)[programme[each]]
    gaps = np.where(turn == 0, 0.0, own[each] * random.standard_gamma(even) / even)
    # Sums within each programme: the running sum of all, less what came before the programme.
    total = np.cumsum(gaps)
    before = total[np.cumsum(counts) - counts]
    # Adding and taking away again must not fall short of the opening by a rounding error.
    when = start[each] + total - np.repeat(before, counts) + ROUNDING
    kept = (when < until[each]) | (turn == 0)
    return row[each][kept], programme[each][kept], calendar.day_at(when[kept])


def _combined(random: Random, row: Ints, programme: Ints, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Move filler and skin visits to a toxin visit that is near anyway."""
    toxin = np.sort(row[programme == TOXIN] * SPAN + day[programme == TOXIN])
    key = row * SPAN + day
    movable = (programme != TOXIN) & (programme != CORRECTION)
    movable &= chance(random, COMBINED_SHARE, len(row))
    if len(toxin):
        after = np.minimum(np.searchsorted(toxin, key), len(toxin) - 1)
        for near in (toxin[after], toxin[np.maximum(after - 1, 0)]):
            close = movable & (np.abs(near - key) <= COMBINED_DAYS)
            day = np.where(close, near % SPAN, day)
    unique = np.unique(((row * SPAN) + day) * PROGRAMMES + programme)
    key = unique // PROGRAMMES
    return key // SPAN, unique % PROGRAMMES, key % SPAN


def _with_corrections(
    random: Random, crowd: Crowd, calendar: Calendar, drawn: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    """Add the few visits at which filler was dissolved again."""
    row, programme, day = drawn
    fillers = np.flatnonzero(programme == FILLER)
    regretted = fillers[chance(random, DISSOLVED_SHARE, len(fillers))]
    back = day[regretted] + random.integers(15, 70, len(regretted))
    dissolved = calendar.open_on_or_after(np.minimum(back, crowd.as_of))
    return (
        np.concatenate((row, row[regretted])),
        np.concatenate((programme, np.full(len(regretted), CORRECTION))),
        np.concatenate((day, dissolved)),
    )


def _with_protocols(
    random: Random, drawn: tuple[Ints, Ints, Ints], people: int, stock: Stock
) -> Visits:
    row, day, programme = drawn
    usual = np.stack([_of_programme(random, code, people) for code in range(PROGRAMMES)])
    protocol = usual[programme, row]
    for code in range(PROGRAMMES):
        change = (programme == code) & ~chance(random, SAME_AGAIN_SHARE, len(row))
        protocol[change] = _of_programme(random, code, int(change.sum()))
    firsts = np.array([_choices(code)[0] for code in range(PROGRAMMES)])
    protocol = np.where(stock.is_offered(protocol, day), protocol, firsts[programme])
    _, first_at = np.unique(row * PROGRAMMES + programme, return_index=True)
    is_first = np.zeros(len(row), dtype=np.bool_)
    is_first[first_at] = True
    return Visits(row, day, programme, protocol, is_first)


def protocols_of(random: Random, programme: Ints, day: Ints, stock: Stock) -> Ints:
    """Return what was done at visits of these programmes: what was offered on the day."""
    protocol = np.zeros(len(programme), dtype=np.int64)
    for code in range(PROGRAMMES):
        chosen = programme == code
        protocol[chosen] = _of_programme(random, code, int(chosen.sum()))
    firsts = np.array([_choices(code)[0] for code in range(PROGRAMMES)])
    return np.where(stock.is_offered(protocol, day), protocol, firsts[programme])


def _of_programme(random: Random, programme: int, size: int) -> Ints:
    choices = _choices(programme)
    weights = [PROTOCOLS[choice].weight for choice in choices]
    return np.array(choices)[weighted(random, weights, size)]


def _choices(programme: int) -> list[int]:
    return [code for code, protocol in enumerate(PROTOCOLS) if protocol.programme == programme]

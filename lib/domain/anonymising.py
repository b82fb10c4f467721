"""What may be kept of those whose records are anonymised: counts, in a few narrow tables; pure.

Nothing is kept row by row. A table has at most three traits and one sensitive value; each
combination of traits in it is had by at least `K` patients (k-anonymity), who differ in the
sensitive value (l-diversity) and do so much as everybody does (t-closeness). What does not hold is
made coarser, then left out. Tables share no key, and say nothing of when or in which case.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import product
from uuid import UUID, uuid5

from lib.domain.disposal import FEWEST_ANONYMISED

K = 10
L = 2
T = 0.3
MOST_TRAITS = 3
# A level that leaves out more than this of a batch is given up for a coarser one.
MOST_LEFT_OUT = 0.1
ALL = "all"
# One cell is one row for ever: its key is made of what it says, so it tells nothing of when.
CELLS = UUID("6f0a1c52-9d0e-4b57-8a53-2f6a0d1c7be4")
ADULT, OLDEST = 18, 65
YEARS = 5
DECADE = 10
FEW_VISITS, SOME_VISITS = 1, 3

Cell = tuple[tuple[str, ...], str]
Coarser = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read of one patient before the record goes; days, not ages: nothing of it is kept.

    `seen_on` is the last treatment, `product_group` that of most treatments; `visits` counts days.
    """

    sex: str
    born_on: date | None = None
    postcode: str = ""
    seen_on: date | None = None
    product_group: str = ""
    visits: int = 0
    worst_event: str = ""


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait with its value for a patient and how it is made coarser, step by step."""

    name: str
    of: Callable[[Facts], str]
    coarser: tuple[Coarser, ...] = ()

    def levels(self) -> Iterator[Coarser]:
        """Give every way to write the value, the finest first; the last says nothing."""
        yield from (_as_it_is, *self.coarser, _nothing)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: its name, its traits and the value that is sensitive."""

    name: str
    traits: tuple[Trait, ...]
    sensitive: Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class Table:
    """What is kept of a batch: patients by traits and sensitive value; how many are left out."""

    name: str
    cells: Mapping[Cell, int] = field(default_factory=dict)
    left_out: int = 0


def text_of(facts: Facts) -> str:
    """Return facts as one text, from which `facts_in` makes them again."""
    return json.dumps(asdict(facts), default=str, ensure_ascii=False)


def facts_in(text: str) -> Facts:
    """Return what a text of `text_of` holds. Raises `ValueError` where it is none."""
    said = json.loads(text)
    days = {name: date.fromisoformat(said[name]) for name in ("born_on", "seen_on") if said[name]}
    return Facts(**{**said, **days})


def tables_of(people: Sequence[Facts]) -> tuple[Table, ...]:
    """Return every table of one batch; none where the batch is too small to hide anybody."""
    if len(people) < FEWEST_ANONYMISED:
        return ()
    return tuple(table for kind in KINDS if (table := table_of(kind, people)).cells)


def table_of(kind: Kind, people: Sequence[Facts]) -> Table:
    """Return one table: the finest that leaves out little, else the coarsest that holds at all."""
    rows = [(tuple(trait.of(one) for trait in kind.traits), kind.sensitive(one)) for one in people]
    best = Table(kind.name, {}, len(people))
    for levels in _from_fine_to_coarse(kind.traits):
        cells = holding(Counter((_written(traits, levels), value) for traits, value in rows))
        made = Table(kind.name, cells, len(people) - sum(cells.values()))
        if made.left_out <= MOST_LEFT_OUT * len(people):
            return made
        best = min(best, made, key=lambda one: one.left_out)
    return best


def holding(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """Return the cells of those classes that hold K, L and T together, the others left out.

    Leaving a class out changes what everybody is like, so it goes on until nothing changes.
    """
    kept = dict(cells)
    while kept:
        bad = set(_failing(kept))
        if not bad:
            break
        kept = {cell: count for cell, count in kept.items() if cell[0] not in bad}
    return kept


def k_of(cells: Mapping[Cell, int]) -> int:
    """Return k: how many the smallest class has (Samarati and Sweeney, 1998)."""
    return min((sum(one.values()) for one in classes_of(cells).values()), default=0)


def l_of(cells: Mapping[Cell, int]) -> int:
    """Return l: how many sensitive values the least diverse class has (Machanavajjhala, 2007)."""
    return min((len(one) for one in classes_of(cells).values()), default=0)


def t_of(cells: Mapping[Cell, int], ordered: Sequence[str] = ()) -> float:
    """Return t: how far a class is from everybody at most (Li and others, 2007).

    The earth mover's distance; of values without an order it is the total variation. `ordered`
    names all values in their order, where they have one.
    """
    everybody = _shares(_everybody(cells))
    return max(
        (distance(_shares(one), everybody, ordered) for one in classes_of(cells).values()),
        default=0.0,
    )


def distance(
    some: Mapping[str, float], everybody: Mapping[str, float], ordered: Sequence[str] = ()
) -> float:
    """Return how far two distributions are from each other, between 0 and 1."""
    if not ordered:
        values = {*some, *everybody}
        return sum(abs(some.get(one, 0) - everybody.get(one, 0)) for one in values) / 2
    moved = total = 0.0
    for value in ordered:
        moved += some.get(value, 0) - everybody.get(value, 0)
        total += abs(moved)
    return total / max(len(ordered) - 1, 1)


def classes_of(cells: Mapping[Cell, int]) -> dict[tuple[str, ...], Counter[str]]:
    """Return the sensitive values of each combination of traits."""
    found: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for (traits, value), count in cells.items():
        found[traits][value] += count
    return dict(found)


def key_of(table: str, traits: Sequence[str], value: str) -> UUID:
    """Return the key of a cell: made of what it says, without a moment in it."""
    return uuid5(CELLS, "\x1f".join((table, *traits, value)))


def age_band(born_on: date, on: date) -> str:
    """Return the band of an age on a day, as statistics use them."""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if age < ADULT:
        return "under 18"
    if age >= OLDEST:
        return "65 and over"
    first = ADULT if age < 25 else (age - 5) // DECADE * DECADE + 5  # noqa: PLR2004 - 25, 35, ...
    return f"{first} to {24 if first == ADULT else first + 9}"


def _failing(cells: Mapping[Cell, int]) -> Iterator[tuple[str, ...]]:
    """Give the classes that fail k or l; where none does, the one that is furthest off, past t."""
    classes = classes_of(cells)
    small = [key for key, one in classes.items() if one.total() < K or len(one) < L]
    if small:
        yield from small
        return
    everybody = _shares(_everybody(cells))
    furthest = max(classes, key=lambda key: (distance(_shares(classes[key]), everybody), key))
    if distance(_shares(classes[furthest]), everybody) > T:
        yield furthest


def _everybody(cells: Mapping[Cell, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, value), count in cells.items():
        found[value] += count
    return found


def _shares(counts: Counter[str]) -> dict[str, float]:
    total = counts.total()
    return {value: count / total for value, count in counts.items()}


def _from_fine_to_coarse(traits: Sequence[Trait]) -> Iterator[tuple[Coarser, ...]]:
    """Give every combination of levels, those first that say most."""
    levels = [list(enumerate(trait.levels())) for trait in traits]
    combined = sorted(product(*levels), key=lambda one: [sum(at for at, _ in one)])
    for one in combined:
        yield tuple(coarser for _, coarser in one)


def _written(traits: Sequence[str], levels: Iterable[Coarser]) -> tuple[str, ...]:
    return tuple(level(trait) for trait, level in zip(traits, levels, strict=True))


def _as_it_is(value: str) -> str:
    return value


def _nothing(_: str) -> str:
    return ALL


def _age(one: Facts) -> str:
    return age_band(one.born_on, one.seen_on) if one.born_on and one.seen_on else "not known"


def _wide_age(band: str) -> str:
    young = {"18 to 24", "25 to 34", "35 to 44"}
    return "18 to 44" if band in young else "45 and over" if band[:1] in "456" else band


def _area(one: Facts) -> str:
    """Return the letters that a postcode begins with."""
    letters = one.postcode.strip().upper()[:2]
    return letters if letters.isalpha() else letters[:1] if letters[:1].isalpha() else "not known"


def _years(one: Facts) -> str:
    if one.seen_on is None:
        return "not known"
    first = one.seen_on.year - one.seen_on.year % YEARS
    return f"{first} to {first + YEARS - 1}"


def _wide_years(years: str) -> str:
    if not years[:4].isdigit():
        return years
    first = int(years[:4]) // DECADE * DECADE
    return f"{first} to {first + DECADE - 1}"


def _group(one: Facts) -> str:
    return one.product_group or "none"


def _visits(one: Facts) -> str:
    if one.visits <= FEW_VISITS:
        return "one visit" if one.visits else "no visit"
    return "two or three visits" if one.visits <= SOME_VISITS else "four visits or more"


def _event(one: Facts) -> str:
    return one.worst_event or "none"


AGE = Trait("age band", _age, (_wide_age,))
SEX = Trait("sex", lambda one: one.sex)
AREA = Trait("postcode area", _area)
GROUP = Trait("product group", _group)
YEAR = Trait("years", _years, (_wide_years,))
KINDS = (
    Kind("adverse events", (AGE, SEX, GROUP), _event),
    Kind("visits by place", (AREA, YEAR), _visits),
    Kind("visits by age", (AGE, SEX, YEAR), _visits),
)

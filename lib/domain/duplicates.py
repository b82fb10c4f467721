"""Two records that may be one person: what is compared, and the evidence in plain words; pure.

What is kept of a comparison are levels and weights (`Sign`), never values: the words that name
values are made when a pair is shown, from the records as they then are.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import OSA, Levenshtein

from lib.domain.search.folding import fold

# From here on two records are more probably one person's than not.
THRESHOLD = 0.5
UNKNOWN = "unknown"
BY_A_THIRD = "third"


class PairState(StrEnum):
    """How a pair stands; the words are those of the store."""

    OPEN = "open"
    NOT_SAME = "not_same"
    MERGED = "merged"


class Agreement(StrEnum):
    """What a comparison says; each has a shape of its own on the screen."""

    AGREES = "agrees"
    SIMILAR = "similar"
    DIFFERS = "differs"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Home:
    """An address: its lines, its town and its postcode."""

    lines: tuple[str, ...] = ()
    town: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of a record, as it is on file; what is preferred comes first.

    `other_names` are former names and aliases: given names and family name.
    """

    given_names: str
    family_name: str
    preferred_name: str | None = None
    born_on: date | None = None
    sex: str = "not_known"
    other_names: tuple[tuple[str, str], ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    homes: tuple[Home, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One comparison: at which level the two are, and what that weighs, in bits for one person."""

    comparison: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign in words: what was compared, how it stands, why, and the values of both records."""

    label: str
    agreement: Agreement
    reason: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    weight: float


def signs_to_json(signs: Iterable[Sign]) -> str:
    """Return the signs as they are stored."""
    told = {one.comparison: [one.level, round(one.weight, 2)] for one in signs}
    return json.dumps(told, separators=(",", ":"))


def signs_from_json(text: str) -> tuple[Sign, ...]:
    """Return the signs that were stored so."""
    return tuple(
        Sign(comparison, str(level), float(weight))
        for comparison, (level, weight) in json.loads(text).items()
    )


LABELS = {
    "given": "Given names",
    "family": "Family name",
    "born": "Date of birth",
    "sex": "Gender",
    "phone": "Phone",
    "email": "Email",
    "street": "Address",
    "place": "Town and postcode",
    BY_A_THIRD: "Third record",
}
# Why the values at a level are what they are; the values themselves stand beside it.
REASONS: dict[tuple[str, str], tuple[Agreement, str]] = {
    ("given", "same"): (Agreement.AGREES, "same given names"),
    ("given", "swapped"): (Agreement.SIMILAR, "given and family name changed places"),
    ("given", "known_as"): (Agreement.SIMILAR, "one is a short form or another name of the other"),
    ("given", "slip"): (Agreement.SIMILAR, "given names a slip apart"),
    ("given", "alike"): (Agreement.SIMILAR, "given names look or sound alike"),
    ("given", "initial"): (Agreement.SIMILAR, "one has only the initial"),
    ("given", "different"): (Agreement.DIFFERS, "different given names"),
    ("family", "same"): (Agreement.AGREES, "same family name"),
    ("family", "swapped"): (Agreement.SIMILAR, "given and family name changed places"),
    ("family", "other_name"): (Agreement.SIMILAR, "a former name, or part of a double name"),
    ("family", "slip"): (Agreement.SIMILAR, "family names a slip apart"),
    ("family", "alike"): (Agreement.SIMILAR, "family names look or sound alike"),
    ("family", "different"): (Agreement.DIFFERS, "different family names"),
    ("born", "same"): (Agreement.AGREES, "same date of birth"),
    ("born", "swapped"): (Agreement.SIMILAR, "day and month changed places"),
    ("born", "one_figure"): (Agreement.SIMILAR, "dates of birth one figure apart"),
    ("born", "part"): (Agreement.SIMILAR, "part of the date of birth is the same"),
    ("born", "different"): (Agreement.DIFFERS, "different dates of birth"),
    ("sex", "same"): (Agreement.AGREES, "same gender"),
    ("sex", "different"): (Agreement.DIFFERS, "different genders"),
    ("phone", "same"): (Agreement.AGREES, "a phone number in common"),
    ("phone", "one_figure"): (Agreement.SIMILAR, "phone numbers one figure apart"),
    ("phone", "different"): (Agreement.DIFFERS, "no phone number in common"),
    ("email", "same"): (Agreement.AGREES, "an email address in common"),
    ("email", "different"): (Agreement.DIFFERS, "no email address in common"),
    ("street", "same"): (Agreement.AGREES, "same house and street"),
    ("street", "alike"): (Agreement.SIMILAR, "streets look alike"),
    ("street", "house"): (Agreement.SIMILAR, "same second line of the address"),
    ("street", "different"): (Agreement.DIFFERS, "different streets"),
    ("place", "same"): (Agreement.AGREES, "same town and postcode"),
    ("place", "postcode"): (Agreement.AGREES, "same postcode"),
    ("place", "alike"): (Agreement.SIMILAR, "postcodes one figure apart"),
    ("place", "town"): (Agreement.SIMILAR, "same town"),
    ("place", "different"): (Agreement.DIFFERS, "different towns"),
    (BY_A_THIRD, "same"): (Agreement.AGREES, "both look like the same third record"),
}


def reason_of(sign: Sign) -> tuple[Agreement, str]:
    """Return how a sign stands and why, in words without values."""
    if sign.level == UNKNOWN:
        return Agreement.UNKNOWN, "nothing to compare"
    return REASONS[sign.comparison, sign.level]


def describe(signs: Sequence[Sign], one: Person, other: Person) -> tuple[Finding, ...]:
    """Return the findings in the order in which people compare: names, birth, contacts."""
    by_name = {sign.comparison: sign for sign in signs}
    return tuple(
        _finding(by_name[name], label, one, other)
        for name, label in LABELS.items()
        if name in by_name
    )


def _finding(sign: Sign, label: str, one: Person, other: Person) -> Finding:
    agreement, reason = reason_of(sign)
    values = VALUES.get(sign.comparison, _nothing)
    ours, theirs = values(one), values(other)
    if sign.level == "slip":
        reason = f"{label.lower()} {_apart(ours[0], theirs[0])}" if ours and theirs else reason
    return Finding(label, agreement, reason, ours, theirs, sign.weight)


def _apart(one: str, other: str) -> str:
    """Return how two spellings differ, in words."""
    ours, theirs = fold(one).replace(" ", ""), fold(other).replace(" ", "")
    if ours == theirs:
        return "written differently"
    if Levenshtein.distance(ours, theirs) == 1:
        return "one letter apart"
    if OSA.distance(ours, theirs) == 1:
        return "with two letters swapped"
    return "a slip apart"


def _given(person: Person) -> tuple[str, ...]:
    also = [given for given, _ in person.other_names if given and given != person.given_names]
    return _written([person.given_names, person.preferred_name, *also])


def _family(person: Person) -> tuple[str, ...]:
    return _written([person.family_name, *(family for _, family in person.other_names)])


def _born(person: Person) -> tuple[str, ...]:
    return (person.born_on.isoformat(),) if person.born_on else ()


def _sex(person: Person) -> tuple[str, ...]:
    return () if person.sex == "not_known" else (person.sex,)


def _streets(person: Person) -> tuple[str, ...]:
    return _written(", ".join(home.lines) for home in person.homes)


def _places(person: Person) -> tuple[str, ...]:
    return _written(
        " ".join(part for part in (home.town, home.postcode) if part) for home in person.homes
    )


def _nothing(_: Person) -> tuple[str, ...]:
    return ()


def _written(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


VALUES: dict[str, Callable[[Person], tuple[str, ...]]] = {
    "given": _given,
    "family": _family,
    "born": _born,
    "sex": _sex,
    "phone": lambda person: person.phones,
    "email": lambda person: person.emails,
    "street": _streets,
    "place": _places,
}

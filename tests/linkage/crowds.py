"""Invented people for the tests of linkage, and the way to compare two of them."""

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from lib.domain.duplicates import Home, Person
from lib.linkage.engine import Engine
from lib.linkage.finding import Found, find_pairs, signs_of
from lib.linkage.model import prior_model
from lib.linkage.people import features
from lib.store.connection import StoreOptions
from lib.store.scratch import scratch

DATA = Path(__file__).resolve().parents[1] / "data"
OPTIONS = StoreOptions(memory_limit="512MB", threads=1)
GIVEN = [
    "Amelia",
    "Beatrice",
    "Cordelia",
    "Dorothy",
    "Eleanor",
    "Florence",
    "Georgina",
    "Harriet",
    "Isabella",
    "Josephine",
    "Katharine",
    "Louisa",
    "Margaret",
    "Nicola",
    "Olivia",
    "Penelope",
    "Queenie",
    "Rosalind",
    "Susannah",
    "Theresa",
]
FAMILY = [
    "Ashworth",
    "Bickerstaff",
    "Chadwick",
    "Drummond",
    "Entwistle",
    "Fotheringay",
    "Grimshaw",
    "Hargreaves",
    "Illingworth",
    "Jessop",
    "Kirkbride",
    "Lazenby",
    "Micklethwaite",
    "Nettleton",
    "Ormerod",
    "Postlethwaite",
    "Quarmby",
    "Ramsbottom",
    "Sutcliffe",
    "Threlfall",
]
ANNA = Person(
    given_names="Anna",
    family_name="Hartley",
    born_on=date(1984, 3, 9),
    sex="female",
    phones=("+447700900123",),
    emails=("anna.hartley@example.org",),
    homes=(Home(("12 Mill Lane",), "Leeds", "LS6 2AB"),),
)


def strangers(count: int) -> dict[str, Person]:
    """Return people who have nothing in common, by an id each."""
    return {
        f"stranger-{number:03}": Person(
            given_names=GIVEN[number % 20],
            family_name=FAMILY[(number * 7 + number // 20) % 20],
            born_on=date(1950, 1, 1) + timedelta(days=211 * number),
            sex="female" if number % 5 else "male",
            phones=(f"+4477009{number * 7919 % 100000:05}",),
            emails=(f"somebody{number}@example.org",),
            homes=(
                Home((f"{number + 1} Road {number}",), f"Town {number % 7}", f"AB{number} 1CD"),
            ),
        )
        for number in range(count)
    }


def search(people: dict[str, Person]) -> Found:
    """Look for pairs as a clinic would, hearing nothing."""
    return find_pairs(people, OPTIONS, lambda *_: None)


def chance(found: Found, one: str, other: str) -> float | None:
    """Return how likely a pair is one person, None when it is not listed."""
    small, large = sorted((one, other))
    for pair in found.pairs:
        if (pair.one, pair.other) == (small, large):
            return pair.probability
    return None


def levels(one: Person, other: Person) -> dict[str, str]:
    """Return at which level each comparison of two people is."""
    with scratch(OPTIONS) as connection:
        engine = Engine(connection, [[features(one), features(other)]])
        scored = engine.score_only([(0, 1)], prior_model())
    return {sign.comparison: sign.level for sign in signs_of(scored, 0)}


def changed(person: Person, **values: object) -> Person:
    """Return the person with some values replaced."""
    return replace(person, **values)  # type: ignore[arg-type]


def febrl(name: str) -> tuple[dict[str, Person], set[tuple[str, str]]]:
    """Return the people of a Febrl file by their ids, and the pairs that are one person."""
    people, groups = {}, defaultdict(list)
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            clean = {key.strip(): value.strip() for key, value in row.items()}
            number = clean["rec_id"]
            people[number] = _person(clean)
            groups[number.split("-")[1]].append(number)
    pairs = {pair for group in groups.values() for pair in combinations(sorted(group), 2)}
    return people, pairs


def _person(row: dict[str, str]) -> Person:
    try:
        born_on = date.fromisoformat(row["date_of_birth"]) if row["date_of_birth"] else None
    except ValueError:
        born_on = None
    lines = (f"{row['street_number']} {row['address_1']}".strip(), row["address_2"])
    home = Home(tuple(line for line in lines if line), row["suburb"] or None, row["postcode"])
    return Person(row["given_name"], row["surname"], born_on=born_on, homes=(home,))

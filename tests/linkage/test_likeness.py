"""One person against a few records: the levels that Splink finds, and weights of its model."""

import pytest

from lib.domain.duplicates import Person
from lib.linkage.engine import Engine
from lib.linkage.finding import signs_of
from lib.linkage.likeness import Surroundings, compare
from lib.linkage.model import prior_model
from lib.linkage.people import features
from lib.store.connection import Cursor
from lib.store.scratch import scratch
from tests.linkage.crowds import ANNA, OPTIONS, changed, febrl, strangers

AROUND = Surroundings(prior_model(), 2_000, {"given": 5, "family": 3})


@pytest.fixture
def cursor() -> Cursor:
    with scratch(OPTIONS) as connection:
        yield connection  # type: ignore[misc]


def test_the_levels_are_those_that_splink_finds(cursor: Cursor) -> None:
    """The two ways of asking must never drift apart."""
    people, _ = febrl("febrl1")
    everybody = [ANNA, Person("", ""), *people.values()][:400]
    one, others = everybody[0], everybody[1:]
    for number in range(0, 400, 40):
        one, others = everybody[number], everybody[number + 1 : number + 40]
        engine = Engine(cursor, [[features(person) for person in (one, *others)]])
        scored = engine.score_only([(0, place + 1) for place in range(len(others))], prior_model())
        by_splink = [
            [(sign.comparison, sign.level) for sign in signs_of(scored, row)]
            for row in range(len(others))
        ]
        alike = compare(cursor, one, others, AROUND)
        assert [[(s.comparison, s.level) for s in found.signs] for found in alike] == by_splink
        for table in ("person", "person_key", "pairs", "part"):
            cursor.execute(f"DROP TABLE {table}")
        for name in ("given", "family"):
            cursor.execute(f"DROP TABLE frequency_of_{name}")


def test_a_second_record_is_probable_and_a_stranger_is_not(cursor: Cursor) -> None:
    misspelt = changed(ANNA, given_names="Anan")
    same, stranger = compare(cursor, ANNA, [misspelt, *strangers(1).values()], AROUND)
    assert same.probability > 0.95
    assert stranger.probability < 0.001


def test_a_frequent_name_counts_for_less(cursor: Cursor) -> None:
    typed = Person("Anna", "Hartley")
    rare = Surroundings(prior_model(), 2_000, {"given": 1, "family": 1})
    frequent = Surroundings(prior_model(), 2_000, {"given": 400, "family": 300})
    (likely,) = compare(cursor, typed, [ANNA], rare)
    (unlikely,) = compare(cursor, typed, [ANNA], frequent)
    assert likely.probability > 0.5
    assert unlikely.probability < 0.05


def test_the_same_name_says_less_the_larger_the_clinic(cursor: Cursor) -> None:
    typed = Person("Anna", "Hartley")
    chances = [
        compare(cursor, typed, [ANNA], Surroundings(prior_model(), size, {}))[0].probability
        for size in (50, 5_000, 500_000)
    ]
    assert chances == sorted(chances, reverse=True)


def test_nobody_is_compared_with_nobody(cursor: Cursor) -> None:
    assert compare(cursor, ANNA, [], AROUND) == []

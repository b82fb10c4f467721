"""What is kept of those who are anonymised hides each of them: k, l and t hold in every table."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain import anonymising
from lib.domain.anonymising import Cell, Facts, Kind, Trait

VECTORS = Path(__file__).parents[1] / "vectors" / "sdc"
EXPECTED = json.loads((VECTORS / "pycanon_16_expected.json").read_text())
FILES = [name for name in EXPECTED if name.endswith(".csv")]
SEEN = date(2018, 5, 4)


def published(name: str) -> tuple[Counter[Cell], list[str]]:
    """Return a published table as cells, and its sensitive values in their order."""
    with (VECTORS / f"pycanon_16_{name}").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    (sensitive,) = EXPECTED["sa"]
    cells = Counter((tuple(row[one] for one in EXPECTED["qi"]), row[sensitive]) for row in rows)
    return cells, sorted({row[sensitive] for row in rows}, key=float)


@pytest.mark.parametrize("name", FILES)
def test_k_l_and_t_of_published_tables_are_those_published(name: str) -> None:
    cells, ordered = published(name)

    assert anonymising.k_of(cells) == EXPECTED[name]["k"]
    assert anonymising.l_of(cells) == EXPECTED[name]["l"]
    assert anonymising.t_of(cells, ordered) == pytest.approx(EXPECTED[name]["t"], abs=1e-12)


def test_without_an_order_the_distance_is_the_total_variation() -> None:
    some, everybody = {"none": 0.5, "mild": 0.5}, {"none": 0.8, "severe": 0.2}

    assert anonymising.distance(some, everybody) == pytest.approx(0.5)


def test_nothing_has_neither_classes_nor_distance() -> None:
    assert (anonymising.k_of({}), anonymising.l_of({}), anonymising.t_of({})) == (0, 0, 0.0)


def person(number: int) -> Facts:
    return Facts(
        sex="female" if number % 5 else "male",
        born_on=date(1950 + number % 45, 6, 1),
        postcode=("E1 6AN", "SW1A 1AA")[number % 2],
        seen_on=SEEN,
        product_group=("toxin", "filler")[number % 2],
        visits=1 + number % 6,
        worst_event="mild" if number % 4 == 0 else "",
    )


def test_a_batch_of_249_leaves_nothing_and_one_of_250_leaves_counts() -> None:
    assert anonymising.tables_of([person(number) for number in range(249)]) == ()
    assert anonymising.tables_of([person(number) for number in range(250)]) != ()


def test_a_table_is_as_fine_as_it_may_be() -> None:
    trait = Trait("sex", lambda one: one.sex)
    kind = Kind("visits", (trait,), lambda one: "one" if one.visits == 1 else "more")

    table = anonymising.table_of(kind, [person(number) for number in range(600)])

    assert {traits for traits, _ in table.cells} == {("female",), ("male",)}
    assert table.left_out == 0


def test_somebody_who_stands_out_is_left_out() -> None:
    trait = Trait("sex", lambda one: one.sex)
    kind = Kind("visits", (trait,), lambda one: "one" if one.visits == 1 else "more")
    people = [*(person(number) for number in range(600)), Facts(sex="other", visits=1)]

    table = anonymising.table_of(kind, people)

    assert ("other",) not in {traits for traits, _ in table.cells}
    assert table.left_out == 1


def test_a_batch_in_which_all_have_the_same_secret_leaves_nothing_of_it() -> None:
    kind = Kind("visits", (Trait("sex", lambda one: one.sex),), lambda _: "severe")

    assert anonymising.table_of(kind, [person(number) for number in range(600)]).cells == {}


def test_a_class_unlike_everybody_is_left_out_though_it_is_large_and_diverse() -> None:
    cells = {
        (("a",), "none"): 500,
        (("a",), "severe"): 10,
        (("b",), "none"): 10,
        (("b",), "severe"): 20,
    }

    assert set(anonymising.holding(cells)) == {(("a",), "none"), (("a",), "severe")}


FACTS = st.builds(
    Facts,
    sex=st.sampled_from(["female", "male", "other", "not_known"]),
    born_on=st.none() | st.dates(date(1930, 1, 1), date(2006, 1, 1)),
    postcode=st.sampled_from(["E1 6AN", "SW1A 1AA", "ZE1 0AA", "", "12345"]),
    seen_on=st.none() | st.dates(date(2005, 1, 1), date(2026, 1, 1)),
    product_group=st.sampled_from(["toxin", "filler", "skin_care", ""]),
    visits=st.integers(0, 9),
    worst_event=st.sampled_from(["", "", "", "mild", "severe"]),
)


@settings(max_examples=30)
@given(kinds=st.lists(FACTS, min_size=1, max_size=12))
def test_whatever_a_batch_is_like_every_table_of_it_hides_each_patient(
    kinds: list[Facts],
) -> None:
    # Some are had by many and some by one: what stands out and what does not.
    weights = [1, 2, 9, 10, 11, 40, 150, 300]
    people = [one for place, one in enumerate(kinds) for _ in range(weights[place % 8])]
    people += [kinds[0]] * max(0, 250 - len(people))

    for table in anonymising.tables_of(people):
        assert anonymising.k_of(table.cells) >= 10
        assert anonymising.l_of(table.cells) >= 2
        assert anonymising.t_of(table.cells) <= 0.3
        assert sum(table.cells.values()) + table.left_out == len(people)
        assert all(len(traits) <= 3 for traits, _ in table.cells)


def test_the_tables_have_at_most_three_traits_and_names_of_their_own() -> None:
    names = [kind.name for kind in anonymising.KINDS]

    assert len(set(names)) == len(names) <= 3
    assert all(len(kind.traits) <= anonymising.MOST_TRAITS for kind in anonymising.KINDS)


def test_the_key_of_a_cell_is_made_of_what_it_says_and_of_no_moment() -> None:
    first = anonymising.key_of("visits", ["female"], "one visit")

    assert first == anonymising.key_of("visits", ["female"], "one visit")
    assert first != anonymising.key_of("visits", ["male"], "one visit")
    assert first.version == 5


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(2001, 5, 5), "under 18"),
        (date(2000, 5, 4), "18 to 24"),
        (date(1993, 5, 5), "18 to 24"),
        (date(1993, 5, 4), "25 to 34"),
        (date(1953, 5, 5), "55 to 64"),
        (date(1953, 5, 4), "65 and over"),
    ],
)
def test_the_band_of_an_age_turns_on_the_birthday(born_on: date, band: str) -> None:
    assert anonymising.age_band(born_on, SEEN) == band

"""What a clinic's own pairs teach: priors where there are few, data where there are many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.linkage.comparisons import COMPARISONS
from lib.linkage.model import Model, against_relatives, chance_of_same, prior_model, probability
from lib.linkage.training import MOST_SAME, Candidates, Drawn, of_strangers, train

TOP = [len(one.levels) - 1 for one in COMPARISONS]
BORN = [one.name for one in COMPARISONS].index("born")
GIVEN = [one.name for one in COMPARISONS].index("given")


def none() -> Candidates:
    return candidates([])


def candidates(rows: list[list[int]]) -> Candidates:
    gammas = np.array(rows, np.int64).reshape(-1, len(COMPARISONS))
    return Candidates(gammas, np.full(gammas.shape, np.nan))


def drawn(rows: list[list[int]], counts: list[float]) -> Drawn:
    gammas = np.array(rows, np.int64).reshape(-1, len(COMPARISONS))
    return Drawn(gammas, np.array(counts, np.float64))


def but(**levels: int) -> list[int]:
    """Return a pair that agrees in everything but these comparisons."""
    names = [one.name for one in COMPARISONS]
    return [levels.get(name, top) for name, top in zip(names, TOP, strict=True)]


def test_a_clinic_without_pairs_keeps_to_the_priors() -> None:
    model = train(1, drawn([], []), none())
    prior = prior_model()
    for one in COMPARISONS:
        assert model.m[one.name] == pytest.approx(
            tuple(np.array(prior.m[one.name]) / sum(prior.m[one.name]))
        )
    assert model.same == pytest.approx(prior.same, rel=0.01)


def test_many_pairs_move_what_one_persons_records_look_like() -> None:
    pairs = [but(email=0)] * 900 + [but(email=-1)] * 100
    model = train(5_000, drawn([[0] * len(TOP)], [100_000.0]), candidates(pairs))
    assert model.m["email"][0] > 0.9
    assert model.m["phone"][TOP[5]] > 0.95
    assert model.same > prior_model().same


def test_a_ceiling_holds_against_any_number_of_namesakes() -> None:
    pairs = [but(born=0, phone=0, street=0)] * 5_000
    model = train(20_000, drawn([[0] * len(TOP)], [1e6]), candidates(pairs))
    most = COMPARISONS[BORN].levels[-1].most
    assert model.m["born"][0] == pytest.approx(most)
    assert sum(model.m["born"]) == pytest.approx(1)
    assert model.same <= MOST_SAME


def test_what_is_drawn_at_random_says_how_often_strangers_agree() -> None:
    everybody_same = [0] * len(TOP)
    everybody_same[-1] = TOP[-1]
    model = of_strangers(drawn([everybody_same], [1e7]))
    assert model.u["sex"][TOP[-1]] > 0.99
    assert model.u["born"][TOP[BORN]] > 0


def test_duplicates_among_the_drawn_are_not_taken_for_strangers() -> None:
    rows = [[0] * len(TOP), but()]
    alone = of_strangers(drawn(rows, [999_000.0, 1_000.0]))
    found = {one.name: np.zeros(len(one.levels)) for one in COMPARISONS}
    for place, one in enumerate(COMPARISONS):
        found[one.name][TOP[place]] = 0.001
    corrected = of_strangers(drawn(rows, [999_000.0, 1_000.0]), found)
    assert corrected.u["born"][TOP[BORN]] < alone.u["born"][TOP[BORN]] / 10


def test_a_model_is_the_same_after_it_was_stored() -> None:
    model = train(500, drawn([[0] * len(TOP)], [1_000.0]), candidates([but(email=0)] * 20))
    assert Model.from_json(model.to_json()) == model


def test_relatives_explain_another_given_name_and_not_another_address() -> None:
    model = prior_model()
    twins = np.array([but(given=0)], np.int64)
    moved = np.array([but(street=0, place=0)], np.int64)
    assert against_relatives(model, twins)[0] < 1
    assert against_relatives(model, moved)[0] > 5


def test_the_chance_at_random_is_never_more_than_even() -> None:
    assert chance_of_same(prior_model(), 1) <= 0.5
    assert chance_of_same(prior_model(), 2) <= 0.5
    assert chance_of_same(prior_model(), 100_000) == pytest.approx(5e-7, rel=0.01)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(-2000, 2000),
    st.floats(-2000, 2000),
    st.floats(0, 100),
)
def test_more_evidence_never_makes_it_less_probable(
    weight: float, related: float, more: float
) -> None:
    before = probability(np.array([weight]), np.array([related]))[0]
    after = probability(np.array([weight + more]), np.array([related + more]))[0]
    assert 0 <= before <= after <= 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*(st.integers(-1, top) for top in TOP)), min_size=0, max_size=40))
def test_whatever_the_pairs_the_model_stays_one(rows: list[tuple[int, ...]]) -> None:
    model = train(100, drawn([[0] * len(TOP)], [4_950.0]), candidates([list(row) for row in rows]))
    for one in COMPARISONS:
        assert sum(model.m[one.name]) == pytest.approx(1)
        assert min(model.m[one.name]) > 0
        assert min(model.u[one.name]) > 0
        assert all(
            m <= level.most + 1e-9
            for m, level in zip(model.m[one.name], reversed(one.levels), strict=True)
        )
    assert 0 < model.same <= MOST_SAME
    assert 0 < model.related <= MOST_SAME

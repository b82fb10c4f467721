"""The careful match: only one patient who agrees in name and something telling is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.linking import AGAINST, MOST_CANDIDATES, TELLING, Candidate, Fact, choose, ranked

FACTS = st.frozensets(st.sampled_from(Fact))


@pytest.mark.parametrize(
    ("facts", "is_sure"),
    [
        ({Fact.NAME, Fact.BORN_ON}, True),
        ({Fact.NAME, Fact.PHONE}, True),
        ({Fact.NAME, Fact.EMAIL}, True),
        ({Fact.NAME}, False),
        ({Fact.NAME, Fact.POSTCODE}, False),
        ({Fact.FORMER_NAME, Fact.BORN_ON}, False),
        ({Fact.FAMILY_NAME, Fact.BORN_ON, Fact.PHONE}, False),
        ({Fact.PHONE, Fact.EMAIL, Fact.BORN_ON}, False),
        ({Fact.NAME, Fact.PHONE, Fact.OTHER_BIRTH}, False),
        ({Fact.NAME, Fact.BORN_ON, Fact.OTHER_ID}, False),
    ],
)
def test_what_is_enough_to_say_who_it_is(facts: set[Fact], is_sure: bool) -> None:  # noqa: FBT001
    assert Candidate("a", frozenset(facts)).is_sure == is_sure


@given(st.lists(FACTS, max_size=6))
def test_somebody_is_chosen_only_when_one_alone_is_sure(found: list[frozenset[Fact]]) -> None:
    candidates = [Candidate(str(number), facts) for number, facts in enumerate(found)]
    sure = [
        one.patient_id
        for one in candidates
        if Fact.NAME in one.facts and one.facts & TELLING and not one.facts & AGAINST
    ]
    assert choose(candidates) == (sure[0] if len(sure) == 1 else None)


@given(st.lists(FACTS, max_size=20))
def test_candidates_come_best_first_and_not_too_many(found: list[frozenset[Fact]]) -> None:
    candidates = [Candidate(str(number), facts) for number, facts in enumerate(found)]
    shown = ranked(candidates)
    scores = [one.score for one in shown]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert len(shown) == min(len(found), MOST_CANDIDATES)


def test_the_reasons_are_told_in_words() -> None:
    candidate = Candidate("a", frozenset({Fact.BORN_ON, Fact.NAME}))
    assert candidate.why == ("same name", "same date of birth")

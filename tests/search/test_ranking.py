"""The coarse pass: choosing the leaders among everybody."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.search import ranking
from lib.services.clinic import Clinic
from tests.search.people import TODAY, register

TOTALS = st.lists(st.integers(0, ranking.MOST_UNITS), min_size=1, max_size=200)


@given(totals=TOTALS, count=st.integers(1, 30), cost=st.integers(0, 20), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_and_sorting_choose_the_same_leaders(
    monkeypatch: pytest.MonkeyPatch, totals: list[int], count: int, cost: int, data: st.DataObject
) -> None:
    total = np.array(totals, dtype=np.uint8)
    drawn = data.draw(st.lists(st.integers(0, 6), min_size=len(totals), max_size=len(totals)))
    words = np.array(drawn, dtype=np.uint8)
    by_sorting = ranking.highest(total, words, cost, count)
    monkeypatch.setattr(ranking, "MANY", -1)
    by_counting = ranking.highest(total, words, cost, count)
    worth = [pair for pair in by_sorting if pair[1] > 1]
    assert [pair for pair in by_counting if pair[1] > 1][: len(worth)] == worth


def test_among_very_many_the_most_recent_of_the_best_are_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "MANY", 20)
    monkeypatch.setattr(ranking, "CHUNK", 16)
    ids = register(
        clinic,
        *({"given_names": "Ann", "family_name": "Smith"} for _ in range(60)),
        {"given_names": "Ann Louise", "family_name": "Smith"},
        {"given_names": "Ann", "family_name": "Smithson"},
    )
    found = clinic.search.search("ann smith", today=TODAY)
    assert [match.patient_id for match in found] == list(reversed(ids[50:60]))

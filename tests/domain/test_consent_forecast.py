"""What runs out when: the schedule is certain, the expectation is tried on the past."""

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.consent import Decision, Topic
from lib.domain.consent_forecast import AHEAD_MONTHS, forecast, tried
from lib.domain.consent_history import Spell

EDUCATION = Topic("education")
VERSION = UUID(int=1)
CUT = 1000
VALIDITY = 24


def given_in(began: int, ended: int | None = None, patients: int = 1) -> Spell:
    return Spell(EDUCATION, Decision.GIVEN, VERSION, began, ended, patients)


def test_without_any_answer_anew_the_expectation_is_the_schedule() -> None:
    spells = [given_in(CUT - age, patients=age) for age in range(60)]
    months = forecast(spells, CUT, VALIDITY, {})
    assert [one.month for one in months] == [CUT + ahead for ahead in range(1, 13)]
    assert [one.scheduled for one in months] == [VALIDITY - ahead for ahead in range(1, 13)]
    assert all(one.expected == one.low == one.high == one.scheduled for one in months)


def test_what_is_refused_ended_or_overtaken_is_not_scheduled() -> None:
    began = CUT + 3 - VALIDITY
    spells = [
        given_in(began, patients=5),
        given_in(began, CUT - 1, 7),
        Spell(EDUCATION, Decision.REFUSED, None, began, None, 9),
    ]
    assert [one.scheduled for one in forecast(spells, CUT, VALIDITY, {})] == [0, 0, 5] + [0] * 9
    assert not any(one.scheduled for one in forecast(spells, CUT, VALIDITY, {VERSION: CUT}))
    # A wording that comes into force later does not change what is active at the cut.
    assert forecast(spells, CUT, VALIDITY, {VERSION: CUT + 1})[2].scheduled == 5


def test_what_was_not_known_at_the_cut_does_not_move_the_forecast() -> None:
    known = [given_in(CUT - age, None, 10) for age in range(40)]
    later = [given_in(CUT - age, CUT + 1 + age % 3, 10) for age in range(40)]
    assert forecast(known, CUT, VALIDITY, {}) == forecast(later, CUT, VALIDITY, {})


def clinic(seed: int, patients: int, share: float) -> list[Spell]:
    """Draw a clinic in which, each month, such a share of those who hold a consent answer anew."""
    random = Random(seed)  # noqa: S311 - the same clinic each time
    spells = []
    for _ in range(patients):
        began = CUT - random.randrange(72)
        while True:
            waited = 1
            while waited < 60 and random.random() > share:
                waited += 1
            if began + waited > CUT:
                spells.append(given_in(began))
                break
            spells.append(given_in(began, began + waited))
            began += waited
    return spells


def test_the_expectation_holds_where_people_go_on_as_before() -> None:
    spells = clinic(3, 4_000, 0.04)
    found = tried(spells, CUT, VALIDITY, {})
    assert sum(found.actual) > 100
    assert found.error is not None
    assert abs(found.error) < 0.1
    assert found.schedule_error is not None
    assert found.schedule_error > 0.15
    assert found.within >= AHEAD_MONTHS - 3


def test_nothing_that_ran_out_is_no_error_at_all() -> None:
    found = tried([], CUT, VALIDITY, {})
    assert (found.error, found.schedule_error) == (None, None)
    assert found.actual == (0,) * AHEAD_MONTHS


@given(
    st.lists(
        st.builds(
            lambda age, lasted, patients: given_in(
                CUT - age, CUT - age + lasted if lasted else None, patients
            ),
            st.integers(0, 50),
            st.integers(0, 40),
            st.integers(1, 9),
        ),
        max_size=30,
    ),
    st.integers(1, 30),
)
def test_the_expectation_never_exceeds_the_schedule(spells: list[Spell], months: int) -> None:
    for one in forecast(spells, CUT, months, {}):
        assert 0 <= one.low <= one.expected + 1e-9
        assert one.expected <= one.scheduled
        assert one.expected - 1e-9 <= one.high <= one.scheduled

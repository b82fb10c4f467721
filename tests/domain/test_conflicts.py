"""What two people changed in one thing is told apart field by field, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.conflicts import Choice, Comparison, Conflict, compare

FIELDS = ("name", "born_on", "note")
words = st.sampled_from(["", "a", "b", "c", None])
rows = st.fixed_dictionaries(dict.fromkeys(FIELDS, words))


def test_what_only_i_changed_is_settled() -> None:
    base = {"name": "Hart", "note": ""}
    found = compare(base, {"name": "Harte", "note": ""}, base)
    assert found == Comparison({"name": "Harte"}, ())


def test_what_both_changed_otherwise_is_a_conflict() -> None:
    found = compare({"name": "Hart"}, {"name": "Harte"}, {"name": "Heart"})
    assert found == Comparison({}, (Conflict("name", "Hart", "Harte", "Heart"),))
    assert found.resolved({}) is None
    assert found.resolved({"name": Choice.MINE}) == {"name": "Harte"}
    assert found.resolved({"name": Choice.THEIRS}) == {}


def test_what_both_changed_to_the_same_is_done_already() -> None:
    assert compare({"name": "a"}, {"name": "b"}, {"name": "b"}) == Comparison({}, ())


@given(rows, rows, rows)
def test_nothing_of_mine_is_lost_and_nothing_of_theirs_is_touched(
    base: dict[str, object], mine: dict[str, object], theirs: dict[str, object]
) -> None:
    found = compare(base, mine, theirs)
    at_odds = {conflict.name for conflict in found.conflicts}
    for name in FIELDS:
        is_new = mine[name] not in (base[name], theirs[name])
        assert (name in found.settled or name in at_odds) is is_new
        assert (name in at_odds) is (is_new and theirs[name] != base[name])
    kept = found.resolved(dict.fromkeys(at_odds, Choice.MINE))
    assert kept == {name: mine[name] for name in (*found.settled, *at_odds)}


@given(rows, rows)
def test_without_their_changes_there_is_no_conflict(
    base: dict[str, object], mine: dict[str, object]
) -> None:
    found = compare(base, mine, base)
    assert found.conflicts == ()
    assert {**base, **found.settled} == mine

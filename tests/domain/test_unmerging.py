"""Which rows go back when a merge is undone; the law, case by case."""

from lib.domain.unmerging import Row, part

TREATMENT, EVENT, ITEM = "treatment", "adverse_event", "treatment_item"


def treatment(key: str, series: str, version: int = 1) -> Row:
    things = frozenset({("treatment_id", key), ("series_id", series)})
    return Row(TREATMENT, key, things, series=series, version=version)


def event(key: str, series: str, tied: str | None, version: int = 1) -> Row:
    ties = frozenset({("treatment_id", tied)} if tied else set())
    return Row(EVENT, key, frozenset({("series_id", series)}), ties, series, version)


def back(rows: list[Row], *moved: str) -> tuple[set[str], tuple[tuple[str, str], ...]]:
    parting = part(rows, lambda place: place[1] in moved)
    return {key for _, key in parting.back}, parting.tied


def test_a_moved_row_goes_back_and_an_own_row_stays() -> None:
    assert back([treatment("a", "a"), treatment("s", "s")], "a") == ({"a"}, ())


def test_a_later_version_goes_where_its_series_goes() -> None:
    rows = [treatment("a", "a"), treatment("a2", "a", 2), treatment("s", "s")]
    assert back(rows, "a") == ({"a", "a2"}, ())


def test_what_is_tied_to_a_row_that_goes_back_goes_with_it_over_any_distance() -> None:
    item = Row(
        ITEM, "i", frozenset({("treatment_item_id", "i")}), frozenset({("treatment_id", "a2")})
    )
    point = Row("treatment_point", "p", ties=frozenset({("treatment_item_id", "i")}))
    rows = [point, item, treatment("a2", "a", 2), treatment("a", "a")]
    assert back(rows, "a") == ({"a", "a2", "i", "p"}, ())


def test_a_new_series_goes_with_what_its_first_version_is_tied_to() -> None:
    rows = [treatment("a", "a"), event("e", "e", "a"), event("e2", "e", None, 2)]
    assert back(rows, "a") == ({"a", "e", "e2"}, ())


def test_a_tie_from_a_row_that_stays_to_one_that_goes_back_is_told() -> None:
    rows = [treatment("a", "a"), event("e", "e", None), event("e2", "e", "a", 2)]
    assert back(rows, "a") == ({"a"}, ((EVENT, TREATMENT),))


def test_a_tie_from_a_row_that_goes_back_to_one_that_stays_is_told() -> None:
    rows = [treatment("s", "s"), event("e", "e", None), event("e2", "e", "s", 2)]
    assert back(rows, "e") == ({"e", "e2"}, ((EVENT, TREATMENT),))


def test_a_tie_to_nothing_that_hangs_here_is_no_tie() -> None:
    assert back([event("e", "e", "elsewhere")], "x") == (set(), ())

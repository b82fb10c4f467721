"""Retention in the synthetic clinic: something of every kind is there to be looked at."""

import pytest

from tests.demo.conftest import Ask


def count(ask: Ask, sql: str) -> int:
    return int(ask(sql)[0][0])


def test_records_are_held_back_for_every_reason_and_one_no_longer(ask: Ask) -> None:
    standing = dict(ask("SELECT kind, count(*) FROM hold WHERE released_at IS NULL GROUP BY kind"))
    assert standing.keys() == {"legal_hold", "open_complaint", "open_debt", "extension"}
    assert count(ask, "SELECT count(*) FROM hold WHERE released_at IS NOT NULL") == 1
    late = "SELECT count(*) FROM hold WHERE released_at IS NULL AND review_on < DATE '2026-11-20'"
    assert count(ask, late) >= 1


def test_of_some_only_what_protects_them_will_be_kept(ask: Ask) -> None:
    assert count(ask, "SELECT count(*) FROM vital_interest") >= 1
    assert count(ask, "SELECT count(*) FROM vital_interest_item") >= 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(placed_at) FROM hold",
        "SELECT max(marked_at) FROM vital_interest",
        "SELECT max(contacted_on) FROM contact_log",
        "SELECT max(deceased_on) FROM patient",
        "SELECT max(treated_on) FROM treatment",
    ],
)
def test_nothing_of_it_happened_on_the_morning_itself(ask: Ask, sql: str) -> None:
    assert str(ask(sql)[0][0]) < "2026-11-20"


def test_some_came_back_after_years_and_were_seen_last_then(ask: Ask) -> None:
    returned = """
    SELECT count(*) FROM (
        SELECT treated_on - lag(treated_on) OVER (PARTITION BY patient_id ORDER BY treated_on) AS d
        FROM treatment
    ) AS gaps WHERE d > 600
    """
    assert count(ask, returned) >= 20
    unseen = """
    SELECT count(*) FROM patient AS p WHERE p.last_seen_on < (
        SELECT max(treated_on) FROM treatment AS t WHERE t.patient_id = p.patient_id
    )
    """
    assert count(ask, unseen) == 0


def test_most_of_those_who_only_enquired_have_a_day_and_some_have_none(ask: Ask) -> None:
    dated = "SELECT count(DISTINCT patient_id) FROM contact_log WHERE note LIKE '%leaflet%'"
    assert count(ask, dated) >= 1


def test_some_died_long_after_their_last_visit(ask: Ask) -> None:
    later = "SELECT count(*) FROM patient WHERE deceased_on - last_seen_on > 4 * 365"
    assert count(ask, later) >= 1

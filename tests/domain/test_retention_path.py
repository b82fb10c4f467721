"""The days that a record's last day follows from, in the order of time."""

from datetime import date

import pytest

from lib.domain.retention import Facts, Hold, Setting, Trigger, disposition
from lib.domain.retention_path import Role, Step, steps
from lib.domain.retention_words import Phrase, Standing

TREATED = date(2019, 11, 22)
TODAY = date(2026, 11, 23)
HELD = Standing("legal_hold", date(2026, 11, 3), date(2027, 1, 5), Phrase("a legal hold"))


def path(facts: Facts, *standing: Standing, setting: Setting | None = None) -> list[Step]:
    chosen = setting or Setting()
    found = disposition(facts, TODAY, chosen)
    return list(steps(found, facts, standing, TODAY, chosen))


def test_the_way_goes_from_the_treatment_to_the_day_on_which_the_record_may_go() -> None:
    assert path(Facts(last_treated_on=TREATED)) == [
        Step(TREATED, Role.ANCHOR, "Last treated", "The clock starts here (C1)"),
        Step(date(2026, 11, 22), Role.LAST_DAY, "Kept to the end of this day", "By rule C1"),
        Step(TODAY, Role.TODAY, "Today"),
        Step(TODAY, Role.GOING, "May go from this day"),
    ]


def test_what_holds_a_record_back_has_its_first_and_its_last_day() -> None:
    found = path(Facts(last_treated_on=TREATED, holds=(Hold("legal_hold"),)), HELD)
    told = [(one.on, one.words) for one in found if one.role is Role.BLOCKER]
    assert told == [(HELD.since, "Legal hold"), (HELD.ends_on, "Legal hold ends")]
    assert found[-2] == Step(
        TODAY, Role.GOING, "May go from this day", "Not while anything holds it back (C6)"
    )


def test_a_consultation_after_the_last_treatment_starts_nothing_again() -> None:
    found = path(Facts(last_treated_on=TREATED, last_consulted_on=date(2020, 1, 2)))
    assert found[1] == Step(
        date(2020, 1, 2),
        Role.FACT,
        "Last consulted",
        "Starts nothing again: a treatment does (C2)",
    )


def test_under_the_other_trigger_the_consultation_starts_the_clock_again() -> None:
    facts = Facts(last_treated_on=TREATED, last_consulted_on=date(2020, 1, 2))
    found = path(facts, setting=Setting(trigger=Trigger.CLINICAL_CONTACT))
    assert [(one.role, one.note) for one in found[:2]] == [
        (Role.FACT, "The clock started again later (C2)"),
        (Role.ANCHOR, "The clock starts here (C2)"),
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(last_consulted_on=TREATED, last_contact_on=TODAY), "Last consulted"),
        (Facts(last_contact_on=TREATED), "Last contact"),
    ],
)
def test_who_was_never_treated_has_another_beginning(facts: Facts, expected: str) -> None:
    first = path(facts)[0]
    assert first == Step(TREATED, Role.ANCHOR, expected, "The clock starts here (C2)")


def test_a_minor_has_their_birth_on_the_way() -> None:
    facts = Facts(born_on=date(2009, 6, 1), last_treated_on=date(2025, 6, 2))
    first, *_, last = path(facts)
    assert first == Step(
        date(2009, 6, 1), Role.FACT, "Born", "Under 18 when the clock started (C4)"
    )
    assert (last.on, last.note) == (date(2034, 6, 2), "By a person's decision (C4)")


def test_a_death_is_on_the_way_with_what_it_gives() -> None:
    found = path(Facts(last_treated_on=date(2018, 6, 2), died_on=date(2024, 1, 5)))
    assert [(one.words, one.note) for one in found[1:2]] == [
        ("Died", "Kept at least 3 years from here (C5)")
    ]
    assert found[-1].on == date(2027, 1, 6)


def test_what_is_kept_without_end_is_told_where_all_else_may_go() -> None:
    found = path(Facts(last_treated_on=TREATED, has_vital_interest=True))
    assert found[-1].note == "But for what protects the patient (C7)"


def test_nothing_dated_leaves_today_alone() -> None:
    assert path(Facts()) == [Step(TODAY, Role.TODAY, "Today")]

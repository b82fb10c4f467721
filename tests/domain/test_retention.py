"""Retention: the schedule against vectors from outside, its boundary days and its properties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import retention
from lib.domain.retention import Basis, Disposition, Facts, Hold, Setting, Status, Trigger
from tests.vector_files import Row, rows

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
AS_OF = date(2026, 11, 23)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def hold(text: str) -> Hold:
    blocker, _, last = text.partition(":")
    return Hold(blocker, day(last))


def facts_of(row: Row) -> Facts:
    return Facts(
        born_on=day(row["dob"]),
        last_treated_on=day(row["last_treatment"]),
        last_consulted_on=day(row["last_consultation"]),
        last_contact_on=day(row["last_contact"]),
        next_appointment_on=day(row["future_appointment"]),
        died_on=day(row["died_on"]),
        holds=tuple(hold(text) for text in row["holds"].split(";") if text),
        has_vital_interest=row["vital_interest"] == "1",
    )


@pytest.mark.parametrize("row", rows("retention.csv"))
def test_the_schedule_says_what_was_written_down(row: Row) -> None:
    setting = Setting(trigger=Trigger(row["trigger"]))
    found = retention.disposition(facts_of(row), date.fromisoformat(row["as_of"]), setting)
    told = (found.basis.value, found.retain_until, found.dispose_from, found.status.value)
    wanted = (row["basis"], day(row["retain_until"]), day(row["dispose_from"]), row["status"])
    assert told == wanted
    assert "+".join(found.blockers) == row["blockers"]


@pytest.mark.parametrize("row", rows("financial_retention.csv"))
def test_financial_entries_are_kept_as_was_written_down(row: Row) -> None:
    ends_on = date.fromisoformat(row["accounting_period_end"])
    until = retention.financial_retain_until(ends_on)
    assert until == day(row["retain_until"])
    assert until + timedelta(days=1) == day(row["dispose_from"])
    invoiced = day(row["invoice_date"])
    assert invoiced is not None
    setting = Setting(accounting_year_ends=(ends_on.month, ends_on.day))
    assert retention.accounting_period_end(invoiced, setting) == ends_on


@pytest.mark.parametrize(
    ("ends", "invoiced", "period"),
    [
        ((3, 31), date(2020, 3, 31), date(2020, 3, 31)),
        ((3, 31), date(2020, 4, 1), date(2021, 3, 31)),
        ((2, 29), date(2021, 2, 28), date(2021, 2, 28)),
        ((2, 29), date(2024, 2, 29), date(2024, 2, 29)),
        ((12, 31), date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_an_accounting_period_ends_on_its_last_day(
    ends: tuple[int, int], invoiced: date, period: date
) -> None:
    setting = Setting(accounting_year_ends=ends)
    assert retention.accounting_period_end(invoiced, setting) == period


def told(facts: Facts, as_of: date = AS_OF, **choices: object) -> Disposition:
    return retention.disposition(facts, as_of, replace(Setting(), **choices))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "treated", "until", "was_minor"),
    [
        (date(2008, 5, 20), date(2026, 5, 19), date(2034, 5, 20), True),
        (date(2008, 5, 20), date(2026, 5, 20), date(2033, 5, 20), False),
        (date(2008, 5, 20), date(2025, 5, 19), date(2033, 5, 20), True),
        (date(2008, 5, 20), date(2025, 5, 20), date(2034, 5, 20), True),
        (date(2008, 2, 29), date(2024, 9, 1), date(2033, 3, 1), True),
        (date(2008, 2, 29), date(2025, 2, 28), date(2033, 3, 1), True),
        (date(2008, 2, 29), date(2025, 3, 1), date(2034, 3, 1), True),
    ],
)
def test_a_minors_record_waits_for_a_birthday(
    born: date,
    treated: date,
    until: date,
    was_minor: bool,  # noqa: FBT001 - a row's last column
) -> None:
    found = told(Facts(born_on=born, last_treated_on=treated))
    assert (found.retain_until, found.was_minor) == (until, was_minor)


def test_a_death_keeps_a_record_three_years_at_least() -> None:
    found = told(Facts(last_treated_on=date(2016, 1, 1), died_on=date(2024, 2, 29)))
    assert (found.basis, found.retain_until) == (Basis.DECEASED_FLOOR, date(2027, 2, 28))


def test_an_enquiry_of_29_february_is_kept_to_the_28th() -> None:
    found = told(Facts(last_contact_on=date(2024, 2, 29)))
    assert (found.basis, found.retain_until) == (Basis.ENQUIRY, date(2026, 2, 28))


def test_a_review_never_shortens_what_a_treatment_gave() -> None:
    facts = Facts(last_treated_on=date(2024, 2, 1), last_consulted_on=date(2016, 5, 1))
    assert told(facts, trigger=Trigger.CLINICAL_CONTACT).anchor_on == date(2024, 2, 1)


def test_an_appointment_of_today_still_blocks_and_one_of_yesterday_does_not() -> None:
    facts = Facts(last_treated_on=date(2015, 1, 1), next_appointment_on=AS_OF)
    assert told(facts).status is Status.BLOCKED
    assert told(facts, AS_OF + timedelta(days=1)).status is Status.DISPOSE_DUE


def test_a_blocker_outranks_a_vital_interest_and_both_leave_the_date() -> None:
    facts = Facts(
        last_treated_on=date(2015, 1, 1),
        holds=(Hold("open_debt"), Hold("legal_hold", AS_OF), Hold("open_debt", AS_OF)),
        has_vital_interest=True,
    )
    found = told(facts)
    assert (found.status, found.blockers) == (Status.BLOCKED, ("legal_hold", "open_debt"))
    assert found.retain_until == date(2022, 1, 1)
    assert told(replace(facts, holds=())).status is Status.PARTIAL


def test_blockers_are_named_before_the_date_and_without_an_anchor_too() -> None:
    held = (Hold("restriction"),)
    kept = told(Facts(last_treated_on=date(2025, 1, 1), holds=held))
    assert (kept.status, kept.blockers) == (Status.RETAIN, ("restriction",))
    unknown = told(Facts(holds=held))
    assert (unknown.status, unknown.blockers) == (Status.REVIEW, ("restriction",))


FACTS = st.builds(
    Facts,
    born_on=st.none() | DAYS,
    last_treated_on=st.none() | DAYS,
    last_consulted_on=st.none() | DAYS,
    last_contact_on=st.none() | DAYS,
    next_appointment_on=st.none() | DAYS,
    died_on=st.none() | DAYS,
    holds=st.lists(
        st.builds(Hold, st.sampled_from(["legal_hold", "open_debt"]), st.none() | DAYS), max_size=3
    ).map(tuple),
    has_vital_interest=st.booleans(),
)


@given(facts=FACTS, as_of=DAYS)
def test_nothing_goes_while_it_is_inside_or_a_blocker_stands(facts: Facts, as_of: date) -> None:
    found = told(facts, as_of)
    if found.status in {Status.DISPOSE_DUE, Status.PARTIAL}:
        assert found.blockers == ()
        assert found.dispose_from is not None
        assert as_of >= found.dispose_from


@given(facts=FACTS, as_of=DAYS, later=DAYS)
def test_dates_never_depend_on_the_day_that_asks_or_on_blockers(
    facts: Facts, as_of: date, later: date
) -> None:
    bare = replace(facts, holds=(), next_appointment_on=None, has_vital_interest=False)
    assert told(facts, as_of).retain_until == told(bare, later).retain_until


@given(facts=FACTS, treated=DAYS)
def test_a_later_treatment_never_shortens_the_keeping(facts: Facts, treated: date) -> None:
    if facts.last_treated_on is None or facts.last_treated_on >= treated:
        return
    before = told(replace(facts, born_on=None)).retain_until
    after = told(replace(facts, born_on=None, last_treated_on=treated)).retain_until
    assert before is not None
    assert after is not None
    assert after >= before

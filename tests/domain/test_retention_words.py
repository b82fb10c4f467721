"""Why a record is still here: a sentence with its dates, its rules and every blocker."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import formats
from lib.domain.retention import (
    Blocker,
    Facts,
    Hold,
    Setting,
    Status,
    Trigger,
    disposition,
)
from lib.domain.retention_words import Phrase, Standing, line, listed, sentence

TREATED = date(2019, 11, 22)
DUE = date(2026, 11, 23)
COMPLAINT = Standing("open_complaint", date(2026, 11, 3), None, Phrase("an open complaint"))
BOOKED = Standing(
    "future_appointment",
    date(2026, 11, 1),
    date(2026, 12, 3),
    Phrase("an appointment", begun="booked on", ends="for"),
)
DAYS = st.dates(date(1950, 1, 1), date(2060, 1, 1))
MAYBE = st.none() | DAYS
STANDINGS = st.lists(
    st.builds(
        lambda one, since: Standing(one.value, since, None, Phrase(f"a {one.value}")),
        st.sampled_from(Blocker),
        DAYS,
    ),
    max_size=3,
)


def told(facts: Facts, as_of: date, *standing: Standing, setting: Setting | None = None) -> str:
    chosen = setting or Setting()
    return sentence(disposition(facts, as_of, chosen), facts, standing, chosen)


def test_a_record_that_is_kept_says_until_when_and_by_which_rule() -> None:
    facts = Facts(last_treated_on=TREATED)
    assert told(facts, date(2026, 11, 22)) == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026."
    )


def test_a_record_whose_date_has_passed_says_from_when_it_may_go() -> None:
    facts = Facts(last_treated_on=TREATED)
    assert told(facts, DUE) == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; "
        "the record may go from 23-Nov-2026 (C1)."
    )


def test_a_record_held_back_names_everything_that_holds_it() -> None:
    facts = Facts(last_treated_on=TREATED, holds=(Hold("open_complaint"),))
    assert told(facts, DUE, COMPLAINT, BOOKED) == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; held back by "
        "an open complaint since 03-Nov-2026 and an appointment booked on 01-Nov-2026 for "
        "03-Dec-2026 (C6)."
    )


def test_what_will_hold_a_record_back_is_told_before_its_date_has_passed() -> None:
    facts = Facts(last_treated_on=TREATED, holds=(Hold("open_complaint"),))
    assert told(facts, date(2026, 11, 22), COMPLAINT) == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; "
        "it would then be held back by an open complaint since 03-Nov-2026 (C6)."
    )


def test_a_vital_interest_names_what_is_kept() -> None:
    facts = Facts(last_treated_on=TREATED, has_vital_interest=True)
    found = disposition(facts, DUE)
    assert sentence(found, facts, kept=("1 allergy", "2 products")) == (
        "Last treated 22-Nov-2019 + 7 years (C1) = kept until 22-Nov-2026; kept without end to "
        "protect the patient: 1 allergy and 2 products (C7); all else may go from 23-Nov-2026 (C1)."
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            Facts(last_contact_on=date(2025, 2, 28)),
            "Enquiry only, last contact 28-Feb-2025 + 24 months (C2) = kept until 28-Feb-2027.",
        ),
        (
            Facts(last_consulted_on=date(2025, 2, 28)),
            "Never treated, last consulted 28-Feb-2025 + 7 years (C2) = kept until 28-Feb-2032.",
        ),
        (
            Facts(born_on=date(2009, 6, 1), last_treated_on=date(2025, 6, 2)),
            (
                "Last treated 02-Jun-2025 at the age of 16, "
                "to the 25th birthday (C4) = kept until 01-Jun-2034."
            ),
        ),
        (
            Facts(born_on=date(2008, 6, 1), last_treated_on=date(2025, 6, 2)),
            (
                "Last treated 02-Jun-2025 at the age of 17, "
                "to the 26th birthday (C4) = kept until 01-Jun-2034."
            ),
        ),
        (
            Facts(last_treated_on=date(2018, 6, 2), died_on=date(2024, 1, 5)),
            "Last treated 02-Jun-2018, died 05-Jan-2024 + 3 years (C5) = kept until 05-Jan-2027.",
        ),
        (
            Facts(),
            "No treatment, consultation or contact has a date (C2): a person must decide.",
        ),
    ],
)
def test_each_ground_has_its_own_words(facts: Facts, words: str) -> None:
    assert told(facts, date(2026, 11, 23)) == words


def test_the_clinics_other_trigger_is_told_where_it_moves_the_date() -> None:
    setting = Setting(trigger=Trigger.CLINICAL_CONTACT)
    facts = Facts(last_treated_on=date(2020, 1, 2), last_consulted_on=date(2021, 3, 4))
    assert told(facts, date(2026, 11, 23), setting=setting) == (
        "Last seen after a treatment 04-Mar-2021 + 7 years (C2) = kept until 04-Mar-2028."
    )


def test_a_minors_record_that_is_due_asks_for_a_person() -> None:
    facts = Facts(born_on=date(1996, 6, 1), last_treated_on=date(2013, 6, 2))
    assert told(facts, date(2026, 11, 23)).endswith(
        "the record may go from 02-Jun-2022 (C1), a minor's record, so a person decides (C4)."
    )


def test_nothing_dated_and_held_back_says_both() -> None:
    assert told(Facts(holds=(Hold("open_complaint"),)), DUE, COMPLAINT) == (
        "No treatment, consultation or contact has a date (C2): a person must decide; "
        "held back by an open complaint since 03-Nov-2026 (C6)."
    )


def test_what_is_left_when_all_else_went_is_named() -> None:
    facts = Facts(has_vital_interest=True)
    assert sentence(disposition(facts, DUE), facts, kept=("1 allergy",)) == (
        "No treatment, consultation or contact has a date (C2): a person must decide; "
        "kept without end to protect the patient: 1 allergy (C7)."
    )


@pytest.mark.parametrize(
    ("facts", "standing", "as_of", "words"),
    [
        (Facts(last_treated_on=TREATED), (), TREATED, "Kept until 22-Nov-2026"),
        (
            Facts(last_treated_on=TREATED),
            (COMPLAINT,),
            TREATED,
            "Kept until 22-Nov-2026, then held back",
        ),
        (
            Facts(last_treated_on=TREATED, holds=(Hold("x"),)),
            (COMPLAINT,),
            DUE,
            "Due since 23-Nov-2026, held back",
        ),
        (
            Facts(last_treated_on=TREATED, has_vital_interest=True),
            (),
            DUE,
            "May go in part from 23-Nov-2026",
        ),
        (Facts(last_treated_on=TREATED), (), DUE, "May go from 23-Nov-2026"),
        (Facts(), (), DUE, "Kept until a person decides"),
    ],
)
def test_the_record_says_it_in_a_few_words(
    facts: Facts, standing: tuple[Standing, ...], as_of: date, words: str
) -> None:
    assert line(disposition(facts, as_of), standing) == words


@pytest.mark.parametrize(("age", "words"), [(21, "21st"), (22, "22nd"), (23, "23rd"), (30, "30th")])
def test_birthdays_are_counted_as_people_say_them(age: int, words: str) -> None:
    facts = Facts(born_on=date(2009, 6, 1), last_treated_on=date(2019, 6, 2))
    setting = Setting(years=1, minor_age=age)
    assert f"to the {words} birthday (C4)" in told(facts, TREATED, setting=setting)


@pytest.mark.parametrize(
    ("parts", "words"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_parts_are_listed_as_a_sentence_has_them(parts: tuple[str, ...], words: str) -> None:
    assert listed(parts) == words


def test_a_blocker_has_a_title() -> None:
    assert Phrase("an open complaint").title == "Open complaint"


@given(MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, STANDINGS, DAYS, st.booleans(), st.sampled_from(Trigger))
def test_both_dates_and_every_blocker_are_always_in_the_sentence(
    born: date | None,
    treated: date | None,
    consulted: date | None,
    contact: date | None,
    died: date | None,
    standing: list[Standing],
    as_of: date,
    has_vital: bool,  # noqa: FBT001 - drawn
    trigger: Trigger,
) -> None:
    holds = tuple(Hold(one.blocker) for one in standing)
    facts = Facts(born, treated, consulted, contact, None, died, holds, has_vital)
    setting = Setting(trigger=trigger)
    found = disposition(facts, as_of, setting)
    words = sentence(found, facts, standing, setting)
    dates = [one for one in (found.anchor_on, found.retain_until) if one is not None]
    assert all(formats.day(one) in words for one in dates)
    assert len(dates) == (0 if found.status is Status.REVIEW or found.anchor_on is None else 2)
    assert all(one.words in words for one in standing)
    assert words.endswith(".")
    assert words.count("(C") >= 1
    if found.status is Status.DISPOSE_DUE:
        assert formats.day(found.dispose_from) in words

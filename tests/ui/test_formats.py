"""How things are written (NHS CUI)."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui import formats


def test_a_date_is_written_with_the_months_name() -> None:
    assert formats.day(date(1945, 7, 14)) == "14-Jul-1945"
    assert formats.day(None) == "Not known"
    assert formats.day(None, "Never") == "Never"


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_date_has_eleven_characters_and_can_be_read_back(day: date) -> None:
    written = formats.day(day)
    assert re.fullmatch(r"\d{2}-[A-Z][a-z]{2}-\d{4}", written)
    place = formats.MONTHS.index(written[3:6]) + 1
    assert date(int(written[7:]), place, int(written[:2])) == day


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("2026-07-14T13:05:09", "14-Jul-2026 14:05"),
        ("2026-01-14T13:05:09", "14-Jan-2026 13:05"),
        ("2026-03-28T23:59:59", "28-Mar-2026 23:59"),
        ("2026-06-30T23:30:00", "01-Jul-2026 00:30"),
    ],
)
def test_a_stored_moment_is_shown_on_the_clinics_clock(stored: str, expected: str) -> None:
    moment = datetime.fromisoformat(stored)
    assert formats.moment(moment) == expected
    assert formats.moment_to_second(moment) == f"{expected}:{stored[-2:]}"


def test_no_moment_is_a_dash() -> None:
    assert formats.moment(None) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("pence", "expected"),
    [
        (125_000, "£1,250.00"),
        (0, "£0.00"),
        (5, "£0.05"),
        (-1_234_567, "\N{MINUS SIGN}£12,345.67"),
        (None, "\N{EN DASH}"),
    ],
)
def test_money_has_pounds_commas_and_two_figures_of_pence(pence: int | None, expected: str) -> None:
    assert formats.money(pence) == expected


@given(st.integers(-(10**12), 10**12))
def test_money_loses_no_penny(pence: int) -> None:
    digits = re.sub(r"\D", "", formats.money(pence))
    assert int(digits) == abs(pence)


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (Decimal("20.000"), "unit", "20 units"),
        (Decimal("1.000"), "unit", "1 unit"),
        (Decimal("12.500"), "ml", "12.5 ml"),
        (Decimal("200.000"), "unit", "200 units"),
        (None, "unit", ""),
    ],
)
def test_a_dose_has_no_trailing_zeros(amount: Decimal | None, unit: str, expected: str) -> None:
    assert formats.dose(amount, unit) == expected


@pytest.mark.parametrize(
    ("born_on", "on", "expected"),
    [
        (date(1945, 7, 14), date(2006, 7, 14), "61y"),
        (date(1945, 7, 14), date(2006, 7, 13), "60y"),
        (date(2008, 11, 22), date(2026, 11, 22), "18y"),
        (date(2008, 11, 23), date(2026, 11, 22), "17y 11m"),
        (date(2009, 8, 20), date(2026, 11, 23), "17y 3m"),
        (date(2026, 8, 30), date(2026, 11, 23), "0y 2m"),
        (None, date(2026, 1, 1), ""),
        (date(2027, 1, 1), date(2026, 1, 1), ""),
    ],
)
def test_an_age_counts_months_under_eighteen(born_on: date | None, on: date, expected: str) -> None:
    assert formats.age(born_on, on) == expected


def test_the_dead_grow_no_older() -> None:
    born_on, died_on, today = date(1945, 7, 14), date(2020, 3, 2), date(2026, 1, 1)
    assert formats.born(born_on, today) == "14-Jul-1945 (80y)"
    assert formats.born(born_on, today, died_on) == "14-Jul-1945"
    assert formats.died(born_on, died_on) == "02-Mar-2020 (74y)"
    assert formats.died(None, died_on) == "02-Mar-2020"
    assert formats.born(None, today) == "Not known"


def test_a_name_has_its_family_part_first_in_capitals() -> None:
    assert formats.name("Hart", "Anna", "Ms") == "HART, Anna (Ms)"
    assert formats.name("Hart", "") == "HART"
    assert formats.name("", "") == "Not known"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("+447700900123", "07700 900123"),
        ("+442079460000", "020 7946 0000"),
        ("+33612345678", "+33 6 12 34 56 78"),
        ("none", "none"),
    ],
)
def test_a_number_is_written_as_it_is_dialled_here(stored: str, expected: str) -> None:
    assert formats.phone(stored) == expected


def test_words_and_counts_read_as_sentences_do() -> None:
    assert formats.words("thinking_it_over") == "Thinking it over"
    assert formats.counted(1, "treatment") == "1 treatment"
    assert formats.counted(1_200, "entry", "entries") == "1,200 entries"
    assert formats.sex("not_known") == formats.sex("anything else") == "Not known"

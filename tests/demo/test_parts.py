"""The small parts under the synthetic clinic: columns, the calendar, slips of the fingers."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lib.demo import columns, emails
from lib.demo.calendar import calendar, day_number, years_after
from lib.demo.catalogue import PRODUCTS, PROGRAMMES, PROTOCOLS
from lib.demo.columns import ABSENT
from lib.demo.likeness import typo

AS_OF = date(2026, 11, 20)
DAYS = calendar(AS_OF)


def days(*values: date) -> columns.Ints:
    return np.array([day_number(value) for value in values], dtype=np.int64)


def dated(numbers: columns.Ints) -> list[date]:
    return [date.fromordinal(int(number) + date(1970, 1, 1).toordinal()) for number in numbers]


def test_absent_days_instants_and_words_are_null() -> None:
    column = np.array([0, ABSENT], dtype=np.int64)
    assert columns.dates(column).to_pylist() == [date(1970, 1, 1), None]
    assert columns.instants(column).to_pylist() == [datetime(1970, 1, 1), None]  # noqa: DTZ001
    assert columns.coded(np.array([1, -1]), ("no", "yes")).to_pylist() == ["yes", None]
    assert columns.pick(pa.array(["a", "b"]), np.array([1, -1])).to_pylist() == ["b", None]


@given(st.lists(st.integers(min_value=0, max_value=2**33), min_size=1, max_size=50), st.integers(0))
def test_keys_are_valid_uuids_whatever_the_time(seconds: list[int], seed: int) -> None:
    keys = columns.uuids(np.random.default_rng(seed), np.array(seconds, dtype=np.int64))
    for key, second in zip(keys.to_pylist(), seconds, strict=True):
        parsed = UUID(key)
        assert str(parsed) == key
        assert (parsed.version, parsed.variant) == (7, "specified in RFC 4122")
        assert (parsed.int >> 80) // 1000 == second


def test_no_rows_are_no_rows() -> None:
    none = np.array([], dtype=np.int64)
    random = np.random.default_rng(1)
    assert len(columns.uuids(random, none)) == 0
    assert len(columns.weighted(random, (1, 2), 0)) == 0
    assert len(columns.places(none)) == 0


@given(st.lists(st.integers(0, 6), max_size=20))
def test_places_count_within_each_group(counts: list[int]) -> None:
    expected = [place for count in counts for place in range(count)]
    assert columns.places(np.array(counts, dtype=np.int64)).tolist() == expected


def test_weights_decide_how_often_a_code_is_drawn() -> None:
    drawn = columns.weighted(np.random.default_rng(1), (0.0, 1.0, 3.0), 20_000)
    shares = np.bincount(drawn, minlength=3) / 20_000
    assert shares[0] == 0
    assert abs(shares[1] - 0.25) < 0.02


def test_busy_time_and_days_belong_together_and_skip_closed_days() -> None:
    saturday, sunday, monday = date(2026, 6, 6), date(2026, 6, 7), date(2026, 6, 8)
    found = DAYS.open_on_or_after(days(saturday, sunday, monday, date(2025, 12, 25)))
    assert dated(found) == [saturday, monday, monday, date(2025, 12, 27)]


def test_a_lockdown_has_no_open_day() -> None:
    assert dated(DAYS.open_on_or_after(days(date(2020, 4, 1)))) == [date(2020, 7, 13)]


def test_newcomers_come_from_the_first_year_to_the_last() -> None:
    joined = DAYS.joined_on(np.array([0.0, 0.5, 0.999999]))
    assert dated(joined)[0].year == 2014
    assert dated(joined)[2] < AS_OF
    assert list(joined) == sorted(joined)


def test_london_time_is_an_hour_ahead_in_summer_only() -> None:
    for day in (date(2026, 1, 15), date(2026, 7, 15)):
        local = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/London"))
        wall = day_number(day) * 86_400 + 9 * 3600
        assert DAYS.in_utc(np.array([wall]))[0] == int(local.timestamp())


def test_the_anniversary_of_a_leap_day_is_the_first_of_march() -> None:
    later = years_after(days(date(2004, 2, 29), date(2000, 5, 31), date(2006, 2, 28)), 18)
    assert dated(later) == [date(2022, 3, 1), date(2018, 5, 31), date(2024, 2, 28)]


@given(st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=14),
       st.integers(0, 1000))  # fmt: skip
def test_a_slip_changes_a_name_by_one_or_two_letters(name: str, seed: int) -> None:
    slipped = typo(np.random.default_rng(seed), name)
    assert slipped
    assert abs(len(slipped) - len(name)) <= 1
    assert slipped[0] == name[0]


def test_names_are_folded_for_emails() -> None:
    assert emails.folded("Łukasz O'Brień-Gülsüm") == "lukaszobriengulsum"
    assert emails.folded("Fat\u0131ma") == "fatima"


def test_every_protocol_has_products_and_the_first_of_a_programme_is_always_offered() -> None:
    by_name = {product.name: product for product in PRODUCTS}
    for protocol in PROTOCOLS:
        assert all(name in by_name for name in protocol.products)
        assert len({by_name[name].unit for name in protocol.products}) == 1
    for programme in range(PROGRAMMES):
        first = next(p for p in PROTOCOLS if p.programme == programme)
        assert any(by_name[name].since == 0 and by_name[name].until > 12 for name in first.products)

"""What the forecast says: figures in each measure, its table, and how it was tried."""

from lib.domain.retention import Setting, Trigger
from lib.domain.retention_forecast import Span, Tried
from lib.domain.retention_schedule import Heap
from lib.services.retention.forecasting import Ahead
from lib.ui.retention import forecast_words as words
from lib.ui.retention.chart import BYTES, PICTURES, RECORDS

MARCH = 2027 * 12 + 2
ONE = Ahead(Span(MARCH, 20, 10.0, 7.0, 14.0), Heap(20, 60, 4_000_000_000))
NONE = Ahead(Span(MARCH + 1, 0, 2.25, 1.0, 4.0), Heap())


def test_pictures_and_bytes_go_with_the_records_as_the_schedule_has_them() -> None:
    assert words.scheduled(ONE, RECORDS) == 20
    assert words.expected(ONE, RECORDS) == 10
    assert (words.scheduled(ONE, PICTURES), words.expected(ONE, PICTURES)) == (60, 30)
    assert words.bounds(ONE, BYTES) == (1.4, 2.8)
    assert words.expected(NONE, PICTURES) == 0


def test_few_records_are_told_to_a_tenth_and_sizes_in_their_unit() -> None:
    assert words.told(ONE, RECORDS) == "about 10 (7 to 14)"
    assert words.told(NONE, RECORDS) == "about 2.2 (1 to 4)"
    assert words.told(ONE, BYTES) == "about 2.0 GB (1.4 GB to 2.8 GB)"
    assert words.figure(1234.4, RECORDS) == "1,234"


def test_the_table_tells_schedule_and_expectation_apart() -> None:
    certain = Ahead(Span(MARCH, 3, 3.0, 3.0, 3.0), Heap(3))
    assert words.table([ONE, certain], RECORDS, by_year=False).rows == (
        ("Mar 2027", "20", "10", "7 to 14"),
        ("Mar 2027", "3", "3", "3"),
    )
    assert words.table([ONE], PICTURES, by_year=True).rows == (("2027", "60", "30", "21 to 42"),)


def test_how_it_was_tried_is_one_sentence() -> None:
    months = (Span(MARCH, 10, 9.0, 8.0, 10.0), Span(MARCH + 1, 10, 9.0, 8.0, 10.0))
    assert words.tried(Tried(months, (8, 7))) == (
        "In the last 2 months the actual number lay in the interval in 1 of 2 months; the "
        "expectation was off by 20 % in all, the schedule alone by 33 % (month by month by 20 % "
        "and 33 %)."
    )
    assert words.tried(Tried(months, (0, 0))) == (
        "Nothing expired in the 2 months before, so the estimate could not be tried on them."
    )
    assert (words.share(0), words.share(-0.0184)) == ("0 %", "1.8 %")


def test_settings_are_told_in_short() -> None:
    assert words.settings(Setting()) == "7 years, enquiries 24 months"
    other = Setting(Trigger.CLINICAL_CONTACT, years=1)
    assert words.settings(other) == "1 year, enquiries 24 months, consultations count"

"""The number that stands for a record that is gone, however it is typed."""

import pytest

from lib.domain.disposal_number import normalise_disposal_number


@pytest.mark.parametrize("typed", ["D-000012", "d12", " D - 000 012 ", "d-0000000000012"])
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_disposal_number(typed) == "D-000012"


@pytest.mark.parametrize("typed", ["", "D", "D-", "12", "J00012K", "D-12x", "D-1234567890123"])
def test_what_is_no_number_of_disposal_is_none(typed: str) -> None:
    assert normalise_disposal_number(typed) is None


def test_a_long_number_keeps_its_digits() -> None:
    assert normalise_disposal_number("D1234567") == "D-1234567"

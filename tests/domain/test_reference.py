"""The reference's form, its check letter and what people make of it when typing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.reference import (
    is_reference,
    normalise_reference,
    reference_of,
    references_of,
)

NUMBERS = st.integers(min_value=0, max_value=99_999_999)


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        (0, "J00000P"),
        (1, "J00001Q"),
        (42, "J00042K"),
        (99_999, "J99999J"),
        (1_234_567, "J1234567K"),
    ],
)
def test_a_number_has_its_reference(number: int, reference: str) -> None:
    assert reference_of(number) == reference


def test_a_negative_number_has_none() -> None:
    with pytest.raises(ValueError, match="not negative"):
        reference_of(-1)


def test_many_references_keep_their_order() -> None:
    assert references_of(range(41, 44)) == [reference_of(n) for n in (41, 42, 43)]


@given(NUMBERS)
def test_every_reference_has_the_promised_form(number: int) -> None:
    assert re.fullmatch(r"J\d{5,}[A-HJ-NP-RT-Z]", reference_of(number))


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_noticed(number: int, data: st.DataObject) -> None:
    reference = reference_of(number)
    place = data.draw(st.integers(min_value=1, max_value=len(reference) - 2))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))
    assert not is_reference(reference[:place] + digit + reference[place + 1 :])


@given(NUMBERS, st.data())
def test_two_neighbouring_digits_swapped_are_noticed(number: int, data: st.DataObject) -> None:
    reference = reference_of(number)
    place = data.draw(st.integers(min_value=1, max_value=len(reference) - 3))
    swapped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    assert is_reference(swapped) == (swapped == reference)


@pytest.mark.parametrize(
    "typed", ["J00042K", "j00042k", " j-00042 k ", "J42K", "JO0042K", "J0004 2K", "joo042k"]
)
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_reference(typed) == "J00042K"


@pytest.mark.parametrize(
    "typed", ["", "J", "K", "J00042", "00042K", "J00042J", "JK", "J00042KK", "Jones", "J4²K"]
)
def test_other_text_is_no_reference(typed: str) -> None:
    assert normalise_reference(typed) is None
    assert not is_reference(typed)

"""What each part of the typed text may stand for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.reference import reference_of
from lib.domain.search.query import MOST_TOKENS, Token, digits_of_phone, parse

TODAY = date(2026, 11, 23)


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of the text."""
    return parse(text, TODAY).tokens


def words(text: str) -> list[str]:
    """Return the name words of the text."""
    return [token.word for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smith, john", ["smith", "john"]),
        ("John (Liz) SMITH", ["john", "liz", "smith"]),
        ("o'brien", ["o", "brien"]),
        ("smith-jones", ["smith", "jones"]),
        ("Seán", ["sean"]),
        ("", []),
        (" ' -- ", []),
    ],
)
def test_letters_are_names(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("07700 900417", "07700900417"),
        ("+44 7700 900417", "447700900417"),
        ("+44 (0)7700 900417", "447700900417"),
        ("0044 7700 900417", "447700900417"),
        ("(0113) 496-0417", "01134960417"),
    ],
)
def test_a_phone_number_is_read_however_it_is_spaced(typed: str, digits: str) -> None:
    assert digits_of_phone(typed) == digits
    assert tokens(typed)[0].phone == digits
    assert len(tokens(typed)) == 1


@pytest.mark.parametrize("typed", ["417", "4417", "900417"])
def test_the_end_of_a_phone_number_needs_three_digits(typed: str) -> None:
    assert tokens(typed)[0].phone == typed
    assert tokens("17")[0].phone == ""


@pytest.mark.parametrize(
    ("typed", "postcode"),
    [("sw1a 1aa", "SW1A1AA"), ("SW1A1AA", "SW1A1AA"), ("ls1", "LS1"), ("m1 1", "M11")],
)
def test_a_postcode_is_read_whole_or_in_part(typed: str, postcode: str) -> None:
    (token,) = tokens(typed)
    assert token.postcode == postcode


def test_an_email_address_keeps_its_signs() -> None:
    assert tokens("Liz.Smith+1@Example.com smith")[0].email == "liz.smith+1@example.com"


def test_a_lone_at_sign_is_nothing() -> None:
    assert tokens("@") == ()


def test_a_reference_is_read_with_what_people_leave_out() -> None:
    written = reference_of(42)
    typed = written.replace("00", "").lower()
    assert typed != written.lower()
    assert tokens(typed)[0].code == tokens(written)[0].code == written.lower()


def test_one_run_of_digits_may_be_several_things() -> None:
    (token,) = tokens("19450714")
    assert token.kinds() == ("born", "phone", "postcode", "code")


def test_a_mix_is_read_in_its_order() -> None:
    found = tokens("liz 14/7/1945 sw1a 1aa 4417")
    assert [token.text for token in found] == ["liz", "14/7/1945", "sw1a 1aa", "4417"]


def test_a_month_that_is_a_name_too_can_be_read_apart() -> None:
    (token,) = tokens("april 1990")
    assert token.born
    assert [part.text for part in token.parts] == ["april", "1990"]


def test_a_name_in_syllables_can_be_read_apart() -> None:
    (token,) = tokens("王小明")
    assert token.word == "wangxiaoming"
    assert [part.word for part in token.parts] == ["wang", "xiao", "ming"]


def test_a_number_with_letters_can_be_read_apart() -> None:
    (token,) = tokens("rec-223-org")
    assert token.code == "rec-223-org"
    assert [part.text for part in token.parts] == ["rec", "223", "org"]


def test_figures_that_are_no_date_are_read_as_something_else() -> None:
    (token,) = tokens("14-123-345")
    assert not token.born
    assert token.phone == "14123345"
    assert words("july") == ["july"]


def test_a_query_that_is_too_long_is_cut_and_says_so() -> None:
    query = parse("a " * 50, TODAY)
    assert len(query.tokens) == MOST_TOKENS
    assert query.is_cut


def test_the_kinds_say_nothing_of_the_text() -> None:
    assert parse("smith 14/7/1945", TODAY).kinds() == "born phone word"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for token in tokens(text):
        assert token.kinds()

"""Folding of written names into searchable words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.search.folding import fold, forms


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Seán", "sean"),
        ("O\u2019Brien", "obrien"),
        ("SMITH-JONES", "smith jones"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("Γιώργος", "giorgos"),
        ("Наталья", "natalya"),
        ("  two   words ", "two words"),
        ("!!!", ""),
    ],
)
def test_folding_leaves_plain_small_letters(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Smith", ("smith",)),
        ("O'Brien", ("obrien", "o", "brien")),
        ("Smith-Jones", ("smithjones", "smith", "jones")),
        ("Smith-O'Neill", ("smithoneill", "smith", "oneill", "o", "neill")),
        ("Müller", ("muller", "mueller")),
        ("小明", ("xiaoming", "xiao", "ming")),
        ("Наталья", ("natalya",)),
        ("St.", ("st",)),
        ("-", ()),
        ("", ()),
    ],
)
def test_a_written_word_is_found_by_each_of_its_forms(written: str, found: tuple[str, ...]) -> None:
    assert forms(written) == found


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_folding_gives_only_plain_words_one_space_apart(text: str) -> None:
    folded = fold(text)
    assert folded.replace(" ", "").isalnum() or not folded
    assert folded == " ".join(folded.split())
    assert folded.isascii()


@given(st.text(max_size=20).filter(lambda text: not text.isspace()))
def test_every_form_is_one_folded_word(text: str) -> None:
    for form in forms(text):
        assert fold(form) == form
        assert " " not in form

"""Which words on file a typed word may mean."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from lib.search.vocabulary import Vocabulary, most_edits

WORDS = sorted(
    {"smith", "smyth", "smithson", "jones", "catherine", "katherine", "kathryn", "jon", "x9",
     "elizabeth", "stephenson", "li", "wolfeschlegelsteinhausenbergerdorff"}
)  # fmt: skip
VOCABULARY = Vocabulary.of(WORDS)
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=12)


def words(numbers: list[int]) -> set[str]:
    """Return the words with these numbers."""
    return {WORDS[number] for number in numbers}


def test_a_word_is_found_by_itself_and_another_is_not() -> None:
    assert WORDS[VOCABULARY.exact("smith") or 0] == "smith"
    assert VOCABULARY.exact("smit") is None
    assert VOCABULARY.exact("zzz") is None


def test_a_beginning_gives_the_range_of_its_words() -> None:
    low, end = VOCABULARY.prefix("smith")
    assert WORDS[low:end] == ["smith", "smithson"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("smiht", {"smith", "smyth"}), ("jno", {"jon"}), ("elisabet", {"elizabeth"}), ("lu", set())],
)
def test_a_misspelt_word_leads_to_the_words_near_it(typed: str, found: set[str]) -> None:
    assert words([number for number, _ in VOCABULARY.near(typed)]) == found


def test_a_very_long_word_may_be_misspelt_too() -> None:
    typed = "wolfeschlegelsteinhausenbergerdorf"
    assert VOCABULARY.near(typed) == [(WORDS.index(typed + "f"), 1)]


@pytest.mark.parametrize(("typed", "found"), [("stehpen", {"stephenson"}), ("step", set())])
def test_a_misspelt_beginning_leads_to_the_whole_word(typed: str, found: set[str]) -> None:
    assert words(VOCABULARY.near_prefix(typed)) == found


def test_words_that_sound_alike_are_found_and_itself_is_not() -> None:
    assert "smyth" in words(VOCABULARY.sounding("smith"))
    assert "smith" not in words(VOCABULARY.sounding("smith"))
    assert VOCABULARY.sounding("9") == []


def test_no_slip_is_forgiven_beside_figures_or_in_two_letters() -> None:
    assert [most_edits(word) for word in ("x9abc", "li", "jon", "smith")] == [0, 0, 1, 2]


def test_an_empty_vocabulary_answers_nothing() -> None:
    empty = Vocabulary.of([])
    assert empty.exact("a") is None
    assert empty.near("smith") == []
    assert empty.sounding("smith") == []
    assert empty.near_prefix("stephen") == []


@given(st.sets(NAMES, min_size=1, max_size=60), NAMES)
def test_the_quick_comparison_misses_no_word_that_is_near(known: set[str], typed: str) -> None:
    ordered = sorted(known)
    found = {ordered[number] for number, _ in Vocabulary.of(ordered).near(typed)}
    edits = {word: OSA.distance(typed, word) for word in known}
    once = {word for word in known if edits[word] == 1 <= most_edits(typed)}
    twice = {word for word in known if edits[word] == 2 == most_edits(typed)}
    assert found == once | {word for word in twice if word[0] == typed[0]}

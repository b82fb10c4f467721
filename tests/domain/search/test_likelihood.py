"""The weights of lookup."""

import math

from lib.domain.search import likelihood
from lib.domain.search.dates import Nearness


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    assert likelihood.weight(1, 1000) > likelihood.weight(100, 1000)


def test_nothing_is_rarer_than_a_hundredth_of_a_patient() -> None:
    assert likelihood.weight(0, 1000) == likelihood.weight(likelihood.RAREST, 1000)


def test_a_wrong_date_is_as_likely_as_any_other_day() -> None:
    unused = likelihood.weight(0, 1_000_000, is_unused_date=True)
    assert unused == likelihood.weight(1_000_000 / likelihood.DAYS_OF_BIRTH, 1_000_000)


def test_one_edit_is_likelier_than_two_and_a_first_letter_is_seldom_wrong() -> None:
    one = likelihood.of_misspelling("smoth", "smith", 1, sounds_alike=False)
    two = likelihood.of_misspelling("smoht", "smith", 2, sounds_alike=False)
    first = likelihood.of_misspelling("amith", "smith", 1, sounds_alike=False)
    assert one > first > two


def test_a_word_alike_by_sound_and_letters_is_likelier_than_by_either() -> None:
    both = likelihood.of_misspelling("smyth", "smith", 1, sounds_alike=True)
    by_letters = likelihood.of_misspelling("smyth", "smith", 1, sounds_alike=False)
    by_sound = likelihood.of_misspelling("smyth", "smith", 0, sounds_alike=True)
    assert both > max(by_letters, by_sound)


def test_the_same_code_of_sounds_is_not_enough() -> None:
    assert likelihood.is_same_sound("smyth", "smith")
    assert not likelihood.is_same_sound("ian", "hannah")


def test_the_more_of_a_word_is_typed_the_likelier_it_is() -> None:
    assert likelihood.of_prefix("eliza", "elizabeth") > likelihood.of_prefix("el", "elizabeth")
    assert likelihood.of_prefix("eliza", "elizabeth") < likelihood.EXACT


def test_a_name_heard_badly_resembles_the_one_that_was_meant() -> None:
    assert likelihood.resembles("kristof", "krzysztof")
    assert not likelihood.resembles("kyle", "rosie")


def test_two_figures_wrong_are_likelier_than_any_other_date() -> None:
    another = likelihood.WRONG - math.log(likelihood.DAYS_OF_BIRTH)
    two = likelihood.DATE_SLIPS[Nearness.TWO_FIGURES]
    assert another < two < likelihood.DATE_SLIPS[Nearness.OTHER_YEAR]

"""How likely a record is meant, given what was typed: the weights of lookup, in natural logs.

A part that fits a record says `log P(typed | record)` more for it; a part that fits none of its
values says that the part is wrong (`WRONG`) and only came about by chance, which is the less likely
the rarer it is. This is the record linkage of Fellegi and Sunter, read from the typed side.
"""

import math

from rapidfuzz.distance import JaroWinkler

from lib.domain.search.dates import Nearness

# So often what is typed has nothing to do with the record that is meant. Names change (marriage,
# a name for everyday use, another script), a date of birth does not.
WRONG = math.log(0.02)
WRONG_NAME = math.log(0.06)
# A small clinic's names are too few to tell what is rare: they count as a sample of so many.
FEWEST_PATIENTS = 10_000
# Below this chance nothing is surer: a hundredth of one patient.
RAREST = 0.01

# A name heard or copied badly is more than two slips away and still resembles the one that was
# meant (Kristof, Krzysztof). One in 700 typed names is so, an estimate; of the wrong names one in
# 200 is by chance: together six times as many as by chance alone.
RESEMBLANCE = 0.8
RESEMBLING = math.log(6)

# Jaro-Winkler similarity from which two words of one sound are twins (Smith, Smyth: 0.89).
ALIKE = 0.78

EXACT = 0.0
PREFIX = -1.0
PREFIX_PER_LETTER = -0.1
NICKNAME = -2.5
SAME_SOUND = -5.5
# Alike by sound and by letters, it is the likelier meant.
SOUND_AND_EDITS = 1.0
ONE_EDIT = -6.5
TWO_EDITS = -10.5
NEAR_PREFIX = -9.0
OTHER_FIRST_LETTER = -1.0

PHONE_START = -0.5
PHONE_SLIP = -7.0
EMAIL_START = -0.5
POSTCODE_START = -0.5
CODE_START = -1.0
OTHER_READING = -0.7
PART_OF_DATE = -1.0
WRONG_ORDER = -1.0
BARE_DATE = -0.7
# To read the query with a part split up or two names joined takes some believing.
READ_OTHERWISE = -1.5
# A name on the record that was not typed; and a name that the patient no longer has.
UNTYPED_NAME = -0.25
FORMER = -0.5
# A wrong date of birth may be any: so many days are as good as another.
DAYS_OF_BIRTH = 36_500

DATE_SLIPS = {
    Nearness.SWAPPED: -4.5,
    Nearness.TRANSPOSED: -6.5,
    Nearness.ONE_FIGURE: -8.0,
    Nearness.OTHER_MONTH: -9.0,
    Nearness.OTHER_DAY: -9.5,
    Nearness.OTHER_YEAR: -11.5,
    # A seventh as often as one, and of ten times as many days.
    Nearness.TWO_FIGURES: -12.5,
}


def weight(
    chance: float, patients: int, *, is_name: bool = False, is_unused_date: bool = False
) -> float:
    """Return what a part that fits exactly counts for, in nats.

    `chance` is the expected number of the clinic's patients whom the part fits by chance, each
    counted by how well it fits. `is_unused_date` tells of a whole date on which nobody was born:
    as a wrong date it is as likely as any other day.
    """
    if is_unused_date:
        chance = max(chance, patients / DAYS_OF_BIRTH)
    wrong = WRONG_NAME if is_name else WRONG
    return -wrong - math.log(max(chance, RAREST) / max(patients, FEWEST_PATIENTS))


def of_misspelling(typed: str, word: str, edits: int, *, sounds_alike: bool) -> float:
    """Return the likelihood of typing `typed` for `word`, so many edits away (0: only by sound)."""
    by_sound = SAME_SOUND + (SOUND_AND_EDITS if edits else 0) if sounds_alike else -math.inf
    by_edits = {0: -math.inf, 1: ONE_EDIT}.get(edits, TWO_EDITS)
    if edits and typed[:1] != word[:1]:
        by_edits += OTHER_FIRST_LETTER
    return max(by_sound, by_edits)


def is_same_sound(typed: str, word: str) -> bool:
    """Tell whether two words with one metaphone code are alike enough to be taken for twins.

    The code forgets vowels, so that Hannah and Ian would meet without this.
    """
    return JaroWinkler.similarity(typed, word) >= ALIKE


def resembles(typed: str, word: str) -> bool:
    """Tell whether a name is more like the typed one than two strangers' names are."""
    return JaroWinkler.similarity(typed, word, score_cutoff=RESEMBLANCE) > 0


def of_prefix(typed: str, word: str) -> float:
    """Return the likelihood of having typed only the beginning `typed` of `word` so far."""
    return PREFIX / 2 + PREFIX_PER_LETTER * min(len(word) - len(typed), 10)

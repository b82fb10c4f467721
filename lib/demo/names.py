"""Names of synthetic people: frequent ones by Zipf's law, rare ones composed as a language would.

Half of a million real people share a few hundred names, and the rest have a hundred thousand
between them; a search is only tested by both.
"""

from dataclasses import dataclass

import numpy as np

from lib.demo import lexicon
from lib.demo.columns import Flags, Ints, Random, Texts, chance, weighted

# Culture, share of patients, share of rare family names, share of rare given names.
CULTURES = (
    ("english", 0.560, 0.26, 0.10),
    ("scottish", 0.050, 0.25, 0.04),
    ("welsh", 0.030, 0.20, 0.04),
    ("irish", 0.050, 0.25, 0.04),
    ("punjabi", 0.035, 0.25, 0.45),
    ("hindu", 0.040, 0.40, 0.45),
    ("pakistani", 0.055, 0.35, 0.45),
    ("bengali", 0.010, 0.0, 0.0),
    ("polish", 0.035, 0.60, 0.0),
    ("romanian", 0.022, 0.55, 0.0),
    ("yoruba", 0.020, 0.60, 0.35),
    ("igbo", 0.010, 0.55, 0.0),
    ("ghanaian", 0.010, 0.45, 0.0),
    ("chinese", 0.018, 0.0, 0.60),
    ("arabic", 0.017, 0.50, 0.0),
    ("turkish", 0.010, 0.55, 0.0),
    ("greek", 0.010, 0.55, 0.0),
    ("ukrainian", 0.009, 0.55, 0.0),
    ("portuguese", 0.014, 0.50, 0.0),
    ("vietnamese", 0.004, 0.0, 0.0),
    ("mononym", 0.001, 0.0, 0.0),
)
BRITISH = frozenset({"english", "scottish", "welsh", "irish"})
MONONYM = len(CULTURES) - 1
# Given names go out of fashion; each list is for those born from its year on.
ERAS = (1930, 1955, 1975, 1990)
MIDDLE_SHARE = 0.28
OWN_LIST_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Names:
    """Names by row; the `_script` columns are None where the own script is not on the list."""

    given: Texts
    family: Texts
    given_script: Texts
    family_script: Texts


def cultures(random: Random, rows: int) -> Ints:
    """Return a culture code a row."""
    return weighted(random, [share for _, share, _, _ in CULTURES], rows)


def draw(random: Random, culture: Ints, is_female: Flags, birth_year: Ints) -> Names:
    """Return a name a row that suits culture, sex and year of birth."""
    rows = len(culture)
    names = Names(*(np.full(rows, None, dtype=np.object_) for _ in range(4)))
    for code, (word, _, rare_family, rare_given) in enumerate(CULTURES):
        at = np.flatnonzero(culture == code)
        if not len(at):
            continue
        _fill_given(random, names, at, (word, rare_given), is_female, birth_year)
        _fill_family(random, names, at, (word, rare_family), is_female)
    return names


def families(random: Random, culture: Ints, is_female: Flags) -> Texts:
    """Return another family name a row of the same culture, as by marriage or before it."""
    names = Names(*(np.full(len(culture), None, dtype=np.object_) for _ in range(4)))
    for code, (word, _, rare, _) in enumerate(CULTURES):
        at = np.flatnonzero(culture == code)
        if len(at):
            _fill_family(random, names, at, (word, rare), is_female)
    return names.family


def _fill_family(
    random: Random, names: Names, at: Ints, style: tuple[str, float], is_female: Flags
) -> None:
    word, rare = style
    lists = lexicon.names()
    frequent = lists.get((word, "family"))
    if frequent is None:
        # A person with one name has it where the family name stands.
        names.family[at], names.given[at] = names.given[at], ""
        return
    chosen = weighted(random, frequent.weights, len(at))
    female = is_female[at]
    names.family[at] = np.where(female, frequent.female[chosen], frequent.male[chosen])
    names.family_script[at] = np.where(
        female, frequent.female_script[chosen], frequent.male_script[chosen]
    )
    composed = at[chance(random, rare, len(at))] if rare else at[:0]
    if not len(composed):
        return
    names.family[composed] = _composed(random, word, "family", is_female[composed])
    names.family_script[composed] = None


def _fill_given(
    random: Random,
    names: Names,
    at: Ints,
    style: tuple[str, float],
    is_female: Flags,
    birth_year: Ints,
) -> None:
    word, rare = style
    for part, chosen in (("female", at[is_female[at]]), ("male", at[~is_female[at]])):
        _fill_frequent_given(random, names, chosen, (word, part), birth_year)
        composed = chosen[chance(random, rare, len(chosen))]
        if (word, f"{part}_start") in lexicon.names():
            names.given[composed] = _composed(random, word, part, is_female[composed])
            names.given_script[composed] = None
        share = MIDDLE_SHARE if word in BRITISH else 0.0
        middle = chosen[chance(random, share, len(chosen))]
        names.given[middle] = names.given[middle] + " " + random.permutation(names.given[middle])


def _fill_frequent_given(
    random: Random, names: Names, at: Ints, style: tuple[str, str], birth_year: Ints
) -> None:
    word, part = style
    lists = lexicon.names()
    by_era = at[chance(random, 1 - OWN_LIST_SHARE, len(at))] if word in BRITISH else at[:0]
    own = lists.get(style)
    if own is None:
        by_era = at
    else:
        _fill_from(random, names, at, own)
    for era, until in zip(ERAS, (*ERAS[1:], 9999), strict=True):
        years = birth_year[by_era]
        born_then = by_era[(years < until) & ((years >= era) | (era == ERAS[0]))]
        _fill_from(random, names, born_then, lists["english", f"{part}_{era}"])


def _fill_from(random: Random, names: Names, at: Ints, words: lexicon.Words) -> None:
    chosen = weighted(random, words.weights, len(at))
    names.given[at] = words.male[chosen]
    names.given_script[at] = words.male_script[chosen]


def _composed(random: Random, word: str, part: str, is_female: Flags) -> Texts:
    lists = lexicon.names()
    rows = len(is_female)
    start = lists[word, f"{part}_start"]
    end = lists[word, f"{part}_end"]
    starts = start.male[random.integers(0, len(start), rows)]
    chosen = random.integers(0, len(end), rows)
    ends = np.where(is_female, end.female[chosen], end.male[chosen])
    link = lists.get((word, f"{part}_link"))
    if link is not None:
        starts = starts + link.male[random.integers(0, len(link), rows)]
    if word == "scottish":
        clans = np.isin(starts.astype(str), ["Mac", "Mc"])
        ends[clans] = [ending.capitalize() for ending in ends[clans]]
    return np.asarray(starts + ends, dtype=np.object_)

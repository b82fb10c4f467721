"""Names of synthetic people: frequent ones by Zipf's law, rare ones composed as a language would.

Half of a million real people share a few hundred names, and the rest have a hundred thousand
between them; a search is only tested by both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lib.demo import lexicon
from lib.demo.columns import Flags, Ints, Random, Texts, chance, weighted

# Culture, share of patients, share of rare family names, share of rare given names.
CULTURES = (
    ("english", 0.558, 0.26, 0.10),
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
    ("mononym", 0.003, 0.0, 0.0),
)
BRITISH = frozenset({"english", "scottish", "welsh", "irish"})
MONONYM = len(CULTURES) - 1
# Given names go out of fashion; each list is for those born from its year on.
ERAS = (1930, 1955, 1975, 1990)
MIDDLE_SHARE = 0.28
DOUBLE_SHARE = 0.025
OWN_LIST_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Names:
    """Names by row; the `_script` columns are None where the own script is not on the list."""

    given: Texts
    family: Texts
    given_script: Texts
    family_script: Texts

    def at(self, rows: Ints) -> "Names":
        """Return the names of the chosen rows."""
        return Names(
            self.given[rows], self.family[rows], self.given_script[rows], self.family_script[rows]
        )

    @property
    def has_given_script(self) -> Flags:
        """Tell whose given name is known in its own script."""
        return np.array([word is not None for word in self.given_script], dtype=np.bool_)

    @property
    def has_family_script(self) -> Flags:
        """Tell whose family name is known in its own script."""
        return np.array([word is not None for word in self.family_script], dtype=np.bool_)


def cultures(random: Random, rows: int) -> Ints:
    """Return a culture code a row."""
    return weighted(random, [share for _, share, _, _ in CULTURES], rows)


def draw(random: Random, culture: Ints, is_female: Flags, birth_year: Ints) -> Names:
    """Return a name a row that suits culture, sex and year of birth."""
    draft = _draft(random, culture, is_female, birth_year)
    for word, rare_family, rare_given, at in _by_culture(culture):
        _fill_given(draft, word, rare_given, at)
        _fill_family(draft, word, rare_family, at)
    return draft.names


def families(random: Random, culture: Ints, is_female: Flags) -> Texts:
    """Return another family name a row of the same culture, as by marriage or before it."""
    draft = _draft(random, culture, is_female, np.zeros(len(culture), dtype=np.int64))
    for word, rare_family, _, at in _by_culture(culture):
        _fill_family(draft, word, rare_family, at)
    return draft.names.family


@dataclass(frozen=True, slots=True)
class _Draft:
    """Names being filled in, and what decides them."""

    random: Random
    names: Names
    is_female: Flags
    birth_year: Ints


def _draft(random: Random, culture: Ints, is_female: Flags, birth_year: Ints) -> _Draft:
    empty = (np.full(len(culture), None, dtype=np.object_) for _ in range(4))
    return _Draft(random, Names(*empty), is_female, birth_year)


def _by_culture(culture: Ints) -> Iterator[tuple[str, float, float, Ints]]:
    for code, (word, _, rare_family, rare_given) in enumerate(CULTURES):
        at = np.flatnonzero(culture == code)
        if len(at):
            yield word, rare_family, rare_given, at


def _fill_family(draft: _Draft, word: str, rare: float, at: Ints) -> None:
    random, names = draft.random, draft.names
    frequent = lexicon.names().get((word, "family"))
    if frequent is None:
        # A person with one name has it where the family name stands.
        names.family[at], names.given[at] = names.given[at], ""
        return
    chosen = weighted(random, frequent.weights, len(at))
    female = draft.is_female[at]
    names.family[at] = np.where(female, frequent.female[chosen], frequent.male[chosen])
    names.family_script[at] = np.where(
        female, frequent.female_script[chosen], frequent.male_script[chosen]
    )
    if rare:
        composed = at[chance(random, rare, len(at))]
        names.family[composed] = _composed(draft, word, "family", composed)
        names.family_script[composed] = None
    _join_two(draft, word, at)


def _join_two(draft: _Draft, word: str, at: Ints) -> None:
    """Give a few of the British a double-barrelled name."""
    if word not in BRITISH:
        return
    names = draft.names
    both = at[chance(draft.random, DOUBLE_SHARE, len(at))]
    other = draft.random.permutation(names.family[both])
    differ = names.family[both] != other
    names.family[both[differ]] = names.family[both[differ]] + "-" + other[differ]


def _fill_given(draft: _Draft, word: str, rare: float, at: Ints) -> None:
    random, names = draft.random, draft.names
    female = draft.is_female[at]
    for part, chosen in (("female", at[female]), ("male", at[~female])):
        _fill_frequent_given(draft, word, part, chosen)
        if (word, f"{part}_start") in lexicon.names():
            composed = chosen[chance(random, rare, len(chosen))]
            names.given[composed] = _composed(draft, word, part, composed)
            names.given_script[composed] = None
        if word in BRITISH:
            _add_middle_names(draft, chosen)


def _add_middle_names(draft: _Draft, at: Ints) -> None:
    given = draft.names.given
    middle = at[chance(draft.random, MIDDLE_SHARE, len(at))]
    second = draft.random.permutation(given[middle])
    differ = given[middle] != second
    given[middle[differ]] = given[middle[differ]] + " " + second[differ]


def _fill_frequent_given(draft: _Draft, word: str, part: str, at: Ints) -> None:
    lists = lexicon.names()
    own = lists.get((word, part))
    by_era = at
    if own is not None:
        _fill_from(draft, at, own)
        keep = 1 - OWN_LIST_SHARE if word in BRITISH else 0.0
        by_era = at[chance(draft.random, keep, len(at))]
    years = draft.birth_year[by_era]
    for era, until in zip(ERAS, (*ERAS[1:], 9999), strict=True):
        born_then = (years < until) & ((years >= era) | (era == ERAS[0]))
        _fill_from(draft, by_era[born_then], lists["english", f"{part}_{era}"])


def _fill_from(draft: _Draft, at: Ints, words: lexicon.Words) -> None:
    chosen = weighted(draft.random, words.weights, len(at))
    draft.names.given[at] = words.male[chosen]
    draft.names.given_script[at] = words.male_script[chosen]


def _composed(draft: _Draft, word: str, part: str, at: Ints) -> Texts:
    """Return rare names put together from the beginnings and endings of a language."""
    lists, random, rows = lexicon.names(), draft.random, len(at)
    start = lists[word, f"{part}_start"]
    end = lists[word, f"{part}_end"]
    starts = start.male[random.integers(0, len(start), rows)]
    chosen = random.integers(0, len(end), rows)
    ends = np.where(draft.is_female[at], end.female[chosen], end.male[chosen])
    link = lists.get((word, f"{part}_link"))
    if link is not None:
        starts = starts + link.male[random.integers(0, len(link), rows)]
    if word == "scottish":
        clans = np.isin(starts.astype(str), ["Mac", "Mc"])
        ends[clans] = [ending.capitalize() for ending in ends[clans]]
    return np.asarray(starts + ends, dtype=np.object_)

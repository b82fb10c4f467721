"""People who are easily taken for one another: twins, namesakes, and one person recorded twice.

Changes a drawn crowd in place. Keeps to neighbours of one batch, so that batches stay apart.
"""

from dataclasses import dataclass

import numpy as np

from lib.demo import emails, lexicon, names
from lib.demo.columns import Flags, Ints, Random, Texts, chance, weighted
from lib.demo.crowd import TREATED, TURNED_AWAY, Crowd, postcodes

DUPLICATE_SHARE = 0.025
TWIN_SHARE = 0.003
NAMESAKE_SHARE = 0.003
FARTHEST = 400
# What went wrong when somebody was recorded a second time.
MISTAKES = ("family_typo", "given_typo", "short_form", "other_family", "birthday_slip", "none")
MISTAKE_SHARES = (0.28, 0.20, 0.17, 0.15, 0.10, 0.10)
MOVED_SHARE = 0.4
SAME_MOBILE_SHARE = 0.6
SAME_EMAIL_SHARE = 0.5
NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "s", "e": "r", "f": "d", "g": "h", "h": "j", "i": "o",
    "j": "k", "k": "l", "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t",
    "s": "d", "t": "r", "u": "i", "v": "b", "w": "e", "x": "c", "y": "u", "z": "x",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """Rows of a crowd that resemble another row: the one, and the row it is like."""

    duplicates: Ints
    originals: Ints
    twins: Ints
    namesakes: Ints


def confuse(random: Random, crowd: Crowd) -> Likeness:
    """Turn some of the crowd into twins, namesakes and second records of an earlier person."""
    rows = len(crowd)
    role = weighted(
        random,
        [1 - TWIN_SHARE - NAMESAKE_SHARE - DUPLICATE_SHARE, TWIN_SHARE, NAMESAKE_SHARE,
         DUPLICATE_SHARE],
        rows,
    )  # fmt: skip
    role[crowd.kind == TURNED_AWAY] = 0
    role[:1] = 0
    # Nobody resembles somebody who resembles a third: only plain people are resembled.
    role[1:][role[:-1] != 0] = 0
    twins, namesakes = (_after_an_adult(crowd, np.flatnonzero(role == code)) for code in (1, 2))
    _make_twins(random, crowd, twins)
    _make_namesakes(random, crowd, namesakes)
    duplicates, originals = _second_records(random, crowd, role)
    _make_duplicates(random, crowd, duplicates, originals)
    return Likeness(duplicates, originals, twins, namesakes)


def typo(random: Random, text: str) -> str:
    """Return `text` with one slip of the fingers: swapped, doubled, dropped or a neighbour key."""
    if len(text) < 3:  # noqa: PLR2004 - too short to be recognised after a slip
        return text + text[-1:]
    at = int(random.integers(1, len(text) - 1))
    slip = int(random.integers(0, 4))
    if slip == 0 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == 1:
        return text[:at] + text[at + 1 :]
    if slip == 2:  # noqa: PLR2004
        return text[:at] + text[at] + text[at:]
    return text[:at] + NEIGHBOURS.get(text[at], "e") + text[at + 1 :]


def _after_an_adult(crowd: Crowd, rows: Ints) -> Ints:
    return np.asarray(rows[crowd.kind[rows - 1] != TURNED_AWAY])


def _make_twins(random: Random, crowd: Crowd, twins: Ints) -> None:
    first = twins - 1
    for column in (crowd.born, crowd.culture, crowd.place, crowd.postcode, crowd.sex):
        column[twins] = column[first]
    crowd.names.family[twins] = crowd.names.family[first]
    crowd.names.family_script[twins] = crowd.names.family_script[first]
    years = crowd.born[twins].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    drawn = names.draw(random, crowd.culture[twins], crowd.is_female[twins], years + 1970)
    crowd.names.given[twins] = drawn.given
    crowd.names.given_script[twins] = drawn.given_script
    crowd.email[twins] = emails.emails(random, crowd.names.at(twins))
    crowd.registered[twins] = crowd.registered[first]


def _make_namesakes(random: Random, crowd: Crowd, namesakes: Ints) -> None:
    first = namesakes - 1
    for column in (crowd.names.given, crowd.names.family, crowd.sex, crowd.culture):
        column[namesakes] = column[first]
    for column in (crowd.names.given_script, crowd.names.family_script):
        column[namesakes] = column[first]
    crowd.email[namesakes] = emails.emails(random, crowd.names.at(namesakes))
    same_day = namesakes[chance(random, 0.6, len(namesakes))]
    crowd.born[same_day] = crowd.born[same_day - 1]
    crowd.registered[namesakes] = crowd.registered[first]


def _second_records(random: Random, crowd: Crowd, role: Ints) -> tuple[Ints, Ints]:
    duplicates = np.flatnonzero(role == 3)  # noqa: PLR2004
    back = random.integers(1, FARTHEST, len(duplicates))
    originals = np.maximum(duplicates - back, 0)
    plain = (role[originals] == 0) & (crowd.kind[originals] != TURNED_AWAY)
    alive = crowd.died[originals] == crowd.died.min(initial=0)
    fitting = plain & alive & (originals < duplicates)
    # Each person is recorded a second time at most once.
    _, first = np.unique(originals[fitting], return_index=True)
    return duplicates[fitting][np.sort(first)], originals[fitting][np.sort(first)]


def _make_duplicates(random: Random, crowd: Crowd, rows: Ints, originals: Ints) -> None:
    for column in (crowd.born, crowd.sex, crowd.culture, crowd.died):
        column[rows] = column[originals]
    for words in (crowd.names.given, crowd.names.family):
        words[rows] = words[originals]
    crowd.names.given_script[rows] = None
    crowd.names.family_script[rows] = None
    stayed = chance(random, 1 - MOVED_SHARE, len(rows))
    crowd.place[rows] = crowd.place[originals]
    crowd.postcode[rows] = postcodes(random, crowd.place[rows])
    crowd.postcode[rows[stayed]] = crowd.postcode[originals[stayed]]
    same = chance(random, SAME_MOBILE_SHARE, len(rows))
    crowd.mobile[rows[same]] = crowd.mobile[originals[same]]
    crowd.email[rows] = emails.emails(random, crowd.names.at(rows))
    same = chance(random, SAME_EMAIL_SHARE, len(rows))
    crowd.email[rows[same]] = crowd.email[originals[same]]
    # A person who was forgotten comes back once or twice, then the records are noticed.
    crowd.loyalty[rows] = np.minimum(crowd.loyalty[rows], 0.5)
    crowd.kind[rows] = TREATED
    mistake = weighted(random, MISTAKE_SHARES, len(rows))
    for code, word in enumerate(MISTAKES):
        _slip(random, crowd, rows[mistake == code], word)


def _slip(random: Random, crowd: Crowd, rows: Ints, mistake: str) -> None:
    given, family = crowd.names.given, crowd.names.family
    if mistake == "family_typo":
        family[rows] = _typos(random, family[rows])
    elif mistake == "given_typo":
        given[rows] = _typos(random, given[rows])
    elif mistake == "short_form":
        given[rows] = [_short(name) for name in given[rows]]
    elif mistake == "other_family":
        rows = rows[crowd.culture[rows] != names.MONONYM]
        family[rows] = names.families(random, crowd.culture[rows], crowd.is_female[rows])
    elif mistake == "birthday_slip":
        crowd.born[rows] = _swapped(crowd.born[rows])


def _typos(random: Random, values: Texts) -> Texts:
    slipped = np.empty(len(values), dtype=np.object_)
    slipped[:] = [typo(random, value) for value in values]
    return slipped


def _short(given: str) -> str:
    first = given.partition(" ")[0]
    return lexicon.short_forms().get(first, first)


def _swapped(born: Ints) -> Ints:
    """Return dates with day and month swapped where that is a date, else a day later."""
    stamps = born.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    day = (stamps - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    years = stamps.astype("datetime64[Y]")
    other = (years.astype("datetime64[M]") + (day - 1)).astype("datetime64[D]").astype(np.int64)
    possible: Flags = (day <= 12) & (day != month)  # noqa: PLR2004 - months
    return np.where(possible, other + month - 1, born + 1)

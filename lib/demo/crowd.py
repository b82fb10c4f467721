"""Who the synthetic patients are, before anything happened to them; knows no table."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lib.demo import columns, emails, lexicon, names
from lib.demo.calendar import Calendar, years_after
from lib.demo.columns import ABSENT, Flags, Floats, Ints, Random, Texts, chance, weighted

ENQUIRED, CONSULTED, TREATED, TURNED_AWAY = range(4)
KINDS = (0.08, 0.06, 0.853, 0.007)
FEMALE, MALE, OTHER, NOT_KNOWN = range(4)
SEXES = ("female", "male", "other", "not_known")
SEX_SHARES = (0.851, 0.140, 0.004, 0.005)
ADULT = 18
OLDEST = 80
# Aged 18 and some when they first come: most between 25 and 55, a long tail to 80.
AGE_SHAPE, AGE_SCALE = 2.1, 9.6
DEATHS_A_YEAR = 0.0016
BIRTHDAY_UNKNOWN_SHARE = 0.012
YEAR_DAYS = 365.25
# 1860: before anybody here was born.
LONG_AGO = -40_000
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
LETTERS = np.array(list(INWARD), dtype=np.object_)


@dataclass(frozen=True, slots=True)
class Crowd:
    """One batch of people, a row each. Days are days since 1970; `ABSENT` is not known.

    It is the morning of `as_of`: whatever happened, happened on a day before.
    """

    as_of: int
    number: Ints
    patient_id: Any
    kind: Ints
    registered: Ints
    created: Ints
    born: Ints
    died: Ints
    sex: Ints
    culture: Ints
    names: names.Names
    place: Ints
    postcode: Texts
    mobile: Ints
    email: Texts
    # How likely they are to stay: 0 to 1, and what the visits are drawn from.
    loyalty: Floats

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self.number)

    @property
    def is_female(self) -> Flags:
        """Tell who goes by a woman's name."""
        return np.asarray(self.sex != MALE)


def draw(random: Random, numbers: range, total: int, calendar: Calendar) -> Crowd:
    """Return the people whose running numbers are `numbers`, of `total`, in order of joining."""
    rows = len(numbers)
    number = np.arange(numbers.start, numbers.stop, dtype=np.int64)
    registered = calendar.joined_on((number - 1 + random.random(rows)) / total)
    registered.sort()
    kind = weighted(random, KINDS, rows)
    sex = weighted(random, SEX_SHARES, rows)
    culture = names.cultures(random, rows)
    born = _born(random, registered, kind)
    created = calendar.in_utc(columns.moments(random, registered))
    place = weighted(random, lexicon.places().weights.tolist(), rows)
    years = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    named = names.draw(random, culture, sex != MALE, years)
    return Crowd(
        as_of=calendar.as_of,
        number=number,
        patient_id=columns.uuids(random, created),
        kind=kind,
        registered=registered,
        created=created,
        born=born,
        died=_died(random, registered, born, calendar),
        sex=sex,
        culture=culture,
        names=named,
        place=place,
        postcode=postcodes(random, place),
        mobile=mobile_numbers(number),
        email=emails.emails(random, named),
        loyalty=random.random(rows),
    )


def forget_birthdays(random: Random, crowd: Crowd) -> None:
    """Take away the date of birth of the few who never gave it, never a minor's."""
    unknown = chance(random, BIRTHDAY_UNKNOWN_SHARE, len(crowd)) & (crowd.kind != TURNED_AWAY)
    crowd.born[unknown] = ABSENT


def postcodes(random: Random, place: Ints) -> Texts:
    """Return a postcode a row: a real district of the place and an invented inward part."""
    rows = len(place)
    districts = lexicon.places().districts
    which = random.random(rows)
    digits = random.integers(1, 10, rows)
    first = LETTERS[random.integers(0, len(LETTERS), rows)]
    second = LETTERS[random.integers(0, len(LETTERS), rows)]
    return np.array(
        [
            f"{districts[town][int(share * len(districts[town]))]} {digit}{one}{two}"
            for town, share, digit, one, two in zip(
                place, which, digits, first, second, strict=True
            )
        ],
        dtype=np.object_,
    )


def mobile_numbers(number: Ints) -> Ints:
    """Return a national mobile number a row, no two alike below ten million people.

    Ofcom keeps only 07700 900000-900999 for drama, and `phonenumbers` calls those invalid; so
    these are valid in form, in 0711, and may one day be somebody's: the demo cannot dial.
    """
    return np.asarray(7_110_000_000 + number * 7_368_787 % 10_000_000)


def _born(random: Random, registered: Ints, kind: Ints) -> Ints:
    rows = len(registered)
    ages = ADULT + 0.05 + random.gamma(AGE_SHAPE, AGE_SCALE, rows)
    ages = np.where(ages > OLDEST, random.uniform(ADULT + 1, 60, rows), ages)
    minors = kind == TURNED_AWAY
    ages[minors] = random.uniform(15.2, 17.9, int(minors.sum()))
    return np.asarray(registered - (ages * YEAR_DAYS).astype(np.int64))


def _died(random: Random, registered: Ints, born: Ints, calendar: Calendar) -> Ints:
    age = (registered - born) / YEAR_DAYS
    exposed = (calendar.as_of - registered) / YEAR_DAYS
    hazard = DEATHS_A_YEAR * np.exp((age - 40) / 14)
    after = random.exponential(1 / hazard)
    died = registered + 20 + (after * YEAR_DAYS).astype(np.int64)
    return np.where((after < exposed) & (died < calendar.as_of), died, ABSENT)


def adult_on(crowd: Crowd) -> Ints:
    """Return the day on which each turned, or turns, 18; long ago where it is not known."""
    known = crowd.born != ABSENT
    return np.where(known, years_after(np.where(known, crowd.born, 0), ADULT), LONG_AGO)

"""Who in a shard fits one typed token, in which sense, and how well."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np

from lib.domain.search import dates, likelihood
from lib.domain.search.dates import Nearness, Reading
from lib.domain.search.dialling import FULL_NUMBER, Dialling, Locale
from lib.domain.search.folding import forms
from lib.domain.search.query import Token
from lib.search.keys import PHONE_DIGITS, Ordinals, SortedNumbers
from lib.search.nicknames import nicknames
from lib.search.shard import Field, Shard, day_number
from lib.search.vocabulary import Vocabulary

FEWEST_START_DIGITS = 5
FEWEST_CODE_CHARACTERS = 3


FORMER_FIELDS = {Field.FORMER_GIVEN, Field.FORMER_FAMILY}


class How(StrEnum):
    """How a name word on the record fits the typed one; the words that a reason is made of."""

    EXACT = ""
    PREFIX = "starts"
    NICKNAME = "is also"
    SOUND = "sounds like"
    SPELLING = "is close to"
    RESEMBLANCE = "resembles"


@dataclass(frozen=True, slots=True)
class Source:
    """Patients whom a token fits in one sense. `{born}` in `why` is their date of birth."""

    ordinals: Ordinals
    nats: float
    why: str = ""
    is_exact: bool = True
    is_name: bool = False


@dataclass(slots=True)
class WordFit:
    """What the name words near a typed word are worth: folded word to likelihood and manner."""

    word: str
    near: dict[str, tuple[float, How]] = field(default_factory=dict)
    resembling: float = -math.inf

    def fits(self, written: str, where: Field) -> Iterator[tuple[str, float, How]]:
        """Give the forms of a word on the record that fit, with the likelihood and the manner."""
        for form in forms(written):
            fit = self._of(form, where)
            if fit is not None:
                nats, how = fit
                yield form, nats + (likelihood.FORMER if where in FORMER_FIELDS else 0.0), how

    def _of(self, form: str, where: Field) -> tuple[float, How] | None:
        if form == self.word:
            return likelihood.EXACT, How.EXACT
        if form.startswith(self.word):
            return likelihood.of_prefix(self.word, form), How.PREFIX
        fit = self.near.get(form)
        if fit and fit[1] is How.NICKNAME and where in {Field.FAMILY, Field.FORMER_FAMILY}:
            fit = None
        if self.resembling > (fit[0] if fit else -math.inf) and likelihood.resembles(
            self.word, form
        ):
            return self.resembling, How.RESEMBLANCE
        return fit


def exact(shard: Shard, token: Token, dialling: Dialling) -> list[Source]:
    """Return who has exactly what was typed, or something that starts so."""
    found = [
        *_names(shard, token.word),
        *_born(shard, token),
        *_phones(shard, token.phone, dialling),
        *_texts(shard, token),
    ]
    return [source for source in found if len(source.ordinals)]


def fuzzy(shard: Shard, token: Token, fit: WordFit, locale: Locale) -> list[Source]:
    """Return who has something that what was typed may stand for by a slip; fills `fit`."""
    if not shard.size:  # the usual state of the changed patients' shard
        return []
    found = [
        *_near_names(shard, token.word, fit),
        *_near_born(shard, token.born, locale.today),
        *_near_phones(shard, token.phone, locale.dialling),
    ]
    return [source for source in found if len(source.ordinals)]


def absent(shard: Shard, token: Token, weight: float) -> list[Source]:
    """Return who has no date of birth on file: less against them than another date would be."""
    if not any(reading.figures for reading in token.born) or not len(shard.born_unknown):
        return []
    return [Source(shard.born_unknown, -likelihood.WRONG - weight, is_exact=False)]


def resembling(named: list[tuple[str, int]], token: Token, weight: float) -> list[Source]:
    """Return who of those named so (folded word and ordinal) has a name that the word resembles.

    Only those whom something else that was typed fits exactly are worth asking.
    """
    alike = {form for form in {form for form, _ in named} if likelihood.resembles(token.word, form)}
    ordinals = np.array([ordinal for form, ordinal in named if form in alike], np.int32)
    if not token.word or not len(ordinals):
        return []
    return [Source(ordinals, likelihood.RESEMBLING - weight, is_exact=False, is_name=True)]


def _names(shard: Shard, word: str) -> Iterator[Source]:
    if not word:
        return
    low, end = shard.names.vocabulary.prefix(word)
    if end > low:
        starting = shard.names.with_words_between(low, end)
        yield Source(starting, likelihood.PREFIX, is_name=True)
    number = shard.names.vocabulary.exact(word)
    if number is not None:
        yield Source(shard.names.with_word(number), likelihood.EXACT, is_name=True)


def _born(shard: Shard, token: Token) -> Iterator[Source]:
    # Six bare figures are rather the end of a phone number.
    bare = likelihood.BARE_DATE if len(token.code) == len("140745") else 0.0
    for reading in token.born:
        if not reading.spans:
            continue
        lows = [day_number(first) for first, _ in reading.spans]
        ends = [day_number(last) + 1 for _, last in reading.spans]
        nats = bare + likelihood.OTHER_READING * reading.rank
        nats += 0 if reading.figures else likelihood.PART_OF_DATE
        yield Source(shard.born_days.between(lows, ends), nats, "born {born}")


def _phones(shard: Shard, digits: str, dialling: Dialling) -> Iterator[Source]:
    if not digits or len(digits) > PHONE_DIGITS:
        return
    for number in dialling.ends(digits):
        ending = shard.phones_from_end.starting_with(number[::-1])
        yield Source(ending, likelihood.EXACT, f"phone ends {number}")
    for number in dialling.starts(digits) if len(digits) >= FEWEST_START_DIGITS else []:
        starting = shard.phones_from_start.starting_with(number[:PHONE_DIGITS])
        yield Source(starting, likelihood.PHONE_START, f"phone starts {digits}")


def _texts(shard: Shard, token: Token) -> Iterator[Source]:
    if token.email and token.email[0] != "@":
        starting = shard.emails.starting_with(token.email)
        yield Source(starting, likelihood.EMAIL_START, f"email starts {token.email}")
        yield Source(shard.emails.equal_to(token.email), likelihood.EXACT, f"email {token.email}")
    if token.postcode:
        why = f"postcode {token.postcode}"
        if not token.postcode.isdigit():
            starting = shard.postcodes.starting_with(token.postcode)
            yield Source(starting, likelihood.POSTCODE_START, why)
        yield Source(shard.postcodes.equal_to(token.postcode), likelihood.EXACT, why)
    if token.code:
        yield from _codes(shard, token.code)


def _codes(shard: Shard, code: str) -> Iterator[Source]:
    if len(code) >= FEWEST_CODE_CHARACTERS:
        written = f"j{int(code):05d}" if code.isdigit() else code
        starting = shard.references.starting_with(written)
        yield Source(starting, likelihood.CODE_START, f"reference starts {written.upper()}")
        starting = shard.codes.starting_with(code)
        yield Source(starting, likelihood.CODE_START, f"external number starts {code}")
    referred = shard.references.equal_to(code)
    yield Source(referred, likelihood.EXACT, f"reference {code.upper()}")
    yield Source(shard.codes.equal_to(code), likelihood.EXACT, f"external number {code}")


def _near_names(shard: Shard, word: str, fit: WordFit) -> Iterator[Source]:
    if not word:
        return
    vocabulary = shard.names.vocabulary
    by_nats: dict[float, list[int]] = {}
    for number, nats, how in _near_words(vocabulary, word):
        folded = vocabulary.words[number]
        if nats > fit.near.get(folded, (float("-inf"), How.EXACT))[0]:
            fit.near[folded] = (nats, how)
        by_nats.setdefault(nats, []).append(number)
    for nats, numbers in by_nats.items():
        yield Source(shard.names.with_any(numbers), nats, is_exact=False, is_name=True)


def _near_words(vocabulary: Vocabulary, word: str) -> Iterator[tuple[int, float, How]]:
    for name in nicknames().get(word, ()):
        number = vocabulary.exact(name)
        if number is not None:
            yield number, likelihood.NICKNAME, How.NICKNAME
    sounding = set(vocabulary.sounding(word))
    edits = dict(vocabulary.near(word))
    for number in sounding | edits.keys():
        near = vocabulary.words[number]
        alike = number in sounding and likelihood.is_same_sound(word, near)
        nats = likelihood.of_misspelling(word, near, edits.get(number, 0), sounds_alike=alike)
        if alike or number in edits:
            yield number, nats, How.SOUND if alike else How.SPELLING
    for number in vocabulary.near_prefix(word):
        yield number, likelihood.NEAR_PREFIX, How.SPELLING


def _near_born(shard: Shard, readings: tuple[Reading, ...], today: date) -> Iterator[Source]:
    for reading in readings:
        if not reading.figures:
            continue
        for nearness, born in dates.near(reading.figures, today).items():
            nats = likelihood.DATE_SLIPS[nearness] + likelihood.OTHER_READING * reading.rank
            yield _slipped(shard.born_days, nearness, sorted(born), nats)


def _slipped(days: SortedNumbers, nearness: Nearness, born: list[date], nats: float) -> Source:
    lows = [day_number(day) for day in born]
    ordinals = days.between(lows, [low + 1 for low in lows])
    return Source(ordinals, nats, "born {born}, " + nearness.value, is_exact=False)


def _near_phones(shard: Shard, digits: str, dialling: Dialling) -> Iterator[Source]:
    if not FULL_NUMBER <= len(digits) <= PHONE_DIGITS:
        return
    for number in dialling.ends(digits)[-1:]:
        scale = 10 ** (PHONE_DIGITS - len(number))
        lows = [int(slip[::-1]) * scale for slip in _slips(number)]
        ending = shard.phones_from_end.between(lows, [low + scale for low in lows])
        why = "phone has one figure different"
        yield Source(ending, likelihood.PHONE_SLIP, why, is_exact=False)


def _slips(digits: str) -> set[str]:
    places = range(len(digits))
    changed = {digits[:i] + digit + digits[i + 1 :] for i in places for digit in "0123456789"}
    swapped = {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in places[:-1]}
    return (changed | swapped) - {digits}

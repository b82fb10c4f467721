"""What is looked for after a disposal: identifiers in every form they are written in; pure.

An identifier that a remaining record holds for its own sake is *shared* (a family's telephone, two
people of one name) and is not looked for by itself: it would be found, and would say nothing. What
was the person's alone is looked for everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import phonenumbers
from phonenumbers import PhoneNumberFormat

from lib.domain.folded import BETWEEN, fold, forms, stands_alone, words
from lib.domain.identifiers import Identifiers, Kind

# Shorter ones are found in any text by chance; they are compared with whole values only.
FEWEST_PHONE_DIGITS = 9
FEWEST_ID_CHARACTERS = 6
FEWEST_FILE_CHARACTERS = 10
# An initial with a family name as long as this means somebody; `J Lee` could be anybody.
FEWEST_FOR_INITIAL = 8
FEWEST_FOR_TITLE = 4
FEWEST_NAME_LETTERS = 4
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})
# How many words may stand between the two names where a field's own name can come between.
WORDS_IN_FIELDS = 3
AROUND_NAME = 64
AROUND_PASSAGE = 160
TWO_DIGITS = 100

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """What remaining records hold for their own sake, folded.

    `born` are name and date of birth of remaining records: the date makes a shared name one
    person's again, unless that is shared too. `families` are family names alone.
    """

    names: frozenset[Pair] = frozenset()
    families: frozenset[str] = frozenset()
    born: frozenset[tuple[str, str, date]] = frozenset()
    texts: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    addresses: frozenset[Pair] = frozenset()

    def has(self, kind: Kind, text: str) -> bool:
        """Tell whether a remaining record holds this text as this kind of identifier."""
        return text in self.texts.get(kind, frozenset())


@dataclass(frozen=True, slots=True)
class Bearer:
    """One name of a person as it is recognised beside the family name.

    `given` are its forms, the first word alone among them; `born` the written forms of the date
    that must stand near where the name is shared; `is_rare`: an initial or a title is enough.
    """

    given: frozenset[str]
    initial: str
    is_shared: bool
    is_rare: bool
    born: frozenset[str]


@dataclass(slots=True)
class Sought:
    """Everything to look for: texts by kind, family names with who bears them, postcodes.

    `numbers` are telephone numbers as digits alone, however they are spaced.
    `counts` and `shared` say how many identifiers of each kind there are, and how many of them
    a remaining record holds too.
    """

    texts: dict[str, Kind] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    families: defaultdict[str, list[Bearer]] = field(default_factory=lambda: defaultdict(list))
    postcodes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: defaultdict[Kind, int] = field(default_factory=lambda: defaultdict(int))
    shared: defaultdict[Kind, int] = field(default_factory=lambda: defaultdict(int))


def sought_of(people: Iterable[Identifiers], shared: Shared, region: str) -> Sought:
    """Return what to look for; `region` is that of telephone numbers without a prefix."""
    sought = Sought()
    texts = _texts(people := list(people), region)
    for kind, raw, written in texts:
        sought.counts[kind] += 1
        if shared.has(kind, raw):
            sought.shared[kind] += 1
        else:
            sought.texts.update((form, kind) for one in written if (form := fold(one).strip()))
            if kind is Kind.PHONE:
                sought.numbers.update(_digits(raw))
    for person in people:
        _add_names(sought, person, shared)
        _add_addresses(sought, person, shared)
    return sought


def is_found_at(sought: Sought, text: str, needle: str, end: int) -> Kind | None:
    """Return what a needle that ends at `end` (exclusive) in folded text shows, or None.

    A family name shows somebody only with a given name, an initial or a date beside it; a postcode
    only with the first line of the address.
    """
    start = end - len(needle)
    if not stands_alone(text, start, end):
        return None
    if needle in sought.texts:
        return sought.texts[needle]
    if needle in sought.families:
        return next(filter(None, _names_at(sought.families[needle], text, start, end)), None)
    around = _passage(text, start, end, AROUND_PASSAGE)
    return Kind.ADDRESS if any(line in around for line in sought.postcodes[needle]) else None


def needles_of(sought: Sought) -> Iterator[str]:
    """Give every text that one pass must stop at."""
    yield from dict.fromkeys((*sought.texts, *sought.families, *sought.postcodes))


def phone_key(number: str, region: str) -> str:
    """Return a number as it is compared: E.164, or its digits where it cannot be read."""
    try:
        read = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return "".join(filter(str.isdigit, number))
    return str(phonenumbers.format_number(read, PhoneNumberFormat.E164))


def phone_forms(number: str, region: str) -> Iterator[str]:
    """Give a number as people and programs write it: with and without prefix, spaces and marks."""
    yield number
    digits = "".join(filter(str.isdigit, number))
    yield digits
    try:
        read = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return
    for form in (
        PhoneNumberFormat.E164,
        PhoneNumberFormat.INTERNATIONAL,
        PhoneNumberFormat.NATIONAL,
    ):
        written = phonenumbers.format_number(read, form)
        yield from (written, "".join(filter(str.isdigit, written)))


def _digits(number: str) -> Iterator[str]:
    """Give a number's digits with each beginning that people use: 44, 0044, 440, 0, none."""
    try:
        read = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        yield number
        return
    code, national = str(read.country_code), str(read.national_number)
    for start in (code, f"00{code}", f"{code}0", "0", ""):
        yield start + national


def date_forms(day: date) -> Iterator[str]:
    """Give a date as people and programs write it, British order, folded."""
    short, full = f"{day:%b}".lower(), f"{day:%B}".lower()
    year, brief = f"{day.year:04}", f"{day.year % TWO_DIGITS:02}"
    yield f"{year} {day:%m %d}"
    yield f"{day:%Y%m%d}"
    yield f"{day:%d%m%Y}"
    for number, month in ((f"{day:%d}", f"{day:%m}"), (str(day.day), str(day.month))):
        yield from (f"{number}{mark}{month}{mark}{year}" for mark in "/. ")
        yield from (
            f"{number}/{month}/{brief}",
            f"{number} {short} {year}",
            f"{number} {full} {year}",
        )
        yield from (f"{full} {number} {year}", f"{full} {number}, {year}")


def name_pairs(given: str, family: str) -> Iterator[Pair]:
    """Give the folded pairs that a given and a family name are known by: in full, and the first."""
    first = given.split()[:1]
    for one in forms(family):
        for name in dict.fromkeys((given, *first)):
            yield from ((form, one) for form in forms(name))


def address_key(line: str, postcode: str) -> Pair:
    """Return an address as it is compared: letters and digits alone."""
    return "".join(words(fold(line))), "".join(words(fold(postcode)))


def _texts(people: list[Identifiers], region: str) -> Iterator[tuple[Kind, str, Iterable[str]]]:
    """Give each identifier that is a text, once: its kind, as it is compared, as it is written."""
    for kind, raw in dict.fromkeys(pair for person in people for pair in _raw(person, region)):
        if kind is Kind.PHONE:
            yield kind, raw, _long(phone_forms(raw, region), FEWEST_PHONE_DIGITS)
        elif kind in {Kind.PATIENT_ID, Kind.ROW_ID}:
            yield kind, raw, (raw, raw.replace("-", ""))
        elif kind is Kind.EXTERNAL_ID:
            yield kind, raw, _long([raw], FEWEST_ID_CHARACTERS)
        elif kind is Kind.FILE_NAME:
            yield kind, raw, _long([raw], FEWEST_FILE_CHARACTERS)
        else:
            yield kind, raw, (raw,)


def _raw(person: Identifiers, region: str) -> Iterator[tuple[Kind, str]]:
    yield from ((Kind.PHONE, phone_key(one, region)) for one in person.phones)
    yield from ((Kind.EMAIL, one.strip().lower()) for one in person.emails)
    yield from ((Kind.REFERENCE, one) for one in person.references)
    yield from ((Kind.EXTERNAL_ID, one) for one in person.external_ids)
    yield from ((Kind.DIGEST, one) for one in person.digests)
    yield from ((Kind.FILE_NAME, one) for one in person.file_names)
    yield from ((Kind.PATIENT_ID, str(one)) for one in person.patient_ids)
    yield from ((Kind.ROW_ID, str(one)) for one in {*person.row_ids, *person.key_ids})


def _long(written: Iterable[str], fewest: int) -> list[str]:
    return [one for one in written if sum(map(str.isalnum, one)) >= fewest]


def _add_names(sought: Sought, person: Identifiers, shared: Shared) -> None:
    born = frozenset(form for day in person.born_on for form in date_forms(day))
    sought.counts[Kind.BORN] += len(person.born_on)
    for given, family in person.names:
        pairs = set(name_pairs(given, family))
        is_shared = not pairs.isdisjoint(shared.names)
        is_namesake = any((*pair, day) in shared.born for pair in pairs for day in person.born_on)
        sought.counts[Kind.NAME] += 1
        sought.shared[Kind.NAME] += is_shared
        if is_shared and is_namesake:
            continue
        for form in forms(family):
            sought.families[form].append(
                Bearer(
                    given=frozenset(name for name, _ in pairs if len(name) > 1),
                    initial=fold(given)[:1],
                    is_shared=is_shared or _is_common(given, family),
                    is_rare=form not in shared.families and len(form) >= FEWEST_FOR_TITLE,
                    born=born,
                )
            )


def _is_common(given: str, family: str) -> bool:
    """Tell whether both names are so short that running text has them by chance: `An Do`."""
    return max(len(fold(given).split(" ")[0]), len(fold(family))) < FEWEST_NAME_LETTERS


def _add_addresses(sought: Sought, person: Identifiers, shared: Shared) -> None:
    for line, postcode in dict.fromkeys(person.addresses):
        sought.counts[Kind.ADDRESS] += 1
        if address_key(line, postcode) in shared.addresses:
            sought.shared[Kind.ADDRESS] += 1
            continue
        for form in forms(postcode):
            sought.postcodes[form].add(fold(line).strip())


def _names_at(bearers: list[Bearer], text: str, start: int, end: int) -> Iterator[Kind | None]:
    passage = _passage(text, start, end, AROUND_NAME)
    before, after = passage[: (cut := _before(text, start))], passage[cut + end - start :]
    in_fields = text[start - 1 : start] == '"'
    beside = _beside(before, after, WORDS_IN_FIELDS if in_fields else 1)
    for one in bearers:
        if _is_named(one, text[start:end], beside, (before, after)):
            if not one.is_shared:
                yield Kind.NAME
            else:
                wide = _passage(text, start, end, AROUND_PASSAGE)
                yield Kind.BORN if any(form in wide for form in one.born) else None


def _is_named(one: Bearer, family: str, beside: frozenset[str], sides: Pair) -> bool:
    if any(given in beside for given in one.given if " " not in given):
        return True
    if any(" " in given and _touches(given, sides) for given in one.given):
        return True
    if one.is_shared or not one.is_rare:
        return False
    has_initial = len(family) >= FEWEST_FOR_INITIAL and one.initial in beside
    return has_initial or not TITLES.isdisjoint(beside)


def _touches(given: str, sides: Pair) -> bool:
    before, after = sides
    return before.rstrip(' ,.("').endswith(given) or after.lstrip(' ,.)":').startswith(given)


def _beside(before: str, after: str, count: int) -> frozenset[str]:
    """Return the nearest words on either side; an initial counts, and is passed over."""
    found: set[str] = set()
    for side in (list(reversed(words(before))), words(after)):
        taken = 0
        for word in side:
            found.add(word)
            taken += len(word) > 1
            if taken == count:
                break
    return frozenset(found)


def _before(text: str, start: int) -> int:
    """Return how much text of the same value a passage has before a place."""
    return start - _first(text, start, AROUND_NAME)


def _passage(text: str, start: int, end: int, around: int) -> str:
    """Return the text around a place, within its value."""
    first = _first(text, start, around)
    last = text.find(BETWEEN, end, end + around)
    return text[first : last if last >= 0 else end + around]


def _first(text: str, start: int, around: int) -> int:
    """Return where the passage before a place begins."""
    nearest = max(start - around, 0)
    return max(nearest, text.rfind(BETWEEN, nearest, start) + 1)

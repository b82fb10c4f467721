"""What of a person is compared: folded, listed and keyed; knows no SQL.

`keys` are the words under which two records meet: only those that share one are compared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
import pyarrow as pa

from lib.domain.duplicates import Home, Person
from lib.domain.search.folding import fold
from lib.search.nicknames import nicknames

SHORTEST_PART = 3
SHORTEST_STREET = 5
SHORTEST_PHONE = 6
MOST_SHORT_FORMS_OF = 4
# A number or address that more records have is the clinic's own, or stands for "none".
MOST_SHARING = 6
KEPT_OF_SOUND = 4


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one person; None or empty where it is not known."""

    given: str | None
    initial: str | None
    given_sound: str
    names: list[str]
    short_forms: list[str]
    family: str | None
    family_initial: str | None
    family_sound: str
    families: list[str]
    born: str | None
    born_swapped: str | None
    street: str | None
    road: str | None
    house: str | None
    town: str | None
    postcode: str | None
    phones: list[str]
    phone: str | None
    emails: list[str]
    email: str | None
    sex: str | None
    postcodes: list[str]


SCHEMA = pa.schema(
    [
        pa.field(name, pa.list_(pa.string()) if kind == list[str] else pa.string())
        for name, kind in Features.__annotations__.items()
    ]
)


@lru_cache(maxsize=200_000)
def _sound(word: str) -> str:
    return str(jellyfish.metaphone(word)) or word


@lru_cache(maxsize=200_000)
def _folded(text: str) -> str:
    return fold(text)


def forget_words() -> None:
    """Let go of every word that was compared in this process."""
    _sound.cache_clear()
    _folded.cache_clear()


def _joined(text: str | None) -> str | None:
    return _folded(text).replace(" ", "") or None if text else None


def features(person: Person, common: frozenset[str] = frozenset()) -> Features:
    """Return what is compared of a person, without the contacts that too many have in common."""
    given, family = _joined(person.given_names), _joined(person.family_name)
    names = _names(person)
    known = nicknames()
    born = f"{person.born_on:%Y%m%d}" if person.born_on else None
    home = person.homes[0] if person.homes else Home()
    street = _joined(home.lines[0]) if home.lines else None
    phones = [phone for phone in _phones(person) if phone not in common]
    emails = [email for email in _emails(person) if email not in common]
    return Features(
        given=given,
        initial=given[:1] if given else None,
        given_sound=_sound(names[0]) if names and given else "",
        names=names,
        short_forms=sorted(
            {form for name in names[:MOST_SHORT_FORMS_OF] for form in known.get(name, ())}
        ),
        family=family,
        family_initial=family[:1] if family else None,
        family_sound=_sound(family) if family else "",
        families=_families(person),
        born=born,
        born_swapped=born[:4] + born[6:] + born[4:6] if born else None,
        street=street,
        road=street.lstrip("0123456789") or None if street else None,
        house=_joined(" ".join(home.lines[1:])),
        town=_joined(home.town),
        postcode=_joined(home.postcode),
        phones=phones,
        phone=phones[0] if phones else None,
        emails=emails,
        email=emails[0] if emails else None,
        sex=person.sex if person.sex in {"female", "male"} else None,
        postcodes=[code for one in person.homes if (code := _joined(one.postcode))],
    )


def common_contacts(people: Iterable[Person]) -> frozenset[str]:
    """Return the phones and emails that so many have that they tell nobody apart."""
    held = Counter(contact for person in people for contact in {*_phones(person), *_emails(person)})
    return frozenset(contact for contact, count in held.items() if count > MOST_SHARING)


def _phones(person: Person) -> list[str]:
    digits = map(_digits, person.phones)
    return [number for number in digits if len(number) >= SHORTEST_PHONE]


def _emails(person: Person) -> list[str]:
    return [email for text in person.emails if (email := text.strip().lower())]


def _names(person: Person) -> list[str]:
    """Return every single given name, the first one first; initials are none."""
    texts = [person.given_names, person.preferred_name or ""]
    texts += [given for given, _ in person.other_names]
    words = [word for text in texts for word in _folded(text).split()]
    return [word for word in dict.fromkeys(words) if len(word) > 1]


def _families(person: Person) -> list[str]:
    """Return every family name, whole and in its parts."""
    written = [person.family_name, *(family for _, family in person.other_names)]
    whole = [joined for text in written if (joined := _joined(text))]
    parts = [part for text in written for part in _folded(text).split()]
    return list(dict.fromkeys([*whole, *(part for part in parts if len(part) >= SHORTEST_PART)]))


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def keys(one: Features, *, is_large: bool = False) -> Iterator[str]:
    """Give the words under which a record meets those that may be the same person's.

    In a large clinic dozens are born on every day: there a day alone is no key.
    """
    yield from (f"p{number}" for number in one.phones)
    yield from (f"e{email}" for email in one.emails)
    yield from _keys_by_name(one, is_large=is_large)
    yield from _keys_by_home(one)


def _keys_by_name(one: Features, *, is_large: bool) -> Iterator[str]:
    given, family = one.given_sound[:KEPT_OF_SOUND], one.family_sound[:KEPT_OF_SOUND]
    # The smaller first: names that changed places meet as well.
    if given and family:
        yield f"n{min(given, family)}|{max(given, family)}"
    if one.born:
        year, month, day = one.born[:4], one.born[4:6], one.born[6:]
        initials = {given[:1], family[:1]} - {""} if is_large else {""}
        yield from (f"d{year}{min(month, day)}{max(month, day)}{letter}" for letter in initials)
        for sound, other in ((given, family[:1]), (family, given[:1])):
            if sound:
                yield f"y{year}{sound}|{other}"
                yield f"m{month}{day}{sound}"


def _keys_by_home(one: Features) -> Iterator[str]:
    if one.street and len(one.street) >= SHORTEST_STREET:
        yield f"s{one.street}"
    if one.town:
        if one.family:
            yield f"t{one.town}{one.family}|{one.initial}"
        yield from (f"r{one.town}{part}" for part in (one.road, one.house) if part)
    sounds = {one.given_sound[:KEPT_OF_SOUND], one.family_sound[:KEPT_OF_SOUND]} - {""}
    yield from (f"c{code}{sound}" for code in one.postcodes for sound in sounds)


def table(people: Sequence[Features], first: int = 0) -> pa.Table:
    """Return the columns that the comparisons ask for; ids count from `first`."""
    columns = {
        name: pa.array([getattr(one, name) for one in people], type_)
        for name, type_ in zip(SCHEMA.names, SCHEMA.types, strict=True)
    }
    return pa.table({"ordinal": pa.array(range(first, first + len(people)), pa.int32()), **columns})


def key_table(people: Sequence[Features], first: int = 0, *, is_large: bool = False) -> pa.Table:
    """Return every key of everybody, a row each; ids count from `first`."""
    found = [
        (key, place)
        for place, one in enumerate(people, first)
        for key in set(keys(one, is_large=is_large))
    ]
    return pa.table(
        {
            "key": pa.array([key for key, _ in found], pa.string()),
            "ordinal": pa.array([place for _, place in found], pa.int32()),
        }
    )

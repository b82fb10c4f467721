"""What the lookup bench asks: queries made from people on file, each with the one who is meant."""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from lib.domain.search.folding import fold
from lib.search.nicknames import nicknames

DATA = Path(__file__).resolve().parents[1] / "data"
FEW = 5  # so many people may share the first given and the family name that are asked for
TWINS = (("ph", "f"), ("f", "ph"), ("ck", "k"), ("y", "i"), ("i", "y"), ("c", "k"), ("ll", "l"),
         ("ee", "ea"), ("ai", "ay"), ("tt", "t"), ("s", "z"), ("w", "wh"))  # fmt: skip
SHOWN = ("%d/%m/%Y", "%d-%b-%Y", "%d %B %Y", "%Y-%m-%d", "%d%m%Y", "%d.%m.%y", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its kind, what is typed, the same for a plain text index, and who is meant."""

    kind: str
    text: str
    plain: str
    patient_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """What the queries are made from."""

    patient_id: str
    given: str
    family: str
    born: date | None
    phone: str
    email: str
    postcode: str


def asked(people: list[Person], count: int, seed: int) -> list[Asked]:
    """Return about `count` queries of every kind."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    called = [_called(one) for one in people]
    shared = Counter(called)
    rare = [one for one, name in zip(people, called, strict=True) if shared[name] <= FEW]
    found: list[Asked] = []
    for kind, make in KINDS.items():
        made = 0
        for one in chance.sample(rare, min(len(rare), 40 * count)):
            query = make(one, chance)
            if query is not None and made < count:
                found.append(Asked(kind, query[0], query[1], one.patient_id))
                made += 1
    return found


def _called(one: Person) -> tuple[str, str]:
    return fold(one.given).partition(" ")[0], fold(one.family)


def _exact(one: Person, _: random.Random) -> tuple[str, str]:
    return _both(f"{one.given} {one.family}")


def _swapped(one: Person, _: random.Random) -> tuple[str, str]:
    return _both(f"{one.family}, {one.given}")


def _partial(one: Person, _: random.Random) -> tuple[str, str] | None:
    if one.born is None:
        return None
    start = f"{one.given[:3]} {one.family[:5]}"
    return f"{start} {one.born:%d/%m/%Y}", f"{fold(start)} {one.born:%Y%m%d}"


def _misspelt(one: Person, chance: random.Random) -> tuple[str, str] | None:
    given, family = fold(one.given).split()[:1], fold(one.family)
    if not given or len(family) < 5 or " " in family:
        return None
    typed = f"{given[0]} {_slip(_slip(family, chance) if len(family) > 6 else family, chance)}"
    return typed, typed


def _both_misspelt(one: Person, chance: random.Random) -> tuple[str, str] | None:
    given, family = fold(one.given).split()[:1], fold(one.family)
    if not given or len(family) < 5 or len(given[0]) < 5 or " " in family:
        return None
    typed = f"{_slip(given[0], chance)} {_slip(family, chance)}"
    return typed, typed


def _nickname(one: Person, chance: random.Random) -> tuple[str, str] | None:
    short = sorted(nicknames().get(fold(one.given).partition(" ")[0], ()))
    if not short:
        return None
    return _both(f"{chance.choice(short)} {one.family}")


def _twin(one: Person, chance: random.Random) -> tuple[str, str] | None:
    family = fold(one.family)
    changes = [(old, new) for old, new in TWINS if old in family[1:]]
    if not changes or not one.given:
        return None
    old, new = chance.choice(changes)
    changed = family[0] + family[1:].replace(old, new, 1)
    return _both(f"{one.given} {changed}")


def _phone(one: Person, _: random.Random) -> tuple[str, str] | None:
    return (one.phone[-6:], one.phone[-6:]) if one.phone else None


def _postcode(one: Person, _: random.Random) -> tuple[str, str] | None:
    if not one.postcode:
        return None
    close = one.postcode.replace(" ", "").lower()
    return f"{one.family} {one.postcode}", f"{fold(one.family)} {close}"


def _born(one: Person, chance: random.Random) -> tuple[str, str] | None:
    if one.born is None or not one.given:
        return None
    given = one.given.split()[0]
    shown = one.born.strftime(chance.choice(SHOWN))
    return f"{given} {shown}", f"{fold(given)} {one.born:%Y%m%d}"


def _email(one: Person, _: random.Random) -> tuple[str, str] | None:
    return (one.email, one.email.lower()) if one.email else None


def _both(text: str) -> tuple[str, str]:
    return text, fold(text)


def _slip(word: str, chance: random.Random) -> str:
    """Return the word with one slip of the finger, not in its first letter."""
    place = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )


KINDS = {
    "exact": _exact,
    "swapped": _swapped,
    "partial with date of birth": _partial,
    "misspelt": _misspelt,
    "both names misspelt": _both_misspelt,
    "nickname": _nickname,
    "phonetic twin": _twin,
    "phone's end": _phone,
    "family name and postcode": _postcode,
    "given name and date of birth": _born,
    "email": _email,
}


def febrl(name: str) -> Iterator[dict[str, str]]:
    """Give the rows of a Febrl file with clean headings and values."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {key.strip(): value.strip() for key, value in row.items()}


def febrl_asked(name: str, originals: dict[str, str]) -> list[Asked]:
    """Return "given family dob" of every corrupted duplicate; `originals`: number to patient."""
    found = []
    for row in febrl(name):
        number = row["rec_id"].split("-")[1]
        if "-dup-" in row["rec_id"]:
            parts = (row["given_name"], row["surname"], row["date_of_birth"])
            text = " ".join(part for part in parts if part)
            found.append(Asked(name, text, fold(text), originals[number]))
    return found


def people_of(tables: dict[str, pa.Table]) -> list[Person]:
    """Return the people with the first phone, email and postcode of each."""
    patients = tables["patient"].select(["patient_id", "given_names", "family_name", "born_on"])
    phones = _first(tables["patient_phone"], "number")
    emails = _first(tables["patient_email"], "email")
    postcodes = _first(tables["patient_address"], "postcode")
    return [
        Person(key, given, family, born, phones.get(key, ""), emails.get(key, ""),
               postcodes.get(key) or "")
        for key, given, family, born in zip(*patients.to_pydict().values(), strict=True)
    ]  # fmt: skip


def _first(table: pa.Table, column: str) -> dict[str, str]:
    ids = table.column("patient_id").to_pylist()
    return dict(zip(reversed(ids), reversed(table.column(column).to_pylist()), strict=True))

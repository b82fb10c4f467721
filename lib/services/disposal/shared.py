"""What remaining records hold of the same names, telephones and addresses, for their own sake."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from uuid import UUID

from lib.domain.folded import fold, forms, words
from lib.domain.identifiers import Identifiers, Kind
from lib.domain.sought import Pair, Shared, Sought, address_key, name_pairs, phone_key
from lib.store import proof as table
from lib.store.connection import Cursor

# As `lib.store.proof` names them.
TEXTS = {
    Kind.PHONE: "phone",
    Kind.EMAIL: "email",
    Kind.EXTERNAL_ID: "external",
    Kind.DIGEST: "digest",
    Kind.FILE_NAME: "file",
}
PATIENT, ROW = "patient", "row"


def stage(cursor: Cursor, people: Sequence[Identifiers], region: str) -> None:
    """Lay beside the store what the people are known by, for the questions that follow."""
    ids: dict[UUID, str] = {}
    for person in people:
        ids.update(dict.fromkeys((*person.row_ids, *person.key_ids), ROW))
        ids.update(dict.fromkeys(person.patient_ids, PATIENT))
    texts = {pair for person in people for pair in _texts(person, region)}
    table.stage(cursor, ids, texts)


def read(cursor: Cursor, people: Sequence[Identifiers]) -> Shared:
    """Return what is shared with those who remain; after `stage`."""
    families = {form for person in people for _, name in person.names for form in forms(name)}
    written = [one for one in table.list_families(cursor) if not families.isdisjoint(forms(one))]
    table.add_texts(cursor, (("family", one) for one in written))
    wanted = frozenset(pair for one in people for name in one.names for pair in name_pairs(*name))
    names, born = _names(wanted, table.list_bearers(cursor))
    staff = [frozenset(words(fold(one))) for one in table.list_accounts(cursor)]
    return Shared(
        names=frozenset(names | _of_staff(people, staff)),
        families=frozenset(form for one in written for form in forms(one)),
        born=frozenset(born),
        texts={kind: table.list_shared(cursor, name) for kind, name in TEXTS.items()},
        addresses=frozenset(address_key(*one) for one in table.list_addresses(cursor)),
    )


def stage_alone(cursor: Cursor, sought: Sought) -> None:
    """Lay the hashes beside the store that nobody who remains has."""
    alone = (text for text, kind in sought.texts.items() if kind is Kind.DIGEST)
    table.add_texts(cursor, (("alone", one) for one in alone))


def count_namesakes(people: Iterable[Identifiers], shared: Shared) -> int:
    """Return how many of the people have the name and date of birth of a remaining record."""
    return sum(
        any(
            (*pair, day) in shared.born
            for given, family in person.names
            for pair in name_pairs(given, family)
            for day in person.born_on
        )
        for person in people
    )


def _texts(person: Identifiers, region: str) -> Iterable[tuple[str, str]]:
    yield from (("phone", phone_key(one, region)) for one in person.phones)
    yield from (("email", one.strip().lower()) for one in person.emails)
    yield from (("external", one) for one in person.external_ids)
    yield from (("digest", one) for one in person.digests)
    yield from (("file", one) for one in person.file_names)
    yield from (("postcode", code.replace(" ", "").upper()) for _, code in person.addresses)


class _Forms(dict[str, frozenset[str]]):
    """The forms of each name, made once: a million people have a few thousand names."""

    def __missing__(self, name: str) -> frozenset[str]:
        self[name] = forms(name)
        return self[name]


def _names(
    wanted: frozenset[Pair], bearers: Iterable[tuple[str, str | None, str, date | None]]
) -> tuple[set[Pair], set[tuple[str, str, date]]]:
    """Return which of the wanted names somebody bears, and with which dates of birth."""
    names: set[Pair] = set()
    born: set[tuple[str, str, date]] = set()
    known = _Forms()
    for given, preferred, family, day in bearers:
        written = {one for name in (given, preferred) if name for one in (name, _first(name))}
        for pair in product({one for name in written for one in known[name]}, known[family]):
            if pair in wanted:
                names.add(pair)
                if day is not None:
                    born.add((*pair, day))
    return names, born


def _first(name: str) -> str:
    return next(iter(name.split()), name)


def _of_staff(people: Iterable[Identifiers], staff: Sequence[frozenset[str]]) -> set[Pair]:
    return {
        pair
        for person in people
        for given, family in person.names
        for pair in name_pairs(given, family)
        if any({*words(pair[0]), *words(pair[1])} <= one for one in staff)
    }

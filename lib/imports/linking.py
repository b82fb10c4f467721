"""Tying the people whom a file speaks of to patients: by id, else by a careful match.

Whoever is not surely one patient waits until a person has chosen (the review).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from lib.domain.linking import Candidate, Fact, choose, ranked
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError
from lib.imports.importing import Terms
from lib.imports.mentions import Mention
from lib.imports.systems import FIRST_SYSTEM, choose_system
from lib.store import imports, linking
from lib.store.connection import Cursor
from lib.store.linking import Known

ONLY_IDS = "The file names its patients by id only; they are taken for the ids of “{}”."


@dataclass(slots=True)
class Links:
    """Whose each mention is: the patient's id, or None with the candidates to choose from.

    `known` is what is stored of every patient who is linked; `system` that of the file's ids.
    """

    system: str
    patients: list[str | None]
    candidates: dict[int, list[Candidate]] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def link(cursor: Cursor, people: Sequence[Mention], terms: Terms) -> Links:
    """Return whose each mention is. Raises `InvalidInputError` when the ids' system is unclear."""
    links = Links("", [terms.chosen] * len(people))
    incoming = _incoming(people)
    links.system = terms.mapping.system or _system(cursor, people, incoming, links)
    if terms.chosen is None:
        doubtful = _link_by_id(cursor, links, incoming)
        _match(cursor, people, links, doubtful)
    wanted = [patient_id for patient_id in dict.fromkeys(links.patients) if patient_id]
    links.known = linking.get_known(cursor, wanted) if wanted else {}
    return links


def _incoming(people: Sequence[Mention]) -> pa.Table:
    columns = list(zip(*people, strict=True)) if people else [()] * len(Mention._fields)
    external_ids, given, family, born = columns[:4]
    return pa.table(
        {
            "person": pa.array(range(len(people)), pa.int32()),
            "external_id": pa.array(external_ids, pa.string()),
            "given_names": pa.array(given, pa.string()),
            "family_name": pa.array(family, pa.string()),
            "born_on": pa.array(born, pa.date32()),
        }
    )


def _system(cursor: Cursor, people: Sequence[Mention], incoming: pa.Table, links: Links) -> str:
    with_id = [one for one in people if one.external_id]
    if not with_id:
        return FIRST_SYSTEM
    if any(one.given or one.family or one.born_on for one in with_id):
        return choose_system(imports.count_agreement(cursor, incoming))
    systems = linking.count_systems(cursor, incoming)
    if len(systems) > 1:
        named = ", ".join(f"“{name}”" for name in systems)
        message = f"The ids are known in several programs: {named}. Say which one the file is from."
        raise InvalidInputError(message, field="system")
    system = next(iter(systems), FIRST_SYSTEM)
    if systems:
        links.warnings.append(ONLY_IDS.format(system))
    return system


def _link_by_id(cursor: Cursor, links: Links, incoming: pa.Table) -> dict[int, str]:
    """Link whose id is known; return those of whom nothing else agrees, for a person to look at."""
    doubtful: dict[int, str] = {}
    for person, patient_id, is_doubtful in linking.list_by_external_id(
        cursor, links.system, incoming
    ):
        if is_doubtful:
            doubtful[person] = patient_id
        else:
            links.patients[person] = patient_id
    return doubtful


def _match(
    cursor: Cursor, people: Sequence[Mention], links: Links, doubtful: dict[int, str]
) -> None:
    left = {place: people[place] for place, one in enumerate(links.patients) if one is None}
    if not left:
        return
    facts = _facts(cursor, left)
    for person, patient_id in doubtful.items():
        facts[person][patient_id].add(Fact.ID)
    wanted = list({patient_id for found in facts.values() for patient_id in found})
    known = linking.get_details(cursor, wanted, links.system) if wanted else {}
    for person, mention in left.items():
        candidates = [
            Candidate(patient_id, frozenset(agreed | _compared(mention, known[patient_id])))
            for patient_id, agreed in facts[person].items()
        ]
        # An id that is somebody else's speaks against whoever else is alike.
        chosen = None if person in doubtful else choose(candidates)
        if chosen:
            links.patients[person] = chosen
        else:
            free = [one for one in candidates if not known[one.patient_id].is_restricted]
            links.candidates[person] = ranked(free)


def _facts(cursor: Cursor, left: dict[int, Mention]) -> dict[int, dict[str, set[Fact]]]:
    """Return, for each person who is left, the patients who agree in something, and in what."""
    found: dict[int, dict[str, set[Fact]]] = defaultdict(lambda: defaultdict(set))
    written = linking.list_names(cursor)
    folded = pa.table({"written": pa.array(written, pa.string()), "folded": _folds(written)})
    people = pa.table(
        {
            "person": pa.array(left, pa.int32()),
            "given": _folds([one.given for one in left.values()]),
            "family": _folds([one.family for one in left.values()]),
            "born_on": pa.array([one.born_on for one in left.values()], pa.date32()),
        }
    )
    for person, patient_id, agreed in linking.list_namesakes(cursor, people, folded):
        found[person][patient_id] |= agreed
    phones = _contacts((place, number) for place, one in left.items() for number in one.phones)
    emails = _contacts(
        (place, email.lower()) for place, one in left.items() for email in one.emails
    )
    for person, patient_id, fact in linking.list_by_contact(cursor, phones, emails):
        found[person][patient_id].add(fact)
    return found


def _folds(names: Sequence[str]) -> pa.Array:
    known = {name: fold(name) for name in set(names)}
    return pa.array([known[name] for name in names], pa.string())


def _contacts(pairs: Iterable[tuple[int, str]]) -> pa.Table:
    rows = list(pairs)
    return pa.table(
        {
            "person": pa.array([row[0] for row in rows], pa.int32()),
            "value": pa.array([row[1] for row in rows], pa.string()),
        }
    )


def _compared(mention: Mention, known: Known) -> set[Fact]:
    """Return what else agrees, and what speaks against the patient."""
    facts = set()
    if mention.born_on and known.born_on:
        facts.add(Fact.BORN_ON if mention.born_on == known.born_on else Fact.OTHER_BIRTH)
    if mention.postcode and mention.postcode in known.postcodes:
        facts.add(Fact.POSTCODE)
    if mention.external_id and known.ids and mention.external_id not in known.ids:
        facts.add(Fact.OTHER_ID)
    return facts | _names_compared(mention, known)


def _names_compared(mention: Mention, known: Known) -> set[Fact]:
    has_family = bool(mention.family) and fold(mention.family) == fold(known.family_name)
    has_given = bool(mention.given) and fold(mention.given) == fold(known.given_names)
    if has_family and has_given:
        return {Fact.NAME}
    return {Fact.FAMILY_NAME} if has_family else {Fact.GIVEN_NAMES} if has_given else set()

"""Comparing a file's people with the store: who is new, who changed, who is as before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from lib.imports import digests
from lib.imports.importing import Terms
from lib.imports.patients.changes import Change, change_of, is_same_person
from lib.imports.patients.fields import ACCEPTANCES, PatientField
from lib.imports.patients.people import People
from lib.imports.patients.rows import addresses_of
from lib.imports.systems import choose_system
from lib.imports.table import RejectedRow
from lib.store import imports as store
from lib.store.connection import Cursor
from lib.store.imports import Agreement
from lib.store.patient_changes import get_current


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: places of `people` that are new, changes, and rows it refuses.

    `renewed` are patients whose row reads otherwise than last time and still says nothing new.
    """

    people: People
    system: str
    digests: list[str]
    new: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    renewed: dict[int, str] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waiting: int = 0

    @property
    def added(self) -> int:
        """Return how many rows are of new patients."""
        return len(self.new)

    @property
    def changed(self) -> int:
        """Return how many rows change a patient."""
        return len(self.changes)

    @property
    def unchanged(self) -> int:
        """Return how many rows say only what is stored already."""
        return len(self.people) - len(self.new) - len(self.changes) - len(self.rejected)


def plan(cursor: Cursor, people: People, terms: Terms) -> Plan:
    """Return what importing the people would do to the store as it is.

    A row whose id is known is a change of that patient; without an id, a row that was imported
    before is as before.
    """
    system = terms.mapping.system or choose_system(_agreements(cursor, people))
    made = Plan(people, system, digests_of(people, terms.key, system))
    incoming = pa.table({"row_digest": made.digests, "place": _places(people)})
    known = store.list_by_digest(cursor, incoming)
    matched = _matched(cursor, people, system)
    twins = _refuse_twins(made)
    made.new.extend(
        place
        for place in range(len(people))
        if place not in known and place not in matched and place not in twins
    )
    silent = _silent(cursor, people, system, matched)
    differing = {
        place: patient_id
        for place, patient_id in matched.items()
        if known.get(place) != patient_id and place not in silent
    }
    id_column = next(iter(terms.mapping.of(PatientField.EXTERNAL_ID)), "")
    _compare(cursor, made, differing, id_column)
    return made


def digests_of(people: People, key: bytes, system: str) -> list[str]:
    """Return a keyed digest of each row's values, as they are stored."""
    return digests.digests_of(_digested_columns(people), key, system)


def _digested_columns(people: People) -> list[Sequence[str]]:
    days = {day: str(day) for column in people.dates.values() for day in set(column)}
    yes_no = {None: "", True: "y", False: "n"}
    return [
        *people.texts.values(),
        people.postcodes,
        people.sexes,
        *([days[day] for day in column] for column in people.dates.values()),
        [";".join(phone.number for phone in phones) for phones in people.phones],
        [";".join(emails) for emails in people.emails],
        *([yes_no[answer] for answer in people.acceptances[name]] for name in ACCEPTANCES),
    ]


def _places(people: People) -> pa.Array:
    return pa.array(range(len(people)), pa.int32())


def _agreements(cursor: Cursor, people: People) -> list[Agreement]:
    external_ids = people.texts[PatientField.EXTERNAL_ID]
    if not any(external_ids):
        return []
    incoming = pa.table(
        {
            "external_id": external_ids,
            "given_names": people.texts[PatientField.GIVEN_NAMES],
            "family_name": people.texts[PatientField.FAMILY_NAME],
            "born_on": pa.array(people.dates[PatientField.BORN_ON], pa.date32()),
        }
    )
    return store.count_agreement(cursor, incoming)


def _matched(cursor: Cursor, people: People, system: str) -> dict[int, str]:
    external_ids = people.texts[PatientField.EXTERNAL_ID]
    if not any(external_ids):
        return {}
    incoming = pa.table({"external_id": external_ids, "place": _places(people)})
    return store.list_by_external_id(cursor, system, incoming)


def _silent(cursor: Cursor, people: People, system: str, matched: dict[int, str]) -> set[int]:
    """Return the places of merged records whose survivor has a row of its own in the file.

    Two rows of one patient would overwrite each other at every import; the survivor's speaks.
    """
    if len(set(matched.values())) == len(matched):
        return set()
    merged = store.list_merged_ids(cursor, system)
    external_ids = people.texts[PatientField.EXTERNAL_ID]
    speaking = {
        patient_id for place, patient_id in matched.items() if external_ids[place] not in merged
    }
    return {
        place
        for place, patient_id in matched.items()
        if external_ids[place] in merged and patient_id in speaking
    }


def _refuse_twins(made: Plan) -> set[int]:
    """Refuse rows without an id that say exactly what an earlier row of the file says."""
    first_place: dict[str, int] = {}
    twins: set[int] = set()
    for place, digest in enumerate(made.digests):
        first = first_place.setdefault(digest, place)
        if first != place:
            reason = f"the row says the same as line {made.people.lines[first]}"
            made.rejected.append(RejectedRow(made.people.lines[place], "", "", reason))
            twins.add(place)
    return twins


def _compare(cursor: Cursor, made: Plan, changed: dict[int, str], id_column: str) -> None:
    if not changed:
        return
    people = made.people
    current = get_current(cursor, changed.values())
    addresses = addresses_of(people)
    for place, patient_id in changed.items():
        stored, fault = current[patient_id], None
        change = change_of(people, addresses[place], place, patient_id, stored)
        if not is_same_person(people, place, stored):
            fault = "this id belongs to a patient with another name and date of birth"
        elif not change.parts:
            made.renewed[place] = patient_id
        elif stored.is_restricted:
            fault = "the record is restricted and may only be stored, not changed (rule E1)"
        else:
            made.changes.append(change)
        if fault:
            external_id = people.texts[PatientField.EXTERNAL_ID][place]
            made.rejected.append(RejectedRow(people.lines[place], id_column, external_id, fault))

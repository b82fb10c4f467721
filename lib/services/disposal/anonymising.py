"""Counting those whose records are anonymised: a whole batch at once, when the last of it is gone.

Only a batch can hide anybody, and its records go a few at a time. So what they are counted by waits
sealed beside the keys until all are gone, is counted in the transaction that says so, and goes too.
What is kept is a few counts (`lib.domain.anonymising`).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from lib.domain import anonymising as rules
from lib.domain.anonymising import MOST_TRAITS, Facts, Table
from lib.services.clinic import Clinic
from lib.services.disposal import pending
from lib.store import anonymising as table
from lib.store.connection import Cursor, UnitOfWork

SEVERITIES = ("mild", "moderate", "severe")


def remember(
    clinic: Clinic, cursor: Cursor, case_id: UUID, patient_ids: Mapping[str, UUID]
) -> None:
    """Seal what records of a case are counted by, before they go; `patient_ids` by their numbers.

    The transaction in which they go may not come to its end: what counts is who is gone then.
    """
    found = facts_of(cursor, list(patient_ids.values()))
    lines = (
        (number, rules.text_of(found[patient_id]))
        for number, patient_id in patient_ids.items()
        if patient_id in found
    )
    pending.append(clinic, _file(clinic, case_id), lines)


def count_case(clinic: Clinic, unit: UnitOfWork, case_id: UUID, numbers: Sequence[str]) -> int:
    """Count those of a case who are gone, once; return how many rows of counts it touched.

    Called in the transaction that ends the erasing of the case, with the numbers of those gone.
    Where what they are counted by was lost, nothing is counted.
    """
    known = dict(pending.read(clinic, _file(clinic, case_id)))
    return count(unit, [rules.facts_in(known[one]) for one in numbers if one in known])


def let_go(clinic: Clinic, case_id: UUID) -> None:
    """Remove what a case was counted by."""
    pending.remove(_file(clinic, case_id))


def count(unit: UnitOfWork, people: Sequence[Facts]) -> int:
    """Count a whole batch into the tables of counts; return how many rows of counts it touched.

    A batch of fewer than 250 is not counted at all. Nothing of it says who, when or in which case.
    """
    made = rules.tables_of(people)
    for one in made:
        _add(unit.cursor, one)
    return sum(len(one.cells) for one in made)


def facts_of(cursor: Cursor, patient_ids: Sequence[UUID]) -> dict[UUID, Facts]:
    """Return what each patient is counted by; for this act alone."""
    postcodes = dict(table.list_postcodes(cursor, patient_ids))
    days: defaultdict[UUID, set[date]] = defaultdict(set)
    groups: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    for patient_id, day, group in table.list_treatments(cursor, patient_ids):
        days[patient_id].add(day)
        groups[patient_id].update([group] if group else [])
    worst: dict[UUID, str] = {}
    for patient_id, severity in table.list_events(cursor, patient_ids):
        worst[patient_id] = max(severity, worst.get(patient_id, severity), key=SEVERITIES.index)
    return {
        patient_id: Facts(
            sex=sex,
            born_on=born_on,
            postcode=postcodes.get(patient_id, ""),
            seen_on=max(days[patient_id], default=None),
            product_group=_most(groups[patient_id]),
            visits=len(days[patient_id]),
            worst_event=worst.get(patient_id, ""),
        )
        for patient_id, sex, born_on in table.list_patients(cursor, patient_ids)
    }


def _most(groups: Counter[str]) -> str:
    """Return the group used most; of two, the first by name."""
    return min(groups, key=lambda group: (-groups[group], group), default="")


def _add(cursor: Cursor, made: Table) -> None:
    # In the order of what they say: the order in which rows lie tells nothing of the batch.
    for (traits, value), patients in sorted(made.cells.items()):
        padded = (*traits, *(None,) * (MOST_TRAITS - len(traits)))
        key = rules.key_of(made.name, traits, value)
        table.add_count(cursor, key, (made.name, *padded, value), patients)


def _file(clinic: Clinic, case_id: UUID) -> Path:
    return pending.folder_of(clinic) / f"{case_id}{pending.FACTS}"

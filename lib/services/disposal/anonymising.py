"""Counting those whose records are anonymised, in the transaction in which they go.

What is kept is a few counts (`lib.domain.anonymising`); everything read here is forgotten with it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lib.domain import anonymising as rules
from lib.domain.anonymising import MOST_TRAITS, Facts, Table
from lib.store import anonymising as table
from lib.store.connection import Cursor, UnitOfWork

SEVERITIES = ("mild", "moderate", "severe")


def count(unit: UnitOfWork, patient_ids: Sequence[UUID]) -> int:
    """Count a whole batch into the tables of counts; return how many rows of counts it touched.

    Called once for a batch, before its rows go: counting it again would count it twice. A batch
    of fewer than 250 is not counted at all. Nothing of it says who, when or in which case.
    """
    made = rules.tables_of(facts_of(unit.cursor, patient_ids))
    for one in made:
        _add(unit.cursor, one)
    return sum(len(one.cells) for one in made)


def facts_of(cursor: Cursor, patient_ids: Sequence[UUID]) -> list[Facts]:
    """Return what the tables are made of, a patient each; for this act alone."""
    postcodes = dict(table.list_postcodes(cursor, patient_ids))
    days: defaultdict[UUID, set[date]] = defaultdict(set)
    groups: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    for patient_id, day, group in table.list_treatments(cursor, patient_ids):
        days[patient_id].add(day)
        groups[patient_id].update([group] if group else [])
    worst: dict[UUID, str] = {}
    for patient_id, severity in table.list_events(cursor, patient_ids):
        worst[patient_id] = max(severity, worst.get(patient_id, severity), key=SEVERITIES.index)
    return [
        Facts(
            sex=sex,
            born_on=born_on,
            postcode=postcodes.get(patient_id, ""),
            seen_on=max(days[patient_id], default=None),
            product_group=_most(groups[patient_id]),
            visits=len(days[patient_id]),
            worst_event=worst.get(patient_id, ""),
        )
        for patient_id, sex, born_on in table.list_patients(cursor, patient_ids)
    ]


def _most(groups: Counter[str]) -> str:
    """Return the group used most; of two, the first by name."""
    return min(groups, key=lambda group: (-groups[group], group), default="")


def _add(cursor: Cursor, made: Table) -> None:
    # In the order of what they say: the order in which rows lie tells nothing of the batch.
    for (traits, value), patients in sorted(made.cells.items()):
        padded = (*traits, *(None,) * (MOST_TRAITS - len(traits)))
        key = rules.key_of(made.name, traits, value)
        table.add_count(cursor, key, (made.name, *padded, value), patients)

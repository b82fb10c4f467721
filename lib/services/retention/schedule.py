"""The schedule: what is due on a day, what falls due when, and what it says of one patient.

Numbers for whoever may see what expires; patients are told in `lists`. Inside a transaction
(`of_patient`, `told`, `due_ids`) nothing is authorised or written: whoever calls does both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.retention import Disposition, Facts, Status, disposition
from lib.domain.retention_schedule import Group, Heap, Month, by_status, later_of, months_of
from lib.domain.retention_words import Standing, sentence
from lib.errors import NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.retention import blockers, counting, settings
from lib.services.retention.settings import Current
from lib.store import retention, retention_facts
from lib.store.connection import Cursor
from lib.store.retention import Sought
from lib.store.retention_facts import Known

NO_PATIENT = "There is no such record. It may have been disposed of."
# More at once than anybody reviews; a case holds far fewer.
MOST_DUE = 100_000


@dataclass(frozen=True)
class Schedule:
    """Every record of the clinic on a day, counted by what becomes of it.

    `is_old`: something changed since it was counted, and it is being counted anew.
    """

    as_of: date
    settings: Current
    groups: tuple[Group, ...]
    is_old: bool = False

    @cached_property
    def counts_by_status(self) -> Mapping[Status, Heap]:
        """Return what is in each state on the day; every state has its figure."""
        return by_status(self.groups)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Return the seven years from the day's month on: what is kept until then, no longer."""
        return months_of(self.groups, self.as_of)

    @cached_property
    def later(self) -> Heap:
        """Return what is kept beyond those months."""
        return later_of(self.groups, self.as_of)


@dataclass(frozen=True, slots=True)
class Told:
    """What the schedule says of one patient, and everything that it follows from.

    `facts` hold what stands in the way as the rule takes it, `standing` with its dates.
    """

    known: Known
    facts: Facts
    standing: tuple[Standing, ...]
    disposition: Disposition
    settings: Current

    @property
    def sentence(self) -> str:
        """Return why the record is still here, or that it need not be any longer."""
        return sentence(self.disposition, self.facts, self.standing, self.settings.setting)


def schedule(clinic: Clinic, actor: Actor, *, as_of: date) -> Schedule:
    """Return the schedule of a day, past, present or to come. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.VIEW_RETENTION)
    holds = _current(clinic)
    return Schedule(as_of, holds, counting.counted(clinic, as_of, holds.setting))


def soon(clinic: Clinic, actor: Actor, *, as_of: date, patience: float) -> Schedule | None:
    """Return the same, or None while it is being counted for longer than the seconds given."""
    authorise(clinic, actor, Permission.VIEW_RETENTION)
    holds = _current(clinic)
    found = counting.soon(clinic, as_of, holds.setting, patience)
    return Schedule(as_of, holds, found.result, found.is_old) if found else None


def of_patient(cursor: Cursor, patient_id: UUID, as_of: date) -> Told:
    """Return what the schedule says of a patient on a day. Raises `NotFoundError`."""
    found = told(cursor, [patient_id], as_of)
    if patient_id not in found:
        raise NotFoundError(NO_PATIENT)
    return found[patient_id]


def told(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, Told]:
    """Return what the schedule says of these patients; one that is not there is left out."""
    holds = settings.current(cursor)
    standing = blockers.standing(cursor, patient_ids, as_of)
    return {
        key: _told(known, standing.get(key, ()), as_of, holds)
        for key, known in retention_facts.list_known(cursor, patient_ids, as_of).items()
    }


def due_ids(cursor: Cursor, as_of: date, most: int = MOST_DUE) -> list[UUID]:
    """Return the patients whose records may go, wholly or but for the vital subset.

    The longest due first, at most so many; merged records are not among them.
    """
    setting = settings.current(cursor).setting
    due, partial = (
        retention.list_keys(cursor, as_of, setting, Sought(status), most)
        for status in (Status.DISPOSE_DUE, Status.PARTIAL)
    )
    return [*due, *partial][:most]


def _told(known: Known, standing: tuple[Standing, ...], as_of: date, holds: Current) -> Told:
    facts = replace(known.facts, holds=blockers.holds_of(standing))
    return Told(known, facts, standing, disposition(facts, as_of, holds.setting), holds)


def _current(clinic: Clinic) -> Current:
    with clinic.store.reading() as cursor:
        return settings.current(cursor)

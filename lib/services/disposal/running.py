"""Carrying out approved cases: a job beside the screens that neither a crash nor a stop can lose.

What has been done is told by the store alone: the state of the case and of each of its records. So
a case goes on from where it is, whoever calls and however often.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.domain.disposal import RUNNING_STATES, CaseState, ItemState, Method
from lib.errors import ClinicError
from lib.services.clinic import Clinic
from lib.services.disposal import anonymising, cases, certificates, erasing, identifiers, watching
from lib.services.disposal.erasing import Act
from lib.store import disposal_cases as table
from lib.store import people
from lib.store.connection import Cursor, UnitOfWork
from lib.store.disposal_cases import Case

# Records that go together: each look through a table then serves many, and a stop comes soon.
CHUNK = 50
PARTS = 100
UNEXPECTED = (
    "Something unforeseen stopped the case ({}). What is gone is gone and everything else is as it "
    "was: let it go on, and tell whoever runs the server if it stops again."
)
DISK = "The disk or a folder refused ({}). Make room or mend it, then let the case go on."
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)
# One case at a time, so that each is told of truly and the store is rewritten once.
_one_at_a_time = threading.Lock()
_lock = threading.Lock()


@dataclass(slots=True)
class _Work:
    """The thread that is at it for one clinic, and whether it is to begin nothing further."""

    thread: threading.Thread
    is_stopping: threading.Event = field(default_factory=threading.Event)


_at_work: dict[Path, _Work] = {}


def run(clinic: Clinic, case_id: UUID, clock: Clock | None = None) -> Case:
    """Take a case from where it is to its end, or to where it is told to stop; return it.

    What goes wrong is kept with the case in words, and the next run goes on from there. A case that
    was not started, or is done, stays as it is. Raises `NotFoundError`.
    """
    with _one_at_a_time:
        return _run(clinic, case_id, clock or _now)


def begin(clinic: Clinic) -> None:
    """Take up every case that is under way, in a thread; one that is at it sees new ones too."""
    with _lock:
        work = _at_work.get(clinic.home)
        if work is None or not work.thread.is_alive():
            thread = threading.Thread(
                target=resume_all, args=(clinic,), name="disposal", daemon=True
            )
            _at_work[clinic.home] = _Work(thread)
            thread.start()


def resume_all(clinic: Clinic) -> int:
    """Take every case that is under way to its end, the oldest first; return how many were."""
    tried: set[UUID] = set()
    while (found := _next(clinic, tried)) is not None:
        tried.add(found)
        run(clinic, found)
    return len(tried)


def end(clinic: Clinic) -> None:
    """Stop after the records at hand, and wait until that is so; the next start goes on."""
    with _lock:
        work = _at_work.get(clinic.home)
    if work is not None:
        work.is_stopping.set()
        work.thread.join()


def _next(clinic: Clinic, tried: set[UUID]) -> UUID | None:
    """Return the case to take up next; a thread that finds none is at it no more.

    Under the lock of `begin`, so that a case that is started meanwhile is seen or begins another.
    """
    with _lock:
        with clinic.store.reading() as cursor:
            left = [one for one in table.list_running(cursor) if one not in tried]
        work = _at_work.get(clinic.home)
        if work is not None and work.thread is threading.current_thread() and not left:
            del _at_work[clinic.home]
        return None if not left or _is_stopping(clinic) else left[0]


def _is_stopping(clinic: Clinic) -> bool:
    work = _at_work.get(clinic.home)
    return work is not None and work.is_stopping.is_set()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _run(clinic: Clinic, case_id: UUID, clock: Clock) -> Case:
    try:
        while True:
            case = _read(clinic, case_id)
            if case.state not in RUNNING_STATES or case.stopped_at or _is_stopping(clinic):
                return case
            _go_on(clinic, case, clock())
    except ClinicError as error:
        return _failed(clinic, case_id, error.message)
    except OSError as error:
        return _failed(clinic, case_id, DISK.format(error.strerror or type(error).__name__))
    except Exception as error:
        log.exception("A disposal stopped.")
        return _failed(clinic, case_id, UNEXPECTED.format(type(error).__name__))


def _go_on(clinic: Clinic, case: Case, now: datetime) -> None:
    steps = {
        CaseState.ERASING: _erase,
        CaseState.REWRITING: _rewrite,
        CaseState.PROVING: _prove,
    }
    try:
        steps[case.state](clinic, case, now)
    finally:
        watching.forget(case.case_id)


def _erase(clinic: Clinic, case: Case, now: datetime) -> None:
    """Dispose of the next records: those first that an interruption left half gone."""
    with clinic.store.reading() as cursor:
        act = Act(case, _actor(cursor, case), now)
        begun = table.list_in_state(cursor, case.case_id, ItemState.ERASING, CHUNK)
        waiting = table.list_in_state(cursor, case.case_id, ItemState.PROPOSED, CHUNK)
    if begun:
        erasing.finish(clinic, act, begun)
    elif waiting:
        erasing.erase(clinic, act, waiting)
    else:
        _erased(clinic, case, now)


def _erased(clinic: Clinic, case: Case, now: datetime) -> None:
    def work(unit: UnitOfWork) -> None:
        table.set_erased(unit.cursor, case.case_id, now)
        if case.method is Method.ANONYMISE:
            gone = table.list_gone(unit.cursor, case.case_id)
            anonymising.count_case(clinic, unit, case.case_id, gone)
        if case.disposed:
            table.set_state(unit.cursor, case.case_id, CaseState.REWRITING)
            words = f"{case.disposed:,} gone, {case.skipped:,} skipped. The store is rewritten."
            cases.noted(unit, None, case.case_id, now, words)
        else:
            _end(unit, case, now)

    clinic.store.transact(work)
    anonymising.let_go(clinic, case.case_id)


def _rewrite(clinic: Clinic, case: Case, _: datetime) -> None:
    """Make the store's file anew: what was deleted stays in the old one's free blocks."""

    def heard(part: float) -> None:
        watching.note(case.case_id, round(PARTS * part), PARTS)

    clinic.store.rewrite(heard)
    _go_to(clinic, case, CaseState.PROVING)


def _prove(clinic: Clinic, case: Case, now: datetime) -> None:
    """Search what is left, keep the certificate, and let go of what was searched for."""
    certificates.issue(clinic, case.case_id, now=now, progress=_watch(case))
    # In this order: a case that is done leaves nothing behind that says who it was.
    identifiers.let_go(clinic, case.case_id)
    anonymising.let_go(clinic, case.case_id)
    clinic.store.transact(lambda unit: _end(unit, case, now))


def _watch(case: Case) -> Callable[[int, int], None]:
    return partial(watching.note, case.case_id)


def _go_to(clinic: Clinic, case: Case, state: CaseState) -> None:
    clinic.store.transact(lambda unit: table.set_state(unit.cursor, case.case_id, state))


def _end(unit: UnitOfWork, case: Case, now: datetime) -> None:
    table.set_state(unit.cursor, case.case_id, CaseState.DONE)
    table.clear_patients(unit.cursor, case.case_id)
    table.set_finished(unit.cursor, case.case_id, now)
    cases.noted(unit, None, case.case_id, now, "Finished.")
    detail: dict[str, str | int | bool] = {"disposed": case.disposed, "skipped": case.skipped}
    event = Event(Action.DISPOSAL_FINISHED, subject_id=case.case_id, detail=detail)
    unit.audit(_actor(unit.cursor, case), event)


def _read(clinic: Clinic, case_id: UUID) -> Case:
    with clinic.store.reading() as cursor:
        return cases.get(cursor, case_id)


def _failed(clinic: Clinic, case_id: UUID, fault: str) -> Case:
    """Keep with the case why it stands still, where the store still takes it."""
    try:
        clinic.store.transact(lambda unit: table.set_fault(unit.cursor, case_id, fault))
    except ClinicError:
        log.warning("A disposal stopped, and the store does not take why.")
    return _read(clinic, case_id)


def _actor(cursor: Cursor, case: Case) -> Actor:
    """Return whoever started the case: what it does is in the trail as theirs."""
    person_id = case.started_by or case.proposed_by
    person = people.get_person(cursor, person_id)
    username, name = (person.username, person.display_name) if person else ("", "")
    return Actor(person_id, username, name, frozenset())

"""Searching for records that may be one person, at once or beside the screens.

One search runs at a time, for the whole clinic: it can be watched and left by everybody who may
review its pairs. Nobody's record is shown by it; whoever lists the pairs is in the trail.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.duplicates import signs_to_json
from lib.errors import ClinicError, SearchCancelledError, SearchRunningError
from lib.linkage.finding import Found, find_pairs
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import clinic_settings
from lib.store import duplicates as store
from lib.store.clinic_settings import Name
from lib.store.connection import StoreOptions, UnitOfWork
from lib.store.duplicates import FoundPair, Kept

READING = "Reading the records"
SAVING = "Saving the pairs"
CANCELLED = "The search was stopped. The pairs are those of the search before."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: what it is doing, and how much of how much is done."""

    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to: patients and pairs compared, pairs found, and what was new."""

    patients: int
    compared: int
    found: int
    kept: Kept


Watcher = Callable[[Progress], None]


class State(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Job:
    """A search beside the screens. Written by its thread, read by the screens."""

    state: State = State.RUNNING
    progress: Progress = field(default_factory=lambda: Progress(READING))
    searched: Searched | None = None
    problem: str | None = None
    is_cancelled: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self, progress: Progress) -> None:
        """Note the progress; stop the search here if somebody asked for it."""
        if self.is_cancelled:
            raise SearchCancelledError(CANCELLED)
        self.progress = progress


_lock = threading.Lock()
_jobs: list[Job] = []


def run(clinic: Clinic, actor: Actor, *, watch: Watcher | None = None) -> Searched:
    """Compare everybody's records, and make the open pairs those that were found.

    Restricted and merged records are left out; what people have settled stays settled. Raises
    `NotPermittedError`, and whatever `watch` raises: then nothing is changed.
    """
    authorise(clinic, actor, Permission.MERGE_RECORDS)
    told = watch or _unwatched
    told(Progress(READING))
    with clinic.store.reading() as cursor:
        people = store.list_people(cursor, include_deceased=clinic.settings.duplicates_deceased)
    options = StoreOptions(clinic.settings.memory_limit, clinic.settings.threads)
    found = find_pairs(people, options, lambda stage, done, of: told(Progress(stage, done, of)))
    told(Progress(SAVING))
    return _keep(clinic, actor, found, len(people))


def start(clinic: Clinic, actor: Actor) -> Job:
    """Begin a search in a thread of its own and return its job.

    Raises `NotPermittedError`, and `SearchRunningError` while one is running.
    """
    authorise(clinic, actor, Permission.MERGE_RECORDS)
    job = Job()
    with _lock:
        if any(one.state is State.RUNNING for one in _jobs):
            message = "A search is running already. Its pairs will appear here when it is done."
            raise SearchRunningError(message)
        _jobs[:] = [job]
    threading.Thread(
        target=_work, args=(clinic, actor, job), name="duplicate search", daemon=True
    ).start()
    return job


def current() -> Job | None:
    """Return the latest search of this process, running or ended, or None."""
    with _lock:
        return _jobs[-1] if _jobs else None


def cancel() -> None:
    """Ask the running search to stop at its next step."""
    job = current()
    if job is not None:
        job.is_cancelled = True


def dismiss() -> None:
    """Forget a search that has ended."""
    with _lock:
        _jobs[:] = [one for one in _jobs if one.state is State.RUNNING]


def _work(clinic: Clinic, actor: Actor, job: Job) -> None:
    try:
        job.searched = run(clinic, actor, watch=job.watch)
        state = State.DONE
    except SearchCancelledError as error:
        job.problem, state = error.message, State.CANCELLED
    except ClinicError as error:
        job.problem, state = error.message, State.FAILED
    except Exception:
        # A thread has no caller to tell: the person must learn that it ended, the log why.
        log.exception("a search for duplicates failed")
        job.problem = "The search could not be done, and nothing was changed. Try again."
        state = State.FAILED
    job.state = state
    job.ended.set()


def _keep(clinic: Clinic, actor: Actor, found: Found, patients: int) -> Searched:
    now = datetime.now(UTC).replace(tzinfo=None)
    pairs = [
        FoundPair(pair.one, pair.other, pair.probability, signs_to_json(pair.signs))
        for pair in found.pairs
    ]

    def work(unit: UnitOfWork) -> Kept:
        kept = store.upsert_pairs(unit.cursor, pairs, now=now)
        clinic_settings.upsert_setting(
            unit.cursor, Name.DUPLICATE_MODEL, found.model.to_json(), now=now, by=actor.person_id
        )
        detail: dict[str, str | int | bool] = {
            "patients": patients,
            "compared": found.compared,
            "pairs": len(pairs),
            "new": kept.new,
        }
        unit.audit(actor, Event(Action.DUPLICATES_SEARCHED, detail=detail))
        return kept

    return Searched(patients, found.compared, len(pairs), clinic.store.transact(work))


def _unwatched(_: Progress) -> None:
    """Nobody looks."""

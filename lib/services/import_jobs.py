"""Imports that run beside the screens: they can be watched, left, come back to, and stopped.

A job lives in this process only, and its report with it for half an hour: rejected rows hold
personal values, which are kept nowhere else.
"""

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.errors import ClinicError, ImportCancelledError, ImportRefusedError
from lib.imports.kinds import Kind
from lib.imports.report import ImportReport
from lib.services import imports
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.imports import Order, Progress, Source

KEPT = timedelta(minutes=30)
log = logging.getLogger(__name__)


class State(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Job:
    """One import under way or finished. Written by its thread, read by the screens."""

    owner: tuple[UUID, UUID | None]
    order: Order
    kind: Kind = Kind.PATIENTS
    job_id: UUID = field(default_factory=uuid7s.uuid7)
    state: State = State.RUNNING
    progress: Progress = field(default_factory=lambda: Progress("Reading the file", 0, 0))
    report: ImportReport | None = None
    problem: str | None = None
    finished_at: datetime | None = None
    is_cancelled: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self, progress: Progress) -> None:
        """Note the progress; stop the import here if the person asked for it."""
        if self.is_cancelled:
            message = "The import was stopped. Nothing was changed."
            raise ImportCancelledError(message)
        self.progress = progress


_lock = threading.Lock()
_jobs: dict[tuple[UUID, UUID | None], Job] = {}


def start(clinic: Clinic, actor: Actor, source: Source, order: Order, *, now: datetime) -> Job:
    """Begin an import in a thread of its own and return its job.

    Raises `NotPermittedError`, and `ImportRefusedError` while another import runs.
    """
    authorise(clinic, actor, Permission.IMPORT_RECORDS)
    job = Job(_owner(actor), order, source.kind)
    with _lock:
        _forget_old(now)
        if any(one.state is State.RUNNING for one in _jobs.values()):
            message = "Another import is running. Wait until it is done, then try again."
            raise ImportRefusedError(message)
        _jobs[job.owner] = job
    thread = threading.Thread(
        target=_work, args=(clinic, actor, source, job), name="import", daemon=True
    )
    thread.start()
    return job


def job_of(actor: Actor, *, now: datetime) -> Job | None:
    """Return the latest job of this person in this session, or None."""
    with _lock:
        _forget_old(now)
        return _jobs.get(_owner(actor))


def cancel(actor: Actor) -> None:
    """Ask this person's running import to stop; what is committed already stays."""
    with _lock:
        job = _jobs.get(_owner(actor))
    if job is not None:
        job.is_cancelled = True


def dismiss(actor: Actor) -> None:
    """Forget this person's finished import and its report."""
    with _lock:
        job = _jobs.get(_owner(actor))
        if job is not None and job.state is not State.RUNNING:
            del _jobs[job.owner]


def forget_all() -> None:
    """Forget every job that is not running, as when the clinic is closed."""
    with _lock:
        for owner, job in list(_jobs.items()):
            if job.state is not State.RUNNING:
                del _jobs[owner]


def _owner(actor: Actor) -> tuple[UUID, UUID | None]:
    return actor.person_id, actor.session_id


def _forget_old(now: datetime) -> None:
    for owner, job in list(_jobs.items()):
        if job.finished_at is not None and now - job.finished_at > KEPT:
            del _jobs[owner]


def _work(clinic: Clinic, actor: Actor, source: Source, job: Job) -> None:
    try:
        job.report = imports.run(clinic, actor, source, job.order, job.watch)
        state = State.DONE
    except ImportCancelledError as error:
        job.problem, state = error.message, State.CANCELLED
    except ClinicError as error:
        job.problem, state = error.message, State.FAILED
    except Exception:
        # A thread has no caller to tell: the person must learn that it ended, the log why.
        log.exception("an import failed")
        job.problem = "The import could not be done, and nothing was changed. Try again."
        state = State.FAILED
    job.finished_at = _now()
    job.state = state
    job.ended.set()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

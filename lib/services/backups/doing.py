"""A whole back-up: made, checked, old ones let go; at once, or beside the screens."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.backups import BackupKind
from lib.errors import BackupError, BackupRunningError, ClinicError
from lib.services.authority import authorise
from lib.services.backups import checking, making, rotating, turns
from lib.services.backups.checking import Checked
from lib.services.backups.making import Made, Order
from lib.services.backups.turns import Progress, Stage, Watch, nobody
from lib.services.clinic import Clinic

STOPPED = "The server was stopped before it was done. Make another one."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What a whole back-up came to."""

    made: Made
    checked: Checked
    removed: tuple[Path, ...]


def run(clinic: Clinic, actor: Actor | None, order: Order, *, watch: Watch = nobody) -> Done:
    """Make a back-up, check it, and only then let old ones go. Raises what each of them raises."""
    made = making.make(clinic, actor, order, watch=watch)
    checked = checking.check(clinic, actor, made.backup_id, now=utc_now(), watch=watch)
    removed: tuple[Path, ...] = ()
    if checked.is_sound:
        watch(Progress(Stage.REMOVING))
        removed = rotating.rotate(clinic, now=order.now)
    return Done(made, checked, removed)


class State(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Job:
    """A back-up or a check beside the screens. Written by its thread, read by the screens."""

    is_check: bool
    state: State = State.RUNNING
    progress: Progress = field(default_factory=lambda: Progress(Stage.STORE))
    problem: str | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self, progress: Progress) -> None:
        """Note how far it is; stop here when the server ends."""
        _or_stop(progress)
        self.progress = progress


_stopping = threading.Event()
_lock = threading.Lock()
_jobs: list[Job] = []


def start(clinic: Clinic, actor: Actor, *, now: datetime) -> Job:
    """Begin a back-up in a thread of its own and return its job.

    Raises `NotPermittedError`, and `BackupRunningError` while something is under way.
    """
    authorise(clinic, actor, Permission.MANAGE_BACKUPS)

    def work(watch: Watch) -> str | None:
        return run(clinic, actor, Order(now), watch=watch).checked.fault

    return _begin(Job(is_check=False), work)


def start_check(clinic: Clinic, actor: Actor, backup_id: UUID, *, now: datetime) -> Job:
    """Begin to check a back-up in a thread of its own; raises as `start` does."""
    authorise(clinic, actor, Permission.MANAGE_BACKUPS)

    def work(watch: Watch) -> str | None:
        return checking.check(clinic, actor, backup_id, now=now, watch=watch).fault

    return _begin(Job(is_check=True), work)


def current() -> Job | None:
    """Return the latest job of this process, running or ended, or None."""
    with _lock:
        return _jobs[-1] if _jobs else None


def dismiss() -> None:
    """Forget a job that has ended."""
    with _lock:
        _jobs[:] = [one for one in _jobs if one.state is State.RUNNING]


def wake() -> None:
    """Let back-ups begin, as when the server has started."""
    _stopping.clear()


def stop() -> None:
    """Stop what is under way, as when the server ends: the store must not be closed on it."""
    _stopping.set()
    job = current()
    if job is not None and job.state is State.RUNNING:
        job.ended.wait()


def run_nightly(clinic: Clinic) -> None:
    """Make the back-up of the night; what goes wrong is noted and logged, never raised."""
    try:
        done = run(clinic, None, Order(utc_now(), BackupKind.NIGHTLY), watch=_or_stop)
    except BackupRunningError:
        log.info("No nightly back-up: one is being made already.")
    except ClinicError as error:
        log.error("The nightly back-up failed: %s", error.message)  # noqa: TRY400 - said in words
    except Exception:
        log.exception("The nightly back-up failed.")
    else:
        if done.checked.fault:
            log.error("The nightly back-up is not sound: %s", done.checked.fault)


def utc_now() -> datetime:
    """Return the present moment as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _or_stop(_: Progress) -> None:
    if _stopping.is_set():
        raise BackupError(STOPPED)


def _begin(job: Job, work: Callable[[Watch], str | None]) -> Job:
    with _lock:
        if turns.is_taken() or any(one.state is State.RUNNING for one in _jobs):
            message = "A back-up is being made or checked already. Wait until it is done."
            raise BackupRunningError(message)
        _jobs[:] = [job]
    threading.Thread(target=_work, args=(job, work), name="back-up", daemon=True).start()
    return job


def _work(job: Job, work: Callable[[Watch], str | None]) -> None:
    try:
        job.problem = work(job.watch)
        state = State.FAILED if job.problem else State.DONE
    except ClinicError as error:
        job.problem, state = error.message, State.FAILED
    except Exception:
        # A thread has no caller to tell: the person must learn that it ended, the log why.
        log.exception("a back-up failed")
        job.problem = "The back-up could not be made. Older ones are as they were. Try again."
        state = State.FAILED
    job.state = state
    job.ended.set()

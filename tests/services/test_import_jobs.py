"""Imports beside the screens: watched, stopped, left and come back to."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from lib.domain.access import Actor
from lib.errors import ImportRefusedError, NotPermittedError
from lib.services import import_jobs
from lib.services.clinic import Clinic
from lib.services.import_jobs import Job, State
from lib.services.imports import Order, Progress, Source

NOW = datetime(2026, 11, 23, 20, 0)  # noqa: DTZ001 - stored as UTC without a zone
GOOD = Source(b"id,surname\n1,Lee\n2,Roe\n")


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    import_jobs.forget_all()
    yield
    import_jobs.forget_all()


def ended(job: Job) -> Job:
    assert job.ended.wait(30), "the import did not end"
    return job


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every import at its first word until the event is set."""
    go_on = threading.Event()
    watch = Job.watch

    def wait(job: Job, progress: Progress) -> None:
        go_on.wait(30)
        watch(job, progress)

    monkeypatch.setattr(Job, "watch", wait)
    yield go_on
    go_on.set()


def test_a_job_runs_to_its_report(clinic: Clinic, compliance: Actor) -> None:
    job = ended(import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW))
    assert job.state is State.DONE
    assert job.report is not None
    assert job.report.added == 2
    assert job.progress.done == job.progress.total == 2
    assert import_jobs.job_of(compliance, now=NOW) is job


def test_a_job_belongs_to_one_person_in_one_session(
    clinic: Clinic, compliance: Actor, administrator: Actor
) -> None:
    ended(import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW))
    elsewhere = replace(compliance, session_id=uuid4())
    another = replace(administrator, person_id=uuid4())
    assert import_jobs.job_of(elsewhere, now=NOW) is None
    assert import_jobs.job_of(another, now=NOW) is None


def test_one_import_runs_at_a_time(
    clinic: Clinic, compliance: Actor, held: threading.Event
) -> None:
    job = import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW)
    another = replace(compliance, person_id=uuid4())
    with pytest.raises(ImportRefusedError, match="Another import is running"):
        import_jobs.start(clinic, another, GOOD, Order(), now=NOW)
    import_jobs.dismiss(compliance)
    assert import_jobs.job_of(compliance, now=NOW) is job
    held.set()
    assert ended(job).state is State.DONE


def test_a_stopped_import_changes_nothing(
    clinic: Clinic, compliance: Actor, held: threading.Event
) -> None:
    job = import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW)
    import_jobs.cancel(compliance)
    held.set()
    assert ended(job).state is State.CANCELLED
    assert job.problem == "The import was stopped. Nothing was changed."
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM patient").fetchall() == [(0,)]


def test_a_refused_file_ends_the_job_with_its_message(clinic: Clinic, compliance: Actor) -> None:
    job = ended(import_jobs.start(clinic, compliance, Source(b"%PDF-"), Order(), now=NOW))
    assert job.state is State.FAILED
    assert job.problem is not None
    assert "This is a PDF" in job.problem


def test_an_unforeseen_error_is_told_without_its_words(
    clinic: Clinic, compliance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Job, __: Progress) -> None:
        message = "Zoë O'Brien"
        raise RuntimeError(message)

    monkeypatch.setattr(Job, "watch", fail)
    job = ended(import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW))
    assert job.state is State.FAILED
    assert job.problem == "The import could not be done, and nothing was changed. Try again."


def test_a_finished_job_is_forgotten_when_dismissed_and_after_half_an_hour(
    clinic: Clinic, compliance: Actor
) -> None:
    job = ended(import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW))
    assert job.finished_at is not None
    later = job.finished_at + import_jobs.KEPT
    assert import_jobs.job_of(compliance, now=later) is job
    assert import_jobs.job_of(compliance, now=later + timedelta(seconds=1)) is None
    ended(import_jobs.start(clinic, compliance, GOOD, Order(), now=NOW))
    import_jobs.dismiss(compliance)
    assert import_jobs.job_of(compliance, now=NOW) is None
    import_jobs.dismiss(compliance)
    import_jobs.cancel(compliance)


def test_those_who_may_not_import_start_no_job(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(NotPermittedError):
        import_jobs.start(clinic, staff, GOOD, Order(), now=NOW)
    assert import_jobs.job_of(staff, now=NOW) is None

"""Bringing pictures in for tests: a clinic whose workers are shared, so that none start anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.media.workers import Workers
from lib.services.clinic import Clinic
from lib.services.media import ingest, uploads
from lib.services.media.arrivals import Entry
from lib.services.media.ingest import Wanted
from lib.services.media.uploads import Announced
from tests.records import NOW


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Give one set of worker processes to every test."""
    shared = Workers(1)
    yield shared
    shared.close()


@pytest.fixture
def desk(clinic: Clinic, workers: Workers) -> Clinic:
    """Give the test's clinic with the shared workers."""
    return replace(clinic, media=replace(clinic.media, workers=workers))


def send(
    clinic: Clinic, actor: Actor, patient_id: UUID, content: bytes, now: datetime = NOW
) -> UUID:
    """Upload a file as the route does; return the upload's id."""
    arriving = uploads.begin(clinic, actor, Announced(patient_id, len(content)), now=now)
    for start in range(0, len(content), 70_000):
        arriving.take(content[start : start + 70_000])
    return arriving.finish(now=now).upload_id


def wanted(patient_id: UUID, *keys: UUID, **options: object) -> Wanted:
    """Return an order to take uploads in."""
    return replace(Wanted(uuid7s.uuid7(), patient_id, keys), **options)  # type: ignore[arg-type]


def bring(
    clinic: Clinic, actor: Actor, patient_id: UUID, *contents: bytes, **options: object
) -> tuple[Entry, ...]:
    """Upload files and take them in together."""
    keys = [send(clinic, actor, patient_id, content) for content in contents]
    return ingest.take_in(clinic, actor, wanted(patient_id, *keys, **options), now=NOW)


def files_of(clinic: Clinic) -> list[str]:
    """Return the names of every file of media, whatever it is, below the folder `media`."""
    root = clinic.media.files.root
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

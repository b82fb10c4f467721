"""A clinic with a patient who has sealed pictures and evidence, and ways to break a back-up."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.media.evidence import EvidenceFiles
from lib.media.files import ORIGINAL
from lib.services import anchors
from lib.services.backups import doing
from lib.services.backups.making import Made, Order, make
from lib.services.clinic import Clinic
from tests.media_items import add_item
from tests.records import NOW, add_patient, write

EVENTS = (Event(Action.SIGNED_IN), Event(Action.SIGNED_OUT))
PIXELS = b"a picture of a face, sealed " * 20_000


def add_pictures(clinic: Clinic, patient_id: UUID, count: int = 3) -> UUID:
    """Give the patient sealed originals under one key of their own; return the key's id."""
    key_id = clinic.media.keys.make()
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    for _ in range(count):
        media_id = add_item(clinic, patient_id, key_id=key_id)
        with clinic.media.sealed(media_id, ORIGINAL, key_id).writer() as writer:
            writer.write(PIXELS)
    evidence = EvidenceFiles(clinic.home).sealed(uuid7s.uuid7(), clinic.media.keys.get(key_id))
    with evidence.writer() as writer:
        writer.write(b"a signed form")
    return key_id


@pytest.fixture
def full(clinic: Clinic) -> Clinic:
    """Return a clinic with one patient, three pictures, one piece of evidence and anchors."""
    add_pictures(clinic, add_patient(clinic))
    clinic.store.transact(lambda unit: unit.audit(None, *EVENTS))
    anchors.anchor_now(clinic, now=NOW)
    return clinic


@pytest.fixture
def backup(full: Clinic, administrator: Actor) -> Made:
    """Return a back-up of the full clinic."""
    return make(full, administrator, Order(NOW))


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    doing.dismiss()
    yield
    doing.dismiss()


def pictures_in(folder: Path) -> list[Path]:
    """Return the sealed files under a folder, in the order of their names."""
    return sorted(folder.rglob(f"*.{ORIGINAL}"))


def flip(file: Path, place: int = 1000) -> None:
    """Change one byte of a file, and no other copy of it."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.unlink()
    file.write_bytes(content)

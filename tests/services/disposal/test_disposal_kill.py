"""A server that dies at any step of a disposal says where it is, and the next start ends it."""

import importlib
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Role
from lib.domain.disposal import CaseState, ItemState
from lib.errors import MediaKeyMissingError
from lib.media.files import ORIGINAL
from lib.services import audit
from lib.services.clinic import Clinic, open_clinic
from lib.services.disposal import identifiers, ledger, running
from lib.store import disposal_cases
from tests.conftest import actor_with, settings_of
from tests.records import NOW, write
from tests.services.disposal.due import due, people, started
from tests.services.disposal.left import holding

CHILD = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from lib.services.clinic import open_clinic
from lib.services.disposal import running
from tests.conftest import settings_of

place, which, home, case_id = sys.argv[1:5]
module, name = place.rsplit(".", 1)
owner = sys.modules.get(module) or __import__(module, fromlist=["x"])
real = getattr(owner, name)

def dying(*args, **more):
    if which == "after":
        real(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, dying)
clinic = open_clinic(settings_of(Path(home)))
running.run(clinic, UUID(case_id))
"""
# Every step of the act in its order, and what the store says of the record after a kill there.
PLACES = (
    ("lib.services.disposal.identifiers.keep_each", "after", ItemState.PROPOSED),
    ("lib.services.disposal.erasing.begin", "after", ItemState.ERASING),
    ("lib.services.disposal.ledger.append", "after", ItemState.ERASING),
    ("lib.services.disposal.erasing.delete_patients", "after", ItemState.ERASING),
    ("lib.store.disposal_files.delete_files", "before", ItemState.ERASING),
    ("lib.services.disposal.files.remove", "after", ItemState.ERASING),
    ("lib.services.disposal.erasing.erase", "after", ItemState.DISPOSED),
    ("lib.services.disposal.running._rewrite", "before", ItemState.DISPOSED),
    ("lib.services.disposal.running._rewrite", "after", ItemState.DISPOSED),
    ("lib.services.disposal.certificates.issue", "after", ItemState.DISPOSED),
    ("lib.services.disposal.identifiers.let_go", "before", ItemState.DISPOSED),
)


def add_picture(clinic: Clinic, patient_id: UUID) -> tuple[UUID, Path]:
    """Give a patient a key and a sealed picture; return the key's id and the file."""
    key_id, media_id = clinic.media.keys.make(), uuid7s.uuid7()
    sealed = clinic.media.files.sealed(media_id, ORIGINAL, clinic.media.keys.get(key_id))
    with sealed.writer() as writer:
        writer.write(b"bytes")
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    write(
        clinic,
        "media_item",
        media_id=media_id,
        patient_id=patient_id,
        key_id=key_id,
        kind="photograph",
        format="jpeg",
        bytes=5,
        width=1,
        height=1,
        digest=f"{media_id.hex}{media_id.hex}",
        batch_id=uuid7s.uuid7(),
        recorded_at=NOW,
    )
    return key_id, sealed.path


class Died(BaseException):
    """The process is gone at this point."""


def prepared(clinic: Clinic) -> tuple[UUID, UUID, Path, UUID]:
    """Start a case of one record; return case, patient, its picture's file and its key."""
    patient_id = due(clinic, family_name="Quillfeather")
    key_id, file = add_picture(clinic, patient_id)
    case = started(clinic, people(clinic), patient_id)
    return case.case_id, patient_id, file, key_id


def check_ended(clinic: Clinic, about: tuple[UUID, UUID, Path, UUID]) -> None:
    """Take what is under way to its end, and see that everything is gone, once."""
    case_id, patient_id, file, key_id = about
    running.resume_all(clinic)
    with clinic.store.reading() as cursor:
        done = disposal_cases.get_case(cursor, case_id)
        assert holding(cursor, str(patient_id), "Quillfeather") == []
        certificates = cursor.execute("SELECT count(*) FROM disposal_certificate").fetchall()
    assert done is not None
    assert (done.fault, done.state, done.disposed) == (None, CaseState.DONE, 1)
    assert certificates == [(1,)]
    assert not file.exists()
    with pytest.raises(MediaKeyMissingError):
        clinic.media.keys.get(key_id)
    assert [line.number for line in ledger.read(clinic)[0]] == ["D-000001"]
    assert not identifiers.file_of(clinic, case_id).exists()
    assert audit.verify(clinic, actor_with(Role.COMPLIANCE)).is_whole


def state_of(clinic: Clinic, case_id: UUID) -> ItemState:
    with clinic.store.reading() as cursor:
        (item,) = disposal_cases.list_items(cursor, case_id, limit=2, offset=0)
    return item.state


@pytest.mark.parametrize(("place", "which", "state"), PLACES)
def test_whatever_step_it_dies_at_the_store_says_which_and_the_next_start_goes_on(
    clinic: Clinic, place: str, which: str, state: ItemState
) -> None:
    about = prepared(clinic)
    module, name = place.rsplit(".", 1)
    owner = importlib.import_module(module)
    real = getattr(owner, name)

    def dying(*args: object, **more: object) -> None:
        if which == "after":
            real(*args, **more)
        raise Died

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, dying)
        with pytest.raises(Died):
            running.run(clinic, about[0], lambda: NOW)
    assert state_of(clinic, about[0]) is state
    check_ended(clinic, about)


@pytest.mark.slow
@pytest.mark.parametrize(("place", "which", "state"), [PLACES[1], PLACES[3]])
def test_a_disposal_goes_on_after_a_kill(
    clinic: Clinic, place: str, which: str, state: ItemState
) -> None:
    about = prepared(clinic)
    home = clinic.home
    clinic.close()
    arguments = [sys.executable, "-c", CHILD, place, which, str(home), str(about[0])]
    assert subprocess.run(arguments, check=False).returncode == -9
    opened = open_clinic(settings_of(home))
    try:
        assert state_of(opened, about[0]) is state
        check_ended(opened, about)
    finally:
        opened.close()

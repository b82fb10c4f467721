"""Several at once: the same file from two people, the same button twice, a full disk."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.errors import MediaSpaceError
from lib.media.files import MediaFiles
from lib.services.clinic import Clinic
from lib.services.media import ingest, uploads
from lib.services.media.arrivals import Outcome
from lib.services.media.uploads import Announced
from tests.pictures import jpeg
from tests.records import NOW, add_patient
from tests.services.media.conftest import files_of, send, wanted

Result = TypeVar("Result")


def together(*acts: Callable[[], Result]) -> list[Result]:
    """Do all at the same instant."""
    line = threading.Barrier(len(acts))

    def act(one: Callable[[], Result]) -> Result:
        line.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def count(desk: Clinic, table: str) -> int:
    with desk.store.reading() as cursor:
        (row,) = cursor.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
    return int(row[0])


def test_the_same_button_twice_takes_in_once(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    keys = [send(desk, staff, patient_id, jpeg(one)) for one in range(3)]
    order = wanted(patient_id, *keys)
    first, second = together(*[lambda: ingest.take_in(desk, staff, order, now=NOW)] * 2)
    assert [one.outcome for one in (*first, *second)] == [Outcome.IN] * 6
    assert (count(desk, "media_item"), count(desk, "media_label")) == (3, 3)
    assert len(files_of(desk)) == 9


def test_two_people_with_the_same_file_put_it_in_once(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    other = Actor(uuid7s.uuid7(), "other", "Other", frozenset({Role.STAFF}))

    def bring(actor: Actor) -> Outcome:
        key = send(desk, actor, patient_id, jpeg(1))
        (entry,) = ingest.take_in(desk, actor, wanted(patient_id, key), now=NOW)
        return entry.outcome

    found = together(lambda: bring(staff), lambda: bring(other))
    assert sorted(found) == [Outcome.IN, Outcome.REFUSED]
    assert count(desk, "media_item") == 1
    assert len(files_of(desk)) == 3


def test_many_uploads_at_once_share_one_key(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)

    def one_of(number: int) -> Callable[[], UUID]:
        return lambda: send(desk, staff, patient_id, jpeg(number))

    keys = together(*(one_of(number) for number in range(6)))
    entries = ingest.take_in(desk, staff, wanted(patient_id, *keys), now=NOW)
    assert {one.outcome for one in entries} == {Outcome.IN}
    assert (count(desk, "media_key"), len(desk.media.keys.key_ids())) == (1, 1)


def test_a_cancel_while_it_is_being_taken_in_leaves_it_in(
    desk: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))
    settle, is_under_way = MediaFiles.settle, threading.Event()

    def slowly(self: MediaFiles, media_id: UUID) -> None:
        is_under_way.set()
        settle(self, media_id)

    monkeypatch.setattr(MediaFiles, "settle", slowly)

    def cancel() -> None:
        is_under_way.wait()
        uploads.cancel(desk, staff, patient_id, key)

    together(
        lambda: str(ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)),
        lambda: str(cancel()),
    )
    assert (count(desk, "media_item"), len(files_of(desk))) == (1, 3)


CHILD = """
import resource, signal, sys
from pathlib import Path
from uuid import UUID
from lib.domain.access import Role
from lib.errors import MediaSpaceError
from lib.services.clinic import open_clinic
from lib.services.media import uploads
from lib.services.media.uploads import Announced
from lib.settings import Settings
from tests.conftest import actor_with
from tests.pictures import jpeg
from tests.records import NOW, add_patient

clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
patient_id = add_patient(clinic)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
content = jpeg(1) + bytes(3_000_000)
arriving = uploads.begin(
    clinic, actor_with(Role.STAFF), Announced(patient_id, len(content)), now=NOW
)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
try:
    arriving.take(content)
except MediaSpaceError as error:
    print(error.message)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print([path.name for path in clinic.media.files.root.rglob("*") if path.is_file()])
clinic.close()
"""


def test_a_full_disk_is_said_and_nothing_of_the_file_stays(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "clinic")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [uploads.NO_SPACE, "[]"]


def test_a_disk_that_fills_while_files_take_their_place_leaves_nothing(
    desk: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))

    def full(self: MediaFiles, media_id: UUID) -> None:
        del self, media_id
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(MediaFiles, "settle", full)
    with pytest.raises(MediaSpaceError):
        ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)
    assert (count(desk, "media_item"), files_of(desk)) == (0, [])


def test_an_upload_cannot_go_on_for_ever(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    arriving = uploads.begin(desk, staff, Announced(patient_id, 10_000), now=NOW)
    arriving.abandon()
    arriving.abandon()
    assert files_of(desk) == []

"""Several at once: the same file from two people, the same button twice, a full disk."""

import asyncio
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
from lib.domain.media import Kind
from lib.errors import MediaSpaceError, StoreError
from lib.media.files import MediaFiles
from lib.media.prepared import Format, Prepared
from lib.media.workers import Workers
from lib.services.clinic import Clinic
from lib.services.media import ingest, intake, sweep, uploads
from lib.services.media.arrivals import Arrival, Batch, Outcome, Ready
from lib.services.media.intake_rows import Writing
from lib.services.media.uploads import Announced
from lib.web import media_chores
from tests.pictures import jpeg
from tests.records import NOW, add_patient
from tests.services.media.conftest import files_of, send, wanted

Result = TypeVar("Result")
PREPARED = Prepared(
    kind=Kind.PHOTOGRAPH,
    format=Format.JPEG,
    bytes=1,
    width=1,
    height=1,
    duration_ms=None,
    taken_at=None,
    offset_minutes=None,
    likeness=None,
    digest="x",
    renditions=(),
)


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
from lib.domain.media import Kind
from lib.errors import MediaSpaceError, StoreError
from lib.services.clinic import open_clinic
from lib.services.media import uploads
from lib.services.media.uploads import Announced
from lib.settings import Settings
from tests.conftest import actor_with
from lib.web import media_chores
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


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), uploads.NO_SPACE),
        (LookupError("a defect"), intake.BROKEN),
    ],
)
def test_whatever_looking_into_a_file_provokes_concerns_that_file(
    desk: Clinic,
    staff: Actor,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Workers, "prepare", fail)
    (entry,) = ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)
    assert (entry.outcome, entry.sentence, files_of(desk)) == (Outcome.REFUSED, sentence, [])


def test_when_the_store_cannot_even_be_asked_the_marks_stay_for_the_next_start(
    desk: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))

    def gone(*_: object) -> None:
        message = "the store is gone"
        raise StoreError(message)

    with monkeypatch.context() as patched:
        patched.setattr(Writing, "work", gone)
        patched.setattr(intake.media_items, "list_there", gone)
        with pytest.raises(StoreError):
            intake._put_in(  # noqa: SLF001 - past the look that comes before it
                desk,
                Writing(
                    desk,
                    Batch(uuid7s.uuid7(), patient_id, None, staff),
                    [Ready(Arrival(key, uuid7s.uuid7()), PREPARED, frozenset())],
                    NOW,
                ),
                None,
            )
    assert intake.mark_of(desk, key).exists()
    assert sweep.sweep(desk).removed == 1
    assert files_of(desk) == []


def test_old_uploads_are_forgotten_by_the_server_s_chore(
    desk: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(desk, staff, add_patient(desk), jpeg(1))
    monkeypatch.setattr(media_chores, "EVERY_SECONDS", 0)

    async def until_forgotten() -> None:
        chore = asyncio.create_task(media_chores.forget_for_ever(desk))
        while files_of(desk):  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(0)
        chore.cancel()

    asyncio.run(asyncio.wait_for(until_forgotten(), 20))
    assert files_of(desk) == []


def test_a_chore_that_fails_once_is_tried_again(
    desk: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "busy"
        raise StoreError(message)

    monkeypatch.setattr(uploads, "forget_old", fail)
    media_chores._forget(desk)  # noqa: SLF001 - one round of it

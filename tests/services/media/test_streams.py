"""Videos are made playable beside the screens, from what the store says is still to be made."""

import threading
from pathlib import Path
from uuid import UUID

import pytest

from lib.domain.access import Actor
from lib.errors import MediaRefusedError, MediaSpaceError
from lib.media.workers import Workers
from lib.services.clinic import Clinic
from lib.services.media import streams
from lib.services.media.arrivals import Outcome
from tests.records import NOW, add_patient
from tests.services.media.conftest import bring, files_of

ENDED = "Its worker was ended."
DATA = Path(__file__).parents[2] / "media" / "data"


def video() -> bytes:
    return (DATA / "video.mp4").read_bytes()


def stream_of(desk: Clinic, media_id: UUID) -> tuple[str | None, str | None]:
    with desk.store.reading() as cursor:
        sql = "SELECT media_type, fault FROM media_rendition WHERE media_id = ? AND name = 'stream'"
        (row,) = cursor.execute(sql, [media_id]).fetchall()
    return row[0], row[1]


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no thread begin by itself: the test says when."""
    monkeypatch.setattr(streams, "wake", lambda _: None)


def added(desk: Clinic, actor: Actor) -> UUID:
    (entry,) = bring(desk, actor, add_patient(desk), video())
    assert entry.outcome is Outcome.IN
    return entry.media_id


@pytest.mark.usefixtures("quiet")
def test_a_video_goes_in_with_its_poster_and_is_made_playable_later(
    desk: Clinic, staff: Actor
) -> None:
    key = added(desk, staff)
    assert len(files_of(desk)) == 3
    assert stream_of(desk, key) == (None, None)
    assert streams.make_all(desk) == 1
    assert stream_of(desk, key) == ("video/mp4", None)
    assert f"{key.hex[:2]}/{key}.stream" in files_of(desk)
    assert streams.make_all(desk) == 0


def test_a_thread_makes_what_came_in(desk: Clinic, staff: Actor) -> None:
    key = added(desk, staff)
    for work in list(streams._at_work.values()):  # noqa: SLF001 - to wait for it, never to sleep
        work.thread.join()
    assert stream_of(desk, key) == ("video/mp4", None)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (MediaRefusedError("This video cannot be played."), "This video cannot be played."),
        (ValueError("a defect"), streams.BROKEN),
    ],
)
def test_a_video_that_cannot_be_made_playable_says_why_and_is_not_tried_again(
    desk: Clinic,
    staff: Actor,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    fault: str,
) -> None:
    key = added(desk, staff)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Workers, "stream", fail)
    assert streams.make_all(desk) == 1
    assert stream_of(desk, key) == (None, fault)
    assert streams.make_all(desk) == 0


@pytest.mark.usefixtures("quiet")
def test_a_full_disk_is_no_fault_of_the_video_and_it_is_tried_again(
    desk: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = added(desk, staff)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Workers, "stream", full)
        with pytest.raises(MediaSpaceError):
            streams.make_all(desk)
    assert stream_of(desk, key) == (None, None)
    assert streams.make_all(desk) == 1
    assert stream_of(desk, key)[0] == "video/mp4"


@pytest.mark.usefixtures("quiet")
def test_a_removed_video_is_not_made(desk: Clinic, staff: Actor) -> None:
    added(desk, staff)
    desk.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_item SET removed_at = ?", [NOW])
    )
    assert streams.make_all(desk) == 0


def test_a_stop_leaves_the_rest_for_the_next_start(
    clinic: Clinic, staff: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "wake", lambda _: None)
    keys = [added(clinic, staff) for _ in range(2)]
    monkeypatch.undo()
    began = threading.Event()

    def until_ended(*_: object) -> None:
        work = streams._at_work[clinic.home]  # noqa: SLF001 - as the server's end does
        began.set()
        work.is_stopping.wait()
        raise MediaRefusedError(ENDED)

    with monkeypatch.context() as patched:
        patched.setattr(Workers, "stream", until_ended)
        streams.wake(clinic)
        streams.wake(clinic)
        began.wait()
        streams.stop(clinic)
    assert [stream_of(clinic, key) for key in keys] == [(None, None)] * 2
    assert streams.make_all(clinic) == 2
    assert [stream_of(clinic, key)[0] for key in keys] == ["video/mp4"] * 2
    streams.stop(clinic)

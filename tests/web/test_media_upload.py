"""The routes that pictures come in by, through the real gate: who may, what is said, what stays."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import uuid_utils.compat as uuid7s
from starlette.testclient import TestClient

from lib.domain.access import Role
from lib.domain.restriction import Ground
from lib.services.clinic import Clinic
from lib.services.media import uploads
from lib.web import receiving
from tests.pictures import broken, jpeg
from tests.records import add_patient, audit_lines, restrict
from tests.web.conftest import ORIGIN, SignedIn, end_session, now, open_session

FROM_HERE = {"origin": ORIGIN}


@pytest.fixture
def sam(clinic: Clinic) -> SignedIn:
    return open_session(clinic)


@pytest.fixture
def patient_id(clinic: Clinic) -> UUID:
    return add_patient(clinic)


def post(client: TestClient, person: SignedIn, path: str, content: bytes) -> httpx.Response:
    headers = {**FROM_HERE, **person.cookie}
    return client.post(path, content=content, headers=headers)


def send(client: TestClient, person: SignedIn, patient_id: UUID, content: bytes) -> str:
    answer = post(client, person, f"/media-upload/{patient_id}", content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["upload"])


def order(*keys: str, **more: object) -> bytes:
    return json.dumps({"uploads": keys, **more}).encode()


def batch(patient_id: UUID) -> str:
    return f"/media-upload/{patient_id}/batch/{uuid7s.uuid7()}"


def media(clinic: Clinic) -> list[Path]:
    return [path for path in clinic.media.files.root.rglob("*") if path.is_file()]


def test_a_file_is_sent_and_taken_in(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    good, bad = (send(client, sam, patient_id, content) for content in (jpeg(1), broken()))
    address = batch(patient_id)
    answer = post(client, sam, address, order(good, bad))
    assert answer.status_code == 200
    files = answer.json()["files"]
    assert [(one["upload"], one["outcome"]) for one in files] == [(good, "in"), (bad, "refused")]
    assert files[0]["sentence"] is None
    assert post(client, sam, address, order(good, bad)).json() == answer.json()
    assert len(media(clinic)) == 3
    assert ("photograph or video added", "done", str(patient_id)) in [
        line[:3] for line in audit_lines(clinic)
    ]


def test_nobody_sends_without_a_session(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    path = f"/media-upload/{patient_id}"
    assert client.post(path, content=jpeg(1), headers=FROM_HERE).status_code == 401
    end_session(clinic, sam)
    assert post(client, sam, path, jpeg(1)).status_code == 401
    assert post(client, sam, batch(patient_id), order()).status_code == 401
    assert media(clinic) == []


def test_another_site_cannot_make_a_browser_send(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    headers = {"origin": "https://evil.example", **sam.cookie}
    for path in (f"/media-upload/{patient_id}", batch(patient_id)):
        assert client.post(path, content=b"x", headers=headers).status_code == 403
    assert media(clinic) == []


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.OWNER, Role.ADMINISTRATOR])
def test_a_role_that_may_not_is_told_so_and_written_down(
    clinic: Clinic, client: TestClient, patient_id: UUID, role: Role
) -> None:
    person = open_session(clinic, "other", role)
    answer = post(client, person, f"/media-upload/{patient_id}", jpeg(1))
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Your roles do not include")
    assert audit_lines(clinic)[-1][:2] == ("refused", "refused")
    assert media(clinic) == []


def test_a_restricted_record_needs_its_ground(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    restrict(clinic, patient_id)
    path = f"/media-upload/{patient_id}"
    assert post(client, sam, path, jpeg(1)).status_code == 403
    assert post(client, sam, f"{path}?ground=because", jpeg(1)).status_code == 403
    ground = Ground.LEGAL_CLAIMS.value
    key = post(client, sam, f"{path}?ground={ground}", jpeg(1)).json()["upload"]
    assert post(client, sam, batch(patient_id), order(key)).status_code == 403
    answer = post(client, sam, batch(patient_id), order(key, ground=ground))
    assert answer.json()["files"][0]["outcome"] == "in"


def test_an_unknown_and_a_merged_record_are_not_there(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    merged = add_patient(clinic, merged_into_id=patient_id)
    for key in (uuid7s.uuid7(), merged):
        assert post(client, sam, f"/media-upload/{key}", jpeg(1)).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"<html>", "This is not a photograph or video that can be kept."),
        (b"MZ" + bytes(20_000), "This is not a photograph or video that can be kept."),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_of_it_stays(
    clinic: Clinic,
    client: TestClient,
    sam: SignedIn,
    patient_id: UUID,
    content: bytes,
    words: str,
) -> None:
    answer = post(client, sam, f"/media-upload/{patient_id}", content)
    assert (answer.status_code, answer.json()["message"][: len(words)]) == (422, words)
    assert media(clinic) == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the limits be small, as no test waits for 500 MB."""
    monkeypatch.setattr(uploads, "MOST_OF_VIDEO", 3_000_000)
    monkeypatch.setattr(uploads, "MOST", dict.fromkeys(uploads.MOST, 2000000))
    return


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("size", [2_000_001, 3_000_001])
def test_a_file_that_is_too_large_is_refused(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID, size: int
) -> None:
    content = jpeg(1) + bytes(size - len(jpeg(1)))
    answer = post(client, sam, f"/media-upload/{patient_id}", content)
    assert answer.status_code == 422
    assert "Save a smaller copy" in answer.text or "Cut the video" in answer.text
    assert media(clinic) == []


def test_a_file_without_its_length_is_refused(
    client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    headers = {**FROM_HERE, **sam.cookie}
    answer = client.post(f"/media-upload/{patient_id}", content=iter([jpeg(1)]), headers=headers)
    assert answer.status_code == 411


def talk(
    client: TestClient,
    sam: SignedIn,
    patient_id: UUID,
    length: int,
    messages: list[dict[str, object]],
) -> list[dict[str, object]]:
    """Speak ASGI to the app itself, as a browser that is cut off, or lies, would through it."""
    sent: list[dict[str, object]] = []
    path = f"/media-upload/{patient_id}"
    raw = {**FROM_HERE, **sam.cookie, "host": "testserver", "content-length": str(length)}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "client": ("testclient", 1),
        "server": ("testserver", 80),
        "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
    }
    left = iter(messages)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0)
        return next(left, {"type": "http.disconnect"})

    async def sending(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(client.app(scope, receive, sending))  # type: ignore[arg-type]
    return sent


def piece(content: bytes, *, is_more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": content, "more_body": is_more}


def test_a_connection_that_is_cut_leaves_nothing(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    content = jpeg(1) + bytes(3_000_000)
    talk(client, sam, patient_id, len(content), [piece(content[:2_000_000])])
    assert media(clinic) == []


@pytest.mark.parametrize("length", [1_000, 900_000])
def test_a_length_that_is_not_true_is_refused(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID, length: int
) -> None:
    sent = talk(client, sam, patient_id, length, [piece(jpeg(1), is_more=False)])
    assert sent[0]["status"] == 422
    assert media(clinic) == []


def test_a_file_is_never_held_whole(
    client: TestClient, sam: SignedIn, patient_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    take = uploads.Arriving.take

    def watched(self: uploads.Arriving, content: bytes) -> None:
        sizes.append(len(content))
        take(self, content)

    monkeypatch.setattr(uploads.Arriving, "take", watched)
    body = jpeg(1) + bytes(20_000_000)
    pieces = [
        piece(body[start : start + 65_536], is_more=start + 65_536 < len(body))
        for start in range(0, len(body), 65_536)
    ]
    assert talk(client, sam, patient_id, len(body), pieces)[0]["status"] == 201
    assert (sum(sizes), max(sizes) < 2 * receiving.PIECE) == (len(body), True)


def test_an_upload_that_is_not_wanted_is_forgotten(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    key = send(client, sam, patient_id, jpeg(1))
    headers = {**FROM_HERE, **sam.cookie}
    for _ in range(2):
        answer = client.delete(f"/media-upload/{patient_id}/{key}", headers=headers)
        assert answer.status_code == 200
    assert media(clinic) == []
    answer = post(client, sam, batch(patient_id), order(key))
    assert answer.json()["files"][0]["sentence"] == uploads.ENDED


def test_what_nobody_takes_in_is_forgotten_within_the_hour(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    send(client, sam, patient_id, jpeg(1))
    uploads.forget_old(clinic, now=now() + timedelta(minutes=59))
    assert len(media(clinic)) == 1
    uploads.forget_old(clinic, now=now() + timedelta(minutes=61))
    assert media(clinic) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"uploads": ["x"]}',
        b'{"uploads": 3}',
        b'{"uploads": [], "treatment": "x"}',
        b'{"uploads": []}'.ljust(70_000),
    ],
)
def test_an_order_that_is_none_is_refused(
    client: TestClient, sam: SignedIn, patient_id: UUID, content: bytes
) -> None:
    assert post(client, sam, batch(patient_id), content).status_code == 400


def test_only_so_many_files_wait_at_once(
    client: TestClient, sam: SignedIn, patient_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_WAITING", 1)
    send(client, sam, patient_id, jpeg(1))
    answer = post(client, sam, f"/media-upload/{patient_id}", jpeg(2))
    assert (answer.status_code, answer.json()["message"]) == (422, uploads.TOO_MANY)


def test_a_full_disk_is_said_and_leaves_nothing(
    clinic: Clinic, client: TestClient, sam: SignedIn, patient_id: UUID
) -> None:
    # A file where the folder should be is as good as a disk that takes nothing.
    clinic.media.files.root.mkdir(parents=True, exist_ok=True)
    clinic.media.files.incoming_folder.write_bytes(b"")
    answer = post(client, sam, f"/media-upload/{patient_id}", jpeg(1))
    assert (answer.status_code, answer.json()["message"]) == (507, uploads.NO_SPACE)

"""The route of pictures, through the real gate: who may fetch what, which bytes, which headers."""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from starlette.testclient import TestClient

from lib.domain.access import Actor, Permission, Role
from lib.domain.audit import Action
from lib.domain.media import Purpose, Rendition
from lib.domain.media_gallery import Filters
from lib.domain.restriction import Ground
from lib.media.sealing import FRAME_BYTES
from lib.services import records, sessions
from lib.services.clinic import Clinic
from lib.services.media import gallery, originals, removal, serving
from lib.services.media.grants import Grant, grants
from lib.services.media.serving import Asked
from lib.web import media
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict
from tests.sealed_pictures import (
    ORIGINAL,
    PREVIEW,
    THUMBNAIL,
    Files,
    add_key,
    add_picture,
    add_rendition,
)
from tests.web.conftest import SignedIn, end_session, now, open_session

LONG = bytes(range(256)) * 8192
NO_PICTURE = serving.NO_PICTURE


@dataclass(frozen=True, slots=True)
class Known:
    """A patient with one picture, and somebody of the staff who is signed in."""

    patient_id: UUID
    key_id: UUID
    media_id: UUID
    sam: SignedIn


@pytest.fixture
def known(clinic: Clinic) -> Known:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    return Known(anna, key, add_picture(clinic, anna, key), open_session(clinic))


@pytest.fixture
def film(clinic: Clinic, known: Known) -> UUID:
    """Give a video whose stream has eight frames."""
    files = Files({"thumbnail": THUMBNAIL, "preview": PREVIEW, "stream": LONG})
    return add_picture(clinic, known.patient_id, known.key_id, files, kind="video", format="MP4")


def actor_of(clinic: Clinic, signed_in: SignedIn) -> Actor:
    live = sessions.by_token(clinic, signed_in.token, now=now())
    assert live is not None
    return live.actor


def at(media_id: UUID, name: str = "preview", purpose: str = "record") -> str:
    return f"/media-store/{media_id}/{name}?for={purpose}"


def list_page(clinic: Clinic, known: Known, filters: Filters | None = None) -> None:
    gallery.page_of(
        clinic,
        actor_of(clinic, known.sam),
        known.patient_id,
        filters or Filters(),
        Purpose.RECORD,
        0,
        as_of=TODAY,
    )


def views(clinic: Clinic) -> int:
    return sum(line[0] == Action.MEDIA_VIEWED for line in audit_lines(clinic))


def test_each_rendition_and_the_original_come_as_they_are(client: TestClient, known: Known) -> None:
    for name, content, kind in (
        ("thumbnail", THUMBNAIL, "image/webp"),
        ("preview", PREVIEW, "image/webp"),
        ("original", ORIGINAL, "image/jpeg"),
    ):
        found = client.get(at(known.media_id, name), headers=known.sam.cookie)
        assert (found.status_code, found.content) == (200, content)
        assert found.headers["content-type"] == kind


def test_the_addresses_are_those_that_the_route_answers() -> None:
    media_id = UUID("01a20000-0000-7000-8000-000000000009")
    assert serving.address(media_id, Rendition.PREVIEW, Purpose.SOCIAL_MEDIA) == (
        f"/media-store/{media_id}/preview?for=social+media"
    )
    assert originals.address(media_id) == f"/media-store/{media_id}/original?for=record"


def test_nothing_that_is_sent_says_whose_it_is_and_nobody_keeps_it(
    client: TestClient, known: Known
) -> None:
    found = client.get(at(known.media_id), headers=known.sam.cookie)
    sent = dict(found.headers)
    assert sent["cache-control"] == "no-store"
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["content-disposition"] == "inline"
    assert not {"etag", "last-modified", "set-cookie", "server"} & sent.keys()
    original = client.get(at(known.media_id, "original"), headers=known.sam.cookie)
    name = f"photograph-{known.media_id.hex[-8:]}.jpeg"
    assert original.headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("name", [*Rendition, "original"])
def test_without_a_session_every_route_is_shut(client: TestClient, known: Known, name: str) -> None:
    for media_id in (known.media_id, uuid7s.uuid7()):
        found = client.get(at(media_id, name))
        assert (found.status_code, found.text) == (401, "Sign in first.")


@pytest.mark.parametrize("name", [*Rendition, "original"])
@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMINISTRATOR])
def test_a_wrong_role_is_not_told_whether_there_is_a_picture(
    clinic: Clinic, client: TestClient, known: Known, name: str, role: Role
) -> None:
    other = open_session(clinic, "other", role)
    answers = {
        (found.status_code, found.text)
        for media_id in (known.media_id, uuid7s.uuid7())
        if (found := client.get(at(media_id, name), headers=other.cookie)) is not None
    }
    assert [status for status, _ in answers] == [403]
    refused = [line for line in audit_lines(clinic) if line[0] == Action.REFUSED]
    assert [line[2] for line in refused] == [str(known.patient_id), None]


def test_an_ended_session_fetches_nothing(clinic: Clinic, client: TestClient, known: Known) -> None:
    assert client.get(at(known.media_id), headers=known.sam.cookie).status_code == 200
    end_session(clinic, known.sam)
    for name in (*Rendition, "original"):
        assert client.get(at(known.media_id, name), headers=known.sam.cookie).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        at(UUID(int=0)),
        at(UUID(int=0), "original"),
        "/media-store/x/preview?for=record",
        "/media-store/01a20000-0000-7000-8000-000000000009/preview",
        "/media-store/01a20000-0000-7000-8000-000000000009/preview?for=fun",
        "/media-store/01a20000-0000-7000-8000-000000000009/poster?for=record",
        "/media-store/01a20000-0000-7000-8000-000000000009/..%2fmaster.key?for=record",
    ],
)
def test_a_guessed_address_is_answered_in_words(
    client: TestClient, known: Known, address: str
) -> None:
    found = client.get(address, headers=known.sam.cookie)
    assert (found.status_code, found.text) == (404, NO_PICTURE)


@pytest.mark.parametrize("purpose", ["education", "social+media", "third+party"])
@pytest.mark.parametrize("name", ["thumbnail", "preview", "original"])
def test_another_purpose_is_refused_at_the_moment_of_the_fetch(
    clinic: Clinic, client: TestClient, known: Known, name: str, purpose: str
) -> None:
    list_page(clinic, known)
    found = client.get(at(known.media_id, name, purpose), headers=known.sam.cookie)
    assert found.status_code == 403
    assert "has not been asked" in found.text
    action, outcome, patient, _, detail = audit_lines(clinic)[-1]
    assert (action, outcome, patient) == (Action.REFUSED, "refused", str(known.patient_id))
    assert json.loads(detail)["because"] == "purpose"


def test_thumbnails_just_listed_need_no_entry_of_their_own(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    list_page(clinic, known)
    before = len(audit_lines(clinic))
    for _ in range(2):
        client.get(at(known.media_id, "thumbnail"), headers=known.sam.cookie)
    assert len(audit_lines(clinic)) == before
    other = open_session(clinic, "other")
    client.get(at(known.media_id, "thumbnail"), headers=other.cookie)
    assert views(clinic) == 1
    client.get(at(known.media_id), headers=known.sam.cookie)
    assert views(clinic) == 2


def test_thumbnails_listed_for_another_purpose_need_an_entry_of_their_own(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    grant = Grant(Purpose.EDUCATION)
    grants.give(actor_of(clinic, known.sam), [known.media_id], grant, now())
    client.get(at(known.media_id, "thumbnail"), headers=known.sam.cookie)
    assert views(clinic) == 1


def test_a_preview_is_one_look_in_some_minutes_and_a_film_one_whatever_its_ranges(
    clinic: Clinic, client: TestClient, known: Known, film: UUID
) -> None:
    for _ in range(3):
        client.get(at(known.media_id), headers=known.sam.cookie)
    assert views(clinic) == 1
    for start in (0, FRAME_BYTES, 5):
        headers = {**known.sam.cookie, "range": f"bytes={start}-"}
        assert client.get(at(film, "stream"), headers=headers).status_code == 206
    assert views(clinic) == 2
    client.get(at(film), headers=known.sam.cookie)
    assert views(clinic) == 3


def test_an_original_is_an_export_each_time(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    for _ in range(2):
        client.get(at(known.media_id, "original"), headers=known.sam.cookie)
    lines = [line for line in audit_lines(clinic) if line[0] == Action.MEDIA_EXPORTED]
    assert [line[2] for line in lines] == [str(known.patient_id)] * 2
    told = json.loads(lines[-1][4])
    assert (told["what"], told["purpose"]) == ("original", "record")


def test_an_original_is_refused_as_the_export_that_it_is(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    owner = open_session(clinic, "owner", Role.OWNER)
    assert client.get(at(known.media_id, "original"), headers=owner.cookie).status_code == 403
    detail = json.loads(audit_lines(clinic)[-1][4])
    assert detail["permission"] == Permission.EXPORT_MEDIA.value


def test_a_restricted_record_shows_nothing_until_this_session_names_its_ground(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    list_page(clinic, known)
    restrict(clinic, known.patient_id)
    for name in ("thumbnail", "preview", "original"):
        found = client.get(at(known.media_id, name), headers=known.sam.cookie)
        assert (found.status_code, found.text) == (403, serving.GROUND_NEEDED)
    detail = json.loads(audit_lines(clinic)[-1][4])
    assert detail["because"] == "restricted"
    actor = actor_of(clinic, known.sam)
    records.open_record(clinic, actor, known.patient_id, as_of=TODAY, ground=Ground.LEGAL_CLAIMS)
    assert client.get(at(known.media_id), headers=known.sam.cookie).status_code == 200
    assert audit_lines(clinic)[-1][3] == "legal claims"
    assert client.get(at(known.media_id, "original"), headers=known.sam.cookie).status_code == 200
    exported = audit_lines(clinic)[-1]
    assert (exported[0], exported[3]) == (Action.MEDIA_EXPORTED, "legal claims")
    other = open_session(clinic, "other")
    assert client.get(at(known.media_id), headers=other.cookie).status_code == 403


def test_a_gallery_opened_on_a_ground_lets_its_pictures_through(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    restrict(clinic, known.patient_id)
    gallery.page_of(
        clinic,
        actor_of(clinic, known.sam),
        known.patient_id,
        Filters(),
        Purpose.RECORD,
        0,
        as_of=TODAY,
        ground=Ground.CONSENT,
    )
    found = client.get(at(known.media_id, "thumbnail"), headers=known.sam.cookie)
    assert found.status_code == 200


def test_a_removed_picture_is_seen_only_among_the_removed_ones(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    list_page(clinic, known)
    actor = actor_of(clinic, known.sam)
    removal.remove(clinic, actor, known.patient_id, [known.media_id], "Blurred", now=NOW)
    for name in ("thumbnail", "preview", "original"):
        found = client.get(at(known.media_id, name), headers=known.sam.cookie)
        assert (found.status_code, found.text) == (404, serving.REMOVED)
    list_page(clinic, known, Filters(is_removed=True))
    assert client.get(at(known.media_id), headers=known.sam.cookie).status_code == 200


def test_pictures_left_on_a_merged_record_are_not_served(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    other = add_patient(clinic)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?",
            [str(other), str(known.patient_id)],
        )
    )
    found = client.get(at(known.media_id), headers=known.sam.cookie)
    assert (found.status_code, found.text) == (404, records.MERGED)


def test_a_rendition_that_is_being_made_or_failed_says_so(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    found = client.get(at(known.media_id, "stream"), headers=known.sam.cookie)
    assert (found.status_code, found.text) == (404, NO_PICTURE)
    add_rendition(clinic, known.patient_id, known.media_id, "stream", media_type=None)
    found = client.get(at(known.media_id, "stream"), headers=known.sam.cookie)
    assert (found.status_code, found.text) == (404, serving.BEING_MADE)
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_rendition SET fault = 'No film in it.'")
    )
    found = client.get(at(known.media_id, "stream"), headers=known.sam.cookie)
    assert (found.status_code, found.text) == (404, "No film in it.")


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=262000-262500", 262_000, 262_500),
        ("bytes=2097000-", 2_097_000, 2_097_151),
        ("bytes=-100", 2_097_052, 2_097_151),
        ("bytes=2097151-9999999", 2_097_151, 2_097_151),
        ("bytes=-9999999", 0, 2_097_151),
        ("bytes=100-1999999", 100, 1_999_999),
    ],
)
def test_a_part_is_exactly_the_bytes_asked_for(
    client: TestClient, known: Known, film: UUID, header: str, first: int, last: int
) -> None:
    found = client.get(at(film, "stream"), headers={**known.sam.cookie, "range": header})
    assert found.status_code == 206
    assert found.headers["content-range"] == f"bytes {first}-{last}/{len(LONG)}"
    assert found.headers["content-length"] == str(last - first + 1)
    assert found.content == LONG[first : last + 1]


def test_what_lies_past_the_end_is_told(client: TestClient, known: Known, film: UUID) -> None:
    for header in ("bytes=2097152-", "bytes=-0"):
        found = client.get(at(film, "stream"), headers={**known.sam.cookie, "range": header})
        assert found.status_code == 416
        assert found.headers["content-range"] == f"bytes */{len(LONG)}"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"range": "bytes=0-1,5-6"},
        {"range": "lines=0-1"},
        {"range": "bytes=9-2"},
        {"range": "bytes=-"},
        {"range": "bytes=0-1", "if-range": '"abc"'},
    ],
)
def test_anything_else_is_answered_with_the_whole(
    client: TestClient, known: Known, film: UUID, headers: dict[str, str]
) -> None:
    found = client.get(at(film, "stream"), headers={**known.sam.cookie, **headers})
    assert (found.status_code, found.headers["accept-ranges"]) == (200, "bytes")
    assert found.content == LONG


def test_head_says_how_long_it_is_and_sends_nothing(
    client: TestClient, known: Known, film: UUID
) -> None:
    found = client.head(at(film, "stream"), headers={**known.sam.cookie, "range": "bytes=0-1"})
    assert (found.status_code, found.headers["content-length"]) == (200, str(len(LONG)))
    assert found.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_changed_by_this_route(client: TestClient, known: Known, method: str) -> None:
    headers = {**known.sam.cookie, "origin": "http://testserver"}
    found = client.request(method, at(known.media_id), headers=headers)
    assert (found.status_code, found.text) == (404, NO_PICTURE)


def test_a_missing_a_cut_and_a_changed_file_are_said_plainly(
    clinic: Clinic, client: TestClient, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    path = clinic.media.files.path_of(known.media_id, "preview")
    whole = path.read_bytes()
    for content, words in (
        (whole[:-3], "end of this picture's file is missing"),
        (whole[:-1] + bytes([whole[-1] ^ 1]), "was changed since it was sealed"),
        (None, "The file of this picture is missing"),
    ):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        found = client.get(at(known.media_id), headers=known.sam.cookie)
        assert found.status_code == 500
        assert words in found.text or "changed" in found.text
    assert "Hart" not in caplog.text
    assert str(path) not in caplog.text
    assert client.get("/health").status_code == 200


def test_a_frame_changed_in_the_middle_ends_the_answer_short_and_the_server_lives(
    clinic: Clinic,
    client: TestClient,
    known: Known,
    film: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = clinic.media.files.path_of(film, "stream")
    content = bytearray(path.read_bytes())
    content[3 * FRAME_BYTES] ^= 1
    path.write_bytes(content)
    with caplog.at_level(logging.ERROR):
        found = client.get(at(film, "stream"), headers=known.sam.cookie)
    assert found.content == LONG[: len(found.content)]
    assert len(found.content) < 4 * FRAME_BYTES
    assert "SealedFileAlteredError" in caplog.text
    assert client.get("/health").status_code == 200


def test_without_its_key_every_copy_is_unreadable(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    root = clinic.media.files.root
    backup = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    clinic.media.keys.delete(known.key_id)
    for path, content in backup.items():
        path.write_bytes(content)
    for name in ("thumbnail", "preview", "original"):
        found = client.get(at(known.media_id, name), headers=known.sam.cookie)
        assert (found.status_code, found.text) == (
            500,
            "The key of these pictures is gone: nobody can open them any more.",
        )


def test_a_key_file_put_back_with_the_wrong_master_key_opens_nothing(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    path = clinic.media.keys.folder / f"{known.key_id}.key"
    kept = bytearray(path.read_bytes())
    kept[-1] ^= 1
    path.write_bytes(kept)
    found = client.get(at(known.media_id), headers=known.sam.cookie)
    assert found.status_code == 500
    assert found.text.endswith(".")


def test_files_swapped_between_two_pictures_are_noticed(
    clinic: Clinic, client: TestClient, known: Known
) -> None:
    other = add_picture(clinic, known.patient_id, known.key_id)
    first, second = (clinic.media.files.path_of(one, "preview") for one in (known.media_id, other))
    first.write_bytes(second.read_bytes())
    found = client.get(at(known.media_id), headers=known.sam.cookie)
    assert (found.status_code, "belongs to another picture" in found.text) == (500, True)


def test_a_long_film_stops_when_its_session_ends(
    clinic: Clinic, client: TestClient, known: Known, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "ASKED_AGAIN", timedelta(seconds=-1))
    assert client.get(at(film, "stream"), headers=known.sam.cookie).content == LONG
    live = sessions.by_token(clinic, known.sam.token, now=now())
    assert live is not None
    asked = Asked(film, Rendition.STREAM, Purpose.RECORD)
    opened = serving.open_rendition(clinic, live.actor, asked, now=now())

    async def watch() -> list[bytes]:
        seen = []
        async for chunk in media.frames(opened, range(len(LONG)), live):
            seen.append(chunk)
            if len(seen) == 2:
                end_session(clinic, known.sam)
        return seen

    assert b"".join(asyncio.run(watch())) == LONG[: 2 * FRAME_BYTES]
    assert opened.reader.closed

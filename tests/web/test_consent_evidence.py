"""The routes of evidence through the real gate: who may, what is said, how it goes out."""

from uuid import UUID, uuid4

import httpx
import pytest
from starlette.testclient import TestClient

from lib.domain.access import Role
from lib.media.evidence import EvidenceFiles
from lib.services.clinic import Clinic
from lib.services.consent import evidence, waiting
from lib.services.consent.evidence import Attached
from lib.services.sessions import by_token
from tests.records import add_patient, audit_lines
from tests.web.conftest import ORIGIN, SignedIn, end_session, now, open_session

FROM_HERE = {"origin": ORIGIN}
HOSTILE = b"From: a@example.com\r\n\r\n<script>alert(1)</script>\r\n"


@pytest.fixture
def sam(clinic: Clinic) -> SignedIn:
    return open_session(clinic)


def send(client: TestClient, person: SignedIn, content: bytes) -> httpx.Response:
    headers = {**FROM_HERE, **person.cookie}
    return client.post(waiting.NEW, content=content, headers=headers)


def keep(clinic: Clinic, client: TestClient, sam: SignedIn) -> UUID:
    answer = send(client, sam, HOSTILE)
    assert (answer.status_code, answer.json()["kind"]) == (201, "email")
    live = by_token(clinic, sam.token, now=now())
    assert live is not None
    key = UUID(answer.json()["evidence"])
    wanted = Attached(key, add_patient(clinic), now(), has_file=True)
    return evidence.add_file(clinic, live.actor, wanted)


def test_a_file_goes_out_to_be_saved_and_is_never_shown(
    clinic: Clinic, client: TestClient, sam: SignedIn
) -> None:
    key = keep(clinic, client, sam)
    answer = client.get(f"/consent-evidence/{key}", headers=sam.cookie)
    assert (answer.status_code, answer.content) == (200, HOSTILE)
    told = {name: answer.headers[name] for name in ("content-disposition", "content-type")}
    assert told == {
        "content-disposition": f'attachment; filename="evidence-{key.hex[-8:]}.eml"',
        "content-type": "message/rfc822",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]
    assert audit_lines(clinic)[-1][0] == "evidence of consent viewed"


def test_nobody_sends_fetches_or_cancels_without_a_session(
    clinic: Clinic, client: TestClient, sam: SignedIn
) -> None:
    key = keep(clinic, client, sam)
    end_session(clinic, sam)
    path = f"/consent-evidence/{key}"
    answers = (
        send(client, sam, HOSTILE),
        client.get(path, headers=sam.cookie),
        client.delete(path, headers={**FROM_HERE, **sam.cookie}),
    )
    assert [one.status_code for one in answers] == [401, 401, 401]


def test_a_role_that_may_not_is_told_so(clinic: Clinic, client: TestClient, sam: SignedIn) -> None:
    key = keep(clinic, client, sam)
    other = open_session(clinic, "other", Role.OWNER)
    assert send(client, other, HOSTILE).status_code == 403
    assert client.get(f"/consent-evidence/{key}", headers=other.cookie).status_code == 403


def test_what_is_refused_says_why_and_what_is_not_there_is_not_there(
    clinic: Clinic, client: TestClient, sam: SignedIn
) -> None:
    answer = send(client, sam, b"<html>" + b"x" * 2_000_000)
    assert (answer.status_code, answer.json()["message"][:19]) == (422, "This is a web page.")
    assert client.get(f"/consent-evidence/{uuid4()}", headers=sam.cookie).status_code == 404
    files = EvidenceFiles(clinic.home).root
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_file_that_is_not_wanted_is_removed(
    clinic: Clinic, client: TestClient, sam: SignedIn
) -> None:
    key = send(client, sam, HOSTILE).json()["evidence"]
    headers = {**FROM_HERE, **sam.cookie}
    assert client.delete(f"/consent-evidence/{key}", headers=headers).json() == {"evidence": None}
    assert list(EvidenceFiles(clinic.home).arriving()) == []


def test_a_length_must_be_said_and_a_lying_one_is_not_waited_for(
    client: TestClient, sam: SignedIn
) -> None:
    headers = {**FROM_HERE, **sam.cookie}
    assert client.post(waiting.NEW, content=iter([b"x"]), headers=headers).status_code == 411
    huge = {**headers, "content-length": "900000000"}
    assert client.post(waiting.NEW, content=b"x", headers=huge).status_code == 422

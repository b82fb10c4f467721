"""Our own routes: health, and beginning, keeping and ending a session."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from lib.domain.access import Role
from lib.services import sign_in
from lib.services.clinic import Clinic
from lib.services.sign_in import Stage
from lib.web.caller import SESSION_COOKIE
from tests.services.conftest import add_person, enrolled
from tests.web.conftest import ORIGIN, end_session, now, open_session, set_seen

OURS = {"origin": ORIGIN}


def ticket(clinic: Clinic) -> str:
    known = enrolled(clinic, add_person(clinic, "kim", Role.STAFF), now())
    stage = Stage(known.person_id, "kim", started_at=now(), is_code_given=True)
    return sign_in.issue_ticket(clinic, stage, now=now())


def test_health_says_nothing_else(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok", "search_ready": False}


def test_a_ticket_becomes_a_cookie_that_no_script_reads(clinic: Clinic, client: TestClient) -> None:
    answer = client.post("/session/begin", content=ticket(clinic), headers=OURS)
    assert answer.json() == {"signed_in": True}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/session/state").json()["signed_in"] is True


def test_a_ticket_works_once(clinic: Clinic, client: TestClient) -> None:
    issued = ticket(clinic)
    client.post("/session/begin", content=issued, headers=OURS)
    again = client.post("/session/begin", content=issued, headers=OURS)
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff" * 10_000])
def test_an_invented_ticket_opens_nothing(client: TestClient, body: bytes) -> None:
    assert client.post("/session/begin", content=body, headers=OURS).status_code == 403


def test_another_site_cannot_begin_a_session(clinic: Clinic, client: TestClient) -> None:
    issued = ticket(clinic)
    evil = {"origin": "http://evil.example"}
    assert client.post("/session/begin", content=issued, headers=evil).status_code == 403
    assert client.post("/session/begin", content=issued).status_code == 403
    assert client.post("/session/begin", content=issued, headers=OURS).status_code == 200


def test_a_ticket_in_an_address_opens_nothing(clinic: Clinic, client: TestClient) -> None:
    issued = ticket(clinic)
    assert "set-cookie" not in client.get(f"/session/begin?{issued}").headers
    assert client.post("/session/begin", content=issued, headers=OURS).status_code == 200


def test_asking_how_long_is_left_does_not_prolong(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    set_seen(clinic, sam, now() - timedelta(minutes=10))
    for _ in range(2):
        state = client.get("/session/state", headers=sam.cookie).json()
        assert 0 < state["seconds_left"] <= 5 * 60
        assert state["can_stay"] is True


def test_staying_prolongs(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    set_seen(clinic, sam, now() - timedelta(minutes=10))
    state = client.post("/session/stay", headers={**OURS, **sam.cookie}).json()
    assert state["seconds_left"] > 14 * 60


def test_nobody_can_stay_beyond_the_end(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    end_session(clinic, sam)
    answer = client.post("/session/stay", headers={**OURS, **sam.cookie})
    assert answer.json() == {"signed_in": False}
    assert client.get("/session/state").json() == {"signed_in": False}


def test_signing_out_ends_the_session_and_the_cookie(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    answer = client.post("/session/end", headers={**OURS, **sam.cookie})
    assert 'desk_session=""' in answer.headers["set-cookie"]
    assert client.get("/session/state", headers=sam.cookie).json() == {"signed_in": False}
    assert client.post("/session/end", headers=OURS).json() == {"signed_in": False}


def test_the_guard_and_the_icon_are_served(client: TestClient) -> None:
    guard = client.get("/desk/guard.js")
    assert guard.headers["content-type"].startswith("text/javascript")
    assert "4401" in guard.text
    assert client.get("/desk/icon.svg").headers["content-type"] == "image/svg+xml"

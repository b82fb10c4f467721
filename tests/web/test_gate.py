"""The gate: what it lets through, what it adds, and how it ends."""

import asyncio
from datetime import timedelta

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from lib.domain.access import Actor, Role
from lib.services import people, sessions
from lib.services.clinic import Clinic
from lib.web import gate
from lib.web.connections import Connections
from tests.web.conftest import (
    ORIGIN,
    SignedIn,
    StandIn,
    end_session,
    frame,
    now,
    open_session,
    set_seen,
)

STREAM = "/_stcore/stream"


def connect(
    client: TestClient, signed_in: SignedIn | None = None, **headers: str
) -> WebSocketTestSession:
    given = {"origin": ORIGIN, **(signed_in.cookie if signed_in else {})}
    given.update({name.replace("_", "-"): value for name, value in headers.items()})
    return client.websocket_connect(STREAM, headers=given)


def closing_code(socket: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as caught:
        socket.receive_bytes()
    return caught.value.code


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/people",
        "/health",
        "/static/js/x.js",
        "/media/x",
        "/_stcore/metrics",
        "/desk/guard.js",
    ],
)
def test_every_response_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    granted = dict(one.split("=") for one in headers["permissions-policy"].split(", "))
    assert granted.pop("camera") == "(self)"
    assert set(granted) >= {"microphone", "geolocation", "display-capture"}
    assert set(granted.values()) == {"()"}
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "streamlit" not in headers.get("server", "")


def test_the_policy_lets_no_inline_script_run(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert set(rules["script-src"].split()) == {"'self'", "blob:"}
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == "'none'"
    assert "http" not in policy


def test_nothing_is_stored_but_the_app_itself(client: TestClient) -> None:
    assert client.get("/people").headers["cache-control"] == "no-store"
    assert client.get("/health").headers["cache-control"] == "no-store"
    asset = client.get("/static/js/x.js").headers
    assert asset["cache-control"] == "public, max-age=31536000, immutable"
    assert asset["etag"] == "abc"


def test_transport_security_is_promised_only_behind_tls(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/").headers
    assert "max-age" in client.get("https://testserver/").headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/media/a.png", "/media-store/x/thumbnail", "/downloads/x"])
def test_files_need_a_session(clinic: Clinic, client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    sam = open_session(clinic)
    assert client.get(path, headers=sam.cookie).status_code in {200, 404}
    end_session(clinic, sam)
    assert client.get(path, headers=sam.cookie).status_code == 401


def test_uploads_need_a_session_and_our_own_page(clinic: Clinic, client: TestClient) -> None:
    path, sam = "/_stcore/upload_file/a/b", open_session(clinic)
    ours = {"origin": ORIGIN}
    assert client.put(path, headers=ours).status_code == 401
    assert client.put(path, headers={**ours, **sam.cookie}).status_code == 200
    assert client.put(path, headers=sam.cookie).status_code == 403
    evil = {"origin": "http://evil.example", **sam.cookie}
    assert client.put(path, headers=evil).status_code == 403


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact", "/component/x"])
def test_what_streamlit_offers_beyond_need_is_not_there(
    clinic: Clinic, client: TestClient, path: str
) -> None:
    assert client.get(path, headers=open_session(clinic).cookie).status_code == 404


def test_a_screen_is_the_same_page_whoever_asks(clinic: Clinic, client: TestClient) -> None:
    unsigned = client.get("/record?patient=1")
    signed = client.get("/record?patient=1", headers=open_session(clinic).cookie)
    assert unsigned.text == signed.text
    assert "/desk/guard.js" in unsigned.text
    assert unsigned.status_code == 200


def test_a_dead_cookie_is_taken_away_with_the_next_page(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    alive = client.get("/people", headers=sam.cookie).headers.get_list("set-cookie")
    assert not any("desk_session" in cookie for cookie in alive)
    end_session(clinic, sam)
    dead = client.get("/people", headers=sam.cookie).headers.get_list("set-cookie")
    assert any(cookie.startswith('desk_session=""') for cookie in dead)


def test_a_browser_gets_one_visit_cookie(client: TestClient) -> None:
    assert "desk_visit=" in client.get("/").headers["set-cookie"]
    assert "set-cookie" not in client.get("/people").headers


def test_two_unsigned_browsers_are_told_apart(client: TestClient) -> None:
    visits = []
    for cookie in ("desk_visit=one", "desk_visit=two"):
        with connect(client, cookie=cookie) as socket:
            visits.append(socket.receive_json(mode="binary")["x-desk-visit"])
    assert len(set(visits)) == 2
    assert "one" not in visits


def test_a_defect_behind_the_gate_tells_nothing(client: TestClient) -> None:
    answer = client.get("/static/broken.js")
    assert answer.status_code == 500
    assert "patient" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers


def test_identity_of_a_browsers_making_never_reaches_the_app(client: TestClient) -> None:
    sent = {"X-Desk-Session": "me", "x-desk-visit": "me", "X_Desk_Session": "me"}
    seen = client.get("/static/x", headers={**sent, "X-Desk-Address": "1.2.3.4"}).json()
    assert {name for name in seen if "desk" in name} == {"x-desk-address"}
    assert seen["x-desk-address"] == "testclient"


def test_the_websocket_carries_the_gates_identity_only(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    with connect(client, sam, x_desk_session="somebody-else", x_desk_visit="x") as socket:
        seen = socket.receive_json(mode="binary")
    assert seen["x-desk-session"] == str(sam.session_id)
    assert seen["x-desk-visit"] == ""


def test_an_unsigned_websocket_has_no_identity(client: TestClient) -> None:
    with connect(client, x_desk_session="somebody") as socket:
        assert socket.receive_json(mode="binary")["x-desk-session"] == ""


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://testserver.evil.example"]
)
def test_a_websocket_from_another_site_is_refused(
    clinic: Clinic, client: TestClient, stand_in: StandIn, origin: str
) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        connect(client, open_session(clinic), origin=origin),
    ):
        pass
    assert caught.value.code == gate.POLICY_VIOLATION
    assert stand_in.headers == []


def test_there_is_one_websocket_only(clinic: Clinic, client: TestClient) -> None:
    given = {"origin": ORIGIN, **open_session(clinic).cookie}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/other", headers=given):
        pass


def test_clear_cache_is_refused_and_the_connection_lives_on(
    clinic: Clinic, client: TestClient, stand_in: StandIn
) -> None:
    with connect(client, open_session(clinic)) as socket:
        socket.receive_bytes()
        socket.send_bytes(frame("clear_cache"))
        socket.send_bytes(frame(query="after"))
        assert socket.receive_bytes() == frame(query="after")
    assert stand_in.frames == [frame(query="after")]


def test_a_text_frame_closes_the_connection(clinic: Clinic, client: TestClient) -> None:
    with connect(client, open_session(clinic)) as socket:
        socket.receive_bytes()
        socket.send_text("hello")
        assert closing_code(socket) == gate.SESSION_OVER


def test_a_frame_after_the_session_ended_reaches_nobody(
    clinic: Clinic, client: TestClient, stand_in: StandIn
) -> None:
    sam = open_session(clinic)
    with connect(client, sam) as socket:
        socket.receive_bytes()
        socket.send_bytes(frame(query="before"))
        assert socket.receive_bytes() == frame(query="before")
        end_session(clinic, sam)
        socket.send_bytes(frame(query="after"))
        assert closing_code(socket) == gate.SESSION_OVER
    assert stand_in.frames == [frame(query="before")]


def test_a_disabled_person_is_stopped_at_the_next_frame(
    clinic: Clinic, client: TestClient, stand_in: StandIn
) -> None:
    sam = open_session(clinic)
    boss = open_session(clinic, "boss", Role.ADMINISTRATOR)
    actor = Actor(boss.person_id, "boss", "Boss", frozenset({Role.ADMINISTRATOR}))
    with connect(client, sam) as socket:
        socket.receive_bytes()
        people.disable(clinic, actor, sam.person_id, now=now())
        socket.send_bytes(frame())
        assert closing_code(socket) == gate.SESSION_OVER
    assert stand_in.frames == []


def test_an_idle_session_is_stopped_at_the_next_frame(clinic: Clinic, client: TestClient) -> None:
    sam = open_session(clinic)
    with connect(client, sam) as socket:
        socket.receive_bytes()
        set_seen(clinic, sam, now() - timedelta(minutes=clinic.settings.idle_minutes))
        socket.send_bytes(frame())
        assert closing_code(socket) == gate.SESSION_OVER


def test_only_what_a_person_does_restarts_the_idle_time_out(
    clinic: Clinic, client: TestClient
) -> None:
    sam, before = open_session(clinic), now() - timedelta(minutes=5)
    set_seen(clinic, sam, before)
    with connect(client, sam) as socket:
        socket.receive_bytes()
        socket.send_bytes(frame(is_auto_rerun=True))
        socket.receive_bytes()
        assert _idle_at(clinic, sam) == before + timedelta(minutes=clinic.settings.idle_minutes)
        socket.send_bytes(frame())
        socket.receive_bytes()
        assert _idle_at(clinic, sam) > before + timedelta(minutes=clinic.settings.idle_minutes)


def test_an_ended_session_is_closed_without_any_frame(
    clinic: Clinic, client: TestClient, connections: Connections
) -> None:
    sam, kim = open_session(clinic), open_session(clinic, "kim")
    with connect(client, sam) as sams, connect(client, kim) as kims:
        sams.receive_bytes()
        kims.receive_bytes()
        assert len(connections) == 2
        end_session(clinic, sam)
        still_open = sessions.sweep(clinic, now=now())
        client.portal.call(connections.close_all_but, still_open)  # type: ignore[union-attr]
        assert closing_code(sams) == gate.SESSION_OVER
        kims.send_bytes(frame())
        assert kims.receive_bytes() == frame()


def test_a_closed_tab_is_forgotten(
    clinic: Clinic, client: TestClient, connections: Connections
) -> None:
    sam = open_session(clinic)
    with connect(client, sam) as one, connect(client, sam) as two:
        one.receive_bytes()
        two.receive_bytes()
        assert len(connections) == 1
    assert len(connections) == 0


def test_an_unsigned_flood_is_cut_off(client: TestClient, stand_in: StandIn) -> None:
    with connect(client) as socket:
        socket.receive_bytes()
        socket.send_bytes(frame(query="x" * 100_000))
        assert closing_code(socket) == gate.SESSION_OVER
    assert stand_in.frames == []


def test_a_failed_start_leaves_no_traceback() -> None:
    sent = []

    async def failing(_: object, __: object, send: gate.Send) -> None:
        await send({"type": "lifespan.startup.failed", "message": "Traceback (most recent …"})

    async def send(message: gate.Message) -> None:
        sent.append(message)

    async def receive() -> gate.Message:
        return {"type": "lifespan.startup"}

    asyncio.run(gate.Gate(failing, Connections())({"type": "lifespan"}, receive, send))
    assert sent == [{"type": "lifespan.startup.failed", "message": ""}]


def _idle_at(clinic: Clinic, signed_in: SignedIn) -> object:
    live = sessions.by_id(clinic, signed_in.session_id, now=now())
    assert live is not None
    return live.idle_at

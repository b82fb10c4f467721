"""The gate with a stand-in for Streamlit behind it, over a real store with real sessions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.auth import tokens
from lib.domain.access import Role
from lib.services import running
from lib.services.clinic import Clinic
from lib.store import people, sessions
from lib.store.connection import UnitOfWork
from lib.store.people import NewPerson
from lib.store.sessions import NewSession
from lib.web import routes
from lib.web.caller import SESSION_COOKIE
from lib.web.connections import Connections
from lib.web.gate import Gate

ORIGIN = "http://testserver"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with an open session."""

    person_id: UUID
    session_id: UUID
    token: str

    @property
    def cookie(self) -> dict[str, str]:
        """Return the header that their browser sends."""
        return {"cookie": f"{SESSION_COOKIE}={self.token}"}


def now() -> datetime:
    """Return the time as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def open_session(clinic: Clinic, username: str = "sam", *roles: Role) -> SignedIn:
    """Add somebody with an open session, as signing in leaves them."""
    token = tokens.new_token()

    def work(unit: UnitOfWork) -> SignedIn:
        held = frozenset(roles or {Role.STAFF})
        new = NewPerson(
            username, "Sam Okafor", None, "none", must_change_password=False, roles=held
        )
        person_id = people.insert_person(unit.cursor, new, now=now(), by=None)
        ends_at = now() + timedelta(hours=1)
        opened = NewSession(tokens.hash_token(token), person_id, ends_at, "testclient", "test")
        session_id = sessions.insert_session(unit.cursor, opened, now=now())
        return SignedIn(person_id, session_id, token)

    return clinic.store.transact(work)


def end_session(clinic: Clinic, signed_in: SignedIn) -> None:
    """End it as any of the ways to end a session does."""
    clinic.store.transact(
        lambda unit: sessions.update_ended(
            unit.cursor, [signed_in.session_id], "signed out", now=now()
        )
    )


def set_seen(clinic: Clinic, signed_in: SignedIn, at: datetime) -> None:
    """Pretend that the person last did something at that time."""
    clinic.store.transact(
        lambda unit: sessions.update_seen(unit.cursor, signed_in.session_id, now=at)
    )


def frame(
    kind: str = "rerun_script", *, query: str = "", is_auto_rerun: bool = False, payload: str = ""
) -> bytes:
    """Return a message as a browser sends it."""
    message = BackMsg()
    if kind == "rerun_script":
        message.rerun_script.query_string = query
        message.rerun_script.is_auto_rerun = is_auto_rerun
    elif kind == "backend_operation_request":
        message.backend_operation_request.request_id = "1"
        getattr(message.backend_operation_request, payload).SetInParent()
    elif kind == "file_urls_request":
        message.file_urls_request.request_id = "1"
    else:
        setattr(message, kind, True)
    return message.SerializeToString()


class StandIn:
    """What is behind the gate here: it remembers what reached it, and answers with it."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.headers: list[tuple[str, str]] = []

    async def answer(self, request: Request) -> Response:
        """Answer with the headers that reached the app."""
        if request.url.path == "/static/broken.js":
            message = "a defect, with a patient in it"
            raise RuntimeError(message)
        headers = {"etag": "abc", "cache-control": "public", "server": "streamlit"}
        return JSONResponse(dict(request.headers), headers=headers)

    async def stream(self, socket: WebSocket) -> None:
        """Accept, then echo every frame that was let through."""
        self.headers = socket.headers.items()
        await socket.accept(subprotocol="streamlit")
        await socket.send_bytes(json.dumps(dict(self.headers)).encode())
        try:
            while True:
                received = await socket.receive_bytes()
                self.frames.append(received)
                await socket.send_bytes(received)
        except WebSocketDisconnect:
            pass

    def routes(self) -> list[Route | WebSocketRoute]:
        """Return everything that Streamlit would serve."""
        return [
            WebSocketRoute("/_stcore/stream", self.stream),
            Route("/{path:path}", self.answer, methods=["GET", "POST", "PUT", "DELETE"]),
        ]


@pytest.fixture
def stand_in() -> StandIn:
    """Give what is behind the gate."""
    return StandIn()


@pytest.fixture
def connections() -> Connections:
    """Give the gate's own list of open websockets."""
    return Connections()


@pytest.fixture
def client(clinic: Clinic, stand_in: StandIn, connections: Connections) -> Iterator[TestClient]:
    """Give a browser without a session in front of the gate."""
    running.use(clinic)
    around = [Middleware(Gate, connections=connections)]
    app = Starlette(routes=[*routes.routes(), *stand_in.routes()], middleware=around)
    with TestClient(app, base_url=ORIGIN) as opened:
        yield opened
    running.use(None)

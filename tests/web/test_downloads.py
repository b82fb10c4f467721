"""The route of downloads, through the real gate's neighbours: only with the session's cookie."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from lib.auth import tokens
from lib.domain.access import Role
from lib.domain.audit import Action, Event
from lib.services import downloads, running, sessions
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.store import people as people_table
from lib.store import sessions as session_table
from lib.store.connection import UnitOfWork
from lib.store.people import NewPerson
from lib.store.sessions import NewSession
from lib.web import doors
from lib.web import downloads as routes
from lib.web.caller import SESSION_COOKIE

FILE = Download(
    "réjected.csv", "text/csv; charset=utf-8", Event(Action.IMPORT_REPORT_DOWNLOADED), b"Line\r\n"
)


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def sign_in(clinic: Clinic, username: str) -> str:
    """Add somebody, open a session for them and return its token."""
    token = tokens.new_token()

    def work(unit: UnitOfWork) -> None:
        new = NewPerson(username, "Test", None, "none", False, frozenset({Role.COMPLIANCE}))
        person_id = people_table.insert_person(unit.cursor, new, now=now(), by=None)
        ends_at = now() + timedelta(hours=1)
        opened = NewSession(tokens.hash_token(token), person_id, ends_at, "testclient", "test")
        session_table.insert_session(unit.cursor, opened, now=now())

    clinic.store.transact(work)
    return token


@pytest.fixture
def app(clinic: Clinic) -> Iterator[Starlette]:
    """Serve the route, without the gate around it."""
    running.use(clinic)
    yield Starlette(routes=routes.routes())
    running.use(None)


def offer(clinic: Clinic, token: str) -> str:
    live = sessions.by_token(clinic, token, now=now())
    assert live is not None
    return downloads.offer(live.actor, "report", FILE, now=now())


def get(app: Starlette, address: str, token: str | None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        cookies = {SESSION_COOKIE: token} if token else {}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://desk", cookies=cookies
        ) as client:
            return await client.get(address)

    return asyncio.run(ask())


def test_the_file_comes_as_an_attachment_that_is_not_kept(clinic: Clinic, app: Starlette) -> None:
    token = sign_in(clinic, "one")
    answer = get(app, offer(clinic, token), token)
    headers = answer.headers
    assert (answer.status_code, answer.content) == (200, b"Line\r\n")
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''r%C3%A9jected.csv"
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_without_a_session_there_is_none(clinic: Clinic, app: Starlette) -> None:
    address = offer(clinic, sign_in(clinic, "one"))
    assert get(app, address, None).status_code == 401
    assert get(app, address, "made up").status_code == 401


def test_another_session_finds_nothing(clinic: Clinic, app: Starlette) -> None:
    address = offer(clinic, sign_in(clinic, "one"))
    answer = get(app, address, sign_in(clinic, "two"))
    assert (answer.status_code, b"Line" in answer.content) == (404, False)


def test_the_gate_opens_downloads_only_within_a_session() -> None:
    assert doors.door_of("GET", "/downloads/abc") is doors.Door.SIGNED

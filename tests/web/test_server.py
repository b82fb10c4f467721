"""The real server, spoken to as a browser and as somebody who means harm would."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.domain.access import Role
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store.connection import Store
from tests.e2e import server as servers
from tests.e2e.server import ROOT, Server
from tests.web.conftest import SignedIn, frame, open_session

PATIENCE = 60
OVER = 4401


@pytest.fixture(scope="module")
def signed_in_and_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[list[SignedIn], Server]]:
    """Serve a clinic in which several people have sessions already."""
    folder = tmp_path_factory.mktemp("served")
    home = folder / "clinic"
    clinic = open_clinic(Settings(home=home, memory_limit="512MB", threads=1))
    people = [open_session(clinic, f"sam-{number}", Role.STAFF) for number in range(5)]
    clinic.close()
    running = servers.start(home, folder / "server.log")
    yield people, running
    running.stop()


@pytest.fixture
def server(signed_in_and_server: tuple[list[SignedIn], Server]) -> Server:
    """Give the server."""
    return signed_in_and_server[1]


@pytest.fixture
def sam(signed_in_and_server: tuple[list[SignedIn], Server]) -> SignedIn:
    """Give somebody with a session that no other test uses."""
    return signed_in_and_server[0].pop()


class Tab:
    """One websocket, as a browser's tab holds one."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket

    async def send(self, message: bytes) -> None:
        """Send a frame."""
        await self._socket.send(message)

    async def rerun(self, page: str = "") -> list[ForwardMsg]:
        """Ask for a screen; return everything until its script has finished."""
        message = frame()
        await self._socket.send(_with_page(message, page))
        return await self.until_finished()

    async def until_finished(self) -> list[ForwardMsg]:
        """Return the messages up to the end of a script."""
        received: list[ForwardMsg] = []
        while not received or received[-1].WhichOneof("type") != "script_finished":
            data = await asyncio.wait_for(self._socket.recv(decode=False), PATIENCE)
            received.append(ForwardMsg.FromString(data))
        return received

    async def closed_with(self) -> int | None:
        """Wait until the server hangs up; return its code."""
        await asyncio.wait_for(self._socket.wait_closed(), PATIENCE)
        return self._socket.close_code


def _with_page(message: bytes, page: str) -> bytes:
    parsed = BackMsg.FromString(message)
    parsed.rerun_script.page_name = page
    return parsed.SerializeToString()


def connect(
    server: Server, signed_in: SignedIn | None = None, origin: str | None = None, **headers: str
) -> websockets.connect:
    cookie = signed_in.cookie if signed_in else {}
    return websockets.connect(
        server.url.replace("http", "ws") + "/_stcore/stream",
        origin=websockets.Origin(origin or server.url),
        subprotocols=[websockets.Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie["cookie"], **headers} if cookie else headers,
        max_size=None,
    )


def titles(messages: list[ForwardMsg]) -> list[str]:
    """Return the headings that the messages draw."""
    bodies = [message.delta.new_element.heading.body for message in messages]
    return [body for body in bodies if body]


def test_a_deep_link_shows_the_door_before_and_the_page_after_signing_in(
    server: Server, sam: SignedIn
) -> None:
    async def look() -> tuple[list[str], list[str]]:
        async with connect(server) as stranger, connect(server, sam) as known:
            return (
                titles(await Tab(stranger).rerun("account")),
                titles(await Tab(known).rerun("account")),
            )

    before, after = asyncio.run(look())
    assert "Sign in" in before
    assert "Your account" not in before
    assert after[0] == "Your account"


def test_a_page_that_is_not_for_the_role_says_so_at_its_address(
    server: Server, sam: SignedIn
) -> None:
    async def look() -> list[ForwardMsg]:
        async with connect(server, sam) as socket:
            return await Tab(socket).rerun("people")

    assert titles(asyncio.run(look()))[0] == "Not permitted"


def test_identity_headers_of_a_strangers_making_open_nothing(server: Server, sam: SignedIn) -> None:
    forged = {"X-Desk-Session": str(sam.session_id), "X-Desk-Visit": "x"}

    async def look() -> list[ForwardMsg]:
        async with connect(server, **forged) as socket:
            return await Tab(socket).rerun("account")

    assert "Your account" not in titles(asyncio.run(look()))


def test_a_stolen_streamlit_session_is_not_resumed_by_another(
    server: Server, sam: SignedIn
) -> None:
    async def steal() -> tuple[str, str]:
        async with connect(server, sam) as socket:
            own = _streamlit_session(await Tab(socket).rerun("account"))
            thief = websockets.connect(
                server.url.replace("http", "ws") + "/_stcore/stream",
                origin=websockets.Origin(server.url),
                subprotocols=[websockets.Subprotocol(p) for p in ("streamlit", "x", own)],
                max_size=None,
            )
            async with thief as other:
                return own, _streamlit_session(await Tab(other).rerun("account"))

    own, others = asyncio.run(steal())
    assert own
    assert own != others


def test_signing_out_closes_every_tab_and_clear_cache_closes_none(
    server: Server, sam: SignedIn
) -> None:
    async def leave() -> int | None:
        async with connect(server, sam) as first, connect(server, sam) as second:
            await Tab(first).send(frame("clear_cache"))
            await Tab(first).rerun("account")
            await Tab(second).rerun("account")
            async with httpx.AsyncClient() as client:
                headers = {"origin": server.url, **sam.cookie}
                await client.post(f"{server.url}/session/end", headers=headers)
            await Tab(first).closed_with()
            return await Tab(second).closed_with()

    assert asyncio.run(leave()) == OVER


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1"])
def test_another_sites_websocket_is_refused(server: Server, origin: str) -> None:
    async def try_it() -> None:
        async with connect(server, origin=origin):
            pass

    with pytest.raises(websockets.InvalidStatus) as caught:
        asyncio.run(try_it())
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/0123456789.png", 401),
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/openapi.json", 404),
        ("/component/extra_streamlit_components.CookieManager.cookie_manager/index.html", 404),
        ("/people", 200),
        ("/no-such-page", 200),
        ("/pages/oversight/people.py", 200),
    ],
)
def test_a_stranger_gets_nothing_but_the_page_that_asks_to_sign_in(
    server: Server, path: str, status: int
) -> None:
    answer = httpx.get(server.url + path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if status == 200:
        assert "/desk/guard.js" in answer.text
        assert "lib.services" not in answer.text


def test_every_asset_of_the_page_is_there(server: Server) -> None:
    page = httpx.get(server.url).text
    addresses = {part.split('"')[0] for part in page.split('="')[1:]}
    files = [address for address in addresses if address.startswith(("/static", "/desk"))]
    assert len(files) > 5
    assert {httpx.get(server.url + file).status_code for file in files} == {200}


def test_a_second_server_ends_with_one_clear_line(server: Server) -> None:
    ended = _start_in_vain(server.home)
    assert "is open in process" in ended
    assert "Traceback" not in ended


def test_a_server_with_the_wrong_key_ends_with_one_clear_line(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "clinic", threads=1)
    settings.home.mkdir()
    Store.open(settings.home / "clinic.duckdb", bytes(32)).close()
    ended = _start_in_vain(settings.home, CLINIC_KEY="11" * 32)
    assert "The key does not open the store" in ended
    assert "Traceback" not in ended


def _start_in_vain(home: Path, **environment: str) -> str:
    port = servers.free_port()
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)),
            *("--server.address", "127.0.0.1"),
        ],
        cwd=ROOT,
        env={**os.environ, "CLINIC_HOME": str(home), "CLINIC_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ended.returncode != 0
    return ended.stdout + ended.stderr


def _streamlit_session(messages: list[ForwardMsg]) -> str:
    for message in messages:
        if message.WhichOneof("type") == "new_session":
            return message.new_session.initialize.session_id
    return ""

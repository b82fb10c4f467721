"""The gate: every request and every websocket frame passes here before Streamlit sees it.

It knows sessions and addresses, never screens or patients. A session that ended stops here; what
the person may do inside one is decided by pages and services.
"""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from lib.services import running, sessions
from lib.services.sessions import Live
from lib.web import caller as callers
from lib.web import doors, frames, headers, index_page
from lib.web.caller import Caller
from lib.web.connections import Connections
from lib.web.frames import Verdict

Message = MutableMapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# The guard in the page knows this code: blank the screen, then load it again.
SESSION_OVER = 4401
POLICY_VIOLATION = 1008
TITLE = "Juno Desk"
log = logging.getLogger(__name__)


class Gate:
    """ASGI middleware around the whole app."""

    def __init__(self, app: App, connections: Connections) -> None:
        self._app = app
        self._connections = connections
        self._index = index_page.build(TITLE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request, a websocket or the server's own start and stop through."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, _without_traceback(send))
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = callers.of(scope, running.clinic().settings.trusted_proxies)
        door = doors.door_of(scope["method"], scope["path"])
        guarded = _with_headers(send, caller, may_be_kept=door is doors.Door.ASSET)
        refusal = await self._refusal(door, scope, caller)
        if refusal is not None:
            await refusal(scope, receive, guarded)
        elif door is doors.Door.SCREEN:
            page = Response(self._index, media_type="text/html; charset=utf-8")
            callers.remember_visit(page, caller)
            if caller.token and await _live(caller) is None:
                callers.forget_session(page)
            await page(scope, receive, guarded)
        else:
            await self._pass_on(scope, receive, guarded, caller)

    async def _refusal(self, door: doors.Door, scope: Scope, caller: Caller) -> Response | None:
        if door is doors.Door.SHUT:
            return PlainTextResponse("Not found.", 404)
        if scope["method"] not in doors.READING and not callers.is_from_here(scope):
            return PlainTextResponse("Requests from other sites are refused.", 403)
        if door is doors.Door.SIGNED and await _live(caller) is None:
            return PlainTextResponse("Sign in first.", 401)
        return None

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        identity = {headers.ADDRESS_HEADER: caller.address}
        inner = {**scope, "headers": headers.for_request(scope["headers"], identity)}
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(inner, receive, sending)
        except Exception:
            # Starlette would answer from outside the gate, without its headers.
            log.exception("A request failed.")
            if has_begun:
                raise
            answer = PlainTextResponse("Something went wrong. Try again in a moment.", 500)
            await answer(inner, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = callers.of(scope, running.clinic().settings.trusted_proxies)
        if scope["path"] != doors.STREAM or not callers.is_from_here(scope):
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        live = await _live(caller)
        identity = {
            headers.SESSION_HEADER: str(live.session_id) if live else "",
            # Only until somebody is known: afterwards the session itself is what ties them.
            headers.VISIT_HEADER: "" if live else callers.visit_of(caller),
            headers.ADDRESS_HEADER: caller.address,
        }
        inner = {**scope, "headers": headers.for_request(scope["headers"], identity)}
        channel = _Channel(receive, send, live)
        if live:
            self._connections.add(live.session_id, channel.end)
        try:
            await self._app(inner, channel.receive, channel.send)
        finally:
            if live:
                self._connections.remove(live.session_id, channel.end)


class _Channel:
    """One websocket: every frame in is judged, and nothing goes out once the session is over."""

    def __init__(self, receive: Receive, send: Send, live: Live | None) -> None:
        self._receive = receive
        self._send = send
        self._live = live
        self._is_over = False

    async def receive(self) -> Message:
        """Return the next message that may reach the app."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            verdict = await self._judge(message)
            if verdict is Verdict.PASS:
                return message
            if verdict is Verdict.CLOSE:
                await self.end()
                return {"type": "websocket.disconnect", "code": SESSION_OVER}

    async def send(self, message: Message) -> None:
        """Send what the app sends, unless the session is over."""
        if not self._is_over:
            await self._send(message)

    async def end(self) -> None:
        """Close the websocket, telling the page why."""
        if not self._is_over:
            self._is_over = True
            await self._send({"type": "websocket.close", "code": SESSION_OVER})

    async def _judge(self, message: Message) -> Verdict:
        frame = message.get("bytes")
        if self._is_over or frame is None:
            return Verdict.CLOSE
        if self._live is not None and not await run_in_threadpool(_is_good, self._live, frame):
            return Verdict.CLOSE
        return frames.judge(frame, is_signed=self._live is not None)


async def _live(caller: Caller) -> Live | None:
    if caller.token is None:
        return None
    return await run_in_threadpool(sessions.by_token, running.clinic(), caller.token, now=_now())


def _is_good(live: Live, frame: bytes) -> bool:
    now, clinic = _now(), running.clinic()
    current = sessions.by_id(clinic, live.session_id, now=now)
    if current is None:
        return False
    if frames.is_by_hand(frame):
        sessions.note_seen(clinic, current, now=now)
    return True


def _with_headers(send: Send, caller: Caller, *, may_be_kept: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            is_found = message["status"] in {200, 206, 304}
            message["headers"] = headers.for_response(
                message.get("headers", []),
                is_tls=caller.is_tls,
                may_be_kept=may_be_kept and is_found,
            )
        await send(message)

    return sending


def _without_traceback(send: Send) -> Send:
    """Leave the traceback out of a failed start: its one clear line was printed already."""

    async def sending(message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            message = {"type": "lifespan.startup.failed", "message": ""}
        await send(message)

    return sending


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

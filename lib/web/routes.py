"""The routes of our own: health, beginning and ending a session, and the guard in the page."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from lib.errors import SignInRefusedError
from lib.services import running, sessions, sign_in
from lib.services.sessions import Live
from lib.web import caller as callers
from lib.web import (
    consent_evidence,
    downloads,
    media,
    media_lens,
    media_upload,
    printing,
    styles,
)
from lib.web.caller import SESSION_COOKIE, Caller

ASSETS = Path(__file__).parent / "assets"
LONGEST_TICKET = 200
WARN_SECONDS = 60
log = logging.getLogger(__name__)


async def health(_: Request) -> Response:
    """Say that the server answers and its clinic is open; no data."""
    clinic = running.clinic()
    return JSONResponse({"status": "ok", "search_ready": clinic.search.is_ready})


async def begin(request: Request) -> Response:
    """Exchange a one-time ticket (the body) for a session cookie."""
    caller = _caller(request)
    ticket = (await request.body())[:LONGEST_TICKET].decode("ascii", "replace")
    clinic, now = running.clinic(), _now()
    try:
        opened = await run_in_threadpool(sign_in.redeem, clinic, ticket, caller.visitor, now=now)
    except SignInRefusedError as error:
        return JSONResponse({"message": error.message}, 403)
    response = JSONResponse({"signed_in": True})
    callers.set_cookie(response, caller, SESSION_COOKIE, opened.token)
    return response


async def state(request: Request) -> Response:
    """Say how long the session has left, without prolonging it."""
    return JSONResponse(_left(await _live(_caller(request))))


async def stay(request: Request) -> Response:
    """Prolong the session, because the person is there."""
    caller = _caller(request)
    live = await _live(caller)
    if live is not None:
        clinic, now = running.clinic(), _now()
        await run_in_threadpool(sessions.note_seen, clinic, live, now=now)
        live = await _live(caller)
    return JSONResponse(_left(live))


async def end(request: Request) -> Response:
    """Sign out: end the session and take the cookie away."""
    live = await _live(_caller(request))
    if live is not None:
        await run_in_threadpool(sessions.sign_out, running.clinic(), live.actor, now=_now())
    response = JSONResponse({"signed_in": False})
    callers.forget_session(response)
    return response


async def guard(_: Request) -> Response:
    """Serve the script that blanks the screen when a session is over."""
    return FileResponse(ASSETS / "guard.js", media_type="text/javascript")


async def icon(_: Request) -> Response:
    """Serve the icon that the browser's tab shows."""
    return FileResponse(ASSETS / "icon.svg", media_type="image/svg+xml")


def routes() -> list[Route]:
    """Return every route that is not Streamlit's."""
    return [
        Route("/health", health),
        Route("/desk/guard.js", guard),
        Route("/desk/icon.svg", icon),
        Route("/session/state", state),
        Route("/session/begin", begin, methods=["POST"]),
        Route("/session/stay", stay, methods=["POST"]),
        Route("/session/end", end, methods=["POST"]),
        *styles.routes(),
        *consent_evidence.routes(),
        *downloads.routes(),
        *media_upload.routes(),
        *printing.routes(),
        *media_lens.routes(),
        *media.routes(),
    ]


def _left(live: Live | None) -> dict[str, bool | float]:
    if live is None:
        return {"signed_in": False}
    ends_at = min(live.idle_at, live.ends_at)
    return {
        "signed_in": True,
        "seconds_left": max(0.0, (ends_at - _now()).total_seconds()),
        "warn_seconds": WARN_SECONDS,
        "can_stay": live.idle_at < live.ends_at,
    }


async def _live(caller: Caller) -> Live | None:
    if caller.token is None:
        return None
    return await run_in_threadpool(sessions.by_token, running.clinic(), caller.token, now=_now())


def _caller(request: Request) -> Caller:
    return callers.of(dict(request.scope), running.clinic().settings.trusted_proxies)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

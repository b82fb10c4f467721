"""The route that tells a screen whether pictures may still be shown for a purpose: yes or no."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.services import running, sessions
from lib.services.clinic import Clinic
from lib.services.media.watching import PATH, watches
from lib.web import caller as callers

HEADERS = {"Cache-Control": "private, no-store"}


async def ask(request: Request) -> Response:
    """Answer whether it holds (null: not known); asking does not prolong the session."""
    clinic = running.clinic()
    token = callers.of(dict(request.scope), clinic.settings.trusted_proxies).token
    return await run_in_threadpool(_answer, clinic, token or "", request.path_params["token"])


def _answer(clinic: Clinic, session_token: str, token: str) -> Response:
    now = datetime.now(UTC)
    moment, there = now.replace(tzinfo=None), now.astimezone(ZoneInfo(clinic.settings.timezone))
    live = sessions.by_token(clinic, session_token, now=moment)
    if live is None:
        return PlainTextResponse("Sign in first.", 401, headers=HEADERS)
    holds = watches.holds(clinic, live.actor, token, now=moment, day=there.date())
    return JSONResponse({"holds": holds}, headers=HEADERS)


def routes() -> list[Route]:
    """Return the route for app.py."""
    return [Route(PATH + "{token}", ask)]

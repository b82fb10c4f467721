"""The route that hands a file to the session it was made for; keeps nothing itself."""

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.errors import NotFoundError
from lib.services import downloads, running, sessions
from lib.web import caller as callers


async def fetch(request: Request) -> Response:
    """Answer with the file, as an attachment that no cache keeps."""
    clinic = running.clinic()
    now = datetime.now(UTC).replace(tzinfo=None)
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    live = (
        await run_in_threadpool(sessions.by_token, clinic, caller.token, now=now)
        if caller.token
        else None
    )
    if live is None:
        return PlainTextResponse("Sign in first.", 401)
    token = request.path_params["token"]
    try:
        found = await run_in_threadpool(downloads.take, clinic, live.actor, token, now=now)
    except NotFoundError as error:
        return PlainTextResponse(error.message, 404)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


def routes() -> list[Route]:
    """Return the route for app.py."""
    return [Route(downloads.PATH + "{token}", fetch)]

"""The route of photographs and video: `/media-store/ID/RENDITION?for=PURPOSE`, in whole or in part.

Bytes are unsealed a frame at a time as the browser takes them, so memory does not grow with the
file. Nothing that is sent says whose it is, and no cache keeps it.
"""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from lib.domain.media import Purpose, Rendition
from lib.errors import (
    ClinicError,
    GroundNeededError,
    NotFoundError,
    NotPermittedError,
    SealedFileError,
)
from lib.services import running, sessions
from lib.services.media import serving
from lib.services.media.serving import Asked, Opened
from lib.services.sessions import Live
from lib.web import caller as callers
from lib.web import ranges

Word = TypeVar("Word", Purpose, Rendition)

STATUSES: tuple[tuple[type[ClinicError], int], ...] = (
    (NotPermittedError, 403),
    (GroundNeededError, 403),
    (NotFoundError, 404),
    (SealedFileError, 500),
)
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "bytes",
}
# Sent at once; anything longer as it is taken.
AT_ONCE = 1024 * 1024
# How long a film goes on after its session ended.
ASKED_AGAIN = timedelta(seconds=5)
log = logging.getLogger(__name__)


async def show(request: Request) -> Response:
    """Answer with a rendition, for whoever is signed in and may see it now."""
    clinic, now = running.clinic(), _now()
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    live = await run_in_threadpool(sessions.by_token, clinic, caller.token or "", now=now)
    if live is None:
        return PlainTextResponse("Sign in first.", 401)
    asked = _asked(request)
    if asked is None:
        return PlainTextResponse(serving.NO_PICTURE, 404)
    try:
        return await run_in_threadpool(_answer, request, live, asked, now)
    except tuple(kind for kind, _ in STATUSES) as error:
        return _refusal(error)


def _answer(request: Request, live: Live, asked: Asked, now: datetime) -> Response:
    opened = serving.open_rendition(running.clinic(), live.actor, asked, now=now)
    return send(request, live, opened, {"Content-Disposition": "inline"})


def send(request: Request, live: Live, opened: Opened, extra: dict[str, str]) -> Response:
    """Return what a request asks for of an open file, which is closed when it is sent."""
    reader, size = opened.reader, opened.reader.size
    headers = {**HEADERS, **extra, "Content-Type": opened.media_type}
    try:
        # There is never a validator that `If-Range` could name: whoever sends one gets the whole.
        is_part = request.method == "GET" and "if-range" not in request.headers
        wanted = ranges.parse(request.headers.get("range") if is_part else None, size)
    except ranges.UnsatisfiableError:
        reader.close()
        return Response(status_code=416, headers={**HEADERS, "Content-Range": f"bytes */{size}"})
    if wanted is not None:
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    status, part = (200, range(size)) if wanted is None else (206, wanted)
    headers["Content-Length"] = str(len(part))
    if request.method == "HEAD":
        reader.close()
        return Response(status_code=status, headers=headers)
    if len(part) <= AT_ONCE:
        with reader:
            content = b"".join(reader.chunks(part.start, part.stop))
        return Response(content, status, headers)
    return StreamingResponse(_frames(opened, part, live), status, headers)


async def _frames(opened: Opened, part: range, live: Live) -> AsyncIterator[bytes]:
    """Give the bytes a frame at a time, for as long as the session lives."""
    asked_at = _now()
    with opened.reader as reader:
        async for chunk in iterate_in_threadpool(reader.chunks(part.start, part.stop)):
            yield chunk
            if _now() - asked_at > ASKED_AGAIN:
                asked_at = _now()
                if not await run_in_threadpool(_is_live, live, asked_at):
                    return


def _is_live(live: Live, now: datetime) -> bool:
    return sessions.by_id(running.clinic(), live.session_id, now=now) is not None


def _refusal(error: Exception) -> Response:
    status = next(code for kind, code in STATUSES if isinstance(error, kind))
    if isinstance(error, SealedFileError):
        # The class says what is wrong with the file; whose it is stays out of the log.
        log.error("A picture could not be opened: %s", type(error).__name__)
    return PlainTextResponse(str(error), status, headers={"Cache-Control": "private, no-store"})


def _asked(request: Request) -> Asked | None:
    try:
        return Asked(
            UUID(request.path_params["media_id"]),
            Rendition(request.path_params["rendition"]),
            Purpose(request.query_params.get("for", "")),
        )
    except ValueError:
        return None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def routes() -> list[Route]:
    """Return the route for app.py."""
    return [Route(serving.PATH + "{media_id}/{rendition}", show)]

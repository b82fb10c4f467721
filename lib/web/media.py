"""The route of photographs and video: `/media-store/ID/NAME?for=PURPOSE`, in whole or in part.

Bytes are unsealed a frame at a time as the browser takes them, so memory does not grow with the
file. Nothing that is sent says whose it is, and no cache keeps it.
"""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
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
from lib.media.files import ORIGINAL
from lib.services import running, sessions
from lib.services.media import originals, serving
from lib.services.media.serving import Asked, Opened
from lib.services.sessions import Live
from lib.web import caller as callers
from lib.web import ranges

# A rendition, or the original of a picture for a purpose.
Wanted = Asked | tuple[UUID, Purpose]

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
UNREADABLE = "A picture could not be opened: %s"
log = logging.getLogger(__name__)


async def show(request: Request) -> Response:
    """Answer with a rendition or the original, for whoever is signed in and may have it now."""
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


def _answer(request: Request, live: Live, asked: Wanted, now: datetime) -> Response:
    clinic = running.clinic()
    if isinstance(asked, Asked):
        opened = serving.open_rendition(clinic, live.actor, asked, now=now)
        return send(request, live, opened, {"Content-Disposition": "inline"})
    media_id, purpose = asked
    opened = originals.open_original(clinic, live.actor, media_id, purpose, now=now)
    disposition = f'attachment; filename="{opened.filename}"'
    return send(request, live, opened, {"Content-Disposition": disposition})


def send(request: Request, live: Live, opened: Opened, extra: dict[str, str]) -> Response:
    """Return what a request asks for of an open file, which is closed once it is sent."""
    size = opened.reader.size
    headers = {**HEADERS, **extra, "Content-Type": opened.media_type}
    try:
        wanted = ranges.parse(_range(request), size)
    except ranges.UnsatisfiableError:
        opened.reader.close()
        return Response(status_code=416, headers={**HEADERS, "Content-Range": f"bytes */{size}"})
    if wanted is None:
        return _body(request, live, opened, range(size), (200, headers))
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    return _body(request, live, opened, wanted, (206, headers))


def _range(request: Request) -> str | None:
    """Return the range that is asked for; `If-Range` can name nothing that we ever sent."""
    if request.method != "GET" or "if-range" in request.headers:
        return None
    return request.headers.get("range")


def _body(
    request: Request, live: Live, opened: Opened, part: range, head: tuple[int, dict[str, str]]
) -> Response:
    status, headers = head
    headers["Content-Length"] = str(len(part))
    if request.method == "HEAD":
        opened.reader.close()
        return Response(status_code=status, headers=headers)
    if len(part) > AT_ONCE:
        return StreamingResponse(frames(opened, part, live), status, headers)
    with opened.reader as reader:
        content = b"".join(reader.chunks(part.start, part.stop))
    return Response(content, status, headers)


async def frames(opened: Opened, part: range, live: Live) -> AsyncIterator[bytes]:
    """Give the bytes a frame at a time, for as long as the session lives and the seal holds."""
    asked_at = _now()
    with opened.reader as reader:
        chunks = iterate_in_threadpool(reader.chunks(part.start, part.stop))
        try:
            async for chunk in chunks:
                yield chunk
                if _now() - asked_at > ASKED_AGAIN:
                    asked_at = _now()
                    if not await run_in_threadpool(_is_live, live, asked_at):
                        return
        except SealedFileError as error:
            # What was sent cannot be taken back: the answer ends short, which a browser notices.
            log.error(UNREADABLE, type(error).__name__)  # noqa: TRY400 - a name may be in the trace


def _is_live(live: Live, now: datetime) -> bool:
    return sessions.by_id(running.clinic(), live.session_id, now=now) is not None


def _refusal(error: Exception) -> Response:
    status = next(code for kind, code in STATUSES if isinstance(error, kind))
    if isinstance(error, SealedFileError):
        # The class says what is wrong with the file; whose it is stays out of the log.
        log.error(UNREADABLE, type(error).__name__)
    return PlainTextResponse(str(error), status, headers={"Cache-Control": "private, no-store"})


def _asked(request: Request) -> Wanted | None:
    """Return what the address names; None where it names nothing that there could be."""
    name = request.path_params["name"]
    try:
        media_id = UUID(request.path_params["media_id"])
        purpose = Purpose(request.query_params.get("for", ""))
        return (
            (media_id, purpose) if name == ORIGINAL else Asked(media_id, Rendition(name), purpose)
        )
    except ValueError:
        return None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


async def nothing(_: Request) -> Response:
    """Answer whatever else is asked for here; nothing of it goes on to Streamlit."""
    return PlainTextResponse(serving.NO_PICTURE, 404)


def routes() -> list[Route]:
    """Return the routes for app.py."""
    anything = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route(serving.PATH + "{media_id}/{name}", show),
        Route(serving.PATH + "{rest:path}", nothing, methods=anything),
    ]

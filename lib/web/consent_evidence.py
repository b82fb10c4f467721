"""The routes of evidence of consent: a file comes in as the raw body, and goes out to be saved.

Nothing that came in is ever shown inside our pages: a browser is told to save it.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.domain import consent_papers
from lib.domain.access import Actor
from lib.errors import (
    ClinicError,
    GroundNeededError,
    MediaSpaceError,
    NotFoundError,
    NotPermittedError,
    SealedFileError,
    StoreError,
)
from lib.services import running, sessions
from lib.services.clinic import Clinic
from lib.services.consent import evidence, waiting
from lib.services.media.serving import Opened
from lib.services.sessions import Live
from lib.web import caller as callers
from lib.web import media

PIECE = 1024 * 1024
CREATED, UNAUTHORISED, LENGTH_REQUIRED, CLIENT_GONE = 201, 401, 411, 499
STATUSES: tuple[tuple[type[ClinicError], int], ...] = (
    (NotPermittedError, 403),
    (GroundNeededError, 403),
    (NotFoundError, 404),
    (MediaSpaceError, 507),
    (SealedFileError, 500),
    (StoreError, 503),
    (ClinicError, 422),
)
SIGN_IN = "Your session has ended. Sign in again, then choose the file once more."
NO_LENGTH = "The browser did not say how large the file is. Try again."
KEPT_BY_NOBODY = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


async def receive(request: Request) -> Response:
    """Take one file; answer with its id and what it is, or with why not."""
    clinic, live = running.clinic(), await _live(request)
    if live is None:
        return JSONResponse({"message": SIGN_IN}, UNAUTHORISED)
    # Whoever waits for a file is there.
    await run_in_threadpool(sessions.note_seen, clinic, live, now=_now())
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        return JSONResponse({"message": NO_LENGTH}, LENGTH_REQUIRED)
    try:
        return await _receive(request, clinic, live.actor, int(length))
    except ClientDisconnect:
        return Response(status_code=CLIENT_GONE)
    except ClinicError as error:
        return JSONResponse({"message": error.message}, _status(error))


async def cancel(request: Request) -> Response:
    """Forget a file that is not wanted after all."""
    live = await _live(request)
    if live is None:
        return JSONResponse({"message": SIGN_IN}, UNAUTHORISED)
    key = request.path_params["evidence_id"]
    await run_in_threadpool(waiting.cancel, running.clinic(), live.actor, key)
    return JSONResponse({"evidence": None})


async def fetch(request: Request) -> Response:
    """Answer with a file that shows a consent, to be saved; each time is in the trail."""
    live = await _live(request)
    if live is None:
        return PlainTextResponse("Sign in first.", UNAUTHORISED)
    key: UUID = request.path_params["evidence_id"]
    try:
        return await run_in_threadpool(_send, request, live, key)
    except ClinicError as error:
        return PlainTextResponse(error.message, _status(error), headers=KEPT_BY_NOBODY)


def routes() -> list[Route]:
    """Return the routes for app.py."""
    one = waiting.PATH + "{evidence_id:uuid}"
    return [
        Route(waiting.NEW, receive, methods=["POST"]),
        Route(one, fetch, methods=["GET"]),
        Route(one, cancel, methods=["DELETE"]),
    ]


def _send(request: Request, live: Live, evidence_id: UUID) -> Response:
    opened = evidence.open_file(running.clinic(), live.actor, evidence_id)
    extra = {
        **KEPT_BY_NOBODY,
        "Content-Disposition": f'attachment; filename="{opened.filename}"',
        "Content-Security-Policy": "sandbox",
    }
    return media.send(request, live, Opened(opened.reader, opened.media_type), extra)


async def _receive(request: Request, clinic: Clinic, actor: Actor, length: int) -> Response:
    body = _pieces(request)
    try:
        arriving = await run_in_threadpool(waiting.begin, clinic, actor, length, now=_now())
        try:
            async for piece in body:
                await run_in_threadpool(arriving.take, piece)
            found = await run_in_threadpool(_finish, arriving)
        finally:
            await run_in_threadpool(arriving.abandon)
    except ClinicError:
        # A browser hears an answer only once all was sent; a lying length is not waited for.
        if length <= consent_papers.MOST_BYTES:
            async for _ in body:
                pass
        raise
    told = {"evidence": str(found.evidence_id), "kind": found.sort.kind.value}
    return JSONResponse({**told, "bytes": found.bytes}, CREATED)


def _finish(arriving: waiting.Arriving) -> waiting.Waiting:
    return arriving.finish(now=_now())


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Give the body in pieces large enough that handing them to a thread costs nothing."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _live(request: Request) -> Live | None:
    clinic = running.clinic()
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    return await run_in_threadpool(sessions.by_token, clinic, caller.token or "", now=_now())


def _status(error: ClinicError) -> int:
    return next(code for kind, code in STATUSES if isinstance(error, kind))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

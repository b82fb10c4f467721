"""The routes of evidence of consent: a file comes in as the raw body, and goes out to be saved.

Nothing that came in is ever shown inside our pages: a browser is told to save it.
"""

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
from lib.web import media, receiving
from lib.web.receiving import now

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
    await run_in_threadpool(sessions.note_seen, clinic, live, now=now())
    length = receiving.length_of(request)
    if length is None:
        return JSONResponse({"message": NO_LENGTH}, LENGTH_REQUIRED)
    try:
        return await _receive(request, clinic, live.actor, length)
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
    found = await receiving.receive(
        request,
        length,
        consent_papers.MOST_BYTES,
        lambda at: waiting.begin(clinic, actor, length, now=at),
    )
    told = {"evidence": str(found.evidence_id), "kind": found.sort.kind.value}
    return JSONResponse({**told, "bytes": found.bytes}, CREATED)


async def _live(request: Request) -> Live | None:
    clinic = running.clinic()
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    return await run_in_threadpool(sessions.by_token, clinic, caller.token or "", now=now())


def _status(error: ClinicError) -> int:
    return next(code for kind, code in STATUSES if isinstance(error, kind))

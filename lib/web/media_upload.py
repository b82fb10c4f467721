"""The routes that photographs and video come in by: a file as the raw body, then taken in.

A file is sealed while it streams in, a piece at a time, so that memory does not grow with it.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.domain.access import Actor
from lib.domain.capture import said_of
from lib.domain.restriction import Ground
from lib.errors import (
    ClinicError,
    GroundNeededError,
    MediaSpaceError,
    NotFoundError,
    NotPermittedError,
    StoreError,
)
from lib.services import running, sessions
from lib.services.clinic import Clinic
from lib.services.media import ingest, uploads
from lib.services.media.ingest import Wanted
from lib.services.media.uploads import PATH, Announced
from lib.web import caller as callers
from lib.web import receiving
from lib.web.receiving import now

Result = TypeVar("Result")

# A list of ids and nothing else.
LONGEST_ORDER = 64 * 1024
CREATED, UNAUTHORISED, NOT_FOUND, LENGTH_REQUIRED = 201, 401, 404, 411
STATUSES: tuple[tuple[type[ClinicError], int], ...] = (
    (NotPermittedError, 403),
    (GroundNeededError, 403),
    (NotFoundError, NOT_FOUND),
    (MediaSpaceError, 507),
    (StoreError, 503),
    (ClinicError, 422),
)
SIGN_IN = "Your session has ended. Sign in again, then choose the file once more."
NOBODY = "There is no record at this address. It may have been disposed of."
NO_LENGTH = "The browser did not say how large the file is. Try again."
NOT_AN_ORDER = "The files could not be taken in. Load the page again."


async def receive(request: Request) -> Response:
    """Take one file for a patient; answer with the upload's id, or with why not."""
    return await _answer(request, _receive)


async def take_in(request: Request) -> Response:
    """Take uploads into the record; answer with what became of each."""
    return await _answer(request, _take_in)


async def cancel(request: Request) -> Response:
    """Forget an upload that is not wanted after all."""
    return await _answer(request, _cancel)


def routes() -> list[Route]:
    """Return the routes for app.py."""
    return [
        Route(PATH + "{patient_id:uuid}", receive, methods=["POST"]),
        Route(PATH + "{patient_id:uuid}/batch/{batch_id:uuid}", take_in, methods=["POST"]),
        Route(PATH + "{patient_id:uuid}/{upload_id:uuid}", cancel, methods=["DELETE"]),
    ]


Act = Callable[[Request, Clinic, Actor], Any]


async def _answer(request: Request, act: Act) -> Response:
    clinic = running.clinic()
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    live = await run_in_threadpool(sessions.by_token, clinic, caller.token or "", now=now())
    if live is None:
        return JSONResponse({"message": SIGN_IN}, UNAUTHORISED)
    # Whoever waits for a large file is there.
    await run_in_threadpool(sessions.note_seen, clinic, live, now=now())
    try:
        answer: Response = await act(request, clinic, live.actor)
    except ClinicError as error:
        status = next(code for kind, code in STATUSES if isinstance(error, kind))
        return JSONResponse({"message": error.message}, status)
    return answer


async def _receive(request: Request, clinic: Clinic, actor: Actor) -> Response:
    length = receiving.length_of(request)
    if length is None:
        return JSONResponse({"message": NO_LENGTH}, LENGTH_REQUIRED)
    patient_id = request.path_params["patient_id"]
    announced = Announced(patient_id, length, _ground(request.query_params))
    try:
        upload = await receiving.receive(
            request,
            length,
            uploads.MOST_OF_VIDEO,
            lambda at: uploads.begin(clinic, actor, announced, now=at),
        )
    except ClientDisconnect:
        return Response(status_code=499)
    return JSONResponse({"upload": str(upload.upload_id)}, CREATED)


async def _take_in(request: Request, clinic: Clinic, actor: Actor) -> Response:
    wanted = _wanted(request, await _content(request))
    if wanted is None:
        return JSONResponse({"message": NOT_AN_ORDER}, 400)
    entries = await run_in_threadpool(ingest.take_in, clinic, actor, wanted, now=now())
    told = [
        {"upload": str(one.media_id), "outcome": one.outcome.value, "sentence": one.sentence}
        for one in entries
    ]
    return JSONResponse({"files": told})


async def _cancel(request: Request, clinic: Clinic, actor: Actor) -> Response:
    params = request.path_params
    await run_in_threadpool(
        uploads.cancel, clinic, actor, params["patient_id"], params["upload_id"]
    )
    return JSONResponse({"upload": None})


async def _content(request: Request) -> bytes:
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > LONGEST_ORDER:
            return b""
    return bytes(held)


def _wanted(request: Request, content: bytes) -> Wanted | None:
    try:
        order = json.loads(content)
        series = order.get("treatment")
        return Wanted(
            batch_id=request.path_params["batch_id"],
            patient_id=request.path_params["patient_id"],
            upload_ids=tuple(UUID(str(one)) for one in order["uploads"]),
            treatment_series_id=UUID(str(series)) if series else None,
            said=said_of(order.get("said"), now()),
            ground=_ground(order),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _ground(given: Mapping[str, Any]) -> Ground | None:
    said = given.get("ground")
    return Ground(said) if said in {one.value for one in Ground} else None

"""The route of what is printed: `/print/NAME/ID` as a page, `/print/NAME/ID.pdf` as a file."""

from datetime import UTC, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.errors import ClinicError, GroundNeededError, MergedError, NotFoundError, NotPermittedError
from lib.paper import html, pdf
from lib.paper.sheet import Sheet
from lib.services import running, sessions
from lib.services.printing import prepare, registered
from lib.web import caller as callers

PATH = "/print/"
PDF = ".pdf"
# Whatever is refused says what to do next, and nothing of whom it was about.
STATUSES: tuple[tuple[type[ClinicError], int], ...] = (
    (NotPermittedError, 403),
    (GroundNeededError, 403),
    (NotFoundError, 404),
    (MergedError, 404),
)
KEPT_BY_NOBODY = {"Cache-Control": "private, no-store"}


async def show(request: Request) -> Response:
    """Answer with the sheet, for whoever is signed in and may have it."""
    name, text = request.path_params["name"], request.path_params["subject"]
    subject_id = _id(text.removesuffix(PDF))
    if subject_id is None:
        return PlainTextResponse(prepare.NOTHING, 404)
    clinic, now = running.clinic(), datetime.now(UTC).replace(tzinfo=None)
    caller = callers.of(dict(request.scope), clinic.settings.trusted_proxies)
    live = await run_in_threadpool(sessions.by_token, clinic, caller.token or "", now=now)
    if live is None:
        return PlainTextResponse("Sign in first.", 401)
    is_pdf = text.endswith(PDF)
    try:
        sheet = await run_in_threadpool(
            prepare.prepare, clinic, live.actor, name, subject_id, now=now, is_file=is_pdf
        )
    except tuple(kind for kind, _ in STATUSES) as error:
        status = next(code for kind, code in STATUSES if isinstance(error, kind))
        return PlainTextResponse(error.message, status)
    address = f"{PATH}{name}/{subject_id}{PDF}"
    return await run_in_threadpool(_as_pdf if is_pdf else _as_page, sheet, address)


def _as_page(sheet: Sheet, address: str) -> Response:
    return HTMLResponse(html.render(sheet, address), headers=KEPT_BY_NOBODY)


def _as_pdf(sheet: Sheet, _: str) -> Response:
    headers = {**KEPT_BY_NOBODY, "Content-Disposition": f'inline; filename="{sheet.name}.pdf"'}
    return Response(pdf.render(sheet), media_type="application/pdf", headers=headers)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def routes() -> list[Route]:
    """Return the route for app.py."""
    registered.register_all()
    return [Route(PATH + "{name}/{subject}", show)]

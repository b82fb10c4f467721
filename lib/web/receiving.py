"""A file that comes in as the raw body of a request: a piece at a time, never whole in memory."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from lib.errors import ClinicError

Finished_co = TypeVar("Finished_co", covariant=True)

PIECE = 1024 * 1024


class Arriving(Protocol[Finished_co]):
    """One file that is being sent: given piece by piece, then finished, or abandoned."""

    def take(self, piece: bytes) -> None:
        """Seal the next piece."""

    def finish(self, *, now: datetime) -> Finished_co:
        """Judge the whole and keep it."""

    def abandon(self) -> None:
        """Remove what arrived, unless it was finished."""


async def receive(
    request: Request, length: int, most: int, begin: Callable[[datetime], Arriving[Finished_co]]
) -> Finished_co:
    """Return what became of a file of so many bytes; what did not arrive whole leaves nothing.

    `most` is how long a body may be that is still heard to its end when the file is refused: a
    browser hears an answer only once all was sent, and a lying length is not waited for. Raises
    `ClientDisconnect`, and what the file's own rules raise.
    """
    body = _pieces(request)
    try:
        arriving = await run_in_threadpool(begin, now())
        try:
            async for piece in body:
                await run_in_threadpool(arriving.take, piece)
            return await run_in_threadpool(lambda: arriving.finish(now=now()))
        finally:
            await run_in_threadpool(arriving.abandon)
    except ClinicError:
        if length <= most:
            await _drain(body)
        raise


def length_of(request: Request) -> int | None:
    """Return how long the browser says that the body is, or None where it does not."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def now() -> datetime:
    """Return the present moment as the store keeps it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


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


async def _drain(body: AsyncIterator[bytes]) -> None:
    try:
        async for _ in body:
            pass
    except ClientDisconnect:
        return

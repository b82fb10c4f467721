"""The websockets that are open, by session, so that a session's end closes them at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from lib.errors import StoreError
from lib.services import running, sessions

SWEEP_SECONDS = 1.0
Close = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


class Connections:
    """Who is connected under which session."""

    def __init__(self) -> None:
        self._closers: dict[UUID, set[Close]] = {}

    def add(self, session_id: UUID, close: Close) -> None:
        """Remember how to close a websocket of this session."""
        self._closers.setdefault(session_id, set()).add(close)

    def remove(self, session_id: UUID, close: Close) -> None:
        """Forget a websocket that is gone."""
        closers = self._closers.get(session_id, set())
        closers.discard(close)
        if not closers:
            self._closers.pop(session_id, None)

    def __len__(self) -> int:
        """Return how many sessions are connected."""
        return len(self._closers)

    async def close_all_but(self, still_open: frozenset[UUID]) -> None:
        """Close every websocket whose session is not among those still open."""
        over = [one for one in self._closers if one not in still_open]
        for session_id in over:
            for close in self._closers.pop(session_id, set()):
                await close()

    async def sweep_for_ever(self) -> None:
        """End sessions by the clock, and close what hangs on ended ones, every second."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.close_all_but(await run_in_threadpool(_still_open))
            except StoreError:
                # The next sweep tries again; meanwhile every frame is checked on its own.
                log.warning("The sessions could not be swept.")


def _still_open() -> frozenset[UUID]:
    return sessions.sweep(running.clinic(), now=datetime.now(UTC).replace(tzinfo=None))

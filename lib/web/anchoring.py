"""Anchoring the audit trail while the server runs: at its start, every hour, and at its end."""

import asyncio
import logging
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool

from lib.errors import StoreError
from lib.services import anchors
from lib.services.clinic import Clinic

# Daily would do for the rule; an hour is how much of a tail could be cut unseen.
SECONDS = 3600.0
log = logging.getLogger(__name__)


def anchor(clinic: Clinic) -> None:
    """Anchor what has grown; a file that cannot be written is a warning, never a stop."""
    try:
        anchors.anchor_now(clinic, now=datetime.now(UTC).replace(tzinfo=None))
    except StoreError as error:
        log.warning("%s", error.message)


async def anchor_for_ever(clinic: Clinic, seconds: float = SECONDS) -> None:
    """Anchor at once and then every hour, until cancelled."""
    while True:
        await run_in_threadpool(anchor, clinic)
        await asyncio.sleep(seconds)

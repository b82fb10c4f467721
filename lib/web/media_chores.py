"""Forgetting, every few minutes, uploads that nobody took in."""

import asyncio
import logging
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool

from lib.errors import ClinicError
from lib.services.clinic import Clinic
from lib.services.consent import waiting
from lib.services.media import uploads

EVERY_SECONDS = 300
log = logging.getLogger(__name__)


async def forget_for_ever(clinic: Clinic) -> None:
    """Remove old uploads again and again, until it is cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await run_in_threadpool(_forget, clinic)


def _forget(clinic: Clinic) -> None:
    try:
        now = datetime.now(UTC).replace(tzinfo=None)
        uploads.forget_old(clinic, now=now)
        waiting.forget_old(clinic, now=now)
    except (ClinicError, OSError):
        # The next time tries again.
        log.warning("Old uploads could not be removed.")

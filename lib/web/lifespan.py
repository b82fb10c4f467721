"""From the server's start to its end: the clinic is opened, kept and closed here."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool

from lib.errors import ClinicError
from lib.services import drafts, first_run, running
from lib.services.clinic import Clinic, open_clinic
from lib.services.consent import evidence
from lib.services.disposal import running as disposals
from lib.services.media import streams, sweep
from lib.settings import Settings, settings
from lib.web import anchoring, backing_up, media_chores
from lib.web.connections import Connections

connections = Connections()


@contextlib.asynccontextmanager
async def open_for_server(_: object) -> AsyncIterator[None]:
    """Keep the clinic open while the server runs.

    When it cannot be opened the server ends with a status other than 0 and one clear line.
    """
    clinic = _open(settings())
    running.use(clinic)
    clinic.search.start()
    drafts.sweep(clinic, now=datetime.now(UTC).replace(tzinfo=None))
    sweep.sweep(clinic)
    evidence.sweep(clinic)
    streams.wake(clinic)
    disposals.begin(clinic)
    nightly = backing_up.start(clinic)
    chores = (
        asyncio.create_task(connections.sweep_for_ever()),
        asyncio.create_task(anchoring.anchor_for_ever(clinic)),
        asyncio.create_task(media_chores.forget_for_ever(clinic)),
    )
    # What is there at the start stays: never looked at again, collections take half the time.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        for chore in chores:
            chore.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await chore
        disposals.end(clinic)
        await run_in_threadpool(backing_up.stop, nightly)
        streams.stop(clinic)
        running.use(None)
        anchoring.anchor(clinic)
        clinic.close()


def _open(chosen: Settings) -> Clinic:
    try:
        clinic = open_clinic(chosen)
    except ClinicError as error:
        print(error.message, file=sys.stderr)  # noqa: T201 - the operator reads the console
        raise
    if first_run.is_needed(clinic):
        code = first_run.new_code(clinic, now=datetime.now(UTC).replace(tzinfo=None))
        told = f"This clinic has not been set up. Its set-up code is {code}"
        print(told, flush=True)  # noqa: T201 - the operator reads the console
    return clinic

"""Bringing the drawn pictures of the synthetic clinic in, as uploads are brought in."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, time
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.demo.accounts import STAFF
from lib.demo.photographer import Roll, Taken, files_of, rolls
from lib.demo.sittings import Course, day_of
from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic
from lib.services.media import intake, sealing_keys, streams
from lib.services.media.arrivals import Arrival, Batch, Entry

# So many sittings are drawn ahead of the one that is being brought in.
AHEAD = 6


def bring_in(clinic: Clinic, courses: list[Course]) -> list[Entry]:
    """Draw everything that the courses want and bring it in; return what became of each file.

    Pictures are drawn in processes of their own while the clinic's workers look into those before.
    """
    entries: list[Entry] = []
    for roll, files in _drawn(list(rolls(courses))):
        entries += _sitting_in(clinic, roll, files)
    streams.finish(clinic)
    return entries


def _drawn(wanted: list[Roll]) -> Iterator[tuple[Roll, list[Taken]]]:
    """Yield every sitting with its files, in order, while the next ones are being drawn."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        waiting: list[Future[list[Taken]]] = [
            pool.submit(files_of, roll) for roll in wanted[:AHEAD]
        ]
        for place, roll in enumerate(wanted):
            files = waiting[place].result()
            if place + AHEAD < len(wanted):
                waiting.append(pool.submit(files_of, wanted[place + AHEAD]))
            yield roll, files


def _sitting_in(clinic: Clinic, roll: Roll, files: list[Taken]) -> list[Entry]:
    course, sitting = roll.course, roll.sitting
    key_id = sealing_keys.key_for(clinic, course.patient_id)
    arrivals = [_arrival(clinic, key_id, one) for one in files]
    batch = Batch(
        batch_id=uuid7s.uuid7(),
        patient_id=course.patient_id,
        born_on=course.born_on,
        actor=STAFF.actor(),
        treatment_series_id=sitting.series_id,
    )
    # Brought in at the end of the day.
    now = datetime.combine(day_of(sitting.day), time(18))
    return intake.bring_in(clinic, batch, arrivals, now=now)


def _arrival(clinic: Clinic, key_id: UUID, one: Taken) -> Arrival:
    key = clinic.media.keys.get(key_id)
    with clinic.media.files.incoming(one.media_id, ORIGINAL, key).writer() as writer:
        writer.write(one.content)
        writer.seal()
    return Arrival(one.media_id, key_id, one.said)

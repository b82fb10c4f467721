"""Bringing the drawn pictures of the synthetic clinic in, as uploads are brought in."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, time
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.demo.accounts import STAFF
from lib.demo.photographer import Roll, Taken, files_of, rolls
from lib.demo.pictures.curves import Place
from lib.demo.sittings import Course, day_of
from lib.domain.alignment import Alignment, Point
from lib.domain.annotations import Ink, Mark, Marks, Shape
from lib.domain.media import Purpose, Stage
from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic
from lib.services.media import annotations, intake, pairs, removal, sealing_keys, streams
from lib.services.media.annotations import Change
from lib.services.media.arrivals import Arrival, Batch, Entry
from lib.services.media.pairs import Look, NewPair

# So many sittings are drawn ahead of the one that is being brought in.
AHEAD = 6
# Whose pictures are worked on at the review, counted as courses are.
ALIGNED, MARKED, BLURRED = frozenset({1, 2}), frozenset({1, 4, 6}), frozenset({3})
NOTE = "A little deeper on this side; look again before the next treatment."
OUT_OF_FOCUS = "Out of focus; taken again"


def bring_in(
    clinic: Clinic, courses: list[Course], told: Callable[[int, int], None]
) -> list[Entry]:
    """Draw everything that the courses want and bring it in; return what became of each file.

    `told(done, of)` hears of every sitting. Pictures are drawn in processes of their own while the
    clinic's workers look into those before.
    """
    entries: list[Entry] = []
    places = {course.patient_id: place for place, course in enumerate(courses)}
    first: dict[UUID, Taken] = {}
    wanted = list(rolls(courses))
    for number, (roll, files) in enumerate(_drawn(wanted), start=1):
        entries += _sitting_in(clinic, roll, files)
        patient_id = roll.course.patient_id
        if roll.sitting.stage is Stage.REVIEW and patient_id in first:
            _look_again(clinic, roll, (first.pop(patient_id), files[0]), places[patient_id])
        elif roll.sitting.stage is Stage.BEFORE:
            first[patient_id] = files[0]
        told(number, len(wanted))
    streams.finish(clinic)
    return entries


def _look_again(clinic: Clinic, roll: Roll, pair: tuple[Taken, Taken], place: int) -> None:
    """Do at the review what is done with some pictures: align two, mark one, remove one."""
    actor, patient_id = STAFF.actor(), roll.course.patient_id
    before, after = pair
    day = day_of(roll.sitting.day)
    now = datetime.combine(day, time(18, 30))
    if place in ALIGNED and before.landmarks and after.landmarks:
        alignment = Alignment(_marks(before.landmarks), _marks(after.landmarks))
        wanted = NewPair(uuid7s.uuid7(), before.media_id, after.media_id, alignment)
        look = Look(Purpose.RECORD, day)
        pairs.align(clinic, actor, patient_id, wanted, look, now=now)
    if place in MARKED and after.landmarks:
        change = Change(uuid7s.uuid7(), uuid7s.uuid7(), after.media_id, 0, _drawn_over(after), NOTE)
        annotations.save(clinic, actor, patient_id, change, now=now)
    if place in BLURRED:
        removal.remove(clinic, actor, patient_id, [after.media_id], OUT_OF_FOCUS, now=now)


def _marks(landmarks: tuple[Place, Place]) -> tuple[Point, Point]:
    (x1, y1), (x2, y2) = landmarks
    return Point(x1, y1), Point(x2, y2)


def _drawn_over(taken: Taken) -> Marks:
    """Return a ring and an arrow beside the first landmark of a picture."""
    x, y = (taken.landmarks or ((0.5, 0.5),))[0]
    ring = Mark(Shape.ELLIPSE, Ink.AMBER, ((x - 0.06, y - 0.04), (x + 0.03, y + 0.03)))
    arrow = Mark(Shape.ARROW, Ink.SKY, ((x - 0.14, y + 0.12), (x - 0.04, y + 0.03)), "here first")
    return ring, arrow


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

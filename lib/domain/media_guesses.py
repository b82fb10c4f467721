"""Guessing view and stage of pictures from their order and the protocol; pure.

A guess is marked as one until a person has said the same or something else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lib.domain.media import Stage
from lib.domain.protocols import Shot

# Between the pictures before a treatment and those after it somebody is treated.
PAUSE = timedelta(minutes=10)
NO_TIME = datetime.fromisoformat("0001-01-01")


@dataclass(frozen=True, slots=True)
class Seen:
    """A photograph of the day's set: when it was taken, and what a person said of it, if anybody.

    `place` orders pictures whose time is not known, as they came in.
    """

    media_id: UUID
    captured_at: datetime | None
    place: int
    shot: Shot | None = None
    stage: Stage | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """What a picture most likely shows; None where nothing speaks for anything."""

    shot: Shot | None
    stage: Stage | None


def guesses(
    day: date, pictures: Sequence[Seen], shots: Sequence[Shot], treated_on: date | None
) -> Mapping[UUID, Guess]:
    """Return what each picture of one day most likely shows.

    They are taken in the order of the protocol's `shots`, round after round: a pause of ten minutes
    begins a new round, and without any pause a full one does. On the day of the treatment the first
    round is before it and every later one immediately after; earlier days are before, later ones
    are reviews. What a person has said holds, and is not guessed again in the same round.
    """
    found: dict[UUID, Guess] = {}
    for number, one_round in enumerate(rounds(pictures, len(shots))):
        stage = stage_of(day, treated_on, number)
        said = {one.shot for one in one_round if one.is_confirmed and one.shot is not None}
        left = iter([shot for shot in shots if shot not in said])
        for one in one_round:
            if one.is_confirmed:
                found[one.media_id] = Guess(one.shot, one.stage)
            else:
                found[one.media_id] = Guess(next(left, None), stage)
    return found


def rounds(pictures: Sequence[Seen], size: int) -> list[list[Seen]]:
    """Return a day's pictures in rounds, each in the order in which they were taken."""
    ordered = sorted(pictures, key=_order)
    parted = list(_parted(ordered))
    if len(parted) > 1 or size == 0:
        return parted
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def stage_of(day: date, treated_on: date | None, number: int) -> Stage | None:
    """Return the stage of the day's round with this number, from 0; None without a treatment."""
    if treated_on is None:
        return None
    if day != treated_on:
        return Stage.BEFORE if day < treated_on else Stage.REVIEW
    return Stage.IMMEDIATELY_AFTER if number else Stage.BEFORE


def _parted(ordered: Sequence[Seen]) -> Iterator[list[Seen]]:
    current: list[Seen] = []
    for one in ordered:
        if current and _is_pause(current[-1], one):
            yield current
            current = []
        current.append(one)
    if current:
        yield current


def _is_pause(earlier: Seen, later: Seen) -> bool:
    if earlier.captured_at is None or later.captured_at is None:
        return False
    return later.captured_at - earlier.captured_at >= PAUSE


def _order(one: Seen) -> tuple[bool, datetime, int]:
    # What has no time comes after what has one, as it came in.
    return one.captured_at is None, one.captured_at or NO_TIME, one.place

"""A course of treatment in pictures: which two are worth comparing, and what lies between; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from lib.domain.formats import counted, day
from lib.domain.media import Expression, Stage, View

AFTER = (Stage.REVIEW, Stage.IMMEDIATELY_AFTER)
# In the order of a protocol: the plainest come first.
VIEWS = [view.value for view in View]
EXPRESSIONS = [expression.value for expression in Expression]
LEAST = 2
DAYS_IN_YEAR = 365.25
# A unit's name and days, and up to how many of it are said.
UNITS = (("day", 1.0, 14), ("week", 7.0, 14), ("month", DAYS_IN_YEAR / 12, 24))


# A view and an expression.
Pose = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Shot:
    """What decides whether a photograph is worth comparing with another."""

    media_id: UUID
    captured_on: date | None = None
    treatment_series_id: UUID | None = None
    treatment_name: str | None = None
    view: str | None = None
    expression: str | None = None
    stage: str | None = None

    @property
    def pose(self) -> Pose:
        """Return the view and the expression: pictures of one pose can be compared."""
        return self.view, self.expression


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two photographs to begin with, the earlier first, and the sentence that says why."""

    first: Shot
    second: Shot
    why: str


@dataclass(frozen=True, slots=True)
class Treated:
    """A treatment on the way: when and what."""

    treated_on: date
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a course: the pictures of a day, or the treatments given on it."""

    on: date | None
    shots: tuple[UUID, ...] = ()
    treatments: tuple[str, ...] = ()


def suggestion(shots: Iterable[Shot]) -> Suggestion | None:
    """Return the pair that says most: before a treatment and its latest review, in one pose.

    Without one, the first and the last of a pose; without that, the first and the last picture.
    None where there are not two.
    """
    ordered = sorted(shots, key=_by_day)
    return _of_a_treatment(ordered) or _of_a_pose(ordered) or _of_any(ordered)


def companion(one: Shot, shots: Iterable[Shot]) -> Suggestion | None:
    """Return one picture beside the one that says most with it, the earlier first; None without.

    In its pose, where there is any: of the same treatment, then the furthest away in time.
    """
    others = [shot for shot in shots if shot.media_id != one.media_id]
    mates = [shot for shot in others if shot.pose == one.pose] or others
    if not mates:
        return None
    same = [
        shot for shot in mates if one.treatment_series_id in {shot.treatment_series_id} - {None}
    ]
    mate = max(sorted(same or mates, key=_by_day), key=lambda shot: _days_apart(one, shot))
    first, second = sorted((one, mate), key=_by_day)
    said = "the same treatment" if same else "the patient's pictures"
    pose = f"{pose_words(*one.pose)}: the" if mate.pose == one.pose else "The"
    why = f"{pose} picture of {said} that is furthest from the one you chose in time."
    return Suggestion(first, second, why)


def pose_words(view: str | None, expression: str | None) -> str:
    """Return a pose in words: `Front, at rest`."""
    said = {"rest": "at rest"}.get(expression or "", expression or "")
    words = ", ".join(filter(None, (view, said))) or "no view given"
    return words[:1].upper() + words[1:]


def steps(shots: Iterable[Shot], treatments: Iterable[Treated]) -> list[Step]:
    """Return a course in the order of its days, a treatment between what lies before and after it.

    On the day of a treatment the pictures before it come first. Treatments before the first
    picture and after the last are left out: nothing shows what they did.
    """
    ordered = sorted(shots, key=_by_day)
    days = [shot.captured_on for shot in ordered if shot.captured_on is not None]
    between = [one for one in treatments if days and days[0] <= one.treated_on <= days[-1]]
    placed: list[tuple[date, int, Shot | Treated]] = [
        *((shot.captured_on or date.min, _order(shot), shot) for shot in ordered),
        *((one.treated_on, 1, one) for one in between),
    ]
    found: list[Step] = []
    for on, _, one in sorted(placed, key=lambda place: place[:2]):
        _add(found, None if on == date.min else on, one)
    return found


def _of_a_treatment(ordered: Sequence[Shot]) -> Suggestion | None:
    """Return the newest treatment's pair: as soon as there is a review, a review."""
    befores: dict[tuple[UUID | None, Pose], list[Shot]] = {}
    for shot in ordered:
        if shot.stage == Stage.BEFORE and shot.treatment_series_id is not None:
            befores.setdefault((shot.treatment_series_id, shot.pose), []).append(shot)
    for stage in AFTER:
        afters = [shot for shot in ordered if shot.stage == stage]
        for after in sorted(afters, key=_newest_and_plainest):
            found = befores.get((after.treatment_series_id, after.pose), [])
            earlier = [shot for shot in found if _by_day(shot) < _by_day(after)]
            if earlier:
                return Suggestion(earlier[-1], after, _why(earlier[-1], after))
    return None


def _why(before: Shot, after: Shot) -> str:
    name = after.treatment_name or "the treatment"
    latest = "its latest review" if after.stage == Stage.REVIEW else "straight after it"
    return (
        f"{pose_words(*after.pose)}: before {name} ({day(before.captured_on)}) and {latest} "
        f"({day(after.captured_on)})."
    )


def _of_a_pose(ordered: Sequence[Shot]) -> Suggestion | None:
    for newest in sorted(ordered, key=_newest_and_plainest):
        mates = [shot for shot in ordered if shot.pose == newest.pose]
        if newest.view is not None and len(mates) >= LEAST:
            first, last = mates[0], mates[-1]
            why = (
                f"{pose_words(*last.pose)}: the first picture ({day(first.captured_on)}) and the "
                f"latest ({day(last.captured_on)}). No treatment has a picture before and after "
                "it in one view."
            )
            return Suggestion(first, last, why)
    return None


def _of_any(ordered: Sequence[Shot]) -> Suggestion | None:
    if len(ordered) < LEAST:
        return None
    first, last = ordered[0], ordered[-1]
    why = (
        f"The first picture ({day(first.captured_on)}) and the latest ({day(last.captured_on)}). "
        "No two pictures have the same view."
    )
    return Suggestion(first, last, why)


def _days_apart(one: Shot, other: Shot) -> int:
    if one.captured_on is None or other.captured_on is None:
        return -1
    return abs((one.captured_on - other.captured_on).days)


def _by_day(shot: Shot) -> tuple[date, int, str]:
    return shot.captured_on or date.min, _order(shot), str(shot.media_id)


def _newest_and_plainest(shot: Shot) -> tuple[int, int, int, str]:
    """Return the order in which pairs are looked for: the newest day, there the front at rest."""
    on = shot.captured_on or date.min
    view = VIEWS.index(shot.view) if shot.view in VIEWS else len(VIEWS)
    expression = EXPRESSIONS.index(shot.expression) if shot.expression in EXPRESSIONS else 0
    return -on.toordinal(), view, expression, str(shot.media_id)


def _order(shot: Shot) -> int:
    """Return the place of a picture within its day: before the treatment, or after it."""
    return 0 if shot.stage == Stage.BEFORE else 2


def _add(found: list[Step], on: date | None, one: Shot | Treated) -> None:
    last = found[-1] if found else None
    is_same = last is not None and last.on == on
    if isinstance(one, Treated):
        names = last.treatments if last and is_same else ()
        if names:
            found.pop()
        found.append(Step(on, (), (*names, one.name)))
    elif last and is_same and last.shots:
        found[-1] = Step(on, (*last.shots, one.media_id))
    else:
        found.append(Step(on, (one.media_id,)))


def placed(chosen: Sequence[UUID], place: int, media_id: UUID | None) -> list[UUID]:
    """Return the pictures of a comparison with one put at a place (from 0), the last if beyond.

    One that is elsewhere in it changes places with what was there; without a picture the place is
    given up.
    """
    if media_id is None:
        return [*chosen[:place], *chosen[place + 1 :]]
    found = list(chosen)
    if media_id in found:
        place = min(place, len(found) - 1)
        found[found.index(media_id)] = found[place]
    return [*found[:place], media_id, *found[place + 1 :]]


def since(days: int) -> str:
    """Return how long after something else a day was: `5 weeks later`; nothing for no time."""
    if days <= 0:
        return ""
    for unit, length, most in UNITS:
        number = max(1, round(days / length))
        if number < most:
            return f"{counted(number, unit)} later"
    return f"{counted(round(days / DAYS_IN_YEAR), 'year')} later"


def gaps(found: Sequence[Step]) -> list[int]:
    """Return how many days each step of a course lies after the one before it, 0 if not known."""
    days = [
        (other.on - one.on).days if one.on and other.on else 0 for one, other in pairwise(found)
    ]
    return [0, *days][: len(found)]

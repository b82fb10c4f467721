"""Whose pictures the synthetic clinic has, of which treatments and days; nothing is drawn here.

A bounded number of patients: most with one or two courses, one with years of visits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo.calendar import EPOCH, day_number
from lib.demo.catalogue import (
    BOOSTER,
    CARE,
    CORRECTION,
    DEVICE,
    FILLER,
    PROTOCOLS,
    SKIN,
    TOXIN,
    Protocol,
)
from lib.demo.columns import Random
from lib.demo.pictures.course import Given
from lib.domain.media import Expression, Stage, View

# One in so many has pictures at a small clinic; no more than `MOST` at any.
ONE_IN = 50
MOST = 40
# From so many on, one of them has a long course.
LONG_FROM = 8
RECENT_DAYS = 900
COURSES = (1, 1, 1, 1, 2)
REVIEW_DAYS = 14
CONFIRMED_SHARE = 0.8
LONGEST_COURSE = 21
GROUPS = {TOXIN: "toxin", FILLER: "filler", BOOSTER: "skin_booster", SKIN: "skin_care",
          CARE: "skin_care", DEVICE: "device", CORRECTION: "other"}  # fmt: skip
BY_NAME = {protocol.name: protocol for protocol in PROTOCOLS}
# Treatments of what is not drawn: no pictures of them.
NOT_DRAWN = frozenset({"axilla", "back", "home use", "lower legs", "bikini line", "nose"})
EXPRESSIONS = {
    "glabella": Expression.FROWN,
    "forehead": Expression.RAISED_BROWS,
    "crow's feet": Expression.SMILE,
}
CLOSE_UPS = frozenset({"lips", "neck", "hands", "under eyes"})
PROFILED = frozenset({"cheeks", "jawline", "chin"})
OBLIQUES = (View.LEFT_OBLIQUE, View.RIGHT_OBLIQUE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture that is to be taken."""

    view: View
    expression: Expression | None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Pictures of one day and stage of one treatment; `day` counts from 1970."""

    day: int
    stage: Stage
    series_id: UUID
    practitioner_id: UUID | None
    pictures: tuple[Wanted, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that is to be taken of one patient, in the order of days."""

    patient_id: UUID
    born_on: date | None
    age: int
    is_woman: bool
    seed: int
    sittings: tuple[Sitting, ...]
    given: tuple[Given, ...]
    is_long: bool = False


def courses(part: Mapping[str, pa.Table], wanted: int, random: Random, as_of: date) -> list[Course]:
    """Return the courses of `wanted` patients of the tables in `part`, the longest one first.

    Nobody who died, whose record is restricted, or whose date of birth is not known.
    """
    people = _usable(part)
    treatments = _treatments(part["treatment"], people)
    today = day_number(as_of)
    chosen = _chosen(treatments, wanted, random, today)
    found = []
    for place, patient_id in enumerate(chosen):
        is_long = place == 0 and wanted >= LONG_FROM
        own = treatments[patient_id]
        seed = int(random.integers(1, 2**31))
        count = LONGEST_COURSE if is_long else int(random.choice(COURSES))
        last = [one for one in own if is_long or one.day >= today - RECENT_DAYS][-count:]
        sittings = tuple(_sittings(last, random, today, is_long=is_long))
        born_on, is_woman = people[patient_id]
        age = (today - day_number(born_on)) * 4 // 1461
        given = tuple(area for one in own for area in one.given())
        key = UUID(patient_id)
        found.append(Course(key, born_on, age, is_woman, seed, sittings, given, is_long))
    return found


@dataclass(frozen=True, slots=True)
class _Treatment:
    """One treatment of which there may be pictures."""

    day: int
    series_id: str
    practitioner_id: str | None
    protocol: Protocol

    def given(self) -> Iterator[Given]:
        for item in self.protocol.items:
            yield Given(self.day, GROUPS[self.protocol.programme], item.area)


def _usable(part: Mapping[str, pa.Table]) -> dict[str, tuple[date, bool]]:
    patients, restrictions = part["patient"], part["restriction"]
    barred = restrictions.filter(pc.is_null(restrictions["lifted_at"]))["patient_id"]
    fits = pc.and_(
        pc.and_(pc.is_null(patients["deceased_on"]), pc.is_valid(patients["born_on"])),
        pc.invert(pc.is_in(patients["patient_id"], value_set=pc.cast(barred, pa.string()))),
    )
    chosen = patients.filter(fits)
    rows = zip(
        *(chosen[name].to_pylist() for name in ("patient_id", "born_on", "sex")), strict=True
    )
    return {key: (born_on, sex != "male") for key, born_on, sex in rows}


def _treatments(
    table: pa.Table, people: Mapping[str, tuple[date, bool]]
) -> dict[str, list[_Treatment]]:
    """Return the drawable treatments in force of each patient, by day."""
    drawable = [one.name for one in PROTOCOLS if _is_drawable(one)]
    names = pc.cast(table["name"], pa.string())
    fits = pc.and_(
        pc.is_in(names, value_set=pa.array(drawable)), pc.is_null(table["superseded_at"])
    )
    chosen = table.filter(fits)
    columns = ("patient_id", "treated_on", "series_id", "practitioner_id", "name")
    found: dict[str, list[_Treatment]] = defaultdict(list)
    for row in zip(*(chosen[name].to_pylist() for name in columns), strict=True):
        patient_id, day, series_id, practitioner_id, name = row
        if patient_id in people:
            one = _Treatment(day_number(day), series_id, practitioner_id, BY_NAME[name])
            found[patient_id].append(one)
    return {key: sorted(own, key=lambda one: one.day) for key, own in found.items()}


def _is_drawable(protocol: Protocol) -> bool:
    return not NOT_DRAWN & {item.area for item in protocol.items} and (
        protocol.programme != CORRECTION
    )


def _chosen(
    treatments: Mapping[str, list[_Treatment]], wanted: int, random: Random, today: int
) -> list[str]:
    """Return who has pictures: first who came for toxin most often, then each treatment in turn."""
    if not wanted or not treatments:
        return []
    toxins = {
        key: sum(one.protocol.programme == TOXIN for one in own)
        for key, own in treatments.items()
        if own[-1].day > today - RECENT_DAYS
    }
    if not toxins:
        return []
    longest = max(toxins, key=lambda key: (toxins[key], key))
    by_name: dict[str, list[str]] = defaultdict(list)
    for key, own in treatments.items():
        last = own[-1]
        if key != longest and today - RECENT_DAYS < last.day < today - REVIEW_DAYS:
            by_name[last.protocol.name].append(key)
    queues = [[by_name[name][i] for i in random.permutation(len(by_name[name]))]
              for name in sorted(by_name)]  # fmt: skip
    found = [longest]
    while len(found) < wanted and any(queues):
        found += [queue.pop() for queue in queues if queue]
    return found[:wanted]


def _sittings(
    treatments: list[_Treatment], random: Random, today: int, *, is_long: bool
) -> Iterator[Sitting]:
    # Two treatments of one day have one set of pictures, and so has a review.
    by_day = {one.day: one for one in treatments}
    days = sorted(by_day)
    for place, day in enumerate(days):
        one = by_day[day]
        views = tuple(_views(one.protocol))
        confirmed = bool(random.random() < CONFIRMED_SHARE)
        practitioner = UUID(one.practitioner_id) if one.practitioner_id else None
        series_id = UUID(one.series_id)

        def sitting(day: int, stage: Stage, pictures: tuple[Wanted, ...]) -> Sitting:
            return Sitting(day, stage, series_id, practitioner, pictures, confirmed)  # noqa: B023

        yield sitting(day, Stage.BEFORE, views)
        if one.protocol.programme != TOXIN and not is_long:
            yield sitting(day, Stage.IMMEDIATELY_AFTER, (views[-1],))
        review = day + max(REVIEW_DAYS, one.protocol.follow_up_days) + int(random.integers(0, 4))
        following = days[place + 1] if place + 1 < len(days) else today
        if review < min(following, today):
            yield sitting(review, Stage.REVIEW, views)


def _views(protocol: Protocol) -> Iterator[Wanted]:
    areas = [item.area for item in protocol.items]
    if areas == ["hands"]:
        yield Wanted(View.FROM_ABOVE, None, "hands")
        return
    yield Wanted(View.FRONT, Expression.REST)
    moved = [EXPRESSIONS[area] for area in areas if area in EXPRESSIONS]
    # In the order of the clinic's protocol, so that what is guessed from it is right.
    for expression in (Expression.FROWN, Expression.RAISED_BROWS, Expression.SMILE):
        if expression in moved:
            yield Wanted(View.FRONT, expression)
    if not moved:
        for view in OBLIQUES:
            yield Wanted(view, Expression.REST)
    if PROFILED & set(areas):
        yield Wanted(View.LEFT_PROFILE, Expression.REST)
        yield Wanted(View.RIGHT_PROFILE, Expression.REST)
    for area in areas:
        if area in CLOSE_UPS:
            yield Wanted(View.CLOSE_UP, Expression.REST, area)


def day_of(number: int) -> date:
    """Return the date of a day that is counted from 1970."""
    return EPOCH + timedelta(days=number)


def count_for(patients: int, most: int = MOST) -> int:
    """Return how many patients of a clinic of that size have pictures."""
    return int(np.clip(patients // ONE_IN, 0, most))

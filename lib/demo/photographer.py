"""The files that a sitting's pictures come as: drawn, dated and said what they show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from lib.demo import columns
from lib.demo.columns import Random
from lib.demo.pictures.course import skin_on
from lib.demo.pictures.curves import Place
from lib.demo.pictures.drawing import SIZE, Shot, draw
from lib.demo.pictures.files import CAMERA, DEVICES, TABLET, Device, Format, Tags, encoded
from lib.demo.pictures.film import Container, Film, Scene, film
from lib.demo.pictures.moment import Camera
from lib.demo.pictures.sitter import Sitter, sitter
from lib.demo.sittings import Course, Sitting, Wanted, day_of
from lib.domain.media import Expression, Stage
from lib.domain.media_labels import Field, Values

MEDIUM = (900, 1200)
SMALL = (360, 480)
LARGE_EVERY = 6
# When sittings begin, and how long it takes to the next picture.
FIRST_HOUR, LAST_HOUR = 9, 16
SECONDS_APART = 17
AFTER_MINUTES = 40
# Of so many patients one has each of the formats that few cameras write.
RARE = {3: Format.HEIC, 7: Format.PNG, 11: Format.WEBP, 16: Format.HEIC}
FILMS = {1: (Scene.EXPRESSIONS, Container.MP4), 2: (Scene.TURNING, Container.MP4),
         4: (Scene.EXPRESSIONS, Container.MOV)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roll:
    """One sitting of one patient, and what the pictures are taken with."""

    course: Course
    sitting: Sitting
    person: Sitter
    device: Device
    form: Format
    size: tuple[int, int]
    film: tuple[Scene, Container] | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One file as it came from the camera, and what a person said of it."""

    media_id: UUID
    content: bytes
    said: Values
    # Two places to align it by; None for a film.
    landmarks: tuple[Place, Place] | None = None


def rolls(courses: list[Course]) -> Iterator[Roll]:
    """Yield every sitting, patient by patient in the order of days, with its camera and format."""
    for place, course in enumerate(courses):
        size = SMALL if course.is_long else SIZE if place % LARGE_EVERY == 1 else MEDIUM
        device = CAMERA if course.is_long else DEVICES[place % len(DEVICES)]
        person = sitter(course.seed, course.age, is_woman=course.is_woman)
        for sitting in course.sittings:
            is_first = sitting is course.sittings[0]
            form = RARE.get(place, Format.JPEG) if is_first else Format.JPEG
            yield Roll(
                course,
                sitting,
                person,
                device if form is Format.JPEG else TABLET,
                form,
                size,
                FILMS.get(place) if is_first else None,
            )


def files_of(roll: Roll) -> list[Taken]:
    """Draw a sitting's pictures and its film; the same roll gives the same files."""
    stages = list(Stage)
    seed = [roll.course.seed, roll.sitting.day, stages.index(roll.sitting.stage)]
    random = np.random.default_rng(seed)
    files = list(_taken(roll, random))
    if roll.film:
        files.append(_film(roll, random, *roll.film))
    return files


def _taken(roll: Roll, random: Random) -> Iterator[Taken]:
    sitting = roll.sitting
    is_after = sitting.stage is not Stage.BEFORE
    skin = skin_on(roll.course.given, sitting.day, is_after=is_after)
    camera = _camera(random)
    for place, wanted in enumerate(sitting.pictures):
        expression = wanted.expression or Expression.REST
        own = _wobbled(random, camera)
        shot = Shot(wanted.view, expression, wanted.area, skin, own, roll.size)
        drawn = draw(roll.person, shot)
        tags = _tags(roll, place)
        content = encoded(drawn.image, roll.form, tags)
        yield Taken(_key(random, tags), content, _said(sitting, wanted), drawn.landmarks)


def _film(roll: Roll, random: Random, scene: Scene, container: Container) -> Taken:
    sitting = roll.sitting
    skin = skin_on(roll.course.given, sitting.day, is_after=False)
    tags = _tags(roll, len(sitting.pictures) + 1)
    moment = tags.taken_at - timedelta(minutes=tags.offset_minutes)
    content = film(Film(roll.person, skin, scene, moment, container))
    return Taken(_key(random, tags), content, {Field.STAGE: sitting.stage})


def _key(random: Random, tags: Tags) -> UUID:
    moment = int(tags.taken_at.replace(tzinfo=UTC).timestamp())
    return UUID(columns.uuids(random, np.array([moment]))[0].as_py())


def _tags(roll: Roll, place: int) -> Tags:
    sitting = roll.sitting
    # The same hour for all pictures of a day, whatever else is drawn by chance.
    random = np.random.default_rng([roll.course.seed, sitting.day])
    minutes = int(random.integers(FIRST_HOUR * 60, LAST_HOUR * 60))
    if sitting.stage is Stage.IMMEDIATELY_AFTER:
        minutes += AFTER_MINUTES
    begun = datetime.combine(day_of(sitting.day), time()) + timedelta(minutes=minutes)
    taken_at = begun + timedelta(seconds=place * SECONDS_APART)
    offset = taken_at.replace(tzinfo=ZoneInfo("Europe/London")).utcoffset() or timedelta()
    return Tags(roll.device, taken_at, round(offset.total_seconds() / 60))


def _said(sitting: Sitting, wanted: Wanted) -> Values:
    """Return what a person said of a picture; of some sittings nobody has said anything yet."""
    if not sitting.is_confirmed:
        return {}
    said: dict[Field, object] = {
        Field.VIEW: wanted.view,
        Field.EXPRESSION: wanted.expression,
        Field.STAGE: sitting.stage,
        Field.PRACTITIONER: sitting.practitioner_id,
    }
    if wanted.area:
        said[Field.AREA] = wanted.area
    return said


def _camera(random: Random) -> Camera:
    """Return how the camera stood on one day: never quite as on another."""
    return Camera(
        scale=1 + float(random.uniform(-0.06, 0.05)),
        turn=float(random.uniform(-0.035, 0.035)),
        left=float(random.uniform(-0.03, 0.03)),
        down=float(random.uniform(-0.02, 0.02)),
        warmth=float(random.uniform(-0.035, 0.035)),
        gain=1 + float(random.uniform(-0.07, 0.05)),
    )


def _wobbled(random: Random, camera: Camera) -> Camera:
    """Return how it stood for one picture: whoever holds it moves a little."""
    return Camera(
        scale=camera.scale * (1 + float(random.uniform(-0.012, 0.012))),
        turn=camera.turn + float(random.uniform(-0.008, 0.008)),
        left=camera.left + float(random.uniform(-0.008, 0.008)),
        down=camera.down + float(random.uniform(-0.006, 0.006)),
        warmth=camera.warmth,
        gain=camera.gain,
    )

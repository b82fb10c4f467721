"""One picture: who, from where, doing what, on which day; with the places one can align it by."""

from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from PIL import Image, ImageChops

from lib.demo.pictures import portrait
from lib.demo.pictures.canvas import Sheet, Stand
from lib.demo.pictures.curves import Place, Points, points
from lib.demo.pictures.eyes import corner
from lib.demo.pictures.face import Face
from lib.demo.pictures.hand import KNUCKLES, draw_hand
from lib.demo.pictures.moment import Camera, Look, Skin
from lib.demo.pictures.profile import EYE_CORNER, draw_profile
from lib.demo.pictures.sitter import Sitter
from lib.domain.media import Expression, View

SIZE = (1200, 1600)
GRAIN = 5
# How much of a movement is left where a muscle is wholly relaxed.
STILL = 0.35
LOOKS = {
    Expression.REST: Look(),
    Expression.SMILE: Look(smile=1.0),
    Expression.FROWN: Look(frown=1.0),
    Expression.RAISED_BROWS: Look(raised=1.0),
    Expression.EYES_CLOSED: Look(closed=1.0),
    Expression.LIPS_PURSED: Look(pursed=1.0),
}
TURNS = {View.LEFT_OBLIQUE: 1.0, View.RIGHT_OBLIQUE: 1.0}
PROFILES = frozenset({View.LEFT_PROFILE, View.RIGHT_PROFILE})
# Whoever shows the left side looks to the left of the picture; drawings look to the right.
MIRRORED = frozenset({View.LEFT_PROFILE, View.LEFT_OBLIQUE})
# What lies in the middle of the picture and how much larger than a face, by area.
FRAMES: dict[str, tuple[Place, float]] = {
    "lips": ((0, 262), 2.5),
    "crow's feet": ((176, 8), 2.5),
    "under eyes": ((0, 30), 1.75),
    "neck": ((0, 440), 1.55),
    "décolleté": ((0, 720), 1.2),
    "hands": ((-40, 60), 1.25),
}
FACE_FRAME: tuple[Place, float] = ((0, 108), 1.0)
PROFILE_FRAME: tuple[Place, float] = ((-70, 108), 1.0)
JAW_CORNERS = ((-128.0, 420.0), (128.0, 420.0))
COLLAR_BONES = ((-130.0, 604.0), (130.0, 604.0))
MOUTH_CORNERS = ((-92.0, 251.0), (92.0, 251.0))


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture is to show; `area` other than a framed one shows the whole face."""

    view: View = View.FRONT
    expression: Expression = Expression.REST
    area: str | None = None
    skin: Skin = field(default_factory=Skin)
    camera: Camera = field(default_factory=Camera)
    size: tuple[int, int] = SIZE


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and two places on it (fractions of its width and height) to align it by."""

    image: Image.Image
    landmarks: tuple[Place, Place]


def draw(person: Sitter, shot: Shot) -> Drawn:
    """Draw a picture; the same person and shot always give the same pixels."""
    stand = stand_of(shot)
    sheet = Sheet(shot.size, stand, person.wall)
    face = face_of(person, shot)
    if shot.area == "hands":
        draw_hand(sheet, person, shot.skin)
    elif shot.view in PROFILES:
        draw_profile(sheet, face)
    else:
        portrait.draw(sheet, face, bare=shot.area == "décolleté")
    marks = stand.placed(points(_marks(face, shot))) / shot.size
    first, second = ((float(x), float(y)) for x, y in marks)
    return Drawn(_lit(sheet.image, shot.camera), (first, second))


def face_of(person: Sitter, shot: Shot) -> Face:
    """Return the face that a shot shows; what was relaxed moves less."""
    look = LOOKS[shot.expression]
    eased = replace(
        look,
        raised=look.raised * (STILL + (1 - STILL) * shot.skin.line("forehead")),
        frown=look.frown * (STILL + (1 - STILL) * shot.skin.line("glabella")),
    )
    return Face(person, eased, shot.skin, TURNS.get(shot.view, 0.0))


def stand_of(shot: Shot) -> Stand:
    """Return where the camera stands for a shot."""
    whole = PROFILE_FRAME if shot.view in PROFILES else FACE_FRAME
    (x, y), larger = FRAMES.get(shot.area or "", whole)
    camera, wide = shot.camera, shot.size[0]
    scale = larger * camera.scale * wide / SIZE[0]
    mirrored = shot.view in MIRRORED
    aim = Stand(scale, camera.turn, (0.0, 0.0), mirrored).placed(points([(x, y)]))[0]
    shift = (
        wide * (0.5 + camera.left) - float(aim[0]),
        shot.size[1] * (0.5 + camera.down) - float(aim[1]),
    )
    return Stand(scale, camera.turn, shift, mirrored)


def _marks(face: Face, shot: Shot) -> tuple[Place, Place]:
    fixed = {
        "hands": KNUCKLES,
        "neck": JAW_CORNERS,
        "décolleté": COLLAR_BONES,
        "lips": MOUTH_CORNERS,
    }
    if shot.area in fixed:
        return fixed[shot.area]
    if shot.view in PROFILES:
        return EYE_CORNER, (142.0, 257.0)
    if shot.area == "crow's feet":
        return corner(face, 1), (122.0, -3.0)
    return corner(face, -1), corner(face, 1)


def _lit(image: Image.Image, camera: Camera) -> Image.Image:
    """Return the picture in the light of its day, with the grain of a camera."""
    tables: list[int] = []
    for tint in (1 + camera.warmth, 1.0, 1 - camera.warmth):
        tables += [min(255, round(level * camera.gain * tint)) for level in range(256)]
    return ImageChops.subtract(image.point(tables), _grain(image.size))


@cache
def _grain(size: tuple[int, int]) -> Image.Image:
    random = np.random.default_rng(9)
    grey = random.integers(0, GRAIN, (size[1], size[0]), dtype=np.uint8)
    return Image.merge("RGB", [Image.fromarray(grey)] * 3)


def fractions_of(shot: Shot, places: Points) -> Points:
    """Return places of a face as fractions of the picture that shows it."""
    return np.asarray(stand_of(shot).placed(places) / shot.size)

"""Skin: light and shade over a face, its lines and spots, and what treatments leave on it."""

import numpy as np

from lib.demo.pictures.canvas import Colour, Sheet
from lib.demo.pictures.curves import Place, Points, oval, ribbon
from lib.demo.pictures.face import Face
from lib.demo.pictures.palette import BRUISE, flushed, lit, mixed, shaded

# Where each area of a face is: ovals as (x, y, half width, half height); x for the right side.
AREAS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "forehead": ((0, -190, 190, 70),),
    "glabella": ((0, -70, 44, 46),),
    "crow's feet": ((206, 4, 40, 56),),
    "under eyes": ((118, 52, 66, 24),),
    "tear trough": ((104, 54, 60, 22),),
    "cheeks": ((150, 118, 84, 62),),
    "nasolabial folds": ((104, 200, 34, 60),),
    "marionette lines": ((104, 306, 26, 44),),
    "lips": ((0, 258, 104, 46),),
    "chin": ((0, 370, 64, 40),),
    "jawline": ((176, 306, 60, 40),),
    "masseter": ((212, 236, 42, 66),),
    "nose": ((0, 70, 40, 70),),
    "face": ((0, -180, 190, 90), (140, 110, 110, 100), (0, 350, 110, 60)),
}
Strokes = tuple[tuple[Place, ...], ...]
FOREHEAD: Strokes = (
    ((-142, -176), (-70, -188), (0, -181), (70, -189), (142, -177)),
    ((-156, -214), (-78, -226), (0, -219), (78, -228), (156, -216)),
    ((-120, -250), (-60, -258), (0, -254), (60, -259), (120, -251)),
    ((-96, -142), (-48, -150), (0, -146), (48, -151), (96, -143)),
)
GLABELLA: Strokes = (
    ((-19, -112), (-23, -84), (-17, -52)),
    ((21, -114), (24, -86), (18, -54)),
    ((-22, -26), (0, -21), (22, -27)),
)
# On the right of the picture; the other side mirrors them.
SIDE: dict[str, Strokes] = {
    "crow's feet": (
        ((186, -14), (208, -24), (234, -38)),
        ((189, 2), (212, 2), (240, -4)),
        ((187, 17), (209, 25), (234, 34)),
        ((180, 31), (198, 46), (216, 64)),
    ),
    "tear trough": (((62, 30), (88, 52), (122, 63), (154, 58)),),
    "nasolabial folds": (((60, 146), (88, 174), (106, 214), (113, 252)),),
    "marionette lines": (((97, 272), (108, 296), (109, 330)),),
}
# How strong each is on a face at rest, as a share of what its movement shows.
AT_REST = {"forehead": 0.42, "glabella": 0.40, "crow's feet": 0.38}


def depth_of(face: Face, area: str) -> float:
    """Return how deep an area's lines show at this moment, 0 to 1."""
    look, age = face.look, face.sitter.lines
    moved = {
        "forehead": look.raised,
        "glabella": look.frown,
        "crow's feet": max(look.smile, 0.4 * look.frown),
    }
    left = face.skin.line(area)
    if area in moved:
        rest = AT_REST[area] * age
        return left * (rest + (0.55 + 0.45 * age - rest) * moved[area])
    smiling = 0.45 * look.smile if area == "nasolabial folds" else 0.0
    return min(1.0, left * (0.04 + 0.80 * float(age**1.25)) + smiling)


def shade_face(soft: Sheet, face: Face) -> None:
    """Lay light and shade on a coarse sheet of skin."""
    skin = face.sitter.skin
    dark, light = shaded(skin, 1.0), lit(skin, 0.8)
    far = 1 - 0.5 * face.turn
    rim = [(268, -160), (286, 0), (268, 150), (214, 290), (140, 372)]
    soft.fill(ribbon(face.at(rim, -40) + (10, 0), 120, 0.3), dark, 0.52 * far, blur=34)
    rim = [(-272, -160), (-288, 0), (-268, 150), (-214, 290), (-140, 372)]
    soft.fill(ribbon(face.at(rim, -40) - (16, 0), 84, 0.3), dark, 0.34, blur=26)
    soft.fill(oval(face.spot(0, 440), (150, 34)), dark, 0.5, blur=22)
    soft.fill(oval(face.spot(-40, -190, 10), (150, 84)), light, 0.55, blur=44)
    for side in (-1, 1):
        soft.fill(oval(face.spot(side * 112, -16), (78, 44)), shaded(skin, 0.8), 0.34, blur=20)
        soft.fill(oval(face.spot(side * 40, -22), (22, 40)), shaded(skin, 1.0), 0.28, blur=12)
        high = 1 + 0.5 * face.skin.more("cheeks")
        soft.fill(
            oval(face.spot(side * 158, 78), (62, 30), side * 0.35), light, 0.5 * high, blur=22
        )
        hollow = ribbon(face.at([(side * 238, 120), (side * 190, 190), (side * 150, 260)]), 46, 0.5)
        soft.fill(hollow, dark, 0.20 * (1.25 - 0.6 * face.skin.more("cheeks")), blur=24)
        blush = flushed(skin, 0.36)
        soft.fill(oval(face.spot(side * 160, 118), (72, 46), side * 0.3), blush, 0.34, blur=28)
        crease = face.at([(side * 56, 138), (side * 96, 190), (side * 112, 246)])
        soft.fill(ribbon(crease, 22, 0.7), dark, 0.14 + 0.2 * face.look.smile, blur=10)
    soft.fill(oval(face.spot(0, 318, 8), (70, 22)), dark, 0.22, blur=14)
    _redden(soft, face)


def _redden(soft: Sheet, face: Face) -> None:
    for area, strength in face.skin.redness.items():
        for x, y, wide, high in AREAS.get(area, ()):
            for side in (-1, 1) if x else (1,):
                place = oval(face.spot(side * x, y), (wide, high))
                soft.fill(place, flushed(face.sitter.skin, 0.75), 0.62 * strength, blur=18)


def draw_marks(sheet: Sheet, face: Face) -> None:
    """Draw freckles, spots, stubble, the mole, a bruise and the dots of injections."""
    person = face.sitter
    random = np.random.default_rng([person.seed, 31])
    brown = mixed(person.skin, (138, 84, 52), 0.5)
    freckles = []
    for _ in range(round(70 * person.freckles)):
        x, y, radius = random.uniform(-190, 190), random.normal(85, 42), random.uniform(1.6, 3.8)
        freckles.append(oval(face.spot(x, y), (radius, radius)))
    sheet.fill_all(freckles, brown, 0.38, blur=0.8)
    spots = []
    for _ in range(round(7 * max(0.0, person.lines - 0.25))):
        x, y, radius = random.uniform(-215, 215), random.uniform(-200, 300), random.uniform(5, 10)
        spots.append(oval(face.spot(x, y), (radius, radius * 0.8)))
    sheet.fill_all(spots, mixed(person.skin, brown, 0.8), 0.55 * face.skin.spots, blur=2.4)
    if person.mole:
        place = face.spot(*person.mole)
        sheet.fill(oval(place, (5.5, 5.2)), mixed(person.skin, (60, 34, 26), 0.75), 0.9, blur=0.8)
    if face.skin.bruise:
        x, y = face.spot(96, 286)
        sheet.fill(oval((x, y), (26, 16), 0.4), mixed(person.skin, BRUISE, 0.7),
                   0.6 * face.skin.bruise, blur=8)  # fmt: skip


def draw_lines(sheet: Sheet, face: Face) -> None:
    """Draw the lines of expression as deep as they are at this moment."""
    for stroke, share in zip(FOREHEAD, (1.0, 0.9, 0.6, 0.55), strict=True):
        _crease(sheet, face, stroke, depth_of(face, "forehead") * share, 6.5)
    for stroke, share in zip(GLABELLA, (1.0, 0.95, 0.45), strict=True):
        _crease(sheet, face, stroke, depth_of(face, "glabella") * share, 6.5)
    for area, strokes in SIDE.items():
        wide = 9.0 if area in {"nasolabial folds", "tear trough"} else 5.5
        for stroke in strokes:
            for side in (-1, 1):
                own = tuple((side * x, y) for x, y in stroke)
                _crease(sheet, face, own, depth_of(face, area) * 0.85, wide)


def _crease(sheet: Sheet, face: Face, stroke: tuple[Place, ...], depth: float, wide: float) -> None:
    """Draw one line: a soft valley, a dark bottom, and the light on its lower edge."""
    if depth < 0.03:  # noqa: PLR2004
        return
    skin = face.sitter.skin
    random = np.random.default_rng([face.sitter.seed, round(abs(stroke[0][0])), 5])
    lift = -26 * face.look.raised if stroke in FOREHEAD else 0.0
    wobble = random.uniform(-3, 3, (len(stroke), 2)) * (0.4, 1.0)
    middle = face.at(np.array(stroke) + wobble + (0, lift * 0.5))
    sheet.fill(ribbon(middle, wide * 2.6, 0.7), shaded(skin, 0.9), 0.30 * depth, blur=wide * 0.8)
    sheet.fill(ribbon(middle + (0, wide * 0.9), wide * 1.2, 0.9), lit(skin, 0.9), 0.42 * depth,
               blur=wide * 0.4)  # fmt: skip
    line_colour: Colour = shaded(skin, 1.25)
    sheet.fill(ribbon(middle, wide * (0.45 + 0.4 * depth), 1.0), line_colour, 0.80 * depth,
               blur=1.3)  # fmt: skip


def middle_of_lines(face: Face, area: str) -> Points:
    """Return points along one of an area's lines, for measuring how dark it is."""
    strokes = {"forehead": FOREHEAD, "glabella": GLABELLA}.get(area) or SIDE[area]
    return face.at(np.array(strokes[len(strokes) // 2]))

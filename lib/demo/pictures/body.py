"""Neck, shoulders, chest and clothes."""

import numpy as np

from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.curves import Points, closed, oval, points, ribbon
from lib.demo.pictures.face import Face
from lib.demo.pictures.palette import flushed, lit, mixed, shaded

TORSO = closed(
    [(-118, 250), (-124, 400), (-132, 496), (-206, 552), (-380, 612), (-496, 700), (-540, 900),
     (-556, 1700), (556, 1700), (540, 900), (496, 700), (380, 612), (206, 552), (132, 496),
     (124, 400), (118, 250)]
)  # fmt: skip
NECK_LINES = (
    ((-112, 470), (-56, 490), (0, 496), (56, 490), (112, 470)),
    ((-120, 520), (-60, 544), (0, 550), (60, 545), (120, 522)),
    ((-92, 434), (-46, 448), (0, 452), (46, 449), (92, 436)),
)
CHEST_LINES = (
    ((-6, 700), (-10, 800), (-4, 900)),
    ((14, 720), (12, 810), (18, 890)),
    ((-34, 740), (-44, 820), (-36, 890)),
    ((40, 740), (52, 820), (44, 892)),
)


def draw_body(sheet: Sheet, face: Face, *, bare: bool = False) -> None:
    """Draw neck and shoulders with what is worn; `bare` leaves the chest free."""
    person = face.sitter
    shape = TORSO * (1.0 if person.is_woman else 1.10, 1.0) + (-34 * face.turn, 0)
    soft = sheet.soft_layer(person.skin)
    _shade(soft, face)
    sheet.lay(soft, shape)
    draw_neck_lines(sheet, face)
    if bare:
        _draw_chest(sheet, face)
    _draw_clothes(sheet, face, shape, bare=bare)


def _shade(soft: Sheet, face: Face) -> None:
    skin = face.sitter.skin
    dark, light = shaded(skin, 1.05), lit(skin, 0.6)
    x = -34 * face.turn
    soft.fill(oval((x + 70 * face.turn, 408), (190, 92)), dark, 0.85, blur=30)
    soft.fill(oval((x + 130, 470), (52, 120)), dark, 0.6, blur=26)
    soft.fill(oval((x - 132, 470), (34, 120)), dark, 0.4, blur=22)
    for side in (-1, 1):
        cord = ribbon([(x + side * 96, 420), (x + side * 62, 520), (x + side * 22, 590)], 24, 0.6)
        soft.fill(cord, light, 0.35, blur=14)
        bone = ribbon([(x + side * 24, 618), (x + side * 130, 600), (x + side * 300, 606)], 22, 0.7)
        soft.fill(bone, light, 0.6, blur=11)
        soft.fill(bone + (0, 22), dark, 0.38, blur=13)
    soft.fill(oval((x, 606), (26, 22)), dark, 0.4, blur=12)
    for area, place, radii in (
        ("neck", (x, 490), (118, 86)),
        ("décolleté", (x, 790), (230, 150)),
    ):
        soft.fill(oval(place, radii), flushed(skin, 0.7), 0.55 * face.skin.red(area), blur=34)


def draw_neck_lines(sheet: Sheet, face: Face) -> None:
    """Draw the rings of the neck, as deep as they are at this moment."""
    depth = face.skin.line("neck") * (0.15 + 0.85 * face.sitter.lines)
    for stroke, share in zip(NECK_LINES, (1.0, 0.8, 0.6), strict=True):
        _draw_line(sheet, face, stroke, depth * share)


def _draw_chest(sheet: Sheet, face: Face) -> None:
    depth = face.skin.line("décolleté") * (0.1 + 0.9 * face.sitter.lines)
    for stroke in CHEST_LINES:
        _draw_line(sheet, face, stroke, depth * 0.8)
    random = np.random.default_rng([face.sitter.seed, 61])
    brown = mixed(face.sitter.skin, (138, 84, 52), 0.5)
    spots = []
    for _ in range(round(46 * face.sitter.lines)):
        x, y, radius = random.normal(0, 150), random.uniform(640, 900), random.uniform(2.5, 7)
        spots.append(oval((x, y), (radius, radius * 0.85)))
    sheet.fill_all(spots, brown, 0.5 * face.skin.spots, blur=1.6)


def _draw_line(
    sheet: Sheet, face: Face, stroke: tuple[tuple[float, float], ...], depth: float
) -> None:
    skin = face.sitter.skin
    middle = points(stroke) + (-34 * face.turn, 0)
    sheet.fill(ribbon(middle, 15, 0.8), shaded(skin, 0.9), 0.32 * depth, blur=5)
    sheet.fill(ribbon(middle + (0, 6), 6, 0.9), lit(skin, 0.9), 0.35 * depth, blur=2.5)
    sheet.fill(ribbon(middle, 4.6, 1.0), shaded(skin, 1.25), 0.62 * depth, blur=1.3)


def _draw_clothes(sheet: Sheet, face: Face, torso: Points, *, bare: bool) -> None:
    person = face.sitter
    colour = person.clothes
    x = -34 * face.turn
    if bare:
        top = points([(-560, 960), (-400, 946), (-210, 968), (0, 990), (210, 968), (400, 946),
                      (560, 960), (560, 1760), (-560, 1760)])  # fmt: skip
    elif person.seed % 3 == 0:
        top = points(
            [
                (-548, 880),
                (-502, 694),
                (-384, 606),
                (-214, 546),
                (-178, 566),
                (-92, 660),
                (0, 752),
                (92, 660),
                (178, 566),
                (214, 546),
                (384, 606),
                (502, 694),
                (548, 880),
                (570, 1760),
                (-570, 1760),
            ]
        )
    else:
        top = points(
            [
                (-548, 880),
                (-502, 694),
                (-384, 606),
                (-206, 546),
                (-166, 560),
                (-96, 628),
                (0, 652),
                (96, 628),
                (166, 560),
                (206, 546),
                (384, 606),
                (502, 694),
                (548, 880),
                (570, 1760),
                (-570, 1760),
            ]
        )
    top = top * (1.0 if person.is_woman else 1.10, 1.0) + (x, 0)
    shape = closed(top)
    sheet.fill(shape + (0, -6), shaded(person.skin, 1.2), 0.4, blur=10, within=torso)
    soft = sheet.soft_layer(colour)
    soft.fill(oval((x + 430, 900), (170, 360)), mixed(colour, (20, 20, 30), 0.35), 0.8, blur=70)
    soft.fill(oval((x - 250, 760), (170, 110), -0.4), mixed(colour, (255, 255, 255), 0.22), 0.7,
              blur=60)  # fmt: skip
    for side in (-1, 1):
        fold = ribbon([(x + side * 250, 650), (x + side * 210, 800), (x + side * 250, 1000)], 26)
        soft.fill(fold, mixed(colour, (20, 20, 30), 0.3), 0.45, blur=20)
    sheet.lay(soft, shape)
    hem = _hem(top, bare=bare)
    sheet.fill(ribbon(hem, 7, 0.2), mixed(colour, (20, 20, 30), 0.25), 0.6, blur=1.5)


def _hem(top: Points, *, bare: bool) -> Points:
    return top[:7] if bare else top[3:10]

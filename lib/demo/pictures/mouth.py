"""Nose and mouth of a face that is seen from the front or half turned."""

import numpy as np

from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.curves import Points, line, oval, points, ribbon, wedge
from lib.demo.pictures.face import MOUTH_Y, NOSE_Y, Face
from lib.demo.pictures.palette import (
    LIGHT_SKIN,
    brightness,
    flushed,
    lips_of,
    lit,
    mixed,
    shaded,
)

TEETH = (246, 242, 236)
TEETH_FROM = 0.55


def draw_nose(sheet: Sheet, face: Face) -> None:
    """Draw the nose: hardly a line, mostly light and shade."""
    person = face.sitter
    skin, wide = person.skin, 1 + 0.13 * person.nose
    dark = shaded(skin, 1.2)
    for side in (-1, 1):
        away = 1.0 if side > 0 else 0.75
        flank = face.at([(side * 24, -38), (side * 19, 40), (side * 34 * wide, 128)], (4, 22, 34))
        sheet.fill(ribbon(flank, 26, 0.6), shaded(skin, 0.9), 0.28 * away, blur=11)
        if side > 0 and face.near_only:
            continue
        wing = face.at(
            [(side * 38 * wide, NOSE_Y - 20), (side * 53 * wide, NOSE_Y + 2),
             (side * 47 * wide, NOSE_Y + 22), (side * 33 * wide, NOSE_Y + 21)], 24)  # fmt: skip
        sheet.fill(ribbon(wing, 4.6, 0.9), dark, 0.55, blur=1.0)
        hole = face.spot(side * 23 * wide, NOSE_Y + 21, 44)
        sheet.fill(oval(hole, (13 * wide, 5.5), side * -0.22), mixed(dark, (50, 20, 20), 0.5), 0.7,
                   blur=1.6)  # fmt: skip
    base = face.at([(-30 * wide, NOSE_Y + 26), (0, NOSE_Y + 34), (30 * wide, NOSE_Y + 26)], 40)
    sheet.fill(ribbon(base, 16, 0.8), shaded(skin, 1.0), 0.40, blur=7)
    tip = face.spot(0, NOSE_Y + 2, 74)
    sheet.fill(oval(tip, (30 * wide, 25)), flushed(skin, 0.22), 0.35, blur=10)
    bridge = face.at([(0, -30), (0, 50), (0, 118)], (14, 44, 76))
    sheet.fill(ribbon(bridge, 15, 0.6), lit(skin, 0.9), 0.50, blur=6)
    sheet.fill(oval((tip[0] - 5, tip[1] - 7), (12, 9)), lit(skin, 1.0), 0.7, blur=4)
    if face.turn > 0.2:  # noqa: PLR2004
        _draw_far_side(sheet, face, wide)


def _draw_far_side(sheet: Sheet, face: Face, wide: float) -> None:
    """Draw where the nose stands out against the far cheek."""
    skin = face.sitter.skin
    contour = face.at(
        [(24, -62), (12, -22), (9, 30), (9, 84), (12, 128), (20 * wide, NOSE_Y + 12),
         (20 * wide, NOSE_Y + 30)], (0, 12, 34, 62, 84, 74, 34))  # fmt: skip
    far = face.at([(46, -50), (40, 0), (44, 60), (60, 120), (70, NOSE_Y + 30)])
    sheet.fill(np.vstack((line(contour), line(far)[::-1])), shaded(skin, 0.9), 0.42 * face.turn,
               blur=9)  # fmt: skip
    sheet.fill(ribbon(contour[1:], 5.0, 0.9), shaded(skin, 1.3), 0.75 * face.turn, blur=1.0)


def mouth_lines(face: Face) -> tuple[Points, Points, Points, Points]:
    """Return upper edge, upper lip's lower edge, lower lip's upper edge and lower edge."""
    person, look = face.sitter, face.look
    more = face.skin.more("lips")
    wide = 92 * person.mouth * (1 + 0.20 * look.smile - 0.30 * look.pursed)
    up = MOUTH_Y - 6 - 14 * look.smile + 3 * look.frown
    upper = (17.5 + 3.6 * person.lips + 8.5 * more) * (1 - 0.25 * look.smile)
    lower = (27 + 4.2 * person.lips + 9.5 * more) * (1 - 0.10 * look.smile)
    gap = max(0.0, look.smile - TEETH_FROM) * 52
    mid, dip = MOUTH_Y + 3 * look.smile - gap * 0.25, 4.5
    low = mid + gap
    corner = (wide, up)
    top = [(-wide, up), (-wide * 0.55, mid - upper * 0.62), (-wide * 0.20, mid - upper - dip),
           (0, mid - upper + dip * 0.6), (wide * 0.20, mid - upper - dip),
           (wide * 0.55, mid - upper * 0.62), corner]  # fmt: skip
    seam = [(-wide, up), (-wide * 0.5, mid + 1), (-wide * 0.17, mid - 1.5), (0, mid + 4),
            (wide * 0.17, mid - 1.5), (wide * 0.5, mid + 1), corner]  # fmt: skip
    open_ = [(-wide, up), (-wide * 0.5, low - gap * 0.25 + 1), (-wide * 0.17, low - 1.5),
             (0, low + 3), (wide * 0.17, low - 1.5), (wide * 0.5, low - gap * 0.25 + 1),
             corner]  # fmt: skip
    bottom = [(-wide, up), (-wide * 0.62, low + lower * 0.60), (-wide * 0.28, low + lower),
              (0, low + lower + 2), (wide * 0.28, low + lower), (wide * 0.62, low + lower * 0.60),
              corner]  # fmt: skip
    lift = 18.0
    found = [face.at(edge, lift) for edge in (top, seam, open_, bottom)]
    return found[0], found[1], found[2], found[3]


def draw_mouth(sheet: Sheet, face: Face) -> None:
    """Draw the lips, the teeth of a broad smile, and the shade around."""
    person = face.sitter
    skin = person.skin
    top, seam, open_, bottom = mouth_lines(face)
    lips = lips_of(skin) if person.is_woman else mixed(lips_of(skin), skin, 0.35)
    lips = mixed(lips, flushed(skin, 0.9), 0.45 * face.skin.red("lips"))
    _shade_around(sheet, face, bottom)
    upper = np.vstack((line(top), line(seam)[::-1]))
    lower = np.vstack((line(open_), line(bottom)[::-1]))
    if face.look.smile > TEETH_FROM:
        between = np.vstack((line(seam), line(open_)[::-1]))
        sheet.fill(between, (92, 34, 38))
        teeth = np.vstack((line(seam), line(seam * 0.22 + open_ * 0.78)[::-1]))
        sheet.fill(teeth, TEETH, 0.97)
        sheet.fill(ribbon(seam + (0, 2), 8, 0.5), (120, 70, 70), 0.35, blur=4, within=between)
    sheet.fill(lower, lips)
    sheet.fill(upper, mixed(lips, shaded(lips, 1.0), 0.42))
    bulge = face.spot(-10, float(open_[3, 1] + bottom[3, 1]) / 2 + 1, 18)
    shine = 0.55 if brightness(skin) > LIGHT_SKIN else 0.35
    plump = 1 + 0.5 * face.skin.more("lips")
    sheet.fill(oval(bulge, (36 * plump, 7 * plump)), lit(lips, 0.9), shine, blur=5, within=lower)
    sheet.fill(ribbon(bottom[1:-1] + (0, -4), 9, 0.8), shaded(lips, 0.8), 0.5, blur=5,
               within=lower)  # fmt: skip
    sheet.fill(ribbon(top[1:-1] + (0, -1), 3.0, 0.9), lit(skin, 0.7), 0.45, blur=1.2)
    dark = mixed(shaded(lips, 1.3), (50, 16, 20), 0.35)
    sheet.fill(ribbon(seam, 5.0, 0.75), dark, 0.88, blur=0.8)
    for x, y in (seam[0], seam[-1]):
        sheet.fill(oval((float(x), float(y)), (8, 5)), shaded(skin, 1.2), 0.5, blur=4)
    if face.look.pursed > 0:
        _pucker(sheet, face, top)


def _shade_around(sheet: Sheet, face: Face, bottom: Points) -> None:
    skin = face.sitter.skin
    under = bottom[1:-1] + (0, 15)
    sheet.fill(ribbon(under, 20, 0.8), shaded(skin, 0.9), 0.42, blur=9)
    philtrum = face.at([(-9, NOSE_Y + 40), (-12, MOUTH_Y - 26)], 22)
    sheet.fill(wedge(np.vstack((philtrum[0], philtrum.mean(axis=0), philtrum[1])), 7, 9),
               shaded(skin, 0.8), 0.35, blur=4)  # fmt: skip
    chin = face.spot(0, 368, 16)
    sheet.fill(oval(chin, (48, 34)), lit(skin, 0.55), 0.4, blur=18)


def _pucker(sheet: Sheet, face: Face, top: Points) -> None:
    for x, y in points(top)[1:-1]:
        crease = [(x, y - 26), (x, y - 12), (x, y + 4)]
        sheet.fill(ribbon(crease, 4, 0.9), shaded(face.sitter.skin, 1.1),
                   0.4 * face.look.pursed * face.sitter.lines, blur=1.4)  # fmt: skip

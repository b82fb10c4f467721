"""Eyes and brows of a face that is seen from the front or half turned."""

import numpy as np

from lib.demo.pictures.canvas import Colour, Sheet
from lib.demo.pictures.curves import Points, closed, line, mirrored, oval, points, ribbon, wedge
from lib.demo.pictures.face import BROW_Y, EYE_X, Face
from lib.demo.pictures.palette import flushed, lit, mixed, shaded

# From the inner to the outer corner of an eye on the right of the picture, from its centre.
UPPER = points([(-57, 9), (-38, -13), (-8, -27), (26, -22), (58, -3)])
LOWER = points([(-57, 9), (-32, 19), (2, 24), (36, 16), (58, -3)])
SIZE = 1.14
IRIS = 30.5
WHITE: Colour = (247, 244, 241)
INK: Colour = (38, 26, 26)
LASHES = ((0.62, 10, -10), (0.76, 14, -11), (0.88, 17, -9), (0.98, 19, -6))


def draw_eyes(sheet: Sheet, face: Face) -> None:
    """Draw both eyes with their lids and lashes."""
    for side in (-1, 1):
        _draw_eye(sheet, face, side)


def corner(face: Face, side: int) -> tuple[float, float]:
    """Return where the outer corner of an eye is; `side` is 1 on the right of the picture."""
    x, y = _placed(face, side, UPPER[-1:])[0]
    return float(x), float(y)


def _placed(face: Face, side: int, shape: Points) -> Points:
    """Return a shape of the right eye on either side of the face."""
    person = face.sitter
    leaning = shape.copy()
    leaning[:, 1] -= shape[:, 0] * (0.045 + 0.035 * person.tilt)
    own = leaning * person.eyes * SIZE
    own = own if side > 0 else mirrored(own)
    return face.at(own + (side * EYE_X, 0), lift=-22)


def _lids(face: Face) -> tuple[Points, Points]:
    """Return the lines of the upper and lower lid, as far open as they are."""
    look = face.look
    lower = LOWER.copy()
    lower[1:4, 1] -= 8 * look.smile + 4 * look.frown
    upper = UPPER.copy()
    upper[1:4, 1] += 4 * look.frown + 3 * look.smile - 4 * look.raised
    if face.sitter.lids != "creased":
        upper[1:4, 1] += 4
    shut = np.minimum(look.closed, 1.0)
    upper[1:4] += (lower[1:4] - upper[1:4]) * shut * 0.94
    return upper, lower


def _draw_eye(sheet: Sheet, face: Face, side: int) -> None:
    person, (upper, lower) = face.sitter, _lids(face)
    skin = person.skin
    top, bottom = _placed(face, side, upper), _placed(face, side, lower)
    opening = np.vstack((line(top), line(bottom)[::-1]))
    _shade_lids(sheet, face, side, upper)
    if face.look.closed < 0.9:  # noqa: PLR2004
        _draw_ball(sheet, face, side, opening)
    lash = mixed(INK, person.hair, 0.15)
    sheet.fill(ribbon(bottom, 3.2, 0.8), mixed(skin, lash, 0.55), 0.55, within=None)
    thick = 9.5 if person.is_woman else 7.0
    sheet.fill(ribbon(top + (0, -1.5), thick, 0.75), lash)
    if person.is_woman:
        sheet.fill_all([_lash(face, side, upper, one) for one in LASHES], lash)
    if person.lids != "single":
        high = 15 if person.lids == "creased" else 9
        crease = upper + [(6, -high + 5), (0, -high), (0, -high), (2, -high + 1), (3, -high + 5)]
        fold = ribbon(_placed(face, side, crease), 4.0, 0.9)
        sheet.fill(fold, shaded(skin, 1.15), 0.75 * (1 - 0.6 * face.look.raised))


def _lash(face: Face, side: int, upper: Points, one: tuple[float, float, float]) -> Points:
    share, out, up = one
    root = _along(upper, share)
    tip = root + (out * 0.75, up + 8 * face.look.closed)
    bent = (root + tip) / 2 + (3, 2)
    return wedge(_placed(face, side, np.array((root, bent, tip))), 4.6, 0.8)


def _draw_ball(sheet: Sheet, face: Face, side: int, opening: Points) -> None:
    person = face.sitter
    skin = person.skin
    sheet.fill(opening, mixed(WHITE, skin, 0.10))
    inner = face.at(np.array([(side * (EYE_X - 54 * SIZE * person.eyes), 9)]), -22)[0]
    sheet.fill(oval((float(inner[0]), float(inner[1])), (9, 8)), flushed(skin, 0.35), 0.9,
               within=opening)  # fmt: skip
    x, y = _placed(face, side, points([(0, -3)]))[0]
    round_ = (IRIS * person.eyes * (1 - 0.10 * face.turn), IRIS * person.eyes)
    sheet.fill(oval((x, y), round_), mixed(person.iris, (16, 12, 14), 0.62), within=opening)
    sheet.fill(oval((x, y + 1), (round_[0] * 0.86, round_[1] * 0.86)), person.iris, within=opening)
    glow = mixed(person.iris, (255, 236, 200), 0.42)
    sheet.fill(oval((x, y + 10), (round_[0] * 0.60, round_[1] * 0.42)), glow, 0.75, blur=3,
               within=opening)  # fmt: skip
    sheet.fill(oval((x, y), (11.5, 11.5)), (18, 14, 16), within=opening)
    top = _placed(face, side, _lids(face)[0])
    shade = np.vstack((line(top + (0, -8)), line(top + (0, 9))[::-1]))
    sheet.fill(shade, (60, 40, 40), 0.42, blur=4, within=opening)
    sheet.fill(oval((x - 8, y - 9), (6.2, 6.2)), (255, 255, 255), 0.95, within=opening)
    sheet.fill(oval((x + 9, y + 9), (3.2, 3.2)), (255, 255, 255), 0.5, within=opening)


def _shade_lids(sheet: Sheet, face: Face, side: int, upper: Points) -> None:
    skin = face.sitter.skin
    socket = upper + [(-4, -8), (-4, -24), (0, -30), (4, -24), (10, -6)]
    lid = np.vstack((line(_placed(face, side, socket)), line(_placed(face, side, upper))[::-1]))
    sheet.fill(lid, shaded(skin, 0.62), 0.55, blur=6,
               within=face.outline() if face.turn else None)  # fmt: skip
    brow_bone = face.spot(side * 146, -46)
    sheet.fill(oval(brow_bone, (40, 9), side * 0.12), lit(skin, 0.6), 0.5, blur=8,
               within=face.outline() if face.turn else None)  # fmt: skip


def _along(shape: Points, share: float) -> Points:
    whole = line(shape)
    return np.asarray(whole[min(len(whole) - 1, round(share * (len(whole) - 1)))])


def draw_brows(sheet: Sheet, face: Face) -> None:
    """Draw both brows: a soft shape, and hairs that lie over it."""
    for side in (-1, 1):
        shape, spine = _brow(face, side)
        colour = mixed(face.sitter.hair, (30, 22, 22), 0.35)
        if sum(face.sitter.hair) > 520:  # noqa: PLR2004 - light hair has darker brows
            colour = mixed(face.sitter.hair, (92, 70, 56), 0.55)
        within = face.outline() if face.turn and side > 0 else None
        sheet.fill(shape, colour, 0.62, blur=2.2, within=within)
        random = np.random.default_rng([face.sitter.seed, 7])
        hairs = []
        for share in np.linspace(0.02, 0.95, 17):
            root = _along(spine, share) + (0, random.uniform(-2, 6))
            lean = np.array((side * (7 + 13 * share), -13 + 17 * share + random.uniform(-2, 2)))
            tip = root + lean
            hairs.append(wedge(np.array((root, (root + tip) / 2 + (0, -1), tip)), 3.4, 0.7))
        sheet.fill_all(hairs, colour, 0.6, within=within)


def _brow(face: Face, side: int) -> tuple[Points, Points]:
    person, look = face.sitter, face.look
    thick = 1 + 0.22 * person.brows
    inner = np.array((-66 + 9 * look.frown, BROW_Y - 2 + 20 * look.frown - 20 * look.raised))
    middle = np.array((-6, BROW_Y - 9 + 9 * look.frown - 28 * look.raised))
    peak = np.array((36, BROW_Y - 15 - 8 * person.arch + 3 * look.frown - 31 * look.raised))
    tail = np.array((86, BROW_Y + 8 - 4 * person.arch - 18 * look.raised))
    spine = np.array((inner, middle, peak, tail))
    width = np.array((10.5, 10.5, 8.0, 1.5)) * thick
    offset = np.column_stack((np.zeros(4), width))
    ring = np.vstack((spine - offset, (spine + offset)[::-1]))
    flat = ring if side > 0 else mirrored(ring)
    middle_line = spine if side > 0 else mirrored(spine)
    shift = (side * EYE_X, 0)
    return closed(face.at(flat + shift, -8)), face.at(middle_line + shift, -8)

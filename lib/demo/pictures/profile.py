"""A face drawn from the side, looking to the right of the picture."""

import numpy as np

from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.complexion import depth_of
from lib.demo.pictures.curves import Points, closed, line, oval, points, ribbon, wedge
from lib.demo.pictures.eyes import INK, WHITE
from lib.demo.pictures.face import Face
from lib.demo.pictures.palette import BRUISE, flushed, lips_of, lit, mixed, shaded
from lib.demo.pictures.profile_hair import draw_profile_behind, draw_profile_over
from lib.demo.pictures.room import draw_wall

EYE_CORNER = (94.0, 4.0)
STROKES = {
    "forehead": (
        ((186, -178), (120, -190), (50, -178)),
        ((182, -212), (110, -226), (40, -212)),
    ),
    "glabella": (((196, -108), (190, -82), (186, -54)),),
    "crow's feet": (
        ((82, -10), (60, -22), (36, -38)),
        ((78, 4), (56, 4), (30, 0)),
        ((80, 18), (60, 27), (36, 38)),
    ),
    "tear trough": (((160, 34), (134, 52), (104, 54)),),
    "nasolabial folds": (((188, 142), (164, 184), (146, 244)),),
    "marionette lines": (((134, 274), (124, 300), (128, 330)),),
    "neck": (((72, 470), (0, 490), (-80, 470)), ((76, 516), (0, 542), (-90, 530))),
}
SPOTS = {
    "forehead": (120, -190, 90, 64),
    "glabella": (196, -80, 24, 40),
    "crow's feet": (58, 2, 40, 52),
    "under eyes": (124, 48, 56, 22),
    "tear trough": (124, 48, 56, 22),
    "cheeks": (60, 116, 82, 62),
    "nasolabial folds": (160, 196, 32, 56),
    "marionette lines": (128, 304, 24, 40),
    "lips": (196, 256, 56, 40),
    "chin": (186, 366, 48, 40),
    "jawline": (30, 330, 90, 40),
    "masseter": (-30, 236, 56, 66),
    "nose": (226, 90, 40, 70),
    "face": (90, 110, 130, 190),
}


def outline(face: Face) -> Points:
    """Return the outline of head and neck from the side."""
    person, skin = face.sitter, face.skin
    nose, lips = 9 * person.nose, 3.5 * person.lips + 8 * skin.more("lips")
    chin = 7 * person.chin + 10 * skin.more("chin")
    smile = 6 * face.look.smile
    jaw = 8 * person.jaw + 6 * skin.more("jawline")
    return closed(
        [(-20, -376), (88, -350), (160, -286), (192, -206), (206, -130), (212, -84), (194, -32),
         (204, 24), (232 + nose * 0.4, 84), (266 + nose, 134), (268 + nose, 150), (240, 172),
         (214, 178), (212, 204), (222 + lips, 234), (226 + lips - smile, 244), (212, 256),
         (222 + lips - smile, 270), (218 + lips, 288), (200, 308), (206 + chin, 340),
         (208 + chin, 376), (186 + chin, 412), (140, 430), (60, 396 + jaw), (-30, 344 + jaw),
         (-96, 262 + jaw), (-124, 160), (-220, 100), (-300, -60), (-280, -230), (-170, -346)]
    )  # fmt: skip


def draw_profile(sheet: Sheet, face: Face) -> None:
    """Draw a person from the side."""
    draw_wall(sheet, face.sitter.wall)
    draw_profile_behind(sheet, face)
    _draw_body(sheet, face)
    shape = outline(face)
    soft = sheet.soft_layer(face.sitter.skin)
    _shade(soft, face)
    sheet.lay(soft, shape)
    _draw_stubble(sheet, face, shape)
    _draw_lines(sheet, face)
    _draw_nose(sheet, face)
    _draw_lips(sheet, face)
    _draw_eye(sheet, face)
    draw_profile_over(sheet, face)
    _draw_brow(sheet, face, shape)
    if face.sitter.style != "headscarf":
        _draw_ear(sheet, face)


def _draw_body(sheet: Sheet, face: Face) -> None:
    person = face.sitter
    skin = person.skin
    neck = closed([(90, 380), (70, 452), (84, 540), (150, 640), (100, 760), (-360, 760),
                   (-340, 560), (-246, 420), (-236, 260), (-262, 120), (-90, 100)])  # fmt: skip
    soft = sheet.soft_layer(skin)
    soft.fill(oval((30, 410), (150, 70), 0.3), shaded(skin, 1.1), 0.85, blur=26)
    soft.fill(oval((-230, 420), (60, 190)), shaded(skin, 1.0), 0.6, blur=34)
    cord = ribbon([(-90, 250), (-20, 420), (60, 600)], 40, 0.5)
    soft.fill(cord, lit(skin, 0.6), 0.45, blur=18)
    soft.fill(oval((0, 490), (90, 70)), flushed(skin, 0.7), 0.55 * face.skin.red("neck"), blur=30)
    sheet.lay(soft, neck)
    depth = face.skin.line("neck") * (0.15 + 0.85 * person.lines)
    for stroke in STROKES["neck"]:
        _crease(sheet, face, points(stroke), depth * 0.8)
    _draw_top(sheet, face, neck)


def _draw_top(sheet: Sheet, face: Face, neck: Points) -> None:
    person = face.sitter
    colour = person.clothes
    collar = points([(-322, 548), (-230, 560), (-120, 622), (20, 664), (142, 650)])
    top = np.vstack((collar, points([(236, 740), (292, 900), (316, 1200), (300, 1760), (-470, 1760),
                                     (-486, 1100), (-470, 760), (-420, 620)])))  # fmt: skip
    shape = closed(top)
    sheet.fill(shape + (0, -8), shaded(person.skin, 1.2), 0.4, blur=10, within=neck)
    soft = sheet.soft_layer(colour)
    dark = mixed(colour, (20, 20, 30), 0.35)
    soft.fill(oval((-430, 1000), (150, 420)), dark, 0.8, blur=70)
    soft.fill(oval((-40, 760), (210, 90), 0.2), mixed(colour, (255, 255, 255), 0.2), 0.7, blur=50)
    arm = ribbon([(-220, 740), (-290, 900), (-270, 1200)], 34, 0.5)
    soft.fill(arm, dark, 0.5, blur=26)
    sheet.lay(soft, shape)
    sheet.fill(ribbon(collar, 8, 0.2), dark, 0.55, blur=1.5)


def _shade(soft: Sheet, face: Face) -> None:
    skin = face.sitter.skin
    dark, light = shaded(skin, 1.0), lit(skin, 0.8)
    soft.fill(oval((-190, 60), (150, 300)), dark, 0.5, blur=60)
    soft.fill(oval((110, -180), (90, 110)), light, 0.5, blur=44)
    soft.fill(oval((150, -24), (70, 40)), shaded(skin, 0.85), 0.42, blur=18)
    soft.fill(
        ribbon([(206, -14), (216, 60), (226, 130)], 44, 0.6), shaded(skin, 0.9), 0.30, blur=16
    )
    soft.fill(ribbon([(206, 0), (232, 84), (262, 136)], 16, 0.5), light, 0.6, blur=7)
    high = 1 + 0.5 * face.skin.more("cheeks")
    soft.fill(oval((90, 78), (74, 36), -0.2), light, 0.5 * high, blur=24)
    soft.fill(oval((44, 120), (84, 52)), flushed(skin, 0.36), 0.4, blur=30)
    soft.fill(ribbon([(-70, 130), (0, 200), (80, 250)], 54, 0.5), dark,
              0.24 * (1.25 - 0.6 * face.skin.more("cheeks")), blur=26)  # fmt: skip
    soft.fill(ribbon([(-100, 280), (-20, 356), (80, 410), (150, 436)], 34, 0.4), dark, 0.6, blur=16)
    soft.fill(oval((190, 316), (36, 14)), dark, 0.30, blur=9)
    soft.fill(oval((188, 366), (26, 30)), light, 0.45, blur=12)
    soft.fill(oval((214, 196), (20, 16)), dark, 0.25, blur=8)
    for area, strength in face.skin.redness.items():
        if area in SPOTS:
            x, y, wide, tall = SPOTS[area]
            soft.fill(oval((x, y), (wide, tall)), flushed(skin, 0.75), 0.62 * strength, blur=18)
    if face.skin.bruise:
        soft.fill(
            oval((130, 286), (26, 18)), mixed(skin, BRUISE, 0.7), 0.6 * face.skin.bruise, blur=9
        )


def _draw_stubble(sheet: Sheet, face: Face, shape: Points) -> None:
    person = face.sitter
    beard = closed(
        [
            (-80, 60),
            (-40, 180),
            (90, 226),
            (160, 212),
            (240, 200),
            (260, 300),
            (240, 440),
            (60, 430),
            (-110, 300),
        ]
    )
    sheet.fill(beard, mixed(person.skin, person.hair, 0.6), 0.75 * person.stubble, blur=11,
               within=shape)  # fmt: skip


def _draw_lines(sheet: Sheet, face: Face) -> None:
    for area, strokes in STROKES.items():
        if area == "neck":
            continue
        lift = -26 * face.look.raised if area == "forehead" else 0
        for stroke in strokes:
            _crease(sheet, face, points(stroke) + (0, lift), depth_of(face, area) * 0.85)


def _crease(sheet: Sheet, face: Face, middle: Points, depth: float) -> None:
    if depth < 0.03:  # noqa: PLR2004
        return
    skin = face.sitter.skin
    sheet.fill(ribbon(middle, 16, 0.7), shaded(skin, 0.9), 0.30 * depth, blur=5)
    sheet.fill(ribbon(middle + (0, 6), 8, 0.9), lit(skin, 0.9), 0.40 * depth, blur=2.5)
    sheet.fill(ribbon(middle, 2.8 + 2.6 * depth, 1.0), shaded(skin, 1.25), 0.8 * depth, blur=1.3)


def _draw_nose(sheet: Sheet, face: Face) -> None:
    dark = shaded(face.sitter.skin, 1.2)
    nose = 9 * face.sitter.nose
    wing = [(204, 122), (190, 142), (196, 168), (216, 178)]
    sheet.fill(ribbon(wing, 5, 0.9), dark, 0.6, blur=1.2)
    sheet.fill(
        oval((234 + nose * 0.6, 166), (17, 5.5), -0.30),
        mixed(dark, (50, 20, 20), 0.5),
        0.75,
        blur=1.6,
    )
    sheet.fill(oval((252 + nose, 136), (9, 8)), lit(face.sitter.skin, 1.0), 0.7, blur=4)


def _draw_lips(sheet: Sheet, face: Face) -> None:
    person = face.sitter
    more = 3.5 * person.lips + 8 * face.skin.more("lips")
    smile = face.look.smile
    corner = (142 - 14 * smile, 257 - 15 * smile)
    lips = (
        lips_of(person.skin) if person.is_woman else mixed(lips_of(person.skin), person.skin, 0.35)
    )
    lips = mixed(lips, flushed(person.skin, 0.9), 0.45 * face.skin.red("lips"))
    seam = points([corner, (176, 255), (212, 256)])
    upper = np.vstack(
        (
            line(seam),
            line(
                [
                    (226 + more - 6 * smile, 246),
                    (222 + more, 232 - more * 0.5),
                    (208, 231 - more * 0.5),
                    (176, 242),
                    corner,
                ]
            ),
        )
    )
    lower = np.vstack(
        (
            line(seam),
            line(
                [
                    (222 + more - 6 * smile, 270),
                    (218 + more, 289),
                    (200, 291 + more * 0.4),
                    (168, 276),
                    corner,
                ]
            ),
        )
    )
    sheet.fill(lower, lips)
    sheet.fill(upper, mixed(lips, shaded(lips, 1.0), 0.42))
    sheet.fill(oval((206 + more * 0.6, 273), (13, 7)), lit(lips, 0.9), 0.55, blur=4, within=lower)
    dark = mixed(shaded(lips, 1.3), (50, 16, 20), 0.35)
    sheet.fill(wedge(seam, 2.5, 5), dark, 0.85, blur=0.8)
    sheet.fill(oval(corner, (9, 5)), shaded(person.skin, 1.2), 0.5, blur=4)


def _draw_eye(sheet: Sheet, face: Face) -> None:
    person, look = face.sitter, face.look
    x, y = EYE_CORNER
    low = y + 17 - 7 * look.smile - 3 * look.frown
    high = y - 28 - 3 * look.raised + 4 * look.frown + 3 * look.smile
    high += (low - high) * 0.92 * min(1.0, look.closed)
    top = points([(x, y), (x + 34, high + 6), (x + 68, high)])
    bottom = points([(x, y), (x + 34, low - 2), (x + 62, low)])
    front = points([(x + 68, high), (x + 72, (low + high) / 2 + 2), (x + 62, low)])
    opening = np.vstack((line(top), line(front)[1:], line(bottom)[::-1][1:]))
    skin = person.skin
    lid = np.vstack((line(top), line(top + [(8, -16), (6, -20), (6, -14)])[::-1]))
    sheet.fill(lid, shaded(skin, 0.6), 0.5, blur=5)
    if look.closed < 0.9:  # noqa: PLR2004
        sheet.fill(opening, mixed(WHITE, skin, 0.12))
        middle = (x + 58, (low + high) / 2)
        sheet.fill(oval(middle, (14, 28)), mixed(person.iris, (16, 12, 14), 0.6), within=opening)
        sheet.fill(oval(middle, (11.5, 24)), person.iris, within=opening)
        sheet.fill(oval((x + 62, middle[1]), (5.5, 11)), (18, 14, 16), within=opening)
        sheet.fill(
            oval((x + 59, middle[1] - 10), (3.4, 5.5)), (255, 255, 255), 0.95, within=opening
        )
        shade = np.vstack((line(top + (0, -6)), line(top + (0, 9))[::-1]))
        sheet.fill(shade, (60, 40, 40), 0.42, blur=4, within=opening)
    lash = mixed(INK, person.hair, 0.15)
    sheet.fill(ribbon(bottom, 3.2, 0.8), mixed(skin, lash, 0.55), 0.5)
    sheet.fill(wedge(top, 3.5, 8.5), lash)
    if person.is_woman:
        whole, hairs = line(top), []
        for along, out in ((0.55, 8), (0.75, 14), (0.92, 19), (1.0, 22)):
            root = whole[min(len(whole) - 1, round(along * (len(whole) - 1)))]
            tip = root + (out, -9 + 14 * look.closed)
            hairs.append(wedge(np.array((root, (root + tip) / 2 + (2, 3), tip)), 4.4, 0.8))
        sheet.fill_all(hairs, lash)
    if person.lids != "single":
        crease = ribbon(top + [(4, -10), (2, -14), (4, -10)], 3.6, 0.8)
        sheet.fill(crease, shaded(skin, 1.15), 0.7)


def _draw_brow(sheet: Sheet, face: Face, shape: Points) -> None:
    person, look = face.sitter, face.look
    thick = 1 + 0.22 * person.brows
    lift = -24 * look.raised
    spine = points([(194, -72 + 14 * look.frown + lift), (150, -88 + 8 * look.frown + lift),
                    (102, -96 - 6 * person.arch + lift), (44, -64 + lift * 0.6)])  # fmt: skip
    offset = np.column_stack((np.zeros(4), np.array((10, 10, 8, 1.5)) * thick))
    colour = mixed(person.hair, (30, 22, 22), 0.35)
    if sum(person.hair) > 520:  # noqa: PLR2004 - light hair has darker brows
        colour = mixed(person.hair, (92, 70, 56), 0.55)
    ring = closed(np.vstack((spine - offset, (spine + offset)[::-1])))
    sheet.fill(ring, colour, 0.62, blur=2.2, within=shape)
    whole = line(spine)
    random = np.random.default_rng([person.seed, 7])
    hairs = []
    for share in np.linspace(0.0, 0.95, 15):
        root = whole[round(share * (len(whole) - 1))] + (0, random.uniform(-2, 6))
        tip = root + (-(7 + 13 * share), -13 + 17 * share)
        hairs.append(wedge(np.array((root, (root + tip) / 2, tip)), 3.4, 0.7))
    sheet.fill_all(hairs, colour, 0.6, within=shape)


def _draw_ear(sheet: Sheet, face: Face) -> None:
    person = face.sitter
    if person.style in {"bob", "long"} and not person.has_band:
        return
    skin = person.skin
    ear = closed(
        [
            (-78, 60),
            (-76, 10),
            (-66, -34),
            (-92, -62),
            (-132, -54),
            (-152, -16),
            (-146, 34),
            (-122, 74),
            (-104, 112),
            (-80, 106),
        ]
    )
    sheet.fill(ear + (-6, 6), shaded(skin, 1.2), 0.4, blur=9)
    sheet.fill(ear, mixed(skin, flushed(skin, 0.3), 0.35))
    fold = [(-78, -30), (-104, -44), (-132, -24), (-132, 22), (-112, 60)]
    sheet.fill(ribbon(fold, 8, 0.7), shaded(skin, 1.1), 0.55, blur=2.5)
    sheet.fill(oval((-94, 28), (16, 26), 0.2), shaded(skin, 1.2), 0.5, blur=7)
    sheet.fill(ribbon([(-94, -14), (-112, 2), (-110, 34)], 9, 0.8), lit(skin, 0.8), 0.5, blur=3)
    if person.has_earrings:
        sheet.fill(oval((-92, 98), (7.5, 7.5)), (214, 182, 116))
        sheet.fill(oval((-94, 96), (2.8, 2.8)), (248, 236, 206))

"""Hair of a head that is seen from the side, looking to the right of the picture."""

import numpy as np

from lib.demo.pictures.canvas import Colour, Sheet
from lib.demo.pictures.curves import Points, closed, line, oval, points, wedge
from lib.demo.pictures.face import Face
from lib.demo.pictures.hair import HEIGHTS, curl, draw_strands, scarf_of
from lib.demo.pictures.palette import mixed, shaded

CROWN = points(
    [(178, -262), (124, -352), (10, -408), (-120, -406), (-246, -338), (-326, -220), (-342, -70),
     (-296, 70), (-214, 176)]
)  # fmt: skip
EDGE = points(
    [(178, -262), (142, -222), (96, -196), (62, -150), (48, -90), (-6, -48), (-40, 10), (-58, 60),
     (-76, -40), (-112, -72), (-156, -40), (-160, 40), (-168, 120), (-214, 176)]
)  # fmt: skip
SWEPT_EDGE = points(
    [(186, -240), (160, -186), (104, -150), (60, -110), (40, -60), (-6, -30), (-40, 30), (-58, 70),
     (-76, -40), (-112, -72), (-156, -40), (-160, 40), (-168, 120), (-214, 176)]
)  # fmt: skip


def draw_profile_behind(sheet: Sheet, face: Face) -> None:
    """Draw what hangs down the back or is tied behind the head."""
    style, colour = face.sitter.style, face.sitter.hair
    dark = mixed(colour, (18, 14, 16), 0.3)
    if style == "bun":
        centre = (-190, -424)
        sheet.fill(oval(centre, (96, 82), -0.4), mixed(colour, dark, 0.4))
        for share in np.linspace(0.2, 0.9, 6):
            angles = np.linspace(-2.9, -0.2, 5)
            ring = np.column_stack((88 * share * np.cos(angles), 74 * share * np.sin(angles)))
            sheet.fill(
                wedge(ring + centre, 6, 2), mixed(colour, (255, 232, 206), 0.24), 0.35, blur=1
            )
    elif style == "up":
        tail = closed([(-290, 40), (-352, 110), (-372, 280), (-330, 430), (-296, 300), (-262, 120)])
        sheet.fill(tail, dark)
    elif style == "curls":
        _curls(sheet, face, dark)


def draw_profile_over(sheet: Sheet, face: Face) -> None:
    """Draw the hair on the head from the side."""
    person = face.sitter
    if person.style == "bald":
        return
    if person.style == "headscarf":
        _draw_scarf(sheet, face)
        return
    crown, edge = _crown(face), SWEPT_EDGE if person.style == "pixie" else EDGE
    colour = person.hair
    shape = np.vstack((line(crown), line(edge)[::-1]))
    if person.style in {"bob", "long"}:
        _draw_fall(sheet, face)
    soft = sheet.soft_layer(colour)
    soft.fill(oval((10, -330), (150, 50), 0.15), mixed(colour, (255, 236, 214), 0.3), 0.8, blur=32)
    soft.fill(oval((-300, -40), (80, 190)), mixed(colour, (14, 10, 14), 0.5), 0.7, blur=46)
    low = line(edge[:7])
    soft.fill(
        np.vstack((low, (low + (-16, -26))[::-1])), mixed(colour, (20, 14, 16), 0.4), 0.5, blur=12
    )
    if person.style in {"short", "cropped"}:
        soft.fill(oval((-60, 0), (80, 100)), mixed(colour, person.skin, 0.55), 0.8, blur=30)
        soft.fill(oval((-190, 110), (60, 80)), mixed(colour, person.skin, 0.55), 0.8, blur=30)
    sheet.fill(
        np.vstack((low, (low + (10, 26))[::-1])),
        shaded(person.skin, 1.2),
        0.35,
        blur=9,
        within=closed([(200, -280), (220, 0), (0, 160), (-120, 100), (-60, -280)]),
    )
    sheet.lay(soft, shape, 0.72 if person.style == "cropped" else 1.0)
    if person.style == "curls":
        _curl_marks(sheet, face, shape)
        return
    draw_strands(sheet, colour, _combed(crown, person.style), shape)
    if person.has_band:
        _draw_band(sheet, crown)


def _crown(face: Face) -> Points:
    grown = HEIGHTS[face.sitter.style]
    away = CROWN - (-90, -90)
    far = np.hypot(away[:, 0], away[:, 1])[:, None]
    share = np.sin(np.linspace(0.12, np.pi, len(CROWN)))[:, None] ** 0.5
    if face.sitter.style in {"short", "pixie"}:
        share = share * np.clip((-CROWN[:, 1:] - 150) / 180, 0.05, 1)
    return np.asarray(CROWN + away / far * grown * share)


def _combed(crown: Points, style: str) -> list[Points]:
    front, outer = line(EDGE[:8]), line(crown)
    knot = np.array((-190.0, -390.0)) if style == "bun" else np.array((-290.0, 40.0))
    found = []
    for share in np.linspace(0.0, 1.0, 20):
        root = front[round(share * (len(front) - 1))]
        high = outer[round((0.06 + 0.5 * (1 - share)) * (len(outer) - 1))]
        tip = (
            knot
            if style in {"bun", "up"}
            else outer[round((0.35 + 0.6 * share) * (len(outer) - 1))]
        )
        bend = (root + tip) / 2 * 0.75 + high * 0.25
        found.append(np.array((root, bend, tip)))
    return found


def _draw_fall(sheet: Sheet, face: Face) -> None:
    """Draw hair that hangs over ear and neck."""
    is_long = face.sitter.style == "long"
    down = 640 if is_long else 350
    colour = face.sitter.hair
    back = -330 if is_long else -350
    front = -96 if is_long else -30
    shape = closed([(60, -170), (20, -60), (-10, 60), (front + 40, 220), (front, down - 30),
                    (front - 110, down), (back, down - 10), (back - 36, 240), (-360, 40),
                    (-346, -120), (-200, -260)])  # fmt: skip
    soft = sheet.soft_layer(colour)
    soft.fill(oval((-300, 300), (90, 330)), mixed(colour, (14, 10, 14), 0.5), 0.7, blur=50)
    soft.fill(oval((-110, 60), (60, 170), 0.2), mixed(colour, (255, 236, 214), 0.22), 0.7, blur=34)
    sheet.fill(shape + (8, 8), (50, 34, 34), 0.3, blur=10, within=closed(shape * 1.04))
    sheet.lay(soft, shape)
    falls = [points([(x * 0.7 - 10, -150), (x - 20, 80), (x - 26, down - 20)])
             for x in np.linspace(-20, -320, 13)]  # fmt: skip
    draw_strands(sheet, colour, falls, shape)


def _curls(sheet: Sheet, face: Face, dark: Colour) -> None:
    random = np.random.default_rng([face.sitter.seed, 23])
    places = line(_crown(face))[::3]
    rounds = [
        oval((float(x), float(y) + 10), (radius, radius))
        for (x, y), radius in zip(places, random.uniform(58, 84, len(places)), strict=True)
    ]
    sheet.fill_all(rounds, mixed(face.sitter.hair, dark, 0.35))


def _curl_marks(sheet: Sheet, face: Face, shape: Points) -> None:
    random = np.random.default_rng([face.sitter.seed, 24])
    colour = face.sitter.hair
    rings = [curl(random, spot) for spot in random.uniform((-350, -440), (180, 150), (90, 2))]
    sheet.fill_all(rings[::2], mixed(colour, (255, 226, 196), 0.16), 0.5, blur=1.2, within=shape)
    sheet.fill_all(rings[1::2], mixed(colour, (12, 8, 10), 0.4), 0.5, blur=1.2, within=shape)


def _draw_band(sheet: Sheet, crown: Points) -> None:
    top = line(crown)
    start = top[round(0.20 * (len(top) - 1))]
    end = top[round(0.34 * (len(top) - 1))]
    band = np.vstack((line([start, (44, -250), (-20, -120), (-76, -30)]),
                      line([(-112, -44), (-70, -160), (-20, -270), end])))  # fmt: skip
    sheet.fill(band + (-4, 6), (60, 50, 50), 0.3, blur=6, within=closed(crown))
    sheet.fill(band, (238, 236, 232))
    edge = line([start, (44, -250), (-20, -120), (-76, -30)])
    sheet.fill(
        np.vstack((edge, (edge + (-26, -4))[::-1])), (255, 255, 255), 0.6, blur=7, within=band
    )


def _draw_scarf(sheet: Sheet, face: Face) -> None:
    colour = scarf_of(face)
    dark = mixed(colour, (10, 10, 20), 0.4)
    shape = closed([(186, -264), (116, -364), (0, -426), (-150, -420), (-280, -340), (-356, -200),
                    (-366, 0), (-350, 220), (-400, 460), (-380, 640), (-120, 720), (120, 690),
                    (190, 560), (170, 450), (96, 420), (20, 330), (-30, 200), (-30, 60), (20, -90),
                    (90, -190)])  # fmt: skip
    soft = sheet.soft_layer(colour)
    soft.fill(oval((-10, -330), (150, 70), 0.1), mixed(colour, (255, 255, 255), 0.3), 0.8, blur=40)
    soft.fill(oval((-320, 120), (110, 380)), dark, 0.7, blur=60)
    sheet.fill(shape + (8, 6), (50, 34, 34), 0.32, blur=9, within=closed([(186, -264), (200, 440),
               (-60, 420), (-60, -200)]))  # fmt: skip
    sheet.lay(soft, shape)
    for shift in (0, 50, 104):
        fold = points(
            [(-330, 300 + shift), (-160, 470 + shift), (20, 520 + shift), (150, 480 + shift)]
        )
        sheet.fill(wedge(fold, 16, 4), dark, 0.5, blur=6, within=shape)
        sheet.fill(wedge(fold + (0, 12), 8, 3), mixed(colour, (255, 255, 255), 0.35), 0.35, blur=4,
                   within=shape)  # fmt: skip

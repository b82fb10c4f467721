"""The back of a hand, fingers upwards."""

import numpy as np

from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.curves import closed, line, oval, points, ribbon, turned, wedge
from lib.demo.pictures.moment import Skin
from lib.demo.pictures.palette import flushed, lit, mixed, shaded
from lib.demo.pictures.room import draw_wall
from lib.demo.pictures.sitter import Sitter

# Each finger: knuckle, length, width there, lean in radians; the thumb is last.
FINGERS = (
    ((-150.0, -60.0), 300.0, 84.0, -0.20),
    ((-52.0, -104.0), 362.0, 92.0, -0.05),
    ((52.0, -100.0), 344.0, 90.0, 0.06),
    ((146.0, -44.0), 270.0, 78.0, 0.22),
)
PALM = closed(
    [(-196, -40), (-150, -104), (-52, -140), (52, -136), (150, -88), (194, -10), (188, 180),
     (150, 330), (132, 460), (140, 900), (-140, 900), (-132, 460), (-176, 340), (-206, 160)]
)  # fmt: skip
THUMB = closed(
    [(-170, 300), (-196, 120), (-262, 30), (-318, -52), (-352, -64), (-378, -32), (-360, 40),
     (-312, 150), (-270, 260), (-206, 356)]
)  # fmt: skip
VEINS = (
    ((-96, -40), (-88, 80), (-40, 200), (-50, 330)),
    ((4, -60), (0, 70), (-36, 190)),
    ((98, -30), (84, 90), (40, 200), (46, 340)),
)
KNUCKLES = ((-102.0, -84.0), (98.0, -72.0))


def draw_hand(sheet: Sheet, person: Sitter, skin: Skin) -> None:
    """Draw the back of a hand with its veins and spots as they are at this moment."""
    draw_wall(sheet, person.wall)
    tone = person.skin
    shadow = [PALM, THUMB, *(_finger(place) for place in range(len(FINGERS)))]
    for shape in shadow:
        sheet.fill(shape + (26, 34), (96, 92, 96), 0.30, blur=34)
    soft = sheet.soft_layer(tone)
    _shade(soft, person, skin)
    sheet.lay(soft, THUMB)
    _nail(sheet, person, (-352, -28), 26, -0.72)
    for place in range(len(FINGERS)):
        _draw_finger(sheet, soft, person, place)
    sheet.lay(soft, PALM)
    for stroke in VEINS:
        left = (1 - 0.75 * skin.more("hands")) * (0.35 + 0.65 * person.lines)
        vein = points(stroke)
        sheet.fill(ribbon(vein, 17, 0.6), mixed(tone, (96, 110, 132), 0.42), 0.55 * left, blur=6)
        sheet.fill(ribbon(vein - (6, 2), 7, 0.7), lit(tone, 0.9), 0.5 * left, blur=4)
    _draw_spots(sheet, person, skin)
    _draw_knuckles(sheet, person)


def _finger(place: int) -> np.ndarray:
    root, length, wide, lean = FINGERS[place]
    half = wide / 2
    shape = [(-half, 60), (-half, -length * 0.2), (-half * 0.96, -length * 0.42),
             (-half * 0.90, -length * 0.62), (-half * 0.80, -length * 0.86),
             (-half * 0.45, -length * 0.985), (0, -length * 1.01), (half * 0.45, -length * 0.985),
             (half * 0.80, -length * 0.86), (half * 0.90, -length * 0.62),
             (half * 0.96, -length * 0.42), (half, -length * 0.2), (half, 60)]  # fmt: skip
    return turned(closed(shape), lean) + root


def _draw_finger(sheet: Sheet, soft: Sheet, person: Sitter, place: int) -> None:
    root, length, wide, lean = FINGERS[place]
    tone, shape = person.skin, _finger(place)
    sheet.fill(shape + (5, 4), shaded(tone, 1.2), 0.6, blur=4)
    sheet.lay(soft, shape)
    side = turned(
        points([(wide * 0.42, 40), (wide * 0.40, -length * 0.5), (wide * 0.3, -length * 0.95)]),
        lean,
    )
    sheet.fill(ribbon(side + root, wide * 0.36, 0.5), shaded(tone, 1.0), 0.5, blur=9, within=shape)
    light = turned(points([(-wide * 0.14, -20), (-wide * 0.12, -length * 0.8)]), lean)
    middle = (light[0] + light[1]) / 2
    sheet.fill(
        ribbon(np.vstack((light[0], middle, light[1])) + root, wide * 0.3, 0.7),
        lit(tone, 0.7),
        0.45,
        blur=9,
        within=shape,
    )
    for share in (0.38, 0.68):
        for drop in (-8, 0, 9):
            fold = turned(
                points(
                    [
                        (-wide * 0.28, -length * share + drop + 3),
                        (0, -length * share + drop - 3),
                        (wide * 0.28, -length * share + drop + 3),
                    ]
                ),
                lean,
            )
            sheet.fill(ribbon(fold + root, 4, 0.9), shaded(tone, 1.2), 0.42, blur=1.3)
    tip = turned(points([(0, -length * 0.90)]), lean)[0] + root
    _nail(sheet, person, (float(tip[0]), float(tip[1])), wide * 0.30, lean)


def _nail(
    sheet: Sheet, person: Sitter, centre: tuple[float, float], half: float, lean: float
) -> None:
    pink = mixed(flushed(person.skin, 0.25), (250, 222, 214), 0.5)
    base = closed(
        [
            (-half, half * 0.7),
            (-half, -half * 0.7),
            (-half * 0.6, -half * 1.5),
            (0, -half * 1.7),
            (half * 0.6, -half * 1.5),
            (half, -half * 0.7),
            (half, half * 0.7),
            (0, half * 1.2),
        ]
    )
    shape = turned(base, lean) + centre
    sheet.fill(shape + (1.5, 2), shaded(person.skin, 1.2), 0.6, blur=2)
    sheet.fill(shape, pink)
    shine = turned(
        points(
            [(-half * 0.4, half * 0.6), (-half * 0.45, -half * 0.4), (-half * 0.3, -half * 1.2)]
        ),
        lean,
    )
    sheet.fill(ribbon(shine + centre, half * 0.34, 0.8), (255, 255, 255), 0.45, blur=2)


def _shade(soft: Sheet, person: Sitter, skin: Skin) -> None:
    tone = person.skin
    dark, light = shaded(tone, 1.0), lit(tone, 0.8)
    soft.fill(oval((190, 200), (80, 420)), dark, 0.55, blur=50)
    soft.fill(oval((-60, 90), (120, 190)), light, 0.35, blur=50)
    bony = 1 - 0.7 * skin.more("hands")
    for (x, y), _, _, _ in FINGERS:
        hollow = ribbon(
            [(x * 1.0 + 48, y + 70), (x * 0.8 + 40, y + 190), (x * 0.6 + 30, y + 320)], 34
        )
        soft.fill(hollow, dark, 0.30 * bony, blur=16)
    soft.fill(oval((0, 120), (190, 230)), flushed(tone, 0.7), 0.5 * skin.red("hands"), blur=40)


def _draw_spots(sheet: Sheet, person: Sitter, skin: Skin) -> None:
    random = np.random.default_rng([person.seed, 83])
    brown = mixed(person.skin, (138, 84, 52), 0.55)
    spots = []
    for _ in range(round(26 * person.lines)):
        x, y, radius = random.uniform(-160, 160), random.uniform(-80, 420), random.uniform(3, 10)
        spots.append(oval((x, y), (radius, radius * 0.8)))
    sheet.fill_all(spots, brown, 0.6 * skin.spots, blur=2)


def _draw_knuckles(sheet: Sheet, person: Sitter) -> None:
    for (x, y), _, wide, _ in FINGERS:
        sheet.fill(oval((x, y + 10), (wide * 0.44, 40)), flushed(person.skin, 0.3), 0.35, blur=16)
        sheet.fill(oval((x - 8, y), (wide * 0.26, 22)), lit(person.skin, 0.8), 0.45, blur=10)
        for drop in (20, 32):
            fold = line(
                [(x - wide * 0.22, y + drop), (x, y + drop + 6), (x + wide * 0.22, y + drop)]
            )
            sheet.fill(wedge(fold[::4], 3, 3), shaded(person.skin, 1.1), 0.3, blur=1.5)

"""Hair: behind the head, over it, and what holds it back."""

import math

import numpy as np

from lib.demo.pictures.canvas import Colour, Sheet
from lib.demo.pictures.curves import Points, between, closed, line, oval, points, wedge
from lib.demo.pictures.face import Face
from lib.demo.pictures.palette import mixed, shaded

# Hairlines from the right ear over the forehead to the left one (front and turned).
HAIRLINES: dict[str, tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]] = {
    "back": (
        ((280, -6), (262, -80), (238, -148), (190, -222), (104, -272), (0, -284), (-104, -272),
         (-190, -222), (-238, -148), (-262, -80), (-280, -6)),
        ((246, -130), (247, -160), (238, -192), (206, -242), (140, -278), (56, -288), (-44, -270),
         (-124, -220), (-160, -150), (-172, -70), (-206, -10)),
    ),
    "parted": (
        ((284, 60), (266, -40), (250, -110), (214, -190), (128, -258), (-50, -312), (-122, -250),
         (-206, -182), (-248, -100), (-266, -30), (-284, 60)),
        ((244, -120), (246, -150), (240, -182), (214, -234), (146, -280), (10, -312), (-66, -262),
         (-134, -198), (-166, -120), (-180, -44), (-214, 40)),
    ),
    "swept": (
        ((278, 40), (262, -50), (246, -120), (214, -178), (150, -216), (40, -226), (-80, -196),
         (-176, -142), (-236, -84), (-262, -20), (-278, 50)),
        ((240, -110), (246, -140), (240, -166), (212, -200), (150, -224), (60, -222), (-40, -190),
         (-120, -146), (-170, -80), (-186, -10), (-216, 60)),
    ),
    "short": (
        ((280, 20), (262, -70), (244, -140), (216, -214), (150, -262), (20, -252), (-120, -256),
         (-204, -220), (-244, -140), (-262, -70), (-280, 20)),
        ((246, -130), (248, -160), (240, -190), (220, -240), (160, -276), (66, -262), (-44, -262),
         (-134, -226), (-160, -150), (-172, -70), (-206, 20)),
    ),
}  # fmt: skip
CROWN_FRONT = points(
    [(284, 10), (296, -90), (284, -208), (226, -322), (118, -394), (0, -412), (-118, -394),
     (-226, -322), (-284, -208), (-296, -90), (-284, 10)]
)  # fmt: skip
CROWN_TURNED = points(
    [(250, -128), (270, -196), (246, -296), (164, -382), (40, -422), (-90, -416), (-216, -370),
     (-312, -276), (-350, -150), (-330, 10), (-248, 132)]
)  # fmt: skip
HEIGHTS = {"up": 14.0, "bun": 14.0, "bob": 34.0, "long": 32.0, "curls": 66.0, "pixie": 44.0,
           "short": 56.0, "cropped": -4.0, "bald": -30.0, "headscarf": 30.0}  # fmt: skip
SCARVES: tuple[Colour, ...] = ((86, 104, 122), (188, 164, 150), (112, 88, 100), (74, 100, 96))
STRANDS = 46


def hairline_of(style: str) -> str:
    """Return which hairline a style has."""
    if style in {"bob", "long"}:
        return "parted"
    if style == "pixie":
        return "swept"
    return "short" if style in {"short", "cropped", "curls"} else "back"


def _crown(face: Face) -> Points:
    ring = between(CROWN_FRONT, CROWN_TURNED, face.turn)
    grown = HEIGHTS[face.sitter.style]
    away = ring - (0, -120)
    far = np.hypot(away[:, 0], away[:, 1])[:, None]
    high = np.clip((-ring[:, 1:] + 60) / 300, 0.25, 1)
    share = np.sin(np.linspace(0, np.pi, len(ring)))[:, None] ** 0.4
    if face.sitter.style in {"short", "pixie"}:
        high = np.clip((-ring[:, 1:] - 200) / 180, 0.05, 1)
    wide = ring + away / far * grown * high * share
    return np.asarray(wide * (face.sitter.width, 1.0))


def _hairline(face: Face) -> Points:
    front, turned = HAIRLINES[hairline_of(face.sitter.style)]
    own = between(points(front), points(turned), face.turn) * (face.sitter.width, 1.0)
    random = np.random.default_rng([face.sitter.seed, 17])
    own[1:-1, 1] += random.uniform(-10, 10)
    return own


def draw_behind(sheet: Sheet, face: Face) -> None:
    """Draw the hair that hangs behind neck and shoulders."""
    style, colour = face.sitter.style, face.sitter.hair
    back = -70 * face.turn
    dark = mixed(colour, (18, 14, 16), 0.38)
    if style == "bun":
        centre = (back * 1.6, -442)
        sheet.fill(oval(centre, (104, 84)), mixed(colour, dark, 0.4))
        draw_strands(sheet, colour, _arcs(centre, 96, 76))
    elif style in {"bob", "long"}:
        down = 330 if style == "bob" else 620
        wide = 300 if style == "bob" else 312
        shape = closed(
            [
                (-wide + back, -120),
                (-wide - 26 + back, 120),
                (-wide - 10 + back, down * 0.7),
                (-wide + 70 + back, down),
                (0, down - 20),
                (wide - 84 + back, down),
                (wide + 8 + back * 0.4, down * 0.7),
                (wide + 16 + back * 0.3, 120),
                (wide + back * 0.2, -120),
                (0, -300),
            ]
        )
        sheet.fill(shape, dark)
        falls = [points([(x * 0.9 + back, -60), (x * 1.06 + back, 140), (x + back, down - 20)])
                 for x in np.linspace(-wide, wide, 16)]  # fmt: skip
        draw_strands(sheet, mixed(colour, dark, 0.5), falls)
    elif style == "curls":
        _curls(sheet, face, behind=True)
    elif style == "headscarf":
        shape = closed([(-306, -120), (-330, 120), (-330, 400), (-300, 640), (0, 700), (300, 640),
                        (330, 400), (326, 120), (302, -120), (0, -420)])  # fmt: skip
        sheet.fill(shape + (back * 0.6, 0), mixed(scarf_of(face), (20, 20, 26), 0.22))


def draw_over(sheet: Sheet, face: Face) -> None:
    """Draw the hair on the head, and a band that holds it back."""
    style = face.sitter.style
    if style == "headscarf":
        _draw_scarf(sheet, face)
        return
    if style == "bald":
        return
    crown, edge = _crown(face), _hairline(face)
    shape = np.vstack((line(crown), line(edge)[::-1]))
    colour = face.sitter.hair
    is_sparse = style == "cropped"
    soft = sheet.soft_layer(colour)
    soft.fill(
        oval((-90 - 60 * face.turn, -330), (130, 52), -0.3),
        mixed(colour, (255, 236, 214), 0.28),
        0.8,
        blur=34,
    )
    soft.fill(oval((240 + 20 * face.turn, -190), (80, 170)), mixed(colour, (14, 10, 14), 0.5), 0.6,
              blur=44)  # fmt: skip
    if style in {"short", "cropped"}:
        for x in (274, -274 + 60 * face.turn):
            thin = mixed(colour, face.sitter.skin, 0.55)
            soft.fill(oval((x, -30), (44, 120)), thin, 0.8, blur=24)
    low = line(edge) + (0, -8)
    soft.fill(
        np.vstack((low, (low + (0, -34))[::-1])), mixed(colour, (20, 14, 16), 0.5), 0.5, blur=12
    )
    sheet.fill(
        np.vstack((low, (low + (0, 40))[::-1])),
        shaded(face.sitter.skin, 1.2),
        0.42,
        blur=10,
        within=face.outline(),
    )
    sheet.lay(soft, shape, 0.72 if is_sparse else 1.0)
    if style == "curls":
        _curls(sheet, face, behind=False)
    else:
        draw_strands(sheet, colour, _combed(crown, edge, _pull(style)), shape)
        _flyaways(sheet, face, crown)
    if style in {"bob", "long"}:
        _draw_falls(sheet, face)
    if face.sitter.has_band:
        _draw_band(sheet, crown, edge)


def _pull(style: str) -> tuple[float, float]:
    """Return how far a comb draws hair together, and how far to one side."""
    if style in {"short", "pixie"}:
        return 0.9, -0.16
    return (1.18, 0.0) if style == "up" else (0.82, 0.0)


def _combed(crown: Points, edge: Points, pull: tuple[float, float]) -> list[Points]:
    """Return lines from the hairline to the crown, as a comb would draw them."""
    outer, inner = line(crown), line(edge)
    where = np.linspace(0.03, 0.97, STRANDS)
    found = []
    for share in where:
        root = inner[round(share * (len(inner) - 1))]
        pulled = float(np.clip(0.5 + pull[1] + (share - 0.5) * pull[0], 0.02, 0.98))
        tip = outer[round(pulled * (len(outer) - 1))] * 0.995
        bend = (root + tip) / 2 + (root - tip)[::-1] * (0.08, -0.08) * np.sign(share - 0.5)
        found.append(np.array((root, bend, tip)))
    return found


def _flyaways(sheet: Sheet, face: Face, crown: Points) -> None:
    """Draw the few hairs that no comb catches, so that no outline is too clean."""
    random = np.random.default_rng([face.sitter.seed, 29])
    outer = line(crown)
    tall = 24 if face.sitter.style in {"short", "pixie"} else 9
    hairs = []
    for share in np.linspace(0.22, 0.82, 26):
        root = outer[round(share * (len(outer) - 1))] * 0.985
        out = (root - (0, -120)) / np.hypot(*(root - (0, -120)))
        side = np.array((-out[1], out[0])) * random.uniform(-1.6, -0.4) * tall
        tip = root + out * random.uniform(0.5, 1.0) * tall + side
        strand = np.array((root - side * 0.6, root + out * tall * 0.45, tip))
        hairs.append(wedge(strand, 0.7 * tall, 0.8))
    sheet.fill_all(hairs, face.sitter.hair, 0.8)


def _arcs(centre: tuple[float, float], wide: float, high: float) -> list[Points]:
    found = []
    for share in np.linspace(0.15, 0.95, 9):
        angles = np.linspace(-2.7, -0.4, 5)
        ring = np.column_stack((wide * share * np.cos(angles), high * share * np.sin(angles)))
        found.append(ring + centre)
    return found


def draw_strands(
    sheet: Sheet, colour: Colour, lines: list[Points], within: Points | None = None
) -> None:
    """Draw light and dark strands along lines, as hair that was combed."""
    random = np.random.default_rng(len(lines))
    shapes = [
        wedge(strand, wide, wide * 0.4)
        for strand, wide in zip(lines, random.uniform(4, 9, len(lines)), strict=True)
    ]
    light, dark = mixed(colour, (255, 232, 206), 0.24), mixed(colour, (14, 10, 12), 0.42)
    sheet.fill_all(shapes[1::2], light, 0.30, blur=1.2, within=within)
    sheet.fill_all(shapes[::2], dark, 0.30, blur=1.2, within=within)


def _draw_falls(sheet: Sheet, face: Face) -> None:
    """Draw the locks that frame the face, in front of ears and shoulders."""
    colour = face.sitter.hair
    is_long = face.sitter.style == "long"
    down = 560 if is_long else 300
    for side in (-1, 1):
        if side > 0 and face.near_only:
            continue
        shift = -46 * face.turn if side < 0 else -20 * face.turn
        inner_pull = 62 * face.turn if side < 0 else 0
        lock = [(254, -190), (296, -60), (312, 110), (304, 240), (292, down - 60), (236, down),
                (216, down - 60), (246, 230), (258, 90), (262, -40), (228, -180)]  # fmt: skip
        shape = closed(points(lock) * (side, 1) + (shift + inner_pull, 0))
        sheet.fill(shape, mixed(colour, (20, 14, 16), 0.18))
        falls = [points([(x, -120), (x + 22, 100), (x - 4 if is_long else x + 4, down - 40)])
                 for x in (244, 258, 270, 282)]  # fmt: skip
        draw_strands(
            sheet, colour, [fall * (side, 1) + (shift + inner_pull, 0) for fall in falls], shape
        )


def _curls(sheet: Sheet, face: Face, *, behind: bool) -> None:
    random = np.random.default_rng([face.sitter.seed, 23])
    colour = face.sitter.hair
    dark = mixed(colour, (12, 8, 10), 0.4)
    light = mixed(colour, (255, 226, 196), 0.16)
    outer = line(_crown(face))
    if behind:
        rounds = [
            oval((x * 1.02, y * 1.02 + 20), (radius, radius))
            for (x, y), radius in zip(outer[::3], random.uniform(58, 84, 99), strict=False)
        ]
        sheet.fill_all(rounds, mixed(colour, dark, 0.35))
        return
    inner = line(_hairline(face))
    rings = []
    for share in np.linspace(0, 1, 34):
        root = inner[round(share * (len(inner) - 1))]
        tip = outer[round(share * (len(outer) - 1))]
        for depth in (0.08, 0.45, 0.85):
            spot = root + (tip - root) * (depth + random.uniform(-0.1, 0.1))
            rings.append(curl(random, spot))
    sheet.fill_all(rings[::2], light, 0.5, blur=1.2)
    sheet.fill_all(rings[1::2], dark, 0.5, blur=1.2)


def curl(random: np.random.Generator, spot: Points) -> Points:
    """Return one curl round a place."""
    angles = random.uniform(0, math.tau) + np.linspace(0, 4.2, 6)
    ring = np.column_stack((np.cos(angles), np.sin(angles))) * random.uniform(19, 31) * 0.8 + spot
    return wedge(ring, 9, 3)


def _draw_band(sheet: Sheet, crown: Points, edge: Points) -> None:
    """Draw the soft white band that keeps hair out of a picture."""
    outer, inner = line(crown), line(edge)
    low = inner * 0.62 + outer[np.linspace(0, len(outer) - 1, len(inner)).astype(int)] * 0.38
    top = inner * 0.10 + outer[np.linspace(0, len(outer) - 1, len(inner)).astype(int)] * 0.90
    cut = slice(round(len(inner) * 0.06), round(len(inner) * 0.94))
    shape = np.vstack((low[cut], top[cut][::-1]))
    sheet.fill(shape + (0, 5), (60, 50, 50), 0.35, blur=6,
               within=np.vstack((outer, inner[::-1])))  # fmt: skip
    sheet.fill(shape, (238, 236, 232))
    middle = (low * 0.7 + top * 0.3)[cut]
    sheet.fill(np.vstack((low[cut], middle[::-1])), (196, 194, 194), 0.55, blur=7, within=shape)
    sheet.fill(np.vstack((middle, top[cut][::-1])), (255, 255, 255), 0.6, blur=9, within=shape)


def scarf_of(face: Face) -> Colour:
    """Return the colour of the headscarf this person wears."""
    return SCARVES[face.sitter.seed % len(SCARVES)]


def _draw_scarf(sheet: Sheet, face: Face) -> None:
    colour = scarf_of(face)
    hole = between(
        points([(0, -262), (120, -248), (212, -170), (252, -40), (246, 120), (200, 280), (104, 396),
                (0, 440), (-104, 396), (-200, 280), (-246, 120), (-252, -40), (-212, -170),
                (-120, -248)]),
        points([(60, -264), (166, -246), (236, -180), (270, -60), (274, 90), (236, 270), (176, 400),
                (90, 444), (-30, 400), (-140, 290), (-190, 130), (-196, -30), (-160, -170),
                (-60, -250)]),
        face.turn,
    )  # fmt: skip
    crown = _crown(face)
    hem = points(
        [(-352, 200), (-350, 420), (-250, 640), (0, 716), (250, 640), (338, 430), (322, 200)]
    )
    hem = hem + (-40 * face.turn, 0)
    outside = np.vstack((line(crown), line(hem)))
    ring = closed(hole)
    # One outline with a hole: out, over to the hole, round it backwards, and back.
    start = int(np.argmin(np.hypot(*(ring - outside[0]).T)))
    inside = np.roll(ring, -start, axis=0)[::-1]
    shape = np.vstack((outside, outside[:1], inside[-1:], inside, outside[:1]))
    soft = sheet.soft_layer(colour)
    soft.fill(
        oval((-110 - 40 * face.turn, -320), (150, 80), -0.4),
        mixed(colour, (255, 255, 255), 0.3),
        0.8,
        blur=40,
    )
    soft.fill(closed(hole * 1.05), mixed(colour, (10, 10, 20), 0.45), 0.7, blur=14)
    soft.fill(oval((250, 120), (90, 330)), mixed(colour, (10, 10, 20), 0.4), 0.6, blur=46)
    sheet.lay(soft, shape)
    for shift in (0, 46, 96):
        fold = points(
            [
                (-250 - shift * 0.4, 330 + shift),
                (-90, 500 + shift),
                (110, 520 + shift * 1.1),
                (270 + shift * 0.2, 380 + shift),
            ]
        )
        sheet.fill(wedge(fold, 16, 4), mixed(colour, (10, 10, 20), 0.4), 0.5, blur=6)
        sheet.fill(wedge(fold + (0, 12), 8, 3), mixed(colour, (255, 255, 255), 0.35), 0.35, blur=4)

"""A face drawn whole, from the front or half turned."""

from lib.demo.pictures.body import draw_body
from lib.demo.pictures.canvas import Sheet
from lib.demo.pictures.complexion import draw_lines, draw_marks, shade_face
from lib.demo.pictures.curves import closed, oval, ribbon
from lib.demo.pictures.eyes import draw_brows, draw_eyes
from lib.demo.pictures.face import Face
from lib.demo.pictures.hair import draw_behind, draw_over
from lib.demo.pictures.mouth import draw_mouth, draw_nose
from lib.demo.pictures.palette import flushed, lit, mixed, shaded
from lib.demo.pictures.room import draw_wall


def draw(sheet: Sheet, face: Face, *, bare: bool = False) -> None:
    """Draw a person from the wall behind to the hair in front."""
    draw_wall(sheet, face.sitter.wall)
    draw_behind(sheet, face)
    draw_body(sheet, face, bare=bare)
    outline = face.outline()
    soft = sheet.soft_layer(face.sitter.skin)
    shade_face(soft, face)
    sheet.lay(soft, outline)
    _draw_stubble(sheet, face)
    draw_marks(sheet, face)
    draw_lines(sheet, face)
    draw_nose(sheet, face)
    draw_mouth(sheet, face)
    draw_eyes(sheet, face)
    draw_over(sheet, face)
    _draw_ears(sheet, face)
    draw_brows(sheet, face)


def _draw_ears(sheet: Sheet, face: Face) -> None:
    person = face.sitter
    if person.style in {"headscarf", "bob", "long"}:
        return
    for side in (-1, 1):
        if side > 0 and face.near_only:
            continue
        x = side * 280 * person.width + (62 * face.turn if side < 0 else 0)
        wide = 30 + 16 * face.turn
        ear = closed(
            [
                (x - side * 14, -34),
                (x + side * wide, -52),
                (x + side * (wide + 10), -4),
                (x + side * (wide - 6), 52),
                (x + side * 4, 98),
                (x - side * 18, 76),
            ]
        )
        sheet.fill(ear, mixed(shaded(person.skin, 0.35), flushed(person.skin, 0.3), 0.4))
        fold = [(x + side * 4, -20), (x + side * (wide - 8), -30), (x + side * (wide - 6), 6),
                (x + side * (wide - 16), 44)]  # fmt: skip
        sheet.fill(ribbon(fold, 7, 0.9), shaded(person.skin, 1.15), 0.6, blur=2.5)
        sheet.fill(oval((x + side * 6, 22), (9, 20)), shaded(person.skin, 1.2), 0.45, blur=5)
        if person.has_earrings:
            sheet.fill(oval((x + side * 2, 92), (7.5, 7.5)), (214, 182, 116))
            sheet.fill(oval((x + side * 2 - 2, 90), (2.8, 2.8)), lit((240, 222, 180), 0.9))


def _draw_stubble(sheet: Sheet, face: Face) -> None:
    person = face.sitter
    if not person.stubble:
        return
    beard = face.at(
        [(-250, 90), (-236, 220), (-176, 340), (-80, 412), (0, 424), (80, 412), (176, 340),
         (236, 220), (250, 90), (196, 190), (118, 226), (60, 206), (0, 204), (-60, 206),
         (-118, 226), (-196, 190)]
    )  # fmt: skip
    tone = mixed(person.skin, person.hair, 0.6)
    sheet.fill(closed(beard), tone, 0.75 * person.stubble, blur=11, within=face.outline())

"""How the charts of face and body are drawn: our own lines, and a chart with points as SVG; pure.

Only what is drawn symmetrically is given as its right half; the other half is its mirror image.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.charts import TITLES, Chart, Point

NUMBER_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing `width` by `height`: its contours, and finer lines within them, as SVG paths."""

    width: int
    height: int
    contours: tuple[str, ...]
    lines: tuple[str, ...]


def _mirrored(path: str, width: int) -> str:
    return NUMBER_PAIR.sub(lambda pair: f"{width - float(pair[1]):g},{pair[2]}", path)


def _both(paths: Sequence[str], width: int) -> tuple[str, ...]:
    return (*paths, *(_mirrored(path, width) for path in paths))


FACE_WIDTH, FACE_HEIGHT = 400, 520
BODY_WIDTH, BODY_HEIGHT = 400, 800

_FACE_FRONT = Drawing(
    FACE_WIDTH,
    FACE_HEIGHT,
    contours=_both(
        (
            (
                "M200,40 C272,40 313,96 312,182 C312,222 309,252 304,284 "
                "C298,330 284,364 262,398 C246,426 226,452 200,452"
            ),
            "M200,16 C292,16 338,86 332,184 C331,208 327,226 320,240",
            "M311,222 C322,208 335,220 331,246 C328,270 318,294 304,290",
            "M249,416 C249,446 251,470 262,484 C280,500 316,506 352,520",
        ),
        FACE_WIDTH,
    ),
    lines=_both(
        (
            "M200,82 C244,82 288,104 303,160",
            "M220,212 C240,198 270,196 290,210 C272,203 244,204 222,218",
            "M227,245 C238,229 266,227 282,246",
            "M227,245 C240,256 268,257 282,246",
            "M225,234 C240,218 268,217 286,235",
            "M246,242 C246,231 263,231 263,242 C263,253 246,253 246,242",
            "M213,236 C210,258 212,278 217,292",
            "M200,323 C208,324 212,319 220,318 C231,315 232,301 223,293",
            "M200,363 C206,358 212,357 219,360 C230,364 240,369 248,373",
            "M200,375 C216,375 234,372 248,373",
            "M200,398 C222,398 238,387 248,373",
            "M205,330 C206,340 207,347 208,354",
            "M200,414 C208,413 214,415 219,418",
            "M234,312 C245,326 253,342 256,358",
            "M318,236 C322,246 319,262 312,272",
            "M230,452 C229,478 222,500 212,514",
        ),
        FACE_WIDTH,
    ),
)
_FACE_LEFT = Drawing(
    FACE_WIDTH,
    FACE_HEIGHT,
    contours=(
        (
            "M176,58 C144,76 121,116 117,162 C116,178 117,190 114,203 C112,212 115,222 120,230 "
            "C113,252 99,276 86,298 C82,306 87,313 97,315 C104,316 108,319 109,324 "
            "C108,332 105,339 102,346 C96,350 92,357 96,363 C100,367 104,368 108,370 "
            "C101,373 96,378 97,386 C99,393 105,396 109,401 C106,410 101,420 103,433 "
            "C106,452 124,463 147,460 C180,455 212,444 236,420 C246,408 251,392 254,372 "
            "C257,352 258,332 259,312"
        ),
        (
            "M176,58 C204,32 262,26 304,62 C346,98 358,166 346,232 C340,268 326,296 320,326 "
            "C314,360 316,396 324,432 C331,468 346,496 366,520"
        ),
        "M168,458 C182,474 189,496 188,520",
        (
            "M250,242 C252,220 283,216 288,244 C291,268 279,284 272,300 C267,313 253,314 252,300 "
            "C253,284 247,262 250,242"
        ),
    ),
    lines=(
        "M176,58 C202,78 212,108 210,146 C209,172 222,190 236,202 C244,214 249,228 250,242",
        "M121,214 C138,201 161,202 181,216 C163,208 141,208 124,219",
        "M131,240 C146,229 161,235 170,247 C158,255 143,257 132,254",
        "M131,240 C126,245 127,250 132,254",
        "M137,238 C141,243 141,250 137,255",
        "M132,232 C148,221 164,226 174,240",
        "M113,292 C126,290 133,304 125,316 C119,311 112,309 104,313",
        "M102,347 C113,351 125,361 133,371",
        "M108,370 C117,367 126,368 133,371",
        "M97,386 C111,389 125,381 133,371",
        "M128,310 C137,324 142,340 142,356",
        "M109,402 C116,400 122,402 126,406",
        "M259,250 C263,238 277,238 279,250 C280,262 272,270 268,280",
        "M262,340 C286,400 268,450 244,514",
    ),
)
_FIGURE = (
    "M200,18 C226,18 236,38 234,62 C232,86 218,102 200,102",
    (
        "M216,94 C216,108 216,118 226,124 C248,132 272,134 286,150 C302,168 304,194 307,222 "
        "C311,262 319,304 327,348 C331,372 334,388 338,402 C347,418 352,440 346,458 "
        "C342,472 330,472 326,456 C322,440 318,422 315,404 C304,362 296,322 290,284 "
        "C286,254 280,228 274,208"
    ),
    (
        "M274,208 C270,244 262,272 259,300 C257,330 266,356 273,388 C279,424 277,472 269,522 "
        "C263,556 262,576 263,602 C267,642 260,692 250,736 C250,752 262,764 268,774 "
        "C262,784 236,784 230,773 C228,760 230,750 230,738 C226,692 228,652 228,612 "
        "C226,560 216,502 208,442 C206,430 203,424 200,418"
    ),
)
_BODY_FRONT = Drawing(
    BODY_WIDTH,
    BODY_HEIGHT,
    contours=_both(_FIGURE, BODY_WIDTH),
    lines=_both(
        (
            "M208,140 C226,134 250,138 270,142",
            "M208,222 C222,236 254,236 270,214",
            "M200,352 C203,352 203,360 200,360",
            "M272,384 C254,404 230,418 212,440",
            "M236,594 C242,604 254,604 258,594",
            "M200,44 C218,44 228,50 233,58",
        ),
        BODY_WIDTH,
    ),
)
_BODY_BACK = Drawing(
    BODY_WIDTH,
    BODY_HEIGHT,
    contours=_both(_FIGURE, BODY_WIDTH),
    lines=(
        "M200,130 C200,200 199,280 200,372",
        *_both(
            (
                "M222,168 C240,174 250,192 246,222 C236,226 226,222 220,214",
                "M200,372 C201,396 206,412 214,436",
                "M206,440 C228,456 254,452 270,436",
                "M236,604 C242,598 252,598 258,604",
                "M218,122 C212,110 206,106 200,106",
            ),
            BODY_WIDTH,
        ),
    ),
)
DRAWINGS: dict[Chart, Drawing] = {
    Chart.FACE_FRONT: _FACE_FRONT,
    Chart.FACE_LEFT: _FACE_LEFT,
    Chart.FACE_RIGHT: Drawing(
        FACE_WIDTH,
        FACE_HEIGHT,
        tuple(_mirrored(path, FACE_WIDTH) for path in _FACE_LEFT.contours),
        tuple(_mirrored(path, FACE_WIDTH) for path in _FACE_LEFT.lines),
    ),
    Chart.BODY_FRONT: _BODY_FRONT,
    Chart.BODY_BACK: _BODY_BACK,
}


def svg(chart: Chart, points: Sequence[Point]) -> str:
    """Return the chart with its points and doses as an SVG element, for print (black on white)."""
    drawing = DRAWINGS[chart]
    width, height = drawing.width, drawing.height
    strokes = "".join(
        f'<path d="{path}" stroke-width="{thickness}"/>'
        for thickness, paths in ((2, drawing.contours), (1, drawing.lines))
        for path in paths
    )
    here = [point for point in points if point.chart is chart]
    marks = "".join(_mark(point, width, height) for point in here)
    title = f"{TITLES[chart]}, {len(here)} point{'' if len(here) == 1 else 's'}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{html.escape(title)}"><g fill="none" stroke="#222" stroke-linecap="round">'
        f"{strokes}</g>{marks}</svg>"
    )


def _mark(point: Point, width: int, height: int) -> str:
    x, y = float(point.x) * width / 100, float(point.y) * height / 100
    dose = f"{point.dose.normalize():f}" if point.dose is not None else ""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="#fff" stroke="#000" stroke-width="2"/>'
        f'<text x="{x + 8:g}" y="{y + 5:g}" font-size="14" font-family="sans-serif" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{dose}</text>'
    )

"""The charts of face and body: which there are, which areas they have, where one usually injects.

All places are percent of a drawing's width and height, from its top left. `left` and `right` are
the patient's own. The component, the print and the synthetic clinic share what is said here; how
the charts are drawn is in `chart_drawing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lib.domain.search.folding import fold

FULL = Decimal(100)
# The smallest part that a dose is divided into, by unit: a syringe is read no finer.
GRAINS = {"unit": Decimal(1), "ml": Decimal("0.05")}
GRAIN = Decimal(1)
MOST_POINTS = 200


class Chart(StrEnum):
    """A drawing; the words are those of the store."""

    FACE_FRONT = "face_front"
    FACE_LEFT = "face_left"
    FACE_RIGHT = "face_right"
    BODY_FRONT = "body_front"
    BODY_BACK = "body_back"


TITLES = {
    Chart.FACE_FRONT: "Face, front",
    Chart.FACE_LEFT: "Face, left",
    Chart.FACE_RIGHT: "Face, right",
    Chart.BODY_FRONT: "Body, front",
    Chart.BODY_BACK: "Body, back",
}


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A part of a drawing: centre and half axes, in percent."""

    x: float
    y: float
    across: float
    down: float

    def distance(self, x: float, y: float) -> float:
        """Return how far a place is from the centre; up to 1 it lies inside."""
        return float(((x - self.x) / self.across) ** 2 + ((y - self.y) / self.down) ** 2)

    def mirrored(self) -> "Ellipse":
        """Return the same part on the other side of the drawing."""
        return Ellipse(100 - self.x, self.y, self.across, self.down)


Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Region:
    """An area on one chart: the parts that it covers, and where one usually injects."""

    area: str
    chart: Chart
    parts: tuple[Ellipse, ...]
    spots: tuple[Spot, ...]

    @property
    def size(self) -> float:
        """Return how much of the drawing it covers, to tell small areas from those around them."""
        return sum(part.across * part.down for part in self.parts)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a chart: the area, its place in percent, and the dose given there."""

    area: str
    chart: Chart
    x: Decimal
    y: Decimal
    dose: Decimal | None


def _both(*spots: Spot) -> tuple[Spot, ...]:
    """Return spots of one side with those of the other."""
    return (*spots, *((100 - x, y) for x, y in spots))


def _region(area: str, chart: Chart, part: Ellipse, spots: tuple[Spot, ...] = ()) -> Region:
    return Region(area, chart, (part,), spots or ((part.x, part.y),))


def _paired(area: str, chart: Chart, part: Ellipse, spots: tuple[Spot, ...] = ()) -> Region:
    own = spots or ((part.x, part.y),)
    return Region(area, chart, (part, part.mirrored()), _both(*own))


def _in_row(y: float, *places: float) -> tuple[Spot, ...]:
    return tuple((x, y) for x in places)


_FRONT, _LEFT, _RIGHT, _BODY, _BACK = Chart
_GLABELLA = ((50.0, 42.5), (45.5, 41.0), (54.5, 41.0), (42.3, 38.0), (57.7, 38.0))
_FOREHEAD = ((50.0, 27.0), (43.0, 26.0), (57.0, 26.0), (36.5, 28.0), (63.5, 28.0))
_CROWS_FEET = ((75.0, 46.5), (73.5, 42.7), (73.5, 50.3))
_MASSETER = ((71.0, 68.0), (69.0, 72.0), (73.0, 65.0))
_AXILLA = ((68.0, 25.0), (70.0, 25.0), (69.0, 26.5), (68.0, 28.0), (70.0, 28.0))
_FACE = ((50.0, 28.0), (36.0, 58.0), (64.0, 58.0), (50.0, 81.0))

_FACE_REGIONS = (
    _region("forehead", _FRONT, Ellipse(50, 27, 21, 7.5), _FOREHEAD),
    _region("glabella", _FRONT, Ellipse(50, 40, 9, 5), _GLABELLA),
    _paired("brows", _FRONT, Ellipse(66, 38.5, 6.5, 2.5), ((70.0, 37.5),)),
    _paired("temples", _FRONT, Ellipse(73.5, 36, 3.8, 5.5)),
    _paired("crow's feet", _FRONT, Ellipse(73.5, 46.5, 3.2, 4.8), _CROWS_FEET),
    _paired("under eyes", _FRONT, Ellipse(64, 51, 7, 2.2)),
    _paired("tear trough", _FRONT, Ellipse(58.5, 53, 3.8, 2), ((59.5, 53.0),)),
    _region("nose", _FRONT, Ellipse(50, 52, 5, 8), ((46.5, 49.0), (53.5, 49.0))),
    _paired("cheeks", _FRONT, Ellipse(67, 58, 7.5, 5)),
    _paired("nasolabial folds", _FRONT, Ellipse(60.5, 64.5, 3, 5)),
    _region("upper lip", _FRONT, Ellipse(50, 66.5, 9, 2), _in_row(66.5, 45.0, 55.0)),
    _region("lips", _FRONT, Ellipse(50, 72, 12.5, 4.2),
            ((45.0, 70.2), (55.0, 70.2), (45.5, 74.5), (54.5, 74.5))),
    _paired("marionette lines", _FRONT, Ellipse(61.5, 77, 2.8, 3.6)),
    _region("chin", _FRONT, Ellipse(50, 82, 8, 4)),
    _paired("jawline", _FRONT, Ellipse(66, 78, 4, 4.5)),
    _paired("masseter", _FRONT, Ellipse(71.5, 68, 4, 6), _MASSETER),
    _region("neck", _FRONT, Ellipse(50, 93.5, 10.5, 5), _in_row(93.0, 45.0, 55.0)),
    _region("face", _FRONT, Ellipse(50, 52, 27, 36), _FACE),
)  # fmt: skip
_SIDE_REGIONS = (
    _region("forehead", _LEFT, Ellipse(35.5, 27, 6, 8)),
    _region("brows", _LEFT, Ellipse(37.5, 40, 7, 2.2)),
    _region("temples", _LEFT, Ellipse(49, 39, 5, 5)),
    _region("crow's feet", _LEFT, Ellipse(46, 47, 3.2, 4.5),
            ((46.0, 47.0), (45.0, 44.0), (45.0, 50.0))),
    _region("under eyes", _LEFT, Ellipse(38.5, 51, 4.5, 2)),
    _region("tear trough", _LEFT, Ellipse(35, 53, 2.6, 2)),
    _region("nose", _LEFT, Ellipse(27, 53, 4, 6)),
    _region("cheeks", _LEFT, Ellipse(45, 58.5, 7.5, 5)),
    _region("nasolabial folds", _LEFT, Ellipse(34.5, 64.5, 2.8, 4.5)),
    _region("upper lip", _LEFT, Ellipse(28.5, 66, 3, 2)),
    _region("lips", _LEFT, Ellipse(28.5, 71, 4.5, 3.6)),
    _region("marionette lines", _LEFT, Ellipse(34.5, 77, 2.6, 3.4)),
    _region("chin", _LEFT, Ellipse(30, 83.5, 5, 4)),
    _region("jawline", _LEFT, Ellipse(47, 82, 9, 3.2), _in_row(82.0, 42.0, 50.0)),
    _region("masseter", _LEFT, Ellipse(56, 70, 5, 6),
            ((56.0, 70.0), (54.0, 74.0), (57.0, 66.5))),
    _region("neck", _LEFT, Ellipse(58, 93, 9, 5)),
    _region("face", _LEFT, Ellipse(43, 57, 17, 30)),
)  # fmt: skip
_BODY_REGIONS = (
    _region("neck", _BODY, Ellipse(50, 13.8, 4.5, 1.8)),
    _region("chest", _BODY, Ellipse(50, 21, 11, 3.6), _in_row(21.0, 44.0, 50.0, 56.0)),
    _paired("axilla", _BODY, Ellipse(69, 26.5, 2.6, 3.2), _AXILLA),
    _paired("upper arms", _BODY, Ellipse(74.5, 30, 3, 4.5)),
    _paired("forearms", _BODY, Ellipse(79, 43, 3, 5)),
    _paired("hands", _BODY, Ellipse(83.5, 54.5, 3, 4)),
    _region("abdomen", _BODY, Ellipse(50, 40, 11, 6)),
    _paired("bikini line", _BODY, Ellipse(55.5, 52.5, 4, 2.4)),
    _paired("thighs", _BODY, Ellipse(59.5, 63, 6, 7.5)),
    _paired("knees", _BODY, Ellipse(61, 75, 4.5, 3)),
    _paired("lower legs", _BODY, Ellipse(61, 85, 4.2, 6)),
    _paired("feet", _BODY, Ellipse(62, 95.8, 4.5, 2)),
    _region("neck", _BACK, Ellipse(50, 13.8, 4.5, 1.8)),
    _region("back", _BACK, Ellipse(50, 29, 15, 11), _in_row(27.0, 42.0, 58.0)),
    _paired("upper arms", _BACK, Ellipse(74.5, 30, 3, 4.5)),
    _paired("forearms", _BACK, Ellipse(79, 43, 3, 5)),
    _paired("hands", _BACK, Ellipse(83.5, 54.5, 3, 4)),
    _paired("buttocks", _BACK, Ellipse(57.5, 50.5, 7, 4.5)),
    _paired("thighs", _BACK, Ellipse(59.5, 63, 6, 7)),
    _paired("lower legs", _BACK, Ellipse(61, 83, 4.5, 6.5)),
)


def _other_side(region: Region) -> Region:
    parts = tuple(part.mirrored() for part in region.parts)
    spots = tuple((100 - x, y) for x, y in region.spots)
    return Region(region.area, _RIGHT, parts, spots)


REGIONS: tuple[Region, ...] = (
    *_FACE_REGIONS,
    *_SIDE_REGIONS,
    *(_other_side(region) for region in _SIDE_REGIONS),
    *_BODY_REGIONS,
)
AREAS: tuple[str, ...] = tuple(dict.fromkeys(region.area for region in REGIONS))


def regions_of(chart: Chart) -> tuple[Region, ...]:
    """Return the regions of one chart, the smallest first: it lies on top of those around it."""
    found = (region for region in REGIONS if region.chart is chart)
    return tuple(sorted(found, key=lambda region: region.size))


def area_at(chart: Chart, x: float, y: float) -> str:
    """Return the area at a place of a chart: the smallest around it, else the nearest."""
    regions = regions_of(chart)
    for region in regions:
        if any(part.distance(x, y) <= 1 for part in region.parts):
            return region.area
    nearest = min(regions, key=lambda one: min(part.distance(x, y) for part in one.parts))
    return nearest.area


def region_of(area: str, preferred: Chart) -> Region | None:
    """Return where an area is drawn: on the preferred chart, else on the first that has it."""
    named = [region for region in REGIONS if fold(region.area) == fold(area)]
    on_chart = [region for region in named if region.chart is preferred]
    return next(iter((*on_chart, *named)), None)


def usual_points(area: str, dose: Decimal | None, unit: str, preferred: Chart) -> list[Point]:
    """Return the points at which an area is usually treated, the dose divided among them.

    Together they hold exactly the dose. An area that is on no chart has none.
    """
    region = region_of(area, preferred)
    if region is None:
        return []
    doses = divided(dose, len(region.spots), GRAINS.get(unit, GRAIN)) if dose else [None]
    spots = region.spots[: len(doses)]
    return [
        Point(area, region.chart, _percent(x), _percent(y), part)
        for (x, y), part in zip(spots, doses, strict=True)
    ]


def divided(dose: Decimal, places: int, grain: Decimal) -> list[Decimal]:
    """Return a dose in at most so many parts, each a multiple of the grain but for the first.

    The sum is the dose; a dose smaller than the grain stays whole.
    """
    grains = int(dose // grain)
    count = max(1, min(places, grains))
    each, more = divmod(grains, count)
    parts = [grain * (each + (place < more)) for place in range(count)]
    parts[0] += dose - sum(parts)
    return parts


def total(points: Sequence[Point], area: str) -> Decimal:
    """Return the dose given in one area, over all charts."""
    return sum((point.dose or Decimal(0) for point in points if point.area == area), Decimal(0))


def _percent(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))

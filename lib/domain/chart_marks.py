"""What is marked on the charts while a treatment is entered, and how it is kept as JSON; pure.

What a browser or a draft says is believed only as far as it makes sense: `from_json` gives None for
anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lib.domain.charts import FULL, MOST_POINTS, Chart, Point, usual_points
from lib.domain.templates import LONGEST_NAME, MOST_AREAS, UsualDose

MOST_DOSE = Decimal("999999.999")
PERCENT_STEP = Decimal("0.01")
DOSE_STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Marks:
    """Points with their doses, and the doses of areas in which no point was set."""

    points: tuple[Point, ...] = ()
    doses: tuple[UsualDose, ...] = ()

    @property
    def areas(self) -> tuple[str, ...]:
        """Return every area that is marked, in the order in which they came."""
        named = [*(point.area for point in self.points), *(dose.area for dose in self.doses)]
        return tuple(dict.fromkeys(named))

    def points_in(self, area: str) -> tuple[Point, ...]:
        """Return the points of one area."""
        return tuple(point for point in self.points if point.area == area)

    def dose_in(self, area: str) -> Decimal | None:
        """Return the dose of an area: of its points where it has any, else the one stated."""
        given = [point.dose for point in self.points_in(area) if point.dose is not None]
        stated = [one.dose for one in self.doses if one.area == area and one.dose is not None]
        return sum(given or stated, Decimal(0)) or None


def usual_marks(areas: Sequence[UsualDose], unit: str, chart: Chart) -> Marks:
    """Return a template's areas as marks: at the usual points where the area is on a chart."""
    points: list[Point] = []
    doses: list[UsualDose] = []
    for usual in areas:
        found = usual_points(usual.area, usual.dose, unit, chart)
        points += found
        doses += [] if found else [usual]
    return Marks(tuple(points), tuple(doses))


def to_json(marks: Marks) -> dict[str, list[dict[str, str | None]]]:
    """Return marks as plain values; amounts are texts, so that none loses a digit."""
    return {
        "points": [
            {
                "area": point.area,
                "chart": point.chart.value,
                "x": _text(point.x),
                "y": _text(point.y),
                "dose": _text(point.dose),
            }
            for point in marks.points
        ],
        "doses": [{"area": one.area, "dose": _text(one.dose)} for one in marks.doses],
    }


def from_json(value: object) -> Marks | None:
    """Return the marks that plain values describe, None when they describe none."""
    if not isinstance(value, Mapping):
        return None
    points, doses = value.get("points"), value.get("doses")
    if not isinstance(points, list) or not isinstance(doses, list):
        return None
    if len(points) > MOST_POINTS or len(doses) > MOST_AREAS:
        return None
    try:
        return Marks(tuple(map(_point, points)), tuple(map(_stated, doses)))
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return None


def _point(given: Mapping[str, object]) -> Point:
    return Point(
        area=_area(given["area"]),
        chart=Chart(str(given["chart"])),
        x=_number(given["x"], FULL, PERCENT_STEP),
        y=_number(given["y"], FULL, PERCENT_STEP),
        dose=_dose(given["dose"]),
    )


def _stated(given: Mapping[str, object]) -> UsualDose:
    return UsualDose(_area(given["area"]), _dose(given["dose"]))


def _area(given: object) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= LONGEST_NAME:
        raise ValueError
    return given.strip()


def _dose(given: object) -> Decimal | None:
    return None if given is None or given == "" else _number(given, MOST_DOSE, DOSE_STEP)


def _number(given: object, most: Decimal, step: Decimal) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise TypeError
    number = Decimal(str(given))
    if not number.is_finite() or not 0 <= number <= most:
        raise ValueError
    return number.quantize(step)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"

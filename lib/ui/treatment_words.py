"""A treatment in words: areas with doses, what a form holds, what differs between versions."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from lib.domain.chart_marks import Marks, from_json
from lib.domain.dates import Order, date_of
from lib.domain.treatment_form import FIELDS
from lib.errors import InvalidInputError
from lib.services.treatment_reading import Choices
from lib.ui import clock, formats


def marks_in_words(marks: Marks, unit: str) -> str:
    """Return areas with their doses and points, like `glabella 20 units (5 points)`."""
    return ", ".join(_area(marks, area, unit) for area in marks.areas) or "nothing"


def _area(marks: Marks, area: str, unit: str) -> str:
    dose = formats.dose(marks.dose_in(area), unit)
    count = len(marks.points_in(area))
    points = f"({formats.counted(count, 'point')})" if count else ""
    return " ".join(filter(None, (area, dose, points)))


def words_of(values: Mapping[str, object], choices: Choices) -> dict[str, str]:
    """Return every field of a form as somebody would read it, to compare and to choose."""
    names = {
        **{str(one.template_id): one.name for one in choices.templates},
        **{str(one.product_id): one.name for one in choices.products},
        **{str(one.practitioner_id): one.name for one in choices.practitioners},
    }
    product = choices.product(str(values.get("product_id") or ""))
    unit = product.unit if product else ""
    return {name: _field(name, values.get(name), names, unit) for name in FIELDS}


def _field(name: str, value: object, names: Mapping[str, str], unit: str) -> str:
    if name == "chart":
        return _chart(value, unit)
    if name == "others":
        others = value if isinstance(value, list) else []
        return "; ".join(
            f"{names.get(str(one['product_id']), 'a product')}: {_chart(one['chart'], '')}"
            for one in others
        )
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return names.get(str(value or ""), str(value or ""))


def _chart(value: object, unit: str) -> str:
    marks = from_json(value) or Marks()
    places = "; ".join(
        f"{point.area} {formats.words(point.chart.value).lower()} {point.x:.0f}/{point.y:.0f} "
        f"{formats.dose(point.dose, unit)}"
        for point in marks.points
    )
    return f"{marks_in_words(marks, unit)} [{places}]" if places else marks_in_words(marks, unit)


def day_of(text: str) -> date | None:
    """Return the day that a field says, None where it says none."""
    try:
        return date_of(text, Order.DAY_FIRST, clock.today())
    except InvalidInputError:
        return None


def id_of(value: object) -> UUID | None:
    """Return the id that a field holds, None where it holds none."""
    try:
        return UUID(str(value))
    except ValueError:
        return None

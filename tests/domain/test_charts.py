"""The charts: areas, doses divided without loss, marks believed as far as they make sense."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain import chart_drawing
from lib.domain.chart_marks import Marks, from_json, to_json, usual_marks
from lib.domain.charts import (
    AREAS,
    GRAINS,
    REGIONS,
    Chart,
    Point,
    area_at,
    divided,
    region_of,
    regions_of,
    total,
    usual_points,
)
from lib.domain.templates import UsualDose

doses = some.decimals(min_value="0.001", max_value="9999", places=3)
percents = some.decimals(min_value=0, max_value=100, places=2)
points = some.builds(
    Point,
    area=some.sampled_from(AREAS),
    chart=some.sampled_from(Chart),
    x=percents,
    y=percents,
    dose=some.none() | doses,
)
stated = some.builds(UsualDose, area=some.sampled_from(AREAS), dose=some.none() | doses)
marks = some.builds(
    Marks,
    points=some.lists(points, max_size=9).map(tuple),
    doses=some.lists(stated, max_size=5).map(tuple),
)
anything = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text(max_size=5) | some.integers(),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["points", "doses", "area", "chart", "x", "y", "dose"]), inner
        )
    ),
    max_leaves=12,
)


@given(doses, some.integers(1, 12), some.sampled_from([*GRAINS.values()]))
def test_a_divided_dose_adds_up_to_itself(dose: Decimal, places: int, grain: Decimal) -> None:
    parts = divided(dose, places, grain)
    assert sum(parts) == dose
    assert 1 <= len(parts) <= places
    assert all(part > 0 for part in parts)
    assert all(part % grain == 0 for part in parts[1:])


@pytest.mark.parametrize("region", REGIONS, ids=lambda one: f"{one.chart}-{one.area}")
def test_an_area_is_found_where_one_usually_injects(region: object) -> None:
    assert region in REGIONS
    names = {area_at(region.chart, x, y) for x, y in region.spots}  # type: ignore[attr-defined]
    # A whole face is marked at places that have names of their own.
    assert names == {region.area} or region.area in {"face", "cheeks"}  # type: ignore[attr-defined]


@given(some.sampled_from(Chart), some.floats(0, 100), some.floats(0, 100))
def test_every_place_has_an_area_of_its_chart(chart: Chart, x: float, y: float) -> None:
    assert area_at(chart, x, y) in {region.area for region in regions_of(chart)}


def test_the_left_of_one_profile_is_the_right_of_the_other() -> None:
    left, right = region_of("chin", Chart.FACE_LEFT), region_of("chin", Chart.FACE_RIGHT)
    assert left
    assert right
    assert right.parts == tuple(part.mirrored() for part in left.parts)


def test_an_area_is_looked_for_on_the_preferred_chart_first() -> None:
    neck = region_of("Neck", Chart.BODY_BACK)
    lips = region_of("lips", Chart.BODY_BACK)
    assert (neck and neck.chart, lips and lips.chart) == (Chart.BODY_BACK, Chart.FACE_FRONT)
    assert region_of("home use", Chart.FACE_FRONT) is None


def test_a_template_becomes_points_that_hold_its_doses() -> None:
    areas = [UsualDose("glabella", Decimal(17)), UsualDose("home use", Decimal(30))]
    found = usual_marks(areas, "unit", Chart.FACE_FRONT)
    assert [int(point.dose or 0) for point in found.points] == [4, 4, 3, 3, 3]
    assert total(found.points, "glabella") == found.dose_in("glabella") == Decimal(17)
    assert (found.doses, found.areas) == ((areas[1],), ("glabella", "home use"))
    assert [point.dose for point in usual_points("nose", None, "unit", Chart.FACE_FRONT)] == [None]


@given(marks)
def test_marks_survive_being_kept(found: Marks) -> None:
    assert from_json(to_json(found)) == found


@given(anything)
def test_what_no_browser_of_ours_would_send_is_not_believed(value: object) -> None:
    found = from_json(value)
    assert found is None or from_json(to_json(found)) == found


POINT = {"area": "nose", "chart": "face_front", "x": 1, "y": 2, "dose": 3}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("x", -0.1), ("x", 100.1), ("x", "nan"), ("x", True), ("x", None), ("x", [])),
        *(("dose", "inf"), ("dose", -1), ("dose", 10**7), ("dose", {})),
        *(("area", ""), ("area", 7), ("area", "x" * 999), ("chart", "moon"), ("chart", None)),
    ],
)
def test_a_point_that_cannot_be_is_refused(field: str, value: object) -> None:
    assert from_json({"points": [POINT], "doses": []})
    assert from_json({"points": [{**POINT, field: value}], "doses": []}) is None


def test_too_many_points_are_refused() -> None:
    assert from_json({"points": [POINT] * 201, "doses": []}) is None


@pytest.mark.parametrize("chart", Chart)
def test_a_chart_is_drawn_with_its_points_and_nothing_typed_gets_in(chart: Chart) -> None:
    dose = Decimal("2.50")
    point = Point("<script>", chart, Decimal(50), Decimal(50), dose)
    elsewhere = next(one for one in Chart if one is not chart)
    other = Point("nose", elsewhere, Decimal(1), Decimal(1), None)
    drawn = chart_drawing.svg(chart, [point, other])
    assert drawn.count("<circle") == 1
    assert ">2.5</text>" in drawn
    assert "script" not in drawn

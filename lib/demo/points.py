"""Points on the charts of recent synthetic treatments: where each dose went, area by area."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo import columns, templates
from lib.demo.catalogue import PRODUCTS, PROTOCOLS
from lib.demo.columns import Floats, Ints, Random
from lib.demo.scene import Scene
from lib.demo.treatments import Treatments, areas_of
from lib.domain.charts import Chart, Ellipse, Point, region_of, usual_points

# A hand is no ruler: a point lies this far from the usual place, in percent.
WOBBLE = 0.6
# As far from the middle of an area as a point may lie, where 1 is its edge.
EDGE = 0.97
MILLI = 1000
AREAS = tuple(item.area for protocol in PROTOCOLS for item in protocol.items)


def points(random: Random, items: pa.Table, given: Treatments, scene: Scene) -> pa.Table:
    """Return the treatment_point table of a crowd: the points of what was given lately.

    `items` is its treatment_item table. The points of an area hold its dose; what is on no chart,
    like a cream to take home, has none.
    """
    each, item = areas_of(given)
    rows = np.flatnonzero(templates.is_recent(given, scene.calendar)[each])
    doses = np.round(items["dose"].to_numpy()[rows] * MILLI).astype(np.int64)
    kinds, which = np.unique(
        np.column_stack((item[rows], given.product[each[rows]], doses)), axis=0, return_inverse=True
    )
    known = [_of_kind(*kind) for kind in kinds.tolist()]
    counts = np.array([len(found) for found in known], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    which = which.reshape(-1)
    row = np.repeat(rows, counts[which])
    chosen = np.repeat(starts[which], counts[which]) + columns.places(counts[which])
    flat = [point for found in known for point in found]
    placed = _placed(random, flat, chosen)
    return pa.table(
        {
            "treatment_point_id": columns.uuids(random, given.recorded[each[row]]),
            "treatment_item_id": pc.take(items["treatment_item_id"], pa.array(row)),
            "treatment_id": pc.take(items["treatment_id"], pa.array(row)),
            "patient_id": pc.take(items["patient_id"], pa.array(row)),
            "chart": columns.coded(
                np.array([list(Chart).index(point.chart) for point in flat], dtype=np.int64)[
                    chosen
                ],
                [chart.value for chart in Chart],
            ),
            "x": pa.array(placed[:, 0]),
            "y": pa.array(placed[:, 1]),
            "dose": pa.array(np.array([float(point.dose or 0) for point in flat])[chosen]),
        }
    )


def _of_kind(item: int, product: int, dose: int) -> list[Point]:
    amount, unit = Decimal(dose) / MILLI, PRODUCTS[product].unit
    return usual_points(AREAS[item], amount, unit, Chart.FACE_FRONT)


def _placed(random: Random, flat: list[Point], chosen: Ints) -> Floats:
    """Return where each point was set: near its usual place, and always within its area."""
    if not flat:
        return np.zeros((0, 2))
    parts = [_part_of(point) for point in flat]
    usual = np.array([(float(point.x), float(point.y)) for point in flat])[chosen]
    centre = np.array([(part.x, part.y) for part in parts])[chosen]
    axes = np.array([(part.across, part.down) for part in parts])[chosen]
    away = usual + random.uniform(-WOBBLE, WOBBLE, usual.shape) - centre
    far = np.sqrt(((away / axes) ** 2).sum(axis=1))[:, None]
    return np.asarray(np.round(centre + away / np.maximum(far / EDGE, 1.0), 2))


def _part_of(point: Point) -> Ellipse:
    """Return the part of its area that a usual place belongs to."""
    region = region_of(point.area, point.chart)
    parts = region.parts if region else ()
    return min(parts, key=lambda part: part.distance(float(point.x), float(point.y)))
